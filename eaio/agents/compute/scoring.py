"""How well questions of a set with known answers were understood."""

from collections.abc import Mapping, Sequence
from typing import Any, cast

from msgspec import Struct, field

from eaio.agents.models import Answer, Kind, Request, Understanding


class Case(Struct, frozen=True, kw_only=True):
    """One question with what should be recognised in it."""

    id: int
    utterance: str
    role: str = "energy_analyst"
    tool: str | None
    args: Mapping[str, Any] = field(default_factory=dict[str, Any])
    after: str | None = None
    tools: tuple[str, ...] = ()


class Outcome(Struct, frozen=True, kw_only=True):
    """What was recognised."""

    case: Case
    kind: Kind
    requests: tuple[Request, ...]
    seconds: float
    numbers: int = 0
    grounded: int = 0

    @property
    def tools(self) -> tuple[str, ...]:
        """The tools asked for, in order."""
        return tuple(request.tool for request in self.requests)


class Failure(Struct, frozen=True):
    """A question that was not understood as it should be."""

    id: int
    utterance: str
    expected: Mapping[str, Any]
    got: Mapping[str, Any]


class Score(Struct, frozen=True, kw_only=True):
    """The figures of a set; shares of one, None where there is nothing to divide by."""

    n: int
    tool_accuracy: float
    args_accuracy: float
    no_call_precision: float | None
    no_call_recall: float | None
    grounded_share: float | None
    """Of the numbers in answers, those that a tool result holds; None if no tool was run."""
    seconds_per_turn: float
    p95_seconds: float
    failures: tuple[Failure, ...]


def outcome_of(case: Case, found: Understanding | Answer, seconds: float) -> Outcome:
    """The outcome of a turn, understood only or answered as well."""
    numbers = (found.numbers, found.grounded) if isinstance(found, Answer) else (0, 0)
    return Outcome(
        case=case, kind=found.kind, requests=found.requests, seconds=seconds, numbers=numbers[0], grounded=numbers[1]
    )


def score(outcomes: Sequence[Outcome]) -> Score:
    """Figures over all outcomes; arguments count as right only where the tool is."""
    silent = [outcome for outcome in outcomes if not outcome.requests]
    unanswerable = [outcome for outcome in outcomes if _expected(outcome.case) == ()]
    both = [outcome for outcome in silent if _expected(outcome.case) == ()]
    numbers = sum(outcome.numbers for outcome in outcomes)
    times = sorted(outcome.seconds for outcome in outcomes)
    right = [tools_right(outcome) for outcome in outcomes]
    complete = [tools_right(outcome) and not wrong_arguments(outcome) for outcome in outcomes]
    return Score(
        n=len(outcomes),
        tool_accuracy=sum(right) / len(outcomes),
        args_accuracy=sum(complete) / len(outcomes),
        no_call_precision=len(both) / len(silent) if silent else None,
        no_call_recall=len(both) / len(unanswerable) if unanswerable else None,
        grounded_share=sum(outcome.grounded for outcome in outcomes) / numbers if numbers else None,
        seconds_per_turn=sum(times) / len(times),
        p95_seconds=times[min(len(times) - 1, int(0.95 * len(times)))],
        failures=tuple(_failure(o) for o, whole in zip(outcomes, complete, strict=True) if not whole),
    )


def _expected(case: Case) -> tuple[str, ...]:
    several = case.tools or tuple(case.args.get("tools", ()))
    return several or ((case.tool,) if case.tool else ())


def tools_right(outcome: Outcome) -> bool:
    """Whether exactly the expected tools were asked for."""
    return sorted(outcome.tools) == sorted(_expected(outcome.case))


def wrong_arguments(outcome: Outcome) -> dict[str, Any]:
    """Expected arguments that were recognised otherwise; of several requests each must have those that it takes."""
    wrong: dict[str, Any] = {}
    for name, value in outcome.case.args.items():
        if name in {"note", "tools"}:
            continue
        got = [request.arguments.get(name) for request in outcome.requests]
        if value is None:
            fits = outcome.kind is Kind.QUESTION and not any(got)
        elif len(got) > 1:
            fits = any(_same(value, each) for each in got) and all(each is None or _same(value, each) for each in got)
        else:
            fits = bool(got) and _same(value, got[0])
        if not fits:
            wrong[name] = got[0] if len(got) == 1 else got
    return wrong


def _same(expected: Any, got: Any) -> bool:
    """Lists without order, numbers within rounding, words without case."""
    return _plain(expected) == _plain(got)


def _plain(value: Any) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return f"{value:.9g}"
    if isinstance(value, list | tuple):
        return ",".join(sorted(str(each) for each in cast("Sequence[object]", value))).casefold()
    return str(value).casefold()


def _failure(outcome: Outcome) -> Failure:
    case = outcome.case
    return Failure(
        case.id,
        case.utterance,
        {"tool": case.tool, "args": case.args},
        {"tools": outcome.tools, "args": [request.arguments for request in outcome.requests], "kind": outcome.kind},
    )
