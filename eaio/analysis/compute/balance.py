"""Degrees beyond a balance point, and balance points between the points of a grid.

Temperatures are the mean of each point, shape (n,), or the hours of each day, shape (n, hours), NaN where a day has
fewer: then degrees are averaged over the hours (degree hours), which keeps what a mean of the day loses when a day is
cold in the morning and warm in the afternoon.

While no point changes sides, the sum of squares is smooth in the balance points; Gauss-Newton steps (Muggeo 2003,
Statistics in Medicine 22, 3055-3071) reach its minimum in a few rounds.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

ROUNDS = 25
CLOSE = 1e-10
SHARES = (1.0, 0.5, 0.25, 0.1, 0.03, 0.01)
"""Of a step, tried in turn until one does better."""


def cold(t: Floats, points: float | Floats) -> Floats:
    """Degrees below each balance point, shape of ``points`` + (n,); NaN where no temperature is known."""
    return _degrees(t, np.subtract.outer(points, t))


def warm(t: Floats, points: float | Floats) -> Floats:
    """Degrees above each balance point, shape of ``points`` + (n,); NaN where no temperature is known."""
    return _degrees(t, -np.subtract.outer(points, t))


def mean(t: Floats) -> Floats:
    """Mean temperature of each point, shape (n,)."""
    return t if t.ndim == 1 else np.where(np.isfinite(t), t, 0.0).sum(-1) / _known(t)


def _degrees(t: Floats, difference: Floats) -> Floats:
    if t.ndim == 1:
        return np.maximum(difference, 0)
    return np.fmax(difference, 0).sum(-1) / _known(t)


def _known(t: Floats) -> Floats:
    count = np.isfinite(t).sum(-1).astype(float)
    return np.where(count > 0, count, np.nan)


def _share(t: Floats, beyond: NDArray[np.bool_]) -> Floats:
    return beyond.astype(float) if t.ndim == 1 else beyond.sum(-1) / _known(t)


class Hinges(NamedTuple):
    """Use = base + below * max(low - T, 0) + above * max(T - high, 0)."""

    low: float
    high: float
    below: float
    above: float
    base: float

    def at(self, t: Floats) -> Floats:
        """Use at outdoor temperatures."""
        return self.base + self.below * cold(t, self.low) + self.above * warm(t, self.high)


class Free(NamedTuple):
    """Which slopes a shape has, and whether both meet in one balance point."""

    below: bool
    above: bool
    joined: bool = False


def solve(low: float, high: float, free: Free, t: Floats, y: Floats) -> Hinges:
    """Least squares at given balance points."""
    columns = [np.ones(y.size)]
    columns += [cold(t, low)] if free.below else []
    columns += [warm(t, high)] if free.above else []
    found = np.linalg.lstsq(np.column_stack(columns), y, rcond=None)[0]
    below = float(found[1]) if free.below else 0.0
    above = float(found[-1]) if free.above else 0.0
    return Hinges(low, high, below, above, float(found[0]))


def refine(start: Hinges, free: Free, t: Floats, y: Floats, bounds: tuple[float, float]) -> Hinges:
    """The least-squares optimum near ``start``, its balance points within ``bounds``; never worse than ``start``."""
    best, sse = start, float(((y - start.at(t)) ** 2).sum())
    for _ in range(ROUNDS):
        step = _step(best, free, t, y)
        for share in SHARES:
            low, high = (float(np.clip(at + share * move, *bounds)) for at, move in zip(best[:2], step, strict=True))
            trial = solve(low, max(low, high), free, t, y)
            error = float(((y - trial.at(t)) ** 2).sum())
            if error < sse:
                break
        else:
            return best
        gain, best, sse = sse - error, trial, error
        if gain <= CLOSE * sse:
            return best
    return best


def _step(at: Hinges, free: Free, t: Floats, y: Floats) -> tuple[float, float]:
    """How far both balance points should move, in kelvin."""
    by_low, by_high = at.below * _share(t, t < at.low), -at.above * _share(t, t > at.high)
    moves = [by_low + by_high] if free.joined else [by_low] * free.below + [by_high] * free.above
    hinges = [cold(t, at.low)] * free.below + [warm(t, at.high)] * free.above
    found = np.linalg.lstsq(np.column_stack([np.ones(y.size), *hinges, *moves]), y, rcond=None)[0]
    first, last = float(found[-len(moves)]), float(found[-1])
    return (first, last) if free.joined or (free.below and free.above) else (first, first)
