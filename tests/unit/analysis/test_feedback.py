"""Specification of what follows from verdicts: repeats fall silent, thresholds and confidence move within bounds."""

from datetime import UTC, datetime, timedelta
from uuid import UUID, uuid4

import msgspec
import numpy as np
import pytest

from eaio.analysis.compute import calibration, recurring
from eaio.analysis.compute.detection import DetectionParams, detect
from eaio.analysis.models import AnomalyKind
from eaio.analysis.models.feedback import FindingVerdict, Judged, Occurrence, Silencing
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import as_frame, office

METER, OTHER = UUID(int=1), UUID(int=2)
WEDNESDAY = datetime(2016, 6, 1, 19, tzinfo=UTC)
EVENING = recurring.week_of_hours(np.arange(2 * 24 + 19, 2 * 24 + 24))


def judged_event(verdict: FindingVerdict = FindingVerdict.KNOWN) -> Silencing:
    return Silencing(
        id=uuid4(),
        event_id=uuid4(),
        kind=AnomalyKind.NIGHT,
        verdict=verdict,
        started_at=WEDNESDAY,
        hours=5,
        kwh=100.0,
        week=EVENING,
    )


def event(days: float = 7, **changes: object) -> Occurrence:
    whole = Occurrence(
        id=uuid4(),
        kind=AnomalyKind.NIGHT,
        started_at=WEDNESDAY + timedelta(days=days),
        hours=5,
        kwh=110.0,
        week=EVENING,
        shown=False,
    )
    return msgspec.structs.replace(whole, **changes)


def week(day: int, first: int, last: int) -> str:
    return recurring.week_of_hours(np.arange(day * 24 + first, day * 24 + last))


def silenced(one: Occurrence) -> bool:
    return bool(recurring.repeats([one], [judged_event()]))


def test_an_event_like_a_known_one_is_silenced_by_it() -> None:
    judged = judged_event()
    (repeat,) = recurring.repeats([event()], [judged])
    assert repeat.feedback == judged.id


def test_another_working_evening_is_a_similar_time_and_a_morning_or_a_saturday_is_not() -> None:
    assert silenced(event(week=week(3, 18, 23)))
    assert not silenced(event(week=week(3, 4, 9)))
    assert not silenced(event(week=week(5, 19, 24)))


@pytest.mark.parametrize(
    "changes",
    [
        {"kind": AnomalyKind.HIGH},
        {"kwh": 160.0},
        {"kwh": -110.0},
        {"week": ""},
        {"started_at": WEDNESDAY + timedelta(days=400)},
        {"shown": True},
    ],
    ids=["another kind", "much stronger", "the other way", "unknown hours", "a year later", "asked to be shown"],
)
def test_what_is_new_is_told(changes: dict[str, object]) -> None:
    assert not silenced(msgspec.structs.replace(event(), **changes))


def test_a_judged_event_is_silenced_by_its_own_verdict_first() -> None:
    first, second = judged_event(), judged_event(FindingVerdict.FALSE)
    one = event(id=second.event_id)
    (repeat,) = recurring.repeats([one], [first, second])
    assert repeat.feedback == second.id


def test_the_hours_of_a_week_survive_their_text() -> None:
    hours = np.array([0, 1, 100, 167])
    assert np.flatnonzero(recurring.hours_of(recurring.week_of_hours(hours))).tolist() == hours.tolist()


def verdicts(*strengths: tuple[float, bool], meter: UUID = METER) -> list[Judged]:
    said = {True: FindingVerdict.REAL, False: FindingVerdict.FALSE}
    return [
        Judged(meter_id=meter, kind=AnomalyKind.NIGHT, verdict=said[right], strength=strength)
        for strength, right in strengths
    ]


WEAK_ONES_FALSE = [(3.3, False), (3.4, False), (3.5, False), (3.6, False), (5.0, True), (6.0, True), (7.0, True)]


def test_few_verdicts_move_nothing_and_say_so() -> None:
    found = calibration.of_meter(verdicts((3.3, False), (3.4, False)), METER, 3.2)
    assert (found.shift, found.scope) == (0.0, "none")
    assert "2 verdicts" in found.reason


def test_where_weak_events_are_false_the_threshold_rises_just_above_enough_of_them() -> None:
    found = calibration.of_meter(verdicts(*WEAK_ONES_FALSE), METER, 3.2)
    assert found.scope == "meter"
    assert 0 < found.shift <= 0.5
    assert "3 of 7 were right" in found.reason


def test_however_many_are_false_the_threshold_rises_by_no_more_than_its_bound() -> None:
    found = calibration.of_meter(verdicts(*[(9.0, False)] * 50), METER, 3.2)
    assert found.shift == calibration.MOST_UP


def test_where_nearly_all_are_right_the_threshold_falls_slowly_and_within_its_bound() -> None:
    assert calibration.of_meter(verdicts(*[(5.0, True)] * 9), METER, 3.2).shift == 0.0
    assert calibration.of_meter(verdicts(*[(5.0, True)] * 10), METER, 3.2).shift == -0.2
    assert calibration.of_meter(verdicts(*[(5.0, True)] * 500), METER, 3.2).shift == -calibration.MOST_DOWN


def test_a_meter_without_verdicts_of_its_own_follows_its_organisation_and_one_with_does_not() -> None:
    known = verdicts(*WEAK_ONES_FALSE)
    assert calibration.of_meter(known, OTHER, 3.2).scope == "organisation"
    own = verdicts(*[(4.0, True)] * 5, meter=OTHER)
    assert calibration.of_meter([*known, *own], OTHER, 3.2).shift == 0.0


def test_calibration_is_applied_as_far_as_the_parameters_say() -> None:
    full, half = (calibration.of_meter(verdicts(*WEAK_ONES_FALSE), METER, 3.2, share).shift for share in (1.0, 0.5))
    assert half == pytest.approx(full / 2)
    assert calibration.of_meter(verdicts(*WEAK_ONES_FALSE), METER, 3.2, 0.0).shift == 0.0


def test_confidence_is_drawn_to_what_people_said_of_the_kind() -> None:
    wrong = calibration.of_kind(verdicts(*[(4.0, False)] * 8), AnomalyKind.NIGHT)
    assert calibration.confidence(0.8, wrong) == pytest.approx(0.4)
    right = calibration.of_kind(verdicts(*[(4.0, True)] * 8), AnomalyKind.NIGHT)
    assert calibration.confidence(0.8, right) == pytest.approx(0.9)
    assert calibration.confidence(0.8, calibration.of_kind([], AnomalyKind.NIGHT)) == 0.8


def planted() -> tuple[np.ndarray, list[int], list[int]]:
    """An office whose guard's rounds look like small nights left on, beside three nights that plant was left on."""
    values = office()
    rounds = [week * 168 + 44 + 24 * (week % 4) for week in range(4, 28, 3)]
    nights = [week * 168 + 68 for week in (30, 36, 42)]
    for start in rounds:
        values[start : start + 5] += 25
    for start in nights:
        values[start : start + 9] += 60
    return values, rounds, nights


def test_verdicts_on_planted_events_quieten_the_false_and_keep_the_real_ones() -> None:
    values, rounds, nights = planted()
    before = detect(as_frame(values), Carrier.ELECTRICITY).findings
    hour = {f.start: int((f.start - as_frame(values)["time"][0]) / timedelta(hours=1)) for f in before}
    judged = [
        Judged(
            meter_id=METER,
            kind=f.kind,
            verdict=FindingVerdict.REAL
            if any(abs(hour[f.start] - start) < 12 for start in nights)
            else FindingVerdict.FALSE,
            strength=f.strength,
        )
        for f in before
    ]
    assert len(before) >= len(nights) + 5
    found = calibration.of_meter(judged, METER, DetectionParams().threshold)
    assert found.shift > 0
    params = DetectionParams(threshold=DetectionParams().threshold + found.shift)
    after = detect(as_frame(values), Carrier.ELECTRICITY, params=params).findings
    kept = [int((f.start - as_frame(values)["time"][0]) / timedelta(hours=1)) for f in after]
    assert all(any(abs(start - one) < 12 for one in kept) for start in nights)
    assert len(after) < len(before)
    assert len(rounds) > len(after) - len(nights)
