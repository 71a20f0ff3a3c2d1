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
"""CV(RMSE) of the day ahead beyond which the last third of the backtest shows no usable pattern."""


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
        raise InsufficientData(f"{constant}; a constant reading is a fault, not a load")


def refuse_noise(load: Load, backtest: Backtest) -> None:
    """Raise InsufficientData where the measured error says that the forecast would be a guess."""
    if not np.isfinite(backtest.nrmse):
        raise InsufficientData("No past day is complete enough to measure a forecast against; close the gaps first")
    recent = load.values[-EIGHT_WEEKS:]
    spread = float(np.nanstd(recent)) / max(abs(float(np.nanmean(recent))), 1e-12)
    if backtest.nrmse > max(NOISE, 0.95 * spread):
        missed = f"Past forecasts of this meter missed by {backtest.nrmse:.0%} of its mean"
        raise InsufficientData(f"{missed}, no better than guessing its average")
