"""What the search for lasting causes looks at, and what it says."""

from collections.abc import Mapping
from typing import NamedTuple

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.models import AnomalyKind
from eaio.timeseries import weeks
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class CauseParams(Struct, frozen=True):
    """When a lasting change is called a leak, a moved schedule, a drift or a peak."""

    leak_hours: int = 24
    """So long must water run without a pause."""
    schedule_shift: float = 1.0
    """Hours by which use must begin earlier or end later."""
    schedule_days: int = 10
    """Working days for which it must do so."""
    drift_weeks: int = 8
    drift_share: float = 0.06
    """Of the level of the year before at the same weather."""
    peak_over: float = 1.08
    """A peak exceeds the hour that one in two hundred exceeds by this factor."""
    fight_strength: float = 4.0
    """Robust standard deviations by which a day of heating against cooling exceeds the usual."""
    fight_share: float = 0.15
    """Of the smaller of mean heating and mean cooling."""
    fight_days: int = 2


class Scene(NamedTuple):
    """A gapless hourly series of one meter; NaN where missing or not to be trusted."""

    carrier: Carrier
    local: pl.Series
    values: Floats
    temperature: Floats
    expected: Floats
    holiday: Bools
    clock: weeks.Clock

    def by_day(self, values: Floats) -> Floats:
        """Shape (days, 24) on the wall clock, from the Monday of the first week."""
        return self.clock.fold(values).reshape(-1, 24)

    def hours_of(self, days: Bools) -> Bools:
        """Mask of hours from one of ``by_day``, shape (days, 24)."""
        return days.reshape(-1)[self.clock.cell]


class Cause(NamedTuple):
    """One lasting cause."""

    kind: AnomalyKind
    hours: Bools
    """Which hours are affected."""
    normal: Floats
    """What those hours would have read without it; anything elsewhere."""
    confidence: float
    words: Mapping[str, str | float]
    """What its sentence says besides extent and amounts."""
