"""JSON API of sites, buildings and meters."""

from typing import Annotated
from uuid import UUID

from litestar import delete, get, patch, post, put
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Struct

from eaio.buildings import service
from eaio.buildings.models import (
    Building,
    BuildingDraft,
    BuildingFilter,
    BuildingPage,
    MeterDraft,
    MeterEdit,
    MeterFilter,
    Portfolio,
    PortfolioDraft,
    Site,
    SiteDraft,
    SiteFilter,
    SortKey,
    TreePortfolio,
)
from eaio.buildings.models import Meter as StoredMeter
from eaio.infra.identity import Action
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem
from eaio.timeseries.units import Carrier

TAGS = ["Buildings"]
SEARCH = QueryParameter(description="Part of a name", max_length=200, examples=[Example(value="robin")])
ARCHIVED = QueryParameter(description="Archived ones instead of active ones")
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}


class Archived(Struct, frozen=True):
    """Hide it, or bring it back."""

    archived: bool


class PublicSite(Struct, frozen=True):
    """A site as the API shows it."""

    id: UUID
    name: str
    portfolio_id: UUID
    portfolio: str | None
    time_zone: str
    country: str | None
    subdivision: str | None
    grid_region: str | None
    latitude: float | None
    longitude: float | None
    buildings: int
    archived: bool


class PublicMeter(Struct, frozen=True):
    """A meter as the API shows it."""

    id: UUID
    building_id: UUID
    building: str
    name: str
    carrier: Carrier
    unit: str
    interval_minutes: int
    first_reading: str | None
    last_reading: str | None
    archived: bool


def _public_site(site: Site) -> PublicSite:
    return PublicSite(
        site.id,
        site.name,
        site.portfolio_id,
        site.portfolio,
        site.time_zone,
        site.country,
        site.subdivision,
        site.grid_region,
        site.latitude,
        site.longitude,
        site.buildings,
        site.archived_at is not None,
    )


def _public_meter(meter: StoredMeter) -> PublicMeter:
    return PublicMeter(
        meter.id,
        meter.building_id,
        meter.building,
        meter.name,
        meter.carrier,
        meter.unit,
        meter.interval_minutes,
        meter.first_reading.isoformat() if meter.first_reading else None,
        meter.last_reading.isoformat() if meter.last_reading else None,
        meter.archived_at is not None,
    )


@get("/api/buildings", summary="List buildings", tags=TAGS)
async def list_buildings(
    conn: Conn,
    principal: Who,
    search: Annotated[
        str | None,
        QueryParameter(description="Part of a name or address", max_length=200, examples=[Example(value="office")]),
    ] = None,
    portfolio: Annotated[UUID | None, QueryParameter(description="Only of this portfolio")] = None,
    site: Annotated[UUID | None, QueryParameter(description="Only of this site")] = None,
    primary_use: Annotated[
        str | None,
        QueryParameter(description="Only of this use", max_length=400, examples=[Example(value="Education")]),
    ] = None,
    carrier: Annotated[Carrier | None, QueryParameter(description="Only with a meter of this carrier")] = None,
    minimum_area_m2: Annotated[float | None, QueryParameter(ge=0)] = None,
    maximum_area_m2: Annotated[float | None, QueryParameter(ge=0)] = None,
    archived: Annotated[bool, QueryParameter(description="Archived ones instead of active ones")] = False,
    sort: Annotated[SortKey, QueryParameter(description="Order")] = SortKey.NAME,
    descending: Annotated[bool, QueryParameter()] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=service.LARGEST_PAGE)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> BuildingPage:
    """Buildings of the caller's organisation, filtered, sorted and paged; ``total`` counts all pages."""
    wanted = BuildingFilter(
        search=search,
        portfolio=portfolio,
        site=site,
        primary_use=primary_use,
        carrier=carrier,
        minimum_area_m2=minimum_area_m2,
        maximum_area_m2=maximum_area_m2,
        archived=archived,
        sort=sort,
        descending=descending,
        limit=limit,
        offset=offset,
    )
    return await service.list_buildings(conn, principal.organisation, wanted)


@get("/api/buildings/{building_id:uuid}", summary="One building", tags=TAGS, responses=NOT_FOUND)
async def get_building(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Building:
    """Everything that is known about a building."""
    return await service.building_of(conn, principal.organisation, building_id)


@post("/api/buildings", summary="Add a building", tags=TAGS)
async def create_building(conn: Conn, principal: Who, data: JSONBody[BuildingDraft]) -> Building:
    """The site must exist; 409 if the name is taken."""
    principal.require(Action.EDIT_BUILDINGS)
    return await service.create_building(conn, principal.organisation, data)


@put("/api/buildings/{building_id:uuid}", summary="Replace a building's data", tags=TAGS, responses=NOT_FOUND)
async def edit_building(
    conn: Conn, principal: Who, building_id: FromPath[UUID], data: JSONBody[BuildingDraft]
) -> Building:
    """What is left out becomes unknown."""
    principal.require(Action.EDIT_BUILDINGS)
    return await service.edit_building(conn, principal.organisation, building_id, data)


@patch("/api/buildings/{building_id:uuid}", summary="Archive a building, or bring it back", tags=TAGS)
async def archive_building(
    conn: Conn, principal: Who, building_id: FromPath[UUID], data: JSONBody[Archived]
) -> Building:
    """Readings and findings stay."""
    principal.require(Action.EDIT_BUILDINGS)
    await service.archive_building(conn, principal.organisation, building_id, data.archived)
    return await service.building_of(conn, principal.organisation, building_id)


@get("/api/sites", summary="List sites", tags=TAGS)
async def list_sites(
    conn: Conn,
    principal: Who,
    search: Annotated[str | None, SEARCH] = None,
    portfolio: Annotated[UUID | None, QueryParameter(description="Only of this portfolio")] = None,
    archived: Annotated[bool, ARCHIVED] = False,
) -> list[PublicSite]:
    """Sites by name."""
    wanted = SiteFilter(search=search, portfolio=portfolio, archived=archived)
    return [_public_site(site) for site in await service.find_sites(conn, principal.organisation, wanted)]


@get("/api/sites/{site_id:uuid}", summary="One site", tags=TAGS, responses=NOT_FOUND)
async def get_site(conn: Conn, principal: Who, site_id: FromPath[UUID]) -> PublicSite:
    """Where it lies, which clock it keeps, how many buildings it has."""
    return _public_site(await service.site_of(conn, principal.organisation, site_id))


@post("/api/sites", summary="Add a site", tags=TAGS)
async def create_site(conn: Conn, principal: Who, data: JSONBody[SiteDraft]) -> PublicSite:
    """409 if the name is taken, 422 if time zone or portfolio is unknown."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_site(await service.create_site(conn, principal.organisation, data))


@put("/api/sites/{site_id:uuid}", summary="Replace a site's data", tags=TAGS, responses=NOT_FOUND)
async def edit_site(conn: Conn, principal: Who, site_id: FromPath[UUID], data: JSONBody[SiteDraft]) -> PublicSite:
    """What is left out becomes unknown; a portfolio left out stays. 409 if the time zone of readings would change."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_site(await service.edit_site(conn, principal.organisation, site_id, data))


@patch("/api/sites/{site_id:uuid}", summary="Archive a site, or bring it back", tags=TAGS, responses=NOT_FOUND)
async def archive_site(conn: Conn, principal: Who, site_id: FromPath[UUID], data: JSONBody[Archived]) -> PublicSite:
    """409 while it has active buildings."""
    principal.require(Action.EDIT_BUILDINGS)
    await service.archive_site(conn, principal.organisation, site_id, data.archived)
    return _public_site(await service.site_of(conn, principal.organisation, site_id))


@get("/api/meters", summary="List meters", tags=TAGS)
async def list_meters(
    conn: Conn,
    principal: Who,
    search: Annotated[str | None, SEARCH] = None,
    building: Annotated[UUID | None, QueryParameter(description="Only of this building")] = None,
    site: Annotated[UUID | None, QueryParameter(description="Only of this site")] = None,
    carrier: Annotated[Carrier | None, QueryParameter(description="Only of this carrier")] = None,
    archived: Annotated[bool, ARCHIVED] = False,
) -> list[PublicMeter]:
    """Meters by building, carrier and name; an archived building's count as archived."""
    wanted = MeterFilter(search=search, building=building, site=site, carrier=carrier, archived=archived)
    return [_public_meter(meter) for meter in await service.find_meters(conn, principal.organisation, wanted)]


@get("/api/meters/{meter_id:uuid}", summary="One meter", tags=TAGS, responses=NOT_FOUND)
async def get_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> PublicMeter:
    """What it measures, and the span of its readings."""
    return _public_meter(await service.meter_of(conn, principal.organisation, meter_id))


@post("/api/meters", summary="Add a meter", tags=TAGS)
async def create_meter(conn: Conn, principal: Who, data: JSONBody[MeterDraft]) -> PublicMeter:
    """Its unit follows from the carrier: kWh, or litres for water and irrigation."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_meter(await service.create_meter(conn, principal.organisation, data))


@put("/api/meters/{meter_id:uuid}", summary="Change a meter", tags=TAGS, responses=NOT_FOUND)
async def edit_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: JSONBody[MeterEdit]) -> PublicMeter:
    """409 if the building has one of that name and carrier, or if the interval of readings would change."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_meter(await service.edit_meter(conn, principal.organisation, meter_id, data))


@patch("/api/meters/{meter_id:uuid}", summary="Archive a meter, or bring it back", tags=TAGS, responses=NOT_FOUND)
async def archive_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: JSONBody[Archived]) -> PublicMeter:
    """Readings stay."""
    principal.require(Action.EDIT_BUILDINGS)
    await service.archive_meter(conn, principal.organisation, meter_id, data.archived)
    return _public_meter(await service.meter_of(conn, principal.organisation, meter_id))


@get("/api/tree", summary="The portfolio as a tree", tags=TAGS)
async def get_tree(conn: Conn, principal: Who) -> list[TreePortfolio]:
    """Portfolios, sites, buildings, meters."""
    return list(await service.tree(conn, principal.organisation))


@get("/api/portfolios", summary="List portfolios", tags=TAGS)
async def list_portfolios(conn: Conn, principal: Who) -> list[Portfolio]:
    """By name, with the numbers of their active sites and buildings."""
    return list(await service.portfolios(conn, principal.organisation))


@post("/api/portfolios", summary="Add a portfolio", tags=TAGS)
async def create_portfolio(conn: Conn, principal: Who, data: JSONBody[PortfolioDraft]) -> Portfolio:
    """409 if the name is taken. Sites move into it when they are edited."""
    principal.require(Action.EDIT_BUILDINGS)
    return await service.create_portfolio(conn, principal.organisation, data.name)


@put("/api/portfolios/{portfolio_id:uuid}", summary="Rename a portfolio", tags=TAGS, responses=NOT_FOUND)
async def rename_portfolio(
    conn: Conn, principal: Who, portfolio_id: FromPath[UUID], data: JSONBody[PortfolioDraft]
) -> Portfolio:
    """409 if the name is taken."""
    principal.require(Action.EDIT_BUILDINGS)
    return await service.rename_portfolio(conn, principal.organisation, portfolio_id, data.name)


@delete("/api/portfolios/{portfolio_id:uuid}", summary="Remove an empty portfolio", tags=TAGS, responses=NOT_FOUND)
async def delete_portfolio(conn: Conn, principal: Who, portfolio_id: FromPath[UUID]) -> None:
    """409 while it holds sites."""
    principal.require(Action.EDIT_BUILDINGS)
    await service.delete_portfolio(conn, principal.organisation, portfolio_id)


HANDLERS = [
    list_buildings,
    get_building,
    create_building,
    edit_building,
    archive_building,
    list_sites,
    get_site,
    create_site,
    edit_site,
    archive_site,
    list_meters,
    get_meter,
    create_meter,
    edit_meter,
    archive_meter,
    get_tree,
    list_portfolios,
    create_portfolio,
    rename_portfolio,
    delete_portfolio,
]
