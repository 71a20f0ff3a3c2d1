"""A report as a whole: everything that its paper and its tables say, and nothing that needs a database any more."""

from datetime import date, datetime

import msgspec
from msgspec import Struct

from eaio.reports.models.asking import Kind
from eaio.reports.models.lines import (
    Assumption,
    Fact,
    FindingLine,
    KeyFigures,
    MeasureLine,
    Member,
    Method,
    MonthUse,
    Opportunity,
    QualityLine,
    Use,
)


class Panel(Struct, frozen=True, kw_only=True):
    """One drawing: a chart of the catalogue and its payload, encoded."""

    chart: str
    payload: msgspec.Raw
    title: str = ""
    height: int | None = None
    alternative: str = ""
    """What the drawing shows, for those who cannot see it."""


class Figure(Struct, frozen=True, kw_only=True):
    """A numbered figure of one or more panels."""

    name: str
    title: str
    """The finding, or the quantity and its unit."""
    note: str
    """How to read it and what it rests on."""
    panels: tuple[Panel, ...]
    number: int = 0


class Section(Struct, frozen=True, kw_only=True):
    """A figure's surroundings: a heading, a sentence or two, and its figures' names."""

    name: str
    title: str
    text: tuple[str, ...] = ()
    figures: tuple[str, ...] = ()
    facts: tuple[Fact, ...] = ()


class Drawn(Struct, frozen=True):
    """Sections of the paper with their figures, and what they add to the summary."""

    sections: tuple[Section, ...] = ()
    figures: tuple[Figure, ...] = ()
    points: tuple[str, ...] = ()


class Findings(Struct, frozen=True):
    """The anomalies of a period, the most expensive first, and how many there are in all."""

    lines: tuple[FindingLine, ...]
    total: int
    analysed: bool
    """Whether anybody has looked."""


class Measures(Struct, frozen=True):
    """The recommendations by value, how many there are, what they come to, and the waterfall of their savings."""

    lines: tuple[MeasureLine, ...] = ()
    total: int = 0
    opportunity: Opportunity | None = None
    waterfall: Figure | None = None
    told: tuple[MeasureLine, ...] = ()
    """Those whose evidence is shown."""


class Report(Struct, frozen=True, kw_only=True):
    """A building's or a portfolio's report over whole local days."""

    kind: Kind
    subject: str
    lines: tuple[str, ...]
    """What stands under the title: place, use, floor area."""
    organisation: str
    synthetic: bool
    currency: str
    start: date
    end: date
    """Half-open: the day after the last one."""
    as_of: datetime
    """The last reading, on the site's wall clock."""
    verdict: str
    points: tuple[str, ...]
    """What an executive must know, a sentence each."""
    key: KeyFigures
    uses: tuple[Use, ...]
    sections: tuple[Section, ...]
    figures: tuple[Figure, ...]
    findings: tuple[FindingLine, ...]
    findings_total: int
    findings_text: str
    measures: tuple[MeasureLine, ...]
    measures_total: int
    measures_text: str
    told: tuple[MeasureLine, ...]
    """Measures whose evidence the paper shows."""
    opportunity: Opportunity | None
    assumptions: tuple[Assumption, ...]
    methods: tuple[Method, ...]
    quality: tuple[QualityLine, ...]
    quality_text: str
    quality_rest: int = 0
    """Lines of the quality table that did not fit on paper."""
    counted: str = "hours"
    """What coverage counts: hours where every meter is hourly, otherwise readings."""
    months: tuple[MonthUse, ...]
    members: tuple[Member, ...] = ()
    members_rest: int = 0
    time_zone: str

    def figure(self, name: str) -> Figure | None:
        """The figure of that name, if the report has it."""
        return next((figure for figure in self.figures if figure.name == name), None)
