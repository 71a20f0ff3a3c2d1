"""Specification of load shapes that are kept: patterns of a portfolio, changes as findings, buildings alike."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import polars as pl
import pytest

from eaio.analysis import service
from eaio.analysis.models import AnomalyEvent, AnomalyKind, EventFilter, EventStatus
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from tests.db.analysis.conftest import FIRST, MeteredBuilding, office_load

WEEK = 168
HOURS = 60 * WEEK


def load(kind: str, seed: int, hours: int = HOURS) -> pl.DataFrame:
    hour = np.arange(hours)
    shapes = {
        "office": np.where((hour // 24 % 7 < 5) & (hour % 24 >= 8) & (hour % 24 < 18), 100.0, 20.0),
        "nights": np.where((hour % 24 < 6) | (hour % 24 >= 20), 30.0, 2.0),
    }
    value = shapes[kind] * np.random.default_rng(seed).normal(1, 0.04, hours) * (seed + 1)
    times = [FIRST + timedelta(hours=int(h)) for h in hour]
    return pl.DataFrame({"time": times, "value": value}, schema={"time": pl.Datetime("us", "UTC"), "value": pl.Float64})


async def portfolio(conn: Connection, organisation: UUID, metered_building: MeteredBuilding) -> dict[str, UUID]:
    made: dict[str, UUID] = {}
    for kind in ("office", "nights"):
        for seed in range(4):
            name = f"{kind}_{seed}"
            meter = await metered_building(name, load(kind, seed))
            made[name] = meter.building_id
            await service.analyze_building(conn, organisation, meter.building_id)
    return made


async def changes(conn: Connection, organisation: UUID) -> list[AnomalyEvent]:
    return list((await service.anomalies(conn, organisation, EventFilter(kind=AnomalyKind.PATTERN))).items)


async def test_patterns_are_grouped_named_and_keep_their_identity_and_stay_private(
    conn: Connection, organisation: UUID, stranger: UUID, metered_building: MeteredBuilding
) -> None:
    made = await portfolio(conn, organisation, metered_building)
    assert "next analysis" in (await service.load_patterns(conn, organisation)).reason
    assert await service.refresh_patterns(conn, organisation) == 2
    found = await service.load_patterns(conn, organisation)
    by_name = {pattern.name: {member.building for member in pattern.members} for pattern in found.patterns}
    assert len(by_name) == 2
    offices = next(names for title, names in by_name.items() if title.startswith("Weekdays 8–18"))
    assert offices == {f"office_{n}" for n in range(4)}
    assert next(names for title, names in by_name.items() if title.startswith("Nights")) == set(made) - offices
    assert await service.refresh_patterns(conn, organisation) == 2
    again = await service.load_patterns(conn, organisation)
    assert {one.id for one in again.patterns} == {one.id for one in found.patterns}
    alike = await service.similar_buildings(conn, organisation, made["office_0"], limit=3)
    assert {one.building for one in alike.alike} == offices - {"office_0"}
    assert alike.compared == 7
    assert all(one.likeness > 0.9 for one in alike.alike)
    assert await changes(conn, organisation) == []
    assert (await service.load_patterns(conn, stranger)).patterns == ()
    with pytest.raises(NotFound):
        await service.similar_buildings(conn, stranger, made["office_0"])
    with pytest.raises(NotFound):
        await service.pattern_week(conn, stranger, found.patterns[0].id)


async def test_a_meter_that_changes_its_pattern_is_a_finding_that_keeps_its_status(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    await portfolio(conn, organisation, metered_building)
    values = load("office", 0, 104 * WEEK)["value"].to_numpy().copy()
    values[60 * WEEK :] = load("nights", 1, 44 * WEEK)["value"].to_numpy()
    times = [FIRST - timedelta(weeks=44) + timedelta(hours=h) for h in range(values.size)]
    schema = {"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    meter = await metered_building("Turned", pl.DataFrame({"time": times, "value": values}, schema=schema))
    await service.analyze_building(conn, organisation, meter.building_id)
    await service.refresh_patterns(conn, organisation)
    (event,) = await changes(conn, organisation)
    assert event.building == "Turned"
    assert abs(event.started_at - (FIRST + timedelta(weeks=16))) <= timedelta(days=8)
    assert "was “Weekdays 8–18" in event.explanation
    assert event.money is None
    await service.set_anomaly_status(conn, organisation, event.id, EventStatus.ACKNOWLEDGED, actor="Ann")
    await service.analyze_building(conn, organisation, meter.building_id)
    await service.refresh_patterns(conn, organisation)
    (after,) = await changes(conn, organisation)
    assert (after.id, after.status) == (event.id, EventStatus.ACKNOWLEDGED)


async def test_too_few_meters_have_no_patterns_and_are_told_how_many_it_takes(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building(load=office_load())
    with pytest.raises(InsufficientData, match="no load shape yet"):
        await service.similar_buildings(conn, organisation, meter.building_id)
    await service.analyze_building(conn, organisation, meter.building_id)
    assert await service.refresh_patterns(conn, organisation) == 0
    found = await service.load_patterns(conn, organisation)
    assert (found.patterns, found.shapes) == ((), 1)
    assert "at least 8 meters" in found.reason
    with pytest.raises(InsufficientData, match="No other building"):
        await service.similar_buildings(conn, organisation, meter.building_id)
