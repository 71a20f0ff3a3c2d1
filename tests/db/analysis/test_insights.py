"""Specification of insights that analyses keep: of a building, of all; scores follow decisions about peers."""

from collections.abc import AsyncGenerator
from uuid import UUID, uuid4

import msgspec
import polars as pl
import pytest

from eaio.accounts import service as accounts
from eaio.analysis import service
from eaio.analysis.models import PeerChange
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection, Database
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR, MeteredBuilding, office_load


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    pool = Database(database_url, 1, 2)
    await pool.open()
    yield pool
    await pool.close()


async def street(conn: Connection, count: int = 7) -> tuple[UUID, dict[str, UUID]]:
    """Offices of one size, each using a tenth more than the one before."""
    owner = (await accounts.create_organisation(conn, f"Street {uuid4()}")).id
    await buildings.upsert_sites(conn, owner, [SiteDraft(name="Site", time_zone="UTC", country="GB")])
    for number in range(count):
        name = f"Office_{number}"
        draft = BuildingDraft(name=name, site="Site", primary_use="Office", area_m2=1_000)
        await buildings.upsert_buildings(conn, owner, [draft])
        wanted = MeterDraft(building=name, carrier=Carrier.ELECTRICITY, name="main")
        meter = (await buildings.upsert_meters(conn, owner, [wanted]))[name, Carrier.ELECTRICITY, "main"]
        load = office_load(nights=0, scale=1 + number / 10)
        await metering.record_readings(conn, owner, {meter.id: load}, AUTHOR)
    return owner, await buildings.building_names(conn, owner)


async def test_analysing_everything_keeps_scores_peak_and_each_buildings_answer(database: Database) -> None:
    async with database.transaction() as conn:
        owner, names = await street(conn)
        with pytest.raises(InsufficientData, match="not been analysed"):
            await service.building_insights(conn, owner, names["Office_0"])
        with pytest.raises(InsufficientData, match="analyse them all"):
            await service.portfolio_peak_of(conn, owner)
        assert (await service.scores(conn, owner)).analysed_at is None
    await service.analyze_organisation(database, owner, author="tester")
    async with database.transaction() as conn:
        ranked = await service.scores(conn, owner)
        assert [one.rank for one in ranked.buildings] == list(range(1, 8))
        efficiency = [one.score.efficiency or 0.0 for one in ranked.buildings]
        assert efficiency == sorted(efficiency, reverse=True)
        by_name = sorted(ranked.buildings, key=lambda one: one.building)
        assert [one.score.energy for one in by_name] == [100, 83, 67, 50, 33, 17, 0]
        peak = await service.portfolio_peak_of(conn, owner)
        assert (peak.buildings, peak.known, peak.shares[0].building) == (7, 7, "Office_6")
        assert sum(one.share for one in peak.shares) == pytest.approx(1.0, abs=1e-4)
        for key in names.values():
            compared = await service.benchmark(conn, owner, key)
            score = next(one.score for one in ranked.buildings if one.building_id == key)
            assert (score.energy, score.efficiency) == (compared.group.score.energy, compared.group.score.efficiency)
        kept = await service.building_insights(conn, owner, names["Office_3"])
        assert (await service.latest_analysis(conn, owner, names["Office_3"])).insights == kept.insights
        assert kept.insights.peaks[0].carrier is Carrier.ELECTRICITY
        assert kept.insights.correlations.refusals, "this site has no weather"


async def test_the_ranking_follows_a_decision_about_a_peer(database: Database) -> None:
    async with database.transaction() as conn:
        owner, names = await street(conn)
    await service.analyze_organisation(database, owner, author="tester")
    async with database.transaction() as conn:
        change = PeerChange(names["Office_0"], False, "half empty")
        compared = await service.choose_peer(conn, owner, names["Office_1"], change, "tester")
        assert compared.group.score.energy == 100
        lines = {one.building: one.score for one in (await service.scores(conn, owner)).buildings}
        assert (lines["Office_1"].energy, lines["Office_1"].peers) == (100, 5)
        assert lines["Office_2"].energy == 67


async def test_analysing_again_does_not_pile_up_answers(database: Database) -> None:
    async with database.transaction() as conn:
        owner, names = await street(conn, 1)
    for _ in range(3):
        await service.analyze_organisation(database, owner, author="tester")
    async with database.transaction() as conn:
        (key,) = names.values()
        row = await (await conn.execute("SELECT count(*) FROM analysis_runs WHERE building_id = %s", [key])).fetchone()
        assert row is not None
        assert row[0] <= 2


async def test_nobody_else_sees_the_insights_of_an_organisation(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding
) -> None:
    meter = await metered_building()
    await service.analyze_building(conn, organisation, meter.building_id)
    stranger = (await accounts.create_organisation(conn, f"Stranger {uuid4()}")).id
    with pytest.raises(NotFound):
        await service.building_insights(conn, stranger, meter.building_id)
    assert await service.every_insight(conn, stranger, [meter.building_id]) == {}


@pytest.mark.parametrize("value", [0.0, 7.0])
async def test_a_meter_of_zeros_or_of_one_value_is_analysed_without_a_not_a_number(
    conn: Connection, organisation: UUID, metered_building: MeteredBuilding, value: float
) -> None:
    meter = await metered_building(load=office_load().with_columns(value=pl.lit(value)))
    answer = await service.analyze_building(conn, organisation, meter.building_id)
    assert answer.insights is not None
    assert answer.insights.peaks == ()
    assert [one.carrier for one in answer.insights.peaks_refused] == [Carrier.ELECTRICITY]
    assert "NaN" not in msgspec.json.encode(answer).decode()
