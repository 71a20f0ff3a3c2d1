"""Daily use over outdoor temperature: 2P, 3PC, 3PH, 4P and 5P change-point models.

Every candidate pair of balance points is solved in closed form at once: with the hinges h = max(low - T, 0) and
c = max(T - high, 0) the normal equations of all pairs need only the sums of h, h^2, hy, c, c^2, cy and hc. Kissock,
Haberl and Claridge, ASHRAE RP-1050 (2002); choice by BIC. The best pair of the grid is then refined to the optimum
between grid points (``balance``), so that data without noise give the planted parameters back.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eaio.analysis.compute import balance
from eaio.analysis.compute.fitness import lag_one
from eaio.analysis.models import ChangePointModel, DegreeDayModel, ModelKind, RefusalReason, Refused
from eaio.timeseries import metrics

Floats = NDArray[np.float64]

MINIMUM_DAYS = 60
CALTRACK_DAYS = 328
"""A baseline year may lack at most 37 days (CalTRACK 2.0, section 2.2)."""
BILLS = 13
"""As many periods or fewer are bills or months."""
LEAST_SPAN = 5.0
"""K between the coldest and the warmest period."""
LEAST_FLAT = 1.0
"""K between the balance points of a 5P model."""
GRID_STEP = 0.25
HOURS_STEP = 0.5
"""K; degree hours are smooth in the balance point, so that a coarser grid leads to the same optimum."""
EDGE = 0.05
"""Share of the points that must lie beyond a balance point."""
PARAMETERS = {
    ModelKind.P2: 2,
    ModelKind.P3_COOLING: 3,
    ModelKind.P3_HEATING: 3,
    ModelKind.P4: 4,
    ModelKind.P5: 5,
}
SLOPES = {
    ModelKind.P3_COOLING: balance.Free(below=False, above=True),
    ModelKind.P3_HEATING: balance.Free(below=True, above=False),
    ModelKind.P4: balance.Free(below=True, above=True, joined=True),
    ModelKind.P5: balance.Free(below=True, above=True),
}
SHAPE = {
    ModelKind.P2: "a straight line",
    ModelKind.P3_COOLING: "flat, then rising with heat",
    ModelKind.P3_HEATING: "rising with cold, then flat",
    ModelKind.P4: "two slopes that meet",
    ModelKind.P5: "rising with cold and with heat, flat between",
}


class _Fit(NamedTuple):
    kind: ModelKind
    sse: float
    low: float
    high: float
    below: float
    above: float
    base: float

    def bic(self, n: int) -> float:
        """Bayesian information criterion with normal errors, up to a constant."""
        return n * np.log(max(self.sse, 1e-12) / n) + PARAMETERS[self.kind] * np.log(n)


def fit(temperature: ArrayLike, use: ArrayLike, minimum: int = MINIMUM_DAYS) -> ChangePointModel:
    """Fit all five shapes to daily (or monthly mean daily) use and keep the one with the lowest BIC.

    Args:
        temperature: mean outdoor temperature of each period, degC, shape (n,); or the temperatures of its hours, shape
            (n, hours), for a model of degree hours. A period without any is left out.
        use: use of each period, kWh a day.
        minimum: fewest periods that are enough.

    Raises:
        Refused: fewer than ``minimum`` periods, a temperature that hardly varies, or a use that does not.
    """
    y, t = np.asarray(use, float), np.asarray(temperature, float)
    known = np.isfinite(y) & np.isfinite(balance.mean(t))
    y, t = y[known], t[known]
    _require(y, balance.mean(t), minimum)
    fits = sorted((_refined(one, t, y) for one in _candidates(t, y)), key=lambda candidate: candidate.bic(y.size))
    return _described(fits, t, y)


def _require(y: Floats, t: Floats, minimum: int) -> None:
    unit = "days" if minimum > BILLS else "months"
    if y.size < minimum:
        raise Refused(
            RefusalReason.TOO_FEW,
            f"A weather model needs {minimum} {unit} with use and temperature; there are {y.size}",
            "Import more readings, or add outdoor temperature where it is missing",
        )
    require_variation(y, t, unit.removesuffix("s"))


def require_variation(y: Floats, t: Floats, unit: str) -> None:
    """Refuse weather or use that hardly varies: nothing can be learnt from it."""
    if np.ptp(t) < LEAST_SPAN:
        raise Refused(
            RefusalReason.FLAT_WEATHER,
            f"A weather model needs outdoor temperatures that differ by {LEAST_SPAN:g} K or more",
            "Choose a longer period with warm and cold weather",
        )
    if not y.any():
        raise Refused(
            RefusalReason.ALL_ZERO,
            f"A weather model needs use; every {unit} reads zero",
            "Check the meter and its link, or choose a period in which it recorded use",
        )
    if np.ptp(y) <= 1e-9 * max(1.0, float(np.abs(y).max())):
        raise Refused(
            RefusalReason.CONSTANT,
            f"A weather model needs use that varies; every {unit} is the same",
            "Check whether the meter or its link is stuck",
        )


def predict(model: ChangePointModel | DegreeDayModel, temperature: ArrayLike) -> Floats:
    """Use of each day at its outdoor temperature, shape as in ``fit``; NaN where that is unknown."""
    t = np.asarray(temperature, float)
    return model.base + model.below * balance.cold(t, model.low) + model.above * balance.warm(t, model.high)


def _refined(found: _Fit, t: Floats, y: Floats) -> _Fit:
    """The same shape at the best balance points between those of the grid; unchanged where that is no better."""
    if found.kind == ModelKind.P2:
        return found
    bounds = _bounds(t)
    best = balance.refine(balance.Hinges(*found[2:]), SLOPES[found.kind], t, y, bounds)
    apart = best.high - best.low >= LEAST_FLAT or found.kind != ModelKind.P5
    kept = [slope > 0 for slope in (found.below, found.above)] == [slope > 0 for slope in (best.below, best.above)]
    sse = float(((y - best.at(t)) ** 2).sum())
    return _Fit(found.kind, sse, *best) if apart and kept and sse < found.sse else found


def _bounds(t: Floats) -> tuple[float, float]:
    """Between which temperatures a balance point may lie."""
    first, last = np.quantile(balance.mean(t), [EDGE, 1 - EDGE])
    return float(first), float(last)


def _candidates(t: Floats, y: Floats) -> list[_Fit]:
    n, mean = y.size, float(y.mean())
    first, last = _bounds(t)
    step = GRID_STEP if t.ndim == 1 else HOURS_STEP
    points = np.arange(first, last + step / 2, step)
    yc = y - mean
    syy = float(yc @ yc)
    cold, warm = balance.cold(t, points), balance.warm(t, points)
    h_mean, c_mean = cold.mean(1), warm.mean(1)
    shh, scc = (cold**2).sum(1) - n * h_mean**2, (warm**2).sum(1) - n * c_mean**2
    shy, scy = cold @ yc, warm @ yc
    low, high = np.triu_indices(points.size)
    shc = (cold @ warm.T)[low, high] - n * h_mean[low] * c_mean[high]
    determinant = np.maximum(shh[low] * scc[high] - shc**2, 1e-9)
    below = (shy[low] * scc[high] - scy[high] * shc) / determinant
    above = (scy[high] * shh[low] - shy[low] * shc) / determinant
    sse = syy - below * shy[low] - above * scy[high]

    def best(kind: ModelKind, allowed: NDArray[np.bool_]) -> list[_Fit]:
        if not allowed.any():
            return []
        i = int(np.where(allowed, sse, np.inf).argmin())
        base = mean - below[i] * h_mean[low[i]] - above[i] * c_mean[high[i]]
        at = float(points[low[i]]), float(points[high[i]])
        return [_Fit(kind, float(sse[i]), *at, float(below[i]), float(above[i]), float(base))]

    return [
        _line(t, y),
        *_hinge(_Sums(ModelKind.P3_COOLING, scy, scc, c_mean), points, syy, mean),
        *_hinge(_Sums(ModelKind.P3_HEATING, shy, shh, h_mean), points, syy, mean),
        *best(ModelKind.P4, (low == high) & ((below > 0) | (above > 0))),
        *best(ModelKind.P5, (points[high] - points[low] >= LEAST_FLAT) & (below > 0) & (above > 0)),
    ]


def _line(t: Floats, y: Floats) -> _Fit:
    t = balance.mean(t)
    pivot, mean = float(t.mean()), float(y.mean())
    slope = float((t - pivot) @ (y - mean) / ((t - pivot) @ (t - pivot)))
    residual = y - mean - slope * (t - pivot)
    return _Fit(ModelKind.P2, float(residual @ residual), pivot, pivot, -slope, slope, mean)


class _Sums(NamedTuple):
    """Centred sums of one hinge at every balance point."""

    kind: ModelKind
    xy: Floats
    xx: Floats
    mean: Floats


def _hinge(sums: _Sums, points: Floats, syy: float, mean: float) -> list[_Fit]:
    slope = sums.xy / np.maximum(sums.xx, 1e-9)
    sse = np.where(slope > 0, syy - slope * sums.xy, np.inf)
    i = int(sse.argmin())
    if not np.isfinite(sse[i]):
        return []
    slopes = (0.0, float(slope[i])) if sums.kind == ModelKind.P3_COOLING else (float(slope[i]), 0.0)
    at = float(points[i])
    return [_Fit(sums.kind, float(sse[i]), at, at, *slopes, float(mean - slope[i] * sums.mean[i]))]


def _described(fits: list[_Fit], t: Floats, y: Floats) -> ChangePointModel:
    chosen, n = fits[0], y.size
    predicted = balance.Hinges(*chosen[2:]).at(t)
    residual = y - predicted
    gap = fits[1].bic(n) - chosen.bic(n) if len(fits) > 1 else 0.0
    constant = n * np.log(max(float(((y - y.mean()) ** 2).sum()), 1e-12) / n) + np.log(n)
    parameters = PARAMETERS[chosen.kind]
    return ChangePointModel(
        kind=chosen.kind,
        base=chosen.base,
        below=chosen.below,
        above=chosen.above,
        low=chosen.low,
        high=chosen.high,
        n=n,
        r2=metrics.r2(y, predicted),
        cvrmse=metrics.cvrmse(y, predicted, parameters),
        nmbe=metrics.nmbe(y, predicted, parameters),
        rmse=metrics.rmse(y, predicted, parameters),
        autocorrelation=lag_one(residual),
        bic=float(chosen.bic(n)),
        runner_up=fits[1].kind if len(fits) > 1 else None,
        bic_gap=float(gap),
        weather_sensitive=bool(chosen.bic(n) < constant),
        reason=_reason(fits, float(gap)),
        degree_hours=t.ndim > 1,
        warnings=_warnings(n),
    )


def _reason(fits: list[_Fit], gap: float) -> str:
    chosen = fits[0]
    text = f"{chosen.kind} ({SHAPE[chosen.kind]}) has the lowest BIC"
    if len(fits) == 1:
        return text
    strength = "barely" if gap < 2 else "clearly" if gap >= 6 else "somewhat"
    return f"{text}, {strength} ahead of {fits[1].kind} by {gap:.1f}"


def _warnings(n: int) -> tuple[str, ...]:
    if MINIMUM_DAYS <= n < CALTRACK_DAYS:
        return (f"{n} days: a full baseline year has at least {CALTRACK_DAYS}, so the seasons may not all be in it",)
    return ()
