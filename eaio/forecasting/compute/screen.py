"""Meters that cannot be forecast, and why."""

import numpy as np

from eaio.forecasting.compute.load import DAY, Load
from eaio.forecasting.models import Backtest
from eaio.infra.errors import InsufficientData

SHORTEST_HISTORY = 28 * DAY
RECENT = 14 * DAY
EIGHT_WEEKS = 56 * DAY
RECENT_COVERAGE = 0.5
OVERALL_COVERAGE = 0.5
NOISE = 1.0
"""CV(RMSE) of the day ahead beyond which a forecast must at least explain something of the load."""
LEAST_SKILL = 0.87
"""Its error over the load's own spread: beyond this less than a quarter of the variance is explained."""


def refuse_unfit(load: Load) -> None:
    """Raise InsufficientData for a history from which no honest forecast can be made."""
    days = load.size // DAY
    if load.size < SHORTEST_HISTORY:
        raise InsufficientData(
            f"{days} days of usable history; a forecast needs {SHORTEST_HISTORY // DAY}. Import older readings or wait."
        )
    recent = load.values[-RECENT:]
    present = float(np.isfinite(recent).mean())
    if present < RECENT_COVERAGE:
        raise InsufficientData(
            f"Only {int(np.isfinite(recent).sum())} of the last {RECENT} hours are present; the meter seems silent"
        )
    overall = float(np.isfinite(load.values[-EIGHT_WEEKS:]).mean())
    if overall < OVERALL_COVERAGE:
        raise InsufficientData(f"Only {overall:.0%} of the last eight weeks is present; close the gaps first")
    known = recent[np.isfinite(recent)]
    if known.min() == known.max():
        constant = f"The meter has read {known[0]:g} for two weeks"
        raise InsufficientData(f"{constant}; it is off or stuck, and there is nothing to forecast until it moves")


def refuse_noise(load: Load, backtest: Backtest) -> None:
    """Raise InsufficientData where the measured error says that the forecast would be a guess."""
    if not np.isfinite(backtest.nrmse):
        raise InsufficientData("No past day is complete enough to measure a forecast against; close the gaps first")
    recent = load.values[-EIGHT_WEEKS:]
    spread = float(np.nanstd(recent)) / max(abs(float(np.nanmean(recent))), 1e-12)
    if backtest.nrmse > max(NOISE, LEAST_SKILL * spread):
        missed = f"Past forecasts of this meter missed by {backtest.nrmse:.0%} of its mean"
        raise InsufficientData(f"{missed}, hardly better than guessing its average")
