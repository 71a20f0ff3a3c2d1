"""Reports as types: what is asked for, the lines of the tables, the whole."""

from eaio.reports.models.asking import (
    File,
    Format,
    Kind,
    Owner,
    Table,
    Wanted,
    owner_of,
)
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
from eaio.reports.models.paper import (
    Drawn,
    Figure,
    Findings,
    Measures,
    Panel,
    Report,
    Section,
)

ENOUGH = 0.9
"""Share of the readings that both periods must have before they are compared."""

NO_PANGO = 3
"""Exit code of the press that says that Pango could not be loaded."""

__all__ = [
    "ENOUGH",
    "NO_PANGO",
    "Assumption",
    "Drawn",
    "Fact",
    "Figure",
    "File",
    "FindingLine",
    "Findings",
    "Format",
    "KeyFigures",
    "Kind",
    "MeasureLine",
    "Measures",
    "Member",
    "Method",
    "MonthUse",
    "Opportunity",
    "Owner",
    "Panel",
    "QualityLine",
    "Report",
    "Section",
    "Table",
    "Use",
    "Wanted",
    "owner_of",
]
