"""The queries of recommendations, typed. Callers own the transaction."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from msgspec import Struct, structs, to_builtins
from psycopg.types.json import Jsonb

from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries
from eaio.recommendations.models import (
    Assumption,
    Baseline,
    Event,
    Filters,
    Measure,
    MeasureSum,
    Opportunity,
    Recommendation,
    Run,
    Status,
    Summary,
    Totals,
)

SQL = load_queries("eaio.recommendations")


class StoredSignals(Struct, frozen=True):
    """The signals of a building as JSON text, and the last reading behind them."""

    building_id: UUID
    as_of: datetime
    signals: str


class SignalsRow(Struct, frozen=True, kw_only=True):
    """What is stored of a building's readings."""

    building: UUID
    use: str
    as_of: datetime
    signals: Mapping[str, Any]
    figures: Mapping[str, float]
    skipped: Sequence[str]
    money: float | None
    co2: float | None


class PeerFigures(Struct, frozen=True):
    """What a building is compared by."""

    use: str
    sub_use: str
    figures: dict[str, float]


class RejectedMeasure(Struct, frozen=True):
    """A measure that somebody has turned down for a building."""

    building_id: UUID
    measure: str


async def save_signals(conn: Connection, organisation: UUID, row: SignalsRow) -> None:
    """Replace what is known of a building."""
    values = structs.asdict(row) | {
        "signals": Jsonb(row.signals),
        "figures": Jsonb(row.figures),
        "skipped": list(row.skipped),
    }
    await execute(conn, SQL["save_signals"], organisation=organisation, **values)


async def signals_of(conn: Connection, organisation: UUID, buildings: Sequence[UUID]) -> Sequence[StoredSignals]:
    """Stored signals of these buildings."""
    return await fetch_all(conn, SQL["signals_of"], StoredSignals, organisation=organisation, buildings=list(buildings))


async def buildings_with_signals(conn: Connection, organisation: UUID, site: UUID | None) -> Sequence[UUID]:
    """Active buildings that have been looked at, by name."""
    return await fetch_all(conn, SQL["buildings_with_signals"], UUID, organisation=organisation, site=site)


async def peer_figures(conn: Connection, organisation: UUID) -> Sequence[PeerFigures]:
    """What every active building is compared by."""
    return await fetch_all(conn, SQL["peer_figures"], PeerFigures, organisation=organisation)


async def baseline(conn: Connection, organisation: UUID, wanted: Filters) -> Baseline:
    """Annual cost and carbon of the buildings of a filter."""
    conditions = {"site": wanted.site, "building": wanted.building, "use": wanted.use}
    return await fetch_one(conn, SQL["baseline"], Baseline, "No buildings", organisation=organisation, **conditions)


async def rejected(conn: Connection, organisation: UUID, buildings: Sequence[UUID]) -> dict[UUID, set[str]]:
    """Rejected measures by building."""
    rows = await fetch_all(
        conn, SQL["rejected_measures"], RejectedMeasure, organisation=organisation, buildings=list(buildings)
    )
    found: dict[UUID, set[str]] = {}
    for row in rows:
        found.setdefault(row.building_id, set()).add(row.measure)
    return found


async def save_recommendations(
    conn: Connection,
    organisation: UUID,
    building: UUID,
    as_of: datetime,
    found: Sequence[tuple[Measure, Opportunity]],
) -> int:
    """Store a building's measures and withdraw those that are no longer found; returns how many were withdrawn."""
    rows = Jsonb([_row(measure, case) for measure, case in found])
    await execute(
        conn, SQL["save_recommendations"], organisation=organisation, building=building, as_of=as_of, rows=rows
    )
    codes = [measure.code for measure, _ in found]
    return await execute(conn, SQL["withdraw"], organisation=organisation, building=building, found=codes)


def _row(measure: Measure, case: Opportunity) -> dict[str, Any]:
    flow, net = case.finance, case.net
    return {
        "measure": measure.code,
        "name": measure.name,
        "end_use": measure.end_use,
        "effort": measure.effort,
        "disruption": measure.disruption,
        "rank": case.rank,
        "sentence": case.evidence.sentence,
        "money": case.money.likely,
        "money_low": case.money.low,
        "money_high": case.money.high,
        "cost": case.cost.likely if case.cost else None,
        "npv": flow.npv.likely if flow.npv else None,
        "payback": flow.payback,
        "co2": case.co2.likely,
        "energy_kwh": case.energy_kwh,
        "value": case.value,
        "confidence": case.confidence,
        "net_money": net.money if net else None,
        "net_co2": net.co2 if net else None,
        "net_kwh": net.energy_kwh if net else None,
        "net_npv": net.npv if net else None,
        "detail": to_builtins(case),
    }


def _conditions(wanted: Filters) -> dict[str, Any]:
    conditions = structs.asdict(wanted)
    search = (wanted.search or "").strip()
    conditions["sign"] = -1 if conditions.pop("reverse") else 1
    conditions["search"] = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") or None
    return conditions


async def recommendations(conn: Connection, organisation: UUID, wanted: Filters) -> Sequence[Summary]:
    """One page of recommendations."""
    return await fetch_all(conn, SQL["recommendations"], Summary, organisation=organisation, **_conditions(wanted))


async def totals(conn: Connection, organisation: UUID, wanted: Filters) -> Totals:
    """What all pages of a filter come to."""
    return await fetch_one(conn, SQL["totals"], Totals, organisation=organisation, **_conditions(wanted))


async def sums_by_measure(conn: Connection, organisation: UUID, wanted: Filters) -> Sequence[MeasureSum]:
    """Money by measure over the buildings of a filter, the largest first, overlaps counted once."""
    conditions = {"site": wanted.site, "building": wanted.building, "use": wanted.use, "status": wanted.status}
    return await fetch_all(conn, SQL["sums_by_measure"], MeasureSum, organisation=organisation, **conditions)


async def recommendation(conn: Connection, organisation: UUID, id_: UUID) -> Recommendation:
    """One recommendation with its case."""
    return await fetch_one(
        conn, SQL["recommendation"], Recommendation, "No such recommendation", organisation=organisation, id=id_
    )


async def decide(
    conn: Connection,
    organisation: UUID,
    id_: UUID,
    *,
    status: Status,
    reason: str,
    owner: str,
    due: date | None,
    notes: str,
) -> None:
    """Store what people decided."""
    values = {"status": status, "reason": reason, "owner": owner, "due": due, "notes": notes}
    await execute(conn, SQL["decide"], organisation=organisation, id=id_, **values)


async def record_event(conn: Connection, organisation: UUID, id_: UUID, actor: str, event: Mapping[str, str]) -> None:
    """Add a step to the history; ``event`` has action, old, new and note."""
    await execute(conn, SQL["record_event"], organisation=organisation, id=id_, actor=actor, **event)


async def history(conn: Connection, organisation: UUID, id_: UUID) -> Sequence[Event]:
    """What happened to a recommendation, newest first."""
    return await fetch_all(conn, SQL["history"], Event, organisation=organisation, id=id_)


async def assumptions(conn: Connection, organisation: UUID) -> Sequence[Assumption]:
    """The organisation's own figures."""
    return await fetch_all(conn, SQL["assumptions"], Assumption, organisation=organisation)


async def save_assumption(conn: Connection, organisation: UUID, author: str, values: Mapping[str, Any]) -> UUID:
    """Add or replace an own figure; ``values`` has site, key, low, likely, high, unit, source, dated."""
    return await fetch_one(conn, SQL["save_assumption"], UUID, organisation=organisation, author=author, **values)


async def remove_assumption(conn: Connection, organisation: UUID, id_: UUID) -> int:
    """Return to the default."""
    return await execute(conn, SQL["remove_assumption"], organisation=organisation, id=id_)


async def start_run(conn: Connection, organisation: UUID, author: str, total: int) -> Run:
    """A run that waits."""
    return await fetch_one(conn, SQL["start_run"], Run, organisation=organisation, author=author, total=total)


async def progress_run(conn: Connection, organisation: UUID, run: Run) -> None:
    """Say how far a run has come."""
    names: Collection[str] = ("id", "status", "total", "done", "proposed", "withdrawn", "skipped", "error")
    await execute(conn, SQL["progress_run"], organisation=organisation, **{name: getattr(run, name) for name in names})


async def run(conn: Connection, organisation: UUID, id_: UUID) -> Run:
    """One run."""
    return await fetch_one(conn, SQL["run"], Run, "No such run", organisation=organisation, id=id_)


async def run_under_way(conn: Connection, organisation: UUID, least: int) -> Run | None:
    """A run over at least so many buildings that has not ended; one older than an hour is given up."""
    return await fetch_optional(conn, SQL["run_under_way"], Run, organisation=organisation, least=least)


async def latest_run(conn: Connection, organisation: UUID) -> Run | None:
    """The newest run."""
    return await fetch_optional(conn, SQL["latest_run"], Run, organisation=organisation)
