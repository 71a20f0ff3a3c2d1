"""A study between its form and its draft."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from eaio.analysis.compute import opendsm_engine
from eaio.analysis.compute.studies import ANY_METHOD
from eaio.analysis.models import METHOD_LABEL, Interval, Method, Period
from eaio.analysis.models.studies import LEAST_CONFIDENCE, MOST_CONFIDENCE, EventDraft, Study, StudyDraft
from eaio.analysis.models.verification import Treatment
from eaio.infra.errors import Invalid

CONFIDENCES = (("68", "68 %"), ("80", "80 %"), ("90", "90 %"), ("95", "95 %"))
AUTOMATIC = ("", "The surest of all, with the reason")
TREATMENTS = (
    (Treatment.EXCLUDE.value, "Leave these days out"),
    (Treatment.ESTIMATE.value, "Estimate its effect and take it off"),
    (Treatment.CONSTANT.value, "It added so much a day"),
    (Treatment.FACTOR.value, "It multiplied normal use by"),
)
LONGEST_NAME, LONGEST_REASON = 200, 1000


def ways() -> list[tuple[str, str]]:
    """The models to choose from, as ``method interval``; OpenDSM only where it is installed."""
    known = [
        (f"{method.value} {interval.value}", f"{METHOD_LABEL[method]}, {interval.value}")
        for method, intervals in ANY_METHOD.items()
        for interval in intervals
        if method != Method.OPENDSM or opendsm_engine.available()
    ]
    return [AUTOMATIC, *known]


def values_of(study: Study) -> dict[str, Any]:
    """A study as the fields of its form."""
    interval = study.interval or (ANY_METHOD[study.method][0] if study.method else None)
    return {
        "name": study.name,
        "baseline_first": study.baseline_first.isoformat(),
        "baseline_last": study.baseline_last.isoformat(),
        "reporting_first": study.reporting_first.isoformat(),
        "reporting_last": study.reporting_last.isoformat() if study.reporting_last else "",
        "way": f"{study.method.value} {interval.value}" if study.method and interval else "",
        "confidence": f"{100 * study.confidence:g}",
    }


def draft_of(data: Mapping[str, str]) -> StudyDraft:
    """A study from a form.

    Raises:
        Invalid: a field is missing or means nothing; it is named.
        WrongPeriods: a period ends before it begins.
    """
    wrong: dict[str, str] = {}
    days = {name: _day(data.get(name, ""), name, wrong) for name in ("baseline_first", "baseline_last")}
    start = _day(data.get("reporting_first", ""), "reporting_first", wrong)
    end = _day(data.get("reporting_last", ""), "reporting_last", wrong, needed=False)
    name = data.get("name", "").strip()
    if not 0 < len(name) <= LONGEST_NAME:
        wrong["name"] = "is needed" if not name else f"at most {LONGEST_NAME} letters"
    confidence = _confidence(data.get("confidence", ""), wrong)
    method, interval = _way(data.get("way", ""), wrong)
    first, last = days["baseline_first"], days["baseline_last"]
    if wrong or first is None or last is None or start is None:
        raise Invalid("Some fields need another look", **wrong)
    return StudyDraft(
        name=name,
        baseline=Period(first, last),
        reporting_first=start,
        reporting_last=Period(start, end).last if end else None,
        method=method,
        interval=interval,
        confidence=confidence,
    )


def _day(text: str, name: str, wrong: dict[str, str], *, needed: bool = True) -> date | None:
    if not text.strip():
        if needed:
            wrong[name] = "is needed"
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        wrong[name] = "not a date; write it as 2017-12-31"
        return None


def _confidence(text: str, wrong: dict[str, str]) -> float:
    try:
        share = float(text or 90) / 100
    except ValueError:
        share = 0.0
    if not LEAST_CONFIDENCE <= share <= MOST_CONFIDENCE:
        wrong["confidence"] = f"from {100 * LEAST_CONFIDENCE:g} to {100 * MOST_CONFIDENCE:g}"
    return share


def _way(text: str, wrong: dict[str, str]) -> tuple[Method | None, Interval | None]:
    if not text:
        return None, None
    if text not in {key for key, _ in ways()}:
        wrong["way"] = "there is no such model here"
        return None, None
    method, interval = text.split(" ")
    return Method(method), Interval(interval)


def event_of(data: Mapping[str, str]) -> EventDraft:
    """A non-routine event from a form.

    Raises:
        Invalid: a field is missing or means nothing; it is named.
    """
    wrong: dict[str, str] = {}
    first, last = (_day(data.get(name, ""), name, wrong) for name in ("first", "last"))
    treatment = data.get("treatment", Treatment.EXCLUDE.value)
    if treatment not in set(Treatment):
        wrong["treatment"] = "not offered"
    reason = data.get("reason", "").strip()
    if not 3 <= len(reason) <= LONGEST_REASON:
        wrong["reason"] = "say in a few words what happened"
    amount = _amount(data.get("amount", ""), wrong)
    if wrong or first is None or last is None:
        raise Invalid("The event needs another look", **wrong)
    needs = treatment in {Treatment.CONSTANT, Treatment.FACTOR}
    return EventDraft(
        first=first,
        last=Period(first, last).last,
        treatment=Treatment(treatment),
        amount=amount if needs else None,
        reason=reason,
    )


def _amount(text: str, wrong: dict[str, str]) -> float | None:
    try:
        return float(text.replace(",", "")) if text.strip() else None
    except ValueError:
        wrong["amount"] = "not a number"
        return None
