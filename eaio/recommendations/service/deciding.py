"""What people decide about recommendations."""

from uuid import UUID

from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, Invalid
from eaio.recommendations import repository
from eaio.recommendations.models import NEXT, Decision, Recommendation, Status
from eaio.recommendations.service.generating import rerank


async def decide(conn: Connection, organisation: UUID, id_: UUID, decision: Decision, actor: str) -> Recommendation:
    """Change status, owner, due date or notes; every change is kept in the history.

    Rejecting, or taking a rejection back, shares out the overlaps of the building's other measures anew.

    Raises:
        Conflict: the status cannot follow the present one.
        Invalid: a rejection without a reason.
        NotFound: no such recommendation in this organisation.
    """
    before = await repository.recommendation(conn, organisation, id_)
    status = decision.status or before.status
    reason = _reason(before, status, decision)
    after = {
        "owner": before.owner if decision.owner is None else decision.owner.strip(),
        "notes": before.notes if decision.notes is None else decision.notes.strip(),
    }
    due = decision.due or before.due
    await repository.decide(conn, organisation, id_, status=status, reason=reason, due=due, **after)
    changes = [("status", before.status, status), ("due", before.due or "", due or "")]
    changes += [(name, getattr(before, name), value) for name, value in after.items()]
    for action, old, new in changes:
        if old != new:
            note = reason if action == "status" else ""
            event = {"action": action, "old": str(old), "new": str(new), "note": note}
            await repository.record_event(conn, organisation, id_, actor, event)
    if Status.REJECTED in {before.status, status} and before.status != status:
        await rerank(conn, organisation, [before.building_id])
    return await repository.recommendation(conn, organisation, id_)


def _reason(before: Recommendation, status: Status, decision: Decision) -> str:
    """The reason to keep, after checking that the step is allowed."""
    if status != before.status and status not in NEXT[before.status]:
        allowed = ", ".join(NEXT[before.status]).replace("_", " ")
        raise Conflict(f"What is {_words(before.status)} cannot become {_words(status)}; it can become {allowed}")
    if status is not Status.REJECTED:
        return ""
    reason = (decision.reason or before.reason).strip()
    if not reason:
        raise Invalid("Say why it is rejected, so that nobody proposes it again", reason="is needed")
    return reason


def _words(status: Status) -> str:
    return status.value.replace("_", " ")
