"""Which days a report covers."""

from datetime import date, datetime, timedelta
from uuid import UUID

from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid
from eaio.metering import service as metering
from eaio.metering.models import Scope
from eaio.reports.compute.use import year_before

LONGEST = 3_660
LAST_HOUR = 23
EARLIEST, LATEST = date(1970, 1, 1), date(2200, 1, 1)


async def period_of(
    conn: Connection, organisation: UUID, scope: Scope, start: date | None, end: date | None
) -> tuple[date, date, datetime]:
    """First day, the day after the last one, and the last reading on the site's wall clock.

    ``end`` is the last day, as people name it. Without it the period ends with the last complete day of readings;
    without ``start`` it begins a year earlier.

    Raises:
        InsufficientData: there is no reading in the period, or none at all.
        Invalid: a day lies before 1970 or after 2199, the first day after the last one, or the period is longer than
            ten years.
    """
    for name, day in (("start", start), ("end", end)):
        if day and not EARLIEST <= day < LATEST:
            raise Invalid(f"{day} is not a day that readings can have", **{name: "between 1970 and 2199"})
    known = await metering.local_extent(conn, organisation, scope)
    if known.first is None or known.last is None:
        raise InsufficientData("There are no readings here yet; import some before asking for a report")
    after = end + timedelta(days=1) if end else _complete(known.last)
    first = start or max(year_before(after), known.first.date())
    if first >= after:
        raise Invalid("The first day lies after the last one", start=f"after {after - timedelta(days=1)}")
    if (after - first).days > LONGEST:
        raise Invalid("A report covers ten years at most", start="too early")
    if first > known.last.date() or after <= known.first.date():
        there = f"{known.first.date()} to {known.last.date()}"
        raise InsufficientData(f"There are no readings in this period; there are some from {there}")
    return first, after, known.last


def _complete(last: datetime) -> date:
    """The day after the last complete one."""
    return last.date() if last.hour < LAST_HOUR else last.date() + timedelta(days=1)
