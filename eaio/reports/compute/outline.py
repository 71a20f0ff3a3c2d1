"""Which sections a report has, in the order of the paper."""

from collections.abc import Sequence

from msgspec import Struct

from eaio.reports.models import Report

SUMMARY, BUILDINGS, FINDINGS, MEASURES = "summary", "buildings", "findings", "recommendations"
ASSUMPTIONS, QUALITY, METHODS = "assumptions", "quality", "methods"


class Heading(Struct, frozen=True):
    """A numbered heading and the place it stands for."""

    number: int
    name: str
    title: str


def outline(report: Report) -> Sequence[Heading]:
    """Numbered headings; parts that the report has nothing to say about have none."""
    parts = [
        (SUMMARY, "Summary"),
        *((section.name, section.title) for section in report.sections),
        *([(BUILDINGS, "Buildings")] if report.members else []),
        (FINDINGS, "Findings"),
        (MEASURES, "Recommendations"),
        (ASSUMPTIONS, "Prices and factors"),
        (QUALITY, "Data quality"),
        (METHODS, "Methods and sources"),
    ]
    return [Heading(number, name, title) for number, (name, title) in enumerate(parts, 1)]
