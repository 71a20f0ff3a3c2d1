"""The record of imports, and the coverage of meters."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from eaio.infra.db import Connection, execute, fetch_all, fetch_one
from eaio.metering.models import Format, ImportOptions, ImportRecord, ImportReport, MeterCoverage, Progress
from eaio.metering.repository.readings import SQL


async def start_import(
    conn: Connection, organisation: UUID, source: str, options: ImportOptions, *, author: str, status: str
) -> UUID:
    """Remember that an import begins, or waits for a worker."""
    return await fetch_one(
        conn,
        SQL["start_import"],
        UUID,
        organisation=organisation,
        source=source,
        format=options.format,
        status=status,
        author=author,
        options=_json(options),
    )


async def run_import(conn: Connection, organisation: UUID, import_id: UUID) -> bool:
    """Mark a waiting import as running; False if it is over already."""
    return await execute(conn, SQL["run_import"], organisation=organisation, import_id=import_id) == 1


async def check_again(conn: Connection, organisation: UUID, import_id: UUID, options: ImportOptions) -> bool:
    """Set a waiting or failed import back to be looked at with other answers; False if it is neither."""
    params = {"organisation": organisation, "import_id": import_id, "options": _json(options)}
    return await execute(conn, SQL["check_again"], **params) == 1


async def keep_check(conn: Connection, organisation: UUID, import_id: UUID, report: ImportReport) -> None:
    """What a look at a waiting file found."""
    params = {"organisation": organisation, "import_id": import_id, "format": report.format, "report": _json(report)}
    await execute(conn, SQL["keep_check"], **params)


async def mark_started(conn: Connection, organisation: UUID, import_id: UUID) -> None:
    """Forget what the look at a waiting file found: its import is on the queue now."""
    await execute(conn, SQL["mark_started"], organisation=organisation, import_id=import_id)


async def note_progress(conn: Connection, organisation: UUID, import_id: UUID, progress: Progress) -> None:
    """How far it is."""
    await execute(conn, SQL["note_progress"], organisation=organisation, import_id=import_id, progress=_json(progress))


async def finish_import(
    conn: Connection,
    organisation: UUID,
    import_id: UUID,
    *,
    kind: Format,
    report: ImportReport | None = None,
    error: str | None = None,
) -> None:
    """Done with a report, or failed with an error."""
    await execute(
        conn,
        SQL["finish_import"],
        organisation=organisation,
        import_id=import_id,
        status="done" if error is None else "failed",
        format=kind,
        report=None if report is None else _json(report),
        error=error,
    )


async def fail_interrupted(conn: Connection, organisation: UUID, import_id: UUID) -> None:
    """Other imports that still count as running were killed: only one runs at a time."""
    await execute(conn, SQL["fail_interrupted"], organisation=organisation, import_id=import_id)


async def imports(conn: Connection, organisation: UUID, limit: int) -> Sequence[ImportRecord]:
    """The newest imports, without their reports."""
    return await fetch_all(conn, SQL["imports"], ImportRecord, organisation=organisation, limit=limit)


async def import_record(conn: Connection, organisation: UUID, import_id: UUID) -> ImportRecord:
    """One import with its report.

    Raises:
        NotFound: no such import in this organisation.
    """
    return await fetch_one(
        conn,
        SQL["import_record"],
        ImportRecord,
        missing="No such import",
        organisation=organisation,
        import_id=import_id,
    )


async def coverage(
    conn: Connection, organisation: UUID, building: UUID | None, site: UUID | None
) -> Sequence[MeterCoverage]:
    """What is there of every active meter."""
    return await fetch_all(
        conn, SQL["coverage"], MeterCoverage, organisation=organisation, building=building, site=site
    )


def _json(value: msgspec.Struct) -> str:
    return msgspec.json.encode(value).decode()
