"""Which price region, power grid and holiday calendar a place belongs to.

A site's coordinates pick the nearest anchor: the middle of each US state, and a few cities where the middle of a state
misleads or the country is another. Without coordinates the time zone decides, coarsely.
"""

from collections.abc import Iterator
from math import cos, hypot, radians

from msgspec import Struct

from eaio.timeseries.rates import GRID_REGIONS, Rates, regional_rates


class Place(Struct, frozen=True):
    """Where a site is, as prices, carbon and holidays see it."""

    name: str
    country: str
    """ISO 3166 alpha-2."""
    subdivision: str | None
    """As the holidays package names it: US state, Canadian province, UK country."""
    prices: str
    grid: str


_US_ANCHORS = """
AL 32.8 -86.8 East South Central US
AK 64.0 -152.0 Pacific US
AZ 34.2 -111.6 Mountain AZNM
AR 34.8 -92.4 West South Central US
CA 37.2 -119.4 Pacific CAMX
CO 39.0 -105.5 Mountain US
CT 41.6 -72.7 New England US
DE 39.0 -75.5 South Atlantic RFCE
FL 28.6 -82.4 South Atlantic FRCC
GA 32.6 -83.4 South Atlantic US
HI 20.3 -156.4 Pacific US
ID 44.4 -114.6 Mountain US
IL 40.0 -89.2 East North Central US
IN 39.9 -86.3 East North Central US
IA 42.1 -93.5 West North Central MROW
KS 38.5 -98.4 West North Central US
KY 37.5 -85.3 East South Central US
LA 31.1 -92.0 West South Central US
ME 45.4 -69.2 New England US
MD 39.1 -76.8 South Atlantic RFCE
MA 42.3 -71.8 New England US
MI 44.3 -85.4 East North Central US
MN 46.3 -94.3 West North Central MROW
MS 32.7 -89.7 East South Central US
MO 38.4 -92.5 West North Central US
MT 47.0 -109.6 Mountain US
NE 41.5 -99.8 West North Central MROW
NV 39.3 -116.6 Mountain US
NH 43.7 -71.6 New England US
NJ 40.2 -74.7 Mid Atlantic RFCE
NM 34.4 -106.1 Mountain AZNM
NY 42.9 -75.5 Mid Atlantic NYUP
NY 40.7 -74.0 Mid Atlantic US
NC 35.6 -79.4 South Atlantic US
ND 47.5 -100.5 West North Central MROW
OH 40.3 -82.8 East North Central US
OK 35.6 -97.5 West South Central US
OR 43.9 -120.6 Pacific US
PA 40.9 -77.8 Mid Atlantic RFCE
RI 41.7 -71.5 New England US
SC 33.9 -80.9 South Atlantic US
SD 44.4 -100.2 West North Central MROW
TN 35.9 -86.4 East South Central US
TX 31.5 -99.3 West South Central ERCT
UT 39.3 -111.7 Mountain US
VT 44.1 -72.7 New England US
VA 37.5 -78.9 South Atlantic US
DC 38.9 -77.0 South Atlantic RFCE
WA 47.4 -120.5 Pacific US
WV 38.6 -80.6 South Atlantic US
WI 44.6 -89.9 East North Central US
WY 43.0 -107.6 Mountain US
"""
_ABROAD: tuple[tuple[float, float, Place], ...] = (
    (45.4, -75.7, Place("Ontario", "CA", "ON", "Ontario", "Ontario")),
    (43.7, -79.4, Place("Ontario", "CA", "ON", "Ontario", "Ontario")),
    (52.5, -1.5, Place("England", "GB", "ENG", "United Kingdom", "UK")),
    (51.6, 0.0, Place("England", "GB", "ENG", "United Kingdom", "UK")),
    (54.9, -2.0, Place("England", "GB", "ENG", "United Kingdom", "UK")),
    (52.1, -3.6, Place("Wales", "GB", "WLS", "United Kingdom", "UK")),
    (51.5, -3.2, Place("Wales", "GB", "WLS", "United Kingdom", "UK")),
    (56.5, -4.2, Place("Scotland", "GB", "SCT", "United Kingdom", "UK")),
    (54.6, -6.7, Place("Northern Ireland", "GB", "NIR", "United Kingdom", "UK")),
    (53.3, -7.7, Place("Ireland", "IE", None, "Ireland", "Ireland")),
    (53.3, -6.3, Place("Ireland", "IE", None, "Ireland", "Ireland")),
)


def _us_anchor(line: str) -> tuple[float, float, Place]:
    state, latitude, longitude, *division, grid = line.split()
    return float(latitude), float(longitude), Place(state, "US", state, " ".join(division), grid)


_ANCHORS = (*map(_us_anchor, _US_ANCHORS.strip().splitlines()), *_ABROAD)

UNITED_STATES = Place("United States", "US", None, "US", "US")
_BY_TIME_ZONE: tuple[tuple[tuple[str, ...], Place], ...] = (
    (("US/Pacific", "America/Los_Angeles"), Place("US Pacific", "US", None, "Pacific", "US")),
    (("US/Mountain", "America/Denver"), Place("US Mountain", "US", None, "Mountain", "US")),
    (("America/Phoenix", "US/Arizona"), Place("AZ", "US", "AZ", "Mountain", "AZNM")),
    (("America/Toronto",), Place("Ontario", "CA", "ON", "Ontario", "Ontario")),
    (("Europe/London", "GB"), Place("United Kingdom", "GB", "ENG", "United Kingdom", "UK")),
    (("Europe/Dublin",), Place("Ireland", "IE", None, "Ireland", "Ireland")),
)
_BY_COUNTRY: dict[str, Place] = {
    "US": UNITED_STATES,
    "GB": Place("United Kingdom", "GB", "ENG", "United Kingdom", "UK"),
    "IE": Place("Ireland", "IE", None, "Ireland", "Ireland"),
    "CA": Place("Ontario", "CA", "ON", "Ontario", "Ontario"),
}
_COUNTRY_OF_ZONE = (("Europe/Dublin", "IE"), ("Europe/London", "GB"), ("GB", "GB"))
FURTHEST_DEGREES = 8.0
"""Beyond this distance from every anchor the coordinates are not believed and the time zone decides."""


def place_of(latitude: float | None, longitude: float | None, time_zone: str, country: str | None = None) -> Place:
    """The place of a site; the US average where neither country, coordinates nor time zone say more.

    Country or time zone come first: a longitude with the wrong sign cannot move Dublin to England.
    """
    home = country or next((code for prefix, code in _COUNTRY_OF_ZONE if time_zone.startswith(prefix)), None)
    if home is not None and home not in _BY_COUNTRY:
        return Place(f"{home}, with US average figures", home, None, UNITED_STATES.prices, UNITED_STATES.grid)
    if latitude is not None and longitude is not None:
        distance, place = min(_distances(latitude, longitude, (home,) if home else ("US", "CA")), key=lambda p: p[0])
        if distance <= FURTHEST_DEGREES:
            return place
    by_zone = next((place for zones, place in _BY_TIME_ZONE if time_zone in zones), None)
    if by_zone and home in {None, by_zone.country}:
        return by_zone
    return _BY_COUNTRY[home or "US"]


def holiday_region(
    country: str | None, subdivision: str | None, latitude: float | None, longitude: float | None, time_zone: str
) -> tuple[str, str | None]:
    """Country and subdivision whose holidays a site keeps: what is said of it, else what its place says."""
    place = place_of(latitude, longitude, time_zone, country)
    if subdivision is not None:
        return country or place.country, subdivision
    return place.country, place.subdivision


def _distances(latitude: float, longitude: float, countries: tuple[str, ...]) -> Iterator[tuple[float, Place]]:
    """Degrees to every anchor in these countries, longitudes squeezed to the latitude."""
    squeeze = cos(radians(latitude))
    for north, east, place in _ANCHORS:
        if place.country in countries:
            yield hypot(latitude - north, (longitude - east) * squeeze), place


def rates_of(place: Place, grid: str | None = None) -> Rates:
    """Default rates of a place; ``grid`` names its grid region where somebody has said it."""
    return regional_rates(place.prices, grid if grid in GRID_REGIONS else place.grid)


def rates_at(latitude: float | None, longitude: float | None, time_zone: str) -> Rates:
    """Default rates at coordinates and a time zone."""
    return rates_of(place_of(latitude, longitude, time_zone))
