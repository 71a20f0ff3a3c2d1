"""Readings and weather as arrays."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.infra.db import Connection, fetch_all, fetch_frame, fetch_one, load_queries
from eaio.metering.models import WEATHER_DAILY, Extent, Level, Scope, View
from eaio.metering.repository.arrays import fetch_series

SQL = load_queries("eaio.metering")


class Series(Struct, frozen=True):
    """A meter's hours: ``times`` int64 microseconds since 1970 UTC ascending, ``amounts`` of the same length.

    ``corrected`` and ``corrections`` are what counts in place of them, NaN where no value is valid.
    """

    meter: UUID
    site: UUID
    time_zone: str
    times: NDArray[np.int64]
    amounts: NDArray[np.float64]
    corrected: NDArray[np.int64]
    corrections: NDArray[np.float64]


def scope_params(scope: Scope) -> dict[str, Any]:
    """The optional filters of a scope, one for each level."""
    return {level.value: scope.id if scope.level is level else None for level in Level}


async def hourly_series(
    conn: Connection,
    organisation: UUID,
    meters: Sequence[UUID],
    start: datetime | None,
    end: datetime | None,
    *,
    view: View,
) -> list[Series]:
    """Hours of several meters in one query, half-open period; meters without readings have empty arrays."""
    params = {"organisation": organisation, "meters": list(meters), "start": start, "end": end}
    rows = await fetch_series(conn, SQL["hourly_series" if view is View.VALIDATED else "raw_hourly_series"], **params)
    return [
        Series(meter, site, zone, _instants(times), _numbers(amounts), _instants(corrected), _numbers(corrections))
        for meter, site, zone, times, amounts, corrected, corrections in rows
    ]


async def meters_of_building(conn: Connection, organisation: UUID, building: UUID) -> Sequence[UUID]:
    """Meters with readings at least hourly, by carrier and name."""
    return await fetch_all(conn, SQL["meters_of_building"], UUID, organisation=organisation, building=building)


async def interval_of_meter(conn: Connection, organisation: UUID, meter: UUID) -> int:
    """Minutes between two readings.

    Raises:
        NotFound: no such meter in this organisation.
    """
    return await fetch_one(
        conn, SQL["interval_of_meter"], int, missing="No such meter", organisation=organisation, meter=meter
    )


async def temperatures(
    conn: Connection, organisation: UUID, sites: Sequence[UUID], start: datetime | None, end: datetime | None
) -> dict[UUID, tuple[NDArray[np.int64], NDArray[np.float64]]]:
    """Air temperature per site: (microseconds since 1970 UTC, degrees Celsius), where known."""
    params = {"organisation": organisation, "sites": list(sites), "start": start, "end": end}
    rows = await fetch_series(conn, SQL["temperature_series"], **params)
    return {site: (_instants(times), _numbers(degrees)) for site, times, degrees in rows}


async def weather_series(
    conn: Connection, organisation: UUID, site: UUID, start: datetime | None, end: datetime | None
) -> tuple[str, NDArray[np.int64], Sequence[NDArray[np.float64]]] | None:
    """(time zone, instants, one array per measured quantity in the order of ``WEATHER``); None for an unknown site."""
    params = {"organisation": organisation, "site": site, "start": start, "end": end}
    rows = await fetch_series(conn, SQL["weather_series"], **params)
    if not rows:
        return None
    zone, times, *quantities = rows[0]
    return zone, _instants(times), [_numbers(quantity) for quantity in quantities]


async def weather_daily(
    conn: Connection, organisation: UUID, site: UUID, start: date | None, end: date | None
) -> pl.DataFrame:
    """Air temperature by local day; columns of ``WEATHER_DAILY``."""
    params = {"organisation": organisation, "site": site, "start": start, "end": end}
    return await fetch_frame(conn, SQL["weather_daily"], WEATHER_DAILY, **params)


async def extent(conn: Connection, organisation: UUID, scope: Scope) -> Extent:
    """First and last reading of a scope, as instants."""
    return await fetch_one(conn, SQL["extent"], Extent, organisation=organisation, **scope_params(scope))


async def local_extent(conn: Connection, organisation: UUID, scope: Scope) -> Extent:
    """First and last reading of a scope on the wall clocks of its sites (naive)."""
    return await fetch_one(conn, SQL["local_extent"], Extent, organisation=organisation, **scope_params(scope))


def _instants(values: Any) -> NDArray[np.int64]:
    return np.empty(0, np.int64) if values is None else values


def _numbers(values: Any) -> NDArray[np.float64]:
    return np.empty(0, np.float64) if values is None else values
