"""An office that runs through the night, and one that does not."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from uuid import UUID

import numpy as np
import polars as pl
import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import Carrier

AUTHOR = Author(name="tester", method="import", reason="test")
FIRST = datetime(2017, 1, 2, tzinfo=UTC)
DAYS = 364
SITE = SiteDraft(name="Site", time_zone="America/New_York", latitude=40.0, longitude=-75.2)

MakeOffice = Callable[..., Awaitable[UUID]]


def readings(night: float, day: float = 100.0, days: int = DAYS) -> pl.DataFrame:
    """``day`` kWh from 8 to 18 on working days of the local clock (UTC-5), ``night`` otherwise, with noise."""
    hour = np.arange(days * 24)
    local = hour - 5
    working = (local // 24 % 7 < 5) & (local % 24 >= 8) & (local % 24 < 18)
    noise = np.random.default_rng(1).normal(1, 0.03, len(hour))
    times = [FIRST + timedelta(hours=int(h)) for h in hour]
    values = np.where(working, day, night) * noise
    return pl.DataFrame(
        {"time": times, "value": values}, schema={"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    )


@pytest.fixture
def make_office(conn: Connection, organisation: UUID) -> MakeOffice:
    """Create a metered office; returns its id."""

    async def make(name: str = "Office", night: float = 70.0, area: float | None = 3_000, days: int = DAYS) -> UUID:
        await buildings.upsert_sites(conn, organisation, [SITE])
        draft = BuildingDraft(name=name, site="Site", primary_use="Office", area_m2=area, year_built=1995, floors=3)
        ids = await buildings.upsert_buildings(conn, organisation, [draft])
        meter = MeterDraft(building=name, carrier=Carrier.ELECTRICITY, name="main")
        made = (await buildings.upsert_meters(conn, organisation, [meter]))[name, Carrier.ELECTRICITY, "main"]
        await metering.record_readings(conn, organisation, {made.id: readings(night, days=days)}, AUTHOR)
        return ids[name]

    return make
