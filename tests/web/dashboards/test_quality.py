"""Data quality over HTTP: the ranking, a meter's page, the numbers behind its chart, the files."""

import csv
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
