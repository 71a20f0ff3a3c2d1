"""Two years of a cooled building with weather; from 2017 on it uses a tenth less."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, Meter, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import Carrier

AUTHOR = Author(name="tester", method="import", reason="test")
FIRST = datetime(2016, 1, 1, tzinfo=UTC)
HOURS = (366 + 365) * 24
YEAR = 366 * 24


def degrees() -> np.ndarray:
    """Hourly outdoor temperature of two years: seasons, days, a little chance."""
    hour = np.arange(HOURS)
    chance = np.repeat(np.random.default_rng(3).normal(0, 3, HOURS // 24), 24)
    return 12 - 11 * np.cos(2 * np.pi * hour / 8766) - 4 * np.cos(2 * np.pi * hour / 24) + chance


def use(saving: float = 0.1) -> np.ndarray:
    """Hourly kWh: 40 of base, 3 for each kelvin over 15, less the saving from the second year on."""
    hour = np.arange(HOURS)
    working = (hour // 24 % 7 < 5) & (hour % 24 >= 7) & (hour % 24 < 19)
    load = 40 + 20 * working + 3 * np.clip(degrees() - 15, 0, None)
    noisy = load * np.random.default_rng(4).normal(1, 0.04, HOURS)
    return np.where(hour < YEAR, noisy, noisy * (1 - saving))


def times() -> list[datetime]:
    """The hours of both years, UTC."""
    return [FIRST + timedelta(hours=n) for n in range(HOURS)]


def readings(values: np.ndarray) -> pl.DataFrame:
    """As ``record_readings`` takes them."""
    return pl.DataFrame(
        {"time": times(), "value": values}, schema={"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    )


async def meter_with(
    conn: Connection,
    organisation: UUID,
    values: np.ndarray | None = None,
    *,
    name: str = "Robin_office_Ann",
    carrier: Carrier = Carrier.ELECTRICITY,
    weather: bool = True,
) -> Meter:
    """A building with one hourly meter, and the weather of its site."""
    await buildings.upsert_sites(conn, organisation, [SiteDraft(name="Robin", time_zone="UTC", country="GB")])
    draft = BuildingDraft(name=name, site="Robin", primary_use="Office", area_m2=1_000)
    await buildings.upsert_buildings(conn, organisation, [draft])
    wanted = MeterDraft(building=name, carrier=carrier, name="main")
    meter = (await buildings.upsert_meters(conn, organisation, [wanted]))[name, carrier, "main"]
    values = use() if values is None else values
    await metering.record_readings(conn, organisation, {meter.id: readings(values)}, AUTHOR)
    if weather:
        frame = readings(degrees()).rename({"value": "temperature"})
        await metering.record_weather(conn, organisation, meter.site_id, frame)
    return meter
