"""Tools about use: consumption, portfolio summary, carbon."""

from collections.abc import Sequence

import polars as pl

from eaio.agents.models import (
    CarbonOf,
    Chart,
    Consumption,
    Fact,
    Link,
    PortfolioSummary,
    Resolution,
    Row,
    ToolResult,
)
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.buildings.models import Building
from eaio.dashboards.models import Amount, Asked, CarrierLine, Place, View
from eaio.dashboards.service import portfolio as portfolios
from eaio.dashboards.service.place import place
from eaio.infra.charts.models import Month, MonthlyChart, about, wall_clock
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, Carrier

LISTED = 31
LONG_VIEW = 62
"""Days from which on a chart shows months instead of hours."""
STEPS = {Resolution.DAY: "1d", Resolution.WEEK: "1w", Resolution.MONTH: "1mo", Resolution.YEAR: "1y"}


async def consumption(ctx: Context, args: Consumption) -> ToolResult:
    """How much of a carrier a building or a site used, what it cost, and how that compares."""
    if args.building is None:
        return await portfolio_summary(
            ctx, PortfolioSummary(site=args.site, carrier=args.carrier, start=args.start, end=args.end)
        )
    building = await ctx.building(args.building)
    meters = await ctx.meters(building, args.carrier)
    carrier = meters[0].carrier
    asked = ctx.asked(args, carrier=carrier)
    found = await place(ctx.source, Scope(Level.BUILDING, building.id), meters, asked)
    line = next(each for each in found.carriers if each.carrier == carrier)
    if line.amount.value is None:
        return _nothing(building, carrier, found.view)
    known = _amount_facts(line, found.view) | {"building": Fact(building.label)}
    missing, caveats = facts.gaps(line.amount)
    others = [] if args.carrier else [each for each in found.carriers if each.amount.value is not None]
    whole, together = _together(others)
    headline = "{building} used {total} of {carrier} {period}"
    headline += ", {change} than {before}." if "change" in known else "."
    return ToolResult(
        headline=headline,
        detail=("That is {daily} a day on average.",),
        money=("It cost about {money} and caused {co2}.",)
        if line.money is not None and line.co2_kg is not None
        else (),
        facts=known | missing | whole,
        rows=await _steps(ctx, building, carrier, found.view, args.resolution)
        or tuple(_carrier_row(each) for each in others if len(others) > 1),
        chart=await _use_chart(ctx, building, found, asked),
        links=(
            Link(f"{building.label}, {CARRIER_LABEL[carrier].lower()}", address(f"/buildings/{building.id}", asked)),
        ),
        caveats=(*together, *caveats),
        next=(f"Anything unusual at {building.name}?", f"How efficient is {building.name}?"),
    )


def _together(lines: Sequence[CarrierLine]) -> tuple[dict[str, Fact], tuple[str, ...]]:
    """What all metered carriers cost and emit, for a question that names none; nothing where there is only one."""
    paid = [line for line in lines if line.money is not None and line.carrier != Carrier.SOLAR]
    if len(paid) < 2:
        return {}, ()
    names = [CARRIER_LABEL[line.carrier].lower() for line in paid]
    known = {
        "all_carriers": Fact(f"{', '.join(names[:-1])} and {names[-1]}"),
        "all_money": facts.money(sum(line.money or 0 for line in paid)),
        "all_co2": facts.co2(sum(line.co2_kg or 0 for line in paid)),
    }
    return known, ("All carriers together ({all_carriers}) cost about {all_money} and caused {all_co2}.",)


def _nothing(building: Building, carrier: Carrier, view: View) -> ToolResult:
    return ToolResult(
        headline="There are no {carrier} readings of {building} {period}; they run from {first} to {last}.",
        facts={
            "building": Fact(building.label),
            "carrier": Fact(CARRIER_LABEL[carrier].lower()),
            "period": facts.during(view.start, view.end),
            "first": Fact(fmt.day(view.first)),
            "last": Fact(fmt.day(view.last)),
        },
        links=(Link(building.label, f"/buildings/{building.id}"),),
    )


def _amount_facts(line: CarrierLine, view: View) -> dict[str, Fact]:
    amount = line.amount
    known = {
        "carrier": Fact(CARRIER_LABEL[line.carrier].lower()),
        "total": facts.measured(amount.value, line.unit),
        "period": facts.during(view.start, view.end),
        "daily": facts.measured((amount.value or 0) / max(1, view.days), line.unit),
        "money": facts.money(line.money),
        "co2": facts.co2(line.co2_kg),
    }
    if amount.change is not None and view.before:
        known |= {"change": facts.change(amount.change), "before": facts.span(*view.before)}
    return known


async def _steps(
    ctx: Context, building: Building, carrier: Carrier, view: View, resolution: Resolution | None
) -> tuple[Row, ...]:
    """The amount by day, week, month or year, the newest of them; hours are the chart's."""
    if resolution is None or resolution not in STEPS:
        return ()
    scope = Scope(Level.BUILDING, building.id)
    days = await metering.daily_series(ctx.conn, ctx.organisation, scope, view.start, view.end)
    total, readings, expected = pl.col("total"), pl.col("readings"), pl.col("expected")
    steps = (
        days.filter(pl.col("carrier") == carrier.value)
        .group_by(pl.col("day").dt.truncate(STEPS[resolution]), maintain_order=True)
        .agg(pl.when(total.count() > 0).then(total.sum()), coverage=readings.sum() / expected.sum())
        .sort("day")
        .tail(LISTED)
    )
    unit = "L" if carrier in {Carrier.WATER, Carrier.IRRIGATION} else "kWh"
    written = {Resolution.MONTH: "%b %Y", Resolution.YEAR: "%Y"}.get(resolution)
    return tuple(
        Row(
            f"{day:{written}}" if written else fmt.day(day),
            fmt.quantity(value, unit),
            "" if coverage is None or coverage > facts.ENOUGH else f"{fmt.percent(coverage)} of readings present",
        )
        for day, value, coverage in steps.rows()
    )


async def _use_chart(ctx: Context, building: Building, found: Place, asked: Asked) -> Chart:
    carrier = found.view.carrier
    title = f"{CARRIER_LABEL[carrier] if carrier else 'Energy'}, {found.view.text}"
    if found.view.days <= LONG_VIEW:
        return Chart("load", title, src=address(f"/buildings/{building.id}/load.json", asked))
    scope = Scope(Level.BUILDING, building.id)
    months = await metering.monthly_series(ctx.conn, ctx.organisation, scope, found.view.start, found.view.end)
    chosen = months.filter(pl.col("carrier") == (carrier.value if carrier else ""))
    rows = [
        Month(
            wall_clock(row["month"]),
            Carrier(row["carrier"]),
            row["total"],
            row["readings"] / row["expected"] if row["expected"] else None,
        )
        for row in chosen.to_dicts()
    ]
    known = (int(chosen["readings"].sum()), int(chosen["expected"].sum()))
    span = (found.view.start, found.view.end)
    over = about(f"Months of {building.label}", span, building.time_zone, known, "readings present")
    return Chart("monthly", title, data=MonthlyChart(unit=found.unit, months=rows, about=over))


async def portfolio_summary(ctx: Context, args: PortfolioSummary) -> ToolResult:
    """Totals of the portfolio or of a site, with the change and the largest sites."""
    asked = ctx.asked(start=args.start, end=args.end, carrier=args.carrier)
    found = await portfolios.portfolio(ctx.source, asked, portfolios.scope_of(ctx.site_id(args.site)))
    site = ctx.site_id(args.site)
    path = f"/sites/{site}" if site else "/portfolio"
    what = CARRIER_LABEL[args.carrier].lower() if args.carrier else "energy"
    missing, caveats = facts.gaps(found.energy)
    known = {
        "scope": Fact(args.site or "The portfolio"),
        "what": Fact(what),
        "total": facts.measured(found.energy.value, found.unit),
        "period": facts.during(found.view.start, found.view.end),
        "buildings": facts.count(found.buildings),
        "money": facts.money(found.money.value),
        "co2": facts.co2(found.co2.value),
    }
    headline = "{scope} with {buildings} buildings used {total} of {what} {period}"
    if found.energy.change is not None and found.view.before:
        known |= {"change": facts.change(found.energy.change), "before": facts.span(*found.view.before)}
        headline += ", {change} than {before}"
    rows = [_carrier_row(line) for line in found.carriers] if not args.carrier else []
    rows += [] if site else [_site_row(line.name, line.amount, found.unit, f"/sites/{line.id}") for line in found.sites]
    return ToolResult(
        headline=headline + ".",
        money=("It cost about {money} and caused {co2}.",) if found.money.value is not None else (),
        facts=known | missing,
        rows=tuple(rows),
        chart=Chart("monthly", f"{args.site or 'Portfolio'} by month", src=address(f"{path}/monthly.json", asked)),
        links=(Link(args.site or "Portfolio", address(path, asked)),),
        caveats=caveats,
        next=("Which buildings are the worst by EUI?", "What should we fix first?"),
    )


def _carrier_row(line: CarrierLine) -> Row:
    change = line.amount.change
    note = "" if change is None else f"{fmt.percent(change, signed=True)} against the period before"
    return Row(CARRIER_LABEL[line.carrier], fmt.quantity(line.amount.value, line.unit), note)


def _site_row(name: str, amount: Amount, unit: str, href: str) -> Row:
    note = "" if amount.change is None else f"{fmt.percent(amount.change, signed=True)} against the period before"
    return Row(name, fmt.quantity(amount.value, unit), note, href)


async def carbon(ctx: Context, args: CarbonOf) -> ToolResult:
    """Emissions of a building, a site or the portfolio, by carrier."""
    asked = ctx.asked(args)
    if args.building:
        building = await ctx.building(args.building)
        meters = await ctx.meters(building, args.carrier)
        every = meters if args.carrier else [m for c in building.carriers for m in await ctx.meters(building, c)]
        found = await place(ctx.source, Scope(Level.BUILDING, building.id), every, asked)
        lines, view, label, path = found.carriers, found.view, building.label, f"/buildings/{building.id}"
    else:
        site = ctx.site_id(args.site)
        whole = await portfolios.portfolio(ctx.source, asked, portfolios.scope_of(site))
        lines, view, label = whole.carriers, whole.view, args.site or "The portfolio"
        path = f"/sites/{site}" if site else "/portfolio"
    counted = [line for line in lines if args.carrier in {None, line.carrier} and line.carrier != Carrier.SOLAR]
    emitted = [line for line in counted if line.co2_kg is not None]
    if not emitted:
        raise InsufficientData(f"No emissions can be given for {label} in {fmt.period(view.start, view.end)}.")
    total = sum(line.co2_kg or 0 for line in emitted)
    energy = Amount(
        value=None,
        readings=sum(line.amount.readings for line in emitted),
        expected=sum(line.amount.expected for line in emitted),
    )
    missing, caveats = facts.gaps(energy)
    what = f" from {CARRIER_LABEL[args.carrier].lower()}" if args.carrier else ""
    return ToolResult(
        headline=f"{{scope}} caused {{co2}}{what} {{period}}.",
        detail=("Factors are those of the site's grid and the dated defaults under Settings.",),
        facts={
            "scope": Fact(label),
            "co2": facts.co2(total),
            "period": facts.during(view.start, view.end),
        }
        | missing,
        rows=tuple(
            Row(CARRIER_LABEL[line.carrier], fmt.co2(line.co2_kg), fmt.quantity(line.amount.value, line.unit))
            for line in emitted
        ),
        links=(Link(label, address(path, asked)),),
        caveats=caveats,
        next=("Which buildings emit the most?", "What should we fix first?"),
    )
