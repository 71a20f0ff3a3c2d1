"""Plans, what tools find, and answers."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Kind(StrEnum):
    """What comes back for a question."""

    ANSWER = "answer"
    QUESTION = "question"
    """Something is missing or ambiguous: asked back."""
    REFUSAL = "refusal"


class Request(Struct, frozen=True):
    """One tool with what was recognised for it; arguments are plain values by the names of its struct."""

    tool: str
    arguments: Mapping[str, Any] = field(default_factory=dict[str, Any])
    confidence: float = 1.0


class Understanding(Struct, frozen=True):
    """What a sentence asks for."""

    kind: Kind
    requests: tuple[Request, ...] = ()
    say: str = ""
    """The question back, or the refusal."""
    choices: tuple[str, ...] = ()
    """Names to choose from, where it is asked back about one."""


class Risk(StrEnum):
    """What a tool may do to the world."""

    READ = "read"
    COMPUTE = "compute"
    WRITE = "write"
    EXTERNAL = "external"


class Fact(Struct, frozen=True):
    """One thing that a tool found, as it may be quoted."""

    text: str
    value: float | None = None
    unit: str = ""


class Row(Struct, frozen=True):
    """A line of a list."""

    label: str
    text: str
    note: str = ""
    href: str | None = None


class Link(Struct, frozen=True):
    """The page that an answer comes from."""

    label: str
    href: str


class Chart(Struct, frozen=True):
    """A small chart: its numbers are behind ``src``, or come along as ``data`` in the chart's own payload."""

    name: str
    title: str
    src: str | None = None
    data: Any = None


class ToolResult(Struct, frozen=True, kw_only=True):
    """What a tool found. Sentences are templates over ``facts``: every number in them is a fact's."""

    headline: str
    detail: tuple[str, ...] = ()
    """Method and statistics, for those who ask how sure."""
    money: tuple[str, ...] = ()
    action: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])
    rows: tuple[Row, ...] = ()
    chart: Chart | None = None
    links: tuple[Link, ...] = ()
    caveats: tuple[str, ...] = ()
    """What is missing or uncertain in the data; templates as well."""
    next: tuple[str, ...] = ()
    """Questions worth asking now, as one would type them."""


class Part(Struct, frozen=True, kw_only=True):
    """What one tool contributes to an answer."""

    tool: str
    arguments: Mapping[str, Any]
    sentences: tuple[str, ...]
    rows: tuple[Row, ...] = ()
    chart: Chart | None = None
    links: tuple[Link, ...] = ()
    caveats: tuple[str, ...] = ()
    facts: Mapping[str, Fact] = field(default_factory=dict[str, Fact])


class Answer(Struct, frozen=True, kw_only=True):
    """What is said for a question."""

    kind: Kind
    text: str
    requests: tuple[Request, ...] = ()
    """Also of a question back: what was understood so far."""
    parts: tuple[Part, ...] = ()
    choices: tuple[str, ...] = ()
    next: tuple[str, ...] = ()
    numbers: int = 0
    """How many numbers the tools' sentences held."""
    grounded: int = 0
    """How many of them occur in what the tools found; sentences with another number are not shown."""
