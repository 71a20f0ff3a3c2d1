"""A metered building whose load repeats every week, to forecast."""

from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl
import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, Meter, MeterDraft, SiteDraft
from eaio.infra.db import Connection, Database
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import Carrier

AUTHOR = Author(name="tester", method="import", reason="test")
FIRST = datetime(2017, 3, 6, tzinfo=UTC)
WEEKS = 12

MeterWithLoad = Callable[..., Awaitable[Meter]]


class OneConnection(Database):
    """A pool of the test's one connection, whose transactions are savepoints."""

    def __init__(self, conn: Connection) -> None:
        self._conn = conn

    @asynccontextmanager
    async def transaction(self) -> AsyncGenerator[Connection]:
        async with self._conn.transaction():
            yield self._conn


def office_load(weeks: int = WEEKS, seed: int = 7) -> pl.DataFrame:
    """100 kWh in working hours, 20 otherwise, with five percent of noise."""
    hour = np.arange(weeks * 168)
    working = (hour // 24 % 7 < 5) & (hour % 24 >= 8) & (hour % 24 < 18)
    noise = np.random.default_rng(seed).normal(1, 0.05, len(hour))
    times = [FIRST + timedelta(hours=int(h)) for h in hour]
    values = np.where(working, 100.0, 20.0) * noise
    return pl.DataFrame(
        {"time": times, "value": values}, schema={"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    )


@pytest.fixture
def meter_with_load(conn: Connection, organisation: UUID) -> MeterWithLoad:
    """Create a meter of building "Office" with readings."""

    async def make(
        name: str = "main", load: pl.DataFrame | None = None, carrier: Carrier = Carrier.ELECTRICITY
    ) -> Meter:
        await buildings.upsert_sites(conn, organisation, [SiteDraft(name="Site", time_zone="UTC", country="GB")])
        await buildings.upsert_buildings(conn, organisation, [BuildingDraft(name="Office", site="Site")])
        draft = MeterDraft(building="Office", carrier=carrier, name=name)
        meter = (await buildings.upsert_meters(conn, organisation, [draft]))["Office", carrier, name]
        await metering.record_readings(conn, organisation, {meter.id: office_load() if load is None else load}, AUTHOR)
        return meter

    return make
