"""Intervals from what the forecast missed before: split conformal prediction per lead hour.

Lei et al. 2018 (doi:10.1080/01621459.2017.1307116) with signed residuals, so that the band may be lopsided; residuals
of neighbouring lead hours are pooled, since one hour alone has too few for a 95 % band.
"""

from typing import cast

import numpy as np

from eaio.forecasting.compute.load import DAY, Floats, Ints

LEVELS = (0.8, 0.95)
QUANTILES = (0.025, 0.1, 0.5, 0.9, 0.975)
NEIGHBOURS = 1
ENOUGH = 40
"""Windows from which neighbours suffice; with fewer, the whole lead day is pooled."""


def residual_quantiles(residuals: Floats, probabilities: tuple[float, ...] = QUANTILES) -> Floats:
    """(len(probabilities), leads) quantiles of (n, leads) residuals, widened for the finite sample.

    A lead hour without any residual (history too short) takes those of the last hour that has some, grown with the
    square root of the lead as errors of a random walk are.
    """
    leads = residuals.shape[1]
    answer = np.full((len(probabilities), leads), np.nan)
    whole_day = len(residuals) < ENOUGH
    for lead in range(leads):
        first = lead - lead % DAY if whole_day else max(lead - NEIGHBOURS, 0)
        last = first + DAY if whole_day else lead + NEIGHBOURS + 1
        pool = residuals[:, first:last]
        answer[:, lead] = _quantiles(pool[np.isfinite(pool)], probabilities)
    return _carried(answer)


def _quantiles(sample: Floats, probabilities: tuple[float, ...]) -> Floats:
    """Order statistics at the conformal rank ceil((n + 1) p), mirrored below the median."""
    count = len(sample)
    if not count:
        return np.full(len(probabilities), np.nan)
    ordered = np.sort(sample)
    upper = [min(int(np.ceil((count + 1) * max(p, 1 - p))), count) - 1 for p in probabilities]
    ranks = [rank if p >= 0.5 else count - 1 - rank for rank, p in zip(upper, probabilities, strict=True)]
    return ordered[ranks]


def _carried(quantiles: Floats) -> Floats:
    """Fill lead hours without evidence from the last one that has some."""
    known = np.isfinite(quantiles[0])
    if known.all() or not known.any():
        return quantiles
    last = int(np.flatnonzero(known)[-1])
    lead = cast("Ints", np.arange(quantiles.shape[1]))
    day = lead % DAY + last - last % DAY
    source = np.where(day <= last, day, day - DAY).clip(0)
    growth = np.sqrt((lead + 1) / (source + 1))
    return np.where(known, quantiles, quantiles[:, source] * growth)


def coverage(actual: Floats, low: Floats, high: Floats) -> float:
    """Share of measured hours inside the band; NaN when nothing was measured."""
    known = np.isfinite(actual)
    inside = (actual >= low) & (actual <= high)
    return float(inside[known].mean()) if known.any() else float("nan")


def crps(residuals: Floats, offsets: Floats, probabilities: tuple[float, ...]) -> float:
    """Mean continuous ranked probability score in the unit of the load.

    Twice the mean pinball loss over evenly spaced quantiles (Gneiting & Ranjan 2011, eq. 5): the more quantiles, the
    closer; 19 of them are within one percent.

    Args:
        residuals: (n, m) actual minus point forecast, NaN where unknown.
        offsets: (len(probabilities), m) quantiles of the predictive distribution relative to the point.
        probabilities: evenly spaced in (0, 1).
    """
    gap = residuals[None] - offsets[:, None]
    p = np.asarray(probabilities)[:, None, None]
    return float(2 * np.nanmean(np.maximum(p * gap, (p - 1) * gap)))
