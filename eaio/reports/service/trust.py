"""Hours whose readings are there but not to be believed, so that two years are not compared on a dead meter."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from uuid import UUID

from eaio.analysis import service as analysis
from eaio.analysis.models import AnomalyEvent, AnomalyKind, EventFilter
from eaio.infra.db import Connection
from eaio.timeseries.units import Carrier

PAGE = 500


async def doubted_hours(
    conn: Connection, organisation: UUID, building: UUID | None, start: date, end: date
) -> Mapping[UUID, Mapping[Carrier, float]]:
    """Meter-hours of local days [start, end) that the analysis found faulty, by building and carrier.

    Missing hours are not among them: they are no readings in the first place.
    """
    first, last = (datetime(day.year, day.month, day.day, tzinfo=UTC) for day in (start, end))
    found: dict[UUID, dict[Carrier, float]] = {}
    offset = 0
    while True:
        wanted = EventFilter(building_id=building, start=first, end=last, faults=True, limit=PAGE, offset=offset)
        page = await analysis.anomalies(conn, organisation, wanted)
        for event in page.items:
            if event.kind is not AnomalyKind.MISSING:
                hours = found.setdefault(event.building_id, {})
                hours[event.carrier] = hours.get(event.carrier, 0.0) + _within(event, first, last)
        offset += len(page.items)
        if len(page.items) < PAGE:
            return found


def _within(event: AnomalyEvent, first: datetime, last: datetime) -> float:
    """The event's hours, as far as it lies in the period."""
    whole = (event.ended_at - event.started_at).total_seconds()
    inside = (min(event.ended_at, last) - max(event.started_at, first)).total_seconds()
    return event.hours * max(0.0, inside) / whole if whole > 0 else 0.0
