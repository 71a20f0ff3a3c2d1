"""Shapes of weeks, free of level and season, and by how many hours one stands later than another."""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eaio.timeseries import weeks

Floats = NDArray[np.float64]

FEWEST_HOURS = 120
"""Hours of a week that must be known to say where it stands."""
LARGEST = 4.0
"""Spreads from the level at which a shape is cut off, so that one odd hour does not decide."""


class Lags(NamedTuple):
    """How well shapes fit others that are moved; one value per pair, NaN where they share too few hours."""

    hours: Floats
    """Later, in hours."""
    left: Floats
    """Error after moving as a share of the error before."""
    still: Floats
    """Error before."""


def shaped(folded: Floats) -> Floats:
    """Weeks less their level and in units of their spread; NaN where too little of a week is known or it is flat."""
    known = np.isfinite(folded).sum(axis=1) >= FEWEST_HOURS
    centre = weeks.median(folded, axis=1)
    spread = weeks.mad(folded, centre, axis=1)
    with np.errstate(invalid="ignore", divide="ignore"):
        shapes = np.clip((folded - centre[:, None]) / spread[:, None], -LARGEST, LARGEST)
    shapes[~known | ~(spread > 0)] = np.nan
    return shapes


def best_lags(usual: Floats, other: Floats, lags: Sequence[int]) -> Lags:
    """The lag at which each row of ``other`` fits the same row of ``usual`` best; shapes (n, 168)."""
    errors = np.stack([_error(other, np.roll(usual, lag, axis=1)) for lag in lags])
    still = errors[list(lags).index(0)]
    told = np.isfinite(errors).all(axis=0) & (still > 0)
    best = np.where(np.isfinite(errors), errors, np.inf).argmin(axis=0)
    with np.errstate(invalid="ignore", divide="ignore"):
        left = errors[best, np.arange(best.size)] / still
    hours = np.asarray(lags, np.float64)[best]
    return Lags(*(np.where(told, part, np.nan) for part in (hours, left, still)))


def _error(one: Floats, other: Floats) -> Floats:
    """Root mean square distance by row where both are known."""
    distance = one - other
    known = np.isfinite(distance)
    count = known.sum(axis=1)
    total = np.square(np.where(known, distance, 0.0)).sum(axis=1)
    return np.where(count >= FEWEST_HOURS, np.sqrt(total / np.maximum(count, 1)), np.nan)


def windows(shapes: Floats, first: NDArray[np.int64], width: int) -> Floats:
    """Median shape of ``width`` weeks from each row on; rows beyond the ends are unknown. Shape (n, 168)."""
    rows = first[:, None] + np.arange(width)
    inside = (rows >= 0) & (rows < len(shapes))
    stacked = np.where(inside[:, :, None], shapes[np.clip(rows, 0, len(shapes) - 1)], np.nan)
    return weeks.median(stacked, axis=1)
