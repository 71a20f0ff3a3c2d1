"""The composed pages over real HTTP: their numbers, their contexts, their borders."""

import csv
import re
from io import BytesIO, StringIO

import polars as pl
import pytest

from eaio.infra.identity import Role
from tests.web.conftest import Tenant
from tests.web.dashboards.conftest import Campus


def _figures(page: str) -> list[str]:
    """The large figures of a page, as they are read."""
    found = re.findall(r'<span class="value">(.*?)</span>\s*(?:<|$)', page, re.DOTALL)
    return [re.sub(r"<[^>]+>", " ", text).replace("  ", " ").strip() for text in found]


def test_the_portfolio_adds_up_bought_energy_and_says_what_is_missing(campus: Campus) -> None:
    page = campus.get("/portfolio", period="30d")
    office, shed = 30 * (10 * 20 + 14 * 10 + 24 * 2), 24 * 24
    assert _figures(page)[0] == f"{(office + shed) / 1000:.1f} MWh"
    assert "2,016 of 2,880 readings present" in page, "the empty house counts as missing"
    assert "Robin office Ann" in page
    assert "Robin shed Bo" in page


def test_the_ranking_sorts_filters_and_offers_a_file(campus: Campus) -> None:
    rows = re.compile(r'<th scope="row"><a href="/buildings/[^"]+">([^<]+)</a>')
    by_name = campus.get("/portfolio", sort="name", period="30d")
    assert rows.findall(by_name) == ["Robin house Cy", "Robin office Ann", "Robin shed Bo"]
    assert rows.findall(campus.get("/portfolio", sort="-energy", period="30d"))[0] == "Robin office Ann"
    assert rows.findall(campus.get("/portfolio", search="shed")) == ["Robin shed Bo"]
    assert rows.findall(campus.get("/portfolio", use="Office")) == ["Robin office Ann"]
    file = list(csv.DictReader(StringIO(campus.get("/portfolio/buildings.csv", period="30d", sort="-energy"))))
    assert float(file[0]["use_kWh"]) == pytest.approx(30 * 388)
    assert float(file[0]["kWh_per_m2_a_year"]) == pytest.approx(30 * 388 / 1000 * 365 / 30)


def test_the_building_page_shows_the_chosen_carrier_and_its_change(campus: Campus) -> None:
    page = campus.get(f"/buildings/{campus.office}", period="7d")
    assert _figures(page)[0] == "2.38 MWh"
    assert "168 of 168 readings present" in page
    assert "unchanged" in page
    assert "Times in America/New_York" in page
    gas = campus.get(f"/buildings/{campus.office}", period="7d", carrier="gas")
    assert _figures(gas)[0] == "336 kWh"


def test_a_period_that_cannot_be_compared_says_so(campus: Campus) -> None:
    assert "No comparison" in campus.get(f"/buildings/{campus.shed}", start="2017-12-08", end="2017-12-20")


def test_a_building_without_readings_offers_the_next_step(campus: Campus) -> None:
    page = campus.get(f"/buildings/{campus.empty}")
    assert "No readings yet" in page
    assert 'href="/imports"' in page


@pytest.mark.parametrize("tab", ["week", "days", "weather", "months", "actions", "peers", "quality"])
def test_every_view_is_a_fragment_and_a_page(campus: Campus, tab: str) -> None:
    fragment = campus.get(f"/buildings/{campus.office}/views/{tab}")
    assert "<html" not in fragment
    page = campus.get(f"/buildings/{campus.office}", tab=tab)
    assert f'id="tab-{tab}"' in page
    selected = re.search(r'id="tab-(\w+)"[^>]*aria-selected="true"', page)
    assert selected is not None
    assert selected.group(1) == tab


def test_an_unknown_view_is_not_found(campus: Campus) -> None:
    assert campus.tenant.client().get(f"/buildings/{campus.office}/views/pie").status_code == 404


@pytest.mark.parametrize("role", list(Role))
def test_every_role_has_a_first_page(campus: Campus, role: Role) -> None:
    titles = {Role.EXECUTIVE: "Board", Role.ENERGY_ANALYST: "Workbench"}
    assert f"<title>{titles.get(role, 'Today')}" in campus.get("/", role)


def test_the_board_leaves_unknown_savings_blank(campus: Campus) -> None:
    page = campus.get("/", Role.EXECUTIVE)
    assert "no measures found yet" in page
    assert "$0.00" not in re.findall(r"Savings identified</span>\s*<span class=\"value\">(.*?)</span>", page)[0]


def test_an_empty_organisation_is_led_to_the_import(tenant: Tenant) -> None:
    for role in Role:
        answer = tenant.client(role).get("/")
        assert answer.status_code == 200
        assert 'href="/imports"' in answer.text
    assert tenant.client().get("/portfolio").status_code == 200


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"start": "2017-02-30"}, "start"),
        ({"start": "2017-12-02", "end": "2017-12-01"}, "end"),
        ({"carrier": "coal"}, "carrier"),
        ({"period": "fortnight"}, "period"),
    ],
)
def test_an_address_that_means_nothing_names_its_field(campus: Campus, query: dict[str, str], field: str) -> None:
    answer = campus.tenant.client().get(f"/meters/{campus.power}/load.json", params=query)
    assert answer.status_code == 422
    assert field in answer.json()["fields"]


@pytest.mark.parametrize("table", ["/portfolio/buildings", "/buildings/{office}/load", "/meters/{power}/load"])
def test_a_table_is_the_same_in_both_kinds_of_file(campus: Campus, table: str) -> None:
    address = table.format(office=campus.office, power=campus.power)
    client = campus.tenant.client()
    text = pl.read_csv(BytesIO(client.get(f"{address}.csv", params={"period": "30d"}).content))
    answer = client.get(f"{address}.parquet", params={"period": "30d"})
    frame = pl.read_parquet(BytesIO(answer.content))
    assert answer.headers["content-type"] == "application/vnd.apache.parquet"
    assert frame.columns == text.columns
    assert frame.height == text.height > 0
    amounts = [name for name, kind in frame.schema.items() if kind == pl.Float64 and frame[name].count()]
    assert frame[amounts].sum().row(0) == pytest.approx(text[amounts].cast(pl.Float64).sum().row(0))


def test_a_stranger_sees_nothing(campus: Campus, other_tenant: Tenant) -> None:
    stranger = other_tenant.client()
    for path in (
        f"/buildings/{campus.office}", f"/meters/{campus.power}", f"/sites/{campus.site}",
        f"/meters/{campus.power}/load.json", f"/buildings/{campus.office}/load.csv",
        f"/buildings/{campus.office}/views/week", f"/sites/{campus.site}/buildings.csv",
    ):  # fmt: skip
        assert stranger.get(path).status_code == 404, path
    assert stranger.get("/search", params={"q": "robin"}).json() == []
    assert "Robin" not in stranger.get("/portfolio").text


def test_the_palette_finds_sites_and_buildings(campus: Campus) -> None:
    found = campus.tenant.client().get("/search", params={"q": "robin"}).json()
    assert {"Robin", "Robin office Ann", "Robin shed Bo", "Robin house Cy"} == {hit["title"] for hit in found}
    assert campus.tenant.client().get("/search").json() == []


def test_pages_can_be_walked_with_a_keyboard_and_a_screen_reader(campus: Campus) -> None:
    page = campus.get("/portfolio")
    assert '<a class="skip" href="#main">' in page
    assert page.count("<h1") == 1
    assert page.count('aria-current="page"') >= 2, "the rail and the breadcrumb say where one is"
    assert all("Show values" in figure for figure in re.findall(r"<figure.*?</figure>", page, re.DOTALL))
    buttons = re.findall(r"<button([^>]*)>(.*?)</button>", page, re.DOTALL)
    nameless = [tag for tag, inner in buttons if not re.sub(r"<[^>]+>", "", inner).strip() and "aria-label" not in tag]
    assert nameless == []
    labelled = set(re.findall(r'for="([^"]+)"', page))
    assert set(re.findall(r'<(?:input|select)(?![^>]*hidden)(?![^>]*aria-label)[^>]*id="([^"]+)"', page)) <= labelled


def _hits(campus: Campus, **query: str) -> list[str]:
    answer = campus.tenant.client().get("/search", params=query)
    assert answer.status_code == 200, answer.text[:300]
    return [hit["title"] for hit in answer.json()]


def test_the_palette_finds_a_building_by_the_words_people_read(campus: Campus) -> None:
    assert _hits(campus, q="office ann") == ["Robin office Ann"]
    assert _hits(campus, q="shed") == ["Robin shed Bo"]


def test_the_palette_lists_what_stands_beside_a_page_to_its_own_organisation_only(
    campus: Campus, other_tenant: Tenant
) -> None:
    assert _hits(campus, sites="true") == ["Robin"]
    assert len(_hits(campus, site=str(campus.site))) == 3
    assert _hits(campus, building=str(campus.office)) == ["main", "boiler"]
    for query in ({"sites": "true"}, {"site": str(campus.site)}):
        assert other_tenant.client().get("/search", params=query).json() == []
    assert other_tenant.client().get("/search", params={"building": str(campus.office)}).status_code in {200, 404}
    assert "main" not in other_tenant.client().get("/search", params={"building": str(campus.office)}).text


def test_an_address_that_leads_nowhere_answers_within_the_frame(campus: Campus) -> None:
    answer = campus.tenant.client().get(f"/buildings/{campus.site}", headers={"accept": "text/html"})
    assert answer.status_code == 404
    assert 'class="rail"' in answer.text
