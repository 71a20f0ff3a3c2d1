"""Specification of an analysis over every building: committed one by one, counted, and not ended by an odd one."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime
from uuid import UUID, uuid4

import polars as pl
import pytest

from eaio.accounts import service as accounts
from eaio.analysis import service
from eaio.analysis.models import AnalysisRun
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection, Database
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR, office_load

BILLS = pl.DataFrame(
    {"time": [datetime(2016, month, 1, tzinfo=UTC) for month in range(1, 13)], "value": [9_000.0] * 12},
    schema={"time": pl.Datetime("us", "UTC"), "value": pl.Float64},
)


@pytest.fixture
async def database(database_url: str) -> AsyncGenerator[Database]:
    pool = Database(database_url, 1, 2)
    await pool.open()
    yield pool
    await pool.close()


async def portfolio(conn: Connection) -> UUID:
    """Two offices with hourly readings and a hall with monthly bills."""
    owner = (await accounts.create_organisation(conn, f"Run {uuid4()}")).id
    await buildings.upsert_sites(conn, owner, [SiteDraft(name="Site", time_zone="UTC", country="GB")])
    for name, minutes in (("Office A", 60), ("Office B", 60), ("Hall", 43_200)):
        await buildings.upsert_buildings(conn, owner, [BuildingDraft(name=name, site="Site", area_m2=100)])
        draft = MeterDraft(building=name, carrier=Carrier.ELECTRICITY, name="main", interval_minutes=minutes)
        meter = (await buildings.upsert_meters(conn, owner, [draft]))[name, Carrier.ELECTRICITY, "main"]
        await metering.record_readings(conn, owner, {meter.id: office_load() if minutes == 60 else BILLS}, AUTHOR)
    return owner


async def test_a_run_analyses_what_it_can_and_counts_the_rest(database: Database) -> None:
    async with database.transaction() as conn:
        owner = await portfolio(conn)
    seen: list[AnalysisRun] = []
    run = await service.analyze_organisation(database, owner, author="tester", report=seen.append)
    assert [(progress.done, progress.total) for progress in seen] == [(1, 3), (2, 3), (3, 3)]
    assert (run.status, run.done, run.failed, run.events) == ("done", 3, 1, 2)
    assert run.finished_at is not None
    assert run.error == "Hall has no hourly readings to analyse yet"
    async with database.transaction() as conn:
        assert await service.latest_run(conn, owner) == run
        league = await service.portfolio_analysis(conn, owner)
    assert [line.building for line in league.buildings] == ["Office A", "Office B"]
    assert (league.totals.buildings, league.totals.analysed) == (3, 2)


async def test_a_portfolio_without_readings_is_done_at_once(database: Database) -> None:
    async with database.transaction() as conn:
        owner = (await accounts.create_organisation(conn, f"Run {uuid4()}")).id
    run = await service.analyze_organisation(database, owner, author="tester")
    assert (run.status, run.total, run.events) == ("done", 0, 0)
