"""CalTRACK 2.0 daily: use over heating and cooling degree days at searched balance points, positive coefficients.

UPD = mu + bH * HDD(low) + bC * CDD(high), section 3.2 to 3.4: balance points from 30 to 90 F in steps of at most 3 F;
of the candidates with positive coefficients the best adjusted R2; 365 days of baseline, at most 37 of them missing.
"""

import numpy as np
from numpy.typing import NDArray

from eaio.analysis.models import DegreeDayModel, RefusalReason, Refused

Floats = NDArray[np.float64]

BASELINE_DAYS = 365
LEAP_YEAR = 366
MOST_MISSING = 37
GRID = (np.arange(30.0, 90.1, 3.0) - 32) / 1.8
"""degC."""
LEAST_DEGREE_DAYS = 10
"""Days beyond a balance point that a slope must rest on."""


def fit(temperature: Floats, use: Floats) -> DegreeDayModel:
    """Fit days with use and temperature; kWh a day and degC.

    Raises:
        Refused: more than 37 of 365 days are missing, or no candidate has positive coefficients.
    """
    if use.size < BASELINE_DAYS - MOST_MISSING:
        raise Refused(
            RefusalReason.TOO_FEW,
            f"CalTRACK needs 365 baseline days of which at most {MOST_MISSING} may be missing; {use.size} have use and "
            f"temperature, {BASELINE_DAYS - MOST_MISSING - use.size} too few",
            "Import the missing days, or choose a change-point model, which needs 60",
        )
    found = [one for one in (_constant(use), *_hinges(temperature, use)) if one.base >= 0]
    if not found:
        raise Refused(
            RefusalReason.CONSTANT,
            "No CalTRACK model has positive coefficients for these days",
            "Check the sign of the meter, or choose a change-point model",
        )
    return max(found, key=lambda one: (one.adjusted_r2, -parameters(one)))


def parameters(model: DegreeDayModel) -> int:
    """Coefficients of a model, balance points not counted."""
    return {"intercept": 1, "hdd": 2, "cdd": 2}.get(model.kind, 3)


def _constant(use: Floats) -> DegreeDayModel:
    return DegreeDayModel("intercept", float(use.mean()), 0.0, 0.0, float(GRID[0]), float(GRID[-1]), 0.0)


def _hinges(t: Floats, y: Floats) -> list[DegreeDayModel]:
    """The best model of each kind with positive coefficients."""
    cold, warm = np.maximum(GRID[:, None] - t, 0), np.maximum(t - GRID[:, None], 0)
    h, c = cold - cold.mean(1, keepdims=True), warm - warm.mean(1, keepdims=True)
    centred = y - y.mean()
    total = float(centred @ centred)
    if total <= 0:
        return []
    low, high = np.triu_indices(GRID.size)
    shh, scc, shc = (h**2).sum(1), (c**2).sum(1), (h @ c.T)[low, high]
    shy, scy = h @ centred, c @ centred
    enough_h = (cold > 0).sum(1) >= LEAST_DEGREE_DAYS
    enough_c = (warm > 0).sum(1) >= LEAST_DEGREE_DAYS
    determinant = np.maximum(shh[low] * scc[high] - shc**2, 1e-9)
    below = (shy[low] * scc[high] - scy[high] * shc) / determinant
    above = (scy[high] * shh[low] - shy[low] * shc) / determinant
    explained = below * shy[low] + above * scy[high]
    pairs = enough_h[low] & enough_c[high]
    only_h, only_c = shy / np.maximum(shh, 1e-9), scy / np.maximum(scc, 1e-9)
    zero, every = np.zeros(GRID.size), np.arange(GRID.size)
    base = y.mean() - below * cold.mean(1)[low] - above * warm.mean(1)[high]
    tables = (
        ("hdd", only_h, zero, every, every, only_h * shy, enough_h, y.mean() - only_h * cold.mean(1)),
        ("cdd", zero, only_c, every, every, only_c * scy, enough_c, y.mean() - only_c * warm.mean(1)),
        ("hdd+cdd", below, above, low, high, explained, pairs, base),
    )
    found: list[DegreeDayModel] = []
    for kind, b, a, lows, highs, gain, enough, bases in tables:
        positive = ((b > 0) | ("hdd" not in kind)) & ((a > 0) | ("cdd" not in kind)) & enough & (bases >= 0)
        if positive.any():
            i = int(np.where(positive, gain, -np.inf).argmax())
            share, slopes = float(gain[i] / total), kind.count("dd") or 1
            adjusted = 1 - (1 - share) * (y.size - 1) / (y.size - 1 - slopes)
            points = float(GRID[lows[i]]), float(GRID[highs[i]])
            found.append(DegreeDayModel(kind, float(bases[i]), float(b[i]), float(a[i]), *points, adjusted))
    return found
