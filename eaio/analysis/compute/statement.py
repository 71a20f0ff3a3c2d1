"""The result of a study in one sentence, and how far it can be relied on."""

from enum import StrEnum

from msgspec import Struct

from eaio.analysis.compute.baselines import ALIKE
from eaio.analysis.compute.savings import LEAST_COVERAGE
from eaio.analysis.models import Interval
from eaio.analysis.models.studies import Verified
from eaio.timeseries import format as fmt


class Grade(StrEnum):
    """How far a saving is shown."""

    PROVEN = "proven"
    """The uncertainty is below half of the saving at 68 % confidence, and the model and the data hold."""
    INDICATIVE = "indicative"
    """Large beside its uncertainty, but the model fails the guideline or too much of the period is missing."""
    UNPROVEN = "not proven"
    """Too small beside its uncertainty."""
    MORE = "used more"
    """More was used than expected, beyond the uncertainty."""


class Statement(Struct, frozen=True):
    """A study's verdict."""

    grade: Grade
    sentence: str
    why: str


def statement(found: Verified, unit: str) -> Statement:
    """The verdict on a result in words, by ASHRAE Guideline 14; amounts in ``unit``."""
    saved = found.savings
    amount, band = fmt.quantity(abs(saved.avoided), unit), fmt.quantity(saved.band, unit)
    word = "less" if saved.avoided >= 0 else "more"
    sentence = (
        f"{amount} {word} used than expected ({fmt.percent(abs(saved.fraction))}), ±{band} at "
        f"{fmt.percent(saved.confidence)} confidence"
    )
    grade, why = _graded(found)
    return Statement(grade, sentence, why)


def _graded(found: Verified) -> tuple[Grade, str]:
    saved, fitness = found.savings, found.baseline.model.fitness
    if saved.avoided < 0 and -saved.avoided > saved.band:
        return Grade.MORE, "Use rose beyond what chance explains: there is no saving to credit"
    if saved.avoided <= 0:
        return Grade.UNPROVEN, "Nothing was saved: the difference is within what chance explains"
    if not saved.significant:
        return Grade.UNPROVEN, "The uncertainty is more than half of the saving at 68 % confidence (Guideline 14)"
    if not fitness.verdict.passed:
        return Grade.INDICATIVE, f"The saving is clear, but the baseline does not hold: {fitness.verdict.reason}"
    if saved.coverage < LEAST_COVERAGE:
        missing = fmt.percent(1 - saved.coverage)
        return Grade.INDICATIVE, f"The saving is clear, but {missing} of the reporting period is missing"
    why = "The uncertainty is below half of the saving at 68 % confidence, and the model passes (Guideline 14)"
    if fitness.interval == Interval.HOURLY and fitness.autocorrelation > ALIKE:
        why += ". Neighbouring hours err alike, so the true uncertainty is larger: compare a daily model"
    return Grade.PROVEN, why
