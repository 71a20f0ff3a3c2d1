"""History of a meter, a building, a site."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl

from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering.compute import grid
from eaio.metering.compute.overlay import overlay_arrays
from eaio.metering.models import WEATHER, Extent, Scope, View
from eaio.metering.repository import readings
from eaio.metering.repository.readings import Series
from eaio.timeseries.frames import HOURLY

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_EVERYTHING = Scope()
_NO_WEATHER = (np.empty(0, np.int64), np.empty(0, np.float64))


async def hourly_frame(
    conn: Connection,
    organisation: UUID,
    meter_id: UUID,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    view: View = View.VALIDATED,
    weather: bool = True,
) -> pl.DataFrame:
    """HOURLY frame of a meter over [start, end); a bound that is None is the meter's first or last reading.

    Empty when the meter has no reading at all. Temperature is the site's; without ``weather`` it is not asked for.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: the meter reports less than once an hour.
    """
    interval = await readings.interval_of_meter(conn, organisation, meter_id)
    if interval > 60:
        raise InsufficientData(f"This meter reports every {interval} minutes; hourly answers need hourly readings")
    frames = await frames_of(conn, organisation, [meter_id], start, end, view=view, weather=weather)
    return frames[meter_id]


async def hourly_frames(
    conn: Connection,
    organisation: UUID,
    building_id: UUID,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    view: View = View.VALIDATED,
    weather: bool = True,
) -> dict[UUID, pl.DataFrame]:
    """HOURLY frames of a building's meters that report at least hourly, by carrier and name; three queries in all."""
    meters = await readings.meters_of_building(conn, organisation, building_id)
    return await frames_of(conn, organisation, meters, start, end, view=view, weather=weather)


async def frames_of(
    conn: Connection,
    organisation: UUID,
    meters: Sequence[UUID],
    start: datetime | None,
    end: datetime | None,
    *,
    view: View = View.VALIDATED,
    weather: bool = True,
) -> dict[UUID, pl.DataFrame]:
    """HOURLY frames of any meters of the organisation, in the order asked for; two queries in all."""
    rows = await readings.hourly_series(conn, organisation, meters, start, end, view=view)
    found = {series.meter: series for series in rows}
    sites = {series.site for series in found.values()}
    degrees = await readings.temperatures(conn, organisation, list(sites), start, end) if weather else {}
    ordered = [found[meter] for meter in meters if meter in found]

    def build() -> dict[UUID, pl.DataFrame]:
        return {series.meter: _frame(series, degrees.get(series.site, _NO_WEATHER), start, end) for series in ordered}

    return await run_cpu(build)


def _frame(
    series: Series, weather: tuple[grid.Instants, grid.Numbers], start: datetime | None, end: datetime | None
) -> pl.DataFrame:
    hours = grid.hour_grid(series.times, _microseconds(start), _microseconds(end))
    if len(hours) == 0:
        return HOURLY.to_frame()
    times, values = overlay_arrays(series.times, series.amounts, series.corrected, series.corrections)
    amounts = grid.on_hours(hours, times, values)
    return grid.hourly_frame(hours, amounts, grid.nearest_hours(hours, *weather), series.time_zone)


def _microseconds(instant: datetime | None) -> int | None:
    return None if instant is None else (instant - _EPOCH) // timedelta(microseconds=1)


async def load_points(
    conn: Connection,
    organisation: UUID,
    meter_id: UUID,
    start: datetime | None = None,
    end: datetime | None = None,
    *,
    points: int = 2000,
    view: View = View.VALIDATED,
) -> pl.DataFrame:
    """A meter's load for a chart, at most ``points`` buckets of local time; columns of ``POINTS``.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: the meter reports less than once an hour.
    """
    frame = await hourly_frame(conn, organisation, meter_id, start, end, view=view, weather=False)
    return await run_cpu(grid.reduce_points, frame, points)


async def extent(conn: Connection, organisation: UUID, scope: Scope = _EVERYTHING) -> Extent:
    """First and last reading of a meter, building, site or the whole organisation, as instants in UTC."""
    return await readings.extent(conn, organisation, scope)


async def local_extent(conn: Connection, organisation: UUID, scope: Scope = _EVERYTHING) -> Extent:
    """First and last reading on the wall clocks of their sites (naive): the days that people mean."""
    return await readings.local_extent(conn, organisation, scope)


async def weather_hourly(
    conn: Connection, organisation: UUID, site_id: UUID, start: datetime | None = None, end: datetime | None = None
) -> pl.DataFrame:
    """A site's weather on a gapless hourly grid; columns of ``WEATHER``, empty where none was imported.

    Raises:
        NotFound: no such site in this organisation.
    """
    found = await readings.weather_series(conn, organisation, site_id, start, end)
    if found is None:
        raise NotFound("No such site")
    zone, times, quantities = found
    hours = grid.hour_grid(times, _microseconds(start), _microseconds(end))
    if len(hours) == 0:
        return WEATHER.to_frame()
    columns = [grid.nearest_hours(hours, times, quantity.astype(np.float64)) for quantity in quantities]
    names = [name for name in WEATHER.names() if name not in {"time", "local"}]
    clock = grid.hourly_frame(hours, columns[0], columns[0], zone).select("time", "local")
    return clock.with_columns(
        pl.Series(name, column, nan_to_null=True) for name, column in zip(names, columns, strict=True)
    )


async def weather_daily(
    conn: Connection, organisation: UUID, site_id: UUID, start: date | None = None, end: date | None = None
) -> pl.DataFrame:
    """Air temperature of a site by local day over [start, end); columns of ``WEATHER_DAILY``."""
    return await readings.weather_daily(conn, organisation, site_id, start, end)
