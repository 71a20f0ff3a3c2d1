"""Load shapes kept after an analysis, patterns over the portfolio, changes of pattern, buildings that behave alike."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from uuid import UUID, uuid4, uuid5

import numpy as np
import polars as pl
import structlog
from msgspec import Struct

from eaio.analysis import repository
from eaio.analysis.compute import clusters, pattern_names, turning
from eaio.analysis.compute.blocks import Floats, parts_alike
from eaio.analysis.compute.faults import trusted_values
from eaio.analysis.compute.load_shape import BLOCKS, MODEL, LoadShape, load_shape
from eaio.analysis.compute.meters import DAYS
from eaio.analysis.compute.reconcile import fingerprint, reconcile
from eaio.analysis.models import AnomalyKind, Finding
from eaio.analysis.models.patterns import (
    Alike,
    Member,
    Pattern,
    Patterns,
    SimilarBuildings,
    StoredPattern,
    StoredShape,
    Turn,
)
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.infra import vectors
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Unavailable
from eaio.infra.vectors import Collection, Space, Vector
from eaio.infra.vectors.models import MOST_RESULTS
from eaio.metering.compute.quality.rules import RuleParams
from eaio.timeseries.units import Carrier

log = structlog.get_logger()

NOW, BEFORE = "now", "before"
SEVERAL_METERS = 4
"""How many meters are looked at for each building wanted, since one building may have several alike."""
PART_WORDS = {
    "week": "typical week",
    "seasons": "working day by season",
    "year": "course of the year",
    "temperature": "response to temperature",
    "variability": "spread from week to week",
    "traits": "base, peak and rhythm",
}


def space_of(organisation: UUID) -> Space:
    """Where the load shapes of an organisation are."""
    return Space(Collection.BUILDING_PATTERNS, organisation, MODEL)


class _Shapes(Struct, frozen=True):
    """What one meter's readings say: this year's shape, last year's where there is one, and the turn between them."""

    now: LoadShape
    before: LoadShape | None
    turned: Turn | None


class Shaped(Struct, frozen=True):
    """Which year is shaped: the one before ``end``; where summer is, and what readings are not trusted."""

    end: date
    southern: bool
    faults: RuleParams = RuleParams()


def _shapes(hourly: pl.DataFrame, carrier: Carrier, asked: Shaped) -> _Shapes | None:
    """None where the year has too little for a shape."""
    clean = trusted_values(hourly, carrier, asked.faults)
    cut = [asked.end - timedelta(days=DAYS * years) for years in (0, 1, 2)]
    year, before = (
        clean.filter(pl.col("local").is_between(first, last, closed="left"))
        for first, last in ((cut[1], cut[0]), (cut[2], cut[1]))
    )
    now = _shape_or_none(year, asked.southern)
    if now is None:
        return None
    earlier = _shape_or_none(before, asked.southern)
    both = clean.filter(pl.col("local").is_between(cut[2], cut[0], closed="left"))
    turned = turning.turn(both, np.array(earlier.week), np.array(now.week)) if earlier else None
    return _Shapes(now, earlier, turned)


def _shape_or_none(hourly: pl.DataFrame, southern: bool) -> LoadShape | None:
    try:
        return load_shape(hourly, southern=southern)
    except InsufficientData:
        return None


async def keep_shapes(
    conn: Connection,
    organisation: UUID,
    meters: Mapping[UUID, Meter],
    frames: Mapping[UUID, pl.DataFrame],
    asked: Shaped,
) -> None:
    """Compute and keep the shapes of a building's meters; a meter with too little for one loses its old one.

    A vector store that is away is logged and left for the next analysis: everything else is still kept.
    """

    def compute() -> dict[UUID, _Shapes | None]:
        return {key: _shapes(frame, meters[key].carrier, asked) for key, frame in frames.items()}

    found = await run_cpu(compute)
    known = {key: shapes for key, shapes in found.items() if shapes is not None}
    stale = [
        *(key for key in found if key not in known),
        *(_before_id(key) for key in found if key not in known or known[key].before is None),
    ]
    for key, shapes in known.items():
        await repository.save_shape(conn, organisation, _stored(meters[key], shapes))
    await repository.delete_shapes(conn, organisation, [key for key in found if key not in known])
    try:
        store = await vectors.chosen()
        await store.delete(conn, space_of(organisation), stale)
        rows = [row for key, shapes in known.items() for row in _vectors(meters[key], shapes)]
        await store.upsert(conn, space_of(organisation), rows)
    except Unavailable as error:
        log.warning("load shapes not stored", reason=error.detail)


def _before_id(meter: UUID) -> UUID:
    """The id of last year's vector of a meter."""
    return uuid5(meter, BEFORE)


def _stored(meter: Meter, shapes: _Shapes) -> StoredShape:
    turned = shapes.turned
    return StoredShape(
        meter_id=meter.id,
        building_id=meter.building_id,
        carrier=meter.carrier,
        week=shapes.now.week,
        traits=shapes.now.traits,
        first_day=shapes.now.first_day,
        last_day=shapes.now.last_day,
        turned_at=turned and turned.start,
        turned_until=turned and turned.end,
        turned_amount=turned and turned.amount,
        turned_usual=turned and turned.usual,
    )


def _vectors(meter: Meter, shapes: _Shapes) -> list[Vector]:
    about = {"meter": str(meter.id), "building": str(meter.building_id), "carrier": meter.carrier.value}
    rows = [Vector(meter.id, shapes.now.values, {**about, "period": NOW})]
    if shapes.before is not None:
        rows.append(Vector(_before_id(meter.id), shapes.before.values, {**about, "period": BEFORE}))
    return rows


async def refresh_patterns(conn: Connection, organisation: UUID) -> int:
    """Group the shapes of every carrier anew, keep the patterns' identities, and record who changed pattern.

    Returns how many patterns there are. A carrier with too few meters has none.
    """
    count = 0
    for carrier in await repository.shape_carriers(conn, organisation):
        count += len(await _group_carrier(conn, organisation, carrier))
    return count


async def _group_carrier(conn: Connection, organisation: UUID, carrier: Carrier) -> Sequence[StoredPattern]:
    shapes = {one.meter_id: one for one in await repository.shapes(conn, organisation, carrier=carrier)}
    store, space = await vectors.chosen(), space_of(organisation)
    now = await store.fetch(conn, space, where={"carrier": carrier.value, "period": NOW})
    earlier = await store.fetch(conn, space, where={"carrier": carrier.value, "period": BEFORE})
    now = [one for one in now if one.id in shapes]
    past = await repository.patterns(conn, organisation, carrier)
    try:
        found, assigned = await run_cpu(_grouped, carrier, now, shapes, past)
    except InsufficientData:
        await repository.save_patterns(conn, organisation, carrier, [])
        return []
    await repository.save_patterns(conn, organisation, carrier, found)
    await repository.assign_patterns(conn, organisation, assigned)
    changes = _changes(found, now, {UUID(one.metadata["meter"]): one.values for one in earlier}, shapes)
    for meter in shapes:
        await _keep_change(conn, organisation, meter, changes.get(meter))
    return found


Assigned = list[tuple[UUID, UUID, float]]


def _grouped(
    carrier: Carrier, now: Sequence[Vector], shapes: Mapping[UUID, StoredShape], past: Sequence[StoredPattern]
) -> tuple[list[StoredPattern], Assigned]:
    if len(now) < clusters.FEWEST:
        raise InsufficientData(f"Patterns need at least {clusters.FEWEST} meters; there are {len(now)}")
    rows = np.stack([one.values / np.linalg.norm(one.values) for one in now])
    groups = clusters.group_vectors(rows)
    known = clusters.same_groups(groups.centres, [(one.id, np.array(one.centre)) for one in past])
    ids = [one or uuid4() for one in known]
    mine = [shapes[one.id] for one in now]
    shared = [
        pattern_names.common(
            [(shape.week, shape.traits) for shape, at in zip(mine, groups.labels, strict=True) if at == k]
        )
        for k in range(len(ids))
    ]
    found = [
        StoredPattern(
            id=ids[k],
            carrier=carrier,
            name=name,
            centre=tuple(groups.centres[k].tolist()),
            week=tuple(shared[k].week.tolist()),
            traits=shared[k].traits,
            rank=k,
            reason=groups.reason,
        )
        for k, name in enumerate(pattern_names.names_of(shared))
    ]
    near = (rows * groups.centres[groups.labels]).sum(axis=1)
    return found, [(one.id, ids[int(label)], float(n)) for one, label, n in zip(now, groups.labels, near, strict=True)]


def _changes(
    found: Sequence[StoredPattern],
    now: Sequence[Vector],
    earlier: Mapping[UUID, Floats],
    shapes: Mapping[UUID, StoredShape],
) -> dict[UUID, Finding]:
    centres = np.array([one.centre for one in found])
    changes: dict[UUID, Finding] = {}
    for one in now:
        turned = _turn_of(shapes[one.id])
        if one.id not in earlier or turned is None:
            continue
        was, is_ = (values / np.linalg.norm(values) for values in (earlier[one.id], one.values))
        moved = turning.has_changed(was, is_, centres)
        if moved is not None:
            old, new = (found[at].name for at in moved)
            changes[one.id] = turning.change_finding(turned, old, new, float(was @ is_))
    return changes


def _turn_of(shape: StoredShape) -> Turn | None:
    if shape.turned_at is None or shape.turned_until is None:
        return None
    return Turn(shape.turned_at, shape.turned_until, shape.turned_amount or 0.0, shape.turned_usual or 0.0)


async def _keep_change(conn: Connection, organisation: UUID, meter: UUID, change: Finding | None) -> None:
    """A change found again keeps its identity and status; one no longer there goes, unless people decided on it."""
    stored = await repository.stored_events(conn, organisation, meter)
    known = [event for event in stored if event.kind == AnomalyKind.PATTERN]
    result = reconcile([change] if change else [], known)
    if result.gone:
        await repository.delete_events(conn, organisation, result.gone)
    if result.same:
        await repository.update_events(conn, organisation, [(event, one, None) for event, one in result.same])
    if result.new:
        marked = [(fingerprint(one), one, None) for one in result.new]
        await repository.insert_events(conn, organisation, meter, marked)


async def similar_buildings(
    conn: Connection, organisation: UUID, building_id: UUID, *, carrier: Carrier | None = None, limit: int = 5
) -> SimilarBuildings:
    """Buildings whose meter of the same carrier behaves most like this one's.

    Without a carrier that of the building's electricity, else of its first shape. The building's own meters never
    count, and of another building only its most alike meter.

    Raises:
        NotFound: no such building in this organisation.
        InsufficientData: it has no load shape yet, or no other building has one of that carrier.
        Unavailable: the vector store does not answer.
    """
    building = await buildings.building_of(conn, organisation, building_id)
    mine = await _own_shape(conn, organisation, building_id, carrier)
    if mine is None:
        raise InsufficientData(
            f"{building.label} has no load shape yet; it takes an analysis with eight weeks of hourly readings"
        )
    store, space = await vectors.chosen(), space_of(organisation)
    own = await store.fetch(conn, space, ids=[mine.meter_id])
    if not own:
        raise InsufficientData(f"The load shape of {building.label} is not stored yet; analyse it again")
    members = {one.meter_id: one for one in await repository.pattern_members(conn, organisation, mine.carrier)}
    nearest = await _nearest(conn, space, own[0], mine, members, limit)
    if not nearest:
        raise InsufficientData(f"No other building has a load shape of {mine.carrier.value} to compare with")
    patterns = {one.id: one.name for one in await repository.patterns(conn, organisation, mine.carrier)}
    pattern_of = {key: patterns.get(one.pattern_id) for key, one in members.items() if one.pattern_id}
    weeks = {one.meter_id: one.week for one in await repository.shapes(conn, organisation, carrier=mine.carrier)}
    theirs = {one.id: one.values for one in await store.fetch(conn, space, ids=[one.meter_id for one, _ in nearest])}
    return SimilarBuildings(
        building_id=building_id,
        building=building.name,
        carrier=mine.carrier,
        meter_id=mine.meter_id,
        pattern=pattern_of.get(mine.meter_id),
        week=mine.week,
        first_day=mine.first_day,
        last_day=mine.last_day,
        compared=len({one.building_id for one in members.values()} - {building_id}),
        alike=tuple(
            Alike(
                building_id=one.building_id, building=one.building, site=one.site, use=one.use, meter_id=one.meter_id,
                likeness=likeness, pattern=pattern_of.get(one.meter_id), week=weeks[one.meter_id],
                alike_in=_alike_in(own[0].values, theirs[one.meter_id]),
            )
            for one, likeness in nearest
        ),
    )  # fmt: skip


async def _nearest(
    conn: Connection, space: Space, own: Vector, mine: StoredShape, members: Mapping[UUID, Member], limit: int
) -> list[tuple[Member, float]]:
    """The most alike meter of each of the nearest other buildings, the most alike first."""
    store, where = await vectors.chosen(), {"carrier": mine.carrier.value, "period": NOW}
    wanted = min(SEVERAL_METERS * (limit + 2), MOST_RESULTS)
    best: dict[UUID, tuple[Member, float]] = {}
    for match in await store.search(conn, space, own.values, wanted, where):
        member = members.get(match.id)
        if member is not None and member.building_id != mine.building_id:
            best.setdefault(member.building_id, (member, match.similarity))
    return list(best.values())[:limit]


def _alike_in(one: Floats, other: Floats) -> tuple[str, ...]:
    """The two parts of the shape that match best, of those that match at all well."""
    parts = parts_alike(BLOCKS, one, other)
    best = sorted(parts, key=lambda name: -parts[name])[:2]
    return tuple(PART_WORDS[name] for name in best if parts[name] > 0.5)


async def _own_shape(
    conn: Connection, organisation: UUID, building_id: UUID, carrier: Carrier | None
) -> StoredShape | None:
    own = await repository.shapes(conn, organisation, building=building_id)
    if carrier is not None:
        own = [one for one in own if one.carrier == carrier]
    return min(own, key=lambda one: (one.carrier != Carrier.ELECTRICITY, one.carrier, str(one.meter_id)), default=None)


async def load_patterns(conn: Connection, organisation: UUID, carrier: Carrier | None = None) -> Patterns:
    """The patterns of a carrier with their members; without one, of the carrier with the most shapes."""
    carriers = await repository.shape_carriers(conn, organisation)
    wanted = carrier or (carriers[0] if carriers else Carrier.ELECTRICITY)
    members = await repository.pattern_members(conn, organisation, wanted)
    stored = await repository.patterns(conn, organisation, wanted)
    few = f"Patterns need at least {clusters.FEWEST} meters of a carrier with a load shape; there are {len(members)}"
    waiting = "There are enough load shapes; the next analysis of everything finds the patterns"
    return Patterns(
        carrier=wanted,
        carriers=tuple(carriers),
        patterns=tuple(
            Pattern(
                id=one.id,
                carrier=one.carrier,
                name=one.name,
                week=one.week,
                traits=one.traits,
                members=tuple(member for member in members if member.pattern_id == one.id),
            )
            for one in stored
        ),
        reason=stored[0].reason if stored else few if len(members) < clusters.FEWEST else waiting,
        shapes=len(members),
    )


async def pattern_week(conn: Connection, organisation: UUID, pattern_id: UUID) -> StoredPattern:
    """One pattern as stored; NotFound if it is not this organisation's."""
    return await repository.pattern(conn, organisation, pattern_id)
