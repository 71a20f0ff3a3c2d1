"""The pages of patterns and of buildings that behave alike, over HTTP."""

from io import BytesIO
from uuid import UUID, uuid4

import polars as pl

from eaio.analysis import service
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR
from tests.db.analysis.test_patterns import WEEK, load
from tests.web.conftest import Committed, Tenant


def grouped(committed: Committed, tenant: Tenant) -> UUID:
    """Eight buildings of two kinds, analysed and grouped; returns an office."""

    async def work(conn: Connection) -> UUID:
        owner = tenant.organisation
        await buildings.upsert_sites(conn, owner, [SiteDraft(name="Site", time_zone="UTC", country="GB")])
        made: list[UUID] = []
        for kind in ("office", "nights"):
            for seed in range(4):
                draft = BuildingDraft(name=f"{kind}_{seed}", site="Site", primary_use="Office", area_m2=100)
                await buildings.upsert_buildings(conn, owner, [draft])
                meter = MeterDraft(building=draft.name, carrier=Carrier.ELECTRICITY, name="main")
                one = (await buildings.upsert_meters(conn, owner, [meter]))[draft.name, Carrier.ELECTRICITY, "main"]
                await metering.record_readings(conn, owner, {one.id: load(kind, seed, 20 * WEEK)}, AUTHOR)
                await service.analyze_building(conn, owner, one.building_id)
                made.append(one.building_id)
        await service.refresh_patterns(conn, owner)
        return made[0]

    return committed(work)


def test_patterns_are_shown_drawn_and_exported_and_stay_private(
    committed: Committed, tenant: Tenant, other_tenant: Tenant
) -> None:
    office = grouped(committed, tenant)
    client, stranger = tenant.client(), other_tenant.client()
    shown = client.get("/patterns").text
    assert "Weekdays 8–18" in shown
    assert "office 3" in shown
    answer = client.get("/api/analysis/patterns").json()
    first = answer["patterns"][0]
    week = client.get(f"/patterns/{first['id']}/week.json").json()
    assert len(week["profile"]) == 168
    assert stranger.get(f"/patterns/{first['id']}/week.json").status_code == 404
    lines = client.get("/patterns.csv").text.splitlines()
    assert len(lines) == 9
    table = pl.read_parquet(BytesIO(client.get("/patterns.parquet").content))
    assert table.height == 8
    panel = client.get(f"/buildings/{office}/alike", headers={"hx-request": "true"}).text
    assert "office 1" in panel
    assert "alike" in panel
    similar = client.get(f"/api/analysis/building/{office}/similar", params={"limit": 3}).json()
    assert {one["building"] for one in similar["alike"]} == {"office_1", "office_2", "office_3"}
    drawn = client.get(f"/buildings/{office}/alike/{similar['alike'][0]['building_id']}/week.json").json()
    assert (len(drawn["profile"]), len(drawn["comparison"])) == (168, 168)
    assert stranger.get(f"/api/analysis/building/{office}/similar").status_code == 404
    assert "office" not in stranger.get("/patterns").text


def test_what_cannot_be_answered_is_said(tenant: Tenant) -> None:
    client = tenant.client()
    assert "No patterns yet" in client.get("/patterns").text
    assert client.get("/patterns", params={"carrier": "shoes"}).status_code == 422
    assert client.get(f"/api/analysis/building/{uuid4()}/similar").status_code == 404
    assert client.get("/patterns.csv").text.splitlines()[1:] == []
    assert pl.read_parquet(BytesIO(client.get("/patterns.parquet").content)).height == 0
