"""The hourly grid of the demo and what the wall clock says at each of its hours."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.demo.models import DemoSite
from eaio.timeseries.calendar import holiday_dates

YEARS = 2
HOURS = YEARS * 365 * 24


class LocalClock(Struct, frozen=True):
    """Wall-clock columns on the hourly grid of a site; all of the grid's length."""

    hour: NDArray[np.int64]
    weekday: NDArray[np.int64]
    """Monday is 0."""
    year_day: NDArray[np.int64]
    """1 to 366."""
    day: NDArray[np.int64]
    """Calendar days since 1970-01-01, local."""
    holiday: NDArray[np.bool_]


def hourly_grid(end: datetime) -> NDArray[np.datetime64]:
    """Two years of hours in UTC that end with the last whole hour before ``end`` (aware); microseconds."""
    last = np.datetime64(end.astimezone(UTC).replace(tzinfo=None), "h")
    return (last - np.arange(HOURS, 0, -1)).astype("datetime64[us]")


def local_clock(time: NDArray[np.datetime64], site: DemoSite) -> LocalClock:
    """What the clocks and calendars at a site show at each instant of the grid."""
    local = pl.Series(time).dt.replace_time_zone("UTC").dt.convert_time_zone(site.time_zone)
    day = local.dt.date().cast(pl.Int32).to_numpy().astype(np.int64)
    return LocalClock(
        hour=local.dt.hour().to_numpy().astype(np.int64),
        weekday=local.dt.weekday().to_numpy().astype(np.int64) - 1,
        year_day=local.dt.ordinal_day().to_numpy().astype(np.int64),
        day=day,
        holiday=np.isin(day, _holidays(site, int(day[0]), int(day[-1]))),
    )


def _holidays(site: DemoSite, first: int, last: int) -> list[int]:
    epoch = date(1970, 1, 1)
    years = range((epoch + timedelta(days=first)).year, (epoch + timedelta(days=last)).year + 1)
    return [(day - epoch).days for day in holiday_dates(site.country, years, site.subdivision)]
