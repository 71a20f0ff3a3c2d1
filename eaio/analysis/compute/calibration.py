"""How verdicts of people move the detector: bounded, explained, and without memory of its own.

Threshold. It decides events that are night, weekend, high, low or peak. The share of right ones among the judged
events of at least some strength, drawn towards ``TARGET`` by ``PRIOR`` imagined verdicts, must reach ``TARGET``: the
threshold rises to the first strength at which it does, by at most ``MOST_UP``. Where at least ``FEWEST_TO_LOWER``
verdicts are right in more than ``RARELY_WRONG`` of the cases, it falls by ``STEP`` for each five of them, by at most
``MOST_DOWN``: weaker events are worth telling too. With fewer than ``FEWEST`` verdicts nothing moves. The verdicts of
a meter decide where they suffice, else those of the whole organisation. Since strengths do not depend on the
threshold, the same verdicts always give the same threshold, and an undone verdict undoes its effect.

Confidence. That of any event is drawn to the share of right ones among the judged events of its kind: the verdicts
weigh by their number against ``WEIGHT`` for the confidence itself.
"""

from collections.abc import Sequence
from uuid import UUID

import numpy as np

from eaio.analysis.compute.events import CONTEXTUAL
from eaio.analysis.models import AnomalyKind
from eaio.analysis.models.feedback import FindingVerdict, Judged
from eaio.analysis.models.tuning import Calibration, Tally

TARGET = 0.7
PRIOR = 3.0
STEP = 0.1
MOST_UP, MOST_DOWN = 1.5, 0.5
FEWEST, FEWEST_TO_LOWER = 5, 10
RARELY_WRONG = 0.9
WEIGHT = 8.0
LEAST_SURE, MOST_SURE = 0.05, 0.99


def tally(judged: Sequence[Judged]) -> Tally:
    """Count verdicts."""
    counted = {verdict: sum(one.verdict == verdict for one in judged) for verdict in FindingVerdict}
    return Tally(
        real=counted[FindingVerdict.REAL], known=counted[FindingVerdict.KNOWN], false=counted[FindingVerdict.FALSE]
    )


def of_meter(judged: Sequence[Judged], meter: UUID, threshold: float, applied: float = 1.0) -> Calibration:
    """The calibration of a meter by its own verdicts, or by those of everyone where it has too few."""
    deciding = [one for one in judged if one.kind in CONTEXTUAL and one.strength > 0]
    own = [one for one in deciding if one.meter_id == meter]
    if len(own) >= FEWEST:
        return _calibration("meter", own, threshold, applied)
    return of_organisation(judged, threshold, applied)


def of_organisation(judged: Sequence[Judged], threshold: float, applied: float = 1.0) -> Calibration:
    """The calibration of every meter with too few verdicts of its own."""
    deciding = [one for one in judged if one.kind in CONTEXTUAL and one.strength > 0]
    if len(deciding) < FEWEST:
        counted = tally(deciding)
        why = f"{counted.total} verdicts on such findings; nothing moves before there are {FEWEST}"
        return Calibration(scope="none", tally=counted, shift=0.0, reason=why)
    return _calibration("organisation", deciding, threshold, applied)


def _calibration(scope: str, judged: Sequence[Judged], threshold: float, applied: float) -> Calibration:
    counted = tally(judged)
    right = np.array([one.verdict.is_right for one in judged])
    strength = np.array([one.strength for one in judged])
    said = f"{counted.right} of {counted.total} were right"
    if counted.total >= FEWEST_TO_LOWER and right.mean() > RARELY_WRONG:
        shift, why = -min(MOST_DOWN, STEP * (counted.total // 5)), f"{said}: weaker ones are worth telling too"
    elif _precision(right, strength, threshold) >= TARGET:
        shift, why = 0.0, f"{said}: the threshold may stay"
    else:
        steps = STEP * np.arange(1, round(MOST_UP / STEP) + 1)
        enough = [step for step in steps if _precision(right, strength, threshold + step) >= TARGET]
        shift = float(enough[0]) if enough else MOST_UP
        why = f"{said}: raised until at least {TARGET:.0%} of the stronger ones are" + (
            "" if enough else f", but by no more than {MOST_UP:g}"
        )
    return Calibration(scope=scope, tally=counted, shift=round(applied * shift, 3), reason=why)


def _precision(right: np.ndarray, strength: np.ndarray, threshold: float) -> float:
    """Share of right ones among those of at least this strength, drawn towards the target."""
    kept = right[strength >= threshold]
    return float((kept.sum() + PRIOR * TARGET) / (kept.size + PRIOR))


def of_kind(judged: Sequence[Judged], kind: AnomalyKind, meter: UUID | None = None) -> Tally:
    """Verdicts on a kind of finding: a meter's own where they suffice, else everyone's."""
    alike = [one for one in judged if one.kind == kind]
    own = [one for one in alike if one.meter_id == meter]
    return tally(own if len(own) >= FEWEST else alike)


def confidence(found: float, counted: Tally, applied: float = 1.0) -> float:
    """A confidence drawn to the share of right ones among verdicts on its kind."""
    if not counted.total:
        return found
    drawn = (WEIGHT * found + counted.right) / (WEIGHT + counted.total)
    return float(np.clip(found + applied * (drawn - found), LEAST_SURE, MOST_SURE))
