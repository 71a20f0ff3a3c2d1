"""Monthly peaks, and what a battery would take off them."""

import numpy as np
from msgspec import Struct

from eaio.recommendations.compute.days import Array, Days

BATTERY_HOURS = 2.0
STEPS = 12


class Peaks(Struct, frozen=True):
    """Peak power of a year of hourly data, kW."""

    near_peak: float
    """97.5th percentile."""
    near_base: float
    """2.5th percentile."""
    monthly: tuple[float, ...]
    """Highest hour of each of the last twelve months, oldest first."""
    load_factor: float
    """Mean over near-peak."""
    off_peak_share: float
    """Share of use at night (20 to 8) and on weekends."""
    summer_afternoon: float
    """Share of the hundred highest hours that fall between 12 and 20 in the hottest third of days."""
    shaved: float
    """Kilowatts that a two-hour battery of that power takes off each month's peak, on average."""
    battery: float
    """Its power in kW."""


def peaks_of(days: Days) -> Peaks | None:
    """Describe the peaks of the last 365 days; None below 60 % coverage."""
    load = days.load
    seen = load[np.isfinite(load)]
    if seen.size < 0.6 * 24 * 365:
        return None
    month = days.month
    months = [load[month == number] for number in np.unique(month)[-12:]]
    monthly: tuple[float, ...] = tuple(float(np.nanmax(rows)) for rows in months if np.isfinite(rows).any())
    battery, shaved = _battery([rows for rows in months if np.isfinite(rows).mean() > 0.5], monthly)
    near_base, near_peak = (float(value) for value in np.quantile(seen, (0.025, 0.975)))
    night = np.r_[np.ones(8, bool), np.zeros(12, bool), np.ones(4, bool)][None, :] | days.weekend[:, None]
    return Peaks(
        near_peak=near_peak,
        near_base=near_base,
        monthly=monthly,
        load_factor=float(seen.mean() / near_peak) if near_peak > 0 else 0.0,
        off_peak_share=float(np.nansum(np.where(night, load, 0)) / seen.sum()) if seen.sum() > 0 else 0.0,
        summer_afternoon=_summer_afternoon(days),
        shaved=shaved,
        battery=battery,
    )


def _summer_afternoon(days: Days) -> float:
    known = np.isfinite(days.temperature)
    seen = known.any(axis=1)
    if seen.mean() < 0.6:
        return 0.0
    mean = np.where(seen, np.nansum(days.temperature, axis=1) / np.maximum(known.sum(axis=1), 1), -np.inf)
    hot = mean >= np.quantile(mean[seen], 2 / 3)
    top = np.nan_to_num(days.load, nan=-1).ravel().argsort()[-100:]
    row, hour = top // 24, top % 24
    return float((hot[row] & (hour >= 12) & (hour < 20)).sum()) / row.size


def _battery(months: list[Array], monthly: tuple[float, ...]) -> tuple[float, float]:
    """Power of the two-hour battery with the most kilowatts saved per kilowatt bought, and its saving.

    In each month the threshold is lowered until a day's energy above it exceeds what the battery holds or the peak
    exceeds it by more than its power; the battery refills overnight.
    """
    if len(months) < 9:
        return 0.0, 0.0
    peak = max(monthly)
    best = (0.0, 0.0)
    for power in np.linspace(0.02, 0.20, STEPS) * peak:
        saved = float(np.mean([_shave(rows, float(power)) for rows in months]))
        if saved / power >= 0.85:
            best = (float(power), saved)
    return best


def _shave(rows: Array, power: float) -> float:
    """Kilowatts off one month's peak."""
    highest = np.nanmax(rows, axis=1, initial=0)
    top = float(highest.max())
    rows = rows[highest > top - power]
    levels = top - power * np.linspace(1, 0, 21)
    above = np.nansum(np.maximum(rows[:, :, None] - levels, 0), axis=1).max(axis=0)
    return top - float(levels[np.argmax(above <= power * BATTERY_HOURS)])
