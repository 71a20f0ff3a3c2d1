"""JSON API of the chat."""

from collections.abc import Sequence
from uuid import UUID

from litestar import delete, get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody

from eaio.chat import service
from eaio.chat.models import Conversation, Query, Reply, Thread
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem

TAGS = ["Chat"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or somebody else's")}


@post("/api/chat/query", summary="Ask a question", tags=TAGS, status_code=200, responses=NOT_FOUND)
async def query(conn: Conn, principal: Who, data: JSONBody[Query]) -> Reply:
    """Answer in plain words from the organisation's own data, with facts, list, chart and links.

    Without a model server. Pass ``thread`` of a reply to go on: "and in 2016?" is understood from the turn before.
    """
    return await service.ask(conn, principal, data)


@get("/api/chat/threads", summary="Own conversations", tags=TAGS)
async def threads(conn: Conn, principal: Who) -> Sequence[Thread]:
    """Newest first."""
    return await service.threads(conn, principal)


@get("/api/chat/threads/{thread:uuid}", summary="One conversation", tags=TAGS, responses=NOT_FOUND)
async def conversation(conn: Conn, principal: Who, thread: FromPath[UUID]) -> Conversation:
    """Its newest messages, oldest first."""
    return await service.conversation(conn, principal, thread)


@delete("/api/chat/threads/{thread:uuid}", summary="Delete a conversation", tags=TAGS, responses=NOT_FOUND)
async def delete_thread(conn: Conn, principal: Who, thread: FromPath[UUID]) -> None:
    """With all its messages, for good."""
    await service.delete_thread(conn, principal, thread)


HANDLERS = [query, threads, conversation, delete_thread]
