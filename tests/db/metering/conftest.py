"""A meter to play with."""

from collections.abc import Awaitable, Callable
from uuid import UUID

import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, Meter, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.timeseries.units import Carrier

MakeMeter = Callable[..., Awaitable[Meter]]


@pytest.fixture
def make_meter(conn: Connection, organisation: UUID) -> MakeMeter:
    """Create a meter, with its site and building, in the test's organisation."""

    async def make(
        name: str = "main",
        *,
        interval: int = 60,
        site: str = "Robin",
        carrier: Carrier = Carrier.ELECTRICITY,
        zone: str = "Europe/London",
    ) -> Meter:
        await buildings.upsert_sites(conn, organisation, [SiteDraft(name=site, time_zone=zone)])
        await buildings.upsert_buildings(conn, organisation, [BuildingDraft(name=f"{site} Hall", site=site)])
        draft = MeterDraft(building=f"{site} Hall", carrier=carrier, name=name, interval_minutes=interval)
        return (await buildings.upsert_meters(conn, organisation, [draft]))[draft.building, carrier, name]

    return make
