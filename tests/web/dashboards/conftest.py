"""A campus with four months of readings."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.infra.identity import Role
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import Carrier
from tests.web.conftest import Tenant

ZONE = ZoneInfo("America/New_York")
FIRST, LAST = datetime(2017, 9, 1, tzinfo=ZONE), datetime(2017, 12, 31, 23, tzinfo=ZONE)
DAYS = 122
Work = Callable[[Callable[[Connection], Awaitable[Any]]], Any]


class Campus:
    """A site with an office on two carriers, a shed with a gap, and an empty house."""

    def __init__(
        self, tenant: Tenant, names: dict[str, UUID], meters: dict[tuple[str, Carrier], UUID], site: UUID
    ) -> None:
        self.tenant = tenant
        self.office, self.shed, self.empty = names["Robin_office_Ann"], names["Robin_shed_Bo"], names["Robin_house_Cy"]
        self.power = meters["Robin_office_Ann", Carrier.ELECTRICITY]
        self.site = site

    def get(self, path: str, role: Role = Role.ADMINISTRATOR, **query: str) -> str:
        answer = self.tenant.client(role).get(path, params=query)
        assert answer.status_code == 200, f"{path}: {answer.status_code} {answer.text[:300]}"
        return answer.text

    def json(self, path: str, **query: str) -> dict[str, Any]:
        answer = self.tenant.client().get(path, params=query)
        assert answer.status_code == 200, answer.text[:300]
        return answer.json()


def _hours() -> list[datetime]:
    start, count = FIRST.astimezone(UTC), int((LAST - FIRST).total_seconds() // 3600) + 1
    return [start + timedelta(hours=n) for n in range(count + 1)]


def _readings(value: Callable[[datetime], float | None]) -> pl.DataFrame:
    hours = [hour for hour in _hours() if hour <= LAST.astimezone(UTC)]
    return pl.DataFrame({"time": hours, "value": [value(hour.astimezone(ZONE)) for hour in hours]})


async def _build(conn: Connection, organisation: UUID) -> tuple[dict[str, UUID], dict[tuple[str, Carrier], UUID], UUID]:
    sites = await buildings.upsert_sites(conn, organisation, [SiteDraft(name="Robin", time_zone="America/New_York")])
    drafts = [
        BuildingDraft(name="Robin_office_Ann", site="Robin", area_m2=1000, primary_use="Office"),
        BuildingDraft(name="Robin_shed_Bo", site="Robin", primary_use="Warehouse/storage"),
        BuildingDraft(name="Robin_house_Cy", site="Robin", primary_use="Lodging/residential"),
    ]
    names = await buildings.upsert_buildings(conn, organisation, drafts)
    wanted = [
        MeterDraft(building="Robin_office_Ann", carrier=Carrier.ELECTRICITY, name="main"),
        MeterDraft(building="Robin_office_Ann", carrier=Carrier.GAS, name="boiler"),
        MeterDraft(building="Robin_shed_Bo", carrier=Carrier.ELECTRICITY, name="shed"),
        MeterDraft(building="Robin_house_Cy", carrier=Carrier.ELECTRICITY, name="house"),
    ]
    found = await buildings.upsert_meters(conn, organisation, wanted)
    meters = {(building, carrier): meter.id for (building, carrier, _), meter in found.items()}
    gap = range(10, 16)
    readings = {
        meters["Robin_office_Ann", Carrier.ELECTRICITY]: _readings(lambda t: 20.0 if 8 <= t.hour < 18 else 10.0),
        meters["Robin_office_Ann", Carrier.GAS]: _readings(lambda _: 2.0),
        meters["Robin_shed_Bo", Carrier.ELECTRICITY]: _readings(
            lambda t: None if t.month == 12 and t.day in gap else 1.0
        ),
    }
    await metering.record_readings(conn, organisation, readings, Author("test", "import", "a test"))
    return names, meters, sites["Robin"].id


@pytest.fixture
def campus(tenant: Tenant, committed: Work) -> Campus:
    """One organisation with four months of readings."""
    return build(tenant, committed)


def build(tenant: Tenant, committed: Work) -> Campus:
    """Make the campus of a tenant."""
    return Campus(tenant, *committed(lambda conn: _build(conn, tenant.organisation)))
