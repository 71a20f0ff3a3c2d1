"""Days that have a name instead of a date, on which buildings behave unlike any other day."""

import re
from collections.abc import Callable, Mapping
from datetime import date, timedelta

SUNDAY, MONDAY, THURSDAY = 6, 0, 3


def easter(year: int) -> date:
    """Easter Sunday of the Gregorian calendar (Meeus, Astronomical Algorithms, chapter 8)."""
    a, (b, c) = year % 19, divmod(year, 100)
    (d, e), f = divmod(b, 4), (b + 8) // 25
    h = (19 * a + b - d - (b - f + 1) // 3 + 15) % 30
    i, k = divmod(c, 4)
    m = (32 + 2 * e + 2 * i - h - k) % 7
    month, day = divmod(h + m - 7 * ((a + 11 * h + 22 * m) // 451) + 114, 31)
    return date(year, month, day + 1)


def _nth(weekday: int, n: int, month: int) -> Callable[[int], date]:
    """The n-th such weekday of a month; the last one for ``n`` -1."""

    def on(year: int) -> date:
        first = date(year, month, 1) if n > 0 else date(year, month + 1, 1)
        ahead = timedelta(days=(weekday - first.weekday()) % 7)
        return first + ahead + timedelta(weeks=n - 1 if n > 0 else n)

    return on


def _fixed(month: int, day: int) -> Callable[[int], date]:
    return lambda year: date(year, month, day)


def _from_easter(days: int) -> Callable[[int], date]:
    return lambda year: easter(year) + timedelta(days=days)


HOLIDAYS: Mapping[str, Callable[[int], date]] = {
    r"(?:christmas|xmas)\s+eve": _fixed(12, 24),
    r"(?:christmas|xmas)(?:\s+day)?": _fixed(12, 25),
    r"boxing\s+day": _fixed(12, 26),
    r"new\s+year'?s?\s+eve": _fixed(12, 31),
    r"new\s+year'?s?\s+day": _fixed(1, 1),
    r"independence\s+day": _fixed(7, 4),
    r"thanksgiving(?:\s+day)?": _nth(THURSDAY, 4, 11),
    r"black\s+friday": lambda year: _nth(THURSDAY, 4, 11)(year) + timedelta(days=1),
    r"memorial\s+day": _nth(MONDAY, -1, 5),
    r"labou?r\s+day": _nth(MONDAY, 1, 9),
    r"good\s+friday": _from_easter(-2),
    r"easter\s+monday": _from_easter(1),
    r"easter(?:\s+sunday)?": _from_easter(0),
}
"""Patterns of the name to the day of a year; the longer names before those that they contain."""
NAMES = "|".join(HOLIDAYS)


def holiday(name: str, year: int | None, today: date) -> date:
    """The day of that name in a year, or the latest that has come."""
    of = next(day for pattern, day in HOLIDAYS.items() if re.fullmatch(pattern, name))
    found = of(year or today.year)
    return found if year or found <= today else of(today.year - 1)
