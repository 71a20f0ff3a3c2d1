"""JSON API of sites, buildings and meters."""

from typing import Annotated
from uuid import UUID

from litestar import get, patch, post, put
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
    Name,
    Site,
    SiteDraft,
    SortKey,
    TreeSite,
)
from eaio.buildings.models import Meter as StoredMeter
from eaio.infra.identity import Action
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem
from eaio.timeseries.units import Carrier

TAGS = ["Buildings"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}


class Archived(Struct, frozen=True):
    """Hide it, or bring it back."""

    archived: bool


class MeterName(Struct, frozen=True):
    """A meter's new name."""

    name: Name


class PublicSite(Struct, frozen=True):
    """A site as the API shows it."""

    id: UUID
    name: str
    time_zone: str
    country: str | None
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
        site.time_zone,
        site.country,
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
    site: Annotated[UUID | None, QueryParameter(description="Only of this site")] = None,
    primary_use: Annotated[
        str | None, QueryParameter(description="Only of this use", examples=[Example(value="Education")])
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
async def list_sites(conn: Conn, principal: Who) -> list[PublicSite]:
    """Active sites by name."""
    return [_public_site(site) for site in await service.sites_of(conn, principal.organisation)]


@post("/api/sites", summary="Add a site", tags=TAGS)
async def create_site(conn: Conn, principal: Who, data: JSONBody[SiteDraft]) -> PublicSite:
    """409 if the name is taken, 422 if the time zone is unknown."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_site(await service.create_site(conn, principal.organisation, data))


@put("/api/sites/{site_id:uuid}", summary="Replace a site's data", tags=TAGS, responses=NOT_FOUND)
async def edit_site(conn: Conn, principal: Who, site_id: FromPath[UUID], data: JSONBody[SiteDraft]) -> PublicSite:
    """What is left out becomes unknown."""
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
    building: Annotated[UUID | None, QueryParameter(description="Only of this building")] = None,
    site: Annotated[UUID | None, QueryParameter(description="Only of this site")] = None,
    carrier: Annotated[Carrier | None, QueryParameter(description="Only of this carrier")] = None,
) -> list[PublicMeter]:
    """Active meters by building, carrier and name."""
    found = await service.meters_of(conn, principal.organisation, building, site, carrier)
    return [_public_meter(meter) for meter in found]


@post("/api/meters", summary="Add a meter", tags=TAGS)
async def create_meter(conn: Conn, principal: Who, data: JSONBody[MeterDraft]) -> PublicMeter:
    """Its unit follows from the carrier: kWh, or litres for water and irrigation."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_meter(await service.create_meter(conn, principal.organisation, data))


@put("/api/meters/{meter_id:uuid}", summary="Rename a meter", tags=TAGS, responses=NOT_FOUND)
async def rename_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: JSONBody[MeterName]) -> PublicMeter:
    """409 if the building has one of that name and carrier."""
    principal.require(Action.EDIT_BUILDINGS)
    return _public_meter(await service.rename_meter(conn, principal.organisation, meter_id, data.name))


@patch("/api/meters/{meter_id:uuid}", summary="Archive a meter, or bring it back", tags=TAGS, responses=NOT_FOUND)
async def archive_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: JSONBody[Archived]) -> PublicMeter:
    """Readings stay."""
    principal.require(Action.EDIT_BUILDINGS)
    await service.archive_meter(conn, principal.organisation, meter_id, data.archived)
    return _public_meter(await service.meter_of(conn, principal.organisation, meter_id))


@get("/api/tree", summary="The portfolio as a tree", tags=TAGS)
async def get_tree(conn: Conn, principal: Who) -> list[TreeSite]:
    """Portfolio, sites, buildings, meters."""
    return list(await service.tree(conn, principal.organisation))


HANDLERS = [
    list_buildings,
    get_building,
    create_building,
    edit_building,
    archive_building,
    list_sites,
    create_site,
    edit_site,
    archive_site,
    list_meters,
    create_meter,
    rename_meter,
    archive_meter,
    get_tree,
]
