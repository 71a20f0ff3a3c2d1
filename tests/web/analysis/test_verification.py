"""Studies of savings over HTTP: who may write, what is refused and how, and that nothing crosses organisations."""

from typing import Any
from uuid import uuid4

import pytest

from eaio.infra.identity import Role
from tests.db.analysis.verified_meter import meter_with
from tests.web.conftest import Committed, Tenant

STUDIES = "/api/verification/studies"
BODY: dict[str, Any] = {
    "name": "New chillers",
    "baseline": {"first": "2016-01-01", "last": "2016-12-31"},
    "reporting_first": "2017-01-01",
    "method": "change-point",
}
EVENT = {"first": "2017-06-05", "last": "2017-06-18", "reason": "Closed after the flood"}


@pytest.fixture
def meter(tenant: Tenant, committed: Committed) -> str:
    return str(committed(lambda conn: meter_with(conn, tenant.organisation)).id)


def test_an_analyst_sets_up_a_study_declares_and_undoes_an_event_and_others_read(tenant: Tenant, meter: str) -> None:
    analyst, executive = tenant.client(Role.ENERGY_ANALYST), tenant.client(Role.EXECUTIVE)
    made = analyst.post(STUDIES, json={**BODY, "meter_id": meter})
    assert made.status_code == 201, made.text
    here = f"{STUDIES}/{made.json()['id']}"
    found = executive.get(here)
    assert found.status_code == 200
    assert "NaN" not in found.text
    assert found.json()["result"]["savings"]["fraction"] == pytest.approx(0.10, abs=0.01)
    event = analyst.post(f"{here}/events", json=EVENT)
    assert event.status_code == 201, event.text
    assert executive.get(here).json()["result"]["savings"]["reporting_points"] == 365 - 14
    assert analyst.delete(f"{here}/events/{event.json()['id']}").status_code == 204
    assert executive.get(here).json()["events"][0]["undone_by"]
    for answer in (
        executive.post(STUDIES, json={**BODY, "meter_id": meter}),
        executive.post(f"{here}/events", json=EVENT),
        executive.post(f"{here}/archived"),
        executive.post(f"{here}/baseline"),
        executive.patch(here, json=BODY),
    ):
        assert answer.status_code == 403


def test_periods_that_overlap_are_refused_in_words(tenant: Tenant, meter: str) -> None:
    wrong = {**BODY, "meter_id": meter, "reporting_first": "2016-06-01"}
    answer = tenant.client().post(STUDIES, json=wrong)
    assert answer.status_code == 422
    assert answer.json()["code"] == "wrong-periods"
    assert "overlap" in answer.json()["detail"]
    assert tenant.client().get(STUDIES).json() == []


@pytest.mark.parametrize(
    "body",
    [
        {"baseline": {"first": "2016-12-31", "last": "2016-01-01"}},
        {"confidence": 1.5},
        {"method": "astrology"},
        {"reporting_first": "tomorrow"},
        {"name": ""},
    ],
)
def test_a_malformed_study_is_refused_and_not_kept(tenant: Tenant, meter: str, body: dict[str, Any]) -> None:
    answer = tenant.client().post(STUDIES, json={**BODY, "meter_id": meter, **body})
    assert answer.status_code in {400, 422}, answer.text
    assert tenant.client().get(STUDIES).json() == []


def test_a_period_without_readings_is_a_typed_refusal_with_a_remedy(tenant: Tenant, meter: str) -> None:
    late = {**BODY, "meter_id": meter, "reporting_first": "2019-01-01", "reporting_last": "2019-12-31"}
    made = tenant.client().post(STUDIES, json=late).json()
    answer = tenant.client().get(f"{STUDIES}/{made['id']}")
    assert answer.status_code == 422
    assert answer.json()["code"] == "insufficient-data"
    assert answer.json()["fields"]["reason"] == "no-use"
    assert "import readings" in answer.json()["fields"]["remedy"]


def test_another_organisation_finds_neither_study_nor_meter(tenant: Tenant, other_tenant: Tenant, meter: str) -> None:
    made = tenant.client().post(STUDIES, json={**BODY, "meter_id": meter}).json()
    stranger = other_tenant.client()
    assert stranger.get(f"{STUDIES}/{made['id']}").status_code == 404
    assert stranger.post(STUDIES, json={**BODY, "meter_id": meter}).status_code == 404
    assert stranger.get(f"/api/analysis/meter/{meter}/baseline").status_code == 404
    assert stranger.get(f"/api/analysis/meter/{meter}/degree-days").status_code == 404
    assert stranger.get(STUDIES).json() == []
    assert tenant.client().get(f"{STUDIES}/{uuid4()}").status_code == 404


def test_a_meter_shows_its_baseline_degree_days_and_normalised_use(tenant: Tenant, committed: Committed) -> None:
    meter = committed(lambda conn: meter_with(conn, tenant.organisation))
    reader = tenant.client(Role.EXECUTIVE)
    baseline = reader.get(f"/api/analysis/meter/{meter.id}/baseline", params={"last": "2016-12-31"}).json()
    assert baseline["fitted"]["rivals"]
    assert len(baseline["points"]) > 300
    degrees = reader.get(f"/api/analysis/meter/{meter.id}/degree-days", params={"cooling_base": 15}).json()
    assert degrees["per_cdd"] == pytest.approx(3 * 24 * 0.9, rel=0.15)
    (use,) = reader.get(f"/api/analysis/building/{meter.building_id}/normalised").json()
    assert use["normalised"]["annual"] > 0
