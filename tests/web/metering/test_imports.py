"""Specification of imports over HTTP: upload, look, import, report."""

import gzip
import io
import re
import time
import zipfile
from typing import Any

import httpx

from eaio.infra.identity import Role
from tests.db.metering.imports import ELECTRICITY, METADATA
from tests.web.conftest import Tenant
from tests.web.metering.conftest import UPLOAD_LIMIT

GOOD = "timestamp,Hall (kWh)\n" + "".join(f"2024-01-01 {hour:02}:00,{hour}\n" for hour in range(24))
SITE = {"site": "Campus", "time_zone": "Europe/London"}


def send(client: httpx.Client, content: bytes | str, name: str = "readings.csv", **fields: str) -> httpx.Response:
    dry_run = fields.pop("dry_run", "false")
    return client.post(f"/api/imports?dry_run={dry_run}", files={"file": (name, content)}, data=fields)


def settled(client: httpx.Client, import_id: str) -> dict[str, Any]:
    """The import once its worker is done with it."""
    deadline = time.monotonic() + 20
    while True:
        record = client.get(f"/api/imports/{import_id}").json()
        if record["status"] in {"done", "failed"} or record["report"]:
            return record
        assert time.monotonic() < deadline, f"the import did not end: {record}"
        time.sleep(0.05)


def identity(answer: httpx.Response) -> str:
    assert answer.status_code == 202, answer.text
    return answer.json()["id"]


def test_an_upload_is_imported_and_reported(tenant: Tenant) -> None:
    client = tenant.client()
    record = settled(client, identity(send(client, GOOD, **SITE)))
    assert record["status"] == "done"
    assert record["report"]["readings_kept"] == 24
    assert [found["id"] for found in client.get("/api/imports").json()] == [record["id"]]
    quality = client.get("/api/data-quality").json()
    assert [(meter["meter"], meter["share"], meter["readings"]) for meter in quality] == [("Hall (kWh)", 1.0, 24)]


def test_a_dry_run_writes_nothing(tenant: Tenant) -> None:
    client = tenant.client()
    record = settled(client, identity(send(client, GOOD, dry_run="true", **SITE)))
    assert (record["status"], record["report"]["readings_kept"]) == ("waiting", 24)
    assert client.get("/api/buildings").json()["total"] == 0


def test_a_zipped_bdg2_folder_is_imported(tenant: Tenant) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("bdg2/metadata/metadata.csv", METADATA)
        archive.writestr("bdg2/meters/raw/electricity.csv.gz", gzip.compress(ELECTRICITY.encode()))
    client = tenant.client()
    record = settled(client, identity(send(client, buffer.getvalue(), "bdg2.zip")))
    assert record["report"]["readings_kept"] == 6


def test_a_bad_file_fails_with_its_reason(tenant: Tenant) -> None:
    client = tenant.client()
    record = settled(client, identity(send(client, "Dately,kW\n2024-01-01,1\n")))
    assert record["status"] == "failed"
    assert "readings.csv, row 1" in record["error"]


def test_too_large_an_upload_is_refused(tenant: Tenant) -> None:
    answer = send(tenant.client(), b"x" * (UPLOAD_LIMIT + 2_000_000))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")
    answer = send(tenant.client(), b"x" * (UPLOAD_LIMIT + 1))
    assert (answer.status_code, answer.json()["code"]) == (413, "too-large")


def test_an_upload_without_a_file_or_with_a_wrong_option_is_refused(tenant: Tenant) -> None:
    client = tenant.client()
    answer = client.post("/api/imports", files={"other": ("a.csv", GOOD)})
    assert (answer.status_code, answer.json()["fields"]) == (422, {"file": "needed"})
    answer = send(client, GOOD, clock="cuckoo")
    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["clock"])


def test_a_file_name_cannot_lead_elsewhere(tenant: Tenant) -> None:
    client = tenant.client()
    record = settled(client, identity(send(client, GOOD, "../../etc/pass wd;rm.csv", **SITE)))
    assert (record["source"], record["status"]) == ("pass wd_rm.csv", "done")


def test_an_executive_may_look_but_not_import(tenant: Tenant) -> None:
    executive = tenant.client(Role.EXECUTIVE)
    assert send(executive, GOOD).status_code == 403
    assert executive.get("/imports").status_code == 200
    assert 'type="file"' not in executive.get("/imports").text


def test_imports_of_others_are_not_there(tenant: Tenant, other_tenant: Tenant) -> None:
    import_id = identity(send(tenant.client(), GOOD, **SITE))
    stranger = other_tenant.client()
    assert stranger.get(f"/api/imports/{import_id}").status_code == 404
    assert stranger.get(f"/imports/{import_id}").status_code == 404
    assert stranger.post(f"/imports/{import_id}/start").status_code == 404
    assert stranger.get("/api/imports").json() == []
    settled(tenant.client(), import_id)


def test_the_page_looks_first_and_imports_on_request(tenant: Tenant) -> None:
    client = tenant.client()
    sent = client.post("/imports", files={"file": ("readings.csv", GOOD)}, data={"clock": "auto"})
    assert sent.status_code == 303
    place = sent.headers["location"]
    assert settled(client, place.split("/")[2])["status"] == "failed"
    page = client.get(place).text
    assert "import with --site NAME" in page
    again = client.post(f"{place}/check", data=SITE)
    assert again.status_code == 303
    settled(client, place.split("/")[2])
    page = client.get(place).text
    assert "Nothing is imported yet" in page
    assert re.search(r"Import 24 readings", page)
    assert client.post(f"{place}/start").status_code == 303
    record = settled(client, place.split("/")[2])
    assert record["status"] == "done"
    assert "Would be" not in client.get(f"{place}/state").text
    assert client.post(f"{place}/start").status_code == 409
    assert client.post(f"{place}/check", data=SITE).status_code == 409


def test_the_data_quality_page_lists_the_emptiest_meter_first(tenant: Tenant) -> None:
    client = tenant.client()
    rows = GOOD.replace("Hall (kWh)", "Hall (kWh),Gas (kWh)").splitlines()
    text = "\n".join(
        row + ("" if place == 0 else ",1" if place in {1, 2, 24} else ",") for place, row in enumerate(rows)
    )
    settled(client, identity(send(client, text, **SITE)))
    page = client.get("/imports/coverage").text
    assert page.index("Gas (kWh)") < page.index("Hall (kWh)")
    assert "27 of 48" in page
    assert client.get("/imports/coverage?sort=-building&offset=0").status_code == 200
