"""Verdicts on findings and what they silence."""

from collections.abc import Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from eaio.analysis.models.feedback import Feedback, FeedbackDraft, Judged, Occurrence, Repeat, Silencing
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, load_queries

SQL = load_queries("eaio.analysis")
LONGEST = 500


async def give(conn: Connection, organisation: UUID, event: UUID, draft: FeedbackDraft, author: str) -> int:
    """Keep a verdict with what its event is now; 0 where there is no such event."""
    given = {"event": event, "verdict": draft.verdict, "note": draft.note, "author": author}
    return await execute(conn, SQL["give_feedback"], organisation=organisation, **given)


async def withdraw(conn: Connection, organisation: UUID, event: UUID, actor: str) -> int:
    """Undo the verdict on an event; it stays on record."""
    return await execute(conn, SQL["withdraw_feedback"], organisation=organisation, event=event, actor=actor)


async def withdraw_one(conn: Connection, organisation: UUID, feedback: UUID, actor: str) -> UUID:
    """Undo a verdict whose event may be gone; returns its meter, NotFound if there is none to undo."""
    given = {"feedback": feedback, "actor": actor}
    return await fetch_one(
        conn, SQL["withdraw_one"], UUID, "No such feedback, or undone already", organisation=organisation, **given
    )


async def feedback(
    conn: Connection,
    organisation: UUID,
    *,
    feedback_id: UUID | None = None,
    event: UUID | None = None,
    limit: int = LONGEST,
) -> Sequence[Feedback]:
    """Verdicts that stand, the newest first."""
    narrowed = {"feedback": feedback_id, "event": event, "limit": limit}
    return await fetch_all(conn, SQL["feedback"], Feedback, organisation=organisation, **narrowed)


async def judged(conn: Connection, organisation: UUID) -> Sequence[Judged]:
    """Every verdict that stands, as calibration sees it."""
    return await fetch_all(conn, SQL["judged"], Judged, organisation=organisation)


async def silencing(conn: Connection, organisation: UUID, meter: UUID) -> Sequence[Silencing]:
    """Verdicts on a meter's events that silence repeats."""
    return await fetch_all(conn, SQL["silencing"], Silencing, organisation=organisation, meter=meter)


async def occurrences(conn: Connection, organisation: UUID, meter: UUID) -> Sequence[Occurrence]:
    """A meter's events as far as repetition goes."""
    return await fetch_all(conn, SQL["occurrences"], Occurrence, organisation=organisation, meter=meter)


async def silence(conn: Connection, organisation: UUID, meter: UUID, found: Sequence[Repeat]) -> None:
    """Write which of a meter's events are silenced by what; all others are not."""
    rows = Jsonb([{"event": str(one.event), "feedback": str(one.feedback)} for one in found])
    await execute(conn, SQL["silence"], organisation=organisation, meter=meter, rows=rows)


async def show(conn: Connection, organisation: UUID, event: UUID, actor: str, shown: bool) -> int:
    """Keep an event in view although it repeats a judged one, or no longer."""
    return await execute(conn, SQL["show_event"], organisation=organisation, event=event, actor=actor, shown=shown)
