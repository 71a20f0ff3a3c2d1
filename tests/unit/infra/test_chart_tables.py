"""A chart's numbers as a table: one row a mark, typed, times on the wall clock."""

from datetime import UTC, date, datetime

import polars as pl

from eaio.infra.charts import models
from eaio.infra.charts.models import about, wall_clock
from eaio.infra.web.charts import chart_table, drawn
from eaio.infra.web.downloads import WALL_TIME
from eaio.timeseries.units import Carrier

ONE = datetime(2017, 5, 1, 13, tzinfo=UTC)
START = wall_clock(ONE)


def test_every_series_of_a_chart_is_in_its_table_with_the_unit() -> None:
    payload = models.LoadChart(
        carrier=Carrier.GAS,
        load=[models.Reading(START, 5.0), models.Reading(START + 3_600_000, None)],
        anomalies=[models.Span(START, START + 3_600_000, "Left on", "/findings/1")],
    )
    columns, rows = chart_table(payload)
    frame = pl.DataFrame(rows, schema=dict(columns), orient="row")
    assert frame["series"].to_list() == ["load", "load", "anomalies"]
    assert frame["local_time"].to_list() == [ONE.replace(tzinfo=None), ONE.replace(tzinfo=None, hour=14), None]
    assert frame["value"].to_list() == [5.0, None, None]
    assert frame["label"].to_list() == [None, None, "Left on"]
    assert set(frame["unit"]) == {"kW"}
    assert "href" not in frame.columns


def test_a_table_without_rows_has_the_schema_of_one_with_rows() -> None:
    empty, rows = chart_table(models.CalendarChart(dates=[]))
    assert rows == []
    assert empty["local_day"] == WALL_TIME
    full, _ = chart_table(models.CalendarChart(dates=[models.CalendarDay(START, START, 0, 1.0)]))
    assert empty == full


def test_a_chart_lies_at_three_addresses() -> None:
    assert drawn("/a/b") == ["/a/b.json", "/a/b.csv", "/a/b.parquet"]


def test_the_words_under_a_chart_name_data_days_clock_and_coverage() -> None:
    days = (date(2017, 1, 1), date(2018, 1, 1))
    assert about("2 gas meters of Hall", days, "Europe/London", (8_700, 8_760)) == (
        "2 gas meters of Hall, 1 Jan – 31 Dec 2017, times in Europe/London. 8,700 of 8,760 hours present."
    )
    assert about("Prices of today") == "Prices of today."
