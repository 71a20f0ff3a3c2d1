"""A meter's readings and its site's weather as measurement and verification takes them."""

from uuid import UUID

import polars as pl

from eaio.analysis.compute import studies as compute
from eaio.analysis.compute.studies import Material
from eaio.buildings import service as buildings
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries.units import Carrier

MINUTES_IN_DAY = 1440


async def material_of(conn: Connection, organisation: UUID, meter_id: UUID) -> Material:
    """All readings of a meter, validated as stored, with the weather of its site; zeros of electricity are gaps.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: it is read less than once a day.
    """
    meter = await buildings.meter_of(conn, organisation, meter_id)
    weather = (await metering.weather_hourly(conn, organisation, meter.site_id)).select("local", "temperature")
    zero_is_missing = meter.carrier == Carrier.ELECTRICITY
    if meter.interval_minutes == MINUTES_IN_DAY:
        daily = await _days(conn, organisation, meter_id, meter.site_id)
        return await run_cpu(compute.material_of_days, daily, weather, zero_is_missing)
    frame = await metering.hourly_frame(conn, organisation, meter_id)
    return await run_cpu(compute.material, frame, weather, zero_is_missing)


async def _days(conn: Connection, organisation: UUID, meter_id: UUID, site_id: UUID) -> pl.DataFrame:
    """A DAILY frame of a meter that is read once a day: one expected reading, its temperature of 24 hours."""
    read = await metering.daily_series(conn, organisation, Scope(Level.METER, meter_id))
    degrees = await metering.weather_daily(conn, organisation, site_id)
    joined = read.join(degrees, on="day", how="left", maintain_order="left")
    return joined.select(
        "day",
        value="total",
        present="readings",
        hours="expected",
        temperature="mean",
        temperature_hours=pl.col("readings_right").fill_null(0) / 24,
    )
