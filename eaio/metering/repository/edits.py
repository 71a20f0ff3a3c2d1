"""Corrections, their batches and the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from msgspec import Struct

from eaio.infra.db import Connection, execute, fetch_all, fetch_one
from eaio.metering.compute.batch import Batch
from eaio.metering.models import Edit, EditBatch
from eaio.metering.repository.arrays import execute_arrays
from eaio.metering.repository.readings import SQL


class Undone(Struct, frozen=True):
    """What an undo changed of a meter."""

    id: UUID
    times: tuple[datetime, ...]


async def start_batch(conn: Connection, organisation: UUID, author: str, method: str, reason: str) -> UUID:
    """A batch for edits to come."""
    entry = {"author": author, "method": method, "reason": reason}
    return await fetch_one(conn, SQL["start_batch"], UUID, organisation=organisation, **entry)


async def correct(
    conn: Connection,
    organisation: UUID,
    batch: UUID,
    edits: Batch,
    *,
    methods: Sequence[str],
    reasons: Sequence[str],
) -> None:
    """Put one meter's corrections over its readings; NaN is "no valid value". Everything goes into the ledger."""
    seconds = edits.seconds
    columns: dict[str, Any] = {
        "keys": edits.keys, "seconds": seconds, "new": edits.values, "quality": edits.quality, "batch": batch,
    }  # fmt: skip
    await execute_arrays(
        conn,
        SQL["log_corrections"],
        organisation=organisation,
        methods=list(methods),
        reasons=list(reasons),
        meter=int(edits.keys[0]),
        first=int(seconds.min()),
        last=int(seconds.max()),
        **columns,
    )
    await execute_arrays(conn, SQL["merge_corrections"], **columns)


async def edits_above(conn: Connection, organisation: UUID, batch: UUID, edit: int | None) -> Sequence[UUID]:
    """Later batches that corrected the same readings again."""
    return await fetch_all(conn, SQL["edits_above"], UUID, organisation=organisation, batch=batch, edit=edit)


async def undo(
    conn: Connection, organisation: UUID, batch: UUID, edit: int | None, author: str, reason: str
) -> Sequence[Undone]:
    """Take back the active edits of a batch, or one of them; returns what changed."""
    entry = {"author": author, "reason": reason}
    found = await fetch_all(
        conn, SQL["undo_corrections"], Undone, organisation=organisation, batch=batch, edit=edit, **entry
    )
    await execute(conn, SQL["close_batch"], organisation=organisation, batch=batch, author=author)
    return found


async def batches(
    conn: Connection, organisation: UUID, *, batch: UUID | None = None, meter: UUID | None = None, limit: int = 100
) -> Sequence[EditBatch]:
    """Newest first."""
    return await fetch_all(
        conn, SQL["edit_batches"], EditBatch, organisation=organisation, batch=batch, meter=meter, limit=limit
    )


async def ledger(conn: Connection, organisation: UUID, **chosen: Any) -> Sequence[Edit]:
    """Entries of the ledger, newest first; ``chosen`` are meter, batch, edit, limit and offset."""
    params: dict[str, Any] = {"meter": None, "batch": None, "edit": None, "limit": 200, "offset": 0} | chosen
    return await fetch_all(conn, SQL["ledger"], Edit, organisation=organisation, **params)
