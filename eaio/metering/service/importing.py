"""Import: files in, readings, rollups and a report out; all of it or nothing."""

import asyncio
import tempfile
import time
from collections.abc import Iterator, Mapping
from datetime import timedelta
from pathlib import Path
from uuid import UUID

import structlog
from msgspec import Struct

from eaio.buildings import service as buildings
from eaio.infra.db import Connection, Database
from eaio.infra.events import Event, publish
from eaio.metering.compute.batch import Batch
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.plan import MeterName, Plan, Workplace
from eaio.metering.models import Author, ImportReport, Progress
from eaio.metering.repository import imports as records
from eaio.metering.repository import storing as repository
from eaio.metering.service.pipeline import Pipeline
from eaio.metering.service.planning import catalogue_of, create, make_plan
from eaio.metering.service.recording import ImportRequest, OnProgress, remembered, reported
from eaio.metering.service.reporting import refuse_if_nothing_kept, report_of
from eaio.metering.service.storing import Store, record_weather

log = structlog.get_logger()


class Imported(Struct, frozen=True):
    """What an import did; ``touched`` are the buildings whose readings changed."""

    import_id: UUID | None
    report: ImportReport
    touched: tuple[UUID, ...]


async def import_files(database: Database, request: ImportRequest, on_progress: OnProgress | None = None) -> Imported:
    """Import a BDG2 folder or a CSV file in one transaction, and remember it with its report.

    A dry run reads and compares everything, reports the same, and writes nothing at all.

    Raises:
        Invalid, TooLarge, NotFound: the files cannot be imported as they are; nothing was written.
    """
    note = on_progress or _silent
    if request.dry_run:
        async with database.transaction() as conn:
            note(Progress("waiting for its turn"))
            # it creates what is missing, as an import does, until it is rolled back: two at once could block each other
            await repository.lock_imports(conn, request.organisation)
            imported = await _import(conn, database, request, None, note)
            await conn.rollback()
        return imported
    async with remembered(database, request) as record:
        async with reported(database, request.organisation, record, note) as tell, database.transaction() as conn:
            tell(Progress("waiting for its turn"))
            await repository.lock_imports(conn, request.organisation)
            async with database.transaction() as other:
                await records.fail_interrupted(other, request.organisation, record)
                await records.run_import(other, request.organisation, record)
            imported = await _import(conn, database, request, record, tell)
        async with database.transaction() as conn:
            kind, report = imported.report.format, imported.report
            await records.finish_import(conn, request.organisation, record, kind=kind, report=report)
    return imported


async def _import(
    conn: Connection, database: Database, request: ImportRequest, record: UUID | None, note: OnProgress
) -> Imported:
    started = time.monotonic()
    findings = Findings()
    with tempfile.TemporaryDirectory(prefix="eaio-import-") as scratch:
        place = Workplace(Path(scratch), request.limit, int((request.now + timedelta(days=1)).timestamp()))
        catalogue = await catalogue_of(conn, request.organisation)
        plan = await asyncio.to_thread(make_plan, request.path, request.options, catalogue, place, findings)
        meters = await create(conn, request.organisation, plan)
        states = await repository.meter_states(conn, request.organisation, list(meters.values()))
        author = Author(request.author, "import", f"import of {request.path.name}", record)
        store = Store(conn, request.organisation, states, author, dry_run=request.dry_run)
        key_of = {state.id: state.key for state in states}
        batches = _batches(plan, {name: key_of[meter] for name, meter in meters.items()}, findings)
        await Pipeline(database, store, sum(table.cells for table in plan.tables), note).run(batches)
        note(Progress("storing weather", findings.read, findings.read))
        refuse_if_nothing_kept(plan, findings)
        weather = await _store_weather(conn, request.organisation, plan)
        note(Progress("bringing totals up to date", findings.read, findings.read))
        touched = await store.finish()
        if weather and not touched:
            await repository.raise_data_version(conn, request.organisation)
        if touched or (weather and not request.dry_run):
            await publish(conn, Event.READINGS_CHANGED, request.organisation)
    seconds = time.monotonic() - started
    report = report_of(plan, findings, store.stored, weather, dry_run=request.dry_run, seconds=seconds)
    event = "looked at" if request.dry_run else "imported"
    log.info(event, file=request.path.name, kept=report.readings_kept, seconds=report.seconds)
    return Imported(record, report, tuple(touched))


def _silent(progress: Progress) -> None:  # nobody listens
    """For an import that nobody watches."""


def _batches(plan: Plan, keys: Mapping[MeterName, int], findings: Findings) -> Iterator[tuple[Batch, int]]:
    for table in plan.tables:
        yield from table.batches(keys, findings)


async def _store_weather(conn: Connection, organisation: UUID, plan: Plan) -> int:
    sites = {site.name: site.id for site in await buildings.sites_of(conn, organisation, archived=True)}
    return sum([await record_weather(conn, organisation, sites[table.site], table.frame) for table in plan.weather])
