"""Forecasts over real HTTP: the API, the pages, the chart and the file say the same."""

import csv
from io import StringIO
from uuid import UUID

import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, Meter, MeterDraft, SiteDraft
from eaio.forecasting import service
from eaio.infra.db import Connection
from eaio.infra.identity import Role
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.forecasting.conftest import AUTHOR, office_load
from tests.web.conftest import Committed, Tenant


@pytest.fixture
def meter(tenant: Tenant, committed: Committed) -> Meter:
    """A metered office of the tenant."""

    async def work(conn: Connection) -> Meter:
        owner = tenant.organisation
        await buildings.upsert_sites(conn, owner, [SiteDraft(name="Site", time_zone="Europe/London", country="GB")])
        await buildings.upsert_buildings(conn, owner, [BuildingDraft(name="Bürohaus <1>", site="Site")])
        draft = MeterDraft(building="Bürohaus <1>", carrier=Carrier.ELECTRICITY, name="main")
        made = (await buildings.upsert_meters(conn, owner, [draft]))[draft.building, draft.carrier, draft.name]
        await metering.record_readings(conn, owner, {made.id: office_load()}, AUTHOR)
        return made

    return committed(work)


def test_api_page_chart_and_file_show_the_same_hours(tenant: Tenant, meter: Meter) -> None:
    client = tenant.client(Role.EXECUTIVE)
    asked = {"horizon": 48, "level": 80}
    api = client.get(f"/api/forecasting/building/{meter.building_id}", params=asked).json()
    assert (api["horizon"], api["level"], len(api["points"]), api["unit"]) == (48, 80, 48, "kWh")
    assert api == client.get(f"/api/forecasting/meter/{meter.id}", params=asked).json()

    drawn = client.get(f"/buildings/{meter.building_id}/forecast.json", params=asked).json()
    assert [row[1] for row in drawn["expected"]] == [point["value"] for point in api["points"]]
    assert (len(drawn["load"]), drawn["unit"]) == (336, "kW")
    assert drawn["expected"][0][0] - drawn["load"][-1][0] == 3_600_000

    answer = client.get(f"/meters/{meter.id}/forecast.csv", params=asked)
    rows = list(csv.reader(StringIO(answer.text)))
    assert rows[0] == ["local_time", "time_utc", "forecast_kWh", "low_80_kWh", "high_80_kWh"]
    assert [float(row[2]) for row in rows[1:]] == [point["value"] for point in api["points"]]
    assert 'filename="B_rohaus__1__electricity_forecast.csv"' in answer.headers["content-disposition"]


def test_local_time_follows_the_sites_wall_clock(tenant: Tenant, meter: Meter) -> None:
    point = tenant.client().get(f"/api/forecasting/meter/{meter.id}").json()["points"][0]
    assert (point["time"], point["local"]) == ("2017-05-29T00:00:00Z", "2017-05-29T01:00:00")


def test_the_page_stands_alone_and_the_fragment_fits_into_another(tenant: Tenant, meter: Meter) -> None:
    client = tenant.client()
    address = f"/buildings/{meter.building_id}/forecast?horizon=72"
    whole, part = client.get(address), client.get(address, headers={"hx-request": "true"})
    assert (whole.status_code, part.status_code) == (200, 200)
    assert [("<html" in text) for text in (whole.text, part.text)] == [True, False]
    for text in (whole.text, part.text):
        assert 'data-chart="load"' in text
        assert f"/buildings/{meter.building_id}/forecast.json?horizon=72" in text
        assert "Past error" in text
    assert "Bürohaus &lt;1&gt;" in whole.text


def test_the_list_offers_to_make_forecasts_and_then_shows_them(
    tenant: Tenant, meter: Meter, committed: Committed
) -> None:
    client = tenant.client(Role.ENERGY_ANALYST)
    assert "Make forecasts" in client.get("/forecasts").text
    assert "Make forecasts" not in tenant.client(Role.EXECUTIVE).get("/forecasts").text
    committed(lambda conn: service.refresh_building(conn, tenant.organisation, meter.building_id))
    shown = client.get("/forecasts?sort=-error").text
    assert f"/meters/{meter.id}/forecast" in shown
    assert "No forecast fits" in client.get("/forecasts?search=nowhere").text
    assert client.get("/api/forecasting", params={"search": "BÜRO"}).json()["total"] == 1


def test_a_refresh_is_a_job_that_waits_only_once(tenant: Tenant, meter: Meter, committed: Committed) -> None:
    client = tenant.client(Role.FACILITY_MANAGER)
    for _ in range(2):
        assert client.post("/forecasts/refresh").status_code == 303
    assert tenant.client(Role.EXECUTIVE).post("/forecasts/refresh").status_code == 403

    async def waiting(conn: Connection) -> int:
        cursor = await conn.execute(
            "SELECT count(*) FROM procrastinate_jobs WHERE task_name = 'forecasting:refresh'"
            " AND args ->> 'organisation' = %s AND status = 'todo'",
            [str(tenant.organisation)],
        )
        row = await cursor.fetchone()
        assert row is not None
        return row[0]

    assert committed(waiting) == 1


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("horizon=0", 422, "24 to 336"),
        ("horizon=337", 422, "24 to 336"),
        ("horizon=week", 400, "horizon"),
        ("level=99", 422, "80 or 95"),
        ("carrier=steam", 422, "no steam meter"),
        ("carrier=coal", 400, "carrier"),
    ],
)
def test_wrong_requests_say_what_is_offered(tenant: Tenant, meter: Meter, query: str, status: int, words: str) -> None:
    answer = tenant.client().get(
        f"/api/forecasting/building/{meter.building_id}?{query}", headers={"accept": "application/json"}
    )
    assert answer.status_code == status
    assert words in answer.text


def test_a_building_without_history_is_refused_in_words(tenant: Tenant, committed: Committed) -> None:
    async def work(conn: Connection) -> UUID:
        owner = tenant.organisation
        await buildings.upsert_sites(conn, owner, [SiteDraft(name="Site", time_zone="UTC")])
        return (await buildings.upsert_buildings(conn, owner, [BuildingDraft(name="Empty", site="Site")]))["Empty"]

    building = committed(work)
    client = tenant.client()
    refused = client.get(f"/api/forecasting/building/{building}", headers={"accept": "application/json"})
    assert (refused.status_code, refused.json()["code"]) == (422, "insufficient-data")
    page = client.get(f"/buildings/{building}/forecast")
    assert page.status_code == 200
    assert "no meters yet" in page.text


def test_a_stranger_gets_404_everywhere(tenant: Tenant, other_tenant: Tenant, meter: Meter) -> None:
    stranger = other_tenant.client()
    for kind, key in (("building", meter.building_id), ("meter", meter.id)):
        assert stranger.get(f"/api/forecasting/{kind}/{key}").status_code == 404
        for suffix in ("", ".json", ".csv"):
            assert stranger.get(f"/{kind}s/{key}/forecast{suffix}").status_code == 404
