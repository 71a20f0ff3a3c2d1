"""Tools that set buildings side by side by one metric: compare and rank."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import polars as pl
from msgspec import Struct

from eaio.agents.models import (
    Chart,
    CompareBuildings,
    Fact,
    Link,
    Metric,
    RankBuildings,
    Row,
    SimilarBuildings,
    ToolResult,
)
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.analysis import service as analysis
from eaio.dashboards.models import Asked, Preset, View
from eaio.dashboards.service import portfolio as portfolios
from eaio.infra.charts.models import Bar, RankingChart, about
from eaio.infra.errors import InsufficientData
from eaio.metering.models import Scope
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, KWH, UNIT_OF, Carrier

SHOWN = 10
SIMILAR = 5


class Measure(Struct, frozen=True):
    """How a metric is read from the table of buildings, named and written."""

    column: str
    label: str
    unit: str

    def text(self, value: float | None, unit: str) -> str:
        """A value of this metric as people read it."""
        if self.unit == "share":
            return fmt.percent(value)
        if self.unit == "money":
            return fmt.money(value)
        if self.unit == "co2":
            return fmt.co2(value)
        return fmt.quantity(value, self.unit or unit)


MEASURES: Mapping[Metric, Measure] = {
    Metric.EUI: Measure("intensity", "energy use intensity", "kWh/m² a year"),
    Metric.CONSUMPTION: Measure("energy", "use", ""),
    Metric.COST: Measure("money", "cost", "money"),
    Metric.CARBON: Measure("co2_kg", "emissions", "co2"),
    Metric.PEAK_DEMAND: Measure("near_peak", "near-peak load", "kW"),
    Metric.LOAD_FACTOR: Measure("load_factor", "load factor", "share"),
    Metric.NIGHT_BASE: Measure("unoccupied_ratio", "out-of-hours load as a share of the load in use", "share"),
}
ANALYSED = frozenset({Metric.PEAK_DEMAND, Metric.LOAD_FACTOR, Metric.NIGHT_BASE})
"""Metrics that come from the stored yearly analysis; the others follow the period asked for."""
LOW_IS_WORSE = frozenset({Metric.LOAD_FACTOR})


async def _table(ctx: Context, metric: Metric, asked: Asked) -> tuple[pl.DataFrame, View]:
    """Every building with the metric's value as ``value``; columns id, name, site_id, use, coverage, value."""
    view = await portfolios.view_of(ctx.source, asked, Scope(), Preset.YEAR)
    lines = await portfolios.lines(ctx.source, view)
    column = MEASURES[metric].column
    if metric in ANALYSED:
        lines = lines.join(await _analysed(ctx, metric), on="id", how="left")
    return lines.select("id", "name", "site_id", "use", "coverage", value=pl.col(column)), view


async def _analysed(ctx: Context, metric: Metric) -> pl.DataFrame:
    if metric is Metric.PEAK_DEMAND:
        figures = await analysis.meter_figures(ctx.conn, ctx.organisation)
        rows = [(str(one.building_id), one.near_peak) for one in figures if one.carrier == Carrier.ELECTRICITY]
        frame = pl.DataFrame(rows, schema={"id": pl.String, "near_peak": pl.Float64}, orient="row")
        return frame.group_by("id").agg(pl.col("near_peak").sum())
    found = await analysis.portfolio_analysis(ctx.conn, ctx.organisation)
    column = MEASURES[metric].column
    rows = [(str(line.building_id), getattr(line, column)) for line in found.buildings]
    return pl.DataFrame(rows, schema={"id": pl.String, column: pl.Float64}, orient="row")


async def rank_buildings(ctx: Context, args: RankBuildings) -> ToolResult:
    """Buildings in order of a metric, the worst first unless the best are asked for."""
    metric = args.metric or Metric.EUI
    measure = MEASURES[metric]
    asked = ctx.asked(start=args.start, end=args.end, carrier=args.carrier)
    table, view = await _table(ctx, metric, asked)
    if args.site:
        table = table.filter(pl.col("site_id") == str(ctx.site_id(args.site)))
    if args.primary_use:
        table = table.filter(pl.col("use") == args.primary_use)
    known = table.drop_nulls("value")
    if known.is_empty():
        raise InsufficientData(f"No building has a known {measure.label} in {view.text}.")
    falling = bool(args.best) == (metric in LOW_IS_WORSE)
    rows = known.sort(["value", "name"], descending=[falling, False]).head(args.limit or SHOWN).to_dicts()
    unit = UNIT_OF[args.carrier] if args.carrier else KWH
    texts = [measure.text(row["value"], unit) for row in rows]
    first = {
        "first": Fact(_label(rows[0])),
        "value": Fact(texts[0], rows[0]["value"]),
        "measure": Fact(measure.label),
        "period": facts.during(view.start, view.end),
        "count": facts.count(known.height),
        "unknown": facts.count(table.height - known.height),
    }
    best = "lowest" if args.best else "highest"
    if metric in LOW_IS_WORSE:
        best = "highest" if args.best else "lowest"
    return ToolResult(
        headline=f"{{first}} has the {best} {{measure}} of {{count}} buildings {{period}}: {{value}}.",
        facts=first,
        rows=tuple(
            Row(_label(row), text, _coverage(row), f"/buildings/{row['id']}")
            for row, text in zip(rows, texts, strict=True)
        ),
        chart=_bars(rows, texts, measure, unit),
        links=(Link("Ranking of the portfolio", address("/portfolio", asked)),),
        caveats=(
            *_period_caveat(metric),
            *(
                ("Left out for too few readings, no rhythm or no floor area: {unknown}.",)
                if known.height < table.height
                else ()
            ),
        ),
        next=(
            f"What should we fix first at {rows[0]['name']}?",
            f"Is {rows[0]['name']} efficient compared with its peers?",
        ),
    )


def _period_caveat(metric: Metric) -> tuple[str, ...]:
    if metric in ANALYSED:
        return ("This figure is of the last analysed year, whatever the period.",)
    return ()


def _label(row: Mapping[str, Any]) -> str:
    return str(row["name"]).replace("_", " ")


def _coverage(row: Mapping[str, Any]) -> str:
    covered = row["coverage"]
    return "" if covered is None or covered >= facts.ENOUGH else f"{fmt.percent(covered)} of readings present"


def _bars(rows: Sequence[Mapping[str, Any]], texts: Sequence[str], measure: Measure, unit: str) -> Chart:
    bars = [
        Bar(_label(row), float(row["value"]), text, f"/buildings/{row['id']}")
        for row, text in zip(rows, texts, strict=True)
    ]
    written = {"share": "share", "money": "USD", "co2": "kg CO2e"}.get(measure.unit, measure.unit or unit)
    over = about(f"{measure.label.capitalize()} of {len(bars)} buildings as the answer above says, in its period")
    return Chart("ranking", measure.label.capitalize(), data=RankingChart(unit=written, bars=bars, about=over))


async def compare_buildings(ctx: Context, args: CompareBuildings) -> ToolResult:
    """Two buildings or more by one metric."""
    metric = args.metric or Metric.CONSUMPTION
    measure = MEASURES[metric]
    asked = ctx.asked(start=args.start, end=args.end, carrier=args.carrier)
    table, view = await _table(ctx, metric, asked)
    wanted = {str(ctx.building_id(name)): at for at, name in enumerate(args.buildings)}
    rows = sorted(table.filter(pl.col("id").is_in(list(wanted))).to_dicts(), key=lambda row: wanted[row["id"]])
    known = sorted((row for row in rows if row["value"] is not None), key=lambda row: -row["value"])
    unit = UNIT_OF[args.carrier] if args.carrier else KWH
    if len(known) < 2:
        raise InsufficientData(
            f"These buildings cannot be compared by {measure.label} in {view.text}: "
            f"fewer than two have a floor area and nine tenths of their readings."
        )
    high, low = known[0], known[-1]
    found = {
        "high": Fact(_label(high)),
        "high_value": Fact(measure.text(high["value"], unit), high["value"]),
        "low": Fact(_label(low)),
        "low_value": Fact(measure.text(low["value"], unit), low["value"]),
        "measure": Fact(measure.label),
        "period": facts.during(view.start, view.end),
    }
    low_end = " and {low} at {low_value}"
    if low["value"] > 0:
        found["more"] = facts.share(high["value"] / low["value"] - 1)
        low_end = ", {more} more than {low} at {low_value}"
    texts = [measure.text(row["value"], unit) for row in known]
    return ToolResult(
        headline=f"By {{measure}} {{period}}, {{high}} stands at {{high_value}}{low_end}.",
        facts=found,
        rows=tuple(
            Row(_label(row), text, _coverage(row), f"/buildings/{row['id']}")
            for row, text in zip(known, texts, strict=True)
        ),
        chart=_bars(known, texts, measure, unit),
        links=tuple(Link(_label(row), address(f"/buildings/{row['id']}", asked)) for row in known),
        caveats=_period_caveat(metric),
        next=(f"Is {high['name']} efficient compared with its peers?", f"What should we fix first at {high['name']}?"),
    )


async def similar_buildings(ctx: Context, args: SimilarBuildings) -> ToolResult:
    """Buildings whose load behaves most like one's, by shape and not by size."""
    building = await ctx.building(args.building)
    found = await analysis.similar_buildings(
        ctx.conn, ctx.organisation, building.id, limit=max(1, min(args.limit or SIMILAR, SHOWN))
    )
    first = found.alike[0]
    known = {
        "building": Fact(building.label),
        "first": Fact(first.label),
        "likeness": facts.share(first.likeness),
        "count": facts.count(found.compared),
        "carrier": Fact(CARRIER_LABEL[found.carrier].lower()),
        "period": facts.during(found.first_day, found.last_day + timedelta(days=1)),
    }
    shared = ""
    if first.alike_in:
        known["shared"] = Fact(" and ".join(first.alike_in))
        shared = ", most in {shared}"
    if found.pattern:
        known["pattern"] = Fact(found.pattern)
    return ToolResult(
        headline=f"Of {{count}} other buildings, {{first}} behaves most like {{building}}: {{likeness}} alike{shared}.",
        detail=(
            "Compared by the shape of {carrier} use {period}, whatever the size.",
            *(("The pattern of {building} is: {pattern}.",) if found.pattern else ()),
        ),
        facts=known,
        rows=tuple(
            Row(
                one.label,
                fmt.percent(one.likeness),
                f"{one.use or 'use not known'}, {one.site}",
                f"/buildings/{one.building_id}",
            )
            for one in found.alike
        ),
        chart=Chart(
            "profile",
            f"Typical week of {first.label} beside {building.label}, each over its mean",
            src=f"/buildings/{building.id}/alike/{first.building_id}/week.json",
        ),
        links=(Link("Patterns", "/patterns"), Link(building.label, f"/buildings/{building.id}")),
        next=(
            f"Compare {building.name} with {first.building}",
            f"Is {building.name} efficient compared with its peers?",
        ),
    )
