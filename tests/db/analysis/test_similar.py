"""Specification of similar events: the nearest signatures of one's own organisation, with what people decided."""

from uuid import UUID

import numpy as np
import pytest

from eaio.analysis import service
from eaio.analysis.models import AnomalyEvent, EventFilter, EventStatus
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound
from tests.db.analysis.conftest import MeteredBuilding, office_load


async def events(conn: Connection, organisation: UUID, metered_building: MeteredBuilding) -> list[AnomalyEvent]:
    """One event in each of three buildings."""
    found: list[AnomalyEvent] = []
    for name in ("A", "B", "C"):
        meter = await metered_building(name, office_load())
        await service.analyze_building(conn, organisation, meter.building_id)
        wanted = EventFilter(meter_id=meter.id)
        found.append((await service.anomalies(conn, organisation, wanted)).items[0])
    return found


def looks(angle: float) -> np.ndarray:
    return np.concatenate(([np.cos(angle), np.sin(angle)], np.zeros(382)))


async def test_the_most_alike_come_first_with_their_decisions_and_nothing_of_strangers(
    conn: Connection, organisation: UUID, stranger: UUID, metered_building: MeteredBuilding
) -> None:
    mine, near, far = await events(conn, organisation, metered_building)
    await service.set_anomaly_status(conn, organisation, near.id, EventStatus.RESOLVED, actor="Ann", note="timer")
    await service.remember_signatures(conn, organisation, {mine.id: looks(0), near.id: looks(0.2), far.id: looks(0.9)})
    found = await service.similar_events(conn, organisation, mine.id)
    assert [one.event.id for one in found] == [near.id, far.id]
    assert [round(one.similarity, 3) for one in found] == [round(np.cos(0.2), 3), round(np.cos(0.9), 3)]
    assert (found[0].event.status, found[0].event.note) == (EventStatus.RESOLVED, "timer")
    with pytest.raises(NotFound):
        await service.similar_events(conn, stranger, mine.id)


async def test_what_looks_different_is_not_shown_and_what_is_gone_is_forgotten(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    mine, other, gone = await events(conn, organisation, metered_building)
    kept = {mine.id: looks(0), other.id: looks(1.5), gone.id: looks(0.1)}
    await service.remember_signatures(conn, organisation, kept)
    await service.remember_signatures(conn, organisation, {}, gone=[gone.id])
    assert await service.similar_events(conn, organisation, mine.id) == ()


async def test_an_event_without_a_signature_has_no_likes(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    mine, *_ = await events(conn, organisation, metered_building)
    await service.remember_signatures(conn, organisation, {}, gone=[mine.id])
    assert await service.similar_events(conn, organisation, mine.id) == ()
