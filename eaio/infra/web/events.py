"""Server-sent events that can be resumed: numbered messages, a sign of life of our own, an end.

A streamed response outlives the connection of its handler, so that each look at the database opens one of its own. The
look is shielded: a reader who leaves must not leave a connection behind in the middle of a query.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from typing import Any

import anyio
import msgspec
from litestar.response import ServerSentEvent, ServerSentEventMessage
from msgspec import Struct

from eaio.infra.errors import Invalid
from eaio.infra.web.handlers import WebRequest

POLL_SECONDS = 0.2
ALIVE_SECONDS = 10.0
LONGEST_SECONDS = 600.0
"""Then the stream ends and the reader comes back with the number it saw last."""


class Message(Struct, frozen=True):
    """One event: ``number`` counts up, ``data`` is sent as JSON."""

    number: int
    event: str
    data: Any


class Look(Struct, frozen=True):
    """What is new since a number, and whether that was all there will ever be."""

    messages: Sequence[Message]
    is_over: bool


def last_seen(request: WebRequest) -> int:
    """The number that a returning reader saw last, 0 for a new one.

    Raises:
        Invalid: the header holds no number.
    """
    given = request.headers.get("last-event-id", "0")
    if not given.isdecimal() or len(given) > 9:
        raise Invalid("Last-Event-ID must be the number of an event", **{"last-event-id": "not a number"})
    return int(given)


def stream(look: Callable[[int], Awaitable[Look]], after: int) -> ServerSentEvent:
    """Send what ``look`` finds beyond ``after`` until it is over."""
    headers = {"cache-control": "no-cache, no-transform", "x-accel-buffering": "no"}
    return ServerSentEvent(_events(look, after), headers=headers)


async def _events(look: Callable[[int], Awaitable[Look]], after: int) -> AsyncGenerator[ServerSentEventMessage]:
    begun = quiet = anyio.current_time()
    while anyio.current_time() - begun < LONGEST_SECONDS:
        found = Look((), is_over=False)
        with anyio.CancelScope(shield=True):
            found = await look(after)
        for message in found.messages:
            after, quiet = message.number, anyio.current_time()
            data = msgspec.json.encode(message.data).decode()
            yield ServerSentEventMessage(data=data, event=message.event, id=message.number)
        if found.is_over:
            return
        if anyio.current_time() - quiet >= ALIVE_SECONDS:
            quiet = anyio.current_time()
            yield ServerSentEventMessage(comment="still there", data=None)
        await anyio.sleep(POLL_SECONDS)
