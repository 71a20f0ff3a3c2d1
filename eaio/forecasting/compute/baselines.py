"""Seasonal engines without parameters: what every better engine has to beat.

Each takes (load, origins, trained_until) and returns (n_origins, HORIZON); none looks at or beyond its origin.
"""

import numpy as np

from eaio.forecasting.compute.lags import DAYS_BACK, WEEKS_BACK, days_ago, mean_before, mean_of_known, targets
from eaio.forecasting.compute.load import Floats, Ints, Load

DAYS_IN_WEEK = 7
SLOT_WEEKS = 4


def previous_day(load: Load, origins: Ints, trained_until: int) -> Floats:  # noqa: ARG001 - learns nothing
    """The last known day, repeated."""
    return _known(days_ago(load, targets(origins), origins, DAYS_BACK), load, origins)


def previous_week(load: Load, origins: Ints, trained_until: int) -> Floats:  # noqa: ARG001 - learns nothing
    """The last known week, repeated."""
    return _known(days_ago(load, targets(origins), origins, DAYS_IN_WEEK * WEEKS_BACK), load, origins)


def week_mean(load: Load, origins: Ints, trained_until: int) -> Floats:  # noqa: ARG001 - learns nothing
    """Mean of the last seven days at the same hour: the persistence ensemble of BuildingsBench (arXiv 2307.00142)."""
    hours = targets(origins)
    days = [days_ago(load, hours, origins, DAYS_BACK + extra) for extra in range(DAYS_IN_WEEK)]
    return _known(mean_of_known(np.stack(days)), load, origins)


def slot_mean(load: Load, origins: Ints, trained_until: int) -> Floats:  # noqa: ARG001 - learns nothing
    """Mean of the last four weeks at the same hour of the week."""
    return _known(mean_of_known(slots(load, origins)), load, origins)


def slot_median(load: Load, origins: Ints, trained_until: int) -> Floats:  # noqa: ARG001 - learns nothing
    """Median of the last four weeks at the same hour of the week."""
    stack = slots(load, origins)
    return _known(np.median(np.where(np.isfinite(stack), stack, mean_of_known(stack)), axis=0), load, origins)


def slots(load: Load, origins: Ints) -> Floats:
    """(SLOT_WEEKS, n, HORIZON) the last four known weeks at each forecast hour."""
    hours = targets(origins)
    weeks = [days_ago(load, hours, origins, DAYS_IN_WEEK * (WEEKS_BACK + extra)) for extra in range(SLOT_WEEKS)]
    return np.stack(weeks)


def _known(predicted: Floats, load: Load, origins: Ints) -> Floats:
    """Hours without any precedent take the mean of the four weeks before the origin."""
    level = mean_before(load.filled, origins, SLOT_WEEKS * 168)
    return np.where(np.isfinite(predicted), predicted, level[:, None])
