"""Periods named by their distance from the one before: the year before, the month after, the same a week earlier."""

import re
from datetime import date, timedelta

from eaio.agents.compute.spans import Span, add_months

_UNIT = r"(?P<unit>day|week|month|quarter|year)"
_MOVES = (
    (re.compile(rf"\b{_UNIT}\s+(?:before|earlier|prior)\b(?!\s+(?:yesterday|last))"), -1),
    (re.compile(rf"\b(?:previous|preceding|prior|last)\s+{_UNIT}\b"), -1),
    (re.compile(rf"\b{_UNIT}\s+(?:after(?:wards?)?|later)\b(?!\s+(?:tomorrow|next))"), 1),
    (re.compile(rf"\b(?:following|subsequent)\s+{_UNIT}\b"), 1),
)
_MONTHS = {"month": 1, "quarter": 3, "year": 12}


def moved(text: str, start: date, end: date) -> Span | None:
    """The half-open period moved as the sentence says, or None if it says nothing of the kind."""
    for pattern, way in _MOVES:
        if match := pattern.search(text.lower()):
            return _step(start, end, match["unit"], way)
    return None


def _step(start: date, end: date, unit: str, way: int) -> Span:
    months = _MONTHS.get(unit)
    if months is None:
        step = timedelta(days=way * (7 if unit == "week" else 1))
        return start + step, end + step
    return _moved_by_months(start, way * months), _moved_by_months(end, way * months)


def _moved_by_months(day: date, months: int) -> date:
    """The same day of another month, or the last one that it has."""
    first = add_months(day, months)
    last = add_months(first, 1) - timedelta(days=1)
    return first.replace(day=min(day.day, last.day))
