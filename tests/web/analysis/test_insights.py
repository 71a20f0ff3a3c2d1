"""Specification of the analyst's pages: benchmark, correlations, end uses, peaks; as pages, JSON, CSV and Parquet."""

import asyncio
import re
from io import BytesIO
from uuid import UUID

import polars as pl
import pytest

from eaio.analysis import service
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, SiteDraft
from eaio.infra.db import Connection, Database
from eaio.infra.identity import Role
from tests.web.analysis.conftest import Analysed
from tests.web.conftest import Committed, Tenant

VIEWS = ("benchmark", "correlations", "end-uses", "peaks")
FILES = (
    "/buildings/{id}/correlations", "/buildings/{id}/correlations/matrix", "/buildings/{id}/end-uses",
    "/buildings/{id}/end-uses/electricity/months", "/buildings/{id}/peaks", "/buildings/{id}/peaks/electricity/days",
    "/buildings/{id}/peers", "/buildings/{id}/indicators", "/peaks", "/peaks/drivers", "/benchmarks",
)  # fmt: skip
CHARTS = ("/buildings/{id}/end-uses/electricity/months", "/buildings/{id}/peaks/electricity/days", "/peaks/drivers")


@pytest.fixture
def kept(tenant: Tenant, analysed: Analysed, database_url: str) -> UUID:
    """A building of the tenant after an analysis of everything."""
    building = analysed(tenant)

    async def work() -> None:
        pool = Database(database_url, 1, 2)
        await pool.open()
        await service.analyze_organisation(pool, tenant.organisation, author="tester")
        await pool.close()

    asyncio.run(work())
    return building


@pytest.fixture
def bare(tenant: Tenant, committed: Committed) -> UUID:
    """A building without meters."""

    async def work(conn: Connection) -> UUID:
        await buildings.upsert_sites(
            conn, tenant.organisation, [SiteDraft(name="Robin", time_zone="UTC", country="GB")]
        )
        made = await buildings.upsert_buildings(conn, tenant.organisation, [BuildingDraft(name="Bare", site="Robin")])
        return made["Bare"]

    return committed(work)


@pytest.mark.parametrize("view", VIEWS)
def test_a_building_without_an_analysis_says_so_and_offers_one(tenant: Tenant, bare: UUID, view: str) -> None:
    page = tenant.client().get(f"/buildings/{bare}/{view}")
    assert page.status_code == 200
    assert "not been analysed yet" in page.text
    assert f"/buildings/{bare}/analyse?view={view}" in page.text
    assert "Analyse this building" not in tenant.client(Role.EXECUTIVE).get(f"/buildings/{bare}/{view}").text


def test_asking_for_an_analysis_of_a_building_without_readings_says_what_is_missing(tenant: Tenant, bare: UUID) -> None:
    answer = tenant.client().post(f"/buildings/{bare}/analyse?view=peaks")
    assert answer.status_code == 422
    assert "no readings to analyse yet" in answer.text


def test_the_portfolio_pages_before_an_analysis_offer_one(tenant: Tenant) -> None:
    for path in ("/benchmarks", "/peaks"):
        page = tenant.client().get(path)
        assert page.status_code == 200
        assert "Analyse all buildings" in page.text
        assert "Analyse all buildings" not in tenant.client(Role.EXECUTIVE).get(path).text
    assert "No building yet" in tenant.client().get("/correlations").text


def test_every_page_shows_the_figures_and_no_not_a_number(tenant: Tenant, kept: UUID) -> None:
    client = tenant.client()
    expected = {
        f"/buildings/{kept}/benchmark": "What the efficiency score is made of",
        f"/buildings/{kept}/correlations": "Nothing to compare",
        f"/buildings/{kept}/end-uses": "Follows the schedule",
        f"/buildings/{kept}/peaks": "Without the highest hours",
        "/benchmarks": f"/buildings/{kept}/benchmark",
        "/correlations": f"/buildings/{kept}/correlations",
        "/peaks": f"/buildings/{kept}/peaks",
    }
    for path, words in expected.items():
        page = client.get(path)
        assert page.status_code == 200, path
        assert words in page.text, path
        assert not re.search(r">[^<]*\b(nan|inf|none)\b", page.text, re.IGNORECASE), path


@pytest.mark.parametrize("address", FILES)
def test_every_table_and_chart_is_the_same_in_csv_and_parquet(tenant: Tenant, kept: UUID, address: str) -> None:
    client = tenant.client()
    path = address.format(id=kept)
    text, binary = client.get(f"{path}.csv"), client.get(f"{path}.parquet")
    assert (text.status_code, binary.status_code) == (200, 200)
    frame = pl.read_parquet(BytesIO(binary.content))
    plain = pl.read_csv(BytesIO(text.content), infer_schema=False)
    assert plain.columns == frame.columns
    assert plain.height == frame.height


@pytest.mark.parametrize("address", CHARTS)
def test_a_chart_says_from_which_data_days_and_coverage_it_is_drawn(tenant: Tenant, kept: UUID, address: str) -> None:
    about = tenant.client().get(f"{address.format(id=kept)}.json").json()["about"]
    assert "2016" in about
    assert "times in" in about
    assert re.search(r"[\d,]+ of [\d,]+ (hours present|days have every hour|buildings known)", about)


def test_the_api_answers_with_what_the_pages_show(tenant: Tenant, kept: UUID) -> None:
    client = tenant.client()
    base = f"/api/analysis/building/{kept}"
    assert client.get(f"{base}/correlations").json()["refusals"][0].startswith("No weather is known")
    parts = client.get(f"{base}/end-uses").json()["splits"][0]["parts"]
    assert sum(part["share"] for part in parts) == pytest.approx(1.0)
    assert client.get(f"{base}/peaks").json()["peaks"][0]["hours"] > 8_000
    assert client.get("/api/analysis/portfolio/peak").json()["buildings"] == 1
    assert client.get("/api/analysis/portfolio/scores").json()["buildings"][0]["building_id"] == str(kept)


def test_a_peer_is_put_in_and_taken_back_on_the_page(tenant: Tenant, kept: UUID, analysed: Analysed) -> None:
    other = analysed(tenant, "Robin_office_Ben")
    client = tenant.client()
    path = f"/buildings/{kept}/peers"
    out = {"peer": "Robin_office_Ben", "include": "no", "reason": "being rebuilt"}
    assert client.post(path, data=out).status_code == 303
    page = client.get(f"/buildings/{kept}/benchmark").text
    assert "Robin office Ben kept out by" in page
    assert f"/buildings/{other}/benchmark" not in page
    (choice,) = client.get(f"/api/analysis/building/{kept}/benchmark").json()["choices"]
    assert client.post(f"{path}/{choice['id']}/undone").status_code == 303
    assert f"/buildings/{other}/benchmark" in client.get(f"/buildings/{kept}/benchmark").text


@pytest.mark.parametrize(
    ("form", "words"),
    [
        ({"peer": "Nowhere", "include": "yes", "reason": "why not"}, "There is no building called"),
        ({"peer": "Robin_office_Ann", "include": "yes", "reason": "x"}, "Say why, in a few words"),
        ({"peer": "Robin_office_Ann", "include": "yes", "reason": "itself"}, "not its own peer"),
        ({}, "There is no building called"),
    ],
)
def test_a_wrong_peer_is_refused_beside_the_form_with_what_was_typed(
    tenant: Tenant, kept: UUID, form: dict[str, str], words: str
) -> None:
    answer = tenant.client().post(f"/buildings/{kept}/peers", data=form)
    assert answer.status_code == 422
    assert words in answer.text
    assert form.get("peer", "") in answer.text


def test_an_executive_may_look_but_not_decide(tenant: Tenant, kept: UUID) -> None:
    client = tenant.client(Role.EXECUTIVE)
    page = client.get(f"/buildings/{kept}/benchmark").text
    assert "Put a building in" not in page
    form = {"peer": "Robin_office_Ann", "include": "no", "reason": "why not"}
    assert client.post(f"/buildings/{kept}/peers", data=form).status_code == 403
    assert client.post(f"/buildings/{kept}/analyse").status_code == 403


def test_a_stranger_finds_nothing_of_it(tenant: Tenant, other_tenant: Tenant, kept: UUID) -> None:
    client = other_tenant.client()
    paths = [f"/buildings/{kept}/{view}" for view in VIEWS]
    paths += [f"{address.format(id=kept)}.csv" for address in FILES if "{id}" in address]
    paths += [f"/api/analysis/building/{kept}/{name}" for name in ("correlations", "end-uses", "peaks")]
    assert {path: client.get(path).status_code for path in paths} == dict.fromkeys(paths, 404)
    assert client.post(f"/buildings/{kept}/analyse").status_code == 404
    assert client.get("/peaks.csv").status_code == 422


def test_a_carrier_that_is_not_there_is_not_found(tenant: Tenant, kept: UUID) -> None:
    assert tenant.client().get(f"/buildings/{kept}/end-uses/gas/months.json").status_code == 404
    assert tenant.client().get(f"/buildings/{kept}/peaks/nothing/days.csv").status_code == 404
