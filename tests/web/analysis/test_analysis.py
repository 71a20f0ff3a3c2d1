"""Analyses and findings over real HTTP."""

import asyncio
import csv
import json
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from io import StringIO
from typing import Any
from uuid import UUID, uuid4

import pytest

from eaio.analysis import service
from eaio.buildings import service as buildings
from eaio.infra.db import Database
from eaio.infra.identity import Role
from tests.web.analysis.conftest import Analysed
from tests.web.conftest import Committed, Tenant

CarriedOut = Callable[[Tenant, UUID], None]


def night(tenant: Tenant) -> dict[str, object]:
    return tenant.client().get("/api/anomalies", params={"kind": "night"}).json()["items"][0]


def asked(tenant: Tenant, building: UUID) -> UUID:
    """Ask for an analysis; the run to follow."""
    answer = tenant.client().post(f"/api/analysis/building/{building}")
    assert (answer.status_code, answer.json()["status"]) == (202, "waiting")
    assert answer.headers["location"] == f"/api/analysis/runs/{answer.json()['id']}"
    return UUID(answer.json()["id"])


@pytest.fixture
def carried_out(database_url: str) -> CarriedOut:
    """What the worker does with a run."""

    def work(tenant: Tenant, run: UUID) -> None:
        async def connected() -> None:
            pool = Database(database_url, 1, 2)
            await pool.open()
            await service.run_building_analysis(pool, tenant.organisation, run)
            await pool.close()

        asyncio.run(connected())

    return work


def events(lines: Iterable[str]) -> Iterator[tuple[int, str, dict[str, Any]]]:
    """(number, event, data) of a stream of server-sent events."""
    fields: dict[str, str] = {}
    for line in lines:
        name, _, value = line.partition(": ")
        if line:
            fields[name] = value
        elif "data" in fields:
            yield int(fields["id"]), fields["event"], json.loads(fields["data"])
            fields = {}


def test_a_run_is_followed_while_it_happens_and_again_from_where_one_left(
    tenant: Tenant, analysed: Analysed, carried_out: CarriedOut
) -> None:
    run = asked(tenant, analysed(tenant))
    client, path = tenant.client(), f"/api/analysis/runs/{run}/events"
    with client.stream("GET", path) as answer, ThreadPoolExecutor(1) as worker:
        assert answer.headers["content-type"].startswith("text/event-stream")
        job = worker.submit(carried_out, tenant, run)
        seen = list(events(answer.iter_lines()))
        job.result()
    assert [event for _, event, _ in seen] == ["step"] * (len(seen) - 1) + ["done"]
    assert [number for number, _, _ in seen] == list(range(1, len(seen) + 1))
    assert any("Electricity, meter 1 of 1" in data["text"] for _, event, data in seen if event == "step")
    assert (seen[-1][2]["done"], seen[-1][2]["total"]) == (3, 3)
    with client.stream("GET", path, headers={"last-event-id": "2"}) as answer:
        assert list(events(answer.iter_lines())) == seen[2:]
    assert client.get(path, headers={"last-event-id": "x"}).status_code == 422


def test_a_result_is_refused_until_the_run_is_over_and_when_it_failed(
    tenant: Tenant, analysed: Analysed, committed: Committed, carried_out: CarriedOut
) -> None:
    building = analysed(tenant)
    client = tenant.client()
    assert client.get(f"/api/analysis/building/{building}").status_code == 404
    run = asked(tenant, building)
    assert client.post(f"/api/analysis/building/{building}").json()["id"] == str(run)
    assert client.get(f"/api/analysis/runs/{run}/result").status_code == 409
    meter = client.get(f"/api/analysis/building/{building}/meters").json()[0]["meter_id"]
    committed(lambda conn: buildings.archive_meter(conn, tenant.organisation, UUID(meter)))
    carried_out(tenant, run)
    assert client.get(f"/api/analysis/runs/{run}").json()["status"] == "failed"
    refused = client.get(f"/api/analysis/runs/{run}/result")
    assert (refused.status_code, refused.json()["code"]) == (422, "insufficient-data")
    assert "no hourly readings" in refused.json()["detail"]


def test_analysing_a_building_answers_with_figures_model_and_anomalies(
    tenant: Tenant, analysed: Analysed, carried_out: CarriedOut
) -> None:
    building = analysed(tenant)
    run = asked(tenant, building)
    carried_out(tenant, run)
    body = tenant.client().get(f"/api/analysis/runs/{run}/result").json()
    assert tenant.client().get(f"/api/analysis/building/{building}").json() == body
    assert body["figures"]["eui"] == pytest.approx(383, rel=0.03)
    assert body["meters"][0]["profile"]["occupied_hours"].startswith("Mon–Fri")
    assert [finding["kind"] for finding in body["meters"][0]["findings"]] == ["night"]
    assert body["anomalies"]["open"] == 1


def test_the_portfolio_ranks_and_the_list_of_anomalies_filters(tenant: Tenant, analysed: Analysed) -> None:
    building = analysed(tenant)
    client = tenant.client()
    league = client.get("/api/analysis/portfolio", params={"by": "eui"}).json()
    assert [line["building_id"] for line in league["buildings"]] == [str(building)]
    assert client.get("/api/anomalies", params={"status": "resolved"}).json()["total"] == 0
    assert client.get("/api/anomalies", params={"faults": "false", "sort": "money"}).json()["total"] == 1
    assert client.get("/api/anomalies", params={"kind": "nonsense"}).status_code == 400


def test_a_decision_is_kept_with_its_author_and_can_be_taken_back(tenant: Tenant, analysed: Analysed) -> None:
    analysed(tenant)
    event = night(tenant)
    client = tenant.client(Role.EXECUTIVE)
    decided = client.post(f"/api/anomalies/{event['id']}/status", json={"status": "resolved", "note": "valve"}).json()
    assert (decided["status"], decided["note"], decided["status_by"]) == ("resolved", "valve", "test (token)")
    again = client.post(f"/api/anomalies/{event['id']}/status", json={"status": "open"}).json()
    assert (again["status"], again["note"]) == ("open", "valve")


def test_an_executive_may_not_run_analyses(tenant: Tenant, analysed: Analysed) -> None:
    building = analysed(tenant)
    client = tenant.client(Role.EXECUTIVE)
    assert client.post(f"/api/analysis/building/{building}").status_code == 403
    assert client.post("/api/analysis/portfolio").status_code == 403


def test_asking_twice_for_a_portfolio_analysis_queues_one(tenant: Tenant, analysed: Analysed) -> None:
    analysed(tenant)
    client = tenant.client()
    first, second = (client.post("/api/analysis/portfolio") for _ in range(2))
    assert (first.status_code, first.json()["status"]) == (202, "waiting")
    assert first.json()["id"] == second.json()["id"] == client.get("/api/analysis/runs/latest").json()["id"]


def test_the_list_page_shows_the_finding_and_a_decision_answers_with_its_row(
    tenant: Tenant, analysed: Analysed
) -> None:
    analysed(tenant)
    client = tenant.client()
    listed = client.get("/findings").text
    assert "Left on out of hours" in listed
    assert "Robin office Ann" in listed
    event = night(tenant)
    row = client.post(
        f"/findings/{event['id']}/status", data={"status": "acknowledged"}, headers={"hx-request": "true"}
    )
    assert row.is_success
    assert "Acknowledged" in row.text
    assert "<html" not in row.text
    assert "No finding fits" in client.get("/findings").text
    assert "Left on out of hours" in client.get("/findings?status=acknowledged").text


def test_a_finding_has_a_page_with_cause_next_step_and_the_hours_around_it(tenant: Tenant, analysed: Analysed) -> None:
    analysed(tenant)
    client = tenant.client()
    event = night(tenant)
    text = client.get(f"/findings/{event['id']}").text
    assert "Likely cause" in text
    assert "Next step" in text
    chart = client.get(f"/findings/{event['id']}/load.json").json()
    assert len(chart["load"]) == len(chart["expected"]) > 24 * 10
    start, end = chart["anomalies"][0][:2]
    inside = [(m[1], n[1]) for m, n in zip(chart["load"], chart["expected"], strict=True) if start <= m[0] < end]
    assert max(measured - normal for measured, normal in inside) == pytest.approx(60, abs=8)


def test_one_decision_may_take_others_along_but_never_those_of_strangers(
    tenant: Tenant, other_tenant: Tenant, analysed: Analysed
) -> None:
    analysed(tenant)
    analysed(other_tenant)
    mine, theirs = night(tenant), night(other_tenant)
    form = {"status": "acknowledged", "also": str(theirs["id"])}
    assert tenant.client().post(f"/findings/{mine['id']}/status", data=form).status_code == 404
    assert (night(tenant)["status"], night(other_tenant)["status"]) == ("open", "open")
    form["also"] = str(mine["id"])
    assert tenant.client().post(f"/findings/{mine['id']}/status", data=form).is_redirect
    form["also"] = "nonsense"
    assert tenant.client().post(f"/findings/{mine['id']}/status", data=form).status_code == 422


def test_a_finding_shows_what_looked_like_it_before_and_what_was_decided(tenant: Tenant, analysed: Analysed) -> None:
    analysed(tenant)
    past = night(tenant)
    client = tenant.client()
    alone = client.get(f"/findings/{past['id']}").text
    assert "Looked like this before" not in alone
    form = {"status": "resolved", "note": "timer set"}
    assert client.post(f"/findings/{past['id']}/status", data=form).is_redirect
    analysed(tenant, "Robin_office_Annexe")
    new = next(
        e for e in client.get("/api/anomalies", params={"status": "open"}).json()["items"] if e["kind"] == "night"
    )
    text = client.get(f"/findings/{new['id']}").text
    assert "Looked like this before" in text
    assert f'href="/findings/{past["id"]}"' in text
    assert "timer set" in text


def test_the_csv_holds_what_the_list_shows(tenant: Tenant, analysed: Analysed) -> None:
    analysed(tenant)
    answer = tenant.client().get("/findings.csv", params={"show": "acts"})
    assert answer.headers["content-type"].startswith("text/csv")
    (row,) = csv.DictReader(StringIO(answer.text))
    assert (row["building"], row["kind"], row["unit"]) == ("Robin_office_Ann", "night", "kWh")


def test_a_filter_that_means_nothing_is_refused_in_words(tenant: Tenant) -> None:
    answer = tenant.client().get("/findings", params={"kind": "ghosts"})
    assert answer.status_code == 422
    assert "means nothing" in answer.text


def test_before_the_first_analysis_the_page_offers_one(tenant: Tenant) -> None:
    text = tenant.client().get("/findings").text
    assert "Nothing has been analysed yet" in text
    assert "Analyse all buildings" in text


def test_a_stranger_finds_nothing(tenant: Tenant, other_tenant: Tenant, analysed: Analysed) -> None:
    building = analysed(tenant)
    event = night(tenant)
    stranger = other_tenant.client()
    assert stranger.get("/api/anomalies").json()["total"] == 0
    for path in (f"/api/anomalies/{event['id']}", f"/findings/{event['id']}", f"/findings/{event['id']}/load.json"):
        assert stranger.get(path).status_code == 404
    assert stranger.post(f"/api/anomalies/{event['id']}/status", json={"status": "open"}).status_code == 404
    assert stranger.post(f"/api/analysis/building/{building}").status_code == 404
    run = asked(tenant, building)
    for path in (f"building/{building}", *(f"runs/{run}{part}" for part in ("", "/events", "/result"))):
        assert stranger.get(f"/api/analysis/{path}").status_code == 404
    assert stranger.get(f"/findings?building={uuid4()}").status_code == 404
