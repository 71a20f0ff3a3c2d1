"""From a read sentence to the arguments of a tool: one reader per field name, shared by every tool with the field."""

import re
from collections.abc import Callable, Mapping
from typing import Any

from eaio.agents.compute.lexicon import FORMATS, METRICS, NUMBER_WORDS, RESOLUTIONS, SCENARIOS, STATUSES, first_match
from eaio.agents.compute.names import MentionKind
from eaio.agents.compute.periods import Period
from eaio.agents.compute.reading import Reading
from eaio.agents.compute.spans import horizon_hours
from eaio.agents.models import ARGUMENTS

_AMOUNT = (
    r"(?:[$€£]|usd|eur|gbp)?\s*(?P<number>(?:\d{1,3}(?:[ ']\d{3})+|\d[\d,]*)(?:\.\d+)?)"
    r"\s*(?P<scale>k\b|thousand|m\b|mio\b|million|bn\b)?"
    r"\s*(?:dollars?|euros?|pounds?|usd|eur|gbp|[$€£])?"
)
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mio": 1e6, "million": 1e6, "bn": 1e9}
_COUNT = r"(?P<n>\d+(?:\.\d+)?|" + "|".join(NUMBER_WORDS) + r"|a|an)"
_SAVE = (
    r"(?:sav(?:e[sd]?|ing|ings)|avoid(?:s|ing)?|cut(?:s|ting)?|gain(?:s|ing)?|earn(?:s|ing)?"
    r"|gets?(?: back)?|returns?|yields?|brings? in"
    r"|reduc(?:es?|ing))"
)
_ABOUT = re.compile(
    r"\b(?:about|on|regarding|concerning|mentions?|covers?|describes?|allow|recommend|prescribe|require)\s+(?P<topic>.+)$",
    re.IGNORECASE,
)
_LOOK_UP = re.compile(
    r"\b(?:look up|find|search(?: for)?|where is|is there)\s+(?:anything\s+)?(?P<topic>.+?)\s+"
    r"(?:in|from)\s+(?:the|our|my)\b",
    re.IGNORECASE,
)
_HOW_TO = re.compile(r"\bhow (?:to|do (?:i|we)|can (?:i|we))\s+(?P<topic>.+)$", re.IGNORECASE)
_SEARCH_FOR = re.compile(r"\b(?:search|look|check|browse)\b.+?\bfor\s+(?P<topic>.+)$", re.IGNORECASE)

_ROLE = r"(baseline|base (?:year|period)|reference|reporting|performance period)"
_LEADS = re.compile(rf"\b{_ROLE}\W*(?:period|year)?\W*(?:is|was|of|in|from)?\W*$")
_BEHIND = re.compile(rf"\W{{0,3}}(?:(?:as|for|is|was|being)\s+)?(?:(?:the|a|our)\s+)?{_ROLE}\b")

Reader = Callable[[Reading], Any]


def fill(tool: str, reading: Reading) -> dict[str, Any]:
    """Every argument of the tool that the sentence gives, as plain values (dates as ISO days)."""
    fields = ARGUMENTS[tool].__struct_fields__
    found = {name: READERS[name](reading) for name in fields if name in READERS}
    if "start" in fields:
        found |= _span(tool, reading)
    if tool == "verify_savings":
        found |= _baseline(reading)
    if tool == "project_finance":
        found |= finance_figures(reading.text)
    return {name: value for name, value in found.items() if value not in (None, (), [])}


def _building(reading: Reading) -> str | None:
    mention = next(iter(reading.buildings), None)
    return mention.names[0] if mention and len(mention.names) == 1 else None


def _buildings(reading: Reading) -> list[str]:
    known = [m for m in reading.buildings if m.kind == MentionKind.BUILDING and len(m.names) == 1]
    return list(dict.fromkeys(mention.names[0] for mention in known))


def _carrier(reading: Reading) -> str | None:
    return reading.carriers[0].value if reading.carriers else None


def _span(tool: str, reading: Reading) -> dict[str, str]:
    """The one period, or the hull of several; a day that a tool takes as ``at`` is no period."""
    periods = [p for p in reading.periods if tool == "weather" or p.horizon_hours is None]
    if tool == "explain_anomaly" and any(p.mark == "@day" for p in periods):
        return {}
    if not periods:
        return {}
    return {"start": min(p.start for p in periods).isoformat(), "end": max(p.end for p in periods).isoformat()}


def _at(reading: Reading) -> str | None:
    return next((p.start.isoformat() for p in reading.periods if p.mark == "@day"), None)


def _baseline(reading: Reading) -> dict[str, str]:
    """Baseline and reporting periods by the words between them, or in the order of the calendar."""
    past = [p for p in reading.periods if p.horizon_hours is None]
    text = reading.text.lower()
    behind = bool(past) and _role_behind(text, past[0]) is not None and not _LEADS.search(text[: past[0].left])
    role_of = _role_behind if behind else _role
    said = [0, *(p.right for p in past)][: len(past)]
    named = {role: p for p, at in zip(past, said, strict=True) if (role := role_of(" " * at + text[at:], p))}
    rest = sorted((p for p in past if p not in named.values()), key=lambda p: p.start)
    roles = ("baseline", "reporting") if len(past) > 1 else ("reporting",)
    for role in roles:
        if role not in named and rest:
            named[role] = rest.pop(0)
    return {
        f"{role}_{edge}": (p.start if edge == "start" else p.end).isoformat()
        for role, p in named.items()
        for edge in ("start", "end")
    }


def _role(text: str, period: Period) -> str | None:
    """By the nearest word before a period: baseline 2016, in 2017."""
    before = text[: period.left]
    words = {
        "baseline": r"baseline|base year|reference|before|prior to|than in|compared (?:with|to)|relative to|vs|against",
        "reporting": r"reporting|performance period|after|post|since|during|in",
    }
    found = {role: [m.end() for m in re.finditer(rf"\b(?:{pattern})\b", before)] for role, pattern in words.items()}
    nearest = max(((ends[-1], role == "baseline") for role, ends in found.items() if ends), default=None)
    if nearest is None or len(before) - nearest[0] >= 20:
        return None
    return "baseline" if nearest[1] else "reporting"


def _role_behind(text: str, period: Period) -> str | None:
    """By the word right behind a period: 2016 baseline, 2017 as the reporting period."""
    word = _BEHIND.match(text, period.right)
    return None if word is None else "baseline" if word[1].startswith(("base", "ref")) else "reporting"


def _horizon(reading: Reading) -> int | None:
    ahead = [p.horizon_hours for p in reading.periods if p.horizon_hours is not None]
    if ahead:
        return max(ahead)
    worded = re.search(rf"\b{_COUNT}[\s-]*(hour|day|week|month|year)s?\b", reading.spelled)
    return horizon_hours(_number(worded["n"]), worded[2]) if worded else None


def _number(word: str) -> int:
    return 1 if word in {"a", "an"} else NUMBER_WORDS[word] if word in NUMBER_WORDS else round(float(word))


def _limit(reading: Reading) -> int | None:
    words = [word for word in reading.words if word.isdigit() or (word in NUMBER_WORDS and word not in {"one", "zero"})]
    numbers = [1] if "single" in reading.words else [_number(word) for word in words]
    return next((number for number in numbers if 0 < number <= 200), None)


def _metric(reading: Reading) -> str | None:
    return first_match(f"{reading.spelled} {reading.text.lower()}", METRICS)


def _best(reading: Reading) -> bool | None:
    best = re.search(
        r"\b(?:best|lowest|least|smallest|most efficient|greenest|cleanest|leanest|thriftiest|cheapest|fewest)\b",
        reading.spelled,
    )
    return True if best and not re.search(r"\b(?:least|lowest) efficient", reading.spelled) else None


def _max_payback(reading: Reading) -> float | None:
    unit = r"(?P<unit>year|yr|month)s?\b"
    match = re.search(
        rf"\b(?:pay\w*|return\w*|amorti\w+)\b.*?\b{_COUNT}[\s-]*{unit}|\b{_COUNT.replace('<n>', '<n2>')}[\s-]*"
        rf"{unit.replace('<unit>', '<unit2>')}\s+pay",
        reading.text.lower(),
    )
    if not match:
        return None
    word, of = match["n"] or match["n2"], match["unit"] or match["unit2"]
    count = float(word) if word[0].isdigit() else float(_number(word))
    years = count / 12 if of == "month" else count
    return int(years) if years == int(years) else years


def finance_figures(text: str) -> dict[str, float]:
    """Investment, yearly saving, life and discount rate from a sentence, each by the words around it."""
    rest, found = text.lower(), dict[str, float]()
    rate = re.search(r"(\d+(?:\.\d+)?)\s*(?:%|percent|per cent)", rest)
    if rate:
        found["discount_rate"] = float(rate[1]) / 100
        rest = rest.replace(rate[0], " ", 1)
    life = re.search(rf"\b{_COUNT}[\s-]*(?:years?|yrs?)\b", re.sub(r"\b(?:a|per|each|every)\s+year", "        ", rest))
    if life and life["n"] not in {"a", "an"}:
        found["years"] = _number(life["n"])
        rest = re.sub(rf"\b{re.escape(life['n'])}[\s-]*(?:years?|yrs?)\b", " ", rest, count=1)
    noun = r"(?:of\s+|in\s+)?(?:annual\s+|yearly\s+)?savings?\b"
    saving = (
        re.search(rf"{_AMOUNT}\s*{noun}", rest)
        or re.search(rf"\b{_SAVE}\b\D{{0,25}}?{_AMOUNT}", rest)
        or re.search(rf"{_AMOUNT}\s*(?:(?:a|per|each|every)\s+year|yearly|annually|/\s*y\w*|p\.?a\b\.?)", rest)
    )
    if saving:
        found["annual_savings"] = _amount(saving)
        rest = rest[: saving.start("number")] + " " + rest[saving.end() :]
    amounts = [_amount(match) for match in re.finditer(_AMOUNT, rest)]
    if amounts:
        found["capex"] = max(amounts)
    return {name: int(value) if value == int(value) else value for name, value in found.items()}


def _amount(match: re.Match[str]) -> float:
    return float(re.sub(r"[ ',]", "", match["number"])) * _SCALE.get(match["scale"] or "", 1)


def _alert(reading: Reading) -> int | None:
    match = re.search(r"\d+", reading.text)
    return int(match[0]) if match else None


def _query(reading: Reading) -> str | None:
    text = re.sub(r"[?.!\s]+$", "", reading.text)
    for pattern in (_ABOUT, _LOOK_UP, _SEARCH_FOR, _HOW_TO):
        if match := pattern.search(text):
            topic = re.sub(
                r"\s+(?:in|from)\s+(?:the|our|my)\s+\w+(?:\s+\w+)?$", "", match["topic"], flags=re.IGNORECASE
            )
            return (
                re.sub(
                    r"^(?:(?:about|on|regarding|concerning)\s+)?(?:the|our|a|an)?\b\s*", "", topic, flags=re.IGNORECASE
                ).strip()
                or None
            )
    return None


READERS: Mapping[str, Reader] = {
    "building": _building,
    "buildings": _buildings,
    "site": lambda reading: reading.site,
    "carrier": _carrier,
    "primary_use": lambda reading: reading.uses[0] if reading.uses else None,
    "resolution": lambda reading: first_match(reading.spelled, RESOLUTIONS),
    "horizon_hours": _horizon,
    "scenario": lambda reading: first_match(f"{reading.spelled} {reading.text}", SCENARIOS),
    "metric": _metric,
    "limit": _limit,
    "best": _best,
    "max_payback_years": _max_payback,
    "at": _at,
    "alert": _alert,
    "status": lambda reading: first_match(reading.spelled, STATUSES),
    "format": lambda reading: first_match(reading.text, FORMATS),
    "query": _query,
    "region": lambda reading: reading.region,
}
