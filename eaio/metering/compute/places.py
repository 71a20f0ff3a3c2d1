"""Whether coordinates and time zone of a site agree, by the principal place that tzdata gives each zone."""

import re
from datetime import datetime, timedelta
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt
from zoneinfo import ZoneInfo

from eaio.metering.compute.clock import standard_offset_us

_EARTH_RADIUS_KM = 6371.0
_WRONG_SIGN_KM = 500.0
_NEIGHBOUR_KM = 150.0
_YEAR = 2016

CANONICAL = {
    "US/Eastern": "America/New_York",
    "US/Central": "America/Chicago",
    "US/Mountain": "America/Denver",
    "US/Pacific": "America/Los_Angeles",
    "US/Arizona": "America/Phoenix",
    "US/Alaska": "America/Anchorage",
    "US/Hawaii": "Pacific/Honolulu",
    "GB": "Europe/London",
    "Eire": "Europe/Dublin",
}
"""Old names of time zones (tzdata, file backward)."""

_LINE = re.compile(r"^(\w\w)\t([+-]\d+)([+-]\d+)\t(\S+)", re.MULTILINE)


@cache
def principal_places() -> dict[str, tuple[str, float, float]]:
    """Country, latitude and longitude of each zone's principal place (tzdata, zone.tab)."""
    table = files("tzdata").joinpath("zoneinfo", "zone.tab").read_text(encoding="utf-8")
    return {name: (country, _degrees(lat), _degrees(lng)) for country, lat, lng, name in _LINE.findall(table)}


def _degrees(text: str) -> float:
    """±DDMM[SS] or ±DDDMM[SS] in degrees."""
    sign, digits = (-1 if text[0] == "-" else 1), text[1:]
    seconds = digits[-2:] if len(digits) >= 6 else ""
    rest = digits[: -2 if seconds else None]
    return sign * (int(rest[:-2]) + int(rest[-2:]) / 60 + int(seconds or 0) / 3600)


def distance_km(first: tuple[float, float], second: tuple[float, float]) -> float:
    """Great-circle distance between two (latitude, longitude) by the haversine formula."""
    (lat1, lng1), (lat2, lng2) = ((radians(lat), radians(lng)) for lat, lng in (first, second))
    h = sin((lat2 - lat1) / 2) ** 2 + cos(lat1) * cos(lat2) * sin((lng2 - lng1) / 2) ** 2
    return 2 * _EARTH_RADIUS_KM * asin(sqrt(h))


def mended_longitude(time_zone: str, latitude: float, longitude: float) -> float:
    """The longitude with its sign turned, if that brings the site far nearer to where its clock is kept."""
    place = principal_places().get(CANONICAL.get(time_zone, time_zone))
    if place is None:
        return longitude
    here, there = (distance_km(place[1:], (latitude, lng)) for lng in (longitude, -longitude))
    return -longitude if here - there > _WRONG_SIGN_KM else longitude


def nearby_zone(time_zone: str, latitude: float, longitude: float) -> str | None:
    """The zone of a principal place close by, if it keeps the same standard time but another daylight saving.

    Phoenix is in the US mountain zone and keeps no daylight saving, though its data may say US/Mountain.
    """
    places = principal_places()
    own = CANONICAL.get(time_zone, time_zone)
    if own not in places:
        return None
    near = min(places, key=lambda name: distance_km(places[name][1:], (latitude, longitude)))
    if distance_km(places[near][1:], (latitude, longitude)) > _NEIGHBOUR_KM or places[near][0] != places[own][0]:
        return None
    same_standard = standard_offset_us(near, _YEAR) == standard_offset_us(own, _YEAR)
    return near if same_standard and _summer_offset(near) != _summer_offset(own) else None


def _summer_offset(time_zone: str) -> int:
    offset = datetime(_YEAR, 7, 1, 12, tzinfo=ZoneInfo(time_zone)).utcoffset() or timedelta()
    return round(offset / timedelta(microseconds=1))
