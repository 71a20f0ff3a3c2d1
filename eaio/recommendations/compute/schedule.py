"""When a load is on and off: typical working day, start and stop, what is left outside."""

import warnings

import numpy as np
from msgspec import Struct

from eaio.recommendations.compute.days import Array, Days, Flags

FLAT_SWING = 0.15
"""A working day whose lowest hours stay within 15 % of its highest has no start and no stop."""
CROSSING = 0.35
"""Share of the day's swing at which plant counts as started."""
MINIMUM_WORKDAYS = 60


class Schedule(Struct, frozen=True):
    """The typical week of a load, in its unit per hour and local clock hours."""

    workday: tuple[float, ...]
    """Median working day, 24 hours."""
    weekend: tuple[float, ...]
    low: float
    """Mean of the three lowest hours of the median working day."""
    high: float
    """Mean of the four highest."""
    start: float | None
    """Hour at which the load has risen by 35 % of its swing; None when the day is flat."""
    stop: float | None
    """Hour at which it has fallen back, up to 30 (past midnight)."""
    off_ratio: float
    """Mean load of the hours outside start to stop (and of idle weekends) over that of the hours inside."""
    off_hours: float
    """Hours a year outside."""
    weekend_ratio: float
    """Mean weekend day over mean working day."""
    start_spread: float | None
    """Standard deviation of the start over working days, hours."""
    start_weather: float | None
    """Correlation of the start with the outdoor temperature at dawn; -1 to 1."""


def schedule_of(days: Days) -> Schedule | None:
    """Describe the week; None with fewer than 60 complete working days."""
    full = np.isfinite(days.load).sum(axis=1) >= 20
    work, rest = full & ~days.weekend, full & days.weekend
    if work.sum() < MINIMUM_WORKDAYS or rest.sum() < MINIMUM_WORKDAYS // 4:
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        workday, weekend = np.nanmedian(days.load[work], axis=0), np.nanmedian(days.load[rest], axis=0)
    if not np.isfinite(workday).all() or not np.isfinite(weekend).all():
        return None
    ordered = np.sort(workday)
    low, high = float(ordered[:3].mean()), float(ordered[-4:].mean())
    start, stop = _crossings(workday, low, high)
    spread, weather = _starts(days, work, start)
    ratio, hours = _outside(workday, weekend, start, stop)
    weekend_ratio = float(weekend.mean() / workday.mean()) if workday.mean() > 0 else 1.0
    return Schedule(
        tuple(map(float, workday)), tuple(map(float, weekend)), low, high, start, stop, ratio, hours, weekend_ratio,
        spread, weather,
    )  # fmt: skip


def _crossings(day: Array, low: float, high: float) -> tuple[float | None, float | None]:
    """First hour of the rise before the top of the day, and end of the fall after it."""
    if high <= 0 or (high - low) / high < FLAT_SWING:
        return None, None
    line = low + CROSSING * (high - low)
    top = int(np.argmax(day))
    before = [hour for hour in range(top, -1, -1) if day[hour] < line]
    around = np.r_[day, day]
    after = [hour for hour in range(top, top + 24) if around[hour] < line]
    if not before or not after:
        return None, None
    rise, fall = before[0], after[0]
    start = rise + 1 - (day[rise + 1] - line) / max(day[rise + 1] - day[rise], 1e-9)
    stop = fall - (line - around[fall]) / max(around[fall - 1] - around[fall], 1e-9)
    return float(start + 0.5), float(stop + 0.5)


def inside(start: float, stop: float) -> Array:
    """Share of each clock hour between start and stop (which may lie past midnight)."""
    hour = np.arange(48.0)
    share = np.clip(np.minimum(hour + 1, stop) - np.maximum(hour, start), 0, 1)
    return np.minimum(share[:24] + share[24:], 1)


def _outside(workday: Array, weekend: Array, start: float | None, stop: float | None) -> tuple[float, float]:
    """Mean of the off hours over the mean of the on hours, and off hours a year."""
    on = inside(start, stop) if start is not None and stop is not None else inside(8, 18)
    idle = weekend.mean() < 0.85 * workday.mean() or start is None
    working = float((workday * on).sum() / on.sum())
    hours = 5 * float((1 - on).sum()) + (48.0 if idle else 2 * float((1 - on).sum()))
    energy = 5 * float((workday * (1 - on)).sum()) + (2 * float((weekend * (1 if idle else 1 - on)).sum()))
    return (energy / hours / working if working > 0 and hours > 0 else 1.0), hours * 52.14


def _starts(days: Days, work: Flags, start: float | None) -> tuple[float | None, float | None]:
    """How much the start moves from day to day, and whether it moves with the weather."""
    if start is None or not 2 <= start <= 12:
        return None, None
    load = days.load[work]
    ordered = np.sort(load, axis=1)  # a day has at least 20 readings; the others, NaN, sort last
    low, high = ordered[:, 2], ordered[:, 18]
    on = load > (low + CROSSING * (high - low))[:, None]
    window = on[:, 1:14] & ~on[:, 0:13]
    found = window.any(axis=1) & (high > low * (1 + FLAT_SWING))
    if found.sum() < MINIMUM_WORKDAYS:
        return None, None
    hour = window.argmax(axis=1)[found] + 1.0
    dawn = days.temperature[work][found][:, 3:7].mean(axis=1)
    known = np.isfinite(dawn)
    spread = float(np.subtract(*np.quantile(hour, (0.84, 0.16))) / 2)
    if known.sum() < MINIMUM_WORKDAYS or hour[known].std() == 0 or dawn[known].std() == 0:
        return spread, 0.0 if known.sum() >= MINIMUM_WORKDAYS else None
    return spread, float(np.corrcoef(hour[known], dawn[known])[0, 1])
