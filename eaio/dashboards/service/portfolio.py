"""The portfolio and its sites: totals with change and coverage, the strip of sites, the ranking of buildings."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

import msgspec
import polars as pl

from eaio.dashboards.compute import payloads, periods
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.models import (
    Asked,
    BuildingLine,
    Portfolio,
    Preset,
    RankBy,
    Ranking,
    SiteLine,
    View,
)
from eaio.dashboards.service import frames
from eaio.infra.charts.models import Compared, MonthlyChart
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope

PAGE = 25
EMPTY = "There are no readings yet; import some to see totals"


async def view_of(
    conn: Connection, organisation: UUID, asked: Asked, scope: Scope, default: Preset = Preset.YEAR
) -> View:
    """The context of a page about a scope.

    Raises:
        InsufficientData: it has no reading yet.
        Invalid: the period asked for is none.
    """
    known = await metering.local_extent(conn, organisation, scope)
    if known.first is None or known.last is None:
        raise InsufficientData(EMPTY)
    first = known.first.date()
    return periods.view(asked, first, max(first, periods.last_complete(known.last)), default)


def scope_of(site_id: UUID | None) -> Scope:
    """A site, or everything."""
    return Scope(Level.SITE, site_id) if site_id else Scope()


async def portfolio(conn: Connection, organisation: UUID, asked: Asked, site_id: UUID | None = None) -> Portfolio:
    """Totals of the portfolio, or of one site, over the period asked for.

    Raises:
        InsufficientData: there is no reading yet.
    """
    view = await view_of(conn, organisation, asked, scope_of(site_id))
    known = await frames.facts(conn, organisation)
    now = await frames.site_totals(conn, organisation, (view.start, view.end))
    before = await frames.site_totals(conn, organisation, view.before) if view.before else None
    mine, earlier = _within(now, site_id), None if before is None else _within(before, site_id)
    shown = compute.carriers_shown(view.carrier)
    chosen = compute.chosen(mine, shown)
    chosen_before = None if earlier is None else compute.chosen(earlier, shown)
    own = known.buildings if site_id is None else known.buildings.filter(pl.col("site_id") == str(site_id))
    return Portfolio(
        view=view,
        carriers=compute.carrier_lines(mine, earlier),
        present=compute.present(mine),
        energy=compute.amount(chosen, chosen_before),
        unit=compute.unit_shown(view.carrier),
        money=compute.amount(chosen, chosen_before, "money"),
        co2=compute.amount(chosen, chosen_before, "co2_kg"),
        sites=_strip(known, compute.chosen(now, shown), None if before is None else compute.chosen(before, shown)),
        buildings=own.height,
        area_m2=float(own["area_m2"].sum()) or None,
    )


def _within(totals: pl.DataFrame, site_id: UUID | None) -> pl.DataFrame:
    return totals if site_id is None else totals.filter(pl.col("id") == str(site_id))


def _strip(known: frames.Facts, now: pl.DataFrame, before: pl.DataFrame | None) -> Sequence[SiteLine]:
    amounts = {
        site.id: compute.amount(_within(now, site.id), None if before is None else _within(before, site.id))
        for site in known.sites
    }
    largest = max((amount.value or 0 for amount in amounts.values()), default=0) or 1
    lines = [
        SiteLine(
            id=site.id,
            name=site.name,
            buildings=site.buildings,
            amount=amounts[site.id],
            share=max(0.0, (amounts[site.id].value or 0) / largest),
        )
        for site in known.sites
    ]
    return sorted(lines, key=lambda line: -(line.amount.value or 0))


async def lines(conn: Connection, organisation: UUID, view: View) -> pl.DataFrame:
    """Every building with its figures of the period; columns as the fields of ``BuildingLine``."""
    known = await frames.facts(conn, organisation)
    now = await frames.building_totals(conn, organisation, (view.start, view.end))
    before = await frames.building_totals(conn, organisation, view.before) if view.before else None
    key = (
        "lines",
        organisation,
        await frames.version(conn, organisation),
        view.start,
        view.end,
        view.before,
        view.carrier,
    )

    async def make() -> pl.DataFrame:
        return compute.building_lines(now, before, known.buildings, view.carrier, view.days)

    return await frames.CACHE.get(key, make)


async def ranking(
    conn: Connection,
    organisation: UUID,
    view: View,
    *,
    by: RankBy = RankBy.ENERGY,
    descending: bool = True,
    site_id: UUID | None = None,
    use: str | None = None,
    search: str | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Ranking:
    """One page of the ranking of buildings; what is not known comes last either way."""
    found = await lines(conn, organisation, view)
    if site_id is not None:
        found = found.filter(pl.col("site_id") == str(site_id))
    if use:
        found = found.filter(pl.col("use") == use)
    if search:
        found = found.filter(pl.col("name").str.to_lowercase().str.contains(search.lower(), literal=True))
    ordered = found.sort([by.value, "name"], descending=[descending, False], nulls_last=True)
    largest = found["energy"].max()
    top = float(largest) if isinstance(largest, int | float) and largest > 0 else 1.0
    page = ordered.slice(offset, limit).with_columns(share=(pl.col("energy").fill_null(0) / top).clip(0, 1))
    rows = [msgspec.convert(row, BuildingLine, strict=False) for row in page.to_dicts()]
    return Ranking(rows, ordered.height, offset, limit)


async def uses(conn: Connection, organisation: UUID) -> Sequence[str]:
    """Primary uses that occur, for the ranking's filter."""
    known = await frames.facts(conn, organisation)
    return sorted(known.buildings["use"].drop_nulls().unique())


async def monthly_chart(conn: Connection, organisation: UUID, asked: Asked, scope: Scope) -> MonthlyChart:
    """Months by carrier over the period (at least twelve), with the total of the same months a year before."""
    view = await view_of(conn, organisation, asked, scope)
    start = min(view.start, max(view.first, periods.months_earlier(view.end, 12))).replace(day=1)
    shown = sorted(compute.carriers_shown(view.carrier))
    now = await frames.months(conn, organisation, scope, start, view.end)
    comparison: list[Compared] = []
    if view.before is not None:
        earlier = await frames.months(conn, organisation, scope, *_year_before(start, view.end))
        comparison = payloads.month_totals(earlier, shown, 12)
    return MonthlyChart(
        unit=compute.unit_shown(view.carrier), months=payloads.months(now, shown), comparison=comparison
    )


def _year_before(start: date, end: date) -> tuple[date, date]:
    return periods.months_earlier(start, 12), periods.months_earlier(end, 12)
