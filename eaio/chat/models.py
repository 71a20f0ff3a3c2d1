"""Threads, messages, questions and replies."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.agents.models import Answer

LONGEST_QUESTION = 1_000


class Query(Struct, frozen=True, kw_only=True):
    """A question as it is asked over the API."""

    question: Annotated[str, Meta(min_length=1, max_length=LONGEST_QUESTION)]
    thread: UUID | None = None
    """Go on in this thread; a new one is begun without it."""
    building: UUID | None = None
    """The building that "it" and "here" mean when the question names none."""


class Thread(Struct, frozen=True, kw_only=True):
    """A conversation of one person."""

    id: UUID
    title: str
    created_at: datetime
    last_at: datetime


class Message(Struct, frozen=True, kw_only=True):
    """What was said, by whom; an answer with everything that it came from."""

    id: int
    at: datetime
    author: str
    """``person`` or ``eaio``."""
    text: str
    reply: Answer | None = None


class Reply(Struct, frozen=True, kw_only=True):
    """An answer, where it is kept, and what went before it."""

    thread: UUID
    message: int
    question: str
    answer: Answer


class Conversation(Struct, frozen=True, kw_only=True):
    """A thread with its newest messages, oldest first."""

    thread: Thread
    messages: tuple[Message, ...]
