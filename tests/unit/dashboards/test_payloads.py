"""Frames into what charts take."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl
import pytest

from eaio.dashboards.compute import payloads, usual
from eaio.infra.charts.models import wall_clock
from eaio.metering.models import DAILY, MONTHLY, POINTS
from eaio.timeseries.frames import HOURLY
from eaio.timeseries.units import Carrier

START = datetime(2017, 5, 1)  # noqa: DTZ001 - a wall clock
HOUR = timedelta(hours=1)


def _points(values: list[float | None]) -> pl.DataFrame:
    rows = [(START + n * HOUR, v, v, v) for n, v in enumerate(values)]
    return pl.DataFrame(rows, schema=POINTS, orient="row")


def _hourly(values: Sequence[float | None]) -> pl.DataFrame:
    clock = [START + n * HOUR for n in range(len(values))]
    return pl.DataFrame({"local": clock, "value": values}, schema_overrides={"value": pl.Float64}).select(
        time=pl.col("local").dt.replace_time_zone("UTC"), local="local", value="value", temperature=pl.lit(10.0)
    ).cast(HOURLY)  # pyright: ignore[reportArgumentType] - a schema maps names to types  # fmt: skip


def test_a_single_hour_has_no_span_and_a_bucket_has() -> None:
    points = pl.DataFrame([(START, 5.0, 5.0, 5.0), (START + HOUR, 1.0, 4.0, 9.0)], schema=POINTS, orient="row")
    single, bucket = payloads.readings(points)
    assert (single.time, single.value, single.low, single.high) == (wall_clock(START), 5.0, None, None)
    assert (bucket.low, bucket.value, bucket.high) == (1.0, 4.0, 9.0)


def test_gaps_of_three_hours_are_named_from_their_first_to_past_their_last_hour() -> None:
    points = _points([1.0, None, 1.0, None, None, None, 1.0, None, None, None])
    found = [(gap.start, gap.end) for gap in payloads.gaps(points)]
    first = wall_clock(START)
    assert found == [(first + 3 * 3_600_000, first + 6 * 3_600_000), (first + 7 * 3_600_000, first + 10 * 3_600_000)]


def test_no_gap_is_found_where_there_is_none() -> None:
    assert payloads.gaps(_points([1.0, 2.0, 3.0, 4.0])) == []
    assert payloads.gaps(_points([])) == []


def test_meters_add_up_only_where_all_of_them_have_a_reading() -> None:
    found = payloads.added_up([_hourly([1.0, 2.0, None]), _hourly([10.0, None, 30.0])], 100)
    assert found["mean"].to_list() == [11.0, None, None]


def test_long_loads_are_reduced_below_the_limit_and_keep_their_extremes() -> None:
    values = [float(n % 24) for n in range(24 * 400)]
    found = payloads.added_up([_hourly(values)], 500)
    assert found.height <= 500
    assert (found["minimum"].min(), found["maximum"].max()) == (0.0, 23.0)
    assert found["mean"].mean() == pytest.approx(11.5)


def test_a_heat_map_has_a_cell_for_every_hour_of_every_day() -> None:
    cells = payloads.heat_cells(_hourly([float(n) for n in range(47)] + [None]))
    assert len(cells) == 48
    assert (cells[25].hour, cells[25].value) == (1, 25.0)
    assert cells[-1].value is None
    assert cells[24].day - cells[0].day == 86_400_000


def test_months_of_a_year_before_move_twelve_on_and_thin_ones_are_left_out() -> None:
    rows = [
        ("electricity", date(2016, 12, 1), 5.0, 24, 24, 0),
        ("gas", date(2016, 12, 1), 2.0, 24, 24, 0),
        ("electricity", date(2016, 11, 1), 5.0, 12, 24, 0),
    ]
    frame = pl.DataFrame(rows, schema=MONTHLY, orient="row")
    found = payloads.month_totals(frame, [Carrier.ELECTRICITY, Carrier.GAS], 12)
    assert [(row.time, row.value) for row in found] == [(wall_clock(date(2017, 12, 1)), 7.0)]


def _days(values: list[float | None], coverage: float = 1.0) -> pl.DataFrame:
    rows = [
        ("electricity", date(2017, 1, 2) + timedelta(days=n), value, round(24 * coverage), 24, 0)
        for n, value in enumerate(values)
    ]
    return usual.energy_days(pl.DataFrame(rows, schema=DAILY, orient="row"))


def test_usual_is_the_mean_of_the_same_weekday_in_the_four_weeks_before() -> None:
    values = [100.0 * (n // 7) + n % 7 for n in range(35)]
    last = usual.with_usual(_days([float(v) for v in values])).row(-1, named=True)
    assert last["value"] == 406
    assert (last["usual"], last["low"], last["high"]) == (156, 6, 306)


def test_usual_leaves_out_days_that_miss_a_tenth() -> None:
    assert usual.with_usual(_days([1.0] * 35, coverage=0.5))["usual"].to_list()[-1] is None


def test_only_bought_energy_counts_in_a_day() -> None:
    day = date(2017, 1, 2)
    rows = [(carrier, day, 10.0, 24, 24, 0) for carrier in ("electricity", "steam", "water", "solar")]
    assert usual.energy_days(pl.DataFrame(rows, schema=DAILY, orient="row"))["value"].to_list() == [20.0]


def test_the_day_chart_is_in_megawatt_hours() -> None:
    measured, normal = usual.day_chart(usual.with_usual(_days([2000.0] * 35)), 7)
    assert len(measured) == len(normal) == 7
    assert (measured[-1].value, normal[-1].value) == (2.0, 2.0)


def test_power_is_said_in_kilowatts_and_water_per_hour() -> None:
    assert payloads.power_unit("kWh") == "kW"
    assert payloads.power_unit("L") == "L per hour"
