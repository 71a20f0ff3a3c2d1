"""An organisation's portfolio-wide frames, kept until its data or prices change."""

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence, Set
from datetime import date
from typing import TypeVar
from uuid import UUID

import polars as pl
from msgspec import Struct

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingFilter, Meter, Site
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.compute.totals import Row
from eaio.dashboards.service.cache import Cache
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Extent, Level, Scope
from eaio.metering.models import View as Readings
from eaio.recommendations import service as recommendations
from eaio.timeseries.rates import Rates

Value = TypeVar("Value")

LARGEST_PAGE = 500
FRAMES = Cache(96)
"""Frames and figures, which name buildings: kept for half a minute."""
BODIES = Cache(512, seconds=3600)
"""Encoded chart data, which name nothing and change only with the version: kept for an hour."""


class Facts(Struct, frozen=True):
    """What is known besides readings: sites in order, buildings as a frame of ``FACTS``, rates by site."""

    sites: Sequence[Site]
    buildings: pl.DataFrame
    rates: Mapping[str, Rates]

    def sites_within(self, scope: Scope) -> Set[str]:
        """The active sites of everything, a portfolio, or a site."""
        if scope.level is Level.SITE:
            return {str(scope.id)}
        return {str(site.id) for site in self.sites if scope.id in (None, site.portfolio_id)}


class Source:
    """What one request asks of an organisation; ``version`` names the state of its data and of its own prices."""

    def __init__(
        self, conn: Connection, organisation: UUID, version: Hashable, readings: Readings = Readings.VALIDATED
    ) -> None:
        self.conn = conn
        self.organisation = organisation
        self.version = version
        self.readings = readings

    async def keep(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> Value:
        """The answer of that name at this version: kept, or made now."""
        return await FRAMES.get((self.organisation, self.version, self.readings, key), make)

    async def keep_body(self, key: Hashable, make: Callable[[], Awaitable[bytes]]) -> bytes:
        """The same for an encoded body that depends on readings and results alone."""
        return await BODIES.get((self.organisation, self.version, self.readings, key), make)

    async def facts(self) -> Facts:
        """Sites, buildings and rates."""
        return await self.keep("facts", self._facts)

    async def _facts(self) -> Facts:
        sites = await buildings.sites_of(self.conn, self.organisation)
        rates = {str(site.id): await recommendations.rates_for(self.conn, self.organisation, site.id) for site in sites}
        return Facts(sites, await self._buildings(), rates)

    async def _buildings(self) -> pl.DataFrame:
        rows: list[tuple[str, str, str, str, str | None, float | None]] = []
        while True:
            wanted = BuildingFilter(limit=LARGEST_PAGE, offset=len(rows))
            page = await buildings.list_buildings(self.conn, self.organisation, wanted)
            rows += [(str(b.id), b.name, str(b.site_id), b.site, b.primary_use, b.area_m2) for b in page.items]
            if len(rows) >= page.total or not page.items:
                return compute.facts_frame(rows)

    async def area(self, scope: Scope) -> float | None:
        """Floor area of a scope's active buildings in m2; None where none is known."""
        known = await self.facts()
        of = known.buildings
        if scope.level is Level.BUILDING:
            of = of.filter(pl.col("id") == str(scope.id))
        elif scope.id is not None:
            of = of.filter(pl.col("site_id").is_in(sorted(known.sites_within(scope))))
        return float(of["area_m2"].sum()) or None

    async def meters(self) -> Sequence[Meter]:
        """Every active meter."""
        return await self.keep("meters", lambda: buildings.meters_of(self.conn, self.organisation))

    async def extent(self, scope: Scope) -> Extent:
        """First and last reading of a scope on its sites' wall clocks."""
        key = ("extent", scope.level, scope.id)
        return await self.keep(key, lambda: metering.local_extent(self.conn, self.organisation, scope))

    async def site_totals(self, period: tuple[date, date]) -> Sequence[Row]:
        """Priced totals by site and carrier."""

        async def make() -> Sequence[Row]:
            found = await metering.totals(self.conn, self.organisation, Level.SITE, *period, view=self.readings)
            return compute.priced_rows(found, (await self.facts()).rates.get)

        return await self.keep(("sites", period), make)

    async def building_totals(self, period: tuple[date, date]) -> pl.DataFrame:
        """Priced totals by building and carrier."""

        async def make() -> pl.DataFrame:
            known = await self.facts()
            found = await metering.totals(self.conn, self.organisation, Level.BUILDING, *period, view=self.readings)
            placed = found.join(known.buildings.select("id", "site_id"), on="id", how="inner")
            return compute.priced(placed, compute.rates_frame(known.rates))

        return await self.keep(("buildings", period), make)

    async def months(self, scope: Scope, start: date, end: date) -> pl.DataFrame:
        """Metering's ``MONTHLY`` of a scope over a period."""
        key = ("months", scope.level, scope.id, start, end)

        async def make() -> pl.DataFrame:
            return await metering.monthly_series(self.conn, self.organisation, scope, start, end, view=self.readings)

        return await self.keep(key, make)


async def source(conn: Connection, organisation: UUID, readings: Readings | None = None) -> Source:
    """The organisation as its data and prices stand now; totals and loads of validated readings unless raw is asked."""
    own = await recommendations.own_figures(conn, organisation)
    prices = hash(tuple((figure.key, figure.site_id, figure.likely) for figure in own))
    version = (await accounts.data_version(conn, organisation), prices)
    return Source(conn, organisation, version, readings or Readings.VALIDATED)
