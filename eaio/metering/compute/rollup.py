"""Daily and hourly rollups of a batch, for exactly the days and hours that it touches."""

from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.metering.compute.batch import SECOND_US, Batch, Flags
from eaio.metering.compute.coverage import midnights

_HOUR = 3600
_DAY_MARGIN = 2


class MeterClock(Struct, frozen=True):
    """What a rollup must know of a meter."""

    time_zone: str
    interval_minutes: int


class Rollup(Struct, frozen=True):
    """One row per meter and period; arrays of one length, by meter and period."""

    keys: NDArray[np.int32]
    periods: NDArray[np.int64]
    """Days since 1970-01-01, or seconds since 1970 UTC of the beginning of the hour."""
    readings: NDArray[np.int16]
    expected: NDArray[np.int16]
    estimated: NDArray[np.int16]
    total: NDArray[np.float64]
    minimum: NDArray[np.float64]
    maximum: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.keys)

    def where(self, chosen: Flags) -> "Rollup":
        """The chosen periods, in the same order."""
        return Rollup(*(getattr(self, name)[chosen] for name in self.__struct_fields__))


def daily_rollup(batch: Batch, touched: Flags, clocks: Mapping[int, MeterClock]) -> Rollup:
    """Totals by meter and local calendar day, for days with at least one ``touched`` reading.

    ``batch`` must hold everything that the meters have on those days; ``clocks`` is by meter key.
    """
    if len(batch) == 0:
        return _grouped(batch, touched, np.empty(0, np.int64), np.empty(0))
    first, days = _span(batch)
    zone_of, zones = _by_zone(batch, clocks)
    seconds = batch.seconds
    offset, length = np.empty(len(batch), np.int64), np.empty(len(batch))
    for code, zone in enumerate(zones):
        bounds = midnights(zone, first, days) // SECOND_US
        chosen = slice(None) if len(zones) == 1 else zone_of == code
        day = np.searchsorted(bounds, seconds[chosen], side="right") - 1
        offset[chosen], length[chosen] = day, np.diff(bounds)[day]
    epoch_day = (first - date(1970, 1, 1)).days
    return _grouped(batch, touched, offset + epoch_day, length / _interval_seconds(batch, clocks))


def hourly_rollup(batch: Batch, touched: Flags, clocks: Mapping[int, MeterClock]) -> Rollup:
    """Totals by hour of the meters finer than hourly, for hours with at least one ``touched`` reading.

    Hours begin where the wall clock shows a full hour, also in zones that are half an hour off.
    """
    every = _interval_seconds(batch, clocks)
    fine = every < _HOUR
    part = batch.where(fine)
    if len(part) == 0:
        return _grouped(part, touched[fine], np.empty(0, np.int64), np.empty(0))
    first, days = _span(part)
    zone_of, zones = _by_zone(part, clocks)
    phases = np.array([midnights(zone, first, days)[0] // SECOND_US % _HOUR for zone in zones], np.int64)[zone_of]
    hour = (part.seconds - phases) // _HOUR * _HOUR + phases
    return _grouped(part, touched[fine], hour, _HOUR / every[fine])


def _grouped(batch: Batch, touched: Flags, periods: NDArray[np.int64], expected: NDArray[np.float64]) -> Rollup:
    """Aggregate runs of one meter and period; runs without a touched reading are left out.

    A NaN marks a place where no reading counts any more: a period of nothing else has 0 readings and 0 for its values.
    """
    keys, values = batch.keys, batch.values
    if len(keys) == 0:
        short, real = np.empty(0, np.int16), np.empty(0)
        return Rollup(keys, periods, short, short, short, real, real, real)
    starts = np.flatnonzero(np.append(True, (keys[1:] != keys[:-1]) | (periods[1:] != periods[:-1])))
    wanted = np.logical_or.reduceat(touched, starts)
    first = starts[wanted]
    present = ~np.isnan(values)
    readings = np.add.reduceat(present.astype(np.int64), starts)[wanted]
    return Rollup(
        keys=keys[first],
        periods=periods[first],
        readings=readings.astype(np.int16),
        expected=np.round(expected[first]).astype(np.int16),
        estimated=np.add.reduceat((batch.quality != 0).astype(np.int64), starts)[wanted].astype(np.int16),
        total=np.add.reduceat(np.where(present, values, 0.0), starts)[wanted],
        minimum=np.where(readings > 0, np.fmin.reduceat(values, starts)[wanted], 0.0),
        maximum=np.where(readings > 0, np.fmax.reduceat(values, starts)[wanted], 0.0),
    )


def _span(batch: Batch) -> tuple[date, int]:
    """A first day and a number of days that hold the batch in every time zone."""
    seconds = batch.seconds
    first = datetime.fromtimestamp(int(seconds.min()), UTC).date() - timedelta(days=_DAY_MARGIN)
    last = datetime.fromtimestamp(int(seconds.max()), UTC).date() + timedelta(days=_DAY_MARGIN)
    return first, (last - first).days


def _by_zone(batch: Batch, clocks: Mapping[int, MeterClock]) -> tuple[NDArray[np.int64], list[str]]:
    """For each reading the position of its meter's zone in the list of zones."""
    present, position = np.unique(batch.keys, return_inverse=True)
    zones = sorted({clocks[key].time_zone for key in present.tolist()})
    code = np.array([zones.index(clocks[key].time_zone) for key in present.tolist()], np.int64)
    return code[position], zones


def _interval_seconds(batch: Batch, clocks: Mapping[int, MeterClock]) -> NDArray[np.int64]:
    present, position = np.unique(batch.keys, return_inverse=True)
    every = np.array([clocks[key].interval_minutes * 60 for key in present.tolist()], np.int64)
    return every[position]
