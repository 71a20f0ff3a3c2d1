"""Running analyses and keeping what they find."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
import polars as pl
import structlog

from eaio.accounts import service as accounts
from eaio.analysis import repository
from eaio.analysis.compute import meters as compute
from eaio.analysis.compute.blocks import Floats
from eaio.analysis.compute.causes.fighting import Metered, with_fighting
from eaio.analysis.compute.faults import trusted_values
from eaio.analysis.compute.insights import InsightsAsked
from eaio.analysis.compute.meters import BuildingAsked, MeterAsked
from eaio.analysis.compute.normalising import normal_use
from eaio.analysis.compute.peaks import coincident, together
from eaio.analysis.compute.reconcile import fingerprint, reconcile
from eaio.analysis.compute.series import DegreeDayBase
from eaio.analysis.compute.signature import signature
from eaio.analysis.models import AnalysisRun, AnomalyKind, BuildingAnalysis, BuildingFigures, Finding, MeterAnalysis
from eaio.analysis.repository import peers, runs
from eaio.analysis.service.feedback import silence_repeats
from eaio.analysis.service.figures import benchmark_of
from eaio.analysis.service.insights import insights_of, refresh_portfolio, rescore
from eaio.analysis.service.patterns import Shaped, keep_shapes, refresh_patterns
from eaio.analysis.service.places import holidays_of, site_rates
from eaio.analysis.service.similar import remember_signatures
from eaio.analysis.service.tuning import Tuned, tuned
from eaio.buildings import service as buildings
from eaio.buildings.models import Building, Meter, Site
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.infra.errors import EaioError, InsufficientData, Unavailable
from eaio.infra.events import Event, publish
from eaio.infra.jobs import defer
from eaio.metering import service as metering
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import CARRIER_LABEL, Carrier

log = structlog.get_logger()

Report = Callable[[int, int, str], Awaitable[None]]
"""Told of each step: how many are done, of how many, and what comes now."""

QUEUE = "analysis"
JOB = "analysis:refresh"


async def analyze_building(
    conn: Connection,
    organisation: UUID,
    building_id: UUID,
    *,
    as_of: date | None = None,
    rates: Rates | None = None,
    base: DegreeDayBase | None = None,
    parameters: int | None = None,
    report: Report | None = None,
) -> BuildingAnalysis:
    """Analyse a building's meters and keep figures and anomalies.

    Args:
        conn: in the caller's transaction.
        organisation: whose building it is.
        building_id: which.
        as_of: the year before this local day is analysed; by default the portfolio's last day with a reading.
        rates: prices and carbon factors; by default the dated tables of the site's region.
        base: bases of the degree days.
        parameters: version of the detection parameters; by default the active one.
        report: told of each step before it is taken.

    Raises:
        NotFound: no such building in this organisation.
        InsufficientData: no meter of it has an hourly reading.
    """
    used = await tuned(conn, organisation, parameters)
    assumed = _Assumed(rates, base or DegreeDayBase(), intervals=True, tuned=used)
    analysed = await _analyze(conn, organisation, building_id, as_of, assumed, report)
    await rescore(conn, organisation, building_id, analysed.benchmark)
    await accounts.raise_data_version(conn, organisation)
    return analysed


class _Assumed(NamedTuple):
    """What the figures rest on besides readings."""

    rates: Rates | None = None
    base: DegreeDayBase = DegreeDayBase()
    intervals: bool = False
    """Estimate those of end uses; too slow for a whole portfolio."""
    tuned: Tuned = Tuned()


async def _analyze(
    conn: Connection,
    organisation: UUID,
    building_id: UUID,
    as_of: date | None,
    assumed: _Assumed,
    report: Report | None = None,
) -> BuildingAnalysis:
    say = report or _silent
    building = await buildings.building_of(conn, organisation, building_id)
    site = await buildings.site_of(conn, organisation, building.site_id)
    meters = {meter.id: meter for meter in await buildings.meters_of(conn, organisation, building_id)}
    await say(0, len(meters) + 2, f"Reading {len(meters)} {'meter' if len(meters) == 1 else 'meters'}")
    frames = await metering.hourly_frames(conn, organisation, building_id)
    readable = {key: frame for key, frame in frames.items() if frame.height and key in meters}
    if not readable:
        raise InsufficientData(f"{building.label} has no hourly readings to analyse yet")
    end = as_of or await _as_of(conn, organisation)
    asked = _asked(meters, readable, site, assumed=assumed, end=end)
    total, metered = len(asked) + 2, list[Metered]()
    for number, one in enumerate(asked, start=1):
        await say(number, total, f"{CARRIER_LABEL[one.carrier]}, meter {number} of {len(asked)}")
        metered.append(await run_cpu(compute.metered, readable[one.meter_id], one))
    found = await run_cpu(with_fighting, metered, assumed.tuned.params.causes)
    analysed = [_marked_with(one, assumed.tuned) for one in found]
    for of, one in zip(metered, analysed, strict=True):
        gone = await _keep(conn, organisation, one, assumed.tuned)
        await _remember(conn, organisation, readable[one.figures.meter_id], of.expected, one, gone)
        await silence_repeats(conn, organisation, one.figures.meter_id)
    await say(total - 1, total, "Figures of the building and its peers")
    clean = await run_cpu(_trusted, readable, asked)
    figures, load = await run_cpu(_figures, building, clean, asked, analysed)
    over = InsightsAsked(start=asked[0].start, end=asked[0].end, time_zone=site.time_zone, intervals=assumed.intervals)
    known = await insights_of(conn, organisation, site, meters, clean, over)
    await repository.save_building_figures(conn, organisation, figures)
    await peers.save_load(conn, organisation, building_id, load)
    shaped = Shaped(end, southern=(site.latitude or 0.0) < 0, faults=assumed.tuned.params.faults)
    await keep_shapes(conn, organisation, meters, readable, shaped)
    await repository.count_open(conn, organisation, building_id)
    return BuildingAnalysis(
        building_id=building_id,
        building=building.name,
        figures=figures,
        meters=tuple(analysed),
        benchmark=await benchmark_of(conn, organisation, figures),
        anomalies=await repository.event_totals(conn, organisation, building_id),
        insights=known,
    )


async def _as_of(conn: Connection, organisation: UUID) -> date:
    """The day after the portfolio's last reading: its "now", in local days."""
    known = await metering.local_extent(conn, organisation)
    if known.last is None:
        raise InsufficientData("There are no readings yet; import some first")
    return known.last.date() + timedelta(days=1)


def _asked(
    meters: Mapping[UUID, Meter],
    frames: Mapping[UUID, pl.DataFrame],
    site: Site,
    *,
    assumed: _Assumed,
    end: date,
) -> list[MeterAsked]:
    years = {year for frame in frames.values() for year in frame["local"].dt.year().unique()}
    holidays = holidays_of(site, years)
    start, end = compute.year_until(end)
    return [
        MeterAsked(
            meter_id=key,
            building_id=meters[key].building_id,
            carrier=meters[key].carrier,
            start=start,
            end=end,
            rates=assumed.rates or site_rates(site),
            holidays=holidays,
            base=assumed.base,
            detection=assumed.tuned.detection(key),
        )
        for key in frames
    ]


async def _silent(done: int, total: int, text: str) -> None:
    """Nobody follows."""


def _trusted(frames: Mapping[UUID, pl.DataFrame], asked: Sequence[MeterAsked]) -> dict[UUID, pl.DataFrame]:
    """Whole histories with faulty hours missing."""
    return {one.meter_id: trusted_values(frames[one.meter_id], one.carrier, one.detection.faults) for one in asked}


def _figures(
    building: Building,
    frames: Mapping[UUID, pl.DataFrame],
    asked: Sequence[MeterAsked],
    analysed: Sequence[MeterAnalysis],
) -> tuple[BuildingFigures, pl.DataFrame | None]:
    """Figures of the building, and its electric load of the period; ``frames`` have faulty hours missing."""
    start, end = asked[0].start, asked[0].end
    within = pl.col("local").is_between(start, end, closed="left")
    electric = [frames[one.meter_id].filter(within) for one in asked if one.carrier == Carrier.ELECTRICITY]
    known = [frame for frame in electric if frame["value"].count()]
    about = BuildingAsked(
        building_id=building.id,
        area_m2=building.area_m2,
        primary_use=building.primary_use,
        sub_use=building.sub_use,
        start=start,
        end=end,
    )
    longest = max(frames.values(), key=lambda frame: frame["temperature"].count())
    normal = normal_use(longest, [one.figures for one in analysed], (start, end))
    figures = compute.building_figures(about, analysed, coincident(known), normal)
    return figures, together(known) if known else None


def _marked_with(one: MeterAnalysis, used: Tuned) -> MeterAnalysis:
    """The analysis with the version and the threshold that it was made with."""
    threshold = used.detection(one.figures.meter_id).threshold
    figures = msgspec.structs.replace(one.figures, parameters=used.version, threshold=threshold)
    return msgspec.structs.replace(one, figures=figures)


async def _keep(conn: Connection, organisation: UUID, one: MeterAnalysis, used: Tuned) -> Sequence[UUID]:
    """Store what was found, its confidence drawn to what people say; returns the events that are there no longer."""
    meter = one.figures.meter_id
    await repository.save_meter_figures(conn, organisation, one.figures)
    every = await repository.stored_events(conn, organisation, meter)
    stored = [event for event in every if event.kind != AnomalyKind.PATTERN]  # those are found over the whole portfolio
    changes = reconcile(one.findings, stored)
    if changes.gone:
        await repository.delete_events(conn, organisation, changes.gone)
    if changes.same:
        same = [(event, *_drawn(finding, meter, used)) for event, finding in changes.same]
        await repository.update_events(conn, organisation, same)
    if changes.new:
        new = [(fingerprint(finding), *_drawn(finding, meter, used)) for finding in changes.new]
        await repository.insert_events(conn, organisation, meter, new)
    return changes.gone


async def _remember(
    conn: Connection,
    organisation: UUID,
    hourly: pl.DataFrame,
    expected: Floats,
    one: MeterAnalysis,
    gone: Sequence[UUID],
) -> None:
    """Keep what each stored event of a meter looked like; faults of the data look like nothing."""
    stored = await repository.stored_events(conn, organisation, one.figures.meter_id)
    ids = {(event.kind, event.started_at): event.id for event in stored}
    drawn = await run_cpu(_signatures, hourly, expected, one)
    known = {ids[mark]: values for mark, values in drawn if mark in ids}
    if known or gone:
        await remember_signatures(conn, organisation, known, gone)


def _signatures(
    hourly: pl.DataFrame, expected: Floats, one: MeterAnalysis
) -> list[tuple[tuple[AnomalyKind, datetime], Floats]]:
    drawn = (
        ((finding.kind, finding.start), signature(hourly, expected, finding, one.figures.carrier))
        for finding in one.findings
        if not finding.kind.is_data_fault
    )
    return [(mark, values) for mark, values in drawn if values is not None]


def _drawn(finding: Finding, meter: UUID, used: Tuned) -> tuple[Finding, float | None]:
    """The finding with its confidence as verdicts calibrate it, and as it was found where that differs."""
    drawn = used.confidence(finding.kind, finding.confidence, meter)
    if drawn == finding.confidence:
        return finding, None
    return msgspec.structs.replace(finding, confidence=drawn), finding.confidence


async def request_analysis(conn: Connection, organisation: UUID, author: str) -> AnalysisRun:
    """Queue an analysis of every building; one that waits or runs already is returned instead."""
    under_way = await repository.running(conn, organisation)
    if under_way is None:
        under_way = await repository.start_run(conn, organisation, author)
        once, lock = f"analysis asked for {organisation}", f"{JOB} {organisation}"
        await defer(conn, JOB, QUEUE, once, lock, organisation=str(organisation), run=str(under_way))
    return await repository.run(conn, organisation, under_way)


async def latest_run(conn: Connection, organisation: UUID) -> AnalysisRun | None:
    """The newest analysis of everything, None before the first."""
    return await repository.latest_run(conn, organisation)


async def analyze_organisation(
    database: Database,
    organisation: UUID,
    *,
    author: str,
    run_id: UUID | None = None,
    report: Callable[[AnalysisRun], None] | None = None,
) -> AnalysisRun:
    """Analyse every building with readings, each in a transaction of its own, so that progress is never lost.

    ``report`` is called after each building. A building that fails is counted and its reason logged; the run goes on.
    """
    async with database.transaction() as conn:
        known = run_id or await repository.start_run(conn, organisation, author)
        todo = await repository.buildings_to_analyse(conn, organisation)
        end = await _as_of(conn, organisation) if todo else None
        used = await tuned(conn, organisation)
        begun = await repository.run(conn, organisation, known)
        run = msgspec.structs.replace(begun, status="running", total=len(todo), parameters=used.version)
        await repository.run_progress(conn, organisation, run)
    for building in todo:
        run = await _one_building(database, organisation, building, end, run, _Assumed(tuned=used))
        if report:
            report(run)
    await _regroup(database, organisation)
    if todo:
        async with database.transaction() as conn:
            await refresh_portfolio(conn, organisation, known)
    run = msgspec.structs.replace(run, status="done")
    async with database.transaction() as conn:
        await repository.run_progress(conn, organisation, run)
        await accounts.raise_data_version(conn, organisation)
        await publish(conn, Event.FINDINGS_CHANGED, organisation)
        return await repository.run(conn, organisation, known)


async def _regroup(database: Database, organisation: UUID) -> None:
    """Patterns over the new load shapes; what goes wrong there must not undo the analyses."""
    try:
        async with database.transaction() as conn:
            await refresh_patterns(conn, organisation)
    except Unavailable as error:
        log.warning("patterns not renewed", reason=error.detail)


async def _one_building(
    database: Database, organisation: UUID, building: UUID, end: date | None, run: AnalysisRun, assumed: _Assumed
) -> AnalysisRun:
    try:
        async with database.transaction() as conn:
            analysed = await _analyze(conn, organisation, building, end, assumed)
            await runs.forget_building_runs(conn, organisation, building, kept=1)
            await runs.keep_result(conn, organisation, analysed, run.author)
            found = sum(len(meter.findings) for meter in analysed.meters)
            run = msgspec.structs.replace(run, done=run.done + 1, events=run.events + found)
            await repository.run_progress(conn, organisation, run)
    except Exception as error:  # one odd building must not end the run of all the others
        reason = error.detail if isinstance(error, EaioError) else f"unexpected: {type(error).__name__}"
        log.warning("building not analysed", building=str(building), reason=reason, exc_info=error)
        run = msgspec.structs.replace(run, done=run.done + 1, failed=run.failed + 1, error=reason)
    return run
