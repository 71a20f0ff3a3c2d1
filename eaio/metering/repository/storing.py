"""Writing readings, their rollups, and weather."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any, LiteralString
from uuid import UUID

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.infra.db import Connection, execute, fetch_all
from eaio.metering.compute.batch import SECOND_US, Batch, concatenated, encode
from eaio.metering.compute.copy_binary import HEADER, TRAILER, copy_rows, day_number, timestamptz
from eaio.metering.compute.rollup import Rollup
from eaio.metering.repository.arrays import execute_arrays, fetch_series
from eaio.metering.repository.readings import SQL

_BLOCK = 1 << 20

COPY_READINGS: LiteralString = "COPY meter_readings (time, value, meter_key, quality) FROM STDIN (FORMAT binary)"
_COPY_DAILY: LiteralString = (
    "COPY meter_readings_daily (meter_key, day, readings, expected, estimated, total, minimum, maximum)"
    " FROM STDIN (FORMAT binary)"
)


class MeterState(Struct, frozen=True):
    """What storing must know of a meter; ``first`` and ``last`` in seconds since 1970 UTC."""

    key: int
    id: UUID
    building_id: UUID
    site_id: UUID
    time_zone: str
    interval_minutes: int
    first: int | None
    last: int | None


async def lock_imports(conn: Connection, organisation: UUID) -> None:
    """Wait until no other transaction stores readings for the organisation, however long its import takes.

    From here on this transaction's statements may take as long as they need.
    """
    await execute(conn, SQL["lift_time_limit"])
    await execute(conn, SQL["lock_imports"], organisation=organisation)


async def meter_states(conn: Connection, organisation: UUID, meters: Sequence[UUID]) -> Sequence[MeterState]:
    """The meters that belong to the organisation."""
    return await fetch_all(conn, SQL["meter_states"], MeterState, organisation=organisation, meters=list(meters))


async def ensure_partitions(conn: Connection, first: int, last: int) -> None:
    """Make room for readings between two seconds since 1970 UTC."""
    await execute(conn, SQL["ensure_partitions"], first=first, last=last)


async def stored_readings(conn: Connection, organisation: UUID, keys: Iterable[int], first: int, last: int) -> Batch:
    """What meters have between two seconds since 1970 UTC, both included."""
    rows = await fetch_series(
        conn, SQL["stored_readings"], organisation=organisation, keys=list(keys), first=first, last=last
    )
    return concatenated(
        [Batch(encode(key, times // SECOND_US), values, quality) for key, times, values, quality in rows]
    )


async def stored_corrections(conn: Connection, organisation: UUID, keys: Iterable[int], first: int, last: int) -> Batch:
    """Active corrections of meters between two seconds since 1970 UTC, both included; NaN is "no valid value"."""
    rows = await fetch_series(
        conn, SQL["stored_corrections"], organisation=organisation, keys=list(keys), first=first, last=last
    )
    return concatenated(
        [Batch(encode(key, times // SECOND_US), values, quality) for key, times, values, quality in rows]
    )


async def retire_estimates(conn: Connection, arrived: Batch, **entry: Any) -> None:
    """Estimates give way to the readings that have come in; the ledger keeps them."""
    await execute_arrays(
        conn, SQL["retire_estimates"], keys=arrived.keys, seconds=arrived.seconds, new=arrived.values, **entry
    )


def encode_readings(batch: Batch) -> memoryview:
    """A batch as rows of ``COPY_READINGS``."""
    return copy_rows([timestamptz(batch.seconds), batch.values, batch.keys, batch.quality])


async def copy_readings(conn: Connection, encoded: memoryview) -> None:
    """Append readings of which none is stored yet."""
    await _copy(conn, COPY_READINGS, encoded)


async def copy_daily(conn: Connection, rollup: Rollup) -> None:
    """Append daily rollups of which none is stored yet."""
    columns = [
        rollup.keys,
        day_number(rollup.periods),
        *(rollup.readings, rollup.expected, rollup.estimated, rollup.total, rollup.minimum, rollup.maximum),
    ]
    await _copy(conn, _COPY_DAILY, copy_rows(columns))


async def _copy(conn: Connection, statement: LiteralString, encoded: memoryview) -> None:
    if not encoded:
        return
    async with conn.cursor() as cursor, cursor.copy(statement) as copy:
        await copy.write(HEADER)
        for start in range(0, len(encoded), _BLOCK):
            await copy.write(encoded[start : start + _BLOCK])
        await copy.write(TRAILER)


async def merge_daily(conn: Connection, rollup: Rollup) -> None:
    """Write daily rollups over whatever is there; a day without readings has none."""
    empty = rollup.readings == 0
    if empty.any():
        gone, rollup = rollup.where(empty), rollup.where(~empty)
        await execute_arrays(conn, SQL["forget_days"], keys=gone.keys, periods=gone.periods)
    await execute_arrays(conn, SQL["merge_daily"], expected=rollup.expected, **_columns(rollup))


async def merge_hours(conn: Connection, rollup: Rollup) -> None:
    """Write hourly rollups of finer meters over whatever is there."""
    await execute_arrays(conn, SQL["merge_hours"], **_columns(rollup))


def _columns(rollup: Rollup) -> dict[str, NDArray[Any]]:
    names = ("keys", "periods", "readings", "estimated", "total", "minimum", "maximum")
    return {name: getattr(rollup, name) for name in names}


async def change_readings(conn: Connection, changed: Batch, old_values: NDArray[np.float64], **entry: Any) -> None:
    """Replace values; the old ones stay in the ledger with method, author, reason and import_id of ``entry``."""
    keys, seconds = changed.keys, changed.seconds
    await execute_arrays(
        conn, SQL["log_changes"], keys=keys, seconds=seconds, old=old_values, new=changed.values, **entry
    )
    await execute_arrays(
        conn,
        SQL["apply_changes"],
        keys=keys,
        seconds=seconds,
        new=changed.values,
        quality=changed.quality,
        meters=np.unique(keys),  # constants: a columnstore decompresses only what they and the times select
        first=int(seconds.min()),
        last=int(seconds.max()),
    )


async def extend_meters(conn: Connection, organisation: UUID, extents: Sequence[tuple[int, int, int]]) -> None:
    """Widen the meters' first and last reading; (key, first second, last second)."""
    keys, firsts, lasts = (np.array(column, np.int64) for column in zip(*extents, strict=True))
    await execute_arrays(
        conn, SQL["extend_meters"], organisation=organisation, keys=keys.astype(np.int32), firsts=firsts, lasts=lasts
    )


async def refresh_totals(
    conn: Connection, organisation: UUID, sites: Sequence[UUID], buildings: Sequence[UUID], *, start: date, end: date
) -> None:
    """Bring site and building totals up to date with the daily rollups of local days [start, end)."""
    period: dict[str, Any] = {"organisation": organisation, "start": start, "end": end}
    await execute(conn, SQL["forget_site_totals"], sites=list(sites), **period)
    await execute(conn, SQL["refresh_site_totals"], sites=list(sites), **period)
    await execute(conn, SQL["forget_building_totals"], buildings=list(buildings), **period)
    await execute(conn, SQL["refresh_building_totals"], buildings=list(buildings), **period)


async def raise_data_version(conn: Connection, organisation: UUID) -> None:
    """Tell caches that the readings changed."""
    await execute(conn, SQL["raise_data_version"], organisation=organisation)


async def merge_weather(
    conn: Connection,
    organisation: UUID,
    site: UUID,
    seconds: NDArray[np.int64],
    quantities: dict[str, NDArray[np.float64]],
) -> int:
    """Write a site's weather; NaN keeps what is there. Returns how many hours are new or changed."""
    written = await execute_arrays(
        conn, SQL["merge_weather"], organisation=organisation, site=site, seconds=seconds, **quantities
    )
    if written:
        first, last = int(seconds.min()), int(seconds.max())
        await execute(conn, SQL["refresh_weather_daily"], organisation=organisation, site=site, first=first, last=last)
    return written
