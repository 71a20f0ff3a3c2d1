"""Specification of the parameters page and of feedback over HTTP."""

import re

import httpx
import pytest

from eaio.infra.identity import Role
from tests.web.analysis.conftest import Analysed
from tests.web.conftest import Tenant

HTMX = {"hx-request": "true"}


@pytest.fixture
def analyst(tenant: Tenant, analysed: Analysed) -> httpx.Client:
    analysed(tenant)
    return tenant.client(Role.ENERGY_ANALYST)


def meter_of(client: httpx.Client) -> str:
    return client.get("/api/meters").json()[0]["id"]


def finding_of(client: httpx.Client) -> str:
    return client.get("/api/anomalies").json()["items"][0]["id"]


def test_the_page_shows_every_parameter_and_the_table_of_versions(analyst: httpx.Client) -> None:
    shown = analyst.get("/parameters").text
    listed = analyst.get("/api/parameters").json()["parameters"]
    for one in listed:
        assert f'name="{one["name"]}"' in shown
    assert "What is built in" in shown
    assert '<nav class="tabs within" aria-label="Analysis">' in shown


def test_others_read_the_values_but_have_no_button_to_save(tenant: Tenant, analyst: httpx.Client) -> None:
    shown = tenant.client(Role.FACILITY_MANAGER).get("/parameters").text
    assert "Save as a new version" not in shown
    assert tenant.client(Role.FACILITY_MANAGER).post("/api/parameters", json={}).status_code in {400, 403}
    assert "Save as a new version" in analyst.get("/parameters").text


def test_the_sample_answers_within_two_seconds_with_before_and_after_and_its_chart(analyst: httpx.Client) -> None:
    asked = {"meter": meter_of(analyst), "threshold": "7.5"}
    answer = analyst.get("/parameters/sample", params=asked, headers=HTMX)
    assert answer.status_code == 200
    assert "-1 against 1 now" in answer.text
    assert "No longer told" in answer.text
    assert answer.elapsed.total_seconds() < 2
    (source,) = re.findall(r'data-src="([^"]+)"', answer.text)
    drawn = analyst.get(source.replace("&amp;", "&")).json()
    assert len(drawn["load"]) == 6 * 168
    assert len(drawn["before"]) == 1
    assert drawn["anomalies"] == []


@pytest.mark.parametrize(
    ("params", "said"),
    [
        ({"threshold": "99"}, "must lie between 1.5 and 8 sd"),
        ({"threshold": "much"}, "no numbers: threshold"),
        ({"leak_hours": "24.5"}, "whole number"),
        ({"meter": ""}, "names no meter"),
    ],
)
def test_a_wrong_value_is_named_in_place_of_the_effect(
    analyst: httpx.Client, params: dict[str, str], said: str
) -> None:
    asked = {"meter": meter_of(analyst), **params}
    answer = analyst.get("/parameters/sample", params=asked, headers=HTMX)
    assert answer.status_code < 500
    assert said in answer.text


def test_a_version_is_saved_used_and_left_again(analyst: httpx.Client) -> None:
    saved = analyst.post("/parameters", data={"threshold": "4.1", "note": "fewer nights", "activate": "true"})
    assert saved.status_code == 303
    assert saved.headers["location"] == "/parameters?version=1"
    shown = analyst.get("/parameters").text
    assert "Threshold 3.2 → 4.1" in shown
    assert "fewer nights" in shown
    assert analyst.get("/api/parameters/1").json()["active"] is True
    assert analyst.post("/parameters/0/activate").status_code == 303
    assert analyst.get("/api/parameters/0").json()["active"] is True
    compared = analyst.get("/parameters?version=1").text
    assert "version 0 is in use" in compared


def test_a_form_that_does_not_fit_comes_back_with_what_was_entered(analyst: httpx.Client) -> None:
    answer = analyst.post("/parameters", data={"threshold": "99", "note": "wild"})
    assert answer.status_code == 422
    assert "Nothing was saved" in answer.text
    assert 'value="99"' in answer.text
    assert 'value="wild"' in answer.text
    assert "Say in a few words" in analyst.post("/parameters", data={"threshold": "4"}).text
    assert [one["version"] for one in analyst.get("/api/parameters").json()["versions"]] == [0]


def test_a_finding_is_called_known_on_its_page_and_leaves_the_list_until_undone(analyst: httpx.Client) -> None:
    finding = finding_of(analyst)
    page = f"/findings/{finding}"
    assert analyst.post(f"{page}/feedback", data={"verdict": "known", "note": "cleaners"}).status_code == 303
    shown = analyst.get(page).text
    assert "called it known" in shown
    assert "cleaners" in shown
    assert finding not in analyst.get("/findings").text
    assert finding in analyst.get("/findings?status=silenced").text
    assert analyst.get("/api/anomalies?silenced=true").json()["items"][0]["verdict"] == "known"
    calibration = analyst.get("/parameters").text
    assert "1 were right" in calibration
    assert "cleaners" in calibration
    assert analyst.post(f"{page}/feedback", data={"verdict": ""}).status_code == 303
    assert finding in analyst.get("/findings").text


def test_feedback_over_the_api_is_kept_listed_and_undone_once(analyst: httpx.Client) -> None:
    address = f"/api/anomalies/{finding_of(analyst)}/feedback"
    assert analyst.post(address, json={"verdict": "maybe"}).status_code == 400
    assert analyst.post(address, json={"verdict": "false"}).json()["silenced_by"] is not None
    (kept,) = analyst.get("/api/anomalies/feedback").json()
    assert (kept["verdict"], kept["kind"]) == ("false", "night")
    assert analyst.get("/api/parameters/calibration").json()["organisation"]["tally"]["false"] == 1
    assert analyst.delete(address).json()["silenced_by"] is None
    assert analyst.delete(address).status_code == 404
    assert analyst.get("/api/anomalies/feedback").json() == []


def test_every_run_says_which_version_it_used(tenant: Tenant, analyst: httpx.Client) -> None:
    finding = finding_of(analyst)
    assert "parameter version 0" in analyst.get(f"/findings/{finding}").text
