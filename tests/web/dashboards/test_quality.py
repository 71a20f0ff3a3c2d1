"""Data quality over HTTP: the ranking, a meter's page, the numbers behind its chart, the files."""

import csv
import re
from io import BytesIO, StringIO

import polars as pl
import pytest

from eaio.infra.identity import Role
from eaio.metering import service as metering
from tests.web.conftest import Committed, Tenant
from tests.web.dashboards.conftest import Campus


@pytest.fixture
def checked(campus: Campus, committed: Committed) -> Campus:
    """The campus with its office's meter checked."""
    committed(lambda conn: metering.check_meter(conn, campus.tenant.organisation, campus.power))
    return campus


def test_the_ranking_names_score_points_and_what_is_not_checked(checked: Campus) -> None:
    page = checked.get("/quality")
    assert "Robin office Ann" in page
    assert "not checked" in page
    assert "100.0" in page or "99." in page
    assert 'aria-current="page"' in page
    assert "Robin shed Bo" not in checked.get("/quality", carrier="gas")


def test_the_ranking_is_a_file_too(checked: Campus) -> None:
    rows = list(csv.DictReader(StringIO(checked.get("/quality/meters.csv"))))
    office = next(row for row in rows if row["score"])
    assert (office["building"], office["carrier"]) == ("Robin_office_Ann", "electricity")
    body = checked.tenant.client().get("/quality/meters.parquet").content
    assert pl.read_parquet(BytesIO(body)).height == len(rows)


def test_a_meter_shows_its_score_with_every_ingredient_and_its_issues(checked: Campus) -> None:
    page = checked.get(f"/meters/{checked.power}/quality")
    assert "of 100" in page
    assert "What takes points off" in page
    assert "unless the load rests at those hours every week" in page
    chart = checked.json(f"/meters/{checked.power}/quality.json")
    assert chart["load"]
    assert checked.get(f"/meters/{checked.power}/issues.csv").startswith("kind,start,end,readings")


def test_wrong_addresses_are_refused_with_the_field(checked: Campus) -> None:
    client = checked.tenant.client()
    for query, field in (("carrier=coal", "carrier"), ("sort=beauty", "sort"), ("site=7", "site")):
        answer = client.get(f"/quality?{query}", headers={"accept": "application/json"})
        assert answer.status_code == 422, query
        assert field in answer.text


def test_only_who_may_analyse_may_check_and_nobody_elses_meter(checked: Campus, other_tenant: Tenant) -> None:
    path = f"/meters/{checked.power}/quality/check"
    assert checked.tenant.client(Role.EXECUTIVE).post(path).status_code == 403
    assert checked.tenant.client(Role.ENERGY_ANALYST).post(path).status_code == 303
    assert other_tenant.client().post(path).status_code == 404
    assert other_tenant.client().get(f"/meters/{checked.power}/quality").status_code == 404
    assert "Robin" not in other_tenant.client().get("/quality").text


def test_corrections_are_proposed_looked_at_applied_and_undone_on_pages(campus: Campus, committed: Committed) -> None:
    analyst = campus.tenant.client(Role.ENERGY_ANALYST)
    listed = analyst.get("/api/quality/meters").json()["meters"]
    shed = next(one["meter_id"] for one in listed if one["building"] == "Robin_shed_Bo")
    analyst.post(f"/api/quality/meters/{shed}/check")
    assert analyst.post(f"/meters/{shed}/quality/proposals", data={}).status_code == 303
    made = analyst.get(f"/api/quality/proposals?meter={shed}&status=open").json()
    page = campus.get(f"/meters/{shed}/quality")
    assert page.index("Proposed corrections") < page.index("Issues"), "beside what they are about"
    detail = campus.get(f"/quality/proposals/{made[0]['id']}")
    assert "nothing has changed yet" in detail
    assert campus.json(f"/quality/proposals/{made[0]['id']}/chart.json")["expected"]
    assert campus.get(f"/quality/proposals/{made[0]['id']}/values.csv").startswith("time,counts_now,proposed")
    assert analyst.post(f"/quality/proposals/{made[0]['id']}/applied").status_code == 303
    (batch,) = analyst.get(f"/api/quality/batches?meter={shed}").json()
    assert batch["active"] == made[0]["readings"]
    assert "Undo" in campus.get(f"/meters/{shed}/ledger")
    rows = list(csv.DictReader(StringIO(campus.get(f"/meters/{shed}/ledger/entries.csv"))))
    assert len(rows) == batch["readings"]
    entry = rows[0]["entry"]
    assert analyst.post(f"/meters/{shed}/ledger/{entry}/undone").status_code == 303
    assert analyst.post(f"/meters/{shed}/ledger/batches/{batch['id']}/undone").status_code == 303
    (batch,) = analyst.get(f"/api/quality/batches?meter={shed}").json()
    assert batch["active"] == 0
    assert batch["undone_by"]


def test_who_may_not_correct_sees_no_button_and_bad_edits_are_explained(campus: Campus) -> None:
    manager = campus.tenant.client(Role.FACILITY_MANAGER)
    assert "Propose corrections</button>" not in campus.get(f"/meters/{campus.power}/quality", Role.FACILITY_MANAGER)
    path = f"/api/quality/meters/{campus.power}/edits"
    edit = {"reason": "read off the meter", "edits": [{"time": "2017-10-01T12:00:00+00:00", "value": 3}]}
    assert manager.post(path, json=edit).status_code == 403
    analyst = campus.tenant.client(Role.ENERGY_ANALYST)
    for wrong, said in (
        ({**edit, "edits": []}, "edits"),
        ({**edit, "reason": "x"}, "reason"),
        ({**edit, "edits": [{"time": "2017-10-01T12:00:00", "value": 3}]}, "offset"),
        ({**edit, "edits": [{"time": "2017-10-01T12:07:00+00:00", "value": 3}]}, "begins one every 60 minutes"),
        ({**edit, "edits": [{"time": "2019-10-01T12:00:00+00:00", "value": 3}]}, "outside the meter"),
    ):
        answer = analyst.post(path, json=wrong)
        assert answer.status_code in {400, 422}
        assert said in answer.text, answer.text


def test_totals_loads_and_files_can_be_seen_raw_and_say_how_much_is_estimated(campus: Campus) -> None:
    office = f"/buildings/{campus.office}"
    before = campus.get(office, period="7d")
    assert "estimated or edited" not in before
    edits = [{"time": f"2017-12-30T{hour:02}:00:00+00:00", "value": 5000} for hour in range(8)]
    path = f"/api/quality/meters/{campus.power}/edits"
    assert campus.tenant.client().post(path, json={"reason": "a test", "edits": edits}).status_code == 201
    validated, raw = campus.get(office, period="7d"), campus.get(office, period="7d", readings="raw")
    figure = re.compile(r'<span class="value">([0-9.]+)')
    assert float(figure.findall(validated)[0]) > 40 > float(figure.findall(raw)[0])
    assert figure.findall(raw)[0] == figure.findall(before)[0]
    assert "4.8 % estimated or edited" in validated
    assert "estimated or edited" not in raw
    assert "Raw readings: totals and loads leave out every correction" in raw
    assert 'readings=raw"' in validated
    load = campus.json(f"{office}/load.json", period="7d")["load"]
    unaltered = campus.json(f"{office}/load.json", period="7d", readings="raw")["load"]
    assert max(row[1] for row in load) == 5000
    assert max(row[1] for row in unaltered) < 100
    texts = (
        campus.get("/portfolio/buildings.csv", period="7d"),
        campus.get("/portfolio/buildings.csv", period="7d", readings="raw"),
    )
    files = [list(csv.DictReader(StringIO(text))) for text in texts]
    shown, unseen = ({row["building"]: row for row in file}["Robin_office_Ann"] for file in files)
    assert float(shown["use_kWh"]) > float(unseen["use_kWh"])
    assert float(unseen["estimated_share"]) == 0 < float(shown["estimated_share"])
    assert campus.tenant.client().get("/portfolio?readings=cooked").status_code == 422


def test_a_total_below_the_organisations_threshold_says_that_it_is_incomplete(campus: Campus) -> None:
    page = campus.get("/portfolio", period="30d")
    assert "Incomplete: under 90 % of its readings" in page
    form = {"name": "Robin Ltd", "currency": "USD", "coverage": "60"}
    assert campus.tenant.client().post("/settings", data=form).status_code == 303
    assert "Incomplete" not in campus.get("/portfolio", period="30d"), "2,016 of 2,880 readings are 70 %"
    for wrong in ("0", "101", "most"):
        assert campus.tenant.client().post("/settings", data={**form, "coverage": wrong}).status_code == 422
