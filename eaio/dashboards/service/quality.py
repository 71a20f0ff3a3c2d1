"""A meter's readings with what the checks found in them, for a chart."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from eaio.buildings import service as buildings
from eaio.dashboards.compute import payloads, proposed
from eaio.dashboards.models import Asked, Preset, View
from eaio.dashboards.service.charts import instants, meters_named, most_points
from eaio.dashboards.service.portfolio import view_of
from eaio.dashboards.service.source import Source
from eaio.infra.charts import models as charts
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import ISSUE_LABEL, Issue, IssueKind, Level, Scope
from eaio.metering.models import View as Readings

MOST_SPANS = 200
_NO_SPAN = {IssueKind.DAYLIGHT, IssueKind.REGISTER}
"""Kinds that cover most of a series: tinted, they would hide it."""


async def quality_view(source: Source, meter_id: UUID, asked: Asked) -> View:
    """The period of the page; everything by default. Raises InsufficientData."""
    return await view_of(source, asked, Scope(Level.METER, meter_id), Preset.ALL)


async def quality_chart(source: Source, meter_id: UUID, asked: Asked) -> charts.LoadChart:
    """What counts, the raw readings where corrections changed something, the issues as spans, the gaps.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: it has no reading yet, or reports less than once an hour.
    """
    conn, organisation = source.conn, source.organisation
    meter = await buildings.meter_of(conn, organisation, meter_id)
    view = await quality_view(source, meter_id, asked)
    zone = ZoneInfo(meter.time_zone)
    start, end = instants(view.start, view.end, zone)
    most = most_points(start, end)
    report = await metering.meter_quality(conn, organisation, meter_id)
    validated = await metering.load_points(conn, organisation, meter_id, start, end, points=most)
    raw = validated.clear()
    if report.meter.edits:
        raw = await metering.load_points(conn, organisation, meter_id, start, end, points=most, view=Readings.RAW)
    return charts.LoadChart(
        carrier=meter.carrier,
        unit=payloads.power_unit(meter.unit),
        load=payloads.readings(validated),
        comparison=payloads.compared(raw, timedelta(0)),
        anomalies=_spans(report.issues, start, end, zone, f"/meters/{meter_id}/quality"),
        gaps=payloads.gaps(validated),
        about=payloads.about_points(validated, meters_named([meter]), (view.start, view.end), meter.time_zone),
    )


def _spans(issues: Sequence[Issue], start: datetime, end: datetime, zone: ZoneInfo, page: str) -> list[charts.Span]:
    inside = [one for one in issues if one.kind not in _NO_SPAN and one.start < end and one.end > start]
    longest = sorted(inside, key=lambda one: -one.readings)[:MOST_SPANS]
    return [
        charts.Span(
            charts.wall_clock(max(one.start, start).astimezone(zone)),
            charts.wall_clock(min(one.end, end).astimezone(zone)),
            f"{ISSUE_LABEL[one.kind]}: {one.detail}",
            f"{page}#{one.kind.value}",
        )
        for one in longest
    ]


AROUND = timedelta(days=7)


async def proposal_chart(conn: Connection, organisation: UUID, proposal_id: UUID) -> charts.LoadChart:
    """A week before and after what a proposal would change, as it counts now, with the proposed values dashed.

    Raises:
        NotFound: no such proposal in this organisation.
    """
    found = await metering.proposal(conn, organisation, proposal_id)
    meter = await buildings.meter_of(conn, organisation, found.proposal.meter_id)
    start, end = found.proposal.first - AROUND, found.proposal.last + AROUND
    points = await metering.load_points(conn, organisation, meter.id, start, end, points=most_points(start, end))
    return charts.LoadChart(
        carrier=meter.carrier,
        unit=payloads.power_unit(meter.unit),
        load=payloads.readings(points),
        expected=proposed.dashed(found.edits, meter.time_zone, 60 // meter.interval_minutes),
        gaps=payloads.gaps(points),
        about=payloads.about_points(points, meters_named([meter]), (start.date(), end.date()), meter.time_zone),
    )
