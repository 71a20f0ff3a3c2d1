"""Daily use over outdoor temperature: 2P, 3PC, 3PH, 4P and 5P change-point models.

Every candidate pair of balance points is solved in closed form at once: with the hinges h = max(low - T, 0) and
c = max(T - high, 0), and low <= high, their product vanishes, so that the normal equations of all pairs need only the
sums of h, h^2, hy, c, c^2 and cy. Kissock, Haberl and Claridge, ASHRAE RP-1050 (2002); choice by BIC.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eaio.analysis.models import ChangePointModel, ModelKind
from eaio.infra.errors import InsufficientData
from eaio.timeseries import metrics

Floats = NDArray[np.float64]

MINIMUM_DAYS = 60
CALTRACK_DAYS = 328
"""A baseline year may lack at most 37 days (CalTRACK 2.0, section 2.2)."""
GRID_STEP = 0.25
EDGE = 0.05
"""Share of the points that must lie beyond a balance point."""
PARAMETERS = {
    ModelKind.P2: 2,
    ModelKind.P3_COOLING: 3,
    ModelKind.P3_HEATING: 3,
    ModelKind.P4: 4,
    ModelKind.P5: 5,
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
        temperature: mean outdoor temperature of each period, degC; NaN is left out.
        use: use of each period, kWh a day.
        minimum: fewest periods that are enough.

    Raises:
        InsufficientData: fewer than ``minimum`` periods, a temperature that hardly varies, or a use that does not.
    """
    y, t = metrics.paired(use, temperature)
    if y.size < minimum:
        raise InsufficientData(f"A weather model needs {minimum} days with use and temperature; there are {y.size}")
    if np.ptp(t) < 5.0:
        raise InsufficientData("A weather model needs outdoor temperatures that differ by 5 K or more")
    if np.ptp(y) <= 1e-9 * max(1.0, float(np.abs(y).max())):
        raise InsufficientData("A weather model needs use that varies; every day is the same")
    fits = sorted(_candidates(t, y), key=lambda candidate: candidate.bic(y.size))
    return _described(fits, t, y)


def predict(model: ChangePointModel, temperature: ArrayLike) -> Floats:
    """Use of each day at its mean outdoor temperature; NaN where that is unknown."""
    t = np.asarray(temperature, float)
    return model.base + model.below * np.maximum(model.low - t, 0) + model.above * np.maximum(t - model.high, 0)


def _candidates(t: Floats, y: Floats) -> list[_Fit]:
    n, mean = y.size, float(y.mean())
    first, last = np.quantile(t, [EDGE, 1 - EDGE])
    points = np.arange(first, last + GRID_STEP / 2, GRID_STEP)
    yc = y - mean
    syy = float(yc @ yc)
    cold, warm = np.maximum(points[:, None] - t, 0), np.maximum(t - points[:, None], 0)
    h_mean, c_mean = cold.mean(1), warm.mean(1)
    shh, scc = (cold**2).sum(1) - n * h_mean**2, (warm**2).sum(1) - n * c_mean**2
    shy, scy = cold @ yc, warm @ yc
    low, high = np.triu_indices(points.size)
    shc = -n * h_mean[low] * c_mean[high]
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
        *best(ModelKind.P5, (points[high] - points[low] >= 1.0) & (below > 0) & (above > 0)),
    ]


def _line(t: Floats, y: Floats) -> _Fit:
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
    hinges = chosen.below * np.maximum(chosen.low - t, 0) + chosen.above * np.maximum(t - chosen.high, 0)
    predicted = chosen.base + hinges
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


def lag_one(residual: Floats) -> float:
    """Correlation of successive residuals, 0 where it is undefined."""
    spread = float(residual @ residual)
    return float(residual[1:] @ residual[:-1] / spread) if spread > 0 else 0.0
