"""Where a site is, as prices, carbon and holidays see it."""

from collections.abc import Collection
from datetime import date

from eaio.buildings.models import Site
from eaio.timeseries.calendar import holiday_dates
from eaio.timeseries.places import Place, place_of, rates_of
from eaio.timeseries.rates import Rates


def site_rates(site: Site) -> Rates:
    """Default prices and factors of a site, where nobody has set better ones."""
    return rates_of(site_place(site), site.grid_region)


def site_place(site: Site) -> Place:
    """Where a site is, as prices and carbon see it."""
    return place_of(site.latitude, site.longitude, site.time_zone, site.country)


def holidays_of(site: Site, years: Collection[int]) -> frozenset[date]:
    """Public holidays of a site's country and region."""
    country, subdivision = site.holiday_region
    return holiday_dates(country, years, subdivision)
