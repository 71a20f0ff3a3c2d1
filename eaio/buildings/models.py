"""Sites, buildings, meters, and what can be said about them."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.timeseries.places import holiday_region
from eaio.timeseries.units import Carrier

Name = Annotated[str, Meta(min_length=1, max_length=200)]
Text = Annotated[str, Meta(max_length=400)]
Latitude = Annotated[float, Meta(ge=-90, le=90)]
Longitude = Annotated[float, Meta(ge=-180, le=180)]
Year = Annotated[int, Meta(ge=1000, le=2100)]
Interval = Annotated[int, Meta(gt=0, le=44_640)]


class PortfolioDraft(Struct, frozen=True, kw_only=True):
    """A portfolio as somebody names it."""

    name: Name


class Portfolio(PortfolioDraft, frozen=True, kw_only=True):
    """A group of sites of an organisation; every site is in exactly one."""

    id: UUID
    sites: int = 0
    """Active ones."""
    buildings: int = 0
    """Active ones."""


class SiteDraft(Struct, frozen=True, kw_only=True):
    """A site as somebody enters or imports it."""

    name: Name
    portfolio: Name | None = None
    """Name of a portfolio; None leaves a site where it is, and puts a new one into the oldest."""
    time_zone: str
    """IANA name, for example ``America/New_York``."""
    country: Annotated[str, Meta(pattern="^[A-Z]{2}$")] | None = None
    subdivision: Annotated[str, Meta(pattern="^[A-Z0-9]{1,3}$")] | None = None
    """For holidays: ISO 3166-2 without the country, ``TX`` or ``BY``; by default where the coordinates lie."""
    grid_region: Text | None = None
    """Electricity grid subregion for carbon factors, for example ``CAMX``."""
    latitude: Latitude | None = None
    longitude: Longitude | None = None


class Site(SiteDraft, frozen=True, kw_only=True):
    """A place with one clock and one weather."""

    id: UUID
    key: int
    """Small key of weather rows; never leaves the application."""
    portfolio_id: UUID
    archived_at: datetime | None = None
    buildings: int = 0

    @property
    def holiday_region(self) -> tuple[str, str | None]:
        """Country and subdivision whose holidays it keeps."""
        return holiday_region(self.country, self.subdivision, self.latitude, self.longitude, self.time_zone)


class BuildingFacts(Struct, frozen=True, kw_only=True):
    """What is known about a building besides its name and place; every field of BDG2's metadata has its home here."""

    primary_use: Text | None = None
    sub_use: Text | None = None
    industry: Text | None = None
    sub_industry: Text | None = None
    area_m2: Annotated[float, Meta(gt=0, le=10_000_000)] | None = None
    latitude: Latitude | None = None
    longitude: Longitude | None = None
    address: Text | None = None
    year_built: Year | None = None
    year_renovated: Year | None = None
    date_opened: date | None = None
    floors: Annotated[int, Meta(ge=0, le=300)] | None = None
    occupants: Annotated[int, Meta(ge=0, le=10_000_000)] | None = None
    heating_type: Text | None = None
    energy_sources: tuple[Text, ...] = ()
    has_renewable: bool | None = None
    operating_hours: Text | None = None
    occupancy_type: Text | None = None
    energy_star_score: Annotated[float, Meta(ge=0, le=100)] | None = None
    published_eui: float | None = None
    published_site_eui: float | None = None
    published_source_eui: float | None = None
    leed_level: Text | None = None
    rating: Text | None = None
    bdg2_kaggle_id: int | None = None


class BuildingDraft(BuildingFacts, frozen=True, kw_only=True):
    """A building as somebody enters or imports it."""

    name: Name
    site: Name
    """Name of a site of the same organisation."""
    area_ft2: Annotated[float, Meta(gt=0, le=107_000_000)] | None = None
    """Floor area in square feet, in place of ``area_m2``."""


class Building(BuildingFacts, frozen=True, kw_only=True):
    """A building of the portfolio."""

    id: UUID
    site_id: UUID
    site: str
    time_zone: str
    name: str
    area_ft2: float | None = None
    """``area_m2`` in square feet."""
    carriers: tuple[Carrier, ...] = ()
    """Carriers of its active meters."""
    archived_at: datetime | None = None

    @property
    def label(self) -> str:
        """The name as people read it: ``Robin_education_Lizbeth`` is shown as it is known, without underscores."""
        return self.name.replace("_", " ")


class MeterEdit(Struct, frozen=True, kw_only=True):
    """What may change about a meter; its carrier and building stay, for its readings belong to them."""

    name: Name
    interval_minutes: Interval | None = None
    """None keeps it; it can change only before the first reading."""


class MeterDraft(Struct, frozen=True, kw_only=True):
    """A meter as somebody enters or imports it."""

    building: Name
    carrier: Carrier
    name: Name
    interval_minutes: Interval = 60


class Meter(Struct, frozen=True, kw_only=True):
    """One register of one building."""

    id: UUID
    key: int
    """Small key of its readings; never leaves the application."""
    organisation_id: UUID
    building_id: UUID
    building: str
    site_id: UUID
    site_key: int
    name: str
    carrier: Carrier
    unit: str
    interval_minutes: int
    time_zone: str
    country: str | None = None
    subdivision: str | None = None
    latitude: float | None = None
    """Of its site."""
    longitude: float | None = None
    first_reading: datetime | None = None
    last_reading: datetime | None = None
    archived_at: datetime | None = None

    @property
    def holiday_region(self) -> tuple[str, str | None]:
        """Country and subdivision whose holidays its site keeps."""
        return holiday_region(self.country, self.subdivision, self.latitude, self.longitude, self.time_zone)


class SortKey(StrEnum):
    """What a list of buildings can be ordered by."""

    NAME = "name"
    SITE = "site"
    USE = "primary_use"
    AREA = "area_m2"
    YEAR = "year_built"


class BuildingFilter(Struct, frozen=True, kw_only=True):
    """Which buildings, in which order, which page; every field narrows further."""

    search: str | None = None
    portfolio: UUID | None = None
    site: UUID | None = None
    primary_use: str | None = None
    carrier: Carrier | None = None
    minimum_area_m2: float | None = None
    maximum_area_m2: float | None = None
    archived: bool = False
    sort: SortKey = SortKey.NAME
    descending: bool = False
    limit: int = 50
    offset: int = 0


class SiteFilter(Struct, frozen=True, kw_only=True):
    """Which sites; every field narrows further."""

    search: str | None = None
    portfolio: UUID | None = None
    archived: bool = False
    """Archived ones instead of active ones."""


class MeterFilter(Struct, frozen=True, kw_only=True):
    """Which meters; every field narrows further."""

    search: str | None = None
    """Part of the name of the meter or of its building."""
    building: UUID | None = None
    site: UUID | None = None
    carrier: Carrier | None = None
    archived: bool = False
    """Archived ones, or those of archived buildings, instead of active ones."""


class BuildingPage(Struct, frozen=True):
    """One page of buildings and how many there are in all."""

    items: tuple[Building, ...]
    total: int
    limit: int
    offset: int


class TreeMeter(Struct, frozen=True):
    """A leaf of the portfolio tree."""

    id: UUID
    name: str
    carrier: Carrier


class TreeBuilding(Struct, frozen=True):
    """A building with its meters."""

    id: UUID
    name: str
    meters: tuple[TreeMeter, ...]


class TreeSite(Struct, frozen=True):
    """A site with its buildings."""

    id: UUID
    name: str
    buildings: tuple[TreeBuilding, ...]


class TreePortfolio(Struct, frozen=True):
    """A portfolio with its sites, the trunk of the tree."""

    id: UUID
    name: str
    sites: tuple[TreeSite, ...]
