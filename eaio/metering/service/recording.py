"""The record that outlives an import: what was asked, how far it is, how it ended."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, Callable
from contextlib import asynccontextmanager
from datetime import datetime
from pathlib import Path
from uuid import UUID

from msgspec import Struct

from eaio.infra.db import Database
from eaio.infra.errors import EaioError, Unavailable
from eaio.metering.models import ImportOptions, Progress
from eaio.metering.repository import imports as records

OnProgress = Callable[[Progress], None]
_REPORT_SECONDS = 1.0
_INTERRUPTED = "The import was interrupted; nothing was kept. Run it again."
_UNEXPECTED = (
    "It stopped at an error of EAIO itself, which is in the log of the server; nothing was kept. Try again, and if it "
    "happens again, report it with the file"
)


def reason_of(error: BaseException) -> str:
    """Why an import ended, for its record."""
    if isinstance(error, EaioError):
        return error.detail
    return _UNEXPECTED if isinstance(error, Exception) else _INTERRUPTED


class ImportRequest(Struct, frozen=True, kw_only=True):
    """One import, whoever asks for it."""

    organisation: UUID
    path: Path
    author: str
    now: datetime
    """Readings later than a day after this are refused."""
    limit: int
    """Largest file in bytes, decompressed."""
    options: ImportOptions = ImportOptions()
    dry_run: bool = False
    import_id: UUID | None = None
    """An import that is remembered as waiting."""


@asynccontextmanager
async def remembered(database: Database, request: ImportRequest) -> AsyncGenerator[UUID]:
    """The record of an import, in transactions of its own: it outlives a failure, with the reason."""
    async with database.transaction() as conn:
        record = request.import_id or await records.start_import(
            conn, request.organisation, request.path.name, request.options, author=request.author, status="waiting"
        )
    try:
        yield record
    except BaseException as error:
        with contextlib.suppress(Unavailable):
            async with database.transaction() as conn:
                kind = request.options.format
                await records.finish_import(conn, request.organisation, record, kind=kind, error=reason_of(error))
        raise


@asynccontextmanager
async def reported(
    database: Database, organisation: UUID, record: UUID, note: OnProgress | None
) -> AsyncGenerator[OnProgress]:
    """A place to tell the progress to: passed on at once, and stored for the page once a second."""
    latest: list[Progress] = []

    def tell(progress: Progress) -> None:
        latest[:] = [progress]
        if note is not None:
            note(progress)

    async def store() -> None:
        while True:
            await asyncio.sleep(_REPORT_SECONDS)
            if latest:
                with contextlib.suppress(Unavailable):
                    async with database.transaction() as conn:
                        await records.note_progress(conn, organisation, record, latest[0])

    task = asyncio.create_task(store())
    try:
        yield tell
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
