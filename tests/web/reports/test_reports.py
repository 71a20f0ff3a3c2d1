"""Reports over real HTTP, on the page and on the command line."""

import csv
import json
from io import BytesIO, StringIO
from pathlib import Path
from uuid import UUID

import pypdf
import pytest
from typer.testing import CliRunner

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.infra.db import Connection
from eaio.infra.doctor import pango
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.analysis.conftest import AUTHOR, office_load
from tests.web.conftest import Committed, Tenant

needs_pango = pytest.mark.skipif(not pango().ok, reason=pango().finding)
PERIOD = {"start": "2016-02-01", "end": "2016-02-29"}


@pytest.fixture
def building(tenant: Tenant, committed: Committed) -> UUID:
    """Four weeks and more of readings of "Robin_office_Ann" of the tenant."""

    async def work(conn: Connection) -> UUID:
        owner = tenant.organisation
        await buildings.upsert_sites(conn, owner, [SiteDraft(name="Robin", time_zone="Europe/London", country="GB")])
        draft = BuildingDraft(name="Robin_office_Ann", site="Robin", primary_use="Office", area_m2=1_000)
        await buildings.upsert_buildings(conn, owner, [draft])
        meter = MeterDraft(building=draft.name, carrier=Carrier.ELECTRICITY, name="main")
        made = (await buildings.upsert_meters(conn, owner, [meter]))[draft.name, Carrier.ELECTRICITY, "main"]
        await metering.record_readings(conn, owner, {made.id: office_load(hours=10 * 168, nights=0)}, AUTHOR)
        return made.building_id

    return committed(work)


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text)))


@needs_pango
def test_the_pdf_of_a_building_carries_the_numbers_of_its_csv(tenant: Tenant, building: UUID) -> None:
    client = tenant.client()
    paper = client.get(f"/api/reports/building/{building}.pdf", params=PERIOD)
    assert paper.headers["content-type"] == "application/pdf"
    assert 'filename="energy-report-robin-office-ann-2016-02-01-2016-02-29.pdf"' in paper.headers["content-disposition"]
    table = client.get(f"/api/reports/building/{building}.csv", params={**PERIOD, "table": "use"})
    assert table.headers["content-type"].startswith("text/csv")
    (use,) = rows(table.text)
    assert (use["present"], use["expected"]) == ("696", "696")
    pages = pypdf.PdfReader(BytesIO(paper.content)).pages
    cover = " ".join(pages[0].extract_text().split())
    assert "Robin office Ann" in cover
    assert f"used {float(use['amount']) / 1000:.1f} MWh of energy at a cost of ${float(use['cost']):,.0f}" in cover
    assert f"Page {len(pages)} of {len(pages)}" in " ".join(pages[-1].extract_text().split())
    assert "Synthetic" not in cover, "these data are not"


def test_the_portfolio_as_csv_holds_every_table(tenant: Tenant, building: UUID) -> None:
    answer = tenant.client().get("/api/reports/portfolio.csv", params=PERIOD)
    found = rows(answer.text)
    assert {"key figures", "use", "months", "buildings", "assumptions"} <= {row["table"] for row in found}
    energy = [row["value"] for row in found if row["quantity"] in {"energy", "energy_kwh"}]
    assert len(energy) == 2
    assert energy[0] == energy[1], "one building is the whole portfolio"


def test_a_strangers_building_is_not_there(other_tenant: Tenant, building: UUID) -> None:
    client = other_tenant.client()
    for ending in ("pdf", "csv"):
        answer = client.get(f"/api/reports/building/{building}.{ending}")
        assert (answer.status_code, answer.json()["code"]) == (404, "not-found")
    assert client.get(f"/buildings/{building}/report.pdf").status_code == 404


@pytest.mark.parametrize(
    ("path", "params", "status"),
    [
        ("/api/reports/building/{}.csv", {"start": "2016-03-01", "end": "2016-02-01"}, 422),
        ("/api/reports/building/{}.csv", {"start": "2030-01-01", "end": "2030-02-01"}, 422),
        ("/api/reports/building/{}.csv", {"start": "yesterday"}, 400),
        ("/api/reports/building/{}.csv", {"table": "secrets"}, 400),
        ("/api/reports/building/{}.docx", {}, 404),
        ("/api/reports/building/nonsense", {}, 404),
    ],
)
def test_what_cannot_be_reported_is_refused(
    tenant: Tenant, building: UUID, path: str, params: dict[str, str], status: int
) -> None:
    answer = tenant.client().get(path.format(building), params=params)
    assert answer.status_code == status
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["detail"]


def test_the_page_offers_buildings_and_periods_with_readings(tenant: Tenant, building: UUID) -> None:
    text = tenant.client().get("/reports", params={"building": str(building)}).text
    assert '<option value="Robin_office_Ann">' in text
    assert 'value="Robin_office_Ann"' in text
    assert "/reports?building=Robin_office_Ann&amp;start=2016-02-01&amp;end=2016-02-29" in text


def test_the_form_makes_the_file_or_says_what_is_wrong(tenant: Tenant, building: UUID) -> None:
    client = tenant.client()
    asked = {"subject": "building", "building": "Robin_office_Ann", "format": "csv", "table": "use", **PERIOD}
    made = client.get("/reports/download", params=asked)
    assert rows(made.text)[0]["building"] == "Robin office Ann"
    wrong = client.get("/reports/download", params={**asked, "building": "Robin_office_Nobody"})
    assert wrong.status_code == 404
    assert "There is no building called" in wrong.text
    assert 'value="2016-02-29"' in wrong.text, "what was typed is kept"
    late = client.get("/reports/download", params={**asked, "start": "2030-01-01", "end": ""})
    assert late.status_code == 422


def test_a_tenant_without_readings_is_shown_the_way(tenant: Tenant) -> None:
    text = tenant.client().get("/reports").text
    assert "No readings yet" in text
    assert 'href="/imports"' in text


def test_the_command_writes_the_file_and_prints_its_numbers(
    tenant: Tenant, building: UUID, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from eaio.cli.main import app

    monkeypatch.setenv("EAIO_DATABASE_URL", database_url)
    monkeypatch.setenv("EAIO_HOME", str(tmp_path))
    name = tenant.client().get("/api/reports/portfolio.csv", params=PERIOD).headers["content-disposition"]
    organisation = name.split("energy-report-")[1].split("-2016")[0]
    output = tmp_path / "use.csv"
    command = ["report", "--building", "Robin_office_Ann", "--format", "csv", "--table", "use", "--json"]
    command += ["--start", "2016-02-01", "--end", "2016-02-29", "--output", str(output), "--organisation", organisation]
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 0, done.output
    said = json.loads(done.stdout)
    assert said["energy_kwh"] == pytest.approx(float(rows(output.read_text())[0]["amount"]))
    assert (said["share_present"], said["end"]) == (1.0, "2016-02-29")
