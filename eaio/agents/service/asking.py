"""One question, one answer."""

from threading import Lock
from typing import Any
from uuid import UUID

import msgspec

from eaio.agents.compute.classifier import trained
from eaio.agents.compute.understand import Situation
from eaio.agents.models import Answer, Kind, Request
from eaio.agents.service.context import Context, context_of
from eaio.agents.service.graph import STEPS, Runtime, turn_graph
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError
from eaio.infra.identity import Principal

_ONCE = Lock()


async def ask(
    conn: Connection,
    principal: Principal,
    question: str,
    *,
    before: Request | None = None,
    page_building: UUID | None = None,
) -> Answer:
    """Answer a question from the caller's own data; the caller owns the transaction, which stays usable.

    Args:
        conn: in the caller's transaction.
        principal: who asks; the only source of organisation and role.
        question: as typed.
        before: the last request of the turn before, for follow-ups.
        page_building: the building whose page the asker looks at; ignored if it is not the organisation's.
    """
    try:
        context = await context_of(conn, principal)
    except EaioError as error:
        return Answer(kind=Kind.QUESTION, text=error.detail)
    graph = await run_cpu(warm_up)
    runtime = Runtime(
        context, Situation(context.names.directory, context.names.today, before, _name(context, page_building))
    )
    state = await graph.ainvoke({"question": question}, {"recursion_limit": STEPS}, context=runtime)
    return msgspec.convert(state["answer"], Answer)


def warm_up() -> Any:
    """The graph, with the recogniser trained: a second or two once, so away from the event loop and never twice."""
    with _ONCE:
        trained()
        return turn_graph()


def _name(context: Context, building: UUID | None) -> str | None:
    return next((name for name, known in context.names.buildings.items() if known == building), None)
