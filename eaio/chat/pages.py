"""The chat panel of every page, and the page of conversations."""

import asyncio
import re
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.chat import service
from eaio.chat.models import Conversation, Query
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound
from eaio.infra.identity import Principal, Role
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import is_htmx, page

COOKIE = "chat_thread"
_BUILDING = re.compile(r"^/buildings/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\b")
OPENERS: dict[Role, tuple[str, ...]] = {
    Role.FACILITY_MANAGER: (
        "What needs my attention this week?",
        "Which meters are silent?",
        "What should we fix first?",
    ),
    Role.ENERGY_ANALYST: (
        "Top 5 worst buildings by EUI",
        "List all anomalies this month",
        "Which buildings waste most at night?",
    ),
    Role.EXECUTIVE: (
        "What did the whole portfolio consume last month?",
        "Carbon footprint of the portfolio last year",
        "Recommendations with payback under 2 years",
    ),
    Role.ADMINISTRATOR: (
        "What did the whole portfolio consume last month?",
        "Which meters are silent?",
        "Top 5 worst buildings by EUI",
    ),
}
"""Questions to begin with, by role."""
HERE = ("Anything unusual here this month?", "What should we fix first here?", "Forecast the next 7 days")
"""Questions to begin with on the page of a building."""
_warming: set[asyncio.Task[None]] = set()


@get("/chat/panel", include_in_schema=False)
async def panel(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The panel with the conversation under way; getting it makes the first answer quick."""
    _warm()
    return page(request, "chat/panel.html", **await _shown(request, conn, principal))


@get("/chat", include_in_schema=False)
async def chat(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The conversation under way on a page of its own, with the earlier ones beside it."""
    _warm()
    found = await service.threads(conn, principal)
    return page(request, "chat/page.html", threads=found, **await _shown(request, conn, principal))


@post("/chat/ask", include_in_schema=False, status_code=200)
async def ask(
    request: WebRequest, conn: Conn, principal: Who, data: URLEncodedBody[dict[str, str]]
) -> Template | Redirect:
    """Answer a question: a fragment for HTMX, the page otherwise."""
    query = Query(
        question=data.get("question", ""), thread=await _thread(request, conn, principal), building=_building(request)
    )
    reply = await service.ask(conn, principal, query)
    answered: Template | Redirect = Redirect("/chat", status_code=303)
    if is_htmx(request):
        answered = page(request, "chat/turn.html", reply=reply)
    _remember(answered, reply.thread)
    return answered


@post("/chat/new", include_in_schema=False)
async def begin(principal: Who) -> Redirect:  # noqa: ARG001 - only for those who are signed in
    """Leave the conversation under way; it stays in the list."""
    answer = Redirect("/chat", status_code=303)
    answer.delete_cookie(COOKIE, path="/chat")
    return answer


@get("/chat/threads/{thread:uuid}", include_in_schema=False)
async def reopen(conn: Conn, principal: Who, thread: FromPath[UUID]) -> Redirect:
    """Go on with an earlier conversation."""
    await service.conversation(conn, principal, thread)
    answer = Redirect("/chat", status_code=303)
    _remember(answer, thread)
    return answer


@post("/chat/threads/{thread:uuid}/deleted", include_in_schema=False)
async def forget(conn: Conn, principal: Who, thread: FromPath[UUID]) -> Redirect:
    """Delete a conversation."""
    await service.delete_thread(conn, principal, thread)
    return Redirect("/chat", status_code=303)


@get(drawn("/chat/messages/{message:int}/charts/{part:int}/numbers"), include_in_schema=False)
async def chart(
    request: WebRequest, conn: Conn, principal: Who, message: FromPath[int], part: FromPath[int]
) -> Response[bytes]:
    """What a chart inside an answer draws."""
    return chart_answer(request, "answer", await service.chart_data(conn, principal, message, part))


async def _shown(request: WebRequest, conn: Connection, principal: Principal) -> dict[str, Any]:
    thread = await _thread(request, conn, principal)
    found: Conversation | None = await service.conversation(conn, principal, thread) if thread else None
    return {"conversation": found, "openers": HERE if _building(request) else OPENERS[principal.role]}


async def _thread(request: WebRequest, conn: Connection, principal: Principal) -> UUID | None:
    """The conversation under way: that of the cookie, if it is still the caller's."""
    try:
        wanted = UUID(request.cookies.get(COOKIE, ""))
        return (await service.conversation(conn, principal, wanted)).thread.id
    except (ValueError, NotFound):
        return None


def _building(request: WebRequest) -> UUID | None:
    """The building whose page the asker looks at."""
    match = _BUILDING.match(urlsplit(request.headers.get("hx-current-url", "")).path)
    return UUID(match[1]) if match else None


def _remember(answer: Template | Redirect, thread: UUID) -> None:
    answer.set_cookie(COOKIE, str(thread), path="/chat", httponly=True, samesite="lax", max_age=12 * 3600)


def _warm() -> None:
    """Prepare for the first question beside this request."""
    task = asyncio.create_task(run_cpu(service.warm_up))
    _warming.add(task)
    task.add_done_callback(_warming.discard)


HANDLERS = [panel, chat, ask, begin, reopen, forget, chart]
