"""Portfolio-wide frames, kept until the data change: totals by member and carrier, buildings' facts, sites' rates."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import polars as pl
from msgspec import Struct

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingFilter, Meter, Site
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.service.cache import CACHE
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations

LARGEST_PAGE = 500


class Facts(Struct, frozen=True):
    """What is known besides readings: sites in order, buildings as a frame of ``FACTS``, rates as one of ``RATES``."""

    sites: Sequence[Site]
    buildings: pl.DataFrame
    rates: pl.DataFrame


async def version(conn: Connection, organisation: UUID) -> tuple[int, int]:
    """The organisation's data version and own prices: part of every key, so that a change of either shows at once."""
    own = await recommendations.own_figures(conn, organisation)
    return await accounts.data_version(conn, organisation), hash(tuple((f.key, f.site_id, f.likely) for f in own))


async def facts(conn: Connection, organisation: UUID) -> Facts:
    """Sites, buildings and rates of an organisation."""
    key = ("facts", organisation, await version(conn, organisation))
    return await CACHE.get(key, lambda: _facts(conn, organisation))


async def _facts(conn: Connection, organisation: UUID) -> Facts:
    sites = await buildings.sites_of(conn, organisation)
    rows: list[tuple[str, str, str, str, str | None, float | None]] = []
    while True:
        page = await buildings.list_buildings(conn, organisation, BuildingFilter(limit=LARGEST_PAGE, offset=len(rows)))
        rows += [(str(b.id), b.name, str(b.site_id), b.site, b.primary_use, b.area_m2) for b in page.items]
        if len(rows) >= page.total or not page.items:
            break
    rates = {str(site.id): await recommendations.rates_for(conn, organisation, site.id) for site in sites}
    return Facts(sites, compute.facts_frame(rows), compute.rates_frame(rates))


async def meters(conn: Connection, organisation: UUID) -> Sequence[Meter]:
    """Every active meter."""
    key = ("meters", organisation, await version(conn, organisation))
    return await CACHE.get(key, lambda: buildings.meters_of(conn, organisation))


async def site_totals(conn: Connection, organisation: UUID, period: tuple[date, date]) -> pl.DataFrame:
    """Priced totals by site and carrier."""
    known = await facts(conn, organisation)
    key = ("sites", organisation, await version(conn, organisation), period)

    async def make() -> pl.DataFrame:
        found = await metering.totals(conn, organisation, Level.SITE, *period)
        return compute.priced(found, known.rates, site="id")

    return await CACHE.get(key, make)


async def building_totals(conn: Connection, organisation: UUID, period: tuple[date, date]) -> pl.DataFrame:
    """Priced totals by building and carrier."""
    known = await facts(conn, organisation)
    key = ("buildings", organisation, await version(conn, organisation), period)

    async def make() -> pl.DataFrame:
        found = await metering.totals(conn, organisation, Level.BUILDING, *period)
        placed = found.join(known.buildings.select("id", "site_id"), on="id", how="inner")
        return compute.priced(placed, known.rates)

    return await CACHE.get(key, make)


async def months(conn: Connection, organisation: UUID, scope: Scope, start: date, end: date) -> pl.DataFrame:
    """Metering's ``MONTHLY`` of a scope over a period."""
    key = ("months", organisation, await version(conn, organisation), scope.level, scope.id, start, end)
    return await CACHE.get(key, lambda: metering.monthly_series(conn, organisation, scope, start, end))
