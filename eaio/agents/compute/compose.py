"""From what the tools found to what is said, for the role that asks."""

from collections.abc import Sequence

from eaio.agents.compute.grounding import known_numbers, numbers_in, ungrounded
from eaio.agents.models import Answer, Kind, Part, Request, ToolResult
from eaio.infra.identity import Role

ORDER: dict[Role, tuple[str, ...]] = {
    Role.FACILITY_MANAGER: ("action", "money"),
    Role.ENERGY_ANALYST: ("detail", "money", "action"),
    Role.ADMINISTRATOR: ("detail", "money", "action"),
    Role.EXECUTIVE: ("money", "action"),
}
"""What follows the headline: what to do, how it was found, what it costs."""
LONGEST_LIST = 31
MOST_QUESTIONS = 3


def compose(found: Sequence[tuple[Request, ToolResult]], role: Role) -> Answer:
    """One answer from the results of one or more requests."""
    parts: list[Part] = []
    numbers = grounded = 0
    for request, result in found:
        known = known_numbers(result.facts, result.rows)
        said = [_fill(template, result) for template in (result.headline, *_following(result, role))]
        caveats = [_fill(template, result) for template in result.caveats]
        for sentence in (*said, *caveats):
            numbers += len(numbers_in(sentence))
            grounded += len(numbers_in(sentence)) - len(ungrounded(sentence, known))
        parts.append(
            Part(
                tool=request.tool,
                arguments=request.arguments,
                sentences=tuple(sentence for sentence in said if not ungrounded(sentence, known)),
                rows=result.rows[:LONGEST_LIST],
                chart=result.chart,
                links=result.links,
                caveats=tuple(sentence for sentence in caveats if not ungrounded(sentence, known)),
                facts=result.facts,
            )
        )
    asked = [question for _, result in found for question in result.next]
    return Answer(
        kind=Kind.ANSWER,
        text="\n".join(" ".join((*part.sentences, *part.caveats)) for part in parts),
        requests=tuple(request for request, _ in found),
        parts=tuple(parts),
        next=tuple(dict.fromkeys(asked))[:MOST_QUESTIONS],
        numbers=numbers,
        grounded=grounded,
    )


def _following(result: ToolResult, role: Role) -> list[str]:
    return [sentence for kind in ORDER[role] for sentence in getattr(result, kind)]


def _fill(template: str, result: ToolResult) -> str:
    return template.format_map({name: fact.text for name, fact in result.facts.items()})
