"""Input that no column can hold is the caller's mistake, never ours."""

import pytest

from tests.web.conftest import Tenant


@pytest.mark.parametrize(
    "path", ["/api/buildings", "/api/recommendations", "/api/forecasting", "/buildings", "/search"]
)
def test_a_nul_character_is_refused(tenant: Tenant, path: str) -> None:
    answer = tenant.client().get(path, params={"search": "\x00", "q": "\x00"})
    assert answer.status_code == 422
    assert "NUL" in answer.text


@pytest.mark.parametrize("day", ["0001-01-01", "9999-12-31"])
@pytest.mark.parametrize("name", ["start", "end"])
def test_a_report_of_an_impossible_day_is_refused(tenant: Tenant, name: str, day: str) -> None:
    client = tenant.client()
    client.post("/api/sites", json={"name": "Robin", "time_zone": "Europe/London"})
    answer = client.get("/api/reports/portfolio.csv", params={name: day})
    assert answer.status_code == 422
    assert "not a day that readings can have" in answer.text


def test_brackets_without_end_are_refused(tenant: Tenant) -> None:
    answer = tenant.client().post("/api/sites", content=b"[" * 100_000, headers={"content-type": "application/json"})
    assert answer.status_code == 400
    assert "nested too deeply" in answer.text
