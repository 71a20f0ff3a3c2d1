"""Events of a new analysis against those that are stored: an event found again keeps its identity and its status."""

from collections.abc import Sequence

from eaio.analysis.models import EventStatus, Finding, KnownEvent, Reconciled


def reconcile(found: Sequence[Finding], stored: Sequence[KnownEvent]) -> Reconciled:
    """Pair events of one meter by kind and overlap in time; the pair that overlaps longest wins.

    Stored events that are not found again are gone if nobody has touched them; decisions of people stay.
    """
    overlaps = sorted(
        (
            (-_overlap(finding, event), i, j)
            for i, finding in enumerate(found)
            for j, event in enumerate(stored)
            if finding.kind == event.kind and _overlap(finding, event) > 0
        ),
    )
    paired: dict[int, int] = {}
    for _, i, j in overlaps:
        if i not in paired and j not in paired.values():
            paired[i] = j
    gone = (event.id for j, event in enumerate(stored) if j not in paired.values() and _untouched(event))
    return Reconciled(
        same=tuple((stored[j].id, found[i]) for i, j in sorted(paired.items())),
        new=tuple(finding for i, finding in enumerate(found) if i not in paired),
        gone=tuple(gone),
    )


def _untouched(event: KnownEvent) -> bool:
    return event.status == EventStatus.OPEN and not event.judged


def fingerprint(finding: Finding) -> str:
    """Kind and first hour."""
    return f"{finding.kind}:{finding.start:%Y-%m-%dT%H}"


def _overlap(finding: Finding, event: KnownEvent) -> float:
    """Hours in common."""
    shared = min(finding.end, event.ended_at) - max(finding.start, event.started_at)
    return shared.total_seconds() / 3600
