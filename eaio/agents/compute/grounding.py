"""No number without a source: every number in a sentence must occur in what the tools found."""

import re
from collections.abc import Iterable, Mapping

from eaio.agents.models import Fact, Row

_NUMBER = re.compile(r"(?<![\w.,])[-+]?\d[\d,]*(?:\.\d+)?(?![\w]|\.\d)")


def numbers_in(text: str) -> tuple[str, ...]:
    """Numbers as written, without sign and thousands separators; digits inside words (CO2, m2) are none."""
    return tuple(match[0].lstrip("+-").replace(",", "") for match in _NUMBER.finditer(text))


def known_numbers(facts: Mapping[str, Fact], rows: Iterable[Row] = ()) -> frozenset[str]:
    """Every number that the facts and rows hold."""
    texts = [fact.text for fact in facts.values()] + [part for row in rows for part in (row.label, row.text, row.note)]
    return frozenset(number for text in texts for number in numbers_in(text))


def ungrounded(text: str, known: frozenset[str]) -> tuple[str, ...]:
    """Numbers of a sentence that nothing found accounts for."""
    return tuple(number for number in numbers_in(text) if number not in known)
