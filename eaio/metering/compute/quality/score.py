"""A data-quality score of 0 to 100 with every ingredient."""

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from eaio.metering.compute.quality.series import Native
from eaio.metering.models import Ingredient, IssueKind, QualityScore

Bools = NDArray[np.bool_]

WEIGHTS: dict[IssueKind, float] = {
    IssueKind.GAP: 1.0,
    IssueKind.NEGATIVE: 1.0,
    IssueKind.ZERO: 1.0,
    IssueKind.STUCK: 1.0,
    IssueKind.SCALE: 1.0,
    IssueKind.REGISTER: 1.0,
    IssueKind.ROLLOVER: 1.0,
    IssueKind.RESET: 1.0,
    IssueKind.SPIKE: 24.0,
    IssueKind.STRAIGHT: 0.5,
    IssueKind.CLOCK: 0.5,
    IssueKind.DAYLIGHT: 0.1,
    IssueKind.OUTAGE: 0.0,
    IssueKind.DUPLICATE: 0.1,
}
"""Points lost when every reading is so, in hundreds: how much of a reading's worth is gone.

One spike spoils the peak and the total of its day, and so counts as a day. Straight lines and moved clocks leave
totals about right but not the hours. An hour's offset in summer moves energy to the neighbouring hour. An outage is no
fault of the data. Of duplicates one was kept.
"""

ESTIMATED = 0.5
"""An estimated reading is worth half a measured one."""


def score(native: Native, claims: Mapping[IssueKind, Bools], duplicates: int) -> QualityScore:
    """Points from 100 down: each ingredient takes its weight times its share of the expected readings.

    ``claims`` are of the raw readings; what is corrected since counts as estimated where a method made it, and as good
    where a person knew it.
    """
    expected = len(native)
    if not expected:
        return QualityScore(value=0.0, expected=0, present=0, estimated=0, wrong=0, ingredients=())
    present = np.isfinite(native.validated)
    counts: dict[str, tuple[int, float]] = {IssueKind.GAP.value: (int((~present).sum()), WEIGHTS[IssueKind.GAP])}
    for kind, claimed in claims.items():
        if kind is not IssueKind.GAP:
            counts[kind.value] = (int((claimed & present & ~native.corrected).sum()), WEIGHTS[kind])
    counts["estimated"] = (int(native.estimated.sum()), ESTIMATED)
    counts[IssueKind.DUPLICATE.value] = (duplicates, WEIGHTS[IssueKind.DUPLICATE])
    ingredients = tuple(
        Ingredient(
            name, readings, min(1.0, readings / expected), weight, min(100.0, 100 * weight * readings / expected)
        )
        for name, (readings, weight) in counts.items()
        if readings
    )
    lost = sum(one.points for one in ingredients)
    wrong = sum(count for name, (count, _) in counts.items() if name in _WRONG)
    return QualityScore(
        value=max(0.0, 100.0 - lost),
        expected=expected,
        present=int(present.sum()),
        estimated=counts["estimated"][0],
        wrong=wrong,
        ingredients=tuple(sorted(ingredients, key=lambda one: -one.points)),
    )


_WRONG = {kind.value for kind, weight in WEIGHTS.items() if weight >= 1.0 and kind is not IssueKind.GAP}
"""Kinds whose values are wrong; the others stand at the wrong time, or were filled in well enough."""
