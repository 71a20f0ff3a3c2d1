"""The portfolio and its sites: totals with change and coverage, the strip of sites, the ranking of buildings."""

from collections.abc import Mapping, Sequence, Set
from datetime import date
from uuid import UUID

import msgspec
import polars as pl

from eaio.buildings.models import Site
from eaio.dashboards.compute import payloads, periods, quantities
from eaio.dashboards.compute import totals as compute
from eaio.dashboards.compute.totals import Row
from eaio.dashboards.models import (
    Amount,
    Asked,
    BuildingLine,
    Portfolio,
    Preset,
    Quantity,
    RankBy,
    Ranking,
    SiteLine,
    View,
)
from eaio.dashboards.service.source import Source
from eaio.infra.charts.models import Compared, MonthlyChart, about
from eaio.infra.errors import InsufficientData
from eaio.metering.models import Level, Scope
from eaio.timeseries.units import CARRIER_LABEL, Carrier

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
    sites = known.sites_within(scope)
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
            view.unit,
            dict(own.group_by("site_id").agg(pl.col("area_m2").sum()).iter_rows()),
        ),
        buildings=own.height,
        area_m2=float(own["area_m2"].sum()) or None,
    )


def _within(rows: Sequence[Row], sites: Set[str]) -> Sequence[Row]:
    return [row for row in rows if row.id in sites]


COLUMN_OF = {Quantity.MONEY: "money", Quantity.CO2: "co2_kg"}


def _strip(
    sites: Sequence[Site],
    now: Sequence[Row],
    before: Sequence[Row] | None,
    quantity: Quantity,
    area_of: Mapping[str, float],
) -> Sequence[SiteLine]:
    amounts: dict[UUID, Amount] = {}
    for site in sites:
        mine = compute.of_member(now, site.id)
        earlier = None if before is None else compute.of_member(before, site.id)
        amount = compute.amount(mine, earlier, COLUMN_OF.get(quantity, "total"))
        amounts[site.id] = amount.over(area_of.get(str(site.id))) if quantity is Quantity.AREA else amount
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


RANKED_BY = {
    Quantity.ENERGY: RankBy.ENERGY,
    Quantity.AREA: RankBy.INTENSITY,
    Quantity.MONEY: RankBy.MONEY,
    Quantity.CO2: RankBy.CARBON,
}
"""The column of the ranking that a quantity stands in."""


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
        found = found.filter(pl.col("site_id").is_in(sorted((await source.facts()).sites_within(scope))))
    if use:
        found = found.filter(pl.col("use") == use)
    if search:
        found = found.filter(pl.col("name").str.to_lowercase().str.contains(search.lower(), literal=True))
    ordered = found.sort([by.value, "name"], descending=[descending, False], nulls_last=True)
    shown = RANKED_BY[view.unit].value
    largest = found[shown].max()
    top = float(largest) if isinstance(largest, int | float) and largest > 0 else 1.0
    page = ordered.slice(offset, limit).with_columns(share=(pl.col(shown).fill_null(0) / top).clip(0, 1))
    rows = [msgspec.convert(row, BuildingLine, strict=False) for row in page.to_dicts()]
    return Ranking(rows, ordered.height, offset, limit)


async def uses(source: Source) -> Sequence[str]:
    """Primary uses that occur, for the ranking's filter."""
    known = await source.facts()
    return sorted(known.buildings["use"].drop_nulls().unique())


async def monthly_chart(source: Source, asked: Asked, scope: Scope) -> MonthlyChart:
    """Months by carrier over the period (at least twelve), with the total of the same months a year before.

    Raises:
        InsufficientData: no reading yet, or use per floor area is asked for and that is not known.
    """
    view = await view_of(source, asked, scope)
    start = min(view.start, max(view.first, periods.months_earlier(view.end, 12))).replace(day=1)
    shown = sorted(compute.carriers_shown(view.carrier))
    now = await _months(source, view.unit, scope, start, view.end)
    comparison: list[Compared] = []
    if view.before is not None:
        before = periods.months_earlier(start, 12), periods.months_earlier(view.end, 12)
        comparison = payloads.month_totals(await _months(source, view.unit, scope, *before), shown, 12)
    unit = compute.unit_shown(view.carrier)
    return MonthlyChart(
        unit=quantities.unit_of(view.unit, unit, await _currency(source)),
        months=payloads.months(now, shown),
        comparison=comparison,
        about=await _about_months(source, scope, view.carrier, (start, view.end), now),
    )


async def _about_months(
    source: Source, scope: Scope, carrier: Carrier | None, days: tuple[date, date], now: pl.DataFrame
) -> str:
    """Which meters stand behind the months and how many of their readings are present."""
    shown = compute.carriers_shown(carrier)
    meters = [meter for meter in await source.meters() if meter.carrier in shown]
    if scope.level is Level.BUILDING:
        meters = [meter for meter in meters if meter.building_id == scope.id]
    elif scope.id is not None:
        within = (await source.facts()).sites_within(scope)
        meters = [meter for meter in meters if str(meter.site_id) in within]
    kind = f"{CARRIER_LABEL[carrier].lower()} " if carrier else ""
    seen = now.filter(pl.col("carrier").is_in([one.value for one in shown]))
    known = (int(seen["readings"].sum()), int(seen["expected"].sum()))
    zone = meters[0].time_zone if len({meter.time_zone for meter in meters}) == 1 else "each site's own zone"
    data = f"{len(meters):,} {kind}meter{'' if len(meters) == 1 else 's'}, whole months"
    return about(data, days, zone, known, "readings present")


async def _months(source: Source, quantity: Quantity, scope: Scope, start: date, end: date) -> pl.DataFrame:
    """Metering's ``MONTHLY`` of a scope in the quantity shown; each site at its own rates."""
    if quantity is Quantity.ENERGY:
        return await source.months(scope, start, end)
    if quantity is Quantity.AREA:
        return quantities.months_per_area(await source.months(scope, start, end), await source.area(scope))
    known = await source.facts()
    if scope.level is Level.BUILDING:
        of_building = known.buildings.filter(pl.col("id") == str(scope.id))["site_id"]
        parts = [(site, scope) for site in of_building]
    else:
        parts = [(site, Scope(Level.SITE, UUID(site))) for site in sorted(known.sites_within(scope))]
    months = [(site, await source.months(part, start, end)) for site, part in parts]
    return quantities.months_priced(months, compute.rates_frame(known.rates), quantity)


async def _currency(source: Source) -> str:
    return next((rates.currency for rates in (await source.facts()).rates.values()), "")
