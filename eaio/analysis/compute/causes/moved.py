"""Hours of use that moved: working days that begin earlier or end later than those before."""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from eaio.analysis.compute.causes.scene import Cause, CauseParams, Scene
from eaio.analysis.compute.profile import occupied_hours
from eaio.analysis.models import AnomalyKind
from eaio.timeseries import weeks
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LONGEST_WINDOW = 7
"""Hours by which a schedule may grow; more is plant that was left on."""
FILLED = 0.4
"""Share of the usual range of a day that the new hours must use from the first days on; less, or later, is weather."""
ALONE = 2.0
"""How many times as much the new hours must rise as the other hours moved, else the whole day changed its level."""
FEWEST_HOURS_OF_USE = 4
"""A day of the week with fewer is no working day."""
CONTRAST = 1.3
"""A day whose highest hour is less than this many times its lowest has no beginning and no end."""
RISE = 0.4
"""Share of a day's range at which use begins."""
STEADY = 0.75
"""Hours by which the edges of half of the days may differ from their median."""
LEAST_SURE, SURER, MOST_SURE = 0.4, 0.08, 0.7
"""Eight of the fifteen that 165 real meters show in two years were real by eye, those of several hours more often."""
LONGEST_DAYS = 65
"""Working days (a quarter) after which new hours are simply the hours."""
YEAR = 364


class Edges(NamedTuple):
    """First and last hour of use of each working day."""

    day: NDArray[np.int64]
    begin: Floats
    end: Floats


def moved(scene: Scene, params: CauseParams) -> Iterator[Cause]:
    """Stretches of working days that are longer than the working days before them, and than those a year before.

    Of electricity only: the edges of a day of heat or cold are made by the weather.
    """
    if scene.carrier != Carrier.ELECTRICITY:
        return
    days = scene.by_day(scene.values)
    edges = _edges(scene, days)
    size = params.schedule_days
    if edges.day.size < 3 * size:
        return
    earlier, later = _shifts(edges, size)
    free = 0
    longer = np.maximum(earlier, 0) + np.maximum(later, 0)
    while free < longer.size:
        candidates = np.flatnonzero(longer[free:] >= params.schedule_shift)
        if not candidates.size:
            return
        first = free + int(candidates[0])
        first += int(np.argmax(longer[first : first + size]))
        index = _sharpest(edges.end - edges.begin, first + size, size)
        last = _until(edges, index, size, (earlier[first], later[first]))
        free = first + max(last - index, size)
        if last - index >= size and not _as_a_year_before(edges, index, last):
            shift = float(earlier[first]), float(later[first])
            cause = _cause(_Days(scene, days, size), edges, slice(index, last), shift)
            if cause:
                yield cause


def _edges(scene: Scene, days: Floats) -> Edges:
    """Days with too little contrast, too few readings or a holiday have none."""
    use = occupied_hours(weeks.median(scene.clock.fold(scene.values))).reshape(7, 24)
    hours_of_use = use.sum(axis=1)
    working = (hours_of_use >= FEWEST_HOURS_OF_USE) & (hours_of_use < 24)
    closed = scene.by_day(scene.holiday.astype(float)).max(axis=1, initial=0) == 1
    kept = np.isfinite(days).all(axis=1) & ~closed & working[np.arange(days.shape[0]) % 7]
    low, high = (np.where(kept, edge, np.nan) for edge in (days.min(axis=1), days.max(axis=1)))
    kept &= (high > 0) & (high >= CONTRAST * np.maximum(low, 0))
    busy = days > (low + RISE * (high - low))[:, None]
    lasting = busy[:, 1:] & busy[:, :-1]
    kept &= lasting.any(axis=1)
    day = np.flatnonzero(kept)
    begin = lasting[day].argmax(axis=1).astype(float)
    end = 24.0 - lasting[day][:, ::-1].argmax(axis=1)
    return Edges(day, begin, end)


def _shifts(edges: Edges, size: int) -> tuple[Floats, Floats]:
    """By how many hours the next days begin earlier and end later than those before; 0 where either is unsteady."""
    begin, end = (sliding_window_view(edge, size) for edge in (edges.begin, edges.end))
    steady = np.ones(begin.shape[0], bool)
    for edge in (begin, end):
        middle = np.median(edge, axis=1)
        steady &= np.median(np.abs(edge - middle[:, None]), axis=1) <= STEADY
    both = steady[:-size] & steady[size:]
    first, last = np.median(begin, axis=1), np.median(end, axis=1)
    return np.where(both, first[:-size] - first[size:], 0.0), np.where(both, last[size:] - last[:-size], 0.0)


def _sharpest(length: Floats, near: int, size: int) -> int:
    """The working day around ``near`` at which the mean length of the days changes most; medians answer early."""
    days = range(max(size, near - size // 2), min(near + size, length.size - size) + 1)
    return max(days, key=lambda day: float(length[day : day + size].mean() - length[day - size : day].mean()))


def _until(edges: Edges, index: int, size: int, shift: tuple[float, float]) -> int:
    """The first working day from which the hours are nearer to the old ones than to the new ones again."""
    before = slice(index - size, index)
    begin, end = np.median(edges.begin[before]), np.median(edges.end[before])
    stretched = (begin - edges.begin[index:]) + (edges.end[index:] - end) >= (max(shift[0], 0) + max(shift[1], 0)) / 2
    limit = min(stretched.size, LONGEST_DAYS)
    for day in range(limit):
        if not stretched[day : day + size // 2].any():
            return index + day
    return index + limit


def _as_a_year_before(edges: Edges, index: int, last: int) -> bool:
    """Whether the same weeks of the year before had these hours too: a season, not a change."""
    span = edges.day[index] - YEAR, edges.day[last - 1] - YEAR
    then = (edges.day >= span[0]) & (edges.day <= span[1])
    if then.sum() < (last - index) / 2:
        return False
    now = slice(index, last)
    return bool(
        np.median(edges.begin[then]) <= np.median(edges.begin[now])
        and np.median(edges.end[then]) >= np.median(edges.end[now])
    )


class _Days(NamedTuple):
    scene: Scene
    load: Floats
    """Shape (days, 24)."""
    size: int
    """How many working days tell."""


def _cause(of: _Days, edges: Edges, span: slice, shift: tuple[float, float]) -> Cause | None:
    scene, days = of.scene, of.load
    size = min(20, span.start)
    before = edges.day[span.start - size : span.start]
    typical = weeks.median(days[before])
    begin, end = (round(float(np.median(edge[span.start - size : span.start]))) for edge in (edges.begin, edges.end))
    hour = np.arange(24)
    new = np.zeros(24, bool)
    if shift[0] > 0:
        new |= (hour >= begin - round(shift[0])) & (hour < begin)
    if shift[1] > 0:
        new |= (hour >= end) & (hour < end + round(shift[1]))
    if not new.any():
        return None
    used = days[edges.day[span]][:, new] - typical[new]
    if new.sum() > LONGEST_WINDOW or not np.median(used) >= FILLED * np.ptp(typical):
        return None
    if not _is_sudden(days[edges.day[span][: of.size]], typical, new):
        return None
    affected = np.zeros(days.shape, bool)
    affected[edges.day[span]] = new
    normal = np.broadcast_to(typical, days.shape)
    count = span.stop - span.start
    words = {"moved": _words(shift), "hours": f"{begin}:00 to {end}:00", "days": str(count)}
    confidence = min(MOST_SURE, LEAST_SURE + SURER * (max(shift[0], 0) + max(shift[1], 0)))
    return Cause(
        AnomalyKind.SCHEDULE,
        scene.hours_of(affected) & np.isfinite(scene.values),
        normal.reshape(-1)[scene.clock.cell],
        confidence,
        words,
    )


def _is_sudden(first: Floats, typical: Floats, new: Bools) -> bool:
    """Whether the first of the new days use the new hours, and change little else."""
    change = weeks.median(first) - typical
    rise = float(np.median(change[new]))
    return rise >= FILLED * float(np.ptp(typical)) and rise >= ALONE * float(np.median(np.abs(change[~new])))


def _words(shift: tuple[float, float]) -> str:
    parts = [
        f"{verb} {round(abs(hours))} hour{'s' if round(abs(hours)) != 1 else ''} {how}"
        for verb, hours, how in (("begins", shift[0], "earlier"), ("ends", shift[1], "later"))
        if round(hours) >= 1
    ]
    return " and ".join(parts)
