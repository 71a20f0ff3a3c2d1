"""Periods in plain words to half-open days, relative to the portfolio's own today."""

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from re import Match

from msgspec import Struct

from eaio.agents.compute.lexicon import NUMBER_WORDS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_OF = {"hour": 1, "day": 24, "week": 168, "month": 720, "quarter": 2190, "year": 8760}
"""Length of a coming period as a forecast horizon."""
_SEASON_START = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

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


def find_periods(text: str, today: date) -> tuple[Period, ...]:
    """Every period named in a sentence, in order; longer readings win over shorter ones inside them.

    ``today`` is the local day of the portfolio's last reading. Times without a year are the latest that have begun.
    """
    rest, found = text.lower(), list[Period]()
    for pattern, reader in _RULES:
        for match in pattern.finditer(rest):
            span = _read(reader, match, today)
            if span is not None and _plausible(match, text):
                found.append(Period(span[0], span[1], match.start(), match.end(), _horizon(match, span, today)))
                rest = rest[: match.start()] + "\0" * (match.end() - match.start()) + rest[match.end() :]
    return tuple(sorted(found, key=lambda period: period.left))


Span = tuple[date, date]
Reader = Callable[[Match[str], date], Span]


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
            return HOURS_OF[unit[1]] * (_count(count[1]) if count else 1)
    if "tomorrow" in words or span[0] > today:
        return 24 * max(1, (span[1] - max(span[0] if "tomorrow" in words else today, today)).days)
    return None


def _count(word: str) -> int:
    return 1 if word == "a" else int(word) if word.isdigit() else NUMBER_WORDS[word]


def _month_number(word: str) -> int:
    return MONTHS.index(word.strip(". ")[:3]) + 1


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def _add_months(day: date, months: int) -> date:
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _year_of(word: str | None, month: int, today: date, day: int = 1) -> int:
    """The year named, or the latest in which the day has begun."""
    if word:
        return int(word)
    return today.year if date(today.year, month, min(day, 28)) <= today else today.year - 1


def _day_number(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _one_day(day: str, month: str, year: str | None, today: date) -> date:
    number, month_number = _day_number(day), _month_number(month)
    return date(_year_of(year, month_number, today, number), month_number, number)


def _iso(word: str) -> date:
    return date.fromisoformat(word)


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _days(first: date, last: date) -> Span:
    return first, _after(last)


def _month_range(match: Match[str], today: date) -> Span:
    last_month = _month_number(match["m2"])
    last_year = _year_of(match["y2"] or match["y1"], last_month, today)
    first_month = _month_number(match["m1"])
    first_year = int(match["y1"] or (last_year if first_month <= last_month else last_year - 1))
    return date(first_year, first_month, 1), _month(last_year, last_month)[1]


def _day_range(match: Match[str], today: date) -> Span:
    """``3 Feb to 5 March 2017``, ``Feb 3-5 2017``: the last month and year hold for what does not say otherwise."""
    parts = match.groupdict()
    month = parts.get("m2") or match["m1"]
    last = _one_day(match["d2"], month, match["y"], today)
    first_month = _month_number(match["m1"] or month)
    first = date(last.year - (first_month > last.month), first_month, _day_number(match["d1"]))
    return _days(first, last)


def _quarter(match: Match[str], today: date) -> Span:
    words = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
    name = match["q"]
    number = words.get(name) or int(name[-1])
    first = 3 * number - 2
    start = date(_year_of(match["y"] or match.groupdict().get("y0"), first, today), first, 1)
    return start, _add_months(start, 3)


def _half(match: Match[str], today: date) -> Span:
    first = 1 if match["h"] in {"first", "1st", "h1"} else 7
    start = date(_year_of(match["y"], first, today), first, 1)
    return start, _add_months(start, 6)


def _season(match: Match[str], today: date) -> Span:
    month = _SEASON_START[match[2]]
    year = _year_of(match["y"], month, today)
    if match[1] == "next":
        year += 1
    elif match[1] in {"last", "previous"} and _add_months(date(year, month, 1), 3) > today:
        year -= 1
    start = date(year, month, 1)
    return start, _add_months(start, 3)


def _trailing(match: Match[str], today: date) -> Span:
    """The last n days end with today; months and years are whole calendar ones when they are "last", not "past"."""
    count, unit = _count(match[2] or "a"), match[3]
    days = {"hour": 1, "day": count, "week": 7 * count}.get(unit)
    if unit == "hour":
        days = max(1, -(-count // 24))
    if days is not None:
        return _after(today - timedelta(days=days)), _after(today)
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    first = _add_months(today, -months)
    last_day = (_add_months(first, 1) - timedelta(days=1)).day
    return _after(first.replace(day=min(today.day, last_day))), _after(today)


def _leading(match: Match[str], today: date) -> Span:
    hours = HOURS_OF[match["unit"]] * _count(match["n"] or "a")
    return _after(today), _after(today) + timedelta(days=-(-hours // 24))


def _calendar(match: Match[str], today: date) -> Span:
    """This, last or next week, month, quarter, year, weekend."""
    step = {"this": 0, "current": 0, "next": 1, "coming": 1, "upcoming": 1, "following": 1}.get(match[1], -1)
    unit = match[2]
    if unit == "week":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return start, start + timedelta(days=7)
    if unit == "weekend":
        start = today - timedelta(days=(today.weekday() - 5) % 7) + timedelta(weeks=max(step, 0))
        start -= timedelta(weeks=1 if step < 0 and today.weekday() >= 5 else 0)
        return start, start + timedelta(days=2)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = today.replace(day=1)
    start = _add_months(first, -((first.month - 1) % months) + step * months)
    return start, _add_months(start, months)


def _named_day(match: Match[str], today: date) -> Span:
    offset = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "last night": -1}
    words = re.sub(r"\s+", " ", match[0])
    shift = {"day before yesterday": -2, "day after tomorrow": 2}.get(words, offset.get(words, 0))
    day = today + timedelta(days=shift)
    return day, _after(day)


def _weekday(match: Match[str], today: date) -> Span:
    target = WEEKDAYS.index(match[2][:3])
    if match[1] in {"next", "coming"}:
        day = today + timedelta(days=(target - today.weekday() - 1) % 7 + 1)
    else:
        day = today - timedelta(days=(today.weekday() - target) % 7)
        day -= timedelta(days=7 if match[1] == "last" and day == today else 0)
    return day, _after(day)


def _last_named_month(match: Match[str], today: date) -> Span:
    month = _month_number(match[2])
    year = _year_of(None, month, today)
    if match[1] == "next":
        year += 1
    elif match[1] in {"last", "previous"} and (year, month) == (today.year, today.month):
        year -= 1
    return _month(year, month)


def _since(match: Match[str], today: date) -> Span:
    if match["m"] and match["d"]:
        return _one_day(match["d"], match["m"], match["y"], today), _after(today)
    if match["m"]:
        month = _month_number(match["m"])
        return date(_year_of(match["y"], month, today), month, 1), _after(today)
    return date(int(match["y"]), 1, 1), _after(today)


def _to_date(match: Match[str], today: date) -> Span:
    unit = "month" if "month" in match[0] or "mtd" in match[0] else "year"
    return (today.replace(day=1) if unit == "month" else date(today.year, 1, 1)), _after(today)


def _bare_month(match: Match[str], today: date) -> Span:
    month = _month_number(match["m1"])
    return _month(_year_of(match["y1"], month, today), month)


def _years(match: Match[str], _: date) -> Span:
    return date(int(match[1]), 1, 1), date(int(match[2]) + 1, 1, 1)


def _rules() -> Iterator[tuple[str, Reader]]:
    iso = r"\d{4}-\d\d-\d\d"
    yield rf"({iso}){_TO}({iso})", lambda m, _: _days(_iso(m[1]), _iso(m[2]))
    yield rf"({iso})", lambda m, _: _days(_iso(m[1]), _iso(m[1]))
    yield r"\b((?:19|20)\d\d)-(0[1-9]|1[0-2])\b(?!-)", lambda m, _: _month(int(m[1]), int(m[2]))
    since = rf"\bsince\s+(?:the\s+)?(?:(?P<d>{_D})\s+(?:of\s+)?)?(?:(?P<m>{_M})[ ,]*)?"
    yield since + rf"(?P<y>{_Y})", _since
    yield rf"\bsince\s+(?:(?P<d>{_D})\s+)?(?P<m>{_M})(?P<y>)", _since
    yield (
        rf"\b(?P<d1>{_D})\s*(?:of\s+)?(?P<m1>{_M})?{_TO}(?P<d2>{_D})\s*(?:of\s+)?(?P<m2>{_M})[ ,]*(?P<y>{_Y})?",
        _day_range,
    )
    yield rf"\b(?P<m1>{_M})\s*(?P<d1>{_D}){_TO}(?P<m2>{_M})?\s*(?P<d2>{_D})(?!\d)[ ,]*(?P<y>{_Y})?", _day_range
    yield (
        rf"\b({_D})\s*(?:of\s+)?({_M})[ ,]*(?:of\s+)?({_Y})?",
        lambda m, t: _days(*[_one_day(m[1], m[2], m[3], t)] * 2),
    )
    yield (
        rf"\b({_M})\s*(?:the\s+)?({_D})(?![\d:])[ ,]*({_Y})?",
        lambda m, t: _days(*[_one_day(m[2], m[1], m[3], t)] * 2),
    )
    yield rf"\b(?P<m1>{_M})[ ,]*(?P<y1>{_Y})?{_TO}(?P<m2>{_M})[ ,]*(?P<y2>{_Y})?", _month_range
    yield rf"\b(?P<m1>{_M})[ ,]*(?:of\s+|in\s+)?(?P<y1>{_Y})", _bare_month
    ordinal = r"(?P<q>first|1st|second|2nd|third|3rd|fourth|4th|last)\s+quarter"
    yield rf"\b{ordinal}\s+(?:of\s+|in\s+)?(?P<y>{_Y})", _quarter
    yield rf"\b(?:(?P<y0>{_Y})[ -]*)(?P<q>q[1-4])\b(?P<y>)", _quarter
    yield rf"\b(?P<q>q[1-4]|quarter [1-4])\b[ ,/-]*(?:of\s+|in\s+)?(?P<y>{_Y})?", _quarter
    yield r"\b(?P<q>first|1st|second|2nd|third|3rd|fourth|4th)\s+quarter\b(?P<y>)", _quarter
    yield rf"\b(?P<h>first|1st|second|2nd)\s+half\s+(?:of\s+)?(?P<y>{_Y})?", _half
    yield rf"\b(?P<h>h[12])[ /-]*(?P<y>{_Y})?\b", _half
    yield rf"\b(?:(last|previous|this|next)\s+)?{_SEASON}\s*(?:of\s+)?(?P<y>{_Y})?(?:/\d\d)?", _season
    yield r"\b(?:day before yesterday|day after tomorrow|yesterday|tomorrow|today|tonight|last night)\b", _named_day
    yield (
        r"\b(?:year|month) to date\b|\b[ym]td\b|\b(?:so far this (?:year|month)|this (?:year|month) so far)\b",
        _to_date,
    )
    ago = r"\b(last|past|previous|preceding|trailing|recent)\s+"
    yield rf"{ago}({_N})\s+{_UNIT}", _trailing
    yield r"\b(past|trailing)\s+()(hour|day|week|month|quarter|year)\b", _trailing
    ahead = r"\b(?:next|coming|following|upcoming)\s+"
    yield rf"{ahead}(?P<n>{_N})\s+(?P<unit>hour|day|week|month|quarter|year)s?\b", _leading
    yield rf"\b(?P<n>{_N})?[\s-]*(?P<unit>hour|day|week|month|quarter|year)s?[\s-]+ahead\b", _leading
    yield (
        r"\b(?:over|in|within|for)\s+(?:the\s+)?(?:next|coming)\s+(?P<unit>day|week|month|quarter|year)(?P<n>)\b",
        _leading,
    )
    calendar = r"\b(this|current|last|previous|next|coming|upcoming|following)\s+(week|month|quarter|year|weekend)\b"
    yield calendar, _calendar
    yield rf"\b(last|previous|this|next)\s+({_M})", _last_named_month
    yield rf"\b(?:(last|this|next|coming|on)\s+){_WD}(?!s)", _weekday
    yield rf"\b({_Y})\s*(?:-|–|to|until|through)\s*({_Y})", _years
    yield rf"\b({_Y})(?![-\d])", lambda m, _: (date(int(m[1]), 1, 1), date(int(m[1]) + 1, 1, 1))
    yield rf"\b(?P<m1>{_M})(?P<y1>)", _bare_month


_RULES: tuple[tuple[re.Pattern[str], Reader], ...] = tuple(
    (re.compile(pattern), reader) for pattern, reader in _rules()
)
