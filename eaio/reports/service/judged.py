"""Findings, recommendations, prices and factors of a report."""

from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec

from eaio.analysis import service as analysis
from eaio.analysis.models import KIND_LABEL, AnomalyEvent, EventFilter, EventSort
from eaio.buildings.models import Site
from eaio.infra.db import Connection
from eaio.recommendations import service as recommendations
from eaio.recommendations.models import Fact as Evidence
from eaio.recommendations.models import Filters, Recommendation, Summary
from eaio.reports.compute.worth import opportunity_of, waterfall_figure
from eaio.reports.models import Assumption, Fact, FindingLine, Findings, MeasureLine, Measures
from eaio.timeseries.format import quantity
from eaio.timeseries.units import Carrier

PAGE = 500
MEASURES_PAGE = 5_000


async def findings_of(
    conn: Connection, organisation: UUID, building: UUID | None, start: date, end: date, most: int
) -> Findings:
    """Anomalies that overlap local days [start, end), at most ``most`` of them."""
    lines: list[FindingLine] = []
    total, offset = 0, 0
    first, last = _midnight(start), _midnight(end)
    while len(lines) < most:
        wanted = EventFilter(
            building_id=building, start=first, end=last, sort=EventSort.MONEY, limit=min(PAGE, most), offset=offset
        )
        page = await analysis.anomalies(conn, organisation, wanted)
        lines += map(_finding, page.items)
        total, offset = page.total, offset + len(page.items)
        if len(page.items) < wanted.limit:
            break
    analysed = bool(total) or await _is_analysed(conn, organisation, building)
    return Findings(tuple(lines[:most]), max(total, len(lines)), analysed)


async def _is_analysed(conn: Connection, organisation: UUID, building: UUID | None) -> bool:
    if building is not None:
        return await analysis.building_figures(conn, organisation, building) is not None
    return (await analysis.portfolio_analysis(conn, organisation, limit=1)).totals.analysed > 0


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _finding(event: AnomalyEvent) -> FindingLine:
    zone = ZoneInfo(event.time_zone)
    return FindingLine(
        building=event.building_label,
        meter=event.meter,
        carrier=event.carrier,
        kind=KIND_LABEL[event.kind],
        start=_local(event.started_at, zone),
        end=_local(event.ended_at, zone),
        hours=event.hours,
        amount=event.kwh,
        money=event.money,
        co2=event.co2_kg,
        confidence=event.confidence,
        explanation=event.explanation,
        status=event.status.value,
        data_fault=event.kind.is_data_fault,
    )


def _local(instant: datetime, zone: ZoneInfo) -> datetime:
    return instant.astimezone(zone).replace(tzinfo=None)


async def measures_of(
    conn: Connection, organisation: UUID, building: UUID | None, currency: str, most: int, detailed: int
) -> Measures:
    """Recommendations by value, at most ``most``, the first ``detailed`` that count with their evidence."""
    every = await _every_measure(conn, organisation, building)
    if not every:
        return Measures()
    told = _told(every, once=building is None)[:detailed]
    cases = {id_: await recommendations.recommendation_of(conn, organisation, id_) for id_ in told}
    lines = tuple(_measure(rank, item, cases.get(item.id)) for rank, item in enumerate(every, 1))
    baseline = await recommendations.savings_baseline(conn, organisation, Filters(building=building))
    waterfall = waterfall_figure(baseline.money, lines, currency)
    shown = tuple(line for line, item in zip(lines, every, strict=True) if item.id in cases)
    return Measures(lines[:most], len(lines), opportunity_of(lines), waterfall, shown)


def _told(every: Sequence[Summary], once: bool) -> list[UUID]:
    """What is worth its cost, by value; ``once``: of each measure only the building where it is worth most."""
    paying = [item for item in every if item.counted and item.npv is not None and item.npv > 0]
    if not once:
        return [item.id for item in paying]
    first: dict[str, UUID] = {}
    for item in paying:
        first.setdefault(item.measure, item.id)
    return list(first.values())


async def _every_measure(conn: Connection, organisation: UUID, building: UUID | None) -> list[Summary]:
    found: list[Summary] = []
    while True:
        wanted = Filters(building=building, limit=MEASURES_PAGE, offset=len(found))
        page = await recommendations.list_recommendations(conn, organisation, wanted)
        found += page.items
        if len(page.items) < MEASURES_PAGE:
            return found


def _measure(rank: int, item: Summary, case: Recommendation | None) -> MeasureLine:
    detail = case.detail if case else None
    cost = detail.cost if detail else None
    catalogue = recommendations.measure_of(item.measure)
    return MeasureLine(
        rank=rank,
        building=item.building.replace("_", " "),
        name=item.name,
        action=catalogue.action,
        check=catalogue.check,
        sentence=item.sentence,
        caveat=detail.evidence.caveat if detail else "",
        status=item.status.value.replace("_", " ").capitalize(),
        evidence=tuple(Fact(fact.label, _fact(fact)) for fact in detail.evidence.facts) if detail else (),
        money=(item.money_low, item.money, item.money_high),
        cost=item.cost,
        cost_range=(cost.low, cost.likely, cost.high) if cost else None,
        npv=item.npv,
        payback=item.payback,
        energy=item.energy_kwh,
        co2=item.co2,
        confidence=item.confidence,
        counted=item.counted,
        source=f"{catalogue.source}, {catalogue.year} ({catalogue.checked})",
    )


async def assumptions_of(
    conn: Connection, organisation: UUID, sites: Sequence[Site], carriers: Sequence[Carrier]
) -> tuple[Assumption, ...]:
    """Prices and factors in force at the sites for the carriers that are metered, then what finance rests on."""
    found: dict[tuple[str, float, str], tuple[Assumption, list[str]]] = {}
    keys = [f"{kind}.{carrier}" for kind in ("price", "carbon") for carrier in carriers if carrier is not Carrier.SOLAR]
    keys += ["discount_rate", "escalation", "demand_price"]
    for site in sites:
        rows = {row.figure.key: row.figure for row in await recommendations.list_inputs(conn, organisation, site.id)}
        for figure in (rows[key] for key in keys if key in rows):
            made = Assumption(
                figure.label,
                figure.likely,
                figure.unit,
                figure.year,
                figure.source,
                figure.checked,
                "",
                figure.overridden,
            )
            found.setdefault((figure.key, figure.likely, figure.source), (made, []))[1].append(site.name)
    order = {key: place for place, key in enumerate(keys)}
    ordered = sorted(found.items(), key=lambda item: order[item[0][0]])
    return tuple(_placed(made, names, len(sites)) for _, (made, names) in ordered)


def _placed(made: Assumption, names: Sequence[str], sites: int) -> Assumption:
    where = "all sites" if len(names) == sites and sites > 1 else ", ".join(names)
    return msgspec.structs.replace(made, where=where)


def _fact(fact: Evidence) -> str:
    text = quantity(fact.value, fact.unit)
    if fact.compared is None:
        return text
    return f"{text}, against {quantity(fact.compared, fact.unit)} ({fact.compared_with})"
