"""Clocks that were moved and moved back: spells in which the whole week stands hours earlier or later."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eaio.metering.compute.quality.shapes import best_lags, shaped, windows
from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK
from eaio.timeseries.metrics import runs

Floats = NDArray[np.float64]

LAGS = tuple(range(-12, 13))
SMALLEST = 2
"""Hours; one hour cannot be told from a change of the hours of use."""
BESIDE_WEEKS = 4
SHORTEST_WEEKS, LONGEST_WEEKS = 3, 26
CLEARLY = 0.45
"""Error left after moving, as a share of the error before, up to which the weeks moved."""
UNUSUAL = 1.3
"""Error before, in the median of all weeks."""


class Shift(NamedTuple):
    """Hours [start, end) of a series that stand ``hours`` later (or earlier, negative) than before and after."""

    start: int
    end: int
    hours: int


def shifts(values: Floats, clock: weeks.Clock) -> list[Shift]:
    """Spells that begin with a jump of the whole week by some hours and end with the same jump back.

    One jump alone may be another use of the building. The weeks beside a jump fit badly as they are and well
    when moved.
    """
    shapes = shaped(clock.fold(values))
    jumps = _jumps(shapes)
    found: list[Shift] = []
    after = 0
    for row in sorted(jumps):
        back = next(
            (end for end in range(row + SHORTEST_WEEKS, row + LONGEST_WEEKS + 1) if jumps.get(end) == -jumps[row]), None
        )
        if back is not None and row >= after:
            inside = np.flatnonzero((clock.cell >= row * HOURS_IN_WEEK) & (clock.cell < back * HOURS_IN_WEEK))
            found.append(Shift(int(inside[0]), int(inside[-1]) + 1, jumps[row]))
            after = back
    return found


def _jumps(shapes: Floats) -> dict[int, int]:
    """First week after each jump and its hours; the weeks beside it show it as well, evenly on both sides."""
    if len(shapes) < 2 * SHORTEST_WEEKS:
        return {}
    rows = np.arange(2, len(shapes) - 1, dtype=np.int64)
    before, after = windows(shapes, rows - BESIDE_WEEKS, BESIDE_WEEKS), windows(shapes, rows, BESIDE_WEEKS)
    found = best_lags(before, after, LAGS)
    known = np.isfinite(found.still)
    if not known.any():
        return {}
    ordinary = float(np.median(found.still[known]))
    with np.errstate(invalid="ignore"):
        jumped = (np.abs(found.hours) >= SMALLEST) & (found.left <= CLEARLY) & (found.still >= UNUSUAL * ordinary)
    middles = [(int(start) + int(end) - 1) // 2 for start, end in runs(jumped)]
    return {int(rows[middle]): int(found.hours[middle]) for middle in middles}
