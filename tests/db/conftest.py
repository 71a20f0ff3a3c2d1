"""A real Postgres, real migrations; every test runs in a transaction that is rolled back."""

from collections.abc import AsyncGenerator
from uuid import UUID

import psycopg
import pytest

from eaio.infra.db import Connection


@pytest.fixture
async def conn(database_url: str) -> AsyncGenerator[Connection]:
    """A connection inside a transaction that never commits."""
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        await connection.execute("SET TIME ZONE 'UTC'")
        yield connection
        await connection.rollback()


@pytest.fixture
async def organisation(conn: Connection) -> UUID:
    """An organisation of this test's own."""
    cursor = await conn.execute(
        "INSERT INTO organisations (name, slug) VALUES ('Acme', 'acme-' || gen_random_uuid()) RETURNING id"
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0]


@pytest.fixture
async def stranger(conn: Connection) -> UUID:
    """Another organisation, which must never see what the first one owns."""
    cursor = await conn.execute(
        "INSERT INTO organisations (name, slug) VALUES ('Other', 'other-' || gen_random_uuid()) RETURNING id"
    )
    row = await cursor.fetchone()
    assert row is not None
    return row[0]
