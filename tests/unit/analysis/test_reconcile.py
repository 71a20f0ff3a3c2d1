"""Specification of identity: which event of a new analysis is which stored one."""

from datetime import timedelta
from uuid import UUID, uuid4

from eaio.analysis.compute.reconcile import fingerprint, reconcile
from eaio.analysis.models import AnomalyKind, EventStatus, Finding, KnownEvent
from tests.unit.analysis.conftest import MONDAY


def event(start: int, end: int, kind: AnomalyKind = AnomalyKind.NIGHT) -> Finding:
    return Finding(
        kind=kind,
        start=MONDAY + timedelta(hours=start),
        end=MONDAY + timedelta(hours=end),
        hours=end - start,
        spells=1,
        kwh=1.0,
        normal_kwh=1.0,
        money=None,
        co2_kg=None,
        confidence=0.5,
        explanation="",
    )


def known(
    start: int, end: int, kind: AnomalyKind = AnomalyKind.NIGHT, status: EventStatus = EventStatus.OPEN
) -> KnownEvent:
    return KnownEvent(uuid4(), kind, MONDAY + timedelta(hours=start), MONDAY + timedelta(hours=end), status)


def pairs(found: list[Finding], stored: list[KnownEvent]) -> list[tuple[UUID, Finding]]:
    return list(reconcile(found, stored).same)


def test_an_event_that_grew_is_the_same_event() -> None:
    stored, grown = known(0, 10), event(0, 34)
    assert pairs([grown], [stored]) == [(stored.id, grown)]


def test_another_kind_at_the_same_time_is_another_event() -> None:
    changes = reconcile([event(0, 10, AnomalyKind.HIGH)], [known(0, 10)])
    assert (len(changes.new), len(changes.same), len(changes.gone)) == (1, 0, 1)


def test_events_that_only_touch_are_different() -> None:
    assert reconcile([event(10, 20)], [known(0, 10)]).same == ()


def test_of_two_candidates_the_longer_overlap_wins_and_each_is_used_once() -> None:
    first, second = known(0, 10), known(12, 30)
    short, long = event(8, 14), event(13, 30)
    assert sorted(pairs([short, long], [first, second]), key=lambda pair: pair[1].start) == [
        (first.id, short),
        (second.id, long),
    ]


def test_only_untouched_events_disappear() -> None:
    stored = [known(0, 10), known(20, 30, status=EventStatus.RESOLVED), known(40, 50, status=EventStatus.ACKNOWLEDGED)]
    assert reconcile([], stored).gone == (stored[0].id,)


def test_the_fingerprint_tells_kind_and_first_hour() -> None:
    assert fingerprint(event(20, 29)) == "night:2016-01-04T20"
