"""Specification of analyses that are kept: found, found again, decided on, ranked, private."""

from datetime import timedelta
from uuid import UUID

import pytest

from eaio.analysis import service
from eaio.analysis.models import AnomalyEvent, AnomalyKind, EventFilter, EventSort, EventStatus, RankBy
from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR, FIRST, LEFT_ON, MeteredBuilding, office_load


async def nights(conn: Connection, organisation: UUID) -> list[AnomalyEvent]:
    found = await service.anomalies(conn, organisation, EventFilter(kind=AnomalyKind.NIGHT))
    return list(found.items)


async def test_three_nights_left_on_are_one_event_with_its_energy_and_money(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    (event,) = await nights(conn, organisation)
    assert event.started_at == FIRST + timedelta(hours=LEFT_ON)
    assert event.ended_at == FIRST + timedelta(hours=LEFT_ON + 2 * 24 + 9)
    assert (event.spells, event.status, event.building) == (3, EventStatus.OPEN, "Office")
    assert event.kwh == pytest.approx(3 * 9 * 60, rel=0.1)
    assert event.money == pytest.approx(event.kwh * 0.33, rel=0.01)
    assert "Left on out of hours" in event.explanation


async def test_analysing_again_keeps_the_identity_and_status_of_an_event(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    (before,) = await nights(conn, organisation)
    await service.set_anomaly_status(conn, organisation, before.id, EventStatus.ACKNOWLEDGED, actor="Ann", note="asked")
    await metering.record_readings(conn, organisation, {meter.id: office_load(nights=4)}, AUTHOR)
    await service.analyze_building(conn, organisation, meter.building_id)
    (after,) = await nights(conn, organisation)
    assert (after.id, after.status, after.status_by, after.note) == (
        before.id,
        EventStatus.ACKNOWLEDGED,
        "Ann",
        "asked",
    )
    assert (before.spells, after.spells) == (3, 4)
    assert after.kwh > before.kwh


async def test_an_open_event_that_is_no_longer_there_disappears(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    assert await nights(conn, organisation)
    await metering.record_readings(conn, organisation, {meter.id: office_load(nights=0)}, AUTHOR)
    await service.analyze_building(conn, organisation, meter.building_id)
    assert await nights(conn, organisation) == []


async def test_findings_of_an_archived_building_leave_the_lists_and_stay_its_own(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    found = (await service.anomalies(conn, organisation, EventFilter())).total
    await buildings.archive_building(conn, organisation, meter.building_id)
    for sort in EventSort:
        assert (await service.anomalies(conn, organisation, EventFilter(sort=sort))).items == ()
    own = EventFilter(building_id=meter.building_id)
    assert (await service.anomalies(conn, organisation, own)).total == found > 0
    await buildings.archive_building(conn, organisation, meter.building_id, archived=False)
    assert (await service.anomalies(conn, organisation, EventFilter())).total == found


async def test_the_figures_of_a_year_are_kept_with_the_building(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building(load=office_load(nights=0))
    analysed = await service.analyze_building(conn, organisation, meter.building_id)
    kept = await service.building_figures(conn, organisation, meter.building_id)
    assert kept == analysed.figures
    assert kept is not None
    yearly = (50 * 100 + 118 * 20) * 365 / 7
    assert kept.annual_kwh == pytest.approx(yearly, rel=0.02)
    assert kept.eui == pytest.approx(yearly / 1_000, rel=0.02)
    assert kept.unoccupied_ratio == pytest.approx(0.2, abs=0.01)
    (figures,) = await service.meter_figures(conn, organisation, meter.building_id)
    assert figures.occupied_hours == "Mon–Fri 8–18"
    assert figures.model is None
    assert any("temperature" in refusal for refusal in figures.refusals)


async def test_a_portfolio_is_ranked_with_percentiles_among_peers_of_the_same_use(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meters = [
        await metered_building(f"Office {n}", office_load(nights=0, hours=40 * 168, scale=n)) for n in range(1, 7)
    ]
    for meter in meters:
        await service.analyze_building(conn, organisation, meter.building_id)
    league = await service.portfolio_analysis(conn, organisation, RankBy.EUI)
    assert [line.building for line in league.buildings] == [f"Office {n}" for n in range(6, 0, -1)]
    assert [line.percentile for line in league.buildings] == [1.0, 0.8, 0.6, 0.4, 0.2, 0.0]
    assert (league.totals.buildings, league.totals.analysed) == (6, 6)
    compared = await service.benchmark(conn, organisation, meters[0].building_id)
    assert (compared.percentile, len(compared.peers), compared.use_type) == (0.0, 5, "office")


async def test_a_building_without_an_area_has_no_intensity_and_says_so(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building(area=None)
    assert (await service.analyze_building(conn, organisation, meter.building_id)).benchmark is None
    with pytest.raises(InsufficientData, match="no floor area"):
        await service.benchmark(conn, organisation, meter.building_id)


async def test_anomalies_are_paged_filtered_and_sorted(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    for name, scale in (("Small", 1.0), ("Large", 10.0)):
        meter = await metered_building(name, office_load(scale=scale))
        await service.analyze_building(conn, organisation, meter.building_id)
    wanted = EventFilter(faults=False, sort=EventSort.MONEY, limit=1)
    dearest = await service.anomalies(conn, organisation, wanted)
    assert (dearest.items[0].building, dearest.total) == ("Large", 2)
    none = await service.anomalies(conn, organisation, EventFilter(carrier=Carrier.STEAM))
    assert (none.items, none.total) == ((), 0)
    totals = await service.anomaly_totals(conn, organisation)
    assert (totals.open, totals.faults) == (2, 0)
    assert totals.money == pytest.approx(11 * 3 * 9 * 60 * 0.33, rel=0.1)


async def test_a_decision_moves_the_counts_of_what_is_open(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    (event,) = await nights(conn, organisation)
    before = await service.anomaly_totals(conn, organisation, meter.building_id)
    assert (before.open, before.newest) == (1, event.started_at)
    await service.set_anomaly_status(conn, organisation, event.id, EventStatus.RESOLVED, actor="Ann")
    after = await service.anomaly_totals(conn, organisation)
    assert (after.open, after.money, after.newest) == (0, 0.0, None)
    (line,) = (await service.portfolio_analysis(conn, organisation)).buildings
    assert line.open_anomalies == 0


async def test_an_explanation_names_amounts_cause_and_next_step(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    (event,) = await nights(conn, organisation)
    said = " ".join(await service.explain_anomaly(conn, organisation, event.id))
    assert all(word in said for word in ("MWh recorded", "expected", "Likely cause", "Next step", "Confidence"))


async def test_nothing_is_seen_or_changed_by_another_organisation(
    conn: Connection, organisation: UUID, stranger: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    (event,) = await nights(conn, organisation)
    assert await nights(conn, stranger) == []
    assert (await service.portfolio_analysis(conn, stranger)).buildings == ()
    assert await service.building_figures(conn, stranger, meter.building_id) is None
    with pytest.raises(NotFound):
        await service.set_anomaly_status(conn, stranger, event.id, EventStatus.RESOLVED, actor="Eve")
    with pytest.raises(NotFound):
        await service.explain_anomaly(conn, stranger, event.id)
    with pytest.raises(NotFound):
        await service.analyze_building(conn, stranger, meter.building_id)


async def test_a_building_without_readings_is_refused(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building(load=office_load().head(0))
    with pytest.raises(InsufficientData, match="no hourly readings"):
        await service.analyze_building(conn, organisation, meter.building_id)


async def test_an_analysis_remembers_what_its_events_looked_like(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    first = await metered_building()
    await service.analyze_building(conn, organisation, first.building_id)
    (past,) = await nights(conn, organisation)
    await service.set_anomaly_status(conn, organisation, past.id, EventStatus.RESOLVED, actor="Ann", note="timer set")
    second = await metered_building("Annexe")
    await service.analyze_building(conn, organisation, second.building_id)
    (new,) = [event for event in await nights(conn, organisation) if event.id != past.id]
    (similar, *_) = await service.similar_events(conn, organisation, new.id)
    assert (similar.event.id, similar.event.note) == (past.id, "timer set")
    assert similar.similarity > 0.9
