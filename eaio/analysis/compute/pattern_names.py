"""Groups of load shapes in plain words: what the members' typical week and traits have in common."""

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from msgspec import Struct

from eaio.analysis.compute.blocks import Floats
from eaio.analysis.compute.profile import DAY_NAMES, Bools, in_words, occupied_hours
from eaio.timeseries import weeks

FLAT = 0.12
"""Standard deviation of the week over its mean below which it has no rhythm to speak of."""
SEASONAL = 0.3
"""Logarithm of summer over winter from which on the season is the story."""


class Common(Struct, frozen=True):
    """What the members of a group share."""

    week: Floats
    """Shape (168,): median of the members' weeks, over the mean."""
    traits: Mapping[str, float]
    """Median over the members that have it."""

    def trait(self, name: str) -> float:
        """A shared trait; 0 where no member has it."""
        return self.traits.get(name, 0.0)


def common(members: Sequence[tuple[Sequence[float], Mapping[str, float]]]) -> Common:
    """The typical member of a group of (week, traits)."""
    names = sorted({name for _, traits in members for name in traits})
    middle = {name: float(np.median([traits[name] for _, traits in members if name in traits])) for name in names}
    return Common(weeks.median(np.array([week for week, _ in members], dtype=float)), middle)


def rhythm(shared: Common) -> str:
    """When the load is up, in words."""
    week = shared.week
    busy = occupied_hours(week)
    if week.std() < FLAT * max(week.mean(), 1e-9):
        return "Always on"
    if busy.all() or not busy.any():
        return "Seasonal, even over the week" if abs(shared.trait("summer")) > SEASONAL else "Nearly even, all week"
    return _by_days(week.reshape(7, 24), busy.reshape(7, 24), shared)


def _by_days(week: Floats, busy: Bools, shared: Common) -> str:
    """The rhythm of a week that has one."""
    workdays, weekend = busy[:5].mean(), busy[5:].mean()
    day = week[:5].mean(axis=0)
    if day[[22, 23, 0, 1, 2, 3, 4]].mean() > 1.1 * day[9:17].mean():
        return "Nights"
    if weekend > 1.3 * workdays:
        return "Weekends more than weekdays"
    if weekend < 0.4 * workdays:
        spoken = _hours(busy[:5].mean(axis=0) > 0.5)
        return f"Weekdays {spoken}" if spoken else f"Weekdays: {in_words(busy.reshape(-1))}"
    if day[17:22].mean() > 1.15 * day[9:16].mean():
        return "Evenings and weekends" if shared.trait("weekend") > -0.02 else "Evenings"
    hours = _hours(np.median(busy, axis=0) > 0.5)
    return f"Every day {hours}" if hours else "Days and evenings, all week"


def _hours(busy: Bools) -> str:
    """First to last hour in use; a use past midnight is written as people say it."""
    on = np.flatnonzero(busy)
    if not on.size or on.size == busy.size:
        return ""
    if busy[0] and busy[-1]:
        off = np.flatnonzero(~busy)
        return f"{off[-1] + 1}–{off[0]}"
    return f"{on[0]}–{on[-1] + 1}"


QUALIFIERS: tuple[tuple[str, Callable[[Common], bool]], ...] = (
    ("cooling-led", lambda one: one.trait("cooling") > 0.12 and one.trait("cooling") >= one.trait("heating")),
    ("heating-led", lambda one: one.trait("heating") > 0.12),
    ("more in summer", lambda one: one.trait("summer") > 0.2),
    ("less in summer", lambda one: one.trait("summer") < -0.2),
    ("rarely below two thirds", lambda one: one.trait("base") > 0.66),
    ("nearly off outside", lambda one: one.trait("base") < 0.25),
    ("changing from day to day", lambda one: one.trait("daily_spread") > 0.2),
    ("steady from day to day", lambda one: one.trait("daily_spread") < 0.08),
    ("with sharp ramps", lambda one: one.trait("ramp") > 0.1),
    ("Saturdays in use", lambda one: one.trait("saturday") > 0.15),
)
"""What tells groups of one rhythm apart, in this order."""
ALWAYS_SAID = 2
"""Of the qualifiers the first so many are said whether or not the rhythm alone is enough."""


def names_of(groups: Sequence[Common]) -> list[str]:
    """A name for each group, each different from all others and none a bare number."""
    told = [rhythm(group) for group in groups]
    said = [[text for text, holds in QUALIFIERS[:ALWAYS_SAID] if holds(group)][:1] for group in groups]
    for text, holds in QUALIFIERS[ALWAYS_SAID:]:
        written = [_written(*pair) for pair in zip(told, said, strict=True)]
        for at, group in enumerate(groups):
            if written.count(written[at]) > 1 and holds(group):
                said[at] = [*said[at], text]
    return _distinct([_written(*pair) for pair in zip(told, said, strict=True)], groups)


def _written(told: str, said: Sequence[str]) -> str:
    return ", ".join([told, *said])


def _distinct(names: list[str], groups: Sequence[Common]) -> list[str]:
    """The last resort for groups with the same words: the busiest hour of their week, then the order of size."""
    for at, name in enumerate(names):
        if names.count(name) > 1:
            top = int(np.argmax(groups[at].week))
            names[at] = f"{name}, highest {DAY_NAMES[top // 24]} around {top % 24} h"
    orders = ("", "", " (second group)", " (third group)", " (fourth group)", " (fifth group)")
    seen: dict[str, int] = {}
    for at, name in enumerate(names):
        seen[name] = seen.get(name, 0) + 1
        names[at] = name + (orders[min(seen[name], len(orders) - 1)] if seen[name] > 1 else "")
    return names
