"""The chat over real HTTP: API, panel, page."""

from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.chat import service
from eaio.infra.db import Connection
from eaio.infra.identity import Role
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import Carrier
from tests.web.conftest import Committed, Tenant

HOSTILE = "Evil <img src=x onerror=alert(1)> Mill"
START = datetime(2017, 1, 1, tzinfo=UTC)
HOURS = 24 * 60


@pytest.fixture(scope="module", autouse=True)
def warm() -> None:
    """The recogniser and the graph are ready, as they are once somebody opened the panel."""
    service.warm_up()


@pytest.fixture
def metered(tenant: Tenant, committed: Committed) -> Tenant:
    """A tenant whose two buildings drew 10 kWh every hour of January and February 2017."""

    async def fill(conn: Connection) -> None:
        owner = tenant.organisation
        await buildings.upsert_sites(conn, owner, [SiteDraft(name="Leeds", time_zone="UTC", country="GB")])
        drafts = [
            BuildingDraft(name=name, site="Leeds", primary_use="Office", area_m2=500) for name in ("Aspen", HOSTILE)
        ]
        await buildings.upsert_buildings(conn, owner, drafts)
        wanted = [MeterDraft(building=d.name, carrier=Carrier.ELECTRICITY, name="main") for d in drafts]
        meters = await buildings.upsert_meters(conn, owner, wanted)
        times = [START + timedelta(hours=hour) for hour in range(HOURS)]
        frame = pl.DataFrame({"time": times, "value": [10.0] * HOURS})
        author = Author(name="tester", method="import", reason="test")
        await metering.record_readings(conn, owner, {meter.id: frame for meter in meters.values()}, author)

    committed(fill)
    return tenant


def test_the_api_answers_with_the_amount_its_source_and_its_chart(metered: Tenant) -> None:
    answered = metered.client().post("/api/chat/query", json={"question": "electricity of Aspen in january 2017"})
    assert answered.status_code == 200
    (part,) = answered.json()["answer"]["parts"]
    assert part["facts"]["total"]["value"] == 31 * 24 * 10
    assert part["links"][0]["href"].startswith("/buildings/")
    assert metered.client().get(part["chart"]["src"]).status_code == 200


def test_a_thread_goes_on_over_the_api(metered: Tenant) -> None:
    client = metered.client(Role.ENERGY_ANALYST)
    first = client.post("/api/chat/query", json={"question": "electricity of Aspen in january 2017"}).json()
    second = client.post("/api/chat/query", json={"question": "and in february?", "thread": first["thread"]}).json()
    assert second["answer"]["requests"][0]["arguments"]["start"] == "2017-02-01"
    kept = client.get(f"/api/chat/threads/{first['thread']}").json()
    assert len(kept["messages"]) == 4


@pytest.mark.parametrize(
    "body", [{}, {"question": ""}, {"question": 7}, {"question": "x" * 5000}, {"question": "a", "thread": "b"}]
)
def test_bad_questions_get_a_clear_refusal(metered: Tenant, body: dict[str, object]) -> None:
    assert metered.client().post("/api/chat/query", json=body).status_code in {400, 422}


def test_another_tenants_thread_and_building_are_out_of_reach(metered: Tenant, other_tenant: Tenant) -> None:
    mine = metered.client().post("/api/chat/query", json={"question": "electricity of Aspen in january 2017"}).json()
    theirs = other_tenant.client()
    assert theirs.get(f"/api/chat/threads/{mine['thread']}").status_code == 404
    taken = theirs.post("/api/chat/query", json={"question": "and in february?", "thread": mine["thread"]})
    assert taken.status_code == 404
    told = theirs.post("/api/chat/query", json={"question": "electricity of Aspen in january 2017"}).json()
    assert not told["answer"]["parts"]


def test_somebody_who_is_not_signed_in_gets_no_answer(metered: Tenant, app_url: str) -> None:
    import httpx

    assert httpx.post(f"{app_url}/api/chat/query", json={"question": "electricity of Aspen"}).status_code == 401


def test_the_panel_offers_questions_for_the_role_and_for_the_page(metered: Tenant) -> None:
    client = metered.client(Role.EXECUTIVE)
    assert "Carbon footprint" in client.get("/chat/panel").text
    names = client.get("/api/buildings").json()["items"]
    here = {"hx-current-url": f"https://example.org/buildings/{names[0]['id']}", "hx-request": "true"}
    assert "here" in client.get("/chat/panel", headers=here).text


def test_a_question_from_the_panel_knows_the_page_and_keeps_its_thread(metered: Tenant) -> None:
    client = metered.client()
    aspen = next(b for b in client.get("/api/buildings").json()["items"] if b["name"] == "Aspen")
    headers = {"hx-request": "true", "hx-current-url": f"https://example.org/buildings/{aspen['id']}"}
    turn = client.post("/chat/ask", data={"question": "how much electricity in january 2017?"}, headers=headers)
    assert turn.status_code == 200
    assert "7.44 MWh" in turn.text
    assert "<html" not in turn.text
    assert "7.44 MWh" in client.get("/chat/panel", headers=headers).text


def test_without_scripts_the_form_leads_to_the_page(metered: Tenant) -> None:
    client = metered.client()
    turned = client.post("/chat/ask", data={"question": "portfolio overview"})
    assert (turned.status_code, turned.headers["location"]) == (303, "/chat")
    assert "portfolio overview" in client.get("/chat").text


def test_names_and_questions_are_shown_as_text(metered: Tenant) -> None:
    client, headers = metered.client(), {"hx-request": "true"}
    attack = "<script>alert(1)</script> electricity of Mill in january 2017"
    shown = client.post("/chat/ask", data={"question": attack}, headers=headers).text
    assert "<script>alert" not in shown
    assert "<img src=x" not in shown
    assert "&lt;img src=x" in client.post("/chat/ask", data={"question": "tell me about Mill"}, headers=headers).text


def test_a_conversation_is_reopened_and_deleted(metered: Tenant) -> None:
    client = metered.client()
    thread = client.post("/api/chat/query", json={"question": "portfolio overview"}).json()["thread"]
    assert client.get(f"/chat/threads/{thread}").headers["location"] == "/chat"
    assert "portfolio overview" in client.get("/chat").text
    assert client.post(f"/chat/threads/{thread}/deleted").status_code == 303
    assert client.get(f"/api/chat/threads/{thread}").status_code == 404


def test_the_openers_are_questions_that_are_understood(metered: Tenant) -> None:
    from eaio.chat.pages import HERE, OPENERS

    client = metered.client()
    aspen = next(b for b in client.get("/api/buildings").json()["items"] if b["name"] == "Aspen")
    for question in {text for texts in OPENERS.values() for text in texts} | set(HERE):
        answer = client.post("/api/chat/query", json={"question": question, "building": aspen["id"]}).json()["answer"]
        assert answer["kind"] == "answer", question


def test_the_chart_of_an_answer_is_served_to_its_owner_only(metered: Tenant, other_tenant: Tenant) -> None:
    asked = metered.client().post("/api/chat/query", json={"question": "rank buildings by consumption"}).json()
    path = f"/chat/messages/{asked['message']}/charts/0/numbers.json"
    drawn = metered.client().get(path)
    assert len(drawn.json()["bars"]) == 2
    assert other_tenant.client().get(path).status_code == 404
