"""Anomalies: list, explain, decide."""

from datetime import UTC
from uuid import UUID
from zoneinfo import ZoneInfo

from eaio.accounts import service as accounts
from eaio.analysis import repository
from eaio.analysis.compute.advice import advice
from eaio.analysis.models import AnomalyEvent, EventFilter, EventPage, EventStatus, EventTotals
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound
from eaio.timeseries import format as written


async def anomalies(conn: Connection, organisation: UUID, wanted: EventFilter) -> EventPage:
    """One page of anomalies."""
    found = await repository.events(conn, organisation, wanted)
    total = await repository.count_events(conn, organisation, wanted)
    return EventPage(items=tuple(found), total=total, limit=wanted.limit, offset=wanted.offset)


async def anomaly(conn: Connection, organisation: UUID, event_id: UUID) -> AnomalyEvent:
    """One anomaly; NotFound if it is not this organisation's."""
    return await repository.event(conn, organisation, event_id)


async def anomaly_totals(conn: Connection, organisation: UUID, building_id: UUID | None = None) -> EventTotals:
    """How much is open, in a building or in everything."""
    return await repository.event_totals(conn, organisation, building_id)


async def set_anomaly_status(
    conn: Connection, organisation: UUID, event_id: UUID, status: EventStatus, *, actor: str, note: str | None = None
) -> AnomalyEvent:
    """Acknowledge, resolve or reopen an anomaly, and say who did.

    Raises:
        NotFound: no such anomaly in this organisation.
    """
    if not await repository.set_status(conn, organisation, event_id, status, actor=actor, note=note):
        raise NotFound("No such anomaly")
    event = await repository.event(conn, organisation, event_id)
    await repository.count_open(conn, organisation, event.building_id)
    await accounts.raise_data_version(conn, organisation)
    return event


async def explain_anomaly(conn: Connection, organisation: UUID, event_id: UUID) -> tuple[str, ...]:
    """What happened, against what it was measured, how sure, likely causes and the next step, as sentences.

    Raises:
        NotFound: no such anomaly in this organisation.
    """
    event = await repository.event(conn, organisation, event_id)
    zone = ZoneInfo(event.time_zone)
    local = event.started_at.replace(tzinfo=event.started_at.tzinfo or UTC).astimezone(zone)
    recorded, normal = (
        written.quantity(amount, event.unit) for amount in (event.kwh + event.normal_kwh, event.normal_kwh)
    )
    return (
        event.explanation,
        f"It began on {written.moment(local)} site time and covers {event.hours} hours: {recorded} recorded, "
        f"{normal} expected from the weeks around it at the same hours and the weather.",
        f"Confidence {written.percent(event.confidence)}.",
        *advice(event.kind, event.carrier),
    )
