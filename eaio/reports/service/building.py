"""A building's report."""

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from eaio.buildings import service as buildings
from eaio.buildings.models import Building, Meter, Site
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations
from eaio.reports.compute.assembly import Parts, assembled
from eaio.reports.compute.figures import month_uses
from eaio.reports.compute.use import Year, key_figures, uses_of, year_before
from eaio.reports.models import Drawn, Kind, Owner, QualityLine, Report, Use
from eaio.reports.service.drawing import Asked, drawn_building
from eaio.reports.service.judged import assumptions_of, findings_of, measures_of
from eaio.reports.service.period import period_of
from eaio.reports.service.trust import doubted_hours
from eaio.timeseries.format import number

ON_PAPER = (40, 30, 8)
"""Findings, recommendations, and recommendations with their evidence that a PDF shows."""
IN_TABLES = (100_000, 5_000, 0)
"""The same for a CSV file: everything."""


async def building_report(
    conn: Connection,
    owner: Owner,
    building_id: UUID,
    start: date | None = None,
    end: date | None = None,
    *,
    tables: bool = False,
) -> Report:
    """Everything that a building's report says about local days from ``start`` to ``end``, both included.

    ``tables`` leaves the figures out and every line in: what a CSV file wants.

    Raises:
        NotFound: no such building in this organisation.
        InsufficientData: there are no readings in the period.
        Invalid: the period is upside down or too long.
    """
    organisation = owner.organisation
    building = await buildings.building_of(conn, organisation, building_id)
    site = await buildings.site_of(conn, organisation, building.site_id)
    scope = Scope(Level.BUILDING, building_id)
    first, after, last = await period_of(conn, organisation, scope, start, end)
    meters = await buildings.meters_of(conn, organisation, building_id)
    uses = await _uses(conn, organisation, scope, site, first, after)
    months = month_uses(await metering.monthly_series(conn, organisation, scope, first, after))
    findings, measures, told = IN_TABLES if tables else ON_PAPER
    asked = Asked(organisation, building, site, meters, first, after, after >= last.date(), uses)
    parts = Parts(
        kind=Kind.BUILDING,
        owner=owner,
        subject=building.label,
        named=building.label,
        lines=_lines(building),
        start=first,
        end=after,
        as_of=last,
        time_zone=site.time_zone,
        key=key_figures(uses, building.area_m2, (after - first).days),
        uses=uses,
        months=months,
        drawn=Drawn() if tables else await drawn_building(conn, asked),
        found=await findings_of(conn, organisation, building_id, first, after, findings),
        advice=await measures_of(conn, organisation, building_id, owner.currency, measures, told),
        assumptions=await assumptions_of(conn, organisation, [site], [use.carrier for use in uses]),
        quality=await _quality(conn, organisation, scope, meters, first, after),
        counted="hours" if all(meter.interval_minutes == 60 for meter in meters) else "readings",
    )
    return assembled(parts)


def _lines(building: Building) -> tuple[str, ...]:
    facts = [
        building.site,
        building.sub_use or building.primary_use,
        f"{number(building.area_m2)} m²" if building.area_m2 else None,
        f"built {building.year_built}" if building.year_built else None,
        f"{building.floors} floors" if building.floors else None,
    ]
    return (" · ".join(fact for fact in facts if fact),)


async def _uses(
    conn: Connection, organisation: UUID, scope: Scope, site: Site, start: date, end: date
) -> tuple[Use, ...]:
    rates = await recommendations.rates_for(conn, organisation, site.id)

    async def year(first: date, after: date) -> Year:
        totals = await metering.totals(conn, organisation, Level.BUILDING, first, after, within=scope)
        doubted = await doubted_hours(conn, organisation, scope.id, first, after)
        return Year(totals, doubted.get(scope.id, {}) if scope.id else {}, 24 * (after - first).days)

    return uses_of(await year(start, end), await year(year_before(start), year_before(end)), rates)


async def _quality(
    conn: Connection, organisation: UUID, scope: Scope, meters: Sequence[Meter], start: date, end: date
) -> list[QualityLine]:
    found = await metering.totals(conn, organisation, Level.METER, start, end, within=scope)
    names = {str(meter.id): meter for meter in meters}
    return [
        QualityLine(names[row["id"]].name, names[row["id"]].carrier, row["readings"], row["expected"], row["estimated"])
        for row in found.iter_rows(named=True)
        if row["id"] in names
    ]
