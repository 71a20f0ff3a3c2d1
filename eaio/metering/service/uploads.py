"""Files that came over the web: kept until they are imported, looked at first, then imported by a worker."""

import re
import shutil
from datetime import datetime
from pathlib import Path
from typing import IO
from uuid import UUID

from msgspec import Struct

from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.infra.errors import Conflict, EaioError, TooLarge
from eaio.metering.models import ImportOptions, ImportRecord
from eaio.metering.repository import imports as records
from eaio.metering.service.importing import Imported, import_files
from eaio.metering.service.recording import ImportRequest, reason_of, reported

_UNSAFE = re.compile(r"[^\w.() +-]+")
_LONGEST_NAME = 120


class UploadPlace(Struct, frozen=True):
    """Where uploads are kept, and how large one may be, decompressed."""

    home: Path
    limit: int

    def of(self, import_id: UUID) -> Path:
        """The folder of one upload."""
        return self.home / "uploads" / str(import_id)


def safe_name(name: str) -> str:
    """A file's name without path and without characters that mean something to a shell or a file system."""
    plain = _UNSAFE.sub("_", Path(name.replace("\\", "/")).name).strip(". ")
    return plain[-_LONGEST_NAME:] or "upload.csv"


async def receive(
    conn: Connection, organisation: UUID, place: UploadPlace, file: IO[bytes], *, name: str, options: ImportOptions,
    author: str,
) -> UUID:  # fmt: skip
    """Keep a file and remember that it waits.

    Raises:
        TooLarge: it has more bytes than the place takes.
    """
    name = safe_name(name)
    import_id = await records.start_import(conn, organisation, name, options, author=author, status="waiting")
    await run_cpu(_keep, file, place.of(import_id) / name, place.limit)
    return import_id


def _keep(file: IO[bytes], target: Path, limit: int) -> None:
    target.parent.mkdir(parents=True, mode=0o700)
    size = file.seek(0, 2)
    if size > limit:
        target.parent.rmdir()
        raise TooLarge(f"{target.name} has {size / 1e6:,.0f} MB; at most {limit / 1e6:,.0f} MB are accepted")
    file.seek(0)
    with target.open("wb") as kept:
        shutil.copyfileobj(file, kept, 1 << 20)


async def check_again(conn: Connection, organisation: UUID, import_id: UUID, options: ImportOptions) -> None:
    """Answer what the file did not say, and have it looked at again.

    Raises:
        NotFound: it is not this organisation's.
        Conflict: it is being imported or was imported.
    """
    await records.import_record(conn, organisation, import_id)
    if not await records.check_again(conn, organisation, import_id, options):
        raise Conflict("This file is being imported or is imported already; upload it again to import it once more")


async def look_at(database: Database, place: UploadPlace, organisation: UUID, import_id: UUID, now: datetime) -> None:
    """Find out what an upload would do, and keep that with its record; a file that cannot be imported fails.

    An error of our own fails it too, so that nobody waits for it, and is raised for the log.
    """
    record, request = await _request(database, place, organisation, import_id, now, dry_run=True)
    try:
        async with reported(database, organisation, import_id, None) as tell:
            imported = await import_files(database, request, tell)
    except Exception as error:
        async with database.transaction() as conn:
            kind, reason = record.options.format, reason_of(error)
            await records.finish_import(conn, organisation, import_id, kind=kind, error=reason)
        if isinstance(error, EaioError):
            return
        raise
    async with database.transaction() as conn:
        await records.keep_check(conn, organisation, import_id, imported.report)


async def import_upload(
    database: Database, place: UploadPlace, organisation: UUID, import_id: UUID, now: datetime
) -> Imported | None:
    """Import an upload; None if it failed, which its record explains. The file is removed once it is imported."""
    _, request = await _request(database, place, organisation, import_id, now, dry_run=False)
    try:
        imported = await import_files(database, request)
    except EaioError:
        return None
    await run_cpu(shutil.rmtree, place.of(import_id), ignore_errors=True)
    return imported


async def _request(
    database: Database, place: UploadPlace, organisation: UUID, import_id: UUID, now: datetime, *, dry_run: bool
) -> tuple[ImportRecord, ImportRequest]:
    async with database.transaction() as conn:
        record = await records.import_record(conn, organisation, import_id)
    request = ImportRequest(
        organisation=organisation,
        path=place.of(import_id) / record.source,
        author=record.author,
        now=now,
        limit=place.limit,
        options=record.options,
        dry_run=dry_run,
        import_id=import_id,
    )
    return record, request
