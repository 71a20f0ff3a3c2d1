"""Parsing, comparing and writing at the same time: while one batch is copied, the next is read."""

import asyncio
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from eaio.infra.db import Database
from eaio.metering.compute.batch import Batch
from eaio.metering.models import Progress
from eaio.metering.repository import storing as repository
from eaio.metering.service.storing import Prepared, Store

_AHEAD = 1
"""Batches that may wait to be written; each holds about 100 MB."""
_END = -1


class _Room:
    """Makes partitions for months that have not been seen, in a transaction of their own.

    So the long transaction of the import never holds the lock that a new partition needs.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._months: set[tuple[int, int]] = set()

    async def make(self, batch: Batch) -> None:
        seconds = batch.seconds
        first, last = int(seconds.min()), int(seconds.max())
        months = {_month(first), _month(last)}
        if months <= self._months:
            return
        async with self._database.transaction() as conn:
            await repository.ensure_partitions(conn, first, last)
        self._months |= months


def _month(second: int) -> tuple[int, int]:
    instant = datetime.fromtimestamp(second, UTC)
    return instant.year, instant.month


class Pipeline:
    """Two tasks around a short queue: one reads and prepares, the other writes."""

    def __init__(self, database: Database, store: Store, cells: int, note: Callable[[Progress], None]) -> None:
        self._store = store
        self._room = _Room(database)
        self._cells = cells
        self._note = note
        self._ready: asyncio.Queue[tuple[Prepared | None, int]] = asyncio.Queue(_AHEAD)

    async def run(self, batches: Iterator[tuple[Batch, int]]) -> None:
        """Store every batch."""
        tasks = [asyncio.create_task(self._read(batches)), asyncio.create_task(self._write())]
        try:
            await asyncio.gather(*tasks)
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)

    async def _read(self, batches: Iterator[tuple[Batch, int]]) -> None:
        while (found := await asyncio.to_thread(next, batches, None)) is not None:
            batch, count = found
            await self._ready.put((await self._prepared(batch) if len(batch) else None, count))
        await self._ready.put((None, _END))

    async def _prepared(self, batch: Batch) -> Prepared:
        overlapping = self._store.claim(batch)
        if overlapping:
            await self._ready.join()  # one connection: what is written and what is read must take turns
        stored = await self._store.fetch(overlapping, batch)
        if not self._store.dry_run:
            await self._room.make(batch)
        return await asyncio.to_thread(self._store.prepare, batch, stored)

    async def _write(self) -> None:
        started, done = time.monotonic(), 0
        while True:
            prepared, count = await self._ready.get()
            if count == _END:
                return
            if prepared is not None:
                await self._store.write(prepared)
            done += count
            self._note(Progress("storing readings", done, self._cells, done / max(1e-3, time.monotonic() - started)))
            self._ready.task_done()
