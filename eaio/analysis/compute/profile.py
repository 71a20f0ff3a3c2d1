"""The typical week of a load, when its building is in use, and the loads that characterise it."""

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.models import LoadProfile
from eaio.infra.errors import InsufficientData
from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

MINIMUM_HOURS = 4 * HOURS_IN_WEEK
CONTRAST = 1.25
"""Mean load in use over mean load out of use below which a week is said to have no rhythm."""
DAY_NAMES = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


def load_profile(hourly: pl.DataFrame) -> LoadProfile:
    """Describe an HOURLY frame by its typical week.

    Near-base and near-peak are the 2.5th and 97.5th percentiles, which a single bad reading cannot move
    (Price, LBNL-3713E, 2010).

    Raises:
        InsufficientData: fewer than four weeks of readings.
    """
    values = hourly["value"].to_numpy().astype(float)
    present = values[np.isfinite(values)]
    if present.size < MINIMUM_HOURS:
        raise InsufficientData(f"A load profile needs {MINIMUM_HOURS} hourly readings; there are {present.size}")
    folded = weeks.Clock.of(hourly["local"]).fold(values)
    week = weeks.median(folded)
    occupied = occupied_hours(week)
    near_base, near_peak = (weeks.quantile(present, q) for q in (0.025, 0.975))
    mean, peak = float(present.mean()), float(present.max())
    return LoadProfile(
        week=_optional(week),
        low=_optional(weeks.column_quantile(folded, 0.1)),
        high=_optional(weeks.column_quantile(folded, 0.9)),
        near_base=near_base,
        near_peak=near_peak,
        mean=mean,
        peak=peak,
        load_factor=mean / peak if peak > 0 else 0.0,
        occupied=tuple(bool(hour) for hour in occupied),
        occupied_hours=in_words(occupied),
        unoccupied_ratio=unoccupied_ratio(week, occupied),
        coverage=present.size / values.size,
        hours=int(present.size),
    )


def occupied_hours(week: Floats) -> Bools:
    """Which of the 168 hours are in use, by Otsu's threshold; a week without contrast counts as always in use.

    The threshold splits the typical week where the two sides differ most (IEEE Trans. SMC 9, 1979).
    """
    levels = np.sort(week[np.isfinite(week)])
    if levels.size < HOURS_IN_WEEK // 2:
        return np.ones(HOURS_IN_WEEK, bool)
    below = np.cumsum(levels)[:-1] / np.arange(1, levels.size)
    above = (levels.sum() - np.cumsum(levels)[:-1]) / np.arange(levels.size - 1, 0, -1)
    share = np.arange(1, levels.size) / levels.size
    split = int((share * (1 - share) * (above - below) ** 2).argmax())
    if above[split] < CONTRAST * max(below[split], 0.0) or above[split] <= 0:
        return np.ones(HOURS_IN_WEEK, bool)
    return np.nan_to_num(week, nan=-np.inf) > (levels[split] + levels[split + 1]) / 2


def unoccupied_ratio(week: Floats, occupied: Bools) -> float | None:
    """Mean typical load out of use over that in use; None when the week has no hours of one of the two kinds."""
    busy, quiet = week[occupied & np.isfinite(week)], week[~occupied & np.isfinite(week)]
    if not busy.size or not quiet.size or busy.mean() <= 0:
        return None
    return float(quiet.mean() / busy.mean())


def in_words(occupied: Bools) -> str:
    """Hours of use as people write them: days with the same hours are joined."""
    if occupied.all():
        return "all hours"
    spoken = [_day_in_words(day) for day in occupied.reshape(7, 24)]
    parts: list[str] = []
    first = 0
    for last in range(7):
        if last == 6 or spoken[last + 1] != spoken[first]:
            name = DAY_NAMES[first] if first == last else f"{DAY_NAMES[first]}–{DAY_NAMES[last]}"
            if spoken[first]:
                parts.append(f"{name} {spoken[first]}")
            first = last + 1
    return ", ".join(parts)


def _day_in_words(hours: Bools) -> str:
    """From the first to the last hour in use; a lunch dip is not an end of the day."""
    busy = np.flatnonzero(hours)
    return f"{busy[0]}–{busy[-1] + 1}" if busy.size else ""


def _optional(values: Floats) -> tuple[float | None, ...]:
    return tuple(float(value) if np.isfinite(value) else None for value in values)
