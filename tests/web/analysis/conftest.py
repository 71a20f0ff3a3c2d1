"""A tenant with an analysed building."""

from collections.abc import Callable
from uuid import UUID

import pytest

from eaio.analysis import service
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR, office_load
from tests.web.conftest import Committed, Tenant

Analysed = Callable[..., UUID]


@pytest.fixture
def analysed(committed: Committed) -> Analysed:
    """Give a tenant a building, "Robin_office_Ann" unless named, with a year of readings, and analyse it."""

    def make(tenant: Tenant, name: str = "Robin_office_Ann") -> UUID:
        async def work(conn: Connection) -> UUID:
            owner = tenant.organisation
            site = SiteDraft(name="Robin", time_zone="Europe/London", country="GB")
            await buildings.upsert_sites(conn, owner, [site])
            draft = BuildingDraft(name=name, site="Robin", primary_use="Office", area_m2=1_000)
            await buildings.upsert_buildings(conn, owner, [draft])
            meter = MeterDraft(building=draft.name, carrier=Carrier.ELECTRICITY, name="main")
            made = (await buildings.upsert_meters(conn, owner, [meter]))[draft.name, Carrier.ELECTRICITY, "main"]
            await metering.record_readings(conn, owner, {made.id: office_load()}, AUTHOR)
            await service.analyze_building(conn, owner, made.building_id)
            return made.building_id

        return committed(work)

    return make
