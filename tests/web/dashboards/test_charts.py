"""The numbers behind the charts over real HTTP."""

import csv
from datetime import UTC, datetime
from io import StringIO

import pytest

from eaio.infra.charts import CHARTS
from eaio.infra.charts.catalogue import columns
from tests.web.dashboards.conftest import DAYS, Campus


def test_the_load_chart_has_local_time_gaps_and_the_sum_of_the_day(campus: Campus) -> None:
    chart = campus.json(f"/buildings/{campus.shed}/load.json", start="2017-12-08", end="2017-12-20", compare="none")
    start = int(datetime(2017, 12, 8, tzinfo=UTC).timestamp() * 1000)
    assert chart["load"][0][:2] == [start, 1.0]
    assert chart["gaps"] == [[start + 2 * 86_400_000, start + 8 * 86_400_000]]
    assert sum(row[1] or 0 for row in chart["load"]) == 13 * 24 - 6 * 24
    assert chart["unit"] == "kW"


def test_hours_across_the_autumn_clock_change_keep_their_number(campus: Campus) -> None:
    chart = campus.json(f"/meters/{campus.power}/load.json", start="2017-11-05", end="2017-11-05", compare="none")
    assert len(chart["load"]) in {24, 25}
    assert sum(row[1] for row in chart["load"]) >= 10 * 20 + 14 * 10


def test_long_periods_are_drawn_by_day_and_stay_below_the_limit(campus: Campus) -> None:
    chart = campus.json(f"/meters/{campus.power}/load.json", period="all")
    assert DAYS <= len(chart["load"]) <= 2000
    low, high = chart["load"][5][2:4]
    assert (low, high) == (10.0, 20.0)


def test_the_comparison_lies_on_the_same_weekdays_within_the_view(campus: Campus) -> None:
    chart = campus.json(f"/meters/{campus.power}/load.json", start="2017-12-04", end="2017-12-10")
    times = [row[0] for row in chart["comparison"]]
    assert min(times) >= chart["load"][0][0]
    assert max(times) <= chart["load"][-1][0]
    assert dict(map(tuple, chart["comparison"])) == {row[0]: row[1] for row in chart["load"]}


def test_months_carry_their_coverage(campus: Campus) -> None:
    chart = campus.json(f"/buildings/{campus.shed}/monthly.json")
    december = [row for row in chart["months"] if row[0] == int(datetime(2017, 12, 1, tzinfo=UTC).timestamp() * 1000)]
    assert december[0][1:] == ["electricity", 25 * 24.0, pytest.approx(25 / 31)]


def test_the_typical_week_and_the_heat_map_show_the_rhythm(campus: Campus) -> None:
    profile = campus.json(f"/meters/{campus.power}/profile.json", period="all")["profile"]
    assert [row[1] for row in profile[:24]] == [20.0 if 8 <= hour < 18 else 10.0 for hour in range(24)]
    cells = campus.json(f"/meters/{campus.power}/heatmap.json", period="all")["cells"]
    assert len(cells) == DAYS * 24


@pytest.mark.parametrize(("name", "path"), [
    ("load", "/meters/{power}/load.json"), ("profile", "/meters/{power}/profile.json"),
    ("heatmap", "/meters/{power}/heatmap.json"), ("scatter", "/meters/{power}/scatter.json"),
    ("monthly", "/portfolio/monthly.json"), ("load", "/today.json"), ("load", "/today/load.json"),
])  # fmt: skip
def test_chart_data_have_exactly_the_sources_that_their_chart_names(campus: Campus, name: str, path: str) -> None:
    found = campus.json(path.format(power=campus.power))
    assert name in CHARTS
    sources = columns(name)
    assert set(sources) <= set(found)
    assert all(len(row) == len(fields) for source, fields in sources.items() for row in found[source][:5])


def test_a_load_file_is_what_the_chart_shows(campus: Campus) -> None:
    text = campus.get(f"/meters/{campus.power}/load.csv", start="2017-12-04", end="2017-12-04", compare="none")
    rows = list(csv.reader(StringIO(text)))
    assert rows[0] == ["local_time (America/New_York)", "mean_kW", "minimum_kW", "maximum_kW"]
    assert rows[9] == ["2017-12-04 08:00", "20.0", "20.0", "20.0"]
