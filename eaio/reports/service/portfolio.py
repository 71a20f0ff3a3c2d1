"""The portfolio's report."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from eaio.buildings import service as buildings
from eaio.buildings.models import Building, BuildingFilter, Site
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations
from eaio.reports.compute.assembly import Parts, assembled
from eaio.reports.compute.figures import month_uses, months_figure
from eaio.reports.compute.members import member_of
from eaio.reports.compute.use import Year, combined, key_figures, total, uses_of, year_before
from eaio.reports.compute.worth import league_figure
from eaio.reports.models import Drawn, Figure, Kind, Member, MonthUse, Owner, QualityLine, Report, Section
from eaio.reports.service.judged import assumptions_of, findings_of, measures_of
from eaio.reports.service.period import period_of
from eaio.reports.service.trust import doubted_hours
from eaio.timeseries.format import number
from eaio.timeseries.units import Carrier

ON_PAPER = (20, 25, 6)
"""Findings, recommendations, and recommendations with their evidence that a PDF shows."""
IN_TABLES = (100_000, 5_000, 0)
"""The same for a CSV file: everything."""
MEMBERS = 60
"""Buildings, and lines of the quality table, that a PDF shows."""
EVERYTHING = Scope()


async def portfolio_report(
    conn: Connection, owner: Owner, start: date | None = None, end: date | None = None, *, tables: bool = False
) -> Report:
    """Everything that the portfolio's report says about local days from ``start`` to ``end``, both included.

    ``tables`` leaves the figures out and every line in: what a CSV file wants.

    Raises:
        InsufficientData: there are no readings in the period.
        Invalid: the period is upside down or too long.
    """
    organisation = owner.organisation
    first, after, last = await period_of(conn, organisation, EVERYTHING, start, end)
    sites = await buildings.sites_of(conn, organisation)
    members = await _members(conn, organisation, sites, first, after)
    uses = combined(member.uses for member in members)
    months = month_uses(await metering.monthly_series(conn, organisation, EVERYTHING, first, after))
    findings, measures, told = IN_TABLES if tables else ON_PAPER
    area = total(member.area_m2 for member in members)
    parts = Parts(
        kind=Kind.PORTFOLIO,
        owner=owner,
        subject=owner.name,
        named=f"The portfolio of {owner.name}",
        lines=(_line(members, sites, area),),
        start=first,
        end=after,
        as_of=last,
        time_zone="each site",
        key=key_figures(uses, _measured_area(members), (after - first).days),
        uses=uses,
        months=months,
        drawn=Drawn() if tables else await _drawn(conn, owner, months, members, first, after),
        found=await findings_of(conn, organisation, None, first, after, findings),
        advice=await measures_of(conn, organisation, None, owner.currency, measures, told),
        assumptions=await assumptions_of(conn, organisation, sites, [use.carrier for use in uses]),
        quality=_quality(members),
        counted=await _counted(conn, organisation),
        members=members,
        lines_on_paper=None if tables else MEMBERS,
    )
    return assembled(parts)


def _line(members: Sequence[Member], sites: Sequence[Site], area: float | None) -> str:
    count = f"{len(members):,} {'building' if len(members) == 1 else 'buildings'} with meters"
    places = f"{len(sites):,} {'site' if len(sites) == 1 else 'sites'}"
    return " · ".join([count, places, *([f"{number(area)} m²"] if area else [])])


def _measured_area(members: Sequence[Member]) -> float | None:
    """Floor area of the portfolio; None when a building with energy has none, for then no intensity is right."""
    energy = [member for member in members if member.energy is not None]
    return None if any(member.area_m2 is None for member in energy) else total(member.area_m2 for member in energy)


async def _counted(conn: Connection, organisation: UUID) -> str:
    meters = await buildings.meters_of(conn, organisation)
    return "hours" if all(meter.interval_minutes == 60 for meter in meters) else "readings"


async def _every_building(conn: Connection, organisation: UUID) -> list[Building]:
    found: list[Building] = []
    while True:
        wanted = BuildingFilter(limit=buildings.LARGEST_PAGE, offset=len(found))
        page = await buildings.list_buildings(conn, organisation, wanted)
        found += page.items
        if not page.items or len(found) >= page.total:
            return found


async def _members(
    conn: Connection, organisation: UUID, sites: Sequence[Site], start: date, end: date
) -> tuple[Member, ...]:
    """Buildings with meters, the most expensive first."""
    rates = {site.id: await recommendations.rates_for(conn, organisation, site.id) for site in sites}
    now = await _years(conn, organisation, start, end)
    before = await _years(conn, organisation, year_before(start), year_before(end))
    found = [
        member_of(building, uses_of(now[building.id], before[building.id], rates[building.site_id]), (end - start).days)
        for building in await _every_building(conn, organisation)
        if building.id in now and building.site_id in rates
    ]
    return tuple(sorted(found, key=lambda member: (-(member.money or 0.0), member.name)))


async def _years(conn: Connection, organisation: UUID, start: date, end: date) -> Mapping[UUID, Year]:
    """Every building with meters over a period."""
    totals = await metering.totals(conn, organisation, Level.BUILDING, start, end)
    doubted = await doubted_hours(conn, organisation, None, start, end)
    hours = 24 * (end - start).days
    frames = ((UUID(frame["id"][0]), frame) for frame in totals.partition_by("id"))
    return {key: Year(frame, doubted.get(key, {}), hours) for key, frame in frames}


def _quality(members: Sequence[Member]) -> list[QualityLine]:
    return [
        QualityLine(member.name, use.carrier, use.readings, use.expected, use.estimated)
        for member in members
        for use in member.uses
    ]


def _comparable(members: Sequence[Member]) -> set[Carrier]:
    """Carriers of which every building compares: the sum of months of some would mislead."""
    uses = [use for member in members for use in member.uses]
    return {use.carrier for use in uses} - {use.carrier for use in uses if use.before is None}


async def _drawn(
    conn: Connection, owner: Owner, months: Sequence[MonthUse], members: Sequence[Member], start: date, end: date
) -> Drawn:
    earlier = year_before(start), year_before(end)
    before = month_uses(await metering.monthly_series(conn, owner.organisation, EVERYTHING, *earlier))
    parts = (
        ("use", "Use over the months", (months_figure(months, before, _comparable(members)),)),
        ("league", "Where the cost lies", (league_figure(members, owner.currency),)),
    )
    sections: list[Section] = []
    drawn: list[Figure] = []
    for name, title, made in parts:
        shown = [figure for figure in made if figure is not None]
        drawn += shown
        if shown:
            sections.append(Section(name=name, title=title, figures=tuple(figure.name for figure in shown)))
    return Drawn(tuple(sections), tuple(drawn))
