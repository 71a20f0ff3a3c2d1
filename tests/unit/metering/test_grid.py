"""Specification of the hourly grid, coverage and the binary rows."""

import struct
from datetime import UTC, date, datetime

import numpy as np
import polars as pl
import pytest

from eaio.metering.compute import coverage, grid
from eaio.metering.compute.copy_binary import copy_rows, day_number, timestamptz
from eaio.metering.models import DAILY, GROUPS
from eaio.timeseries.frames import HOURLY

HOUR = grid.HOUR_US


def at(*moment: int) -> int:
    return int(datetime(*moment, tzinfo=UTC).timestamp()) * 1_000_000  # pyright: ignore[reportArgumentType]


def test_the_grid_covers_the_period_asked_for() -> None:
    times = np.array([at(2016, 1, 1, 3), at(2016, 1, 1, 5)])
    assert grid.hour_grid(times, None, None).tolist() == [at(2016, 1, 1, hour) for hour in (3, 4, 5)]
    asked = grid.hour_grid(times, at(2016, 1, 1, 2), at(2016, 1, 1, 8))
    assert asked.tolist() == [at(2016, 1, 1, hour) for hour in range(2, 8)]
    assert grid.hour_grid(np.empty(0, np.int64), None, None).tolist() == []


def test_the_grid_keeps_the_half_hour_of_its_zone() -> None:
    times = np.array([at(2016, 1, 1, 0, 30)])
    asked = grid.hour_grid(times, at(2016, 1, 1), at(2016, 1, 1, 2))
    assert [time % HOUR for time in asked.tolist()] == [HOUR // 2] * len(asked)


def test_hours_are_summed_and_gaps_are_missing() -> None:
    hours = grid.hour_grid(np.array([0]), 0, 4 * HOUR)
    amounts = grid.on_hours(hours, np.array([0, HOUR // 2, 2 * HOUR, 9 * HOUR]), np.array([1.0, 2.0, 5.0, 7.0]))
    assert np.nan_to_num(amounts, nan=-1).tolist() == [3.0, -1.0, 5.0, -1.0]
    frame = grid.hourly_frame(hours, amounts, np.full(4, np.nan), "Europe/London")
    assert frame.schema == HOURLY
    assert frame["value"].to_list() == [3.0, None, 5.0, None]


def test_points_never_exceed_what_was_asked_for() -> None:
    hours = grid.hour_grid(np.array([0]), 0, 17_544 * HOUR)
    frame = grid.hourly_frame(hours, np.arange(17_544.0), np.zeros(17_544), "Europe/London")
    for points in (10, 100, 731, 2000, 20_000):
        reduced = grid.reduce_points(frame, points)
        assert reduced.height <= points + 1
        assert (reduced["minimum"].min(), reduced["maximum"].max()) == (0.0, 17_543.0)


def group(meters: int = 1, interval: int = 60, member: str = "hall") -> tuple[str, str, str, int, int]:
    return member, "gas", "Europe/London", interval, meters


def groups(*rows: tuple[str, str, str, int, int]) -> pl.DataFrame:
    return pl.DataFrame(list(rows), schema=GROUPS, orient="row")


def test_expected_readings_follow_the_length_of_the_local_day() -> None:
    none = pl.DataFrame(schema={"carrier": pl.String, "day": pl.Date, "total": pl.Float64, "readings": pl.Int64,
                                "estimated": pl.Int64})  # fmt: skip
    days = coverage.complete_days(
        none, groups(group(meters=2), group(interval=15)), date(2016, 3, 26), date(2016, 3, 28)
    )
    assert days.schema == DAILY
    assert days["expected"].to_list() == [2 * 24 + 96, 2 * 23 + 92]
    assert days["total"].to_list() == [None, None]


def test_months_add_up_their_days() -> None:
    found = pl.DataFrame({"carrier": ["gas"] * 2, "day": [date(2016, 1, 31), date(2016, 2, 1)], "total": [1.0, 2.0],
                          "readings": [24, 24], "estimated": [0, 1]})  # fmt: skip
    days = coverage.complete_days(found, groups(group()), date(2016, 1, 30), date(2016, 2, 3))
    assert coverage.by_month(days).rows() == [
        ("gas", date(2016, 1, 1), 1.0, 24, 48, 0),
        ("gas", date(2016, 2, 1), 2.0, 24, 48, 1),
    ]


def test_a_member_without_readings_is_there_with_coverage_zero() -> None:
    none = pl.DataFrame(schema={"id": pl.String, "carrier": pl.String, "total": pl.Float64, "readings": pl.Int64,
                                "estimated": pl.Int64})  # fmt: skip
    members = groups(group(), group(interval=15))
    totals = coverage.with_coverage(none, members, date(2016, 1, 1), date(2016, 1, 2))
    assert totals.rows() == [("hall", "gas", None, 0, 24 + 96, 0, 0.0)]
    assert coverage.with_coverage(none, groups(), date(2016, 1, 1), date(2016, 1, 2)).is_empty()


@pytest.mark.parametrize("zone", ["Europe/London", "America/Sao_Paulo", "Asia/Kolkata"])
def test_midnights_are_as_long_apart_as_the_day(zone: str) -> None:
    hours = np.diff(coverage.midnights(zone, date(2016, 1, 1), 366)) / HOUR
    assert set(hours.tolist()) <= {23.0, 24.0, 25.0}
    assert hours.sum() == 366 * 24


def test_binary_rows_are_what_postgres_reads() -> None:
    rows = copy_rows([timestamptz(np.array([946_684_801])), np.array([1.5]), np.array([7], np.int32)])
    assert rows == struct.pack(">h iq id ii".replace(" ", ""), 3, 8, 1_000_000, 8, 1.5, 4, 7)
    assert day_number(np.array([10_957])).tolist() == [0]
    assert copy_rows([np.empty(0)]) == b""
