"""From a sentence, and the turn before it, to the tools that answer it."""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from eaio.agents.compute.classifier import trained
from eaio.agents.compute.lexicon import UNSAFE
from eaio.agents.compute.moving import moved
from eaio.agents.compute.names import Directory, MentionKind, like
from eaio.agents.compute.reading import Reading, read
from eaio.agents.compute.slots import fill
from eaio.agents.compute.words import corrected, tokens
from eaio.agents.models import ARGUMENTS, NEEDS_BUILDING, Kind, Request, Understanding

LONGEST_QUESTION = 1_000
NOT_SURE = 0.20
"""Below this probability the reader says that it did not understand."""
HALF_SURE = 0.55
"""Below this probability a sentence made of this field's words only is not out of scope."""
OWN_WILL = 0.55
"""A short follow-up above this probability asks for something new, not for the same again."""
OF_ITSELF = 0.85
"""The same for one of common words only: what should we do about it?"""
UNFIT = 0.3
"""How much less likely a tool is that does not fit to the number of buildings named."""
HALF_FIT = 0.5
"""The same for a comparison that names one building: its other may stand elsewhere, but is it one?"""
ABOUT_MANY = frozenset({"rank_buildings", "portfolio_summary", "list_buildings"})
"""Tools about the portfolio, where naming one building makes no sense."""
CLAUSE = 0.50
"""Both halves of a sentence must be this clear to be taken as two requests."""
FOREIGN = 0.34
"""Below this share of known words a sentence is about something else."""

_COURTESY = (
    r"hey|hi|hello|please|pls|thanks|good (?:morning|afternoon|evening)|ok(?:ay)?|quick question"
    r"|(?:can|could|would|will) you(?: please)?(?= \w+ )|i(?: would|'d) like to (?:know|see)|i want to know|do you know"
)
_POLITE = re.compile(rf"^\W*(?:(?:{_COURTESY})\b[\s,:;.!-]*)+", re.IGNORECASE)
_FOLLOW = re.compile(
    r"^\W*(?:and|what about|how about|same|also|now|then|or|ok(?:ay)?|but|plus|instead|again|only)\b", re.IGNORECASE
)
_POINTING = re.compile(
    r"\b(?:it|its|that|this|there|same|them|those|these|here|the building|this building|that building)\b", re.IGNORECASE
)
_JOINT = re.compile(
    r"\s*(?:;|,?\s+(?:and\s+then|and\s+also|and|then|plus|as well as|also|&)\s+|,\s+(?:then|also)\s+)\s*", re.IGNORECASE
)
OUT_OF_SCOPE = (
    "I answer questions about this portfolio's energy: consumption, profiles, anomalies, forecasts, comparisons, "
    "carbon, measures and data quality. That one is outside of it."
)
UNSAFE_REPLY = "I only read and calculate; I do not delete, switch or reveal anything. Ask me about energy use instead."
UNCLEAR = (
    "I did not understand that. Try a building, a period and what you want to know, for example: "
    "electricity of {building} last month."
)


class Situation(Struct, frozen=True):
    """What a sentence is understood against."""

    directory: Directory
    today: date
    """Local day of the portfolio's last reading."""
    before: Request | None = None
    """The last request of the turn before."""
    page_building: str | None = None
    """The building whose page the asker looks at."""


def understand(text: str, situation: Situation) -> Understanding:
    """What is asked: tools with arguments, a question back, or a refusal. Pure and the same for the same input."""
    text = _POLITE.sub("", text.strip()) or text.strip()
    if not text or len(text) > LONGEST_QUESTION:
        return Understanding(Kind.QUESTION, say=_unclear(situation))
    if UNSAFE.search(text) or UNSAFE.search(" ".join(corrected(word) for word in tokens(text))):
        return Understanding(Kind.REFUSAL, say=UNSAFE_REPLY)
    reading = read(text, situation.directory, situation.today)
    requests = _several(text, reading, situation) or _one(reading, situation)
    if isinstance(requests, Understanding):
        return requests
    return _complete(requests, reading, situation)


def _one(reading: Reading, situation: Situation) -> tuple[Request, ...] | Understanding:
    tool, sure = _intent(reading)
    if tool == "none" and sure < HALF_SURE and reading.known_share == 1:
        tool, sure = _intent(reading, but="none")
    if situation.before and _follows(reading, tool, sure):
        again = read(reading.text, situation.directory, situation.today, _year_end(situation.before))
        return (_continued(again, situation.before, tool, sure),)
    named = any(mention.kind != MentionKind.UNKNOWN for mention in reading.mentions)
    foreign = bool(reading.content) and not named and reading.known_share < FOREIGN and not reading.carriers
    if tool == "none" or foreign or _says_nothing(reading, sure):
        return Understanding(Kind.REFUSAL, say=OUT_OF_SCOPE)
    if sure < NOT_SURE:
        return Understanding(Kind.QUESTION, say=_unclear(situation))
    tool = _ahead(tool, reading)
    arguments = fill(tool, reading)
    if situation.before and (_POINTING.search(reading.text) or tool in NEEDS_BUILDING):
        arguments = _inherited(tool, arguments, situation.before, reading)
    return (Request(tool, arguments, sure),)


def _year_end(before: Request) -> date | None:
    """The last day of the year that the turn before was about: "and July?" stays in it."""
    start = before.arguments.get("start")
    return date(date.fromisoformat(start).year, 12, 31) if start else None


def _intent(reading: Reading, phrase: str | None = None, but: str = "", named: int | None = None) -> tuple[str, float]:
    """The likeliest tool and its probability, given how many buildings the sentence names."""
    named = len(reading.buildings) if named is None else named
    scores = trained().scores(reading.phrase if phrase is None else phrase)
    weighed = {tool: share * _fit(tool, named) for tool, share in scores.items() if tool != but}
    tool = max(weighed, key=weighed.__getitem__)
    return tool, weighed[tool] / sum(weighed.values())


def _fit(tool: str, named: int) -> float:
    """How well a tool fits to a number of named buildings."""
    if tool in ABOUT_MANY:
        return UNFIT if named else 1.0
    if tool == "compare_buildings":
        return 1 / UNFIT if named > 1 else 1.0 if named == 0 else HALF_FIT
    lacking = tool in NEEDS_BUILDING and not named
    crowded = named > 1 and "building" in ARGUMENTS[tool].__struct_fields__ if tool in ARGUMENTS else False
    return UNFIT if lacking or crowded else 1.0


def _says_nothing(reading: Reading, sure: float) -> bool:
    """Only common words, and no clear meaning either: who are you?"""
    return not (reading.content or reading.mentions or reading.carriers or reading.uses) and sure < OWN_WILL


def _follows(reading: Reading, tool: str, sure: float) -> bool:
    """Whether the sentence leans on the turn before: it opens like it, or says nothing but names and periods."""
    if not reading.content:
        return True
    if _FOLLOW.match(reading.text) and len(reading.words) <= 12:
        return True
    return len(reading.words) <= 8 and bool(_POINTING.search(reading.text)) and (tool == "none" or sure < OWN_WILL)


def _continued(reading: Reading, before: Request, tool: str, sure: float) -> Request:
    """The turn before with what is new; another tool only if the sentence clearly asks for it."""
    tool, sure = _leaning(reading)
    if tool == "none" or sure < _threshold(reading):
        tool, sure = before.tool, 1.0
    tool = _ahead(tool, reading)
    return Request(tool, _inherited(tool, fill(tool, reading), before, reading), sure)


def _threshold(reading: Reading) -> float:
    """How sure a follow-up's own tool must be: names and periods alone never change the question."""
    if reading.content or "why" in reading.words:
        return OWN_WILL
    return 1.0 if reading.mentions or reading.periods or reading.carriers else OF_ITSELF


def _leaning(reading: Reading) -> tuple[str, float]:
    """The intent of a sentence that leans on the turn before: as it stands, or with a building in place of "it"."""
    bare = _FOLLOW.sub(" ", reading.phrase)
    found = _intent(reading, bare)
    if reading.mentions:
        return found
    whole = _POINTING.sub("@b", bare) if _POINTING.search(bare) else f"{bare} of @b"
    return max(found, _intent(reading, whole, but="none", named=1), key=lambda each: each[1])


def _ahead(tool: str, reading: Reading) -> str:
    """What was used is measured, what will be used is forecast: a coming period decides."""
    ahead = any(period.horizon_hours is not None for period in reading.periods)
    return "forecast" if ahead and tool in {"consumption", "peak_demand", "load_profile"} else tool


def _inherited(tool: str, arguments: Mapping[str, Any], before: Request, reading: Reading) -> dict[str, Any]:
    """Arguments of the turn before for every field that this tool shares and the sentence leaves open."""
    fields, old = ARGUMENTS[tool].__struct_fields__, dict(before.arguments)
    merged = dict(arguments)
    if tool == "compare_buildings":
        first = [*old.get("buildings", ()), *([old["building"]] if "building" in old else [])]
        both = list(dict.fromkeys([*first, *merged.get("buildings", ())]))
        merged["buildings"] = both if len(merged.get("buildings", ())) < 2 else merged["buildings"]
    if reading.buildings or reading.site:
        old = {name: value for name, value in old.items() if name not in {"building", "site"}}
    if {"start", "end"} & merged.keys() or "at" in merged:
        old = {name: value for name, value in old.items() if name not in {"start", "end", "at"}}
    return {name: value for name, value in old.items() if name in fields} | merged | _moved(before, reading, fields)


def _moved(before: Request, reading: Reading, fields: Sequence[str]) -> dict[str, str]:
    """The period of the turn before, moved by what the sentence says: and the year before?"""
    start, end = before.arguments.get("start"), before.arguments.get("end")
    if not (start and end and {"start", "end"} <= set(fields)):
        return {}
    span = moved(reading.text, date.fromisoformat(start), date.fromisoformat(end))
    return {"start": span[0].isoformat(), "end": span[1].isoformat()} if span else {}


def _several(text: str, reading: Reading, situation: Situation) -> tuple[Request, ...]:
    """Two requests in one sentence, if each half is clear by itself and they ask for different tools; else nothing."""
    whole, _ = _intent(reading)
    if whole in {"compare_buildings", "project_finance", "verify_savings", "none"} or _FOLLOW.match(text):
        return ()
    for joint in _JOINT.finditer(text):
        halves = [text[: joint.start()], text[joint.end() :]]
        first, second = (_clause(half, situation, reading) for half in halves)
        if first and second and first.tool != second.tool and "compare_buildings" not in {first.tool, second.tool}:
            rest = read(halves[1], situation.directory, situation.today)
            arguments = _inherited(second.tool, second.arguments, first, rest)
            return (_completed(first, second), Request(second.tool, arguments, second.confidence))
    return ()


def _completed(first: Request, second: Request) -> Request:
    """Consumption and peak of X in May: building and period, said once at the end, hold for both."""
    fields = set(ARGUMENTS[first.tool].__struct_fields__)
    if "building" not in fields or {"building", "site"} & first.arguments.keys():
        return first
    shared = fields & {"building", "site", "start", "end"}
    back = {name: value for name, value in second.arguments.items() if name in shared and name not in first.arguments}
    return Request(first.tool, {**first.arguments, **back}, first.confidence)


def _clause(half: str, situation: Situation, whole: Reading) -> Request | None:
    """What half a sentence asks for, by itself or with the building that the other half names."""
    reading = read(half, situation.directory, situation.today)
    if (not reading.content and not reading.carriers) or reading.known_share < CLAUSE:
        return None
    phrases = (
        [reading.phrase] if reading.mentions or not whole.buildings else [reading.phrase, f"{reading.phrase} of @b"]
    )
    named = len(reading.buildings) or bool(whole.buildings)
    tool, sure = max((_intent(reading, phrase, named=named) for phrase in phrases), key=lambda found: found[1])
    return None if tool == "none" or sure < CLAUSE else Request(tool, fill(tool, reading), sure)


def _complete(requests: Sequence[Request], reading: Reading, situation: Situation) -> Understanding:
    """Ask back about names that are unknown, ambiguous or missing; otherwise the requests stand."""
    places = {"building", "buildings", "site"}
    relevant = any(places & set(ARGUMENTS[request.tool].__struct_fields__) for request in requests)
    doubtful = next((mention for mention in reading.buildings if len(mention.names) != 1), None)
    if doubtful and relevant:
        return _ask_about(doubtful.text, doubtful.names, tuple(requests), situation)
    requests = tuple(_over_time(_placed(request, reading, situation), reading, situation) for request in requests)
    for request in requests:
        if request.tool in NEEDS_BUILDING and not {"building", "site"} & request.arguments.keys():
            return Understanding(Kind.QUESTION, requests, say="Which building?", choices=_examples(situation))
        if request.tool == "compare_buildings" and len(request.arguments.get("buildings", ())) < 2:
            return Understanding(
                Kind.QUESTION, requests, say="Which buildings shall I compare?", choices=_examples(situation)
            )
    return Understanding(Kind.ANSWER, requests)


def _placed(request: Request, reading: Reading, situation: Situation) -> Request:
    """The page's building for a request that names none but needs one, or points at "this building"."""
    page = situation.page_building
    fields = ARGUMENTS[request.tool].__struct_fields__
    if page and request.tool == "compare_buildings" and len(request.arguments.get("buildings", ())) == 1:
        return Request(
            request.tool,
            {**request.arguments, "buildings": [page, *request.arguments["buildings"]]},
            request.confidence,
        )
    if not page or "building" not in fields or {"building", "site"} & request.arguments.keys():
        return request
    if request.tool in NEEDS_BUILDING or _POINTING.search(reading.text):
        return Request(request.tool, {**request.arguments, "building": page}, request.confidence)
    return request


def _over_time(request: Request, reading: Reading, situation: Situation) -> Request:
    """So that "how does that compare with last year?" is about the building of the turn before, in another period."""
    buildings = request.arguments.get("buildings", ())
    if request.tool != "compare_buildings" or len(buildings) != 1 or reading.buildings or not situation.before:
        return request
    kept = {name: value for name, value in request.arguments.items() if name in {"carrier", "start", "end"}}
    return Request("consumption", {"building": buildings[0], **kept}, request.confidence)


def _ask_about(text: str, names: tuple[str, ...], requests: tuple[Request, ...], situation: Situation) -> Understanding:
    if names:
        return Understanding(Kind.QUESTION, requests, say=f"Several buildings match {text}. Which one?", choices=names)
    near = like(text, situation.directory)
    hint = " Did you mean one of these?" if near else ""
    return Understanding(
        Kind.QUESTION, requests, say=f"There is no building called {text} in this portfolio.{hint}", choices=near
    )


def _examples(situation: Situation) -> tuple[str, ...]:
    return tuple(sorted(situation.directory.site_of))[:3]


def _unclear(situation: Situation) -> str:
    return UNCLEAR.format(building=next(iter(_examples(situation)), "a building"))
