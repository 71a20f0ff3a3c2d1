"""What one can do with sites, buildings and meters. The caller owns the transaction."""

from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager
from uuid import UUID
from zoneinfo import available_timezones

import msgspec
from psycopg.errors import LockNotAvailable, UniqueViolation

from eaio.buildings import repository
from eaio.buildings.models import (
    Building,
    BuildingDraft,
    BuildingFilter,
    BuildingPage,
    Meter,
    MeterDraft,
    MeterEdit,
    MeterFilter,
    Portfolio,
    Site,
    SiteDraft,
    SiteFilter,
    TreePortfolio,
)
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, Invalid, NotFound
from eaio.timeseries.calendar import holiday_regions
from eaio.timeseries.units import SQFT_PER_M2, Carrier

PORTFOLIO = "Portfolio"
LARGEST_PAGE = 500


def check_time_zone(name: str) -> None:
    """Raise Invalid unless ``name`` is an IANA time zone."""
    if name not in available_timezones():
        raise Invalid(
            f"{name!r} is not a time zone; use an IANA name such as Europe/London", time_zone="not an IANA name"
        )


async def portfolios(conn: Connection, organisation: UUID) -> Sequence[Portfolio]:
    """Portfolios by name."""
    return await repository.portfolios(conn, organisation)


async def portfolio_of(conn: Connection, organisation: UUID, portfolio_id: UUID) -> Portfolio:
    """One portfolio; NotFound if it is not this organisation's."""
    for portfolio in await repository.portfolios(conn, organisation):
        if portfolio.id == portfolio_id:
            return portfolio
    raise NotFound("No such portfolio")


async def portfolio_by_name(conn: Connection, organisation: UUID, name: str) -> Portfolio:
    """The portfolio of exactly that name; NotFound otherwise."""
    for portfolio in await repository.portfolios(conn, organisation):
        if portfolio.name == name:
            return portfolio
    raise NotFound(f"There is no portfolio called {name!r}")


async def create_portfolio(conn: Connection, organisation: UUID, name: str) -> Portfolio:
    """Add a portfolio; raises Conflict if the name is taken."""
    async with _unique(conn, f"There is already a portfolio called {name!r}"):
        made = await repository.create_portfolio(conn, organisation, name)
    await repository.raise_data_version(conn, organisation)
    return await portfolio_of(conn, organisation, made)


async def rename_portfolio(conn: Connection, organisation: UUID, portfolio_id: UUID, name: str) -> Portfolio:
    """Give a portfolio another name; raises NotFound, Conflict."""
    async with _unique(conn, f"There is already a portfolio called {name!r}"):
        changed = await repository.rename_portfolio(conn, organisation, portfolio_id, name)
        await _changed(conn, organisation, changed, "portfolio")
    return await portfolio_of(conn, organisation, portfolio_id)


async def delete_portfolio(conn: Connection, organisation: UUID, portfolio_id: UUID) -> None:
    """Remove a portfolio that holds nothing.

    Raises:
        NotFound: there is none.
        Conflict: it still holds sites, perhaps archived ones.
    """
    held = await repository.sites_in_portfolio(conn, organisation, portfolio_id)
    if held:
        raise Conflict(f"The portfolio still holds {held} sites, archived ones included; move them first")
    changed = await repository.delete_portfolio(conn, organisation, portfolio_id)
    await _changed(conn, organisation, changed, "portfolio")


async def _portfolio_named(conn: Connection, organisation: UUID, name: str | None) -> UUID | None:
    try:
        return None if name is None else (await portfolio_by_name(conn, organisation, name)).id
    except NotFound as error:
        raise Invalid(error.detail, portfolio="unknown") from error


async def upsert_sites(conn: Connection, organisation: UUID, drafts: Sequence[SiteDraft]) -> dict[str, Site]:
    """Create sites, or update those of the same name; returns every site of the organisation by name.

    New ones that name no portfolio go into the oldest there is. A site with readings keeps its time zone.

    Raises:
        Invalid: a time zone or a region is unknown.
    """
    for draft in drafts:
        check_time_zone(draft.time_zone)
        _check_region(draft)
    group = await repository.default_portfolio(conn, organisation)
    group = group or await repository.create_portfolio(conn, organisation, PORTFOLIO)
    await repository.upsert_sites(conn, organisation, group, drafts)
    return {site.name: site for site in await repository.sites(conn, organisation, archived=True)}


def _check_region(draft: SiteDraft) -> None:
    """Refuse a region without a country, or one that its country does not have."""
    if draft.subdivision is None:
        return
    if draft.country is None:
        raise Invalid("A region needs its country", country="missing; two letters, for example DE")
    known = holiday_regions(draft.country)
    if draft.subdivision not in known:
        those = f"it has {', '.join(known)}" if known else "it has one calendar for the whole country"
        raise Invalid(f"{draft.country} has no region {draft.subdivision} for holidays; {those}", subdivision=those)


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
    await repository.upsert_buildings(conn, organisation, [_metric(draft) for draft in drafts])
    return await repository.building_names(conn, organisation)


def _metric(draft: BuildingDraft) -> BuildingDraft:
    """The draft with its floor area in square metres.

    Raises:
        Invalid: both units are given and differ by more than a hundredth.
    """
    if draft.area_ft2 is None:
        return draft
    area = draft.area_ft2 / SQFT_PER_M2
    if draft.area_m2 is not None and abs(area - draft.area_m2) > draft.area_m2 / 100:
        wrong = {"area_ft2": f"{draft.area_m2:g} m² are {draft.area_m2 * SQFT_PER_M2:,.0f} ft²"}
        raise Invalid("The floor area in ft² is not the one in m²; give one of them", **wrong)
    return msgspec.structs.replace(draft, area_m2=draft.area_m2 or area, area_ft2=None)


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


async def find_sites(conn: Connection, organisation: UUID, wanted: SiteFilter) -> Sequence[Site]:
    """Sites that a filter finds, by name."""
    return await repository.sites_found(conn, organisation, wanted)


async def site_by_name(conn: Connection, organisation: UUID, name: str) -> Site:
    """The site of exactly that name; NotFound otherwise."""
    for site in await repository.sites(conn, organisation, archived=True):
        if site.name == name:
            return site
    raise NotFound(f"There is no site called {name!r}")


async def site_of(conn: Connection, organisation: UUID, site_id: UUID) -> Site:
    """One site; NotFound if it is not this organisation's."""
    return await repository.site(conn, organisation, site_id)


async def create_site(conn: Connection, organisation: UUID, draft: SiteDraft) -> Site:
    """Add a site.

    Raises:
        Conflict: one of that name exists.
        Invalid: time zone or region is unknown.
    """
    existing = {site.name for site in await repository.sites(conn, organisation, archived=True)}
    if draft.name in existing:
        raise Conflict(f"There is already a site called {draft.name!r}", name="already taken")
    await _portfolio_named(conn, organisation, draft.portfolio)
    made = (await upsert_sites(conn, organisation, [draft]))[draft.name]
    await repository.raise_data_version(conn, organisation)
    return made


async def edit_site(conn: Connection, organisation: UUID, site_id: UUID, draft: SiteDraft) -> Site:
    """Replace what is known about a site, and move it if a portfolio is named.

    Raises:
        NotFound: there is none.
        Conflict: the name is taken, or the time zone would change under readings that are counted in its days.
        Invalid: time zone, region or portfolio is unknown.
    """
    check_time_zone(draft.time_zone)
    _check_region(draft)
    before = await repository.site(conn, organisation, site_id)
    if draft.time_zone != before.time_zone and await repository.meters_with_readings(conn, organisation, site_id):
        wrong = {"time_zone": f"readings are counted in days of {before.time_zone}"}
        raise Conflict("The time zone of a site with readings cannot change; add a site and import them there", **wrong)
    portfolio = await _portfolio_named(conn, organisation, draft.portfolio)
    async with _unique(conn, f"There is already a site called {draft.name!r}"):
        changed = await repository.update_site(conn, organisation, site_id, draft, portfolio)
        await _changed(conn, organisation, changed, "site")
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
    before = await repository.building(conn, organisation, building_id)
    sites = {site.name: site for site in await repository.sites(conn, organisation, archived=True)}
    if draft.site not in sites:
        raise Invalid(f"There is no site called {draft.site!r}", site="unknown")
    if before.site != draft.site:
        await between_imports(conn, organisation)
    async with _unique(conn, f"There is already a building called {draft.name!r}"):
        changed = await repository.update_building(
            conn, organisation, building_id, draft.name, sites[draft.site].id, _metric(draft)
        )
        await _changed(conn, organisation, changed, "building")
    return await repository.building(conn, organisation, building_id)


async def archive_building(conn: Connection, organisation: UUID, building_id: UUID, archived: bool = True) -> None:
    """Hide a building with its meters, or bring it back; nothing is deleted, and totals of the site follow."""
    await between_imports(conn, organisation)
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


async def find_meters(conn: Connection, organisation: UUID, wanted: MeterFilter) -> Sequence[Meter]:
    """Meters that a filter finds, by building, carrier and name."""
    return await repository.meters_found(conn, organisation, wanted)


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


async def edit_meter(conn: Connection, organisation: UUID, meter_id: UUID, edit: MeterEdit) -> Meter:
    """Give a meter another name, or another interval before it has readings; raises NotFound, Conflict."""
    before = await repository.meter(conn, organisation, meter_id)
    if edit.interval_minutes not in (None, before.interval_minutes) and before.first_reading is not None:
        wrong = {"interval_minutes": f"its readings come every {before.interval_minutes} minutes"}
        raise Conflict("The interval of a meter with readings cannot change; add another meter", **wrong)
    async with _unique(conn, f"The building already has a meter called {edit.name!r} of this carrier"):
        await _changed(conn, organisation, await repository.edit_meter(conn, organisation, meter_id, edit), "meter")
    return await repository.meter(conn, organisation, meter_id)


async def archive_meter(conn: Connection, organisation: UUID, meter_id: UUID, archived: bool = True) -> None:
    """Hide a meter, or bring it back; its readings stay, and totals of building and site follow."""
    await between_imports(conn, organisation)
    await _changed(conn, organisation, await repository.archive_meter(conn, organisation, meter_id, archived), "meter")


async def tree(conn: Connection, organisation: UUID) -> Sequence[TreePortfolio]:
    """Portfolios, sites, buildings, meters as one tree."""
    return await repository.tree(conn, organisation)


async def _changed(conn: Connection, organisation: UUID, rows: int, what: str) -> None:
    """Raise NotFound if nothing was there to change; let caches know otherwise."""
    if not rows:
        raise NotFound(f"No such {what}")
    await repository.raise_data_version(conn, organisation)


async def between_imports(conn: Connection, organisation: UUID) -> None:
    """Wait for a running import, which counts the same totals; raises Conflict after a few seconds."""
    try:
        async with conn.transaction():
            await repository.await_imports(conn, organisation)
    except LockNotAvailable as error:
        raise Conflict("Readings are being imported; try again when that is done") from error


@asynccontextmanager
async def _unique(conn: Connection, message: str) -> AsyncGenerator[None]:
    """Turn a unique violation inside into a Conflict, leaving the caller's transaction usable."""
    try:
        async with conn.transaction():
            yield
    except UniqueViolation as error:
        raise Conflict(message, name="already taken") from error
