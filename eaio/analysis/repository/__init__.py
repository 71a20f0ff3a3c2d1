"""The analysis' queries, typed. Callers own the transaction."""

from collections.abc import Sequence
from datetime import date
from typing import Any, cast
from uuid import UUID

import msgspec
from msgspec import Struct
from psycopg.types.json import Jsonb

from eaio.analysis.models import (
    DATA_FAULTS,
    AnalysisRun,
    AnomalyEvent,
    AnomalyKind,
    BuildingFigures,
    EventFilter,
    EventSort,
    EventStatus,
    EventTotals,
    Finding,
    KnownEvent,
    MeterFigures,
)
from eaio.analysis.models.patterns import Member, StoredPattern, StoredShape
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries
from eaio.timeseries.units import Carrier

SQL = load_queries("eaio.analysis")
COUNT_LIMIT = 10_000
_LIST = {EventSort.NEWEST: "events_newest", EventSort.MONEY: "events_money"}


class RankedRow(Struct, frozen=True):
    """A building of the portfolio with its figures, unranked."""

    building_id: UUID
    building: str
    site_id: UUID
    site: str
    use_type: str
    area_m2: float | None
    annual_kwh: float | None
    eui: float | None
    percentile: float | None
    peers: int
    money: float | None
    co2_kg: float | None
    coverage: float
    load_factor: float | None
    unoccupied_ratio: float | None
    cvrmse: float | None
    cooling_sensitivity: float | None
    heating_sensitivity: float | None
    excess_kwh: float
    excess_money: float
    open_anomalies: int
    period_start: date
    period_end: date


async def stored_events(conn: Connection, organisation: UUID, meter: UUID) -> Sequence[KnownEvent]:
    """What is known of a meter's anomalies, in order of time."""
    return await fetch_all(conn, SQL["stored_events"], KnownEvent, organisation=organisation, meter=meter)


async def insert_events(
    conn: Connection, organisation: UUID, meter: UUID, found: Sequence[tuple[str, Finding, float | None]]
) -> int:
    """Add events with fingerprint and, where calibration moved it, confidence as found; returns how many were new."""
    rows = Jsonb([{**_row(one), "fingerprint": mark, "found_confidence": before} for mark, one, before in found])
    return await execute(conn, SQL["insert_events"], organisation=organisation, meter=meter, rows=rows)


async def update_events(
    conn: Connection, organisation: UUID, found: Sequence[tuple[UUID, Finding, float | None]]
) -> None:
    """Renew extent, amounts and words of known events; status and identity stay."""
    rows = Jsonb([{**_row(one), "id": str(event), "found_confidence": before} for event, one, before in found])
    await execute(conn, SQL["update_events"], organisation=organisation, rows=rows)


async def delete_events(conn: Connection, organisation: UUID, events: Sequence[UUID]) -> None:
    """Forget events."""
    await execute(conn, SQL["delete_events"], organisation=organisation, ids=list(events))


def _row(finding: Finding) -> dict[str, Any]:
    return msgspec.to_builtins(finding)


async def events(conn: Connection, organisation: UUID, wanted: EventFilter) -> Sequence[AnomalyEvent]:
    """One page of anomalies."""
    params = {**_filter(wanted), "limit": wanted.limit, "offset": wanted.offset}
    return await fetch_all(conn, SQL[_LIST[wanted.sort]], AnomalyEvent, organisation=organisation, **params)


async def count_events(conn: Connection, organisation: UUID, wanted: EventFilter) -> int:
    """How many anomalies the filter leaves, counted no further than ``COUNT_LIMIT``."""
    sql, params = SQL["count_events"], _filter(wanted)
    return await fetch_one(conn, sql, int, organisation=organisation, count_limit=COUNT_LIMIT, **params)


def _filter(wanted: EventFilter) -> dict[str, Any]:
    kinds = set(AnomalyKind) if wanted.kind is None else {wanted.kind}
    if wanted.faults is not None:
        kinds &= DATA_FAULTS if wanted.faults else set(AnomalyKind) - DATA_FAULTS
    narrowed = wanted.kind is not None or wanted.faults is not None
    return {
        "status": wanted.status,
        "kinds": sorted(kinds) if narrowed else None,
        "carrier": wanted.carrier,
        "building": wanted.building_id,
        "site": wanted.site_id,
        "meter": wanted.meter_id,
        "start": wanted.start,
        "end": wanted.end,
        "least_confidence": wanted.least_confidence,
        "silenced": wanted.silenced,
    }


async def event(conn: Connection, organisation: UUID, event_id: UUID) -> AnomalyEvent:
    """One anomaly; NotFound if it is not the organisation's."""
    return await fetch_one(
        conn, SQL["event"], AnomalyEvent, "No such anomaly", organisation=organisation, event=event_id
    )


async def set_status(
    conn: Connection, organisation: UUID, event_id: UUID, status: EventStatus, *, actor: str, note: str | None
) -> int:
    """Change where an anomaly stands; returns how many rows that touched."""
    params = {"event": event_id, "status": status, "actor": actor, "note": note}
    return await execute(conn, SQL["set_status"], organisation=organisation, **params)


async def event_totals(conn: Connection, organisation: UUID, building: UUID | None) -> EventTotals:
    """Open anomalies of a building, or of everything."""
    return await fetch_one(conn, SQL["event_totals"], EventTotals, organisation=organisation, building=building)


async def count_open(conn: Connection, organisation: UUID, building: UUID) -> None:
    """Bring the building's counts of open anomalies up to date; they are kept with its figures."""
    faults = sorted(DATA_FAULTS)
    await execute(conn, SQL["count_open"], organisation=organisation, building=building, faults=faults)


async def save_meter_figures(conn: Connection, organisation: UUID, figures: MeterFigures) -> None:
    """Keep the figures of a meter in place of earlier ones."""
    plain = _columns(figures)
    model = Jsonb(msgspec.to_builtins(figures.model)) if figures.model else None
    await execute(conn, SQL["save_meter_figures"], **{**plain, "model": model, "organisation": organisation})


async def save_building_figures(conn: Connection, organisation: UUID, figures: BuildingFigures) -> None:
    """Keep the figures of a building in place of earlier ones."""
    await execute(conn, SQL["save_building_figures"], **{**_columns(figures), "organisation": organisation})


def _columns(figures: Struct) -> dict[str, Any]:
    """Fields as parameters; tuples as lists, for psycopg takes a tuple for a row."""
    plain: dict[str, Any] = msgspec.structs.asdict(figures)
    return {name: list(cast("tuple[Any, ...]", v)) if isinstance(v, tuple) else v for name, v in plain.items()}


async def meter_figures(conn: Connection, organisation: UUID, building: UUID | None = None) -> Sequence[MeterFigures]:
    """Figures of the meters of a building, or of every meter."""
    return await fetch_all(conn, SQL["meter_figures"], MeterFigures, organisation=organisation, building=building)


async def building_figures(conn: Connection, organisation: UUID, building: UUID) -> BuildingFigures | None:
    """Figures of a building, None before it is analysed."""
    return await fetch_optional(
        conn, SQL["building_figures"], BuildingFigures, organisation=organisation, building=building
    )


async def has_figures(conn: Connection, organisation: UUID) -> bool:
    """Whether any building was analysed."""
    return await fetch_one(conn, SQL["has_figures"], bool, organisation=organisation)


async def portfolio(
    conn: Connection, organisation: UUID, site: UUID | None, use_type: str | None
) -> Sequence[RankedRow]:
    """Every analysed building with its percentile among its peers."""
    return await fetch_all(conn, SQL["portfolio"], RankedRow, organisation=organisation, site=site, use_type=use_type)


async def count_buildings(conn: Connection, organisation: UUID, site: UUID | None) -> int:
    """Active buildings."""
    return await fetch_one(conn, SQL["count_buildings"], int, organisation=organisation, site=site)


async def buildings_to_analyse(conn: Connection, organisation: UUID) -> Sequence[UUID]:
    """Active buildings with readings, by name."""
    return await fetch_all(conn, SQL["buildings_to_analyse"], UUID, organisation=organisation)


async def start_run(conn: Connection, organisation: UUID, author: str) -> UUID:
    """Open the record of an analysis over everything."""
    return await fetch_one(conn, SQL["start_run"], UUID, organisation=organisation, author=author)


async def running(conn: Connection, organisation: UUID) -> UUID | None:
    """The analysis that waits or runs."""
    return await fetch_optional(conn, SQL["running"], UUID, organisation=organisation)


async def run_progress(conn: Connection, organisation: UUID, run: AnalysisRun) -> None:
    """Write how far a run is."""
    params = {
        name: getattr(run, name) for name in ("status", "total", "done", "failed", "events", "error", "parameters")
    }
    await execute(conn, SQL["run_progress"], organisation=organisation, run=run.id, **params)


async def run(conn: Connection, organisation: UUID, run_id: UUID) -> AnalysisRun:
    """One run; NotFound if it is not the organisation's."""
    return await fetch_one(conn, SQL["run"], AnalysisRun, "No such run", organisation=organisation, run=run_id)


async def latest_run(conn: Connection, organisation: UUID) -> AnalysisRun | None:
    """The newest run."""
    return await fetch_optional(conn, SQL["latest_run"], AnalysisRun, organisation=organisation)


async def save_shape(conn: Connection, organisation: UUID, shape: StoredShape) -> None:
    """Keep a meter's shape in place of the earlier one; its pattern stays until the next grouping."""
    plain = {**_columns(shape), "traits": Jsonb(dict(shape.traits))}
    await execute(conn, SQL["save_shape"], organisation=organisation, **plain)


async def delete_shapes(conn: Connection, organisation: UUID, meters: Sequence[UUID]) -> None:
    """Forget the shapes of meters."""
    await execute(conn, SQL["delete_shapes"], organisation=organisation, meters=list(meters))


async def shapes(
    conn: Connection, organisation: UUID, *, carrier: Carrier | None = None, building: UUID | None = None
) -> Sequence[StoredShape]:
    """Shapes of active meters, in order of meter."""
    return await fetch_all(
        conn, SQL["shapes"], StoredShape, organisation=organisation, carrier=carrier, building=building
    )


async def shape_carriers(conn: Connection, organisation: UUID) -> Sequence[Carrier]:
    """Carriers that have shapes, the one with most meters first."""
    return [Carrier(text) for text in await fetch_all(conn, SQL["shape_carriers"], str, organisation=organisation)]


async def pattern_members(conn: Connection, organisation: UUID, carrier: Carrier) -> Sequence[Member]:
    """Every active meter of a carrier that has a shape, with its pattern."""
    return await fetch_all(conn, SQL["pattern_members"], Member, organisation=organisation, carrier=carrier)


async def patterns(conn: Connection, organisation: UUID, carrier: Carrier | None = None) -> Sequence[StoredPattern]:
    """Patterns of a carrier or of all, the largest first."""
    return await fetch_all(conn, SQL["patterns"], StoredPattern, organisation=organisation, carrier=carrier)


async def pattern(conn: Connection, organisation: UUID, pattern_id: UUID) -> StoredPattern:
    """One pattern; NotFound if it is not the organisation's."""
    return await fetch_one(
        conn, SQL["pattern"], StoredPattern, "No such pattern", organisation=organisation, pattern=pattern_id
    )


async def save_patterns(conn: Connection, organisation: UUID, carrier: Carrier, found: Sequence[StoredPattern]) -> None:
    """Keep the patterns of a carrier in place of earlier ones; those with a known id are renewed.

    Names are taken off first, so that two patterns can swap theirs.
    """
    kept = [one.id for one in found]
    await execute(conn, SQL["drop_patterns"], organisation=organisation, carrier=carrier, kept=kept)
    await execute(conn, SQL["unname_patterns"], organisation=organisation, carrier=carrier)
    for one in found:
        plain = {**_columns(one), "traits": Jsonb(dict(one.traits))}
        del plain["found_at"]
        await execute(conn, SQL["save_pattern"], organisation=organisation, **plain)


async def assign_patterns(conn: Connection, organisation: UUID, assigned: Sequence[tuple[UUID, UUID, float]]) -> None:
    """Write which pattern each meter belongs to and how near its centre it is."""
    columns = {
        "meters": [meter for meter, _, _ in assigned],
        "patterns": [pattern_id for _, pattern_id, _ in assigned],
        "likeness": [likeness for _, _, likeness in assigned],
    }
    await execute(conn, SQL["assign_patterns"], organisation=organisation, **columns)
