"""Looking back from a forecast hour to hours that were known at its origin, on the wall clock."""

import numpy as np

from eaio.forecasting.compute.load import DAY, HORIZON, WEEK, Floats, Ints, Load

LEAD = np.arange(HORIZON)
"""Hours ahead of the origin."""
LEAD_DAY = LEAD // DAY
"""Whole days ahead: 0 for the first 24 hours."""
DAYS_BACK = LEAD_DAY + 1
"""Fewest whole days from a forecast hour back to the history."""
WEEKS_BACK = LEAD // WEEK + 1
"""Fewest whole weeks from a forecast hour back to the history."""


def targets(origins: Ints) -> Ints:
    """(n, HORIZON) index of every forecast hour."""
    return origins[:, None] + LEAD


def days_ago(load: Load, hours: Ints, origins: Ints, days: Ints | int, of: Floats | None = None) -> Floats:
    """The value ``days`` earlier at the same wall-clock time, never one at or after the origin.

    Where a clock change would move it there, it is the one a week before.

    Args:
        load: the history.
        hours: (n, m) index of the hours looked back from.
        origins: (n,) forecast origins.
        days: whole days, broadcast against ``hours``.
        of: (size,) what to look up; the filled load unless said otherwise.

    Returns:
        (n, m), NaN before the history began.
    """
    values = load.filled if of is None else of
    source = hours - DAY * np.asarray(days)
    source = source + load.offset[hours] - load.offset[source.clip(0)]
    source = np.where(source >= origins[:, None], source - WEEK, source)
    return np.where(source >= 0, values[source.clip(0)], np.nan)


def mean_before(values: Floats, origins: Ints, hours: int) -> Floats:
    """(n,) mean of the last ``hours`` values before each origin, NaN ignored; NaN where none is known."""
    known = np.isfinite(values)
    total = np.r_[0.0, np.cumsum(np.where(known, values, 0.0))]
    count = np.r_[0, np.cumsum(known)]
    first = np.maximum(origins - hours, 0)
    present = count[origins] - count[first]
    return np.where(present > 0, (total[origins] - total[first]) / np.maximum(present, 1), np.nan)


def mean_of_known(stack: Floats) -> Floats:
    """Mean over the first axis of what is known; NaN (without a warning) where nothing is."""
    known = np.isfinite(stack)
    return np.where(known, stack, 0.0).sum(axis=0) / np.where(known.any(axis=0), known.sum(axis=0), np.nan)
