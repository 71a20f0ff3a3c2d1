"""A metered building with weather and planted faults, to analyse."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl
import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, Meter, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import Carrier

AUTHOR = Author(name="tester", method="import", reason="test")
FIRST = datetime(2016, 1, 4, tzinfo=UTC)
HOURS = 52 * 168
LEFT_ON = 30 * 168 + 2 * 24 + 20
"""Wednesday of the 31st week, 20:00: the plant stays on for nine hours, three nights in a row."""

MeteredBuilding = Callable[..., Awaitable[Meter]]


def office_load(nights: int = 3, hours: int = HOURS, scale: float = 1.0) -> pl.DataFrame:
    """100 kWh in working hours and 20 otherwise, a little noise, left on for some nights."""
    hour = np.arange(hours)
    working = (hour // 24 % 7 < 5) & (hour % 24 >= 8) & (hour % 24 < 18)
    value = np.where(working, 100.0, 20.0) * np.random.default_rng(5).normal(1, 0.03, hours)
    for night in range(nights):
        value[LEFT_ON + 24 * night : LEFT_ON + 24 * night + 9] += 60
    times = [FIRST + timedelta(hours=int(h)) for h in hour]
    schema = {"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    return pl.DataFrame({"time": times, "value": scale * value}, schema=schema)


@pytest.fixture
def metered_building(conn: Connection, organisation: UUID) -> MeteredBuilding:
    """Create a building with one meter and its readings."""

    async def make(
        name: str = "Office",
        load: pl.DataFrame | None = None,
        *,
        carrier: Carrier = Carrier.ELECTRICITY,
        area: float | None = 1_000.0,
        use: str = "Office",
    ) -> Meter:
        await buildings.upsert_sites(conn, organisation, [SiteDraft(name="Site", time_zone="UTC", country="GB")])
        draft = BuildingDraft(name=name, site="Site", primary_use=use, area_m2=area)
        await buildings.upsert_buildings(conn, organisation, [draft])
        wanted = MeterDraft(building=name, carrier=carrier, name="main")
        meter = (await buildings.upsert_meters(conn, organisation, [wanted]))[name, carrier, "main"]
        await metering.record_readings(conn, organisation, {meter.id: office_load() if load is None else load}, AUTHOR)
        return meter

    return make
