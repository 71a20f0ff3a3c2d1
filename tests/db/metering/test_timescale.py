"""What only a server with TimescaleDB does: the columnstore and the continuous aggregate, on committed data."""

from collections.abc import AsyncGenerator
from datetime import UTC, datetime, timedelta
from typing import LiteralString
from uuid import UUID

import polars as pl
import pytest
from psycopg import sql

from eaio.buildings.models import Meter
from eaio.infra.db import Connection
from eaio.metering import service
from eaio.metering.models import Author, Level, Scope
from tests.db.metering.conftest import MakeMeter

TEST = Author(name="tester", method="import", reason="test")
FIRST = datetime(2016, 1, 1, tzinfo=UTC)


@pytest.fixture
async def kept(conn: Connection, organisation: UUID) -> AsyncGenerator[Connection]:
    """A connection whose transactions are committed; what the test's organisation has is deleted at the end."""
    if await _value(conn, "SELECT count(*) FROM pg_extension WHERE extname = 'timescaledb'") == 0:
        pytest.skip("this server has no TimescaleDB: name one in EAIO_TEST_DATABASE_URL")
    yield conn
    await conn.rollback()
    await conn.execute("DELETE FROM organisations WHERE id = %s", [organisation])
    await conn.commit()


async def _value(conn: Connection, query: LiteralString, *params: object) -> object:
    row = await (await conn.execute(query, params)).fetchone()
    assert row is not None
    return row[0]


async def _record(conn: Connection, organisation: UUID, meter: Meter, hours: float, values: list[float]) -> None:
    start, step = FIRST + timedelta(hours=hours), timedelta(minutes=meter.interval_minutes)
    frame = pl.DataFrame({"time": [start + step * n for n in range(len(values))], "value": values})
    await service.record_readings(conn, organisation, {meter.id: frame}, TEST)
    await conn.commit()


async def _refresh_and_settle(conn: Connection) -> None:
    """What the policies of the migration do by the hour."""
    await conn.commit()
    await conn.set_autocommit(True)
    await conn.execute("CALL refresh_continuous_aggregate('meter_hours_aggregate', NULL, NULL)")
    await conn.execute("CALL settle_meter_hours(0, NULL)")
    await conn.set_autocommit(False)


async def _chunks(conn: Connection) -> list[str]:
    chunks = await conn.execute("SELECT c::text FROM show_chunks('meter_readings') AS c")
    return [chunk for (chunk,) in await chunks.fetchall()]


async def _compress(conn: Connection) -> None:
    await conn.commit()
    await conn.set_autocommit(True)
    for chunk in await _chunks(conn):
        await conn.execute("CALL convert_to_columnstore(%s::regclass, if_not_columnstore => true)", [chunk])
    await conn.set_autocommit(False)


async def _decompressed(conn: Connection) -> set[int]:
    """Keys of the meters that have readings outside the columnstore: ONLY leaves the compressed ones out."""
    names = [
        sql.SQL("SELECT meter_key FROM ONLY {}").format(sql.Identifier(*c.split("."))) for c in await _chunks(conn)
    ]
    rows = await (await conn.execute(sql.SQL(" UNION ").join(names))).fetchall()
    return {key for (key,) in rows}


async def _hours(conn: Connection, organisation: UUID, meter: Meter) -> list[float | None]:
    return (await service.hourly_frame(conn, organisation, meter.id))["value"].to_list()


async def test_hours_of_a_finer_meter_are_exact_while_the_aggregate_lags(
    kept: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter(interval=15)
    await _record(kept, organisation, meter, 0, [1, 1, 1, 1, 2, 2, 2, 2])
    assert await _hours(kept, organisation, meter) == [4, 8]
    await _refresh_and_settle(kept)
    assert await _value(kept, "SELECT count(*) FROM meter_hours WHERE meter_key = %s", meter.key) == 0
    assert await _hours(kept, organisation, meter) == [4, 8]
    await _record(kept, organisation, meter, 0.25, [7])
    assert await _hours(kept, organisation, meter) == [10, 8]
    await _record(kept, organisation, meter, 2, [3, 3, 3, 3])
    assert await _hours(kept, organisation, meter) == [10, 8, 12]
    await _refresh_and_settle(kept)
    assert await _value(kept, "SELECT count(*) FROM meter_hours WHERE meter_key = %s", meter.key) == 0
    assert await _hours(kept, organisation, meter) == [10, 8, 12]


async def test_an_hour_that_the_aggregate_tells_differently_is_not_settled(
    kept: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter(interval=15)
    await _record(kept, organisation, meter, 0, [1, 1, 1, 1])
    await _refresh_and_settle(kept)
    await _record(kept, organisation, meter, 0.25, [7])
    await kept.execute("CALL settle_meter_hours(0, NULL)")
    assert await _hours(kept, organisation, meter) == [10]


async def test_compressed_readings_are_corrected_completed_and_read(
    kept: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter, other = await make_meter(), await make_meter("annex")
    for each in (meter, other):
        await _record(kept, organisation, each, 0, [1.0] * 24)
        await _record(kept, organisation, each, 26, [1.0] * 22)
    await _compress(kept)
    await _record(kept, organisation, meter, 5, [1.0, 7.0])
    await _record(kept, organisation, meter, 24, [2.0, 2.0])
    assert await _hours(kept, organisation, meter) == [1.0] * 6 + [7.0] + [1.0] * 17 + [2.0] * 2 + [1.0] * 22
    assert await _hours(kept, organisation, other) == [1.0] * 24 + [None] * 2 + [1.0] * 22
    daily = await service.daily_series(kept, organisation, Scope(Level.METER, meter.id))
    assert daily["total"].to_list() == [30.0, 26.0]
    ledger = await kept.execute("SELECT old_value, new_value FROM reading_edits WHERE meter_key = %s", [meter.key])
    assert await ledger.fetchall() == [(1.0, 7.0)]


async def test_a_correction_decompresses_no_other_meter(
    kept: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meters = [await make_meter(name) for name in ("a", "b", "c")]
    for meter in meters:
        await _record(kept, organisation, meter, 0, [1.0] * 100)
    await _compress(kept)
    assert await _decompressed(kept) == set()
    await _record(kept, organisation, meters[0], 5, [7.0])
    assert await _decompressed(kept) == {meters[0].key}


async def test_compressed_readings_go_with_their_meter(
    kept: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter, other = await make_meter(), await make_meter("annex")
    for each in (meter, other):
        await _record(kept, organisation, each, 0, [1.0] * 24)
    await _compress(kept)
    await kept.execute("DELETE FROM energy_meters WHERE id = %s", [meter.id])
    left = await kept.execute("SELECT DISTINCT meter_key FROM meter_readings WHERE meter_key >= %s", [meter.key])
    assert await left.fetchall() == [(other.key,)]
