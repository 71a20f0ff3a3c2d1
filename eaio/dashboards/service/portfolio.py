"""The portfolio and its sites: totals with change and coverage, the strip of sites, the ranking of buildings."""

from collections.abc import Sequence, Set
from uuid import UUID

import msgspec
import polars as pl

from eaio.buildings.models import Site
from eaio.dashboards.compute import payloads, periods
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.compute.totals import Row
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
from eaio.dashboards.service.source import Facts, Source
from eaio.infra.charts.models import Compared, MonthlyChart
from eaio.infra.errors import InsufficientData
from eaio.metering.models import Level, Scope

PAGE = 25
EMPTY = "There are no readings yet; import some to see totals"


async def view_of(source: Source, asked: Asked, scope: Scope, default: Preset = Preset.YEAR) -> View:
    """The context of a page about a scope.

    Raises:
        InsufficientData: it has no reading yet.
        Invalid: the period asked for is none.
    """
    known = await source.extent(scope)
    if known.first is None or known.last is None:
        raise InsufficientData(EMPTY)
    first = known.first.date()
    return periods.view(asked, first, max(first, periods.last_complete(known.last)), default)


EVERYTHING = Scope()


def scope_of(site_id: UUID | None) -> Scope:
    """A site, or everything."""
    return Scope(Level.SITE, site_id) if site_id else EVERYTHING


async def portfolio(source: Source, asked: Asked, scope: Scope = EVERYTHING) -> Portfolio:
    """Totals of everything, of one portfolio or of one site, over the period asked for.

    Raises:
        InsufficientData: there is no reading yet.
    """
    key = ("portfolio", asked, scope.level, scope.id)
    return await source.keep(key, lambda: _portfolio(source, asked, scope))


async def _portfolio(source: Source, asked: Asked, scope: Scope) -> Portfolio:
    view = await view_of(source, asked, scope)
    known = await source.facts()
    sites = sites_within(known, scope)
    now = await source.site_totals((view.start, view.end))
    before = await source.site_totals(view.before) if view.before else None
    mine, earlier = _within(now, sites), None if before is None else _within(before, sites)
    shown = compute.carriers_shown(view.carrier)
    chosen = compute.chosen(mine, shown)
    chosen_before = None if earlier is None else compute.chosen(earlier, shown)
    own = known.buildings.filter(pl.col("site_id").is_in(sorted(sites)))
    return Portfolio(
        view=view,
        carriers=compute.carrier_lines(mine, earlier),
        present=compute.present(mine),
        energy=compute.amount(chosen, chosen_before),
        unit=compute.unit_shown(view.carrier),
        money=compute.amount(chosen, chosen_before, "money"),
        co2=compute.amount(chosen, chosen_before, "co2_kg"),
        sites=_strip(
            [site for site in known.sites if str(site.id) in sites],
            compute.chosen(now, shown),
            None if before is None else compute.chosen(before, shown),
        ),
        buildings=own.height,
        area_m2=float(own["area_m2"].sum()) or None,
    )


def sites_within(known: Facts, scope: Scope) -> Set[str]:
    """The active sites of a scope."""
    if scope.level is Level.SITE:
        return {str(scope.id)}
    return {str(site.id) for site in known.sites if scope.id in (None, site.portfolio_id)}


def _within(rows: Sequence[Row], sites: Set[str]) -> Sequence[Row]:
    return [row for row in rows if row.id in sites]


def _strip(sites: Sequence[Site], now: Sequence[Row], before: Sequence[Row] | None) -> Sequence[SiteLine]:
    amounts = {
        site.id: compute.amount(
            compute.of_member(now, site.id), None if before is None else compute.of_member(before, site.id)
        )
        for site in sites
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
        for site in sites
    ]
    return sorted(lines, key=lambda line: -(line.amount.value or 0))


async def lines(source: Source, view: View) -> pl.DataFrame:
    """Every building with its figures of the period; columns as the fields of ``BuildingLine``."""

    async def make() -> pl.DataFrame:
        known = await source.facts()
        now = await source.building_totals((view.start, view.end))
        before = await source.building_totals(view.before) if view.before else None
        return compute.building_lines(now, before, known.buildings, view.carrier, view.days)

    return await source.keep(("lines", view.start, view.end, view.before, view.carrier), make)


async def ranking(
    source: Source,
    view: View,
    *,
    by: RankBy = RankBy.ENERGY,
    descending: bool = True,
    scope: Scope = EVERYTHING,
    use: str | None = None,
    search: str | None = None,
    offset: int = 0,
    limit: int = PAGE,
) -> Ranking:
    """One page of the ranking of buildings; what is not known comes last either way."""
    found = await lines(source, view)
    if scope.id is not None:
        found = found.filter(pl.col("site_id").is_in(sorted(sites_within(await source.facts(), scope))))
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


async def uses(source: Source) -> Sequence[str]:
    """Primary uses that occur, for the ranking's filter."""
    known = await source.facts()
    return sorted(known.buildings["use"].drop_nulls().unique())


async def monthly_chart(source: Source, asked: Asked, scope: Scope) -> MonthlyChart:
    """Months by carrier over the period (at least twelve), with the total of the same months a year before."""
    view = await view_of(source, asked, scope)
    start = min(view.start, max(view.first, periods.months_earlier(view.end, 12))).replace(day=1)
    shown = sorted(compute.carriers_shown(view.carrier))
    now = await source.months(scope, start, view.end)
    comparison: list[Compared] = []
    if view.before is not None:
        before = periods.months_earlier(start, 12), periods.months_earlier(view.end, 12)
        comparison = payloads.month_totals(await source.months(scope, *before), shown, 12)
    return MonthlyChart(
        unit=compute.unit_shown(view.carrier), months=payloads.months(now, shown), comparison=comparison
    )
