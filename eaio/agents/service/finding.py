"""Tools about what went wrong: anomalies, their explanation, the quality of the data."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl

from eaio.agents.models import Chart, ExplainAnomaly, Fact, FindAnomalies, Link, OverCarrier, Row, ToolResult
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.analysis import service as analysis
from eaio.analysis.models import KIND_LABEL, AnomalyEvent, EventFilter, EventSort
from eaio.buildings import service as buildings
from eaio.buildings.models import Building
from eaio.dashboards.models import Asked
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries import format as fmt
from eaio.timeseries.calendar import day_bounds
from eaio.timeseries.units import CARRIER_LABEL, Carrier

LISTED = 8
USUAL_WEEKS = 4
SILENT_AFTER = timedelta(hours=24)


def _instant(day: date | None, zone: ZoneInfo) -> datetime | None:
    return day_bounds(day, zone)[0].astimezone(UTC) if day else None


async def find_anomalies(ctx: Context, args: FindAnomalies) -> ToolResult:
    """Events of a building, a site or everywhere; the costliest first."""
    building = await ctx.building(args.building) if args.building else None
    zone = ZoneInfo(building.time_zone) if building else ZoneInfo("UTC")
    wanted = EventFilter(
        building_id=building.id if building else None,
        site_id=ctx.site_id(args.site),
        carrier=args.carrier,
        start=_instant(args.start, zone),
        end=_instant(args.end, zone),
        sort=EventSort.MONEY,
        limit=LISTED,
    )
    page = await analysis.anomalies(ctx.conn, ctx.organisation, wanted)
    scope = building.label if building else args.site or "the portfolio"
    known = {"scope": Fact(scope), "count": facts.count(page.total), "period": Fact(_when(ctx, args.start, args.end))}
    link = address("/findings", None, building=str(building.id) if building else None)
    if not page.items:
        return ToolResult(
            headline="No anomalies are recorded for {scope} {period}.",
            facts=known,
            links=(Link("Findings", link),),
            caveats=await _not_analysed(ctx, building),
            next=(f"How good is the data for {building.name}?",) if building else ("Which meters are silent?",),
        )
    top = page.items[0]
    known |= _event_facts(top)
    several = "{count} anomalies are" if page.total > 1 else "One anomaly is"
    example = building or await buildings.building_of(ctx.conn, ctx.organisation, top.building_id)
    return ToolResult(
        headline=f"{several} recorded for {{scope}} {{period}}. The first to look at is {{kind}}: {{explanation}}",
        facts=known,
        rows=tuple(_event_row(event, with_building=building is None) for event in page.items),
        chart=_event_chart(example, top),
        links=(Link("Findings", link), Link("The first one", f"/findings/{top.id}")),
        next=(_why(example, top), f"What should we fix first at {example.name}?"),
    )


def _when(ctx: Context, start: date | None, end: date | None) -> str:
    if start and end:
        return facts.during(start, max(start + timedelta(days=1), min(end, ctx.names.today + timedelta(days=1)))).text
    return "so far"


def _local(event: AnomalyEvent) -> datetime:
    return event.started_at.astimezone(ZoneInfo(event.time_zone))


def _event_facts(event: AnomalyEvent) -> dict[str, Fact]:
    return {
        "kind": Fact(
            f"{KIND_LABEL[event.kind].lower()} of {CARRIER_LABEL[event.carrier].lower()} at {event.building_label}"
        ),
        "explanation": Fact(facts.sentence(event.explanation), event.kwh, event.unit),
        "money": facts.money(event.money),
    }


def _event_row(event: AnomalyEvent, *, with_building: bool) -> Row:
    last = event.ended_at.astimezone(ZoneInfo(event.time_zone))
    worth = f", {fmt.money(event.money)}" if event.money and event.money > 0 else ""
    kind, carrier = KIND_LABEL[event.kind], CARRIER_LABEL[event.carrier].lower()
    return Row(
        f"{event.building_label}: {kind.lower()}" if with_building else kind,
        "" if event.kind.is_data_fault else f"{fmt.quantity(event.kwh, event.unit)}{worth}",
        f"{carrier}, {fmt.moment(_local(event))} to {fmt.moment(last)}",
        f"/findings/{event.id}",
    )


def _event_chart(building: Building, event: AnomalyEvent) -> Chart:
    first = _local(event).date() - timedelta(days=7)
    last = min(
        event.ended_at.astimezone(ZoneInfo(event.time_zone)).date() + timedelta(days=3), first + timedelta(days=45)
    )
    asked = Asked(start=first, end=last, carrier=event.carrier)
    title = f"{CARRIER_LABEL[event.carrier]} of {building.label}"
    return Chart("load", title, src=address(f"/buildings/{building.id}/load.json", asked))


def _why(building: Building, event: AnomalyEvent) -> str:
    return f"Why was there an anomaly at {building.name} on {fmt.day(_local(event))}?"


async def _not_analysed(ctx: Context, building: Building | None) -> tuple[str, ...]:
    if building and await analysis.building_figures(ctx.conn, ctx.organisation, building.id) is None:
        return ("This building has not been analysed yet, so nothing could be found.",)
    return ()


async def explain_anomaly(ctx: Context, args: ExplainAnomaly) -> ToolResult:
    """What stood behind a day: the recorded event, or how the day differs from its like."""
    building = await ctx.building(args.building)
    zone = ZoneInfo(building.time_zone)
    first = args.at or args.start
    last = args.at + timedelta(days=1) if args.at else args.end
    wanted = EventFilter(
        building_id=building.id,
        carrier=args.carrier,
        start=_instant(first, zone),
        end=_instant(last, zone),
        sort=EventSort.MONEY,
        limit=50,
    )
    found = (await analysis.anomalies(ctx.conn, ctx.organisation, wanted)).items
    if not found:
        return await _ordinary(ctx, building, args, first or ctx.names.today)
    event = max(found, key=lambda each: (abs(each.money or 0) / each.hours, abs(each.kwh) / each.hours))
    sentences = await analysis.explain_anomaly(ctx.conn, ctx.organisation, event.id)
    named, said = facts.quoted("said", sentences)
    return ToolResult(
        headline=said[0],
        detail=said[1:3],
        money=("It cost about {money}.",) if event.money and event.money > 0 else (),
        action=said[3:],
        facts=named | _event_facts(event),
        rows=tuple(_event_row(each, with_building=False) for each in found[:LISTED]) if len(found) > 1 else (),
        chart=_event_chart(building, event),
        links=(Link("This finding", f"/findings/{event.id}"), Link(building.label, f"/buildings/{building.id}")),
        next=(f"What should we fix first at {building.name}?", f"List all anomalies at {building.name}"),
    )


async def _ordinary(ctx: Context, building: Building, args: ExplainAnomaly, day: date) -> ToolResult:
    """No event is recorded: the day against the median of the same weekday in the weeks around it, and the weather."""
    carrier = (await ctx.meters(building, args.carrier))[0].carrier
    around = timedelta(weeks=USUAL_WEEKS)
    scope = Scope(Level.BUILDING, building.id)
    days = await metering.daily_series(
        ctx.conn, ctx.organisation, scope, day - around, day + around + timedelta(days=1)
    )
    mine = days.filter((pl.col("carrier") == carrier.value) & (pl.col("day").dt.weekday() == day.isoweekday()))
    value = mine.filter(pl.col("day") == day)["total"]
    usual = mine.filter(pl.col("day") != day)["total"].median()
    if not len(value) or value[0] is None or not isinstance(usual, int | float):
        raise InsufficientData(
            f"There are no {CARRIER_LABEL[carrier].lower()} readings of {building.label} on {fmt.day(day)}."
        )
    weather = await metering.weather_daily(ctx.conn, ctx.organisation, building.site_id, day - around, day + around)
    there = weather.filter(pl.col("day") == day)["mean"]
    typical = weather["mean"].median()
    unit = "L" if carrier in {Carrier.WATER, Carrier.IRRIGATION} else "kWh"
    known = {
        "building": Fact(building.label),
        "day": Fact(fmt.day(day)),
        "weekday": Fact(f"{day:%A}"),
        "value": facts.measured(value[0], unit),
        "usual": facts.measured(float(usual), unit),
        "change": facts.share(value[0] / usual - 1 if usual else None, signed=True),
    }
    warmth = ""
    if len(there) and there[0] is not None and isinstance(typical, int | float):
        known |= {"degrees": facts.degrees(there[0]), "typical": facts.degrees(float(typical))}
        warmth = " It was {degrees} outside; the weeks around it had {typical}."
    asked = Asked(start=day - timedelta(days=7), end=day + timedelta(days=7), carrier=carrier)
    return ToolResult(
        headline="No anomaly is recorded for {building} on {day}: {value} against {usual} on a usual {weekday} "
        f"of the weeks around it ({{change}}).{warmth}",
        facts=known,
        chart=Chart("load", f"Around {fmt.day(day)}", src=address(f"/buildings/{building.id}/load.json", asked)),
        links=(Link(building.label, address(f"/buildings/{building.id}", asked)),),
        caveats=await _not_analysed(ctx, building),
        next=(f"List all anomalies at {building.name}", f"How weather sensitive is {building.name}?"),
    )


async def data_quality(ctx: Context, args: OverCarrier) -> ToolResult:
    """How complete the readings are, which faults were found in them, which meters are silent."""
    building = await ctx.building(args.building) if args.building else None
    scope = Scope(Level.BUILDING, building.id) if building else Scope()
    start, end = args.start, args.end
    days = await metering.daily_series(ctx.conn, ctx.organisation, scope, start, end)
    if args.carrier:
        days = days.filter(pl.col("carrier") == args.carrier.value)
    if days.is_empty():
        raise InsufficientData("There are no readings in that period.")
    present, expected, estimated = (int(days[name].sum()) for name in ("readings", "expected", "estimated"))
    zone = ZoneInfo(building.time_zone) if building else ZoneInfo("UTC")
    wanted = EventFilter(
        building_id=building.id if building else None,
        carrier=args.carrier,
        start=_instant(start, zone),
        end=_instant(end, zone),
        faults=True,
        limit=LISTED,
    )
    faults = await analysis.anomalies(ctx.conn, ctx.organisation, wanted)
    silent = await _silent(ctx, building.id if building else None)
    known = {
        "scope": Fact(building.label if building else "the portfolio"),
        "share": facts.share(present / expected if expected else None),
        "present": facts.count(present),
        "expected": facts.count(expected),
        "estimated": facts.count(estimated),
        "faults": facts.count(faults.total),
        "silent": facts.count(len(silent)),
        "period": facts.during(days["day"].min(), days["day"].max() + timedelta(days=1)),  # type: ignore[arg-type,operator]
    }
    link = address("/findings", None, building=str(building.id) if building else None)
    return ToolResult(
        headline="{share} of the readings of {scope} are present {period}: {present} of {expected}. "
        "Faulty stretches found: {faults}.",
        detail=("{estimated} readings are estimated.",) if estimated else (),
        action=("Meters that have stopped reporting: {silent}.",) if silent else (),
        facts=known,
        rows=(*silent, *(_event_row(event, with_building=building is None) for event in faults.items)),
        links=(
            Link(building.label, f"/buildings/{building.id}") if building else Link("Imports", "/imports"),
            Link("Findings", link),
        ),
        next=(f"List all anomalies at {building.name}",) if building else ("List all anomalies",),
    )


async def _silent(ctx: Context, building_id: UUID | None) -> tuple[Row, ...]:
    """Meters whose last reading lies more than a day before the portfolio's."""
    meters = await buildings.meters_of(ctx.conn, ctx.organisation, building_id)
    latest = (await metering.extent(ctx.conn, ctx.organisation)).last
    return tuple(
        Row(
            f"{meter.building.replace('_', ' ')}, {CARRIER_LABEL[meter.carrier].lower()}",
            "silent",
            f"since {fmt.moment(meter.last_reading.astimezone(ZoneInfo(meter.time_zone)))}",
            f"/meters/{meter.id}",
        )
        for meter in meters
        if latest and meter.last_reading and meter.last_reading < latest - SILENT_AFTER
    )
