"""Portfolios as a level that people make and use, and totals that follow what is archived or moved."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import polars as pl
import pytest

from eaio.infra.db import Connection
from eaio.infra.identity import Role
from eaio.metering import service as metering
from eaio.metering.models import Author
from tests.web.conftest import Committed, Tenant


@pytest.fixture
def towns(tenant: Tenant, committed: Committed) -> dict[str, str]:
    """Two sites of one building each, which used 1 kWh (Leeds) and 2 kWh (York) an hour for sixty days; ids by name."""
    client = tenant.client()
    ids: dict[str, str] = {}
    meters: dict[UUID, float] = {}
    for use, town in ((1.0, "Leeds"), (2.0, "York")):
        site = client.post("/api/sites", json={"name": town, "time_zone": "UTC"}).json()["id"]
        building = client.post("/api/buildings", json={"name": f"{town} Hall", "site": town, "area_ft2": 10_764})
        meter = {"building": f"{town} Hall", "carrier": "electricity", "name": "main"}
        made = client.post("/api/meters", json=meter).json()["id"]
        ids |= {town: site, f"{town} Hall": building.json()["id"], f"{town} meter": made}
        meters[UUID(made)] = use

    async def record(conn: Connection) -> None:
        start = datetime(2017, 1, 1, tzinfo=UTC)
        time = pl.datetime_range(start, start + timedelta(days=60), "1h", closed="left", eager=True)
        frames = {meter: pl.DataFrame({"time": time, "value": [use] * len(time)}) for meter, use in meters.items()}
        await metering.record_readings(conn, tenant.organisation, frames, Author("test", "import", "test"))

    committed(record)
    return ids


def months(tenant: Tenant, path: str) -> float:
    return sum(value for _, _, value, *_ in tenant.client().get(f"{path}?period=all").json()["months"])


def whole(tenant: Tenant) -> float:
    return months(tenant, "/portfolio/monthly.json")


def test_a_portfolio_is_made_filled_shown_by_itself_and_removed(tenant: Tenant, towns: dict[str, str]) -> None:
    client = tenant.client()
    assert client.post("/portfolios", data={"name": "North"}).status_code == 303
    north = next(p["id"] for p in client.get("/api/portfolios").json() if p["name"] == "North")
    moved = client.put(f"/api/sites/{towns['York']}", json={"name": "York", "time_zone": "UTC", "portfolio": "North"})
    assert (moved.json()["portfolio"], moved.json()["portfolio_id"]) == ("North", north)
    tree = {p["name"]: [site["name"] for site in p["sites"]] for p in client.get("/api/tree").json()}
    assert tree == {"North": ["York"], "Portfolio": ["Leeds"]}
    assert "York" in client.get("/portfolio/tree").text
    found = client.get("/api/buildings", params={"portfolio": north}).json()
    assert [(b["name"], b["area_ft2"]) for b in found["items"]] == [("York Hall", 10_764)]
    assert months(tenant, "/portfolio/monthly.json") == pytest.approx(3 * 60 * 24)
    own = client.get(f"/portfolio?portfolio={north}&period=all").text
    assert "York Hall" in own
    assert "Leeds Hall" not in own
    assert [s["name"] for s in client.get("/api/sites", params={"portfolio": north}).json()] == ["York"]
    assert client.delete(f"/api/portfolios/{north}").status_code == 409
    client.put(f"/api/sites/{towns['York']}", json={"name": "York", "time_zone": "UTC", "portfolio": "Portfolio"})
    assert client.post(f"/portfolios/{north}/removed").status_code == 303
    assert [p["name"] for p in client.get("/api/portfolios").json()] == ["Portfolio"]


def test_a_portfolio_name_is_taken_only_once_and_belongs_to_its_organisation(
    tenant: Tenant, other_tenant: Tenant
) -> None:
    client, stranger = tenant.client(), other_tenant.client()
    made = client.post("/api/portfolios", json={"name": "North"}).json()["id"]
    assert client.post("/api/portfolios", json={"name": "North"}).status_code == 409
    assert client.post("/portfolios", data={"name": "North"}).status_code == 409
    assert client.post("/portfolios", data={"name": ""}).status_code == 422
    assert stranger.post("/api/portfolios", json={"name": "North"}).status_code == 201
    for answer in (
        stranger.put(f"/api/portfolios/{made}", json={"name": "Mine"}),
        stranger.delete(f"/api/portfolios/{made}"),
        stranger.post(f"/portfolios/{made}/name", data={"name": "Mine"}),
        stranger.get("/portfolio", params={"portfolio": made}),
    ):
        assert answer.status_code == 404
    assert tenant.client(Role.EXECUTIVE).post("/api/portfolios", json={"name": "E"}).status_code == 403


def test_totals_lose_an_archived_building_and_get_it_back(tenant: Tenant, towns: dict[str, str]) -> None:
    client = tenant.client()
    path = f"/api/buildings/{towns['York Hall']}"
    assert client.patch(path, json={"archived": True}).status_code == 200
    assert whole(tenant) == pytest.approx(60 * 24)
    page = client.get(f"/buildings/{towns['York Hall']}/edit").text
    assert "Bring this building back" in page
    assert client.post(f"/buildings/{towns['York Hall']}/archived", data={"archived": "false"}).status_code == 303
    assert whole(tenant) == pytest.approx(3 * 60 * 24)


def test_totals_lose_an_archived_meter_and_follow_a_building_to_another_site(
    tenant: Tenant, towns: dict[str, str]
) -> None:
    client = tenant.client()
    client.put(f"/api/buildings/{towns['York Hall']}", json={"name": "York Hall", "site": "Leeds"})
    assert months(tenant, f"/sites/{towns['Leeds']}/monthly.json") == pytest.approx(3 * 60 * 24)
    client.patch(f"/api/meters/{towns['York meter']}", json={"archived": True})
    assert months(tenant, f"/sites/{towns['Leeds']}/monthly.json") == pytest.approx(60 * 24)
    assert [m["name"] for m in client.get("/api/meters", params={"archived": True}).json()] == ["main"]


def test_clock_and_interval_of_readings_cannot_change(tenant: Tenant, towns: dict[str, str]) -> None:
    client = tenant.client()
    site = client.put(f"/api/sites/{towns['York']}", json={"name": "York", "time_zone": "Europe/London"})
    assert (site.status_code, "time_zone" in site.json()["fields"]) == (409, True)
    meter = client.put(f"/api/meters/{towns['York meter']}", json={"name": "main", "interval_minutes": 15})
    assert meter.status_code == 409
    assert client.put(f"/api/meters/{towns['York meter']}", json={"name": "roof"}).json()["name"] == "roof"


def test_two_areas_that_disagree_are_refused(tenant: Tenant, towns: dict[str, str]) -> None:
    wrong = {"name": "York Hall", "site": "York", "area_m2": 100, "area_ft2": 100}
    answer = tenant.client().put(f"/api/buildings/{towns['York Hall']}", json=wrong)
    assert (answer.status_code, "area_ft2" in answer.json()["fields"]) == (422, True)


def test_a_site_is_archived_on_its_page_only_once_it_is_empty_and_comes_back(
    tenant: Tenant, towns: dict[str, str]
) -> None:
    client = tenant.client()
    path = f"/sites/{towns['York']}/archived"
    assert client.post(path, data={"archived": "true"}).status_code == 409
    client.patch(f"/api/buildings/{towns['York Hall']}", json={"archived": True})
    assert client.post(path, data={"archived": "true"}).status_code == 303
    assert [s["name"] for s in client.get("/api/sites", params={"archived": True}).json()] == ["York"]
    assert "Bring back" in client.get("/portfolio/tree").text
    assert client.post(path, data={"archived": "false"}).status_code == 303
    assert client.get(f"/api/sites/{towns['York']}").json()["archived"] is False
