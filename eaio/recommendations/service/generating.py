"""Looking at the readings, finding the measures, storing them."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.buildings.models import Building, BuildingFilter, Meter, Site
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.infra.errors import NotFound
from eaio.infra.jobs import defer
from eaio.metering import service as metering
from eaio.recommendations import repository
from eaio.recommendations.compute.catalogue import CATALOGUE
from eaio.recommendations.compute.inputs import Inputs
from eaio.recommendations.compute.merge import merge_meters
from eaio.recommendations.compute.peers import Peer, figures, peers_of
from eaio.recommendations.compute.rank import recommend
from eaio.recommendations.compute.signals import Signals, building_signals
from eaio.recommendations.models import BuildingFacts, Opportunity, Run
from eaio.recommendations.repository import SignalsRow, StoredSignals
from eaio.recommendations.service.assumptions import inputs_by_site
from eaio.timeseries.format import day
from eaio.timeseries.units import Carrier

JOB = "recommendations:generate"
RERANK_JOB = "recommendations:rerank"
QUEUE = "recommendations"
HISTORY = timedelta(days=800)
"""Two years of readings and a margin."""
STALE = timedelta(days=365)
BATCH = 20
READERS = 2


class Outcome(Struct, frozen=True):
    """What happened to some buildings."""

    proposed: int = 0
    withdrawn: int = 0
    skipped: int = 0

    def plus(self, other: "Outcome") -> "Outcome":
        """Both together."""
        return Outcome(self.proposed + other.proposed, self.withdrawn + other.withdrawn, self.skipped + other.skipped)


async def generate(
    conn: Connection, organisation: UUID, building_ids: Sequence[UUID] | None = None, author: str = "system"
) -> Run:
    """Look at the readings of some or all buildings and renew their recommendations, in the caller's transaction.

    A portfolio is better served by ``request_run``: it works in the background and in batches.

    Raises:
        NotFound: one of the buildings is not this organisation's.
    """
    wanted = await _buildings(conn, organisation, building_ids)
    run = await repository.start_run(conn, organisation, author, len(wanted))
    await look(conn, organisation, wanted, await ground(conn, organisation, wanted))
    outcome = await rerank(conn, organisation, [building.id for building in wanted])
    return await _finish(conn, organisation, run, len(wanted), outcome)


async def _buildings(conn: Connection, organisation: UUID, ids: Sequence[UUID] | None) -> Sequence[Building]:
    found: list[Building] = []
    while True:
        wanted = BuildingFilter(limit=buildings.LARGEST_PAGE, offset=len(found))
        page = await buildings.list_buildings(conn, organisation, wanted)
        found += page.items
        if not page.items or len(found) >= page.total:
            break
    if ids is None:
        return found
    known = {building.id: building for building in found}
    if any(id_ not in known for id_ in ids):
        raise NotFound("No such building")
    return [known[id_] for id_ in dict.fromkeys(ids)]


async def start_run(conn: Connection, organisation: UUID, author: str) -> Run:
    """A run for whoever carries it out with ``generate_in_batches`` at once."""
    return await repository.start_run(conn, organisation, author, 0)


async def request_run(conn: Connection, organisation: UUID, building_ids: Sequence[UUID] | None, author: str) -> Run:
    """Queue a run over some or all buildings; it begins when the caller's transaction has committed.

    While a run over everything is under way, a second one is not queued: the first is returned.
    """
    wanted = await _buildings(conn, organisation, building_ids)
    if building_ids is None and wanted:
        under_way = await repository.run_under_way(conn, organisation, len(wanted))
        if under_way is not None:
            return under_way
    run = await repository.start_run(conn, organisation, author, len(wanted))
    ids = None if building_ids is None else [str(building.id) for building in wanted]
    await defer(conn, JOB, QUEUE, organisation=str(organisation), run=str(run.id), buildings=ids)
    return run


async def generate_in_batches(
    db: Database, organisation: UUID, run_id: UUID, building_ids: Sequence[UUID] | None = None
) -> Run:
    """Carry out a queued run: signals batch by batch, each in its own transaction, then peers and cases."""
    async with db.transaction() as conn:
        run = await repository.run(conn, organisation, run_id)
        wanted = await _buildings(conn, organisation, building_ids)
        run = replace(run, status="running", total=len(wanted))
        await repository.progress_run(conn, organisation, run)
        known = await ground(conn, organisation, wanted)
    await _look_at_all(db, organisation, wanted, known, run)
    outcome = Outcome()
    for start in range(0, len(wanted), 10 * BATCH):
        async with db.transaction() as conn:
            ids = [building.id for building in wanted[start : start + 10 * BATCH]]
            outcome = outcome.plus(await rerank(conn, organisation, ids))
    async with db.transaction() as conn:
        return await _finish(conn, organisation, run, len(wanted), outcome)


async def _look_at_all(db: Database, organisation: UUID, wanted: Sequence[Building], known: "Ground", run: Run) -> None:
    """Signals of all buildings: while one batch computes, another reads."""
    batches = [wanted[start : start + BATCH] for start in range(0, len(wanted), BATCH)]
    waiting, done = iter(batches), 0

    async def work() -> None:
        nonlocal done
        for batch in waiting:
            async with db.transaction() as conn:
                await look(conn, organisation, batch, known)
                done += len(batch)
                await repository.progress_run(conn, organisation, replace(run, done=done))

    tasks = [asyncio.create_task(work()) for _ in range(READERS)]
    try:
        await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def fail_run(conn: Connection, organisation: UUID, run_id: UUID, error: str) -> None:
    """Say that a run ended early, and why."""
    run = await repository.run(conn, organisation, run_id)
    await repository.progress_run(conn, organisation, replace(run, status="failed", error=error[:500]))


async def request_rerank(conn: Connection, organisation: UUID, site: UUID | None) -> None:
    """Queue new cases for the buildings that a changed figure touches."""
    once = f"rerank:{organisation}:{site}"
    await defer(conn, RERANK_JOB, QUEUE, once, organisation=str(organisation), site=str(site) if site else None)


async def rerank_site(db: Database, organisation: UUID, site: UUID | None) -> None:
    """Price the buildings of a site, or all, again in batches."""
    async with db.transaction() as conn:
        ids = await repository.buildings_with_signals(conn, organisation, site)
    for start in range(0, len(ids), 10 * BATCH):
        async with db.transaction() as conn:
            await rerank(conn, organisation, ids[start : start + 10 * BATCH])
    async with db.transaction() as conn:
        await accounts.raise_data_version(conn, organisation)


async def refresh(db: Database, organisation: UUID, author: str = "after an analysis") -> Run:
    """Look at everything now, as a run of its own."""
    async with db.transaction() as conn:
        run = await start_run(conn, organisation, author)
    return await generate_in_batches(db, organisation, run.id)


async def _finish(conn: Connection, organisation: UUID, run: Run, done: int, outcome: Outcome) -> Run:
    run = replace(run, status="done", done=done, **msgspec.structs.asdict(outcome))
    await repository.progress_run(conn, organisation, run)
    await accounts.raise_data_version(conn, organisation)
    return await repository.run(conn, organisation, run.id)


class Ground(Struct, frozen=True):
    """What looking at any building needs, read once for a run."""

    meters: Mapping[UUID, Sequence[Meter]]
    sites: Mapping[UUID, Site]
    inputs: Mapping[UUID, Inputs]
    current_since: datetime
    """A meter that fell silent before it, a year before the portfolio's last reading, says nothing of today."""


async def ground(conn: Connection, organisation: UUID, only: Sequence[Building]) -> Ground:
    """Meters by building, sites and figures; of a single building only its own meters."""
    one = only[0].id if len(only) == 1 else None
    meters: dict[UUID, list[Meter]] = {}
    for meter in await buildings.meters_of(conn, organisation, one):
        meters.setdefault(meter.building_id, []).append(meter)
    sites = {site.id: site for site in await buildings.sites_of(conn, organisation, archived=True)}
    last = (await metering.local_extent(conn, organisation)).last
    since = last.replace(tzinfo=UTC) - STALE if last else datetime.min.replace(tzinfo=UTC)
    return Ground(meters, sites, await inputs_by_site(conn, organisation), since)


async def look(conn: Connection, organisation: UUID, wanted: Sequence[Building], known: Ground) -> None:
    """Compute and store the signals of some buildings; those without readings are passed over."""
    for building in wanted:
        meters = known.meters.get(building.id, ())
        as_of = max((meter.last_reading for meter in meters if meter.last_reading), default=None)
        if as_of is None:
            continue
        frames = await metering.hourly_frames(conn, organisation, building.id, as_of - HISTORY, None)
        site = known.sites[building.site_id]
        facts = facts_of(building, meters, site.latitude, site.longitude)
        signals = await run_cpu(_signals, facts, meters, frames, known.current_since)
        row = _row(building, as_of, signals, known.inputs[building.site_id])
        await repository.save_signals(conn, organisation, row)


def _signals(
    facts: BuildingFacts, meters: Sequence[Meter], frames: Mapping[UUID, pl.DataFrame], since: datetime
) -> Signals:
    """Signals of the carriers that are still read; a replaced meter stays part of its carrier's history."""
    by_carrier: dict[Carrier, list[pl.DataFrame]] = {}
    ended: dict[Carrier, datetime] = {}
    for meter in meters:
        if meter.id in frames and meter.last_reading is not None:
            by_carrier.setdefault(meter.carrier, []).append(frames[meter.id])
            ended[meter.carrier] = max(meter.last_reading, ended.get(meter.carrier, meter.last_reading))
    current = {carrier: merge_meters(found) for carrier, found in by_carrier.items() if ended[carrier] >= since}
    silent = tuple(
        f"{carrier}: readings end on {day(last)}, more than a year before the portfolio's last"
        for carrier, last in ended.items()
        if last < since
    )
    signals = building_signals(facts, current)
    return replace(signals, skipped=signals.skipped + silent)


def facts_of(
    building: Building, meters: Sequence[Meter], latitude: float | None, longitude: float | None
) -> BuildingFacts:
    """What the rules need to know of a building; its own place, or that of its site."""
    return BuildingFacts(
        id=str(building.id),
        name=building.name,
        use=building.primary_use or "",
        sub_use=building.sub_use or "",
        site=building.site,
        area_m2=building.area_m2,
        year_built=building.year_renovated or building.year_built,
        floors=building.floors or None,
        latitude=building.latitude if building.latitude is not None else latitude,
        longitude=building.longitude if building.longitude is not None else longitude,
        heating_type=building.heating_type,
        has_solar=bool(building.has_renewable) or any(meter.carrier is Carrier.SOLAR for meter in meters),
    )


def _row(building: Building, as_of: datetime, signals: Signals, inputs: Inputs) -> SignalsRow:
    loads = {carrier: load.annual for carrier, load in signals.loads.items() if carrier is not Carrier.SOLAR}
    return SignalsRow(
        building=building.id,
        use=signals.facts.use,
        as_of=as_of.astimezone(UTC),
        signals=msgspec.to_builtins(signals, str_keys=True),
        figures=figures(signals),
        skipped=signals.skipped,
        money=sum(inputs.rates.money(carrier, amount) or 0.0 for carrier, amount in loads.items()) if loads else None,
        co2=sum(inputs.rates.co2(carrier, amount) or 0.0 for carrier, amount in loads.items()) if loads else None,
    )


async def rerank(conn: Connection, organisation: UUID, building_ids: Sequence[UUID]) -> Outcome:
    """Find, price and rank measures from stored signals, without reading the meters again."""
    stored = await repository.signals_of(conn, organisation, building_ids)
    peers = peers_of((row.use, row.sub_use, row.figures) for row in await repository.peer_figures(conn, organisation))
    inputs = await inputs_by_site(conn, organisation)
    sites = {building.id: building.site_id for building in await _buildings(conn, organisation, None)}
    refused = await repository.rejected(conn, organisation, building_ids)
    priced = [(row, inputs[sites[row.building_id]]) for row in stored if row.building_id in sites]
    found = await run_cpu(_recommend_all, priced, peers, refused)
    outcome = Outcome(skipped=len(building_ids) - len(found))
    for row, cases in found:
        measures = [(CATALOGUE[case.measure], case) for case in cases]
        gone = await repository.save_recommendations(conn, organisation, row.building_id, row.as_of, measures)
        outcome = outcome.plus(Outcome(proposed=len(cases), withdrawn=gone))
    return outcome


def _recommend_all(
    priced: Sequence[tuple[StoredSignals, Inputs]],
    peers: Mapping[tuple[str, str], Peer],
    refused: Mapping[UUID, set[str]],
) -> list[tuple[StoredSignals, tuple[Opportunity, ...]]]:
    out: list[tuple[StoredSignals, tuple[Opportunity, ...]]] = []
    for row, inputs in priced:
        signals = msgspec.json.decode(row.signals, type=Signals)
        out.append((row, recommend(signals, peers, inputs, frozenset(refused.get(row.building_id, ())))))
    return out
