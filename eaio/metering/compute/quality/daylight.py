"""Daylight saving in readings: hours lost or doubled at a change of the clock, and stamps that ignore it."""

from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import numpy as np
from numpy.typing import NDArray

from eaio.metering.compute.quality.shapes import best_lags, shaped, windows
from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Transition(NamedTuple):
    """A change of the wall clock."""

    second: int
    """Of the first hour after it, since 1970 UTC."""
    hours: float
    """By how much the clock went forward (spring) or back (negative)."""


@lru_cache(256)
def transitions(first: int, last: int, time_zone: str) -> tuple[Transition, ...]:
    """Changes of the wall clock between two seconds since 1970 UTC."""
    zone = ZoneInfo(time_zone)
    day = datetime.fromtimestamp(first, UTC).replace(hour=0, minute=0, second=0)
    found: list[Transition] = []
    while day.timestamp() < last:
        after = day + timedelta(days=1)
        change = _offset(after, zone) - _offset(day, zone)
        if change:
            found.append(Transition(_instant(day, after, zone), change / 3600))
        day = after
    return tuple(one for one in found if first <= one.second <= last)


def _instant(low: datetime, high: datetime, zone: ZoneInfo) -> int:
    """Bisect to the minute at which the offset changes."""
    start = _offset(low, zone)
    while high - low > timedelta(minutes=1):
        middle = low + (high - low) / 2
        low, high = (middle, high) if _offset(middle, zone) == start else (low, middle)
    return round(high.timestamp() / 60) * 60


def _offset(moment: datetime, zone: ZoneInfo) -> float:
    found = moment.astimezone(zone).utcoffset()
    return found.total_seconds() if found else 0.0


DOUBLED = 1.6
"""Times its neighbours and the same hour of the days around, from which an hour holds two."""
FEWEST_ARTEFACTS = 2
AROUND = 2
"""Hours beside a change of the clock in which its artefact may lie."""


def daylight_artefacts(values: Floats, starts: NDArray[np.int64], time_zone: str) -> Bools:
    """Single hours that are missing or zero where the clock goes forward, or hold two hours where it goes back.

    One is chance; they count if most changes of their kind in the series have them, and two at least do.
    """
    found = np.zeros(values.shape, bool)
    if values.size < 48:
        return found
    changes = transitions(int(starts[0]) + 48 * 3600, int(starts[-1]) - 48 * 3600, time_zone)
    for forward in (True, False):
        places = [int((one.second - starts[0]) // 3600) for one in changes if (one.hours > 0) is forward]
        marked = [place for place in (_artefact(values, at, forward) for at in places) if place is not None]
        if len(marked) > len(places) / 2:
            found[marked] = True
    return found if found.sum() >= FEWEST_ARTEFACTS else np.zeros(values.shape, bool)


def _artefact(values: Floats, at: int, forward: bool) -> int | None:
    look = np.arange(at - AROUND, at + AROUND + 1)
    beside = _beside(values, look)
    here = values[look]
    with np.errstate(invalid="ignore"):
        odd = (~np.isfinite(here) | (here == 0)) & (beside > 0) if forward else here >= DOUBLED * beside
    if odd.sum() != 1:
        return None
    place = int(look[int(odd.argmax())])
    neighbours = values[[place - 1, place + 1]]
    if not np.isfinite(neighbours).all():
        return None
    if not forward and values[place] < DOUBLED * neighbours.mean():
        return None
    return place


def _beside(values: Floats, look: NDArray[np.int64]) -> Floats:
    """The same hours of the days before and after."""
    return weeks.median(np.stack([values[look + 24 * days] for days in (-2, -1, 1, 2)]))


BESIDE_WEEKS = 3
LAGS = (-2, -1, 0, 1, 2)
FEWEST_CHANGES = 3
LEFT = 0.95
"""Error left after moving the weeks, as a share of the error before; the agreement of the changes is the evidence."""
CONTROL_WEEKS = 5
"""Before a change: a load that has moved there already follows the sun."""


def summers_off(values: Floats, clock: weeks.Clock, starts: NDArray[np.int64], time_zone: str) -> int:
    """Hours by which summers stand later (1) or earlier (-1) on the wall clock than the weeks around them; 0 if not.

    People's days follow the wall clock through a change of it; stamps that ignore it, or a wrong time zone, make them
    jump by an hour in spring and back in autumn. All changes must agree. A load that follows the sun jumps as well,
    but has been moving all along: weeks that moved before a change are no evidence.
    """
    if values.size < 8 * HOURS_IN_WEEK:
        return 0
    changes = transitions(int(starts[0]), int(starts[-1]), time_zone)
    if len(changes) < FEWEST_CHANGES:
        return 0
    shapes = shaped(clock.fold(values))
    rows = clock.cell[[(one.second - int(starts[0])) // 3600 for one in changes]] // HOURS_IN_WEEK
    forward = np.array([1 if one.hours > 0 else -1 for one in changes])
    jumps = _jumps(shapes, rows) * forward
    controls = _jumps(shapes, rows - CONTROL_WEEKS)
    jumps, controls = jumps[np.isfinite(jumps)], controls[np.isfinite(controls)]
    if jumps.size < FEWEST_CHANGES or (controls != 0).sum() > controls.size / 2:
        return 0
    middle = float(np.median(jumps))
    return int(middle) if abs(middle) == 1 and (jumps * middle > 0).all() else 0


def _jumps(shapes: Floats, rows: NDArray[np.int64]) -> Floats:
    """Hours by which the weeks after each week stand later than those before it; NaN if nobody can tell."""
    before, after = windows(shapes, rows - BESIDE_WEEKS, BESIDE_WEEKS), windows(shapes, rows + 1, BESIDE_WEEKS)
    found = best_lags(before, after, LAGS)
    return np.where(found.left <= LEFT, found.hours, np.where(np.isfinite(found.left), 0.0, np.nan))


def summers(starts: NDArray[np.int64], time_zone: str) -> Bools:
    """Hours from each spring change to the autumn after it."""
    found = np.zeros(starts.shape, bool)
    changes = transitions(int(starts[0]), int(starts[-1]), time_zone)
    autumns = [one.second for one in changes if one.hours < 0]
    springs = [one.second for one in changes if one.hours > 0]
    if autumns and (not springs or autumns[0] < springs[0]):
        springs.insert(0, int(starts[0]))
    for spring in springs:
        until = next((autumn for autumn in autumns if autumn > spring), int(starts[-1]) + 1)
        found |= (starts >= spring) & (starts < until)
    return found
