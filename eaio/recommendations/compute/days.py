"""A meter's history as a table of local days by hours, cleaned of what is plainly not a load."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, TypeAlias

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.timeseries.units import Carrier

Array: TypeAlias = NDArray[np.floating[Any]]
Flags: TypeAlias = NDArray[np.bool_]

ZERO_IS_MISSING = frozenset({Carrier.ELECTRICITY})
STUCK_HOURS = 24
SPIKE_FACTOR = 5.0


@dataclass(frozen=True, slots=True)
class Days:
    """Load and outdoor temperature by local day (rows) and hour (24 columns); NaN where unknown."""

    first: date
    load: Array
    temperature: Array

    @property
    def weekend(self) -> Flags:
        """Saturdays and Sundays, one flag per day."""
        return ((np.arange(len(self.load)) + self.first.weekday()) % 7) >= 5

    @property
    def month(self) -> NDArray[np.int64]:
        """Months since year 0, one per day."""
        days = np.datetime64(self.first, "D") + np.arange(len(self.load))
        return days.astype("datetime64[M]").astype(np.int64)

    @property
    def day_of_year(self) -> NDArray[np.int64]:
        """1 to 366, one per day."""
        days = np.datetime64(self.first, "D") + np.arange(len(self.load))
        return (days - days.astype("datetime64[Y]")).astype(np.int64) + 1

    def rows(self, start: int, stop: int) -> "Days":
        """The days from index ``start`` up to ``stop``."""
        return Days(self.first + timedelta(days=start), self.load[start:stop], self.temperature[start:stop])

    def last(self, days: int) -> "Days":
        """The latest ``days`` days."""
        return self.rows(max(0, len(self.load) - days), len(self.load))


def days_of(frame: pl.DataFrame, carrier: Carrier) -> Days | None:
    """Lay an ``HOURLY`` frame out by local day; None when it holds no reading.

    An hour that occurs twice in autumn keeps its second reading, one that is skipped in spring stays NaN. Left out are
    negative values, spikes above five times the 99.5th percentile, electricity's zeros (BDG2: missing data in disguise)
    and electricity that stands still to the last digit for a day.
    """
    present = frame.filter(pl.col("value").is_not_null())
    if present.is_empty():
        return None
    last = present["local"].max()
    frame = frame.filter(pl.col("local") <= last)
    days = frame["local"].dt.date()
    first: date = days.min()  # pyright: ignore[reportAssignmentType]
    row = (days - first).dt.total_days().to_numpy()
    hour = frame["local"].dt.hour().to_numpy()
    shape = (int(row.max()) + 1, 24)
    load, temperature = np.full(shape, np.nan), np.full(shape, np.nan)
    load[row, hour] = _cleaned(frame["value"].to_numpy().astype(float), carrier)
    temperature[row, hour] = frame["temperature"].to_numpy().astype(float)
    kept = np.flatnonzero(np.isfinite(load).any(axis=1))
    return Days(first, load, temperature).rows(int(kept[0]), int(kept[-1]) + 1) if kept.size else None


def _cleaned(value: Array, carrier: Carrier) -> Array:
    value = np.where(value < 0, np.nan, value)
    if carrier in ZERO_IS_MISSING:
        value = np.where(value == 0, np.nan, value)
        value[_stuck(value)] = np.nan
    seen = value[np.isfinite(value) & (value > 0)]
    if seen.size:
        value = np.where(value > SPIKE_FACTOR * np.quantile(seen, 0.995), np.nan, value)
    return value


def _stuck(value: Array) -> Flags:
    """Hours inside a run of equal readings of a day or longer."""
    change = np.r_[True, value[1:] != value[:-1]]
    run = np.cumsum(change)
    length = np.bincount(run)[run]
    return length >= STUCK_HOURS
