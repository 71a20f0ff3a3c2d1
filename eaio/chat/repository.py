"""Threads and messages in the database. Callers own the transaction."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from eaio.agents.models import Answer
from eaio.chat.models import Message, Thread
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries

SQL = load_queries("eaio.chat")


async def lock_thread(conn: Connection, thread: UUID) -> None:
    """Let one turn of a thread run at a time, until the transaction ends."""
    await execute(conn, SQL["lock_thread"], thread=str(thread))


async def create_thread(conn: Connection, organisation: UUID, user: UUID | None, title: str) -> Thread:
    """Begin a thread."""
    return await fetch_one(conn, SQL["create_thread"], Thread, organisation=organisation, user=user, title=title)


async def thread(conn: Connection, organisation: UUID, user: UUID | None, thread_id: UUID) -> Thread:
    """A thread of this person; NotFound for anybody else's."""
    return await fetch_one(
        conn, SQL["thread"], Thread, "No such conversation", organisation=organisation, user=user, thread=thread_id
    )


async def threads(conn: Connection, organisation: UUID, user: UUID | None, limit: int) -> Sequence[Thread]:
    """This person's threads, newest first."""
    return await fetch_all(conn, SQL["threads"], Thread, organisation=organisation, user=user, limit=limit)


async def touch_thread(conn: Connection, organisation: UUID, thread_id: UUID) -> int:
    """Note that something was said."""
    return await execute(conn, SQL["touch_thread"], organisation=organisation, thread=thread_id)


async def delete_thread(conn: Connection, organisation: UUID, user: UUID | None, thread_id: UUID) -> int:
    """Delete a thread of this person with its messages; returns how many there were."""
    return await execute(conn, SQL["delete_thread"], organisation=organisation, user=user, thread=thread_id)


async def add_message(
    conn: Connection,
    organisation: UUID,
    thread_id: UUID,
    *,
    author: str,
    role: str,
    text: str,
    reply: Answer | None = None,
) -> int:
    """Keep a message; returns its number."""
    encoded = None if reply is None else msgspec.json.encode(reply).decode()
    return await fetch_one(
        conn,
        SQL["add_message"],
        int,
        organisation=organisation,
        thread=thread_id,
        author=author,
        role=role,
        text=text,
        reply=encoded,
    )


async def messages(conn: Connection, organisation: UUID, thread_id: UUID, limit: int) -> Sequence[Message]:
    """The newest messages of a thread, oldest first."""
    return await fetch_all(conn, SQL["messages"], Message, organisation=organisation, thread=thread_id, limit=limit)


async def message(conn: Connection, organisation: UUID, user: UUID | None, number: int) -> Message:
    """A message in a thread of this person; NotFound for anybody else's."""
    return await fetch_one(
        conn, SQL["message"], Message, "No such message", organisation=organisation, user=user, message=number
    )


async def last_reply(conn: Connection, organisation: UUID, thread_id: UUID) -> Message | None:
    """The newest answer of a thread."""
    return await fetch_optional(conn, SQL["last_reply"], Message, organisation=organisation, thread=thread_id)
