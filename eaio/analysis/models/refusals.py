"""Why a model or a saving cannot be given, as types: what is missing and what to do about it."""

from enum import StrEnum

from eaio.infra.errors import InsufficientData, Invalid


class RefusalReason(StrEnum):
    """What the data lack."""

    NO_USE = "no-use"
    NO_WEATHER = "no-weather"
    TOO_FEW = "too-few"
    FLAT_WEATHER = "flat-weather"
    ALL_ZERO = "all-zero"
    CONSTANT = "constant"
    SEASONS = "seasons"


class Refused(InsufficientData):
    """The data do not carry the answer: ``reason`` as a word, ``what`` is missing, and the ``remedy``."""

    def __init__(self, reason: RefusalReason, detail: str, remedy: str) -> None:
        super().__init__(f"{detail}. {remedy}", reason=reason.value, remedy=remedy)
        self.reason = reason
        self.what = detail
        self.remedy = remedy


class WrongPeriods(Invalid):
    """Baseline and reporting period, or declared events, contradict each other."""

    code = "wrong-periods"
