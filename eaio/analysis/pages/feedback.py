"""Buttons of a finding's page: is it real, false or known; keep a silenced one in view."""

from uuid import UUID

from litestar import post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from eaio.analysis import service
from eaio.analysis.models.feedback import FeedbackDraft, FindingVerdict
from eaio.infra.errors import Invalid
from eaio.infra.identity import Action
from eaio.infra.web.handlers import Conn, Who

Form = URLEncodedBody[dict[str, str]]


@post("/findings/{event_id:uuid}/feedback", include_in_schema=False)
async def give(conn: Conn, principal: Who, event_id: FromPath[UUID], data: Form) -> Redirect:
    """Keep a verdict; an empty one undoes the one that stands."""
    principal.require(Action.DECIDE)
    text = data.get("verdict", "")
    if text:
        try:
            verdict = FindingVerdict(text)
        except ValueError as error:
            raise Invalid("A finding is real, false or known", verdict="none of these") from error
        note = (data.get("note") or "").strip()[:1000] or None
        draft = FeedbackDraft(verdict=verdict, note=note)
        await service.give_feedback(conn, principal.organisation, event_id, draft, author=principal.actor)
    else:
        await service.withdraw_feedback(conn, principal.organisation, event_id, actor=principal.actor)
    return Redirect(f"/findings/{event_id}", status_code=303)


@post("/findings/{event_id:uuid}/shown", include_in_schema=False)
async def show_again(conn: Conn, principal: Who, event_id: FromPath[UUID], data: Form) -> Redirect:
    """Keep a finding in view although it repeats a judged one, or no longer."""
    principal.require(Action.DECIDE)
    shown = data.get("shown") == "true"
    await service.show_again(conn, principal.organisation, event_id, actor=principal.actor, shown=shown)
    return Redirect(f"/findings/{event_id}", status_code=303)


HANDLERS = [give, show_again]
