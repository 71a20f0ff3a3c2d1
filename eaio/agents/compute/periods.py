"""Periods in plain words to half-open days, relative to the portfolio's own today."""

import re
from collections.abc import Iterator
from datetime import date
from re import Match

from msgspec import Struct

from eaio.agents.compute import spans
from eaio.agents.compute.holidays import NAMES
from eaio.agents.compute.lexicon import NUMBER_WORDS
from eaio.agents.compute.spans import Reader, Span, count_of, horizon_hours

_M = (
    r"(?:january|jan|february|feb|march|mar|april|apr|may|june|jun|july|jul|august|aug|september|sept|sep|"
    r"october|oct|november|nov|december|dec)\b\.?"
)
_Y = r"(?:19|20)\d\d\b"
_D = r"[0-3]?\d(?:st|nd|rd|th)?\b"
_TO = r"\s*(?:-|–|to|until|till|through|thru|and)\s*(?:the\s+)?"
_N = r"\d{1,4}|" + "|".join(NUMBER_WORDS) + r"|a"
_UNIT = r"(hour|day|week|month|quarter|year)s?\b"
_WD = r"(monday|tuesday|wednesday|thursday|friday|saturday|sunday)\b"
_SEASON = r"(spring|summer|autumn|fall|winter)\b"


_DATED_WEEKDAY = re.compile(
    rf"\b(?:mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\.?,?\s+(?:the\s+)?(?=\d{{1,2}}\w{{0,2}}\s+(?:of\s+)?{_M}|{_M}\s*\d|\d+[-/.]\d)"
)
"""A weekday beside a date says nothing more."""


class Period(Struct, frozen=True):
    """Half-open days and where in the sentence they were named."""

    start: date
    end: date
    left: int
    right: int
    horizon_hours: int | None = None
    """Set when the period lies ahead."""

    @property
    def mark(self) -> str:
        """What stands for the period in a masked phrase."""
        if self.horizon_hours is not None:
            return "@fut"
        return "@day" if (self.end - self.start).days == 1 else "@past"


def find_periods(text: str, today: date, anchor: date | None = None) -> tuple[Period, ...]:
    """Every period named in a sentence, in order; longer readings win over shorter ones inside them.

    ``today`` is the local day of the portfolio's last reading. Times without a year are the latest that have begun
    by ``anchor``, which is today unless the talk is about another year.
    """
    rest, found = _DATED_WEEKDAY.sub(lambda match: "\0" * len(match[0]), text.lower()), list[Period]()
    for pattern, reader in _RULES:
        for match in pattern.finditer(rest):
            span = _read(reader, match, today if reader in _FROM_TODAY else anchor or today)
            if span is not None and _plausible(match, text):
                found.append(Period(span[0], span[1], match.start(), match.end(), _horizon(match, span, today)))
                rest = rest[: match.start()] + "\0" * (match.end() - match.start()) + rest[match.end() :]
    return tuple(sorted(found, key=lambda period: period.left))


def _read(reader: Reader, match: Match[str], today: date) -> Span | None:
    """The span, or None where the calendar has no such day (31 Feb) or the end comes first."""
    try:
        start, end = reader(match, today)
    except (ValueError, OverflowError):
        return None
    return (start, end) if start < end else None


def _plausible(match: Match[str], text: str) -> bool:
    """Whether a bare year is not an amount, and a bare "may" or "march" not a verb."""
    before, after = text[: match.start()], text[match.end() :]
    if re.fullmatch(_Y, match[0]):
        return not re.search(r"[$€£]\s*$", before) and not re.match(
            r"\s*(?:kwh|mwh|kw\b|dollar|usd|euro|eur|gbp|%|m2|sqm|square|l\b|litre)", after, re.IGNORECASE
        )
    if match[0].strip() in {"may", "mar", "march", "sun", "sat", "dec"}:
        written = text[match.start() : match.end()].strip()
        cue = re.search(r"\b(?:in|during|for|since|of|last|this|until|from|and|the)\s*$", before, re.IGNORECASE)
        return bool(cue) or (written[0].isupper() and bool(before.strip()))
    return True


def _horizon(match: Match[str], span: Span, today: date) -> int | None:
    words = match[0]
    if re.search(r"\b(?:next|coming|following|ahead|upcoming)\b", words):
        unit = re.search(_UNIT, words)
        count = re.search(rf"\b({_N})\s+{_UNIT}", words)
        if unit:
            return horizon_hours(count_of(count[1]) if count else 1, unit[1])
    if "tomorrow" in words or span[0] > today:
        return 24 * max(1, (span[1] - max(span[0] if "tomorrow" in words else today, today)).days)
    return None


def _dated() -> Iterator[tuple[str, Reader]]:
    """Patterns that name days, months, quarters, halves, seasons; the longer before the shorter."""
    iso = r"\d{4}-\d\d-\d\d"
    yield rf"({iso}){_TO}({iso})", spans.read_iso_range
    yield rf"({iso})", spans.read_iso_day
    yield r"\b(?P<y>(?:19|20)\d\d)(?P<s>[/.])(?P<m>\d{1,2})(?P=s)(?P<d>\d{1,2})\b", spans.read_year_first_day
    yield r"\b(?P<y>20\d\d)(?P<m>0[1-9]|1[0-2])(?P<d>[0-3]\d)\b", spans.read_year_first_day
    day, other = (rf"(?P<a{n}>\d{{1,2}})[/.-](?P<b{n}>\d{{1,2}})" for n in ("", "2"))
    year, second = (rf"[/.-](?P<y{n}>(?:20)?\d\d)\b" for n in ("", "2"))
    yield rf"\b{day}(?:{year})?{_TO}{other}{second}", spans.read_numeric_range
    yield rf"\b{day}{year}(?![/.-]\d)", spans.read_numeric_day
    yield r"\b(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)\b", spans.read_numeric_month
    yield (
        rf"\b(?:week|wk|cw|kw|calendar week)\s*(?P<w>[0-5]?\d)\b[ ,/]*(?:of\s+|in\s+)?(?P<y>{_Y})",
        spans.read_iso_week,
    )
    yield rf"\b(?P<y>{_Y})[- ]?w(?:eek )?(?P<w>[0-5]?\d)\b", spans.read_iso_week
    yield rf"\b(?:last\s+)?(?P<name>{NAMES})\b[ ,]*(?:of\s+|in\s+)?(?P<y>{_Y})?", spans.read_holiday
    part = rf"(?P<which>first|last)\s+(?:(?P<n>{_N})\s+)?(?P<unit>weeks?|days?)\s+(?:of|in)\s+(?P<m>{_M})"
    yield rf"\b{part}[ ,]*(?:of\s+|in\s+)?(?P<y>{_Y})?", spans.read_part_of_month
    yield rf"\b(?P<which>first|last)\s+(?P<n>{_N})\s+months\s+(?:of|in)\s+(?P<y>{_Y})", spans.read_part_of_year
    yield r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])\b(?!-)", spans.read_iso_month
    since = rf"\bsince\s+(?:the\s+)?(?:(?P<d>{_D})\s+(?:of\s+)?)?(?:(?P<m>{_M})[ ,]*)?"
    yield since + rf"(?P<y>{_Y})", spans.read_since
    yield rf"\bsince\s+(?:(?P<d>{_D})\s+)?(?P<m>{_M})(?P<y>)", spans.read_since
    first = rf"\b(?P<d1>{_D})\s*(?:of\s+)?(?P<m1>{_M})?"
    yield rf"{first}{_TO}(?P<d2>{_D})\s*(?:of\s+)?(?P<m2>{_M})[ ,]*(?P<y>{_Y})?", spans.read_day_range
    first = rf"\b(?P<m1>{_M})\s*(?P<d1>{_D})"
    yield rf"{first}{_TO}(?P<m2>{_M})?\s*(?P<d2>{_D})(?!\d)[ ,]*(?P<y>{_Y})?", spans.read_day_range
    yield rf"\b(?P<d>{_D})\s*(?:of\s+)?(?P<m>{_M})[ ,]*(?:of\s+)?(?P<y>{_Y})?", spans.read_day
    yield rf"\b(?P<m>{_M})\s*(?:the\s+)?(?P<d>{_D})(?![\d:])[ ,]*(?P<y>{_Y})?", spans.read_day
    yield rf"\b(?P<m1>{_M})[ ,]*(?P<y1>{_Y})?{_TO}(?P<m2>{_M})[ ,]*(?P<y2>{_Y})?", spans.read_month_range
    yield rf"\b(?P<m1>{_M})[ ,]*(?:of\s+|in\s+)?(?P<y1>{_Y})", spans.read_bare_month
    ordinal = r"(?P<q>first|1st|second|2nd|third|3rd|fourth|4th|last)\s+quarter"
    yield rf"\b{ordinal}\s+(?:of\s+|in\s+)?(?P<y>{_Y})", spans.read_quarter
    yield rf"\b(?:(?P<y0>{_Y})[ -]*)(?P<q>q[1-4])\b(?P<y>)", spans.read_quarter
    yield rf"\b(?P<q>q[1-4]|quarter [1-4])\b[ ,/-]*(?:of\s+|in\s+)?(?P<y>{_Y})?", spans.read_quarter
    yield r"\b(?P<q>first|1st|second|2nd|third|3rd|fourth|4th)\s+quarter\b(?P<y>)", spans.read_quarter
    yield rf"\b(?P<h>first|1st|second|2nd)\s+half\s+(?:of\s+)?(?P<y>{_Y})?", spans.read_half
    yield rf"\b(?P<h>h[12])[ /-]*(?P<y>{_Y})?\b", spans.read_half
    yield rf"\b(?:(last|previous|this|next)\s+)?{_SEASON}\s*(?:of\s+)?(?P<y>{_Y})?(?:/\d\d)?", spans.read_season


def _relative() -> Iterator[tuple[str, Reader]]:
    """Patterns that count from today, and what is left: years and months by themselves."""
    days = r"\b(?:day before yesterday|day after tomorrow|yesterday|tomorrow|today|tonight|last night)\b"
    yield days, spans.read_named_day
    so_far = r"so far this (?:year|month)|this (?:year|month) so far"
    yield rf"\b(?:year|month) to date\b|\b[ym]td\b|\b(?:{so_far})\b", spans.read_to_date
    yield rf"\b(last|past|previous|preceding|trailing|recent)\s+({_N})\s+{_UNIT}", spans.read_trailing
    yield r"\b(past|trailing)\s+()(hour|day|week|month|quarter|year)\b", spans.read_trailing
    unit = r"(?P<unit>hour|day|week|month|quarter|year)"
    yield rf"\b(?:next|coming|following|upcoming)\s+(?P<n>{_N})\s+{unit}s?\b", spans.read_leading
    yield rf"\b(?P<n>{_N})?[\s-]*{unit}s?[\s-]+ahead\b", spans.read_leading
    yield rf"\b(?:over|in|within|for)\s+(?:the\s+)?(?:next|coming)\s+{unit}(?P<n>)\b", spans.read_leading
    which = r"this|current|last|previous|next|coming|upcoming|following"
    yield rf"\b({which})\s+(week|month|quarter|year|weekend)\b", spans.read_calendar
    yield rf"\b(last|previous|this|next)\s+({_M})", spans.read_last_named_month
    yield rf"\b(?:(last|this|next|coming|on)\s+){_WD}(?!s)", spans.read_weekday
    yield rf"\b({_Y})\s*(?:-|–|to|until|through)\s*({_Y})", spans.read_years
    yield rf"\b({_Y})(?![-\d])", spans.read_year
    yield rf"\b(?P<m1>{_M})(?P<y1>)", spans.read_bare_month


_FROM_TODAY = frozenset({reader for _, reader in _relative()} - {spans.read_bare_month})
_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader) for rules in (_dated(), _relative()) for pattern, reader in rules
)
