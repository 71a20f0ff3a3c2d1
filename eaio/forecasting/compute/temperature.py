"""Outdoor temperature that may be expected, from the site's own past: no weather service is asked.

A harmonic climatology (annual, daily and their products) plus the departure of the last day, which dies away with
half-life ``ANOMALY_HALF_LIFE``; with less than ``SEASONS`` of weather, the hourly means of the last two weeks.
"""

import numpy as np

from eaio.forecasting.compute.lags import DAYS_BACK, LEAD, days_ago, mean_before, mean_of_known, targets
from eaio.forecasting.compute.load import DAY, Floats, Ints, Load

SEASONS = 300 * DAY
ANOMALY_HALF_LIFE = 48.0
"""Hours; the autocorrelation of daily temperature departures is about 0.7 a day (von Storch & Zwiers 1999, ch. 10)."""
RECENT_DAYS = 14


def expected_temperature(load: Load, origins: Ints, trained_until: int) -> Floats | None:
    """(n_origins, HORIZON) degrees Celsius, or None where the site's weather is too little known.

    Only temperatures before each origin, and a climatology of those before ``trained_until``, are used.
    """
    known = np.isfinite(load.temperature[:trained_until])
    if known.sum() < RECENT_DAYS * DAY:
        return None
    if known.sum() < SEASONS:
        return _recent_days(load, origins)
    design = _harmonics(load)
    usual, *_ = np.linalg.lstsq(design[:trained_until][known], load.temperature[:trained_until][known], rcond=None)
    climatology = design @ usual
    departure = mean_before(load.temperature - climatology[: load.size], origins, DAY)
    fading = 0.5 ** (LEAD / ANOMALY_HALF_LIFE)
    return climatology[targets(origins)] + np.nan_to_num(departure)[:, None] * fading


def _harmonics(load: Load) -> Floats:
    """(size + HORIZON, 15) annual and daily waves and the products of their first ones."""
    year = 2 * np.pi * load.day_of_year / 365.25
    day = 2 * np.pi * load.hour / 24
    annual = [np.sin(year), np.cos(year), np.sin(2 * year), np.cos(2 * year)]
    daily = [np.sin(day), np.cos(day), np.sin(2 * day), np.cos(2 * day)]
    products = [a * d for a in annual[:2] for d in daily[:2]]
    return np.column_stack([np.ones(len(year)), *annual, *daily, *products])


def _recent_days(load: Load, origins: Ints) -> Floats:
    """Mean of the last two weeks at the same hour."""
    hours = targets(origins)
    days = [days_ago(load, hours, origins, DAYS_BACK + extra, of=load.temperature) for extra in range(RECENT_DAYS)]
    return mean_of_known(np.stack(days))


def weather_note(load: Load) -> tuple[str, ...]:
    """What the forecast assumed of the weather, in a sentence."""
    known = int(np.isfinite(load.temperature).sum())
    if known < RECENT_DAYS * DAY:
        return ("No weather is known for this site, so the forecast rests on the load alone.",)
    basis = "the seasonal normal of its own weather record" if known >= SEASONS else "the last two weeks"
    return (f"Future weather is not known here: temperature is expected from {basis}.",)
