"""Readings that should be there, and series completed with the days on which none is."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.metering.models import DAILY, MONTHLY, TOTALS

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


def complete_days(totals: pl.DataFrame, groups: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """Every day of [start, end) for every carrier that has a meter; columns of ``DAILY``, by carrier and day.

    ``totals`` has carrier, day, total, readings and estimated of the days with readings; ``groups`` (of ``GROUPS``)
    are the meters that should have sent them.
    """
    if groups.is_empty():
        return DAILY.to_frame()
    days = pl.date_range(start, end, "1d", closed="left", eager=True).alias("day")
    kinds = groups.group_by("carrier", "time_zone", "interval_minutes").agg(pl.col("meters").sum())
    expected = [
        pl.DataFrame({"day": days, "expected": np.diff(_counted(zone, interval, start, end)) * meters}).with_columns(
            carrier=pl.lit(carrier)
        )
        for carrier, zone, interval, meters in kinds.iter_rows()
    ]
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


def with_coverage(totals: pl.DataFrame, groups: pl.DataFrame, start: date, end: date) -> pl.DataFrame:
    """Totals of every member and carrier that has a meter, with coverage of [start, end); columns of ``TOTALS``.

    ``totals`` has id, carrier, total, readings and estimated; ``groups`` the columns of ``GROUPS``.
    """
    kinds = groups.select("time_zone", "interval_minutes").unique()
    spans = [_counted(zone, interval, start, end) for zone, interval in kinds.iter_rows()]
    each = [float(span[-1] - span[0]) for span in spans]
    expected = (
        groups.join(kinds.with_columns(each=pl.Series(each, dtype=pl.Float64)), on=["time_zone", "interval_minutes"])
        .group_by("id", "carrier")
        .agg(expected=(pl.col("each") * pl.col("meters")).sum().round())
    )
    return (
        expected.join(totals, on=["id", "carrier"], how="left")
        .with_columns(pl.col("readings", "estimated").fill_null(0))
        .with_columns(coverage=pl.when(pl.col("expected") > 0).then(pl.col("readings") / pl.col("expected")))
        .select(pl.col(name).cast(kind) for name, kind in TOTALS.items())
        .sort("id", "carrier")
    )


def _counted(time_zone: str, interval_minutes: int, start: date, end: date) -> NDArray[np.float64]:
    """Local midnights of a period, counted in readings of an interval."""
    return midnights(time_zone, start, (end - start).days) / (_MINUTE_US * interval_minutes)
