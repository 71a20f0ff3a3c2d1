"""The synthetic portfolio, seeded once for the module, and somebody who asks about it."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime

import psycopg
import pytest
from msgspec import Struct

from eaio.analysis import service as analysis
from eaio.buildings import service as buildings
from eaio.demo.service import seed_demo
from eaio.infra.db import Connection
from eaio.infra.identity import Principal, Role

END = datetime(2026, 11, 20, 13, 40, tzinfo=UTC)
ANALYSED = ("Beacon Tower", "Albion House", "Charles Library", "Euston Hotel")


class Asker(Struct, frozen=True):
    """A connection inside a transaction that never commits, and a caller."""

    conn: Connection
    principal: Principal


@pytest.fixture(scope="module")
async def asker(database_url: str) -> AsyncGenerator[Asker]:
    """An analyst of the synthetic portfolio; four of its buildings are analysed."""
    async with await psycopg.AsyncConnection.connect(database_url) as conn:
        await conn.execute("SET TIME ZONE 'UTC'")
        organisation = await seed_demo(conn, seed=7, end=END)
        names = await buildings.building_names(conn, organisation)
        for name in ANALYSED:
            await analysis.analyze_building(conn, organisation, names[name])
        yield Asker(
            conn,
            Principal(
                organisation=organisation, organisation_name="Demo", role=Role.ENERGY_ANALYST, name="Ada", demo=True
            ),
        )
        await conn.rollback()
