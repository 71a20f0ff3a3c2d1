"""A study's audit pack and its command line, over the real database."""

import json
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

import polars as pl
import pypdf
import pytest
from typer.testing import CliRunner, Result

from eaio.infra.doctor import pango
from eaio.infra.identity import Role
from tests.db.analysis.verified_meter import meter_with, use
from tests.web.conftest import Committed, Tenant

needs_pango = pytest.mark.skipif(not pango().ok, reason=pango().finding)
Verify = Callable[..., Result]
PERIODS = ["--baseline-from", "2016-01-01", "--baseline-to", "2016-12-31", "--reporting-from", "2017-01-01"]
METER = "Robin_office_Ann"


@pytest.fixture
def verify(tenant: Tenant, database_url: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Verify:
    """``eaio verify`` in the tenant's organisation."""
    from eaio.cli.main import app

    monkeypatch.setenv("EAIO_DATABASE_URL", database_url)
    monkeypatch.setenv("EAIO_HOME", str(tmp_path))
    name = tenant.client().get("/api/me").json()["organisation"]

    def run(*words: str) -> Result:
        return CliRunner().invoke(app, ["verify", *words, "--organisation", name])

    return run


@pytest.fixture
def meter(tenant: Tenant, committed: Committed) -> str:
    return str(committed(lambda conn: meter_with(conn, tenant.organisation)).id)


def test_a_study_is_set_up_shown_and_written_on_the_command_line(verify: Verify, meter: str, tmp_path: Path) -> None:
    made = verify("study", "new", "Chillers", "--meter", METER, *PERIODS, "--method", "towt", "--json")
    assert made.exit_code == 0, made.output
    found: dict[str, Any] = json.loads(made.stdout)
    assert found["verdict"]["grade"] == "proven"
    assert found["worth"]["money"] > 0
    shown = verify("study", "show", "Chillers").stdout
    for words in ("PROVEN", "less used than expected", "typical year", "SHA-256", "CV(RMSE)"):
        assert words in shown
    assert "Chillers" in verify("study", "list").stdout
    days = ("--first", "2017-06-05", "--last", "2017-06-18")
    declared = verify("study", "declare", "Chillers", *days, "--reason", "Closed after the flood", "--json")
    assert json.loads(declared.stdout)["study"]["result"]["savings"]["reporting_points"] == (365 - 14) * 24
    assert verify("study", "declare", "Chillers", *days, "--reason", "Again").exit_code == 1
    undone = verify("study", "undo", "Chillers", "--first", "2017-06-05", "--json")
    assert json.loads(undone.stdout)["study"]["events"][0]["undone_by"] == "operator on the command line"
    assert verify("study", "undo", "Chillers", "--first", "2017-06-05").exit_code == 1
    file = tmp_path / "points.parquet"
    written = verify("study", "report", "Chillers", "--format", "parquet", "--output", str(file))
    assert written.exit_code == 0, written.output
    counted = pl.read_parquet(file).filter((pl.col("period") == "reporting") & pl.col("counted"))
    assert counted["actual_kWh"].sum() == pytest.approx(found["study"]["result"]["savings"]["actual"])
    text = tmp_path / "points.csv"
    assert verify("study", "report", "Chillers", "--format", "csv", "--output", str(text)).exit_code == 0
    assert pl.read_csv(text).height == pl.read_parquet(file).height


def test_a_baseline_on_the_command_line_names_its_rivals(verify: Verify, meter: str) -> None:
    found = verify("baseline", f"{METER}/electricity/main", "--last", "2016-12-31")
    assert found.exit_code == 0, found.output
    assert "why" in found.stdout
    assert "rival" in found.stdout
    one = verify("baseline", meter, "--method", "caltrack", "--last", "2016-12-31", "--json")
    assert json.loads(one.stdout)["fitted"]["model"]["method"] == "caltrack"


def test_the_command_line_tells_wrong_input_from_data_that_do_not_suffice(
    verify: Verify, tenant: Tenant, committed: Committed
) -> None:
    committed(lambda conn: meter_with(conn, tenant.organisation, use() * 0))
    refused = verify("study", "new", "Zeros", "--meter", METER, *PERIODS, "--json")
    assert refused.exit_code == 3, refused.output
    assert json.loads(refused.stdout)["reason"] == "all-zero"
    assert "reads zero" in verify("study", "list").stdout
    assert verify("baseline", METER).exit_code == 3
    overlapping = [*PERIODS[:-1], "2016-06-01"]
    wrong = verify("study", "new", "Overlap", "--meter", METER, *overlapping)
    assert wrong.exit_code == 1
    assert "overlap" in str(wrong.exception)
    for words in (("study", "show", "Nothing"), ("baseline", "Nowhere"), ("baseline", f"{METER}/gas")):
        assert verify(*words).exit_code == 1
    assert "Overlap" not in verify("study", "list").stdout


@needs_pango
def test_the_audit_pack_holds_result_data_model_events_methods_and_versions(tenant: Tenant, meter: str) -> None:
    analyst = tenant.client(Role.ENERGY_ANALYST)
    body = {
        "meter_id": meter,
        "name": "New <chillers>",
        "baseline": {"first": "2016-01-01", "last": "2016-12-31"},
        "reporting_first": "2017-01-01",
        "method": "towt",
    }
    study = analyst.post("/api/verification/studies", json=body).json()["id"]
    event = {"first": "2017-06-05", "last": "2017-06-18", "reason": "Closed after the flood"}
    assert analyst.post(f"/api/verification/studies/{study}/events", json=event).status_code == 201
    result = analyst.get(f"/api/verification/studies/{study}").json()["result"]
    assert f'href="/savings/{study}/audit.pdf"' in analyst.get(f"/savings/{study}").text
    answer = analyst.get(f"/api/verification/studies/{study}/audit.pdf")
    assert answer.status_code == 200, answer.text[:500]
    assert answer.headers["content-type"] == "application/pdf"
    pages = [" ".join(page.extract_text().split()) for page in pypdf.PdfReader(BytesIO(answer.content)).pages]
    text = " ".join(pages)
    for words in (
        "New <chillers>",
        "less used than expected",
        "Closed after the flood",
        "Levels of the hours of the week",
        "IPMVP option C",
        "Methods, sources and versions",
        f"Page 1 of {len(pages)}",
    ):
        assert words in text, words
    assert result["baseline"]["data"]["sha256"][:40] in text.replace(" ", "")
    assert "nan" not in text.split()


def test_another_organisation_gets_no_audit_pack(tenant: Tenant, other_tenant: Tenant, meter: str) -> None:
    body = {"meter_id": meter, "name": "x", "baseline": {"first": "2016-01-01", "last": "2016-12-31"}}
    made = tenant.client().post("/api/verification/studies", json={**body, "reporting_first": "2017-01-01"}).json()
    stranger = other_tenant.client()
    here = f"/api/verification/studies/{made['id']}"
    for path in ("audit.pdf", "points.csv", "points.parquet", "worth"):
        assert stranger.get(f"{here}/{path}").status_code == 404
    assert stranger.get(f"/savings/{made['id']}/audit.pdf").status_code == 404
