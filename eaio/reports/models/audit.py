"""The audit pack of a study: everything that somebody needs to check a verified saving, and nothing to look up."""

from datetime import date, datetime

from msgspec import Struct

from eaio.analysis.compute.coefficients import Written
from eaio.analysis.compute.statement import Statement
from eaio.analysis.models.studies import StudyResult
from eaio.recommendations.models.worth import Worth
from eaio.reports.models.asking import Owner
from eaio.reports.models.lines import Fact, Method
from eaio.reports.models.paper import Figure


class MonthLine(Struct, frozen=True):
    """A month of the reporting period: amounts of the days that count."""

    month: date
    actual: float
    counterfactual: float
    counted: int
    """Points that count."""
    points: int
    """Points that the month has within the period."""


class PeriodData(Struct, frozen=True, kw_only=True):
    """What one of the two periods rests on."""

    name: str
    first: date
    last: date
    counted: int
    points: int
    missing: int
    excluded: int
    adjusted: int
    readings: int
    expected: int
    estimated: int
    sha256: str


class AuditPack(Struct, frozen=True, kw_only=True):
    """A study with its verdict, worth, model, data, figures, methods and versions."""

    owner: Owner
    study: StudyResult
    verdict: Statement
    worth: Worth
    model: str
    """Method, kind and interval in words."""
    written: Written
    data: tuple[PeriodData, ...]
    months: tuple[MonthLine, ...]
    figures: tuple[Figure, ...]
    methods: tuple[Method, ...]
    versions: tuple[Fact, ...]
    printed_at: datetime

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, if the pack has it."""
        return next((figure for figure in self.figures if figure.name == name), None)
