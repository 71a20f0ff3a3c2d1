"""The queries of sites, buildings and meters, typed. Callers own the transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
from psycopg.types.json import Jsonb

from eaio.buildings.models import (
    Building,
    BuildingDraft,
    BuildingFacts,
    BuildingFilter,
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
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries
from eaio.timeseries.units import UNIT_OF, Carrier

SQL = load_queries("eaio.buildings")


class Named(msgspec.Struct, frozen=True):
    """A name and what it stands for."""

    id: UUID
    name: str


def _rows(drafts: Sequence[msgspec.Struct]) -> Jsonb:
    return Jsonb(msgspec.to_builtins(drafts))


async def default_portfolio(conn: Connection, organisation: UUID) -> UUID | None:
    """The oldest portfolio, if there is any."""
    return await fetch_optional(conn, SQL["default_portfolio"], UUID, organisation=organisation)


async def portfolios(conn: Connection, organisation: UUID) -> Sequence[Portfolio]:
    """Portfolios by name, with their numbers of active sites and buildings."""
    return await fetch_all(conn, SQL["portfolios"], Portfolio, organisation=organisation)


async def create_portfolio(conn: Connection, organisation: UUID, name: str) -> UUID:
    """Add a portfolio."""
    return await fetch_one(conn, SQL["create_portfolio"], UUID, organisation=organisation, name=name)


async def rename_portfolio(conn: Connection, organisation: UUID, portfolio: UUID, name: str) -> int:
    """Give a portfolio another name."""
    return await execute(conn, SQL["rename_portfolio"], organisation=organisation, portfolio=portfolio, name=name)


async def delete_portfolio(conn: Connection, organisation: UUID, portfolio: UUID) -> int:
    """Remove a portfolio that holds nothing."""
    return await execute(conn, SQL["delete_portfolio"], organisation=organisation, portfolio=portfolio)


async def sites_in_portfolio(conn: Connection, organisation: UUID, portfolio: UUID) -> int:
    """How many sites it holds, archived ones included."""
    return await fetch_one(conn, SQL["sites_in_portfolio"], int, organisation=organisation, portfolio=portfolio)


async def await_imports(conn: Connection, organisation: UUID) -> None:
    """Hold imports of the organisation off until the transaction ends; raises LockNotAvailable after three seconds."""
    await conn.execute(SQL["await_imports"], {"organisation": organisation})


async def meters_with_readings(conn: Connection, organisation: UUID, site_id: UUID) -> int:
    """How many meters of a site have readings."""
    return await fetch_one(conn, SQL["site_has_readings"], int, organisation=organisation, site=site_id)


async def upsert_sites(conn: Connection, organisation: UUID, portfolio: UUID, drafts: Sequence[SiteDraft]) -> int:
    """Create sites or update those of the same name; what a draft leaves out stays as it is."""
    return await execute(conn, SQL["upsert_sites"], organisation=organisation, portfolio=portfolio, rows=_rows(drafts))


async def sites(conn: Connection, organisation: UUID, archived: bool = False) -> Sequence[Site]:
    """Sites by name, with their number of active buildings."""
    return await fetch_all(conn, SQL["sites"], Site, organisation=organisation, archived=archived)


async def sites_found(conn: Connection, organisation: UUID, wanted: SiteFilter) -> Sequence[Site]:
    """Sites that a filter finds, by name."""
    conditions = {**msgspec.structs.asdict(wanted), "search": _literal(wanted.search)}
    return await fetch_all(conn, SQL["sites_found"], Site, organisation=organisation, **conditions)


async def site(conn: Connection, organisation: UUID, site_id: UUID) -> Site:
    """One site, archived or not."""
    return await fetch_one(conn, SQL["site"], Site, "No such site", organisation=organisation, site=site_id)


async def update_site(
    conn: Connection, organisation: UUID, site_id: UUID, draft: SiteDraft, portfolio: UUID | None
) -> int:
    """Replace what is known about a site; no portfolio leaves it where it is."""
    values = {**msgspec.structs.asdict(draft), "portfolio": portfolio}
    return await execute(conn, SQL["update_site"], organisation=organisation, site=site_id, **values)


async def archive_site(conn: Connection, organisation: UUID, site_id: UUID, archived: bool) -> int:
    """Hide a site, or bring it back."""
    return await execute(conn, SQL["archive_site"], organisation=organisation, site=site_id, archived=archived)


async def upsert_buildings(conn: Connection, organisation: UUID, drafts: Sequence[BuildingDraft]) -> int:
    """Create buildings or update those of the same name; their sites must exist."""
    return await execute(conn, SQL["upsert_buildings"], organisation=organisation, rows=_rows(drafts))


async def building_names(conn: Connection, organisation: UUID) -> dict[str, UUID]:
    """Every building of the organisation by name, archived ones included."""
    rows = await fetch_all(conn, SQL["building_names"], Named, organisation=organisation)
    return {row.name: row.id for row in rows}


def _conditions(wanted: BuildingFilter) -> dict[str, Any]:
    return {**msgspec.structs.asdict(wanted), "search": _literal(wanted.search)}


def _literal(search: str | None) -> str | None:
    """What is searched for, with nothing in it that LIKE takes for a wildcard; None for nothing."""
    text = search.strip() if search else ""
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") or None


async def buildings(conn: Connection, organisation: UUID, wanted: BuildingFilter) -> Sequence[Building]:
    """One page of buildings."""
    return await fetch_all(conn, SQL["buildings"], Building, organisation=organisation, **_conditions(wanted))


async def count_buildings(conn: Connection, organisation: UUID, wanted: BuildingFilter) -> int:
    """How many buildings the filter finds on all pages."""
    return await fetch_one(conn, SQL["count_buildings"], int, organisation=organisation, **_conditions(wanted))


async def building(conn: Connection, organisation: UUID, building_id: UUID) -> Building:
    """One building, archived or not."""
    return await fetch_one(
        conn, SQL["building"], Building, "No such building", organisation=organisation, building=building_id
    )


async def update_building(
    conn: Connection, organisation: UUID, building_id: UUID, name: str, site_id: UUID, facts: BuildingFacts
) -> int:
    """Replace what is known about a building."""
    values = {field: getattr(facts, field) for field in BuildingFacts.__struct_fields__}
    values["energy_sources"] = list(facts.energy_sources)
    return await execute(
        conn,
        SQL["update_building"],
        organisation=organisation,
        building=building_id,
        name=name,
        site_id=site_id,
        **values,
    )


async def archive_building(conn: Connection, organisation: UUID, building_id: UUID, archived: bool) -> int:
    """Hide a building, or bring it back."""
    return await execute(
        conn, SQL["archive_building"], organisation=organisation, building=building_id, archived=archived
    )


async def primary_uses(conn: Connection, organisation: UUID) -> Sequence[str]:
    """The uses that occur, for a filter's choices."""
    return await fetch_all(conn, SQL["primary_uses"], str, organisation=organisation)


async def upsert_meters(conn: Connection, organisation: UUID, drafts: Sequence[MeterDraft]) -> int:
    """Create meters that are missing; their buildings must exist."""
    rows = [{**msgspec.to_builtins(draft), "unit": UNIT_OF[draft.carrier]} for draft in drafts]
    return await execute(conn, SQL["upsert_meters"], organisation=organisation, rows=Jsonb(rows))


async def meters(
    conn: Connection,
    organisation: UUID,
    building: UUID | None = None,
    site: UUID | None = None,
    carrier: Carrier | None = None,
    archived: bool = False,
) -> Sequence[Meter]:
    """Meters by building, carrier and name."""
    return await fetch_all(
        conn,
        SQL["meters"],
        Meter,
        organisation=organisation,
        building=building,
        site=site,
        carrier=carrier,
        archived=archived,
    )


async def meters_found(conn: Connection, organisation: UUID, wanted: MeterFilter) -> Sequence[Meter]:
    """Meters that a filter finds, by building, carrier and name."""
    conditions = {**msgspec.structs.asdict(wanted), "search": _literal(wanted.search)}
    return await fetch_all(conn, SQL["meters_found"], Meter, organisation=organisation, **conditions)


async def meter(conn: Connection, organisation: UUID, meter_id: UUID) -> Meter:
    """One meter, archived or not."""
    return await fetch_one(conn, SQL["meter"], Meter, "No such meter", organisation=organisation, meter=meter_id)


async def edit_meter(conn: Connection, organisation: UUID, meter_id: UUID, edit: MeterEdit) -> int:
    """Change a meter's name, and its interval if one is given."""
    values = msgspec.structs.asdict(edit)
    return await execute(conn, SQL["edit_meter"], organisation=organisation, meter=meter_id, **values)


async def archive_meter(conn: Connection, organisation: UUID, meter_id: UUID, archived: bool) -> int:
    """Hide a meter, or bring it back; its readings stay."""
    return await execute(conn, SQL["archive_meter"], organisation=organisation, meter=meter_id, archived=archived)


async def tree(conn: Connection, organisation: UUID) -> Sequence[TreePortfolio]:
    """Portfolios with all below them, in one query."""
    return await fetch_all(conn, SQL["tree"], TreePortfolio, organisation=organisation)


async def raise_data_version(conn: Connection, organisation: UUID) -> int:
    """Tell caches that what they know of buildings is out of date."""
    return await execute(conn, SQL["raise_data_version"], organisation=organisation)
