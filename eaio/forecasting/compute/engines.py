"""The table of engines: every way to forecast, behind one signature."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from eaio.forecasting.compute.baselines import previous_day, previous_week, slot_mean, slot_median, week_mean
from eaio.forecasting.compute.decomposition import mstl
from eaio.forecasting.compute.load import Floats, Ints, Load
from eaio.forecasting.compute.ridge import ridge
from eaio.forecasting.models import EngineName

Engine: TypeAlias = Callable[[Load, Ints, int], Floats]
"""(load, origins (n,), trained_until) -> (n, HORIZON).

Reads no hour at or after an origin to forecast from it, and learns parameters only from hours before ``trained_until``.
"""

PER_METER: Mapping[EngineName, Engine] = {
    EngineName.PREVIOUS_DAY: previous_day,
    EngineName.PREVIOUS_WEEK: previous_week,
    EngineName.WEEK_MEAN: week_mean,
    EngineName.SLOT_MEAN: slot_mean,
    EngineName.SLOT_MEDIAN: slot_median,
    EngineName.RIDGE: ridge,
}
"""Engines that need nothing but the meter's own history, and are quick enough to be mixed for every request."""

ON_REQUEST: Mapping[EngineName, Engine] = {EngineName.MSTL: mstl}
"""Slow engines, compared with the others in evaluations."""
