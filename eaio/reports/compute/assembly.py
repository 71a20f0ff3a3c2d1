"""The parts of a report put together, with the sentences that depend on several of them."""

from collections.abc import Sequence
from datetime import date, datetime

from msgspec import Struct

from eaio.reports.compute import verdict
from eaio.reports.compute.figures import numbered
from eaio.reports.compute.methods import methods
from eaio.reports.models import (
    Assumption,
    Drawn,
    Findings,
    KeyFigures,
    Kind,
    Measures,
    Member,
    MonthUse,
    Owner,
    QualityLine,
    Report,
    Use,
)


class Parts(Struct, frozen=True, kw_only=True):
    """What a report is made of, as the services answered."""

    kind: Kind
    owner: Owner
    subject: str
    named: str
    """The subject as a sentence begins with it."""
    lines: tuple[str, ...]
    start: date
    end: date
    as_of: datetime
    time_zone: str
    key: KeyFigures
    uses: tuple[Use, ...]
    months: tuple[MonthUse, ...]
    drawn: Drawn
    found: Findings
    advice: Measures
    assumptions: tuple[Assumption, ...]
    quality: Sequence[QualityLine]
    counted: str
    members: tuple[Member, ...] = ()
    lines_on_paper: int | None = None
    """How many buildings and how many lines of the quality table fit; None: all."""


def assembled(parts: Parts) -> Report:
    """The report."""
    currency, advice, found = parts.owner.currency, parts.advice, parts.found
    ordered = sorted(parts.quality, key=lambda line: (line.coverage, line.name, line.carrier))
    most = parts.lines_on_paper
    return Report(
        kind=parts.kind,
        subject=parts.subject,
        lines=parts.lines,
        organisation=parts.owner.name,
        synthetic=parts.owner.synthetic,
        currency=currency,
        start=parts.start,
        end=parts.end,
        as_of=parts.as_of,
        time_zone=parts.time_zone,
        verdict=verdict.verdict(parts.kind, parts.named, parts.key, advice.opportunity, currency, parts.uses),
        points=_points(parts),
        key=parts.key,
        uses=parts.uses,
        months=parts.months,
        sections=parts.drawn.sections,
        figures=numbered([*parts.drawn.figures, advice.waterfall]),
        findings=found.lines,
        findings_total=found.total,
        findings_text=verdict.findings_text(found, currency),
        measures=advice.lines,
        measures_total=advice.total,
        measures_text=verdict.measures_text(advice.opportunity, parts.key, (parts.end - parts.start).days, currency),
        told=advice.told,
        opportunity=advice.opportunity,
        assumptions=parts.assumptions,
        methods=methods(parts.kind),
        quality=tuple(ordered[:most]),
        quality_text=verdict.quality_statement(parts.key, parts.counted, verdict.worst_point(ordered)),
        quality_rest=len(ordered) - len(ordered[:most]),
        counted=parts.counted,
        members=parts.members[:most],
        members_rest=len(parts.members) - len(parts.members[:most]),
    )


def _points(parts: Parts) -> tuple[str, ...]:
    """The summary: what moved, what the figures say, what to do, what is wrong."""
    currency, advice, found = parts.owner.currency, parts.advice, parts.found
    points = (
        verdict.change_point(parts.key, parts.uses),
        verdict.concentration_point(parts.members, currency),
        *parts.drawn.points,
        verdict.measures_point(advice.lines, advice.opportunity, currency),
        verdict.findings_point(found.lines, found.total, currency) if found.analysed else None,
        verdict.worst_point(parts.quality),
    )
    return tuple(point for point in points if point)
