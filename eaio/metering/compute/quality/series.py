"""One meter's readings on their own even grid, and the hours that they add up to."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.metering.compute.batch import SECOND_US, Batch
from eaio.metering.compute.grid import nearest_hours
from eaio.metering.compute.overlay import ESTIMATED
from eaio.timeseries.units import Carrier
from eaio.timeseries.weeks import Clock

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HOUR = 3600
LONGEST_EVEN = 24 * HOUR
"""Readings further apart (months) have no even grid: they stand one after the other, and none is missing."""


class Native(Struct, frozen=True):
    """Readings in order of time, one place for each that is expected; arrays of one length."""

    seconds: NDArray[np.int64]
    """Beginning of each interval, seconds since 1970 UTC."""
    every: int
    """Seconds between readings."""
    raw: Floats
    """NaN where none is."""
    validated: Floats
    """With the active corrections over it; NaN where no value counts."""
    corrected: Bools
    """An active correction stands here."""
    estimated: Bools
    """What counts here was made by a method."""

    def __len__(self) -> int:
        return len(self.seconds)

    @property
    def per_hour(self) -> int | None:
        """Readings in an hour; None where hours are too fine for the meter."""
        return HOUR // self.every if self.every <= HOUR and HOUR % self.every == 0 else None


class Material(Struct, frozen=True):
    """What the checks look at."""

    carrier: Carrier
    time_zone: str
    native: Native
    hours: Floats
    """Raw amounts of whole hours from the first reading on, NaN where a part is missing; empty without hours."""
    temperature: Floats
    """degC of those hours, NaN where unknown."""
    starts: NDArray[np.int64]
    """Seconds since 1970 UTC of those hours."""


def native_series(raw: Batch, corrections: Batch, every: int) -> Native:
    """One meter's readings and corrections on its grid."""
    both: NDArray[np.int64] = np.unique(np.concatenate([raw.seconds, corrections.seconds]))
    if len(both) and every <= LONGEST_EVEN:
        count = int(_slot(both[-1:], int(both[0]), every)[0]) + 1
        seconds = int(both[0]) + every * np.arange(count, dtype=np.int64)
    else:
        seconds = both
    size = len(seconds)
    values, corrected, estimated = np.full(size, np.nan), np.zeros(size, bool), np.zeros(size, bool)
    place = _places(raw.seconds, seconds, every)
    values[place], estimated[place] = raw.values, raw.quality == ESTIMATED
    validated = values.copy()
    place = _places(corrections.seconds, seconds, every)
    validated[place], estimated[place] = corrections.values, corrections.quality == ESTIMATED
    corrected[place] = True
    return Native(seconds, every, values, validated, corrected, estimated & np.isfinite(validated))


def _slot(seconds: NDArray[np.int64], first: int, every: int) -> NDArray[np.int64]:
    """The nearest place: days begin an hour early or late where daylight saving does."""
    return (seconds - first + every // 2) // every


def _places(seconds: NDArray[np.int64], grid: NDArray[np.int64], every: int) -> NDArray[np.int64]:
    if every > LONGEST_EVEN or not len(seconds):
        return np.searchsorted(grid, seconds)
    return np.minimum(_slot(seconds, int(grid[0]), every), len(grid) - 1)


def material(
    native: Native, carrier: Carrier, time_zone: str, weather: tuple[NDArray[np.int64], Floats] | None = None
) -> Material:
    """The hours of a series, with the temperature of (microseconds since 1970 UTC, degC) in them."""
    size = native.per_hour
    if size is None:
        none = np.empty(0)
        return Material(carrier, time_zone, native, none, none, np.empty(0, np.int64))
    whole = len(native) // size
    hours = native.raw[: whole * size].reshape(whole, size).sum(axis=1)
    starts = native.seconds[: whole * size : size]
    temperature = np.full(whole, np.nan)
    if weather is not None and whole:
        temperature = nearest_hours(starts * SECOND_US, *weather)
    return Material(carrier, time_zone, native, hours, temperature, starts)


def local_clock(seconds: NDArray[np.int64], time_zone: str) -> Clock:
    """Where each hour stands in the folded weeks of the site's wall clock."""
    return Clock.of(local_times(seconds, time_zone))


def local_times(seconds: NDArray[np.int64], time_zone: str) -> pl.Series:
    """Wall-clock stamps of seconds since 1970 UTC."""
    utc = pl.Series("local", seconds * SECOND_US).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return utc.dt.convert_time_zone(time_zone).dt.replace_time_zone(None)


def spread(hours: Bools, material: Material) -> Bools:
    """Marked hours as marked readings."""
    native = material.native
    found = np.zeros(len(native), bool)
    size = native.per_hour or 1
    found[: len(hours) * size] = np.repeat(hours, size)
    return found


def joined(masks: Sequence[Bools], size: int) -> Bools:
    """Any of them; none of nothing."""
    return np.any(masks, axis=0) if masks else np.zeros(size, bool)
