"""When people are in a building: occupancy from 0 to 1 by use, weekday and season."""

import numpy as np
from msgspec import Struct

from eaio.demo.compute.clock import LocalClock
from eaio.demo.models import Array


class WeekSchedule(Struct, frozen=True):
    """Occupancy by hour of day as (hour, level) corners, joined by straight lines."""

    weekday: tuple[tuple[float, float], ...]
    saturday: tuple[tuple[float, float], ...]
    sunday: tuple[tuple[float, float], ...]
    breaks: tuple[tuple[int, int, float], ...] = ()
    """(first day of year, last day of year, factor): school holidays."""


_CLOSED = ((0.0, 0.03), (23.0, 0.03))
_OFFICE_DAY = (
    (5.0, 0.03),
    (8.5, 0.92),
    (12.0, 1.0),
    (13.0, 0.85),
    (14.0, 0.98),
    (17.0, 0.85),
    (20.0, 0.08),
    (22.0, 0.03),
)
_SCHOOL_DAY = ((6.0, 0.03), (8.0, 1.0), (14.0, 0.95), (16.0, 0.45), (18.0, 0.15), (20.0, 0.03))
_SHOP_DAY = ((7.0, 0.08), (10.0, 0.9), (13.0, 1.0), (19.0, 0.95), (22.0, 0.08))
_HOME_DAY = ((0.0, 0.35), (5.0, 0.35), (7.5, 0.95), (10.0, 0.55), (15.0, 0.5), (19.0, 1.0), (22.0, 0.85), (23.0, 0.6))
_ALWAYS = ((0.0, 0.62), (6.0, 0.65), (9.0, 1.0), (17.0, 0.98), (21.0, 0.7), (23.0, 0.62))
_LEISURE_DAY = ((5.0, 0.08), (7.0, 0.6), (12.0, 0.7), (18.0, 1.0), (21.0, 0.9), (23.0, 0.1))
_LIBRARY_DAY = ((6.0, 0.05), (9.0, 0.7), (14.0, 1.0), (20.0, 0.8), (23.0, 0.15))
_DEPOT_DAY = ((4.0, 0.1), (6.0, 0.9), (14.0, 1.0), (20.0, 0.6), (22.0, 0.1))
_SATURDAY = ((7.0, 0.03), (10.0, 0.18), (14.0, 0.15), (17.0, 0.03))
_FLAT = ((0.0, 0.95), (12.0, 1.0), (23.0, 0.95))
_TERMS = ((170, 245, 0.5), (355, 366, 0.35), (1, 4, 0.35))

SCHEDULES: dict[str, WeekSchedule] = {
    "office": WeekSchedule(_OFFICE_DAY, _SATURDAY, _CLOSED),
    "school": WeekSchedule(_SCHOOL_DAY, _CLOSED, _CLOSED, _TERMS),
    "library": WeekSchedule(_LIBRARY_DAY, _SHOP_DAY, _LIBRARY_DAY, _TERMS[1:3]),
    "laboratory": WeekSchedule(((0.0, 0.5), (7.0, 0.6), (10.0, 1.0), (17.0, 0.95), (22.0, 0.55)), _ALWAYS, _ALWAYS),
    "hospital": WeekSchedule(_ALWAYS, _ALWAYS, _ALWAYS),
    "clinic": WeekSchedule(_OFFICE_DAY, _SATURDAY, _CLOSED),
    "lodging": WeekSchedule(_HOME_DAY, _HOME_DAY, _HOME_DAY),
    "retail": WeekSchedule(_SHOP_DAY, _SHOP_DAY, ((9.0, 0.06), (12.0, 0.8), (16.0, 0.85), (18.0, 0.06))),
    "leisure": WeekSchedule(_LEISURE_DAY, _LEISURE_DAY, ((7.0, 0.08), (10.0, 0.8), (17.0, 0.75), (20.0, 0.08))),
    "warehouse": WeekSchedule(_DEPOT_DAY, ((6.0, 0.1), (9.0, 0.5), (13.0, 0.5), (15.0, 0.1)), _CLOSED),
    "data": WeekSchedule(_FLAT, _FLAT, _FLAT),
}


def occupancy(schedule: WeekSchedule, clock: LocalClock, hours_earlier: int = 0) -> Array:
    """Occupancy at each hour of the grid; holidays run as Sundays, breaks scale the whole day.

    ``hours_earlier`` moves the rising morning edge, as plant that starts before people do.
    """
    days = [_day(corners, hours_earlier) for corners in (schedule.weekday, schedule.saturday, schedule.sunday)]
    kind = np.where(clock.holiday, 2, np.clip(clock.weekday - 4, 0, 2))
    level = np.array(days)[kind, clock.hour]
    for first, last, factor in schedule.breaks:
        level = np.where((clock.year_day >= first) & (clock.year_day <= last), level * factor, level)
    return level


def _day(corners: tuple[tuple[float, float], ...], hours_earlier: int) -> Array:
    hours, levels = zip(*corners, strict=True)
    plain = np.interp(np.arange(24), hours, levels)
    if not hours_earlier:
        return plain
    early = np.interp(np.arange(24) + hours_earlier, hours, levels)
    return np.where(np.arange(24) < 12, np.maximum(plain, early), plain)
