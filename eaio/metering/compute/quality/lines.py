"""Interpolation that is too good to be measured: exactly straight lines."""

import numpy as np
from numpy.typing import NDArray

from eaio.timeseries.metrics import runs

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FEWEST = 6
"""Steps of exactly one size in a row, on a meter with fine steps."""
COARSE_FEWEST = 12
FINE_SHARE = 0.2
"""Distinct step sizes as a share of all steps: a meter above it never repeats a step by chance."""
EXACT = 1e-6
"""Of the usual step: what rounding in a file leaves of a straight line."""


def straight(values: Floats) -> Bools:
    """Readings inside runs of equal steps; level runs are another fault, or none.

    Both ends of a line were measured; only what lies between them is claimed.
    """
    found = np.zeros(values.shape, bool)
    if values.size < FEWEST + 1:
        return found
    steps = np.diff(values)
    known = steps[np.isfinite(steps) & (steps != 0)]
    if known.size < FEWEST:
        return found
    usual = float(np.median(np.abs(known)))
    with np.errstate(invalid="ignore"):
        same = (np.abs(np.diff(steps)) <= EXACT * usual) & (np.abs(steps[1:]) > 100 * EXACT * usual)
    fewest = FEWEST if np.unique(np.round(known, 9)).size > FINE_SHARE * known.size else COARSE_FEWEST
    for start, end in runs(same):
        if end - start >= fewest - 1:
            found[start + 1 : end + 1] = True
    return found
