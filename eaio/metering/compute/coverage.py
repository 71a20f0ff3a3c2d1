"""Readings that should be there, and series completed with the days on which none is."""

from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.metering.models import DAILY, MONTHLY, TOTALS, MeterGroup

_MINUTE_US = 60_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=256)
def midnights(time_zone: str, first: date, days: int) -> NDArray[np.int64]:
    """First instants of ``days`` + 1 local days from ``first`` on, in microseconds since 1970 UTC; read-only."""
    zone = ZoneInfo(time_zone)
    instants = np.array([_midnight(first + timedelta(days=offset), zone) for offset in range(days + 1)], np.int64)
    instants.setflags(write=False)
    return instants


def _midnight(day: date, zone: ZoneInfo) -> int:
    return int((datetime(day.year, day.month, day.day, tzinfo=zone) - _EPOCH) / timedelta(microseconds=1))


def complete_days(totals: pl.DataFrame, groups: Sequence[MeterGroup], start: date, end: date) -> pl.DataFrame:
    """Every day of [start, end) for every carrier that has a meter; columns of ``DAILY``, by carrier and day.

    ``totals`` has carrier, day, total, readings and estimated of the days with readings; ``groups`` are the meters
    that should have sent them.
    """
    days = pl.date_range(start, end, "1d", closed="left", eager=True).alias("day")
    expected = [
        pl.DataFrame({"day": days, "expected": np.diff(_bounds(group, start, end)) * group.meters}).with_columns(
            carrier=pl.lit(group.carrier)
        )
        for group in groups
    ]
    if not expected:
        return DAILY.to_frame()
    grid = pl.concat(expected).group_by("carrier", "day").agg(pl.col("expected").sum())
    return (
        grid.join(totals, on=["carrier", "day"], how="left")
        .with_columns(pl.col("readings", "estimated").fill_null(0))
        .with_columns(pl.col("expected").round())
        .select(pl.col(name).cast(kind) for name, kind in DAILY.items())
        .sort("carrier", "day")
    )


def by_month(daily: pl.DataFrame) -> pl.DataFrame:
    """A ``DAILY`` frame summed over calendar months; columns of ``MONTHLY``."""
    total = pl.col("total")
    return (
        daily.group_by("carrier", month=pl.col("day").dt.month_start())
        .agg(
            total=pl.when(total.count() > 0).then(total.sum()),
            **{name: pl.col(name).sum() for name in ("readings", "expected", "estimated")},
        )
        .select(MONTHLY.names())
        .sort("carrier", "month")
    )


def with_coverage(totals: pl.DataFrame, groups: Iterable[MeterGroup], start: date, end: date) -> pl.DataFrame:
    """Totals of every member and carrier that has a meter, with coverage of [start, end); columns of ``TOTALS``."""
    expected: dict[tuple[str, str], float] = {}
    for group in groups:
        key = (str(group.id), group.carrier)
        each = _readings_in(group.time_zone, group.interval_minutes, start, (end - start).days)
        expected[key] = expected.get(key, 0.0) + each * group.meters
    keys = pl.DataFrame(
        [(member, carrier, round(count)) for (member, carrier), count in expected.items()],
        schema={"id": pl.String, "carrier": pl.String, "expected": pl.Int64},
        orient="row",
    )
    return (
        keys.join(totals, on=["id", "carrier"], how="left")
        .with_columns(pl.col("readings", "estimated").fill_null(0))
        .with_columns(coverage=pl.when(pl.col("expected") > 0).then(pl.col("readings") / pl.col("expected")))
        .select(pl.col(name).cast(kind) for name, kind in TOTALS.items())
        .sort("id", "carrier")
    )


@lru_cache(maxsize=256)
def _readings_in(time_zone: str, interval_minutes: int, first: date, days: int) -> float:
    """Readings that a meter should send in some local days."""
    instants = midnights(time_zone, first, days)
    return float(instants[-1] - instants[0]) / (_MINUTE_US * interval_minutes)


def _bounds(group: MeterGroup, start: date, end: date) -> NDArray[np.float64]:
    """Local midnights of a period, counted in readings of the group's interval."""
    return midnights(group.time_zone, start, (end - start).days) / (_MINUTE_US * group.interval_minutes)
