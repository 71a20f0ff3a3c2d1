"""What people say of findings: kept, undone, and what it silences."""

from collections.abc import Sequence
from uuid import UUID

from eaio.accounts import service as accounts
from eaio.analysis import repository as events
from eaio.analysis.compute.recurring import repeats
from eaio.analysis.models import AnomalyEvent
from eaio.analysis.models.feedback import Feedback, FeedbackDraft
from eaio.analysis.repository import feedback as repository
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound


async def give_feedback(
    conn: Connection, organisation: UUID, event_id: UUID, draft: FeedbackDraft, *, author: str
) -> AnomalyEvent:
    """Keep a verdict in place of an earlier one; "false" and "known" silence the finding and its repeats.

    Raises:
        NotFound: no such anomaly in this organisation.
    """
    event = await events.event(conn, organisation, event_id)
    await repository.withdraw(conn, organisation, event_id, author)
    await repository.give(conn, organisation, event_id, draft, author)
    return await _renewed(conn, organisation, event)


async def withdraw_feedback(conn: Connection, organisation: UUID, event_id: UUID, *, actor: str) -> AnomalyEvent:
    """Undo the verdict on a finding and what it silenced; it stays on record.

    Raises:
        NotFound: no such anomaly in this organisation, or no verdict on it.
    """
    event = await events.event(conn, organisation, event_id)
    if not await repository.withdraw(conn, organisation, event_id, actor):
        raise NotFound("Nobody has said anything of this finding, or it was undone already")
    return await _renewed(conn, organisation, event)


async def withdraw_one(conn: Connection, organisation: UUID, feedback_id: UUID, *, actor: str) -> None:
    """Undo a verdict by its own identity, whether or not its finding is still there; NotFound if there is none."""
    meter = await repository.withdraw_one(conn, organisation, feedback_id, actor)
    await silence_repeats(conn, organisation, meter)
    await accounts.raise_data_version(conn, organisation)


async def show_again(
    conn: Connection, organisation: UUID, event_id: UUID, *, actor: str, shown: bool = True
) -> AnomalyEvent:
    """Keep a finding in view although it repeats a judged one; with ``shown`` false no longer.

    Raises:
        NotFound: no such anomaly in this organisation.
    """
    event = await events.event(conn, organisation, event_id)
    await repository.show(conn, organisation, event_id, actor, shown)
    return await _renewed(conn, organisation, event)


async def feedback_of(conn: Connection, organisation: UUID) -> Sequence[Feedback]:
    """The verdicts that stand, the newest first, at most 500."""
    return await repository.feedback(conn, organisation)


async def feedback_on(
    conn: Connection, organisation: UUID, event: AnomalyEvent
) -> tuple[Feedback | None, Feedback | None]:
    """The verdict on a finding, and the one that silences it where that is another one's."""
    own = await repository.feedback(conn, organisation, event=event.id, limit=1)
    if event.silenced_by is None or (own and own[0].id == event.silenced_by):
        return (own[0] if own else None), None
    other = await repository.feedback(conn, organisation, feedback_id=event.silenced_by, limit=1)
    return (own[0] if own else None), (other[0] if other else None)


async def silence_repeats(conn: Connection, organisation: UUID, meter: UUID) -> None:
    """Bring up to date which of a meter's findings are silenced, and by which verdict."""
    judged = await repository.silencing(conn, organisation, meter)
    known = await repository.occurrences(conn, organisation, meter)
    await repository.silence(conn, organisation, meter, repeats(known, judged))


async def _renewed(conn: Connection, organisation: UUID, event: AnomalyEvent) -> AnomalyEvent:
    await silence_repeats(conn, organisation, event.meter_id)
    await events.count_open(conn, organisation, event.building_id)
    await accounts.raise_data_version(conn, organisation)
    return await events.event(conn, organisation, event.id)
