"""Totals out of the rollups."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import polars as pl

from eaio.infra.db import Connection, fetch_frame
from eaio.metering.models import GROUPS, HOURS, Level, Scope
from eaio.metering.repository.readings import SQL, scope_params
from eaio.timeseries.units import Carrier

_COUNTS = {"total": pl.Float64(), "readings": pl.Int64(), "estimated": pl.Int64()}
_DAYS = pl.Schema({"carrier": pl.String(), "day": pl.Date(), **_COUNTS})
_MEMBERS = pl.Schema({"id": pl.String(), "carrier": pl.String(), **_COUNTS})


async def meter_groups(conn: Connection, organisation: UUID, scope: Scope, level: Level) -> pl.DataFrame:
    """How many meters of which carrier, zone and interval each member of a level has; columns of ``GROUPS``."""
    params: dict[str, Any] = {"organisation": organisation, "level": level.value, **scope_params(scope)}
    return await fetch_frame(conn, SQL["meter_groups"], GROUPS, **params)


async def daily(conn: Connection, organisation: UUID, scope: Scope, start: date, end: date) -> pl.DataFrame:
    """Totals by carrier and local day, unsorted and with gaps: carrier, day, total, readings, estimated."""
    period: dict[str, Any] = {"organisation": organisation, "start": start, "end": end, **scope_params(scope)}
    query = "daily_of_meters" if scope.level in {Level.METER, Level.BUILDING} else "daily_of_sites"
    return await fetch_frame(conn, SQL[query], _DAYS, **period)


async def hours(
    conn: Connection,
    organisation: UUID,
    carrier: Carrier,
    spans: Sequence[tuple[datetime, datetime]],
    reporting_since: datetime,
) -> pl.DataFrame:
    """Every hour of the spans in which one of the reporting meters has a reading; columns of ``HOURS``."""
    asked = {"organisation": organisation, "carrier": carrier, "reporting_since": reporting_since}
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    return await fetch_frame(conn, SQL["hours_of_portfolio"], HOURS, starts=starts, ends=ends, **asked)


async def totals(
    conn: Connection, organisation: UUID, level: Level, scope: Scope, *, start: date, end: date
) -> pl.DataFrame:
    """Totals by member of a level and carrier over a half-open period of local days."""
    params: dict[str, Any] = {"organisation": organisation, "start": start, "end": end, **scope_params(scope)}
    if level is Level.BUILDING:
        params |= _whole_months(start, end)
    return await fetch_frame(conn, SQL[_TOTALS_OF[level]], _MEMBERS, **params)


async def raw_differences(
    conn: Connection, organisation: UUID, level: Level, scope: Scope, *, start: date, end: date
) -> pl.DataFrame:
    """What the raw readings add to validated totals, by member, carrier and local day of corrected readings."""
    params: dict[str, Any] = {"organisation": organisation, "level": level.value, "start": start, "end": end}
    schema = pl.Schema({"id": pl.String(), **_DAYS})
    return await fetch_frame(conn, SQL["raw_differences"], schema, **params, **scope_params(scope))


_TOTALS_OF = {
    Level.METER: "totals_of_meters",
    Level.BUILDING: "totals_of_buildings",
    Level.SITE: "totals_of_sites",
    Level.PORTFOLIO: "totals_of_portfolio",
}


def _whole_months(start: date, end: date) -> dict[str, date]:
    """Split a period into a head of days, whole months and a tail of days."""
    first = start if start.day == 1 else _next_month(start)
    last = end.replace(day=1)
    if first >= last:
        return {"first_month": start, "last_month": start, "head_end": end, "tail_start": end}
    return {"first_month": first, "last_month": last, "head_end": first, "tail_start": last}


def _next_month(day: date) -> date:
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1)
