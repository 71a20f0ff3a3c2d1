"""The whole analysis of one building as a job that can be followed."""

from uuid import UUID

import msgspec
import structlog

from eaio.analysis import repository
from eaio.analysis.models import AnalysisRun, AnalysisStep, BuildingAnalysis
from eaio.analysis.repository import runs
from eaio.analysis.service.analysing import QUEUE, Report, analyze_building
from eaio.analysis.service.tuning import tuned
from eaio.buildings import service as buildings
from eaio.infra.db import Connection, Database
from eaio.infra.errors import Conflict, EaioError, InsufficientData, NotFound
from eaio.infra.jobs import defer

log = structlog.get_logger()

BUILDING_JOB = "analysis:building"
KEPT_RUNS = 5


async def request_building_analysis(
    conn: Connection, organisation: UUID, building_id: UUID, author: str
) -> AnalysisRun:
    """Queue an analysis of a building; one that waits or runs already is returned instead.

    Raises:
        NotFound: no such building in this organisation.
        InsufficientData: none of its meters has a reading.
    """
    under_way = await runs.running_building(conn, organisation, building_id)
    if under_way is None:
        under_way = await start_building_analysis(conn, organisation, building_id, author)
        job = {"organisation": str(organisation), "run": str(under_way)}
        await defer(conn, BUILDING_JOB, QUEUE, lock=f"analysis of {building_id}", **job)
    return await repository.run(conn, organisation, under_way)


async def start_building_analysis(conn: Connection, organisation: UUID, building_id: UUID, author: str) -> UUID:
    """Open the record of an analysis without queueing it, for a caller that runs it himself; errors as above."""
    building = await buildings.building_of(conn, organisation, building_id)
    meters = await buildings.meters_of(conn, organisation, building_id)
    if not any(meter.first_reading is not None for meter in meters):
        raise InsufficientData(f"{building.label} has no readings to analyse yet; import some first")
    await runs.forget_building_runs(conn, organisation, building_id, KEPT_RUNS - 1)
    return await runs.start_building_run(conn, organisation, building_id, author)


async def run_building_analysis(
    database: Database, organisation: UUID, run_id: UUID, follow: Report | None = None
) -> AnalysisRun:
    """Analyse the building of a run, writing down each step as it begins; a failure ends the run with its reason."""
    async with database.transaction() as conn:
        run = await repository.run(conn, organisation, run_id)
    building = run.building_id
    if building is None:
        raise NotFound("That run is not one of a single building")

    async def report(done: int, total: int, text: str) -> None:
        nonlocal run
        run = msgspec.structs.replace(run, status="running", done=done, total=total)
        async with database.transaction() as told:
            await repository.run_progress(told, organisation, run)
            await runs.add_step(told, organisation, run_id, done=done, total=total, text=text)
        if follow:
            await follow(done, total, text)

    try:
        async with database.transaction() as conn:
            used = (await tuned(conn, organisation)).version
            run = msgspec.structs.replace(run, parameters=used)
            analysed = await analyze_building(conn, organisation, building, parameters=used, report=report)
            await runs.save_result(conn, organisation, run_id, analysed)
        events = sum(len(meter.findings) for meter in analysed.meters)
        run = msgspec.structs.replace(run, status="done", done=run.total, events=events)
    except Exception as error:  # whoever follows must hear of the end, whatever it was
        reason = error.detail if isinstance(error, EaioError) else f"unexpected: {type(error).__name__}"
        log.warning("building not analysed", building=str(building), reason=reason, exc_info=error)
        run = msgspec.structs.replace(run, status="failed", failed=1, error=reason)
    async with database.transaction() as conn:
        await repository.run_progress(conn, organisation, run)
        return await repository.run(conn, organisation, run_id)


async def analysis_run(conn: Connection, organisation: UUID, run_id: UUID) -> AnalysisRun:
    """How far a run is; NotFound if it is not this organisation's."""
    return await repository.run(conn, organisation, run_id)


async def running_analysis(conn: Connection, organisation: UUID, building_id: UUID) -> AnalysisRun | None:
    """The analysis of a building that waits or runs, None where none does."""
    under_way = await runs.running_building(conn, organisation, building_id)
    return await repository.run(conn, organisation, under_way) if under_way else None


async def steps_after(
    conn: Connection, organisation: UUID, run_id: UUID, after: int
) -> tuple[AnalysisRun, tuple[AnalysisStep, ...]]:
    """The run, and its steps beyond a number; the run is read first, so that no step of a finished one is missed."""
    run = await repository.run(conn, organisation, run_id)
    return run, tuple(await runs.steps_after(conn, organisation, run_id, after))


async def run_result(conn: Connection, organisation: UUID, run_id: UUID) -> BuildingAnalysis:
    """What a finished run answered.

    Raises:
        NotFound: no such run of a building in this organisation.
        Conflict: it is not over yet.
        InsufficientData: it failed; the message says why.
    """
    run = await repository.run(conn, organisation, run_id)
    if run.building_id is None:
        raise NotFound("A run over the portfolio has no result of its own; ask for the ranking or for a building")
    if not run.is_over:
        raise Conflict(f"The analysis is {run.status}, {run.done} of {run.total or 'some'} steps; follow its events")
    found = await runs.result(conn, organisation, run_id)
    if found is None:
        raise InsufficientData(run.error or "The analysis left no result; run it again")
    return found


async def latest_analysis(conn: Connection, organisation: UUID, building_id: UUID) -> BuildingAnalysis:
    """What the newest finished analysis of a building answered.

    Raises:
        NotFound: no such building in this organisation, or none has been asked for.
    """
    await buildings.building_of(conn, organisation, building_id)
    found = await runs.latest_result(conn, organisation, building_id)
    if found is None:
        raise NotFound("No analysis of this building has been asked for yet; POST to this address asks for one")
    return found
