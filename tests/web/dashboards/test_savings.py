"""Studies of savings as pages: set up by a form, shown, refused in words, exported, and nobody else's."""

import csv
import re
from io import BytesIO, StringIO
from typing import Any

import numpy as np
import polars as pl
import pytest

from eaio.infra.identity import Role
from tests.db.analysis.verified_meter import HOURS, meter_with, use
from tests.web.conftest import Committed, Tenant

FORM = {
    "name": "New chillers",
    "baseline_first": "2016-01-01",
    "baseline_last": "2016-12-31",
    "reporting_first": "2017-01-01",
    "way": "change-point daily",
    "confidence": "90",
}
EVENT = {"first": "2017-06-05", "last": "2017-06-18", "treatment": "exclude", "reason": "Closed after the flood"}


@pytest.fixture
def meter(tenant: Tenant, committed: Committed) -> str:
    return str(committed(lambda conn: meter_with(conn, tenant.organisation)).id)


def main(html: str) -> str:
    """The words of a page's own part."""
    return re.sub(r"<[^>]*>", " ", html[html.index("<main") : html.index("</main>")])


def _dollars(text: str) -> float:
    return float(text.replace("$", "").replace(",", ""))


def made(tenant: Tenant, meter: str, **more: str) -> str:
    answer = tenant.client(Role.ENERGY_ANALYST).post("/savings/new", data={**FORM, "meter": meter, **more})
    assert answer.status_code == 303, answer.text[:2000]
    return answer.headers["location"]


def test_the_form_offers_the_meters_of_a_building_and_periods_that_its_readings_carry(
    tenant: Tenant, meter: str
) -> None:
    analyst = tenant.client(Role.ENERGY_ANALYST)
    assert "Set up the first one" in analyst.get("/savings").text
    part = analyst.get("/savings/new/meters", params={"building": "Robin_office_Ann"}).text
    assert meter in part
    assert 'value="2017-01-01"' in part
    assert 'value="2016-12-31"' in part
    assert f'<option value="{meter}" selected>' in analyst.get("/savings/new", params={"meter": meter}).text
    assert tenant.client(Role.EXECUTIVE).get("/savings/new").status_code == 403


def test_a_study_shows_verdict_model_fit_and_charts(tenant: Tenant, meter: str) -> None:
    here = made(tenant, meter)
    executive = tenant.client(Role.EXECUTIVE)
    shown = executive.get(here)
    assert shown.status_code == 200, shown.text[:2000]
    for words in ("Proven", "less used than expected (10", "CV(RMSE)", "Guideline 14", "SHA-256", "In a typical year"):
        assert words in shown.text, words
    assert not re.search(r"\b(nan|inf)\b", main(shown.text), re.IGNORECASE)
    assert f'action="{here}/events"' not in shown.text
    load = executive.get(f"{here}/use.json").json()
    assert len(load["load"]) == 366 + 365
    assert load["expected"][-1][2] is not None
    saved = executive.get(f"{here}/cumulative.json").json()["saved"]
    assert saved[-1][2] < saved[-1][1] < saved[-1][3]
    assert len(executive.get(f"{here}/residuals.json").json()["residuals"]) == 366 + 365
    listed = executive.get("/savings").text
    assert "saving clear" in listed
    assert "New chillers" in listed


def test_the_board_counts_what_is_proven(tenant: Tenant, meter: str) -> None:
    executive = tenant.client(Role.EXECUTIVE)
    assert "Savings verified" not in executive.get("/").text
    assert executive.get(made(tenant, meter)).status_code == 200
    board = main(executive.get("/").text)
    assert "Savings verified" in board
    assert "proven in 1 of 1 study" in board
    money = re.search(r"Savings verified\s+(\S+)", board)
    assert money
    assert executive.get(made(tenant, meter, name="The same again")).status_code == 200
    assert executive.get(made(tenant, meter, reporting_first="2017-07-01")).status_code == 200
    again = main(executive.get("/").text)
    assert "proven in 3 of 3 studies" in again
    newest = re.search(r"Savings verified\s+(\S+)", again)
    assert newest
    assert 0 < _dollars(newest[1]) < _dollars(money[1]), "the same days of a meter count once"


def test_the_points_of_a_study_add_up_to_its_result_in_both_forms(tenant: Tenant, meter: str) -> None:
    here = made(tenant, meter, way="towt hourly")
    analyst = tenant.client(Role.ENERGY_ANALYST)
    assert analyst.post(f"{here}/events", data=EVENT).status_code == 303
    answer = analyst.get(f"{here}/points.parquet")
    frame = pl.read_parquet(BytesIO(answer.content))
    assert frame.height == HOURS
    counted = frame.filter((pl.col("period") == "reporting") & pl.col("counted"))
    found = analyst.get(f"/api/verification/studies/{here.rpartition('/')[2]}").json()["result"]["savings"]
    assert counted.height == found["reporting_points"] == (365 - 14) * 24
    assert counted["actual_kWh"].sum() == pytest.approx(found["actual"])
    assert counted["counterfactual_kWh"].sum() == pytest.approx(found["counterfactual"])
    assert frame.filter(pl.col("flags") == "excluded").height == 14 * 24
    rows = list(csv.DictReader(StringIO(analyst.get(f"{here}/points.csv").text)))
    assert len(rows) == HOURS
    assert float(rows[0]["residual_kWh"]) == pytest.approx(frame["residual_kWh"][0])


def test_events_are_declared_undone_and_proposals_declined(tenant: Tenant, committed: Committed) -> None:
    values = use()
    values[9000:9720] *= 1.6
    meter = str(committed(lambda conn: meter_with(conn, tenant.organisation, values)).id)
    here = made(tenant, meter)
    analyst = tenant.client(Role.ENERGY_ANALYST)
    assert "Proposed by the software" in analyst.get(here).text
    proposed = analyst.get(f"/api/verification/studies/{here.rpartition('/')[2]}").json()["result"]["proposed"][0]
    declined = {**proposed["period"], "reason": "The new tenant is part of it", "decline": "yes"}
    assert analyst.post(f"{here}/events", data=declined).status_code == 303
    after = analyst.get(here).text
    assert "none: proposed and declined" in after
    assert "Proposed by the software" not in after
    assert analyst.post(f"{here}/events", data=EVENT).status_code == 303
    event = next(
        one
        for one in analyst.get(f"/api/verification/studies/{here.rpartition('/')[2]}/events").json()
        if one["undone_at"] is None
    )
    assert analyst.post(f"{here}/events/{event['id']}/undone").status_code == 303
    assert "none: undone" in analyst.get(here).text
    wrong = analyst.post(f"{here}/events", data={**EVENT, "first": "soon", "reason": ""})
    assert wrong.status_code == 422
    assert "not a date" in wrong.text
    assert "say in a few words" in wrong.text


def test_a_baseline_page_shows_model_rivals_degree_days_and_typical_year(tenant: Tenant, meter: str) -> None:
    reader = tenant.client(Role.EXECUTIVE)
    here, year = f"/meters/{meter}/baseline", {"last": "2016-12-31"}
    shown = reader.get(here, params=year).text
    for words in ("Why this model", "Compared models", "CV(RMSE)", "Use by degree day", "Formula"):
        assert words in shown, words
    assert not re.search(r"\b(nan|inf)\b", main(shown), re.IGNORECASE)
    drawn = reader.get(f"{here}.json", params={**year, "way": "change-point daily"}).json()
    assert len(drawn["days"]) == 365
    assert drawn["balance"][0][1].startswith("cooling above 1")
    typical = reader.get(f"{here}/typical", params=year).text
    assert "in a typical year" in typical
    assert len(reader.get(f"{here}.csv", params=year).text.splitlines()) == 366
    months = pl.read_parquet(BytesIO(reader.get(f"/meters/{meter}/degree-days.parquet", params=year).content))
    assert months["use"].sum() == pytest.approx(use()[24 : 366 * 24].sum(), rel=0.01)
    assert f'href="{here}"' in reader.get(f"/meters/{meter}").text


def test_a_baseline_page_says_what_is_missing_or_wrong(tenant: Tenant, committed: Committed) -> None:
    meter = committed(lambda conn: meter_with(conn, tenant.organisation, weather=False)).id
    reader = tenant.client()
    shown = reader.get(f"/meters/{meter}/baseline")
    assert shown.status_code == 200
    assert "has no outdoor temperature" in shown.text
    assert "Import the weather of the site" in shown.text
    assert reader.get(f"/meters/{meter}/baseline.json").status_code == 422
    for wrong in ({"last": "soon"}, {"way": "astrology"}, {"heating": "900"}, {"first": "2017-01-01"}):
        assert reader.get(f"/meters/{meter}/baseline.csv", params=wrong).status_code == 422 or "heating" in wrong


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"reporting_first": "2016-06-01"}, "overlap"),
        ({"reporting_first": "2014-01-01", "reporting_last": "2014-12-31"}, "lies before the baseline"),
        ({"baseline_last": "2015-01-01"}, "ends on 2015-01-01 before it begins"),
        ({"reporting_first": "soon"}, "not a date"),
        ({"name": " "}, "is needed"),
        ({"confidence": "150"}, "from 50 to 99"),
        ({"way": "astrology hourly"}, "no such model"),
        ({"meter": "x"}, "Choose a building"),
    ],
)
def test_a_form_that_contradicts_itself_comes_back_with_what_is_wrong(
    tenant: Tenant, meter: str, change: dict[str, str], words: str
) -> None:
    answer = tenant.client().post("/savings/new", data={**FORM, "meter": meter, **change})
    assert answer.status_code == 422
    assert words in answer.text
    assert 'value="2016-01-01"' in answer.text
    assert tenant.client().get("/api/verification/studies").json() == []


@pytest.mark.parametrize(
    ("values", "more", "form", "words"),
    [
        (use() * 0, {}, {}, "reads zero on all"),
        (np.full(HOURS, 40.0), {}, {}, "reads the same on all"),
        (use(), {"weather": False}, {}, "has no outdoor temperature"),
        (use(), {}, {"baseline_first": "2016-12-20"}, "needs 60 days"),
        (use(), {}, {"reporting_first": "2019-01-01", "reporting_last": "2019-12-31"}, "has no readings"),
    ],
    ids=["zeros", "constant", "no weather", "too little", "no readings"],
)
def test_data_that_carry_no_answer_are_refused_with_what_is_missing(
    tenant: Tenant, committed: Committed, values: Any, more: dict[str, Any], form: dict[str, str], words: str
) -> None:
    meter = str(committed(lambda conn: meter_with(conn, tenant.organisation, values, **more)).id)
    here = made(tenant, meter, **form)
    shown = tenant.client(Role.ENERGY_ANALYST).get(here)
    assert shown.status_code == 200
    assert "What is missing" in shown.text
    assert "What would help" in shown.text
    assert words in shown.text, shown.text[shown.text.index("What is missing") :][:800]
    assert "no result" in tenant.client().get("/savings").text
    assert tenant.client().get(f"{here}/points.csv").status_code == 422


def test_another_organisation_sees_no_study(tenant: Tenant, other_tenant: Tenant, meter: str) -> None:
    here = made(tenant, meter)
    stranger = other_tenant.client()
    for path in (here, f"{here}/edit", f"{here}/points.csv", f"{here}/use.json", f"/savings/new?meter={meter}"):
        assert stranger.get(path).status_code == 404, path
    assert "New chillers" not in stranger.get("/savings").text
    assert stranger.post("/savings/new", data={**FORM, "meter": meter}).status_code == 404
