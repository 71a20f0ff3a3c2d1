"""From the clock on the wall to instants: fixed standard time, daylight saving, UTC."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.metering.models import Clock

_HOUR_US = 3_600_000_000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_YEAR_US = 365 * 24 * _HOUR_US
_LAST_US = 4_102_444_800_000_000
"""Of the stamps that can be readings: 2100."""

NO_INSTANT = np.iinfo(np.int64).min
"""Stands for a stamp that no instant has."""


def standard_offset_us(time_zone: str, year: int) -> int:
    """Offset from UTC without daylight saving, in microseconds: the smaller of January's and July's."""
    zone = ZoneInfo(time_zone)
    offsets = [datetime(year, month, 1, 12, tzinfo=zone).utcoffset() for month in (1, 7)]
    return min(round(offset / timedelta(microseconds=1)) for offset in offsets if offset is not None)


def to_seconds(stamps: pl.Series, clock: Clock, time_zone: str, meters: pl.Series | None = None) -> NDArray[np.int64]:
    """Seconds since 1970 UTC of stamps (microseconds, null if unreadable); ``NO_INSTANT`` where there is none.

    On a wall clock the autumn hour occurs twice: of each meter's stamps (``meters`` is beside ``stamps`` in a long
    table) the first in time is still daylight saving time. The hour that spring leaves out has no instant.
    """
    stamps = stamps.clip(-_YEAR_US, _LAST_US)  # beyond lies no reading, and no calendar that could be asked
    if clock is Clock.WALL:
        stamps = _from_wall(stamps, time_zone, meters)
    elif clock is Clock.STANDARD and stamps.count():
        middle = int(stamps.median() or 0)  # pyright: ignore[reportArgumentType]
        stamps = stamps - standard_offset_us(time_zone, (_EPOCH + timedelta(microseconds=middle)).year)
    return (stamps // 1_000_000).fill_null(NO_INSTANT).to_numpy()


def _from_wall(stamps: pl.Series, time_zone: str, meters: pl.Series | None) -> pl.Series:
    descending = stamps.count() > 1 and bool(stamps.drop_nulls()[0] > stamps.drop_nulls()[-1])
    frame = pl.DataFrame({"stamp": stamps, "meter": 0 if meters is None else meters})
    frame = frame.reverse() if descending else frame
    repeated = pl.int_range(pl.len()).over("stamp", "meter") > 0
    which = pl.when(repeated).then(pl.lit("latest")).otherwise(pl.lit("earliest"))
    wall = pl.col("stamp").cast(pl.Datetime("us"))
    instants = frame.select(
        wall.dt.replace_time_zone(time_zone, ambiguous=which, non_existent="null").dt.epoch("us")
    ).to_series()
    return instants.reverse() if descending else instants


def detect_clock(stamps: pl.Series, time_zone: str) -> tuple[Clock, str]:
    """Whether stamps follow daylight saving, and the evidence, from the hours at which the clocks change."""
    known = stamps.filter(stamps.is_between(0, _LAST_US)).unique().sort().to_numpy()
    if len(known) < 2:
        return Clock.WALL, "too few stamps to tell, so the clock on the wall is assumed"
    repeated = stamps.drop_nulls()
    gaps, overlaps = _changes(time_zone, int(known[0]), int(known[-1]))
    step = int(np.median(np.diff(known)))
    around = [
        start
        for start in gaps
        if _has(known, start - _HOUR_US, start) and _has(known, start + _HOUR_US, start + 3 * _HOUR_US)
    ]
    if step > _HOUR_US or not (around or overlaps):
        return Clock.WALL, "the clocks do not change within the file"
    if any(_has(known, start, start + _HOUR_US) for start in around):
        return Clock.STANDARD, "the hour that daylight saving leaves out in spring is present"
    twice = sum(int(repeated.is_between(start, start + _HOUR_US, closed="left").sum()) for start in overlaps)
    once = sum(int(((known >= start) & (known < start + _HOUR_US)).sum()) for start in overlaps)
    if around:
        return Clock.WALL, "the hour that daylight saving leaves out in spring is missing"
    if twice >= 2 * once > 0:
        return Clock.WALL, "the hour that daylight saving repeats in autumn is there twice"
    return Clock.WALL, "nothing in the file tells, so the clock on the wall is assumed"


def _has(known: NDArray[np.int64], start: int, end: int) -> bool:
    return bool(np.searchsorted(known, end) > np.searchsorted(known, start))


def _changes(time_zone: str, first: int, last: int) -> tuple[list[int], list[int]]:
    """Wall-clock stamps at which an hour is left out (spring) or begins to repeat (autumn), microseconds since 1970."""
    zone = ZoneInfo(time_zone)
    hour = _EPOCH + timedelta(microseconds=first - first % _HOUR_US - 26 * _HOUR_US)
    end = _EPOCH + timedelta(microseconds=last + 26 * _HOUR_US)
    gaps: list[int] = []
    overlaps: list[int] = []
    day, before = timedelta(days=1), hour.astimezone(zone).utcoffset()
    while hour < end:
        after = (hour + day).astimezone(zone).utcoffset()
        if before is not None and after is not None and after != before:
            instant = _instant_of_change(hour, zone)
            wall = (instant - _EPOCH) + min(before, after)
            (gaps if after > before else overlaps).append(wall // timedelta(microseconds=1))
        hour, before = hour + day, after
    return gaps, overlaps


def _instant_of_change(start: datetime, zone: ZoneInfo) -> datetime:
    before = start.astimezone(zone).utcoffset()
    return next(
        instant
        for instant in (start + timedelta(minutes=15 * step) for step in range(1, 97))
        if instant.astimezone(zone).utcoffset() != before
    )
