"""The graph of a turn: a deterministic commander, one tool after the other, and the composition of the answer.

State is plain JSON; connection, organisation and role travel in the runtime context, which no question and no model can
see or change. The factory takes its tools, so that tests and later callers bring their own.
"""

import os
from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, TypedDict

import msgspec
from msgspec import Struct

from eaio.agents.compute.compose import compose
from eaio.agents.compute.understand import Situation, understand
from eaio.agents.models import Answer, Kind, Request, ToolResult, Understanding
from eaio.agents.service.context import Context
from eaio.agents.service.registry import REGISTRY, Tool
from eaio.agents.service.running import run_tool

VERSION = "1"
"""Part of what is stored with a run, once runs are stored: raise it when nodes change."""
MOST_REQUESTS = 4
STEPS = 2 * MOST_REQUESTS + 4
"""Recursion limit: a turn is a commander, its tools, and a composition."""


class Turn(TypedDict):
    """The state of one turn; everything in it is JSON."""

    question: str
    understood: dict[str, Any]
    results: list[dict[str, Any]]
    answer: dict[str, Any]


class Runtime(Struct, frozen=True):
    """What nodes know besides the state."""

    context: Context
    situation: Situation


def build_graph(tools: Mapping[str, Tool]) -> Any:
    """The compiled graph over these tools; langgraph is imported here, for it takes more than a second."""
    os.environ.setdefault("LANGSMITH_TRACING", "false")
    os.environ.setdefault("LANGGRAPH_STRICT_MSGPACK", "true")
    from langgraph.graph import END, START, StateGraph  # pyright: ignore[reportMissingTypeStubs]
    from langgraph.runtime import Runtime as GraphRuntime
    from langgraph.types import Command

    async def commander(state: Turn, runtime: GraphRuntime[Runtime]) -> Command[Literal["tool", "compose"]]:
        found = understand(state["question"], runtime.context.situation)
        answering = found.kind is Kind.ANSWER and found.requests
        update: dict[str, Any] = {"understood": msgspec.to_builtins(found), "results": []}
        return Command(goto="tool" if answering else "compose", update=update)

    async def tool(state: Turn, runtime: GraphRuntime[Runtime]) -> Command[Literal["tool", "compose"]]:
        results = state["results"]
        requests = _requests(state)
        result = await run_tool(runtime.context.context, tools, requests[len(results)])
        done = [*results, msgspec.to_builtins(result)]
        return Command(goto="tool" if len(done) < len(requests) else "compose", update={"results": done})

    async def composing(state: Turn, runtime: GraphRuntime[Runtime]) -> dict[str, Any]:
        found = msgspec.convert(state["understood"], Understanding)
        results = [msgspec.convert(result, ToolResult) for result in state["results"]]
        answer = _composed(found, list(zip(_requests(state), results, strict=False)), runtime.context.context)
        return {"answer": msgspec.to_builtins(answer)}

    graph = StateGraph(Turn, context_schema=Runtime)
    graph.add_node("commander", commander)
    graph.add_node("tool", tool)
    graph.add_node("compose", composing)
    graph.add_edge(START, "commander")
    graph.add_edge("compose", END)
    return graph.compile()


def _requests(state: Turn) -> list[Request]:
    return [msgspec.convert(request, Request) for request in state.get("understood", {}).get("requests", [])][
        :MOST_REQUESTS
    ]


def _composed(found: Understanding, results: list[tuple[Request, ToolResult]], context: Context) -> Answer:
    if found.kind is Kind.ANSWER:
        return compose(results, context.principal.role)
    return Answer(kind=found.kind, text=found.say, requests=found.requests, choices=found.choices)


@cache
def turn_graph() -> Any:
    """The graph over every registered tool, compiled once."""
    return build_graph(REGISTRY)
