"""Conversations: a question is answered from the caller's own data and kept with its answer."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from eaio.agents import service as agents
from eaio.agents.models import Request
from eaio.chat import repository
from eaio.chat.models import LONGEST_QUESTION, Conversation, Query, Reply, Thread
from eaio.infra.charts import CHARTS
from eaio.infra.charts.models import Payload
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.infra.identity import Principal

TITLE = 80
SHOWN = 40
"""Messages of a thread that are shown."""
LISTED = 30


async def ask(conn: Connection, principal: Principal, query: Query) -> Reply:
    """Answer a question in a thread of the caller, or in a new one.

    Two questions of one thread are answered one after the other, so that a follow-up knows what it follows.

    Raises:
        Invalid: there is nothing in the question.
        NotFound: the thread is not the caller's.
    """
    question = query.question.strip()[:LONGEST_QUESTION]
    if not question:
        wrong = {"question": "is empty"}
        raise Invalid("Type a question first", **wrong)
    owner = (conn, principal.organisation)
    if query.thread is None:
        thread = await repository.create_thread(*owner, principal.user, question[:TITLE])
    else:
        thread = await repository.thread(*owner, principal.user, query.thread)
    await repository.lock_thread(conn, thread.id)
    before = await _before(conn, principal, thread)
    answer = await agents.ask(conn, principal, question, before=before, page_building=query.building)
    role = principal.role.value
    await repository.add_message(*owner, thread.id, author="person", role=role, text=question)
    number = await repository.add_message(*owner, thread.id, author="eaio", role=role, text=answer.text, reply=answer)
    await repository.touch_thread(*owner, thread.id)
    return Reply(thread=thread.id, message=number, question=question, answer=answer)


async def _before(conn: Connection, principal: Principal, thread: Thread) -> Request | None:
    """What the last turn asked for, so that a follow-up can lean on it."""
    last = await repository.last_reply(conn, principal.organisation, thread.id)
    return last.reply.requests[-1] if last and last.reply and last.reply.requests else None


async def conversation(conn: Connection, principal: Principal, thread_id: UUID) -> Conversation:
    """A thread of the caller with its newest messages; NotFound for anybody else's."""
    thread = await repository.thread(conn, principal.organisation, principal.user, thread_id)
    found = await repository.messages(conn, principal.organisation, thread.id, SHOWN)
    return Conversation(thread=thread, messages=tuple(found))


async def threads(conn: Connection, principal: Principal) -> Sequence[Thread]:
    """The caller's threads, newest first."""
    return await repository.threads(conn, principal.organisation, principal.user, LISTED)


async def delete_thread(conn: Connection, principal: Principal, thread_id: UUID) -> None:
    """Delete a thread of the caller for good; NotFound for anybody else's."""
    if not await repository.delete_thread(conn, principal.organisation, principal.user, thread_id):
        raise NotFound("No such conversation")


async def chart_data(conn: Connection, principal: Principal, message: int, part: int) -> Payload:
    """The numbers of a chart that came with an answer of the caller's; NotFound if there is none."""
    found = await repository.message(conn, principal.organisation, principal.user, message)
    parts = found.reply.parts if found.reply else ()
    chart = parts[part].chart if 0 <= part < len(parts) else None
    if chart is None or chart.data is None:
        raise NotFound("That answer has no such chart")
    return msgspec.convert(chart.data, CHARTS[chart.name].payload)


def warm_up() -> None:
    """Get everything ready that the first question would otherwise wait for; for a thread of its own."""
    agents.warm_up()
