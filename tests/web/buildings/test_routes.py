"""The JSON API of sites, buildings and meters over real HTTP."""

import pytest

from eaio.infra.identity import Role
from tests.web.conftest import Tenant


def campus(tenant: Tenant) -> str:
    client = tenant.client()
    assert client.post("/api/sites", json={"name": "Robin", "time_zone": "Europe/London"}).status_code == 201
    answer = client.post("/api/buildings", json={"name": "Robin_office_Ann", "site": "Robin", "area_m2": 900})
    assert answer.status_code == 201
    return answer.json()["id"]


def test_a_building_is_created_found_edited_and_archived(tenant: Tenant) -> None:
    building = campus(tenant)
    client = tenant.client()
    assert client.get("/api/buildings", params={"search": "ann"}).json()["total"] == 1
    edited = client.put(f"/api/buildings/{building}", json={"name": "Ann", "site": "Robin", "floors": 4}).json()
    assert (edited["name"], edited["floors"], edited["area_m2"]) == ("Ann", 4, None)
    assert client.patch(f"/api/buildings/{building}", json={"archived": True}).json()["archived_at"] is not None
    assert client.get("/api/buildings").json()["total"] == 0


def test_a_stranger_gets_404_for_everything_that_has_an_id(tenant: Tenant, other_tenant: Tenant) -> None:
    building = campus(tenant)
    stranger = other_tenant.client()
    assert stranger.get("/api/buildings").json()["total"] == 0
    for answer in (
        stranger.get(f"/api/buildings/{building}"),
        stranger.patch(f"/api/buildings/{building}", json={"archived": True}),
        stranger.get(f"/buildings/{building}/edit"),
        stranger.post(f"/buildings/{building}/archived", data={"archived": "true"}),
    ):
        assert answer.status_code == 404


@pytest.mark.parametrize(
    ("draft", "status", "field"),
    [
        ({"name": "", "site": "Robin"}, 400, "name"),
        ({"name": "B", "site": "Nowhere"}, 422, "site"),
        ({"name": "B", "site": "Robin", "latitude": 123}, 400, "latitude"),
        ({"name": "B", "site": "Robin", "area_m2": -1}, 400, "area_m2"),
        ({"site": "Robin"}, 400, "name"),
    ],
)
def test_bad_input_names_its_field(tenant: Tenant, draft: dict[str, object], status: int, field: str) -> None:
    campus(tenant)
    answer = tenant.client().post("/api/buildings", json=draft)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert field in str(answer.json())


def test_an_executive_reads_but_does_not_edit(tenant: Tenant) -> None:
    campus(tenant)
    client = tenant.client(Role.EXECUTIVE)
    assert client.get("/api/buildings").status_code == 200
    answer = client.post("/api/buildings", json={"name": "B", "site": "Robin"})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_names_are_escaped_on_pages(tenant: Tenant) -> None:
    campus(tenant)
    client = tenant.client()
    client.post("/api/buildings", json={"name": "<script>alert(1)</script>", "site": "Robin"})
    page = client.get("/buildings").text
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;alert(1)" in page
