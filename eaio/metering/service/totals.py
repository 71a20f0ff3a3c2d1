"""Totals and series out of the rollups, always with what is missing."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

import polars as pl

from eaio.infra.db import Connection
from eaio.metering.compute.coverage import by_month, complete_days, with_coverage
from eaio.metering.compute.raw import uncorrected
from eaio.metering.models import DAILY, Level, Scope, View
from eaio.metering.repository import readings
from eaio.metering.repository import totals as repository
from eaio.timeseries.units import Carrier

_EVERYTHING = Scope()


async def daily_series(
    conn: Connection,
    organisation: UUID,
    scope: Scope = _EVERYTHING,
    start: date | None = None,
    end: date | None = None,
    *,
    view: View = View.VALIDATED,
) -> pl.DataFrame:
    """Totals by carrier and local day of the site over [start, end); columns of ``DAILY``, gapless.

    A bound that is None is the first or last day on which the scope has a reading. A building adds up its meters
    of one carrier, a site its buildings, the portfolio its sites.
    """
    period = await _period(conn, organisation, scope, start, end)
    if period is None:
        return DAILY.to_frame()
    found = await repository.daily(conn, organisation, scope, *period)
    if view is View.RAW:
        span = {"start": period[0], "end": period[1]}
        changed = await repository.raw_differences(conn, organisation, scope.level, scope, **span)
        found = uncorrected(found, changed.drop("id"))
    groups = await repository.meter_groups(conn, organisation, scope, scope.level)
    return complete_days(found, groups, *period)


async def monthly_series(
    conn: Connection,
    organisation: UUID,
    scope: Scope = _EVERYTHING,
    start: date | None = None,
    end: date | None = None,
    *,
    view: View = View.VALIDATED,
) -> pl.DataFrame:
    """Totals by carrier and calendar month over [start, end); columns of ``MONTHLY``.

    A month that the period cuts counts only its days within, in ``total`` and ``expected`` alike.
    """
    return by_month(await daily_series(conn, organisation, scope, start, end, view=view))


async def hourly_totals(
    conn: Connection,
    organisation: UUID,
    carrier: Carrier,
    spans: Sequence[tuple[datetime, datetime]],
    reporting_since: datetime,
) -> pl.DataFrame:
    """Meters of a carrier added up hour by hour within half-open spans that do not overlap; columns of ``HOURS``.

    Only meters with a reading at ``reporting_since`` or later count, in every span, so that hours compare like with
    like when a meter has fallen silent. An hour without any reading is absent.
    """
    return await repository.hours(conn, organisation, carrier, spans, reporting_since)


async def totals(
    conn: Connection,
    organisation: UUID,
    level: Level,
    start: date,
    end: date,
    *,
    within: Scope = _EVERYTHING,
    view: View = View.VALIDATED,
) -> pl.DataFrame:
    """One total per member of a level and carrier over local days [start, end); columns of ``TOTALS``.

    Members without a single reading are there too, with a null total and a coverage of 0. ``level`` says what to list:
    every meter, building, site, or the portfolio as a whole; ``within`` keeps to one building or site. The raw view
    takes back what corrections changed, from the corrected readings alone.
    """
    found = await repository.totals(conn, organisation, level, within, start=start, end=end)
    if view is View.RAW:
        changed = await repository.raw_differences(conn, organisation, level, within, start=start, end=end)
        found = uncorrected(found, changed.drop("day"))
    groups = await repository.meter_groups(conn, organisation, within, level)
    return with_coverage(found, groups, start, end)


async def _period(
    conn: Connection, organisation: UUID, scope: Scope, start: date | None, end: date | None
) -> tuple[date, date] | None:
    if start is not None and end is not None:
        return start, end
    known = await readings.local_extent(conn, organisation, scope)
    if known.first is None or known.last is None:
        return None
    return start or known.first.date(), end or known.last.date() + timedelta(days=1)
