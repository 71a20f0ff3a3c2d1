"""Queries of measurement and verification studies, typed. Callers own the transaction."""

from collections.abc import Sequence
from uuid import UUID

import msgspec
from msgspec import Struct
from psycopg.types.json import Jsonb

from eaio.analysis.models.studies import (
    DeclaredEvent,
    EventDraft,
    FittedBaseline,
    StoredBaseline,
    StoredResult,
    Study,
    StudyDraft,
    Verified,
)
from eaio.infra.db import Connection, execute, fetch_all, fetch_optional, load_queries
from eaio.infra.errors import NotFound

SQL = load_queries("eaio.analysis")


class ResultLine(Struct, frozen=True):
    """The headline of a kept result."""

    study_id: UUID
    data_version: int
    revision: int
    refusal: str | None
    avoided: float | None
    fraction: float | None
    band: float | None
    significant: bool | None


async def studies(
    conn: Connection,
    organisation: UUID,
    *,
    study: UUID | None = None,
    meter: UUID | None = None,
    building: UUID | None = None,
    archived: bool = False,
) -> Sequence[Study]:
    """Studies of the organisation, the newest first, at most 1,000."""
    return await fetch_all(
        conn,
        SQL["studies"],
        Study,
        organisation=organisation,
        study=study,
        meter=meter,
        building=building,
        archived=archived,
    )


async def study(conn: Connection, organisation: UUID, study_id: UUID) -> Study:
    """One study, archived or not; NotFound if it is not this organisation's."""
    found = await studies(conn, organisation, study=study_id, archived=True)
    if not found:
        raise NotFound("There is no such study")
    return found[0]


async def insert_study(conn: Connection, organisation: UUID, meter: UUID, draft: StudyDraft, author: str) -> UUID:
    """Add a study; NotFound if the meter is not this organisation's."""
    made = await fetch_optional(
        conn, SQL["insert_study"], UUID, organisation=organisation, meter=meter, author=author, **_columns(draft)
    )
    if made is None:
        raise NotFound("There is no such meter")
    return made


async def update_study(conn: Connection, organisation: UUID, study_id: UUID, draft: StudyDraft, author: str) -> None:
    """Change a study and raise its revision."""
    await execute(
        conn, SQL["update_study"], organisation=organisation, study=study_id, author=author, **_columns(draft)
    )


def _columns(draft: StudyDraft) -> dict[str, object]:
    return {
        "name": draft.name,
        "baseline_first": draft.baseline.first,
        "baseline_last": draft.baseline.last,
        "reporting_first": draft.reporting_first,
        "reporting_last": draft.reporting_last,
        "method": draft.method,
        "interval": draft.interval,
        "confidence": draft.confidence,
    }


async def touch_study(conn: Connection, organisation: UUID, study_id: UUID, author: str) -> None:
    """Raise the revision of a study whose events changed."""
    await execute(conn, SQL["touch_study"], organisation=organisation, study=study_id, author=author)


async def archive_study(conn: Connection, organisation: UUID, study_id: UUID, author: str, *, archived: bool) -> None:
    """Put a study aside, or bring it back."""
    await execute(
        conn, SQL["archive_study"], organisation=organisation, study=study_id, author=author, archived=archived
    )


async def events(conn: Connection, organisation: UUID, study_id: UUID) -> Sequence[DeclaredEvent]:
    """Declared events of a study, undone ones too, in order of time."""
    return await fetch_all(conn, SQL["study_events"], DeclaredEvent, organisation=organisation, study=study_id)


async def insert_event(
    conn: Connection, organisation: UUID, study_id: UUID, draft: EventDraft, author: str
) -> UUID | None:
    """Declare an event; None if the study is not this organisation's."""
    return await fetch_optional(
        conn,
        SQL["insert_study_event"],
        UUID,
        organisation=organisation,
        study=study_id,
        first=draft.first,
        last=draft.last,
        treatment=draft.treatment,
        amount=draft.amount,
        reason=draft.reason,
        author=author,
    )


async def undo_event(conn: Connection, organisation: UUID, study_id: UUID, event: UUID, author: str) -> int:
    """Mark an event as undone; 0 if there is none that still counts."""
    return await execute(
        conn, SQL["undo_study_event"], organisation=organisation, study=study_id, event=event, author=author
    )


async def baseline(conn: Connection, organisation: UUID, study_id: UUID) -> StoredBaseline | None:
    """The kept baseline of a study."""
    return await fetch_optional(conn, SQL["study_baseline"], StoredBaseline, organisation=organisation, study=study_id)


async def save_baseline(conn: Connection, organisation: UUID, study_id: UUID, fitted: FittedBaseline) -> None:
    """Keep a baseline in the place of the last one."""
    await execute(conn, SQL["save_study_baseline"], organisation=organisation, study=study_id, fitted=_json(fitted))


async def forget(conn: Connection, organisation: UUID, study_id: UUID, *, baseline: bool) -> None:
    """Drop a study's result, and its baseline too if asked."""
    await execute(conn, SQL["delete_study_result"], organisation=organisation, study=study_id)
    if baseline:
        await execute(conn, SQL["delete_study_baseline"], organisation=organisation, study=study_id)


async def result(conn: Connection, organisation: UUID, study_id: UUID) -> StoredResult | None:
    """The kept result of a study."""
    return await fetch_optional(conn, SQL["study_result"], StoredResult, organisation=organisation, study=study_id)


async def result_lines(conn: Connection, organisation: UUID) -> Sequence[ResultLine]:
    """The headlines of all kept results."""
    return await fetch_all(conn, SQL["study_results"], ResultLine, organisation=organisation)


async def save_result(
    conn: Connection, organisation: UUID, study: Study, data_version: int, found: Verified | str
) -> None:
    """Keep a result, or the refusal in its place."""
    refused = isinstance(found, str)
    await execute(
        conn,
        SQL["save_study_result"],
        organisation=organisation,
        study=study.id,
        data_version=data_version,
        revision=study.revision,
        result=None if refused else _json(found),
        refusal=found if refused else None,
    )


def _json(value: Struct) -> Jsonb:
    return Jsonb(value, dumps=msgspec.json.encode)
