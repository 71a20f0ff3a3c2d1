"""The synthetic portfolio arrives whole, and analysis finds what was planted in it."""

from datetime import UTC, date, datetime
from uuid import UUID

import pytest

from eaio.accounts import service as accounts
from eaio.analysis import service as analysis
from eaio.analysis.models import EventFilter
from eaio.buildings import service as buildings
from eaio.demo.compute.portfolio import generate
from eaio.demo.service import planted_faults, seed_demo
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope

pytestmark = pytest.mark.anyio

END = datetime(2026, 11, 20, 13, 40, tzinfo=UTC)


@pytest.fixture
async def demo(conn: Connection) -> UUID:
    return await seed_demo(conn, seed=7, end=END)


FINDABLE = ("Beacon Tower", "Charles Library", "Euston Hotel", "Greenwich Gallery", "Camden Leisure", "Quincy Arcade")


async def test_analysis_finds_the_planted_faults_where_and_when_they_were_planted(conn: Connection, demo: UUID) -> None:
    names = await buildings.building_names(conn, demo)
    for name in FINDABLE:
        await analysis.analyze_building(conn, demo, names[name])
    events = (await analysis.anomalies(conn, demo, EventFilter(limit=500))).items
    planted = [fault for fault in await planted_faults(conn, demo) if fault.building in FINDABLE]
    missed = [
        (fault.kind, fault.building)
        for fault in planted
        if not any(
            (event.building, event.carrier) == (fault.building, fault.carrier)
            and event.started_at < fault.end
            and event.ended_at > fault.start
            for event in events
        )
    ]
    assert len(planted) >= 6
    assert not missed


async def test_the_seeded_portfolio_holds_exactly_what_was_generated(conn: Connection, demo: UUID) -> None:
    made = generate(7, END)
    known = await accounts.organisations(conn)
    assert [o.is_demo for o in known if o.id == demo] == [True]
    meters = {(meter.building, meter.carrier): meter for meter in await buildings.meters_of(conn, demo)}
    assert len(meters) == len(made.meters)
    sample = made.meters[0]
    frame = await metering.hourly_frame(conn, demo, meters[sample.building, sample.carrier].id)
    assert frame["value"].to_list() == sample.values.tolist()
    assert frame["temperature"].null_count() == 0
    extent = await metering.extent(conn, demo)
    assert extent.last == datetime(2026, 11, 20, 12, tzinfo=UTC)
    days = await metering.daily_series(conn, demo, Scope(Level.PORTFOLIO), date(2026, 11, 1), date(2026, 11, 8))
    assert days["total"].null_count() == 0
    kept = await planted_faults(conn, demo)
    assert {(f.kind, f.building, f.start) for f in kept} == {(f.kind, f.building, f.start) for f in made.faults}
