"""What one can do with sites, buildings and meters. The caller owns the transaction."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID
from zoneinfo import available_timezones

from psycopg.errors import UniqueViolation

from eaio.buildings import repository
from eaio.buildings.models import (
    Building,
    BuildingDraft,
    BuildingFilter,
    BuildingPage,
    Meter,
    MeterDraft,
    Site,
    SiteDraft,
    TreeSite,
)
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, Invalid, NotFound
from eaio.timeseries.units import Carrier

PORTFOLIO = "Portfolio"
LARGEST_PAGE = 500


def check_time_zone(name: str) -> None:
    """Raise Invalid unless ``name`` is an IANA time zone."""
    if name not in available_timezones():
        raise Invalid(
            f"{name!r} is not a time zone; use an IANA name such as Europe/London", time_zone="not an IANA name"
        )


async def upsert_sites(
    conn: Connection, organisation: UUID, drafts: Sequence[SiteDraft], portfolio: str = PORTFOLIO
) -> dict[str, Site]:
    """Create sites, or update those of the same name; returns every site of the organisation by name.

    Raises:
        Invalid: a time zone is unknown.
    """
    for draft in drafts:
        check_time_zone(draft.time_zone)
    group = await repository.ensure_portfolio(conn, organisation, portfolio)
    await repository.upsert_sites(conn, organisation, group, drafts)
    return {site.name: site for site in await repository.sites(conn, organisation, archived=True)}


async def upsert_buildings(conn: Connection, organisation: UUID, drafts: Sequence[BuildingDraft]) -> dict[str, UUID]:
    """Create buildings, or update those of the same name; returns every building's id by name.

    Raises:
        Invalid: a draft names a site that does not exist.
    """
    known = {site.name for site in await repository.sites(conn, organisation, archived=True)}
    for draft in drafts:
        if draft.site not in known:
            raise Invalid(
                f"Building {draft.name!r} names the site {draft.site!r}, which does not exist", site="unknown"
            )
    await repository.upsert_buildings(conn, organisation, drafts)
    return await repository.building_names(conn, organisation)


async def upsert_meters(
    conn: Connection, organisation: UUID, drafts: Sequence[MeterDraft]
) -> dict[tuple[str, Carrier, str], Meter]:
    """Create meters that are missing; returns every meter by (building, carrier, name).

    Raises:
        Invalid: a draft names a building that does not exist.
    """
    known = await repository.building_names(conn, organisation)
    for draft in drafts:
        if draft.building not in known:
            raise Invalid(f"Meter {draft.name!r} names the building {draft.building!r}, which does not exist")
    await repository.upsert_meters(conn, organisation, drafts)
    every = await repository.meters(conn, organisation, archived=True)
    return {(meter.building, meter.carrier, meter.name): meter for meter in every}


async def sites_of(conn: Connection, organisation: UUID, archived: bool = False) -> Sequence[Site]:
    """Sites by name."""
    return await repository.sites(conn, organisation, archived)


async def site_of(conn: Connection, organisation: UUID, site_id: UUID) -> Site:
    """One site; NotFound if it is not this organisation's."""
    return await repository.site(conn, organisation, site_id)


async def create_site(conn: Connection, organisation: UUID, draft: SiteDraft) -> Site:
    """Add a site.

    Raises:
        Conflict: one of that name exists.
        Invalid: the time zone is unknown.
    """
    existing = {site.name for site in await repository.sites(conn, organisation, archived=True)}
    if draft.name in existing:
        raise Conflict(f"There is already a site called {draft.name!r}", name="already taken")
    made = (await upsert_sites(conn, organisation, [draft]))[draft.name]
    await repository.raise_data_version(conn, organisation)
    return made


async def edit_site(conn: Connection, organisation: UUID, site_id: UUID, draft: SiteDraft) -> Site:
    """Replace what is known about a site; raises NotFound, Conflict, Invalid."""
    check_time_zone(draft.time_zone)
    async with _unique(conn, f"There is already a site called {draft.name!r}"):
        await _changed(conn, organisation, await repository.update_site(conn, organisation, site_id, draft), "site")
    return await repository.site(conn, organisation, site_id)


async def archive_site(conn: Connection, organisation: UUID, site_id: UUID, archived: bool = True) -> None:
    """Hide a site, or bring it back.

    Raises:
        Conflict: it still has active buildings.
    """
    site = await repository.site(conn, organisation, site_id)
    if archived and site.buildings:
        raise Conflict(f"{site.name} still has {site.buildings} active buildings; archive or move them first")
    await _changed(conn, organisation, await repository.archive_site(conn, organisation, site_id, archived), "site")


async def list_buildings(conn: Connection, organisation: UUID, wanted: BuildingFilter) -> BuildingPage:
    """One page of buildings."""
    found = await repository.buildings(conn, organisation, wanted)
    total = await repository.count_buildings(conn, organisation, wanted)
    return BuildingPage(items=tuple(found), total=total, limit=wanted.limit, offset=wanted.offset)


async def building_of(conn: Connection, organisation: UUID, building_id: UUID) -> Building:
    """One building; NotFound if it is not this organisation's."""
    return await repository.building(conn, organisation, building_id)


async def building_names(conn: Connection, organisation: UUID) -> dict[str, UUID]:
    """Every building by name."""
    return await repository.building_names(conn, organisation)


async def building_by_name(conn: Connection, organisation: UUID, name: str) -> Building:
    """The building of exactly that name; NotFound otherwise."""
    found = (await repository.building_names(conn, organisation)).get(name)
    if found is None:
        raise NotFound(f"There is no building called {name!r}")
    return await repository.building(conn, organisation, found)


async def create_building(conn: Connection, organisation: UUID, draft: BuildingDraft) -> Building:
    """Add a building to an existing site; raises Conflict, Invalid."""
    if draft.name in await repository.building_names(conn, organisation):
        raise Conflict(f"There is already a building called {draft.name!r}", name="already taken")
    names = await upsert_buildings(conn, organisation, [draft])
    await repository.raise_data_version(conn, organisation)
    return await repository.building(conn, organisation, names[draft.name])


async def edit_building(conn: Connection, organisation: UUID, building_id: UUID, draft: BuildingDraft) -> Building:
    """Replace what is known about a building; raises NotFound, Conflict, Invalid."""
    sites = {site.name: site for site in await repository.sites(conn, organisation, archived=True)}
    if draft.site not in sites:
        raise Invalid(f"There is no site called {draft.site!r}", site="unknown")
    async with _unique(conn, f"There is already a building called {draft.name!r}"):
        changed = await repository.update_building(
            conn, organisation, building_id, draft.name, sites[draft.site].id, draft
        )
        await _changed(conn, organisation, changed, "building")
    return await repository.building(conn, organisation, building_id)


async def archive_building(conn: Connection, organisation: UUID, building_id: UUID, archived: bool = True) -> None:
    """Hide a building with its meters, or bring it back; nothing is deleted."""
    await _changed(
        conn, organisation, await repository.archive_building(conn, organisation, building_id, archived), "building"
    )


async def primary_uses(conn: Connection, organisation: UUID) -> Sequence[str]:
    """The uses that occur, for a filter's choices."""
    return await repository.primary_uses(conn, organisation)


async def meters_of(
    conn: Connection,
    organisation: UUID,
    building_id: UUID | None = None,
    site_id: UUID | None = None,
    carrier: Carrier | None = None,
) -> Sequence[Meter]:
    """Active meters by building, carrier and name."""
    return await repository.meters(conn, organisation, building_id, site_id, carrier)


async def meter_of(conn: Connection, organisation: UUID, meter_id: UUID) -> Meter:
    """One meter; NotFound if it is not this organisation's."""
    return await repository.meter(conn, organisation, meter_id)


async def create_meter(conn: Connection, organisation: UUID, draft: MeterDraft) -> Meter:
    """Add a meter to an existing building; raises Conflict, Invalid."""
    existing = await repository.meters(conn, organisation, archived=True)
    key = (draft.building, draft.carrier, draft.name)
    if key in {(meter.building, meter.carrier, meter.name) for meter in existing}:
        raise Conflict(f"{draft.building} already has a {draft.carrier} meter called {draft.name!r}", name="taken")
    made = (await upsert_meters(conn, organisation, [draft]))[key]
    await repository.raise_data_version(conn, organisation)
    return made


async def rename_meter(conn: Connection, organisation: UUID, meter_id: UUID, name: str) -> Meter:
    """Give a meter another name; raises NotFound, Conflict."""
    async with _unique(conn, f"The building already has a meter called {name!r} of this carrier"):
        await _changed(conn, organisation, await repository.rename_meter(conn, organisation, meter_id, name), "meter")
    return await repository.meter(conn, organisation, meter_id)


async def archive_meter(conn: Connection, organisation: UUID, meter_id: UUID, archived: bool = True) -> None:
    """Hide a meter, or bring it back; its readings stay."""
    await _changed(conn, organisation, await repository.archive_meter(conn, organisation, meter_id, archived), "meter")


async def tree(conn: Connection, organisation: UUID) -> Sequence[TreeSite]:
    """Portfolio, sites, buildings, meters as one tree."""
    return await repository.tree(conn, organisation)


async def _changed(conn: Connection, organisation: UUID, rows: int, what: str) -> None:
    """Raise NotFound if nothing was there to change; let caches know otherwise."""
    if not rows:
        raise NotFound(f"No such {what}")
    await repository.raise_data_version(conn, organisation)


@asynccontextmanager
async def _unique(conn: Connection, message: str) -> AsyncGenerator[None]:
    """Turn a unique violation inside into a Conflict, leaving the caller's transaction usable."""
    try:
        async with conn.transaction():
            yield
    except UniqueViolation as error:
        raise Conflict(message, name="already taken") from error
