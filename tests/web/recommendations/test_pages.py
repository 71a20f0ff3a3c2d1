"""Recommendations over real HTTP: API, pages, files, roles and tenants."""

import asyncio
import csv
import io
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft
from eaio.infra.db import Connection, Database
from eaio.infra.identity import Role
from eaio.metering import service as metering
from eaio.recommendations import service
from eaio.timeseries.units import Carrier
from tests.db.recommendations.conftest import AUTHOR, SITE, readings
from tests.web.conftest import Tenant


@pytest.fixture
def office(tenant: Tenant, committed: Callable[..., Any]) -> str:
    """An office that runs through the night; its id."""

    async def work(conn: Connection) -> UUID:
        await buildings.upsert_sites(conn, tenant.organisation, [SITE])
        draft = BuildingDraft(name="<b>Main</b>", site="Site", primary_use="Office", area_m2=3_000, year_built=1995)
        ids = await buildings.upsert_buildings(conn, tenant.organisation, [draft])
        meter = MeterDraft(building=draft.name, carrier=Carrier.ELECTRICITY, name="main")
        made = await buildings.upsert_meters(conn, tenant.organisation, [meter])
        frame = readings(night=70)
        await metering.record_readings(conn, tenant.organisation, {m.id: frame for m in made.values()}, AUTHOR)
        return ids[draft.name]

    return str(committed(work))


def generated(tenant: Tenant, office: str) -> dict[str, Any]:
    answer = tenant.client().post("/api/recommendations/generate", json={"buildings": [office]})
    assert (answer.status_code, answer.json()["status"]) == (201, "done")
    items = tenant.client().get("/api/recommendations").json()["items"]
    return {item["measure"]: item for item in items}


def test_generate_list_detail_and_decide_over_the_api(tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    client = tenant.client()
    case = client.get(f"/api/recommendations/{night['id']}").json()
    assert case["detail"]["evidence"]["facts"][0]["label"] == "Unoccupied over occupied load"
    assert {"key", "low", "likely", "high", "unit", "year", "source", "checked"} <= set(case["detail"]["inputs"][0])
    changed = client.patch(f"/api/recommendations/{night['id']}", json={"status": "accepted", "owner": "Ann"}).json()
    assert (changed["status"], changed["owner"]) == ("accepted", "Ann")
    assert client.patch(f"/api/recommendations/{night['id']}", json={"status": "verified"}).status_code == 409
    assert client.patch(f"/api/recommendations/{night['id']}", json={"status": "rejected"}).status_code == 422
    assert [step["new"] for step in client.get(f"/api/recommendations/{night['id']}/history").json()] == [
        "Ann",
        "accepted",
    ]
    assert client.get("/api/recommendations", params={"status": "accepted"}).json()["totals"]["count"] == 1
    assert client.get("/api/recommendations", params={"limit": 0}).status_code == 400


def test_the_whole_portfolio_is_queued_and_its_run_can_be_asked_for(tenant: Tenant, office: str) -> None:
    client = tenant.client()
    answer = client.post("/api/recommendations/generate")
    assert answer.status_code == 202
    run = client.get(answer.headers["location"]).json()
    assert (run["status"], run["total"]) == ("waiting", 1)
    assert client.post("/api/recommendations/generate").json()["id"] == run["id"]
    assert "Waiting to begin" in client.get("/recommendations").text


def test_a_queued_run_is_carried_out_in_batches_and_a_failure_is_written_down(
    tenant: Tenant, office: str, database_url: str
) -> None:
    client = tenant.client()
    queued = client.post("/api/recommendations/generate").json()

    async def work() -> None:
        db = Database(database_url, 1, 2)
        await db.open()
        try:
            await service.generate_in_batches(db, tenant.organisation, UUID(queued["id"]))
            async with db.transaction() as conn:
                await service.fail_run(conn, tenant.organisation, UUID(queued["id"]), "the disk is full")
        finally:
            await db.close()

    asyncio.run(work())
    run = client.get(f"/api/recommendations/runs/{queued['id']}").json()
    assert (run["status"], run["done"], run["error"]) == ("failed", 1, "the disk is full")
    assert run["proposed"] == client.get("/api/recommendations").json()["totals"]["count"] > 0
    assert "the disk is full" in client.get("/recommendations").text
    assert client.get("/recommendations/run").headers["hx-refresh"] == "true"


def test_the_list_shows_money_evidence_and_escaped_names(tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    text = tenant.client().get("/recommendations").text
    assert night["name"] in text
    assert night["sentence"] in text
    assert f"${night['money']:,.0f}" in text
    assert "&lt;b&gt;Main&lt;/b&gt;" in text
    assert "<b>Main</b>" not in text
    assert "Nothing fits" in tenant.client().get("/recommendations", params={"search": "no such thing"}).text


def test_an_old_or_broken_address_still_shows_the_list(tenant: Tenant, office: str) -> None:
    generated(tenant, office)
    query = {"site": "x", "status": "y", "payback": "z", "sort": "-nothing", "offset": "-4", "effort": "none"}
    assert tenant.client().get("/recommendations", params=query).status_code == 200


def test_the_file_holds_what_the_list_shows(tenant: Tenant, office: str) -> None:
    items = generated(tenant, office)
    answer = tenant.client().get("/recommendations.csv", params={"measure": "night_base"})
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    assert "attachment" in answer.headers["content-disposition"]
    assert len(rows) == 1
    assert float(rows[0]["saves USD a year"]) == pytest.approx(items["night_base"]["money"])


def test_the_waterfall_runs_from_cost_to_cost_and_its_steps_add_up(tenant: Tenant, office: str) -> None:
    generated(tenant, office)
    chart = tenant.client().get("/recommendations/waterfall.json", params={"building": office}).json()
    (_, start, _, _), *steps, (_, end, _, _) = chart["steps"]
    assert start + sum(step[1] for step in steps) == pytest.approx(end)
    assert start > end > 0


def test_a_case_shows_evidence_business_case_inputs_and_takes_a_decision(tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    client = tenant.client()
    text = client.get(f"/recommendations/{night['id']}").text
    for expected in (
        night["sentence"],
        "Net present value",
        "NIST BLCC",
        "read in the source",
        "Discounted payback",
        "Night walk",
    ):
        assert expected in text
    address = f"/recommendations/{night['id']}/decision"
    refused = client.post(address, data={"status": "rejected", "reason": " "})
    assert (refused.status_code, "Say why it is rejected" in refused.text) == (422, True)
    assert client.post(address, data={"status": "nonsense"}).status_code == 422
    assert client.post(address, data={"due": "soon"}).status_code == 422
    assert client.post(address, data={"status": "accepted", "owner": "Ann", "due": "2018-03-01"}).status_code == 303
    assert "Ann" in client.get(f"/recommendations/{night['id']}").text


def test_a_measure_under_way_leads_to_the_verification_of_its_savings(tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    analyst, here = tenant.client(Role.ENERGY_ANALYST), f"/recommendations/{night['id']}"
    assert "Verify its savings" not in analyst.get(here).text
    for status in ("accepted", "in_progress", "done"):
        assert analyst.patch(f"/api{here}", json={"status": status}).status_code == 200
    address = f"/savings/new?recommendation={night['id']}"
    assert f'href="{address}"' in analyst.get(here).text
    assert "Verify its savings" not in tenant.client(Role.EXECUTIVE).get(here).text
    form = analyst.get(address).text
    assert f'value="{night["name"]}"' in form
    assert 'value="&lt;b&gt;Main&lt;/b&gt;"' in form


def test_a_building_page_gets_its_part_and_a_visitor_the_list(tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    client = tenant.client()
    part = client.get(f"/buildings/{office}/recommendations", headers={"hx-request": "true"})
    assert night["name"] in part.text
    assert "<html" not in part.text
    assert (
        client.get(f"/buildings/{office}/recommendations").headers["location"] == f"/recommendations?building={office}"
    )


def test_a_figure_is_shown_with_source_changed_and_returned(tenant: Tenant, office: str) -> None:
    generated(tenant, office)
    client = tenant.client()
    assert "eGRID" in client.get("/settings/assumptions").text
    edit = "/settings/assumptions/edit"
    assert client.get(edit, params={"key": "price.electricity"}).status_code == 200
    assert client.get(edit, params={"key": "nothing"}).status_code == 404
    wrong = client.post(
        "/settings/assumptions", data={"key": "price.electricity", "likely": "cheap", "dated": "", "source": ""}
    )
    assert wrong.status_code == 422
    for expected in ("not a number", "a date is needed", "say where the figure comes from"):
        assert expected in wrong.text
    good = {
        "key": "price.electricity",
        "likely": "0.31",
        "low": "0.31",
        "high": "0.31",
        "dated": "2017-12-01",
        "source": "bill 7",
    }
    assert client.post("/settings/assumptions", data=good).status_code == 303
    own = client.get("/api/assumptions/own").json()
    assert [(row["key"], row["likely"], row["source"]) for row in own] == [("price.electricity", 0.31, "bill 7")]
    assert "own figure" in client.get("/settings/assumptions").text
    assert client.post(f"/settings/assumptions/{own[0]['id']}/removed").status_code == 303
    assert client.get("/api/assumptions/own").json() == []


def test_figures_over_the_api_are_checked(tenant: Tenant, office: str) -> None:
    client = tenant.client()
    draft = {"key": "price.gas", "likely": 0.05, "source": "contract", "dated": "2017-01-01"}
    assert client.put("/api/assumptions", json=draft).status_code == 200
    assert client.put("/api/assumptions", json=draft | {"likely": -1}).status_code == 422
    assert client.put("/api/assumptions", json=draft | {"dated": "yesterday"}).status_code == 400
    rows = {row["figure"]["key"]: row for row in client.get("/api/assumptions").json()}
    assert (rows["price.gas"]["figure"]["likely"], rows["price.gas"]["default"]["likely"]) == (0.05, 0.0291)


def test_the_catalogue_has_every_measure_with_its_source(tenant: Tenant) -> None:
    measures = tenant.client().get("/api/measures").json()
    assert [measure["number"] for measure in measures] == list(range(1, 32))
    assert all(measure["source"] and measure["cost_source"] for measure in measures)


def test_roles_may_do_what_they_are_for(tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    manager, executive = tenant.client(Role.FACILITY_MANAGER), tenant.client(Role.EXECUTIVE)
    draft = {"key": "price.gas", "likely": 0.05, "source": "contract", "dated": "2017-01-01"}
    assert manager.put("/api/assumptions", json=draft).status_code == 403
    assert executive.post("/api/recommendations/generate").status_code == 403
    assert executive.patch(f"/api/recommendations/{night['id']}", json={"status": "accepted"}).status_code == 200
    assert "Look again" not in executive.get("/recommendations").text


def test_another_tenant_gets_404_and_empty_lists(tenant: Tenant, other_tenant: Tenant, office: str) -> None:
    night = generated(tenant, office)["night_base"]
    stranger = other_tenant.client()
    assert stranger.get("/api/recommendations").json()["totals"]["count"] == 0
    for answer in (
        stranger.get(f"/api/recommendations/{night['id']}"),
        stranger.get(f"/api/recommendations/{night['id']}/history"),
        stranger.patch(f"/api/recommendations/{night['id']}", json={"status": "accepted"}),
        stranger.get(f"/recommendations/{night['id']}"),
        stranger.post(f"/recommendations/{night['id']}/decision", data={"status": "accepted"}),
        stranger.get(f"/buildings/{office}/recommendations"),
        stranger.get("/recommendations", params={"building": office}),
        stranger.post("/api/recommendations/generate", json={"buildings": [office]}),
    ):
        assert answer.status_code == 404
