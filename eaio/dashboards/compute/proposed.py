"""Proposed corrections into what their page shows."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from eaio.infra.charts import models as charts
from eaio.metering.models import ProposedEdit

MOST_POINTS = 2000


def added_up(values: Sequence[float | None]) -> float | None:
    """The sum of what is known; None where nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def dashed(edits: Sequence[ProposedEdit], time_zone: str, per_hour: int) -> list[charts.Expected]:
    """Proposed values as power on the wall clock, thinned to what a chart can show."""
    zone = ZoneInfo(time_zone)
    step = max(1, len(edits) // MOST_POINTS)
    return [
        charts.Expected(
            charts.wall_clock(edit.time.astimezone(zone)),
            None if edit.after is None else edit.after * per_hour,
            None,
            None,
        )
        for edit in edits[::step]
    ]
