"""Specification of readings on the hourly grid."""

from datetime import UTC, datetime, timedelta

import polars as pl

from eaio.timeseries.frames import HOURLY
from eaio.timeseries.grid import from_fixed_standard, on_grid

START = datetime(2016, 3, 27, tzinfo=UTC)


def readings(minutes: list[int], values: list[float]) -> pl.DataFrame:
    return pl.DataFrame({"time": [START + timedelta(minutes=m) for m in minutes], "value": values})


def test_gaps_become_missing_hours_and_the_wall_clock_jumps_in_spring() -> None:
    frame = on_grid(readings([0, 60, 180], [1.0, 2.0, 3.0]), "Europe/London")
    assert frame.schema == HOURLY
    assert frame["value"].to_list() == [1.0, 2.0, None, 3.0]
    assert [local.hour for local in frame["local"]] == [0, 2, 3, 4]


def test_quarter_hours_are_summed_and_an_incomplete_hour_is_missing_not_small() -> None:
    frame = on_grid(readings([0, 15, 30, 45, 60, 75, 90, 120, 135, 150, 165], [1.0] * 11), "UTC")
    assert frame["value"].to_list() == [4.0, None, 4.0]


def test_temperature_joins_by_hour() -> None:
    weather = pl.DataFrame({"time": [START + timedelta(minutes=m) for m in (0, 30)], "temperature": [10.0, 12.0]})
    frame = on_grid(readings([0, 60], [1.0, 1.0]), "UTC", weather)
    assert frame["temperature"].to_list() == [11.0, None]


def test_stamps_of_fixed_standard_time_are_shifted_once() -> None:
    stamp = datetime(2016, 7, 1, 17, tzinfo=UTC)
    stamps = pl.DataFrame({"time": [stamp.replace(hour=12, tzinfo=None)], "value": [5.0]})
    row = from_fixed_standard(stamps, -5, "US/Eastern").row(0, named=True)
    assert (row["time"], row["local"]) == (stamp, stamp.replace(hour=13, tzinfo=None))


def test_no_readings_make_an_empty_frame() -> None:
    assert on_grid(readings([], []).cast({"time": pl.Datetime("us", "UTC"), "value": pl.Float64}), "UTC").is_empty()
