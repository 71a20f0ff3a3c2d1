"""Water: what never stops at night, and when the grass is watered."""

import numpy as np
from msgspec import Struct

from eaio.recommendations.compute.days import Days

RECENT_DAYS = 60


class NightFlow(Struct, frozen=True):
    """Continuous flow of a water meter over its last sixty days, litres an hour."""

    leak: float
    """Median of the daily lowest hour."""
    mean: float
    days: int
    days_never_zero: int
    lowest_recent: float
    """Smallest daily lowest hour of the last fortnight: what has not stopped once."""
    earlier: float | None
    """Median daily lowest hour a year before; None without data."""


class Watering(Struct, frozen=True):
    """How an irrigation meter is used, over its last year."""

    cold_share: float | None
    """Share of the water that runs on days with a mean below 10 degrees Celsius; None without weather."""
    day_share: float
    """Share that runs between 10 and 18."""
    days_watered: int
    days: int
    weather_correlation: float | None
    """Between the weekly amount and the weekly mean temperature."""


def night_flow(days: Days) -> NightFlow | None:
    """Night flow; None without 40 nearly complete days in the last sixty."""
    recent = days.last(RECENT_DAYS)
    lowest, usable = _lowest(recent)
    if usable.sum() < 40:
        return None
    before = days.rows(max(0, len(days.load) - 365 - RECENT_DAYS), max(0, len(days.load) - 365))
    old, old_usable = _lowest(before)
    return NightFlow(
        leak=float(np.median(lowest[usable])),
        mean=float(np.nanmean(recent.load)),
        days=int(usable.sum()),
        days_never_zero=int((lowest[usable] > 0).sum()),
        lowest_recent=float(lowest[usable][-14:].min()),
        earlier=float(np.median(old[old_usable])) if old_usable.sum() >= 20 else None,
    )


def _lowest(
    days: Days,
) -> tuple["np.ndarray[tuple[int], np.dtype[np.float64]]", "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
    usable = np.isfinite(days.load).sum(axis=1) >= 22
    return np.where(np.isfinite(days.load), days.load, np.inf).min(axis=1, initial=np.inf), usable


def watering_of(days: Days) -> Watering | None:
    """Watering habits of the last 365 days; None when the meter hardly ran."""
    year = days.last(365)
    total = np.nansum(year.load)
    ran = np.nansum(year.load, axis=1)
    if total <= 0 or np.isfinite(year.load).mean() < 0.6:
        return None
    seen = np.isfinite(year.temperature).sum(axis=1) >= 12
    mean = np.where(
        seen, np.nansum(year.temperature, axis=1) / np.maximum(np.isfinite(year.temperature).sum(axis=1), 1), np.nan
    )
    enough = seen.mean() > 0.6
    weeks = len(ran) // 7
    weekly, warm = ran[: weeks * 7].reshape(weeks, 7).sum(1), mean[: weeks * 7].reshape(weeks, 7).mean(1)
    known = np.isfinite(warm)
    return Watering(
        cold_share=float(ran[seen & (mean < 10)].sum() / ran[seen].sum()) if enough and ran[seen].sum() > 0 else None,
        day_share=float(np.nansum(year.load[:, 10:18]) / total),
        days_watered=int((ran > 0.1 * ran[ran > 0].mean()).sum()),
        days=len(ran),
        weather_correlation=float(np.corrcoef(weekly[known], warm[known])[0, 1])
        if enough and known.sum() > 20 and weekly[known].std() > 0
        else None,
    )
