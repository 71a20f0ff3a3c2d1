"""Cumulative registers: counts that only grow, roll over after their last digit, or are set back."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Indices = NDArray[np.int64]

FEWEST_STEPS = 48
BACKWARDS = 0.02
"""Share of steps back that a register may have; use goes back as often as it goes on."""
GROWTH = 20.0
"""Usual steps that a register must have grown by; use comes back to where it was."""
OUTLIER = 20.0
"""Usual steps from which one step is no use but a register that jumped."""
LARGEST_DIGITS = 12


class Register(NamedTuple):
    """What a register's counts say."""

    use: Floats
    """Amount of each interval, NaN where it cannot be told."""
    rollovers: Indices
    """Places after which the register began again at 0."""
    resets: Indices
    """Places after which it was set back or replaced."""


def is_register(values: Floats) -> bool:
    """Whether the readings are counts of a register rather than use."""
    known = values[np.isfinite(values)]
    steps = np.diff(known)
    on, back = int((steps > 0).sum()), int((steps < 0).sum())
    if on < FEWEST_STEPS or back > BACKWARDS * (on + back):
        return False
    grown = float(steps[steps > 0].sum())
    return grown > GROWTH * float(np.quantile(steps[steps > 0], 0.95)) and float(known.min()) >= 0


def read_register(values: Floats) -> Register:
    """Use out of counts: the next count less this one; the last interval has none.

    A gap's use lies in the step over it, which cannot be told apart by interval, so that it stays out. A step back
    from just under a power of ten is a roll-over, and the use goes on over it; any other one is a reset.
    """
    use = np.full(values.shape, np.nan)
    use[:-1] = np.diff(values)
    forward = use[np.isfinite(use) & (use > 0)]
    usual = float(np.quantile(forward, 0.95)) if forward.size else 0.0
    rollovers, resets = list[int](), list[int]()
    for place in np.flatnonzero(use < 0):
        over = _after_rollover(float(values[place]), float(values[place + 1]))
        if 0 <= over <= OUTLIER * usual:
            use[place] = over
            rollovers.append(int(place))
        else:
            use[place] = np.nan
            resets.append(int(place))
    return Register(use, np.array(rollovers, np.int64), np.array(resets, np.int64))


def _after_rollover(before: float, after: float) -> float:
    """What was used if the register ended with the highest count of as many digits as it shows; negative if not."""
    digits = len(str(int(before)))
    return float(10**digits) - before + after if digits <= LARGEST_DIGITS else -1.0
