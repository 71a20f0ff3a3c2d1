"""Reading a sentence: its names, periods and carriers, and the phrase that is left when they are marked."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import TypeVar

from msgspec import Struct

from eaio.agents.compute.lexicon import CARRIER_SEQUENCES, REGIONS, USE_SEQUENCES, sequences
from eaio.agents.compute.names import Directory, Mention, MentionKind, find_names
from eaio.agents.compute.periods import Period, find_periods
from eaio.agents.compute.words import COMMON, corrected, domain_words, tokens, vocabulary
from eaio.timeseries.units import Carrier

Value = TypeVar("Value")

_CALENDAR_WORDS = """
    january february march april june july august september october november december monday tuesday wednesday
    thursday friday saturday sunday yesterday today tomorrow week weeks month months quarter year years weekend last
    next previous summer winter spring autumn days hours baseline reporting payback million thousand
"""
_CALENDAR = frozenset(_CALENDAR_WORDS.split())
_SHORT_YEAR = re.compile(r"(?<=[a-z1-4.])\s*['\u2019](\d\d)\b(?!\s*\d)", re.IGNORECASE)
_SHORT_UNITS = tuple(
    (re.compile(pattern, re.IGNORECASE), full)
    for pattern, full in (
        (r"\b(?:a\s+)?fortnight\b", "2 weeks"),
        (r"(?<=\d)\s?h(?:rs?)?\b", " hours"),
        (r"(?<=\d)\s?d\b", " days"),
        (r"(?<=\d)\s?wks?\b", " weeks"),
        (r"(?<=\d)\s?(?:mths?|mos?)\b", " months"),
        (r"(?<=\d)\s?yrs?\b", " years"),
    )
)
_MARK = {MentionKind.BUILDING: " @b ", MentionKind.SITE: " @s ", MentionKind.UNKNOWN: " @b "}
_REGION = re.compile("|".join(rf"\b{region.lower().replace(' ', '[ -]')}\b" for region in REGIONS))


class Reading(Struct, frozen=True):
    """A sentence, read."""

    text: str
    """As asked, with misspelt calendar words put right."""
    mentions: tuple[Mention, ...]
    periods: tuple[Period, ...]
    phrase: str
    """With marks in place of names and periods."""
    words: tuple[str, ...]
    """Corrected words of the phrase."""
    carriers: tuple[Carrier, ...]
    uses: tuple[str, ...]
    region: str | None

    @property
    def buildings(self) -> tuple[Mention, ...]:
        """Mentions of buildings, known or not."""
        return tuple(mention for mention in self.mentions if mention.kind != MentionKind.SITE)

    @property
    def site(self) -> str | None:
        """The first site named."""
        return next((mention.names[0] for mention in self.mentions if mention.kind == MentionKind.SITE), None)

    @property
    def spelled(self) -> str:
        """The corrected words as one string, for patterns."""
        return " ".join(self.words)

    @property
    def content(self) -> tuple[str, ...]:
        """Words that carry meaning: no marks, no numbers, no common words."""
        return tuple(word for word in self.words if word[0].isalpha() and word not in COMMON)

    @property
    def known_share(self) -> float:
        """Share of the content words that belong to this field, 0 where there are none."""
        known = domain_words() | vocabulary()
        return sum(word in known for word in self.content) / len(self.content) if self.content else 0.0


def read(text: str, directory: Directory, today: date, anchor: date | None = None) -> Reading:
    """Names first, then periods in what is left, then carriers, uses and regions in the corrected words.

    Months and days without a year are the latest that have begun by ``anchor``, else by ``today``.
    """
    text = _SHORT_YEAR.sub(r" 20\1", _spell_calendar(text, directory))
    for short, full in _SHORT_UNITS:
        text = short.sub(full, text)
    mentions = find_names(text, directory)
    rest = text
    for mention in mentions:
        rest = rest[: mention.left] + "\0" * (mention.right - mention.left) + rest[mention.right :]
    periods = find_periods(rest, today, anchor or today)
    mentions = tuple(m for m in mentions if not any(p.left < m.right and m.left < p.right for p in periods))
    region = _REGION.search(rest.lower())
    spans = [(m.left, m.right, _MARK[m.kind]) for m in mentions] + [(p.left, p.right, f" {p.mark} ") for p in periods]
    if region and not any(left < region.end() and region.start() < right for left, right, _ in spans):
        spans.append((region.start(), region.end(), " @r "))
    phrase = _masked(text, spans)
    words = tuple(corrected(word) for word in tokens(phrase))
    return Reading(
        text=text,
        mentions=mentions,
        periods=periods,
        phrase=phrase,
        words=words,
        carriers=_distinct(words, CARRIER_SEQUENCES),
        uses=_distinct(words, USE_SEQUENCES),
        region=next((name for name in REGIONS if region and name.lower() == region[0].replace("-", " ")), None),
    )


def _distinct(words: Sequence[str], table: Mapping[tuple[str, ...], Value]) -> tuple[Value, ...]:
    return tuple(dict.fromkeys(value for _, _, value in sequences(words, table)))


def _masked(text: str, spans: Sequence[tuple[int, int, str]]) -> str:
    for left, right, mark in sorted(spans, reverse=True):
        text = text[:left] + mark + text[right:]
    return text


def _spell_calendar(text: str, directory: Directory) -> str:
    def put_right(match: re.Match[str]) -> str:
        word = match[0]
        meant = corrected(word.lower())
        return meant if meant in _CALENDAR and word.lower() not in directory.nicknames else word

    return re.sub(r"\b[A-Za-z]{4,}\b", put_right, text)
