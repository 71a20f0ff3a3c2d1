"""When in the week events happen, and which repeat one that people have judged already.

An event repeats a judged one of the same meter and kind when it falls into the same hours of the day on the same sort
of day (working day, Saturday, Sunday), is not much stronger, and lies within a year of it. What grows, moves to other
hours, or comes back after a year is told again.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.models.feedback import Occurrence, Repeat, Silencing
from eaio.timeseries.calendar import HOURS_IN_WEEK, hour_of_week

Bools = NDArray[np.bool_]

WITHIN = timedelta(days=366)
LEAST_COMMON = 0.5
"""Share of the hours of the shorter of the two that must be common, give or take an hour."""
STRONGER = 1.5
"""Times the excess an hour of the judged event beyond which an event is something new."""
SORTS_OF_DAY = ((0, 1, 2, 3, 4), (5,), (6,))


def week_of(local: pl.Series) -> str:
    """Hours of the week of local stamps, as 42 hexadecimal digits."""
    return week_of_hours(local.to_frame("local").select(hour_of_week()).to_series().to_numpy())


def week_of_hours(hours: NDArray[np.integer]) -> str:
    """The same from hours of the week, 0 for Monday 00:00."""
    flags = np.zeros(HOURS_IN_WEEK, bool)
    flags[hours] = True
    return np.packbits(flags).tobytes().hex()


def hours_of(week: str) -> Bools:
    """Flags of the 168 hours; none for an empty text."""
    if not week:
        return np.zeros(HOURS_IN_WEEK, bool)
    return np.unpackbits(np.frombuffer(bytes.fromhex(week), np.uint8)).astype(bool)


def repeats(events: Iterable[Occurrence], judged: Sequence[Silencing]) -> list[Repeat]:
    """Which events of one meter are silenced, and by which verdict: their own first, else the nearest in time."""
    found: list[Repeat] = []
    for event in events:
        silenced_by = _silenced_by(event, judged)
        if silenced_by is not None and not event.shown:
            found.append(Repeat(event.id, silenced_by.id))
    return found


def _silenced_by(event: Occurrence, judged: Sequence[Silencing]) -> Silencing | None:
    own = next((one for one in judged if one.event_id == event.id), None)
    if own is not None:
        return own
    alike = [one for one in judged if is_repeat(event, one)]
    return min(alike, key=lambda one: abs(event.started_at - one.started_at), default=None)


def is_repeat(event: Occurrence, judged: Silencing) -> bool:
    """Whether an event repeats a judged one: kind, time of week, strength and distance in time."""
    if event.kind != judged.kind or abs(event.started_at - judged.started_at) > WITHIN:
        return False
    rate, known = event.kwh / max(event.hours, 1), judged.kwh / max(judged.hours, 1)
    return (
        rate * known >= 0 and abs(rate) <= STRONGER * abs(known) and in_common(event.week, judged.week) >= LEAST_COMMON
    )


def in_common(one: str, other: str) -> float:
    """Share of the shorter one's hours that the other has too, by sort of day, give or take an hour; 0 if unknown."""
    first, second = _by_sort(hours_of(one)), _by_sort(hours_of(other))
    short, long = sorted((first, second), key=lambda flags: int(flags.sum()))
    widened = long | np.roll(long, 1, axis=1) | np.roll(long, -1, axis=1)
    return float((short & widened).sum() / short.sum()) if short.any() else 0.0


def _by_sort(week: Bools) -> Bools:
    """Shape (3, 24): working day, Saturday, Sunday."""
    days = week.reshape(7, 24)
    return np.stack([days[list(sort)].any(axis=0) for sort in SORTS_OF_DAY])
