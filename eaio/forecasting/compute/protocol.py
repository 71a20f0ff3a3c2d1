"""The BuildingsBench protocol for short-term load forecasting (NREL; arXiv 2307.00142, sections 3 and 4).

24 hours ahead, one window a day, windows within a calendar year of which the first week is context. A meter is judged
if at most a tenth of the year is missing and no hour exceeds 5,100 kWh; gaps up to a week are interpolated, what is
left is zero. A meter's error is CV(RMSE) over all its windows; the headline is the median over meters.
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import polars as pl

from eaio.forecasting.compute.backtest import Windows, mix_weights, mixed
from eaio.forecasting.compute.intervals import coverage, crps, residual_quantiles
from eaio.forecasting.compute.load import DAY, WEEK, Floats, Ints, Load
from eaio.timeseries.metrics import cvrmse, nmbe

LARGEST_HOUR = 5_100.0
MOST_MISSING = 0.1
LONGEST_GAP = WEEK
RECALIBRATED = 7
"""Windows between two updates of mix and bands, both from what lies before."""
MEMORY = 91
BURN_IN = 28
"""First windows of the year, which have too little before them to calibrate on."""
DECILES = tuple(k / 20 for k in range(1, 20))
BAND = (0.025, 0.975)


@dataclass(frozen=True, slots=True)
class Score:
    """One meter under the protocol."""

    nrmse: Mapping[str, float]
    """CV(RMSE) per engine over all windows."""
    nmbe: float
    coverage95: float
    crps: float
    """Of the judged engine, over the meter's mean load."""


def usable_year(values: Floats) -> Floats | None:
    """A year's hours as the protocol prepares them, or None where the meter is left out."""
    if np.isnan(values).mean() > MOST_MISSING or np.nanmax(values, initial=0.0) > LARGEST_HOUR:
        return None
    known = np.flatnonzero(np.isfinite(values))
    series = pl.Series(values).fill_nan(None)
    between = series.interpolate().to_numpy()
    before = np.searchsorted(known, np.arange(len(values)), side="right") - 1
    gap = known[(before + 1).clip(max=len(known) - 1)] - known[before.clip(0)] - 1
    bridged = np.isfinite(values) | ((gap <= LONGEST_GAP) & np.isfinite(between))
    return np.where(bridged, between, 0.0)


def year_origins(first: int, hours: int) -> Ints:
    """Origins of a year that begins at index ``first`` and has ``hours``: daily, after a week of context."""
    return np.arange(first + WEEK, first + hours - DAY + 1, DAY)


def actual_days(load: Load, origins: Ints) -> Floats:
    """(n, 24) what came."""
    return load.values[origins[:, None] + np.arange(DAY)]


def causal_mix(origins: Ints, actual: Floats, said: Mapping[str, Floats]) -> Floats:
    """(n, 24) the mix of engines, weighted at each window only by the windows before it; equal weights at first."""
    answer = np.empty_like(actual)
    windows = Windows(origins, actual, said)
    for first in range(0, len(origins), RECALIBRATED):
        weights = mix_weights(windows.part(max(first - MEMORY, 0), first))
        block = windows.part(first, first + RECALIBRATED)
        answer[first : first + RECALIBRATED] = mixed(block.said, weights)
    return answer


def score(actual: Floats, said: Mapping[str, Floats], judged: str) -> Score:
    """Errors of every engine; coverage and CRPS of the judged one, its bands from earlier windows only."""
    point, mean = said[judged], float(actual.mean())
    missed = actual - point
    low, high = np.full_like(actual, np.nan), np.full_like(actual, np.nan)
    scores: list[float] = []
    for first in range(BURN_IN, len(actual), RECALIBRATED):
        known, block = missed[max(first - MEMORY, 0) : first], slice(first, first + RECALIBRATED)
        low[block], high[block] = point[block] + residual_quantiles(known, BAND)[:, None]
        scores.append(crps(missed[block], residual_quantiles(known, DECILES), DECILES))
    late = slice(BURN_IN, None)
    return Score(
        nrmse={name: cvrmse(actual, predicted) for name, predicted in said.items()},
        nmbe=nmbe(actual, point),
        coverage95=coverage(actual[late], low[late], high[late]),
        crps=float(np.mean(scores)) / mean if mean else float("nan"),
    )
