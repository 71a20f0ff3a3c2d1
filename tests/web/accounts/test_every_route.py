"""Every route of the application as a stranger, as each role, and as another organisation."""

import re
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import uuid4

import httpx
import pytest

from eaio.accounts.authentication import OPEN
from eaio.analysis import service as analysis
from eaio.app import create_app
from eaio.infra.identity import PERMISSIONS, Action, Role
from eaio.settings import Settings
from tests.conftest import ROOT
from tests.web.conftest import Committed, Tenant
from tests.web.dashboards.conftest import Campus, build

SECRET = "Robin"
"""In the name of everything that the first organisation owns."""
NOTHING = str(uuid4())
"""An id that means nothing, for parameters that nobody made a thing for."""
SITE = {"name": "Robin_new", "time_zone": "UTC"}
BUILDING = {"name": "Robin_new", "site": "Robin"}
DATED = "2017-12-01"
EDIT, ANALYZE, DECIDE = Action.EDIT_BUILDINGS, Action.ANALYZE, Action.DECIDE
FIGURES, ADMINISTER, IMPORT, VERIFY = Action.EDIT_ASSUMPTIONS, Action.ADMINISTER, Action.IMPORT, Action.VERIFY
TUNE = Action.TUNE
CORRECT = Action.CORRECT
CORRECTED = {"reason": "Robin says so", "edits": [{"time": "2017-10-01T12:00:00+00:00", "value": 12.5}]}
FILE = {"files": {"file": ("Robin.csv", b"timestamp,Robin_office_Ann\n2017-01-01 00:00:00,1\n")}}
METER = {"building": "Robin_office_Ann", "carrier": "water", "name": "new"}
FIGURE = {"key": "price.electricity", "likely": 0.3, "source": "contract", "dated": DATED}
PEER = {"peer": NOTHING, "include": False, "reason": "another climate"}
STUDY = {
    "name": "Robin_study",
    "baseline": {"first": "2017-09-01", "last": "2017-10-31"},
    "reporting_first": "2017-11-01",
    "reporting_last": "2017-12-30",
}
STUDY_FORM = {"baseline_first": "2017-09-01", "baseline_last": "2017-10-31", "reporting_first": "2017-11-01"}
EVENT = {"first": "2017-11-10", "last": "2017-11-12", "treatment": "exclude", "reason": "Closed after the flood"}
PERSON = {"email": f"{uuid4()}@example.org", "name": "P", "password": "correct horse battery", "role": "executive"}

CHANGES: Mapping[str, tuple[Action | None, dict[str, Any]]] = {
    "POST /api/analysis/building/{building_id:uuid}": (ANALYZE, {}),
    "POST /api/analysis/building/{building_id:uuid}/peers": (ANALYZE, {"json": PEER}),
    "DELETE /api/analysis/building/{building_id:uuid}/peers/{choice_id:uuid}": (ANALYZE, {}),
    "POST /api/analysis/portfolio": (ANALYZE, {}),
    "POST /api/anomalies/{event_id:uuid}/feedback": (DECIDE, {"json": {"verdict": "real"}}),
    "DELETE /api/anomalies/{event_id:uuid}/feedback": (DECIDE, {}),
    "DELETE /api/anomalies/feedback/{feedback_id:uuid}": (DECIDE, {}),
    "POST /api/anomalies/{event_id:uuid}/shown": (DECIDE, {"json": {"shown": True}}),
    "POST /api/anomalies/{event_id:uuid}/status": (DECIDE, {"json": {"status": "acknowledged"}}),
    "PUT /api/assumptions": (FIGURES, {"json": FIGURE}),
    "DELETE /api/assumptions/{assumption:uuid}": (FIGURES, {}),
    "POST /api/buildings": (EDIT, {"json": BUILDING}),
    "PUT /api/buildings/{building_id:uuid}": (EDIT, {"json": BUILDING}),
    "PATCH /api/buildings/{building_id:uuid}": (EDIT, {"json": {"archived": False}}),
    "POST /api/chat/query": (None, {"json": {"question": "What did the portfolio use last month?"}}),
    "DELETE /api/chat/threads/{thread:uuid}": (None, {}),
    "POST /api/imports": (IMPORT, FILE),
    "POST /api/meters": (EDIT, {"json": METER}),
    "PUT /api/meters/{meter_id:uuid}": (EDIT, {"json": {"name": "Robin_meter"}}),
    "PATCH /api/meters/{meter_id:uuid}": (EDIT, {"json": {"archived": False}}),
    "POST /api/parameters": (TUNE, {"json": {"values": {"threshold": 3.5}, "note": "Robin_note"}}),
    "POST /api/parameters/try": (ANALYZE, {"json": {"meters": [NOTHING], "values": {}}}),
    "POST /api/parameters/{version:int}/activate": (TUNE, {}),
    "POST /api/portfolios": (EDIT, {"json": {"name": "Robin_group"}}),
    "PUT /api/portfolios/{portfolio_id:uuid}": (EDIT, {"json": {"name": "Robin_group_2"}}),
    "DELETE /api/portfolios/{portfolio_id:uuid}": (EDIT, {}),
    "POST /api/quality/batches/{batch_id:uuid}/undone": (CORRECT, {"json": {}}),
    "POST /api/quality/ledger/{edit_id:int}/undone": (CORRECT, {"json": {}}),
    "POST /api/quality/meters/{meter_id:uuid}/check": (ANALYZE, {}),
    "POST /api/quality/meters/{meter_id:uuid}/edits": (CORRECT, {"json": CORRECTED}),
    "POST /api/quality/meters/{meter_id:uuid}/proposals": (CORRECT, {"json": {}}),
    "POST /api/quality/proposals/{proposal_id:uuid}/applied": (CORRECT, {}),
    "POST /api/quality/proposals/{proposal_id:uuid}/rejected": (CORRECT, {}),
    "POST /api/recommendations/generate": (ANALYZE, {"json": {}}),
    "PATCH /api/recommendations/{id_:uuid}": (DECIDE, {"json": {"notes": "n"}}),
    "POST /api/sites": (EDIT, {"json": SITE}),
    "PUT /api/sites/{site_id:uuid}": (EDIT, {"json": {"name": "Robin", "time_zone": "America/New_York"}}),
    "PATCH /api/sites/{site_id:uuid}": (EDIT, {"json": {"archived": False}}),
    "POST /api/tokens": (ADMINISTER, {"json": {"name": "t", "role": "executive"}}),
    "DELETE /api/tokens/{token_id:uuid}": (ADMINISTER, {}),
    "POST /api/users": (ADMINISTER, {"json": PERSON}),
    "POST /api/verification/studies": (VERIFY, {"json": {**STUDY, "meter_id": NOTHING}}),
    "PATCH /api/verification/studies/{study_id:uuid}": (VERIFY, {"json": STUDY}),
    "POST /api/verification/studies/{study_id:uuid}/archived": (VERIFY, {}),
    "POST /api/verification/studies/{study_id:uuid}/baseline": (VERIFY, {}),
    "POST /api/verification/studies/{study_id:uuid}/declined": (VERIFY, {"json": EVENT}),
    "POST /api/verification/studies/{study_id:uuid}/events": (VERIFY, {"json": EVENT}),
    "DELETE /api/verification/studies/{study_id:uuid}/events/{event_id:uuid}": (VERIFY, {}),
    "POST /buildings/new": (EDIT, {"data": {"name": "Robin_form", "site": "Robin"}}),
    "POST /buildings/{building_id:uuid}/analyse": (ANALYZE, {}),
    "POST /buildings/{building_id:uuid}/archived": (EDIT, {"data": {"archived": "false"}}),
    "POST /buildings/{building_id:uuid}/edit": (EDIT, {"data": BUILDING}),
    "POST /buildings/{building_id:uuid}/peers": (ANALYZE, {"data": {"peer": NOTHING, "include": "false"}}),
    "POST /buildings/{building_id:uuid}/peers/{choice_id:uuid}/undone": (ANALYZE, {}),
    "POST /buildings/{building_id:uuid}/meters": (EDIT, {"data": {"carrier": "gas", "name": "second"}}),
    "POST /chat/ask": (None, {"data": {"question": "Which meters are silent?"}}),
    "POST /chat/new": (None, {}),
    "POST /chat/threads/{thread:uuid}/deleted": (None, {}),
    "POST /findings/analyse": (ANALYZE, {"data": {}}),
    "POST /findings/{event_id:uuid}/feedback": (DECIDE, {"data": {"verdict": "known"}}),
    "POST /findings/{event_id:uuid}/shown": (DECIDE, {"data": {"shown": "true"}}),
    "POST /findings/{event_id:uuid}/status": (DECIDE, {"data": {"status": "acknowledged"}}),
    "POST /forecasts/refresh": (ANALYZE, {}),
    "POST /imports": (IMPORT, FILE),
    "POST /imports/{import_id:uuid}/check": (IMPORT, {"data": {}}),
    "POST /imports/{import_id:uuid}/start": (IMPORT, {}),
    "POST /meters/{meter_id:uuid}/archived": (EDIT, {"data": {"archived": "false"}}),
    "POST /meters/{meter_id:uuid}/name": (EDIT, {"data": {"name": "Robin_meter"}}),
    "POST /meters/{meter_id:uuid}/ledger/batches/{batch_id:uuid}/undone": (CORRECT, {}),
    "POST /meters/{meter_id:uuid}/ledger/{edit_id:int}/undone": (CORRECT, {}),
    "POST /meters/{meter_id:uuid}/quality/check": (ANALYZE, {}),
    "POST /parameters": (TUNE, {"data": {"threshold": "3.4", "note": "Robin_note"}}),
    "POST /parameters/{version:int}/activate": (TUNE, {}),
    "POST /parameters/feedback/{feedback_id:uuid}/undone": (DECIDE, {}),
    "POST /meters/{meter_id:uuid}/quality/proposals": (CORRECT, {"data": {}}),
    "POST /portfolios": (EDIT, {"data": {"name": "Robin_group_3"}}),
    "POST /portfolios/{portfolio_id:uuid}/name": (EDIT, {"data": {"name": "Robin_group_4"}}),
    "POST /portfolios/{portfolio_id:uuid}/removed": (EDIT, {}),
    "POST /quality/check": (ANALYZE, {}),
    "POST /quality/proposals/{proposal_id:uuid}/applied": (CORRECT, {}),
    "POST /quality/proposals/{proposal_id:uuid}/rejected": (CORRECT, {}),
    "POST /recommendations/generate": (ANALYZE, {"data": {}}),
    "POST /recommendations/{id_:uuid}/decision": (DECIDE, {"data": {"notes": "n"}}),
    "POST /savings/new": (VERIFY, {"data": {"name": "Robin_form", "meter": NOTHING, **STUDY_FORM}}),
    "POST /savings/{study_id:uuid}/archived": (VERIFY, {"data": {"archived": "false"}}),
    "POST /savings/{study_id:uuid}/baseline": (VERIFY, {}),
    "POST /savings/{study_id:uuid}/edit": (VERIFY, {"data": {"name": "Robin_form", **STUDY_FORM}}),
    "POST /savings/{study_id:uuid}/events": (VERIFY, {"data": EVENT}),
    "POST /savings/{study_id:uuid}/events/{event_id:uuid}/undone": (VERIFY, {}),
    "POST /settings": (ADMINISTER, {"data": {"name": "Renamed Ltd", "currency": "USD"}}),
    "POST /settings/assumptions": (FIGURES, {"data": {**FIGURE, "likely": "0.3"}}),
    "POST /settings/assumptions/{assumption:uuid}/removed": (FIGURES, {}),
    "POST /settings/people": (ADMINISTER, {"data": {**PERSON, "email": f"{uuid4()}@example.org"}}),
    "POST /settings/people/{user_id:uuid}/disabled": (ADMINISTER, {"data": {"disabled": "true"}}),
    "POST /settings/tokens": (ADMINISTER, {"data": {"name": "t", "role": "executive", "days": "9"}}),
    "POST /settings/tokens/{token_id:uuid}/revoked": (ADMINISTER, {}),
    "POST /sites/new": (EDIT, {"data": {"name": "Robin_form", "time_zone": "UTC"}}),
    "POST /sites/{site_id:uuid}/archived": (EDIT, {"data": {"archived": "false"}}),
    "POST /sites/{site_id:uuid}/edit": (EDIT, {"data": {"name": "Robin", "time_zone": "America/New_York"}}),
}
"""Every route that changes something: who may (None: everybody signed in), and input that fits."""

READ_BY = {
    "/api/users": ADMINISTER, "/api/tokens": ADMINISTER, "/settings/people": ADMINISTER, "/buildings/new": EDIT,
    "/buildings/{building_id:uuid}/edit": EDIT, "/sites/new": EDIT, "/sites/{site_id:uuid}/edit": EDIT,
    "/settings/assumptions/edit": FIGURES, "/savings/new": VERIFY, "/savings/new/meters": VERIFY,
    "/savings/{study_id:uuid}/edit": VERIFY,
}  # fmt: skip
"""Pages that not everybody signed in may read."""


def routes() -> list[tuple[str, str]]:
    """Method and path template of every route that is not open to all, ids of assumptions told from others."""
    app = create_app(Settings(home=ROOT / "build", secret_key="test"))
    found = [(m, r.path) for r in app.routes for m in getattr(r, "methods", ()) if m not in {"OPTIONS", "HEAD"}]
    return sorted(
        (m, re.sub(r"(assumptions)/{id_:uuid}", r"\1/{assumption:uuid}", p)) for m, p in found if not _open(p)
    )


def _open(path: str) -> bool:
    return OPEN.fullmatch(re.sub(r"{[^}]*}", "x", path)) is not None


GETS = [path for method, path in routes() if method == "GET"]
MUTATIONS = [f"{method} {path}" for method, path in routes() if method != "GET"]


@pytest.fixture
def owned(tenant: Tenant, committed: Committed) -> dict[str, str]:
    """What the first organisation has, by the name of the path parameter that means it."""
    campus: Campus = build(tenant, committed)
    client = tenant.client()

    def made(path: str, **data: Any) -> Any:
        answer = client.request(data.pop("method", "POST"), path, **data)
        assert answer.status_code < 300, f"{path}: {answer.text[:300]}"
        return answer.json()

    committed(lambda conn: analysis.analyze_building(conn, tenant.organisation, campus.shed))
    events = client.get("/api/anomalies").json()["items"]
    chat = made("/api/chat/query", json={"question": "What did Robin_office_Ann use last month?"})
    people = made("/api/users", json={**PERSON, "email": f"{uuid4()}@robin.example", "name": "Robin"})
    token = made("/api/tokens", json={"name": "Robin", "role": "executive"})["token"]["id"]
    values = {"values": {"threshold": 3.3}, "note": "Robin_values"}
    kept = [made("/api/parameters", json=values)["version"] for _ in range(3)]
    study = made("/api/verification/studies", json={**STUDY, "meter_id": str(campus.power)})["id"]
    power = f"/api/quality/meters/{campus.power}"
    listed: list[dict[str, Any]] = client.get("/api/quality/meters").json()["meters"]
    shed = next(one["meter_id"] for one in listed if one["building"] == "Robin_shed_Bo")
    batch = made(f"{power}/edits", json=CORRECTED)["id"]
    return {
        "batch_id": batch,
        "edit_id": str(client.get(f"/api/quality/ledger?batch={batch}").json()[0]["id"]),
        "proposal_id": made(f"/api/quality/meters/{shed}/proposals", json={})[0]["id"],
        "study_id": study,
        "version": str(kept[-1]),
        "building_id": str(campus.office),
        "meter_id": str(campus.power),
        "site_id": str(campus.site),
        "portfolio_id": client.get("/api/portfolios").json()[0]["id"],
        "event_id": events[0]["id"],
        "assumption": made("/api/assumptions", method="PUT", json=FIGURE)["id"],
        "import_id": made("/api/imports?dry_run=true", **FILE)["id"],
        "thread": chat["thread"],
        "message": str(chat["message"]),
        "user_id": people[0]["id"],
        "token_id": token,
        "other_id": str(campus.shed),
        "part": "0",
        "tab": "week",
        "file": f"{campus.office}.csv",
    }


def filled(template: str, owned: Mapping[str, str]) -> str:
    return re.sub(r"{(\w+):\w+}", lambda found: owned.get(found[1], NOTHING), template)


def walked(owned: Mapping[str, str], client: httpx.Client, wanted: list[str]) -> Iterator[tuple[str, httpx.Response]]:
    for change in wanted:
        method, template = change.split(" ", 1)
        data = CHANGES[change][1] if change in CHANGES else {}
        answer = client.request(method, filled(template, owned), **data)
        assert answer.status_code < 500, f"{change}: {answer.status_code} {answer.text[:500]}"
        yield change, answer


def test_every_change_says_who_may_make_it() -> None:
    assert sorted(MUTATIONS) == sorted(CHANGES), "a route was added or removed: say in CHANGES who may use it"
    assert set(READ_BY) <= set(GETS)


def test_a_stranger_enters_nowhere(app_url: str, owned: dict[str, str]) -> None:
    with httpx.Client(base_url=app_url, headers={"accept": "text/html"}) as stranger:
        for change, answer in walked(owned, stranger, [*MUTATIONS, *(f"GET {path}" for path in GETS)]):
            entered = answer.status_code == 303 and answer.headers["location"] == "/sign-in"
            assert answer.status_code == 401 or entered, f"{change}: {answer.status_code}"
            assert SECRET not in answer.text


def test_another_organisation_sees_and_changes_nothing(owned: dict[str, str], other_tenant: Tenant) -> None:
    client = other_tenant.client()
    for change, answer in walked(owned, client, [*(f"GET {path}" for path in GETS), *MUTATIONS]):
        if "{" in change:
            assert answer.status_code == 404, f"{change}: {answer.status_code} {answer.text[:300]}"
        if not (change in CHANGES and "Robin" in str(CHANGES[change][1])):
            assert SECRET not in answer.text, f"{change} shows what is not its own"


@pytest.mark.parametrize("role", list(Role))
def test_every_role_reads_what_it_may(owned: dict[str, str], tenant: Tenant, role: Role) -> None:
    wanted = [f"GET {path}" for path in GETS if not path.endswith(".pdf")]
    for change, answer in walked(owned, tenant.client(role), wanted):
        needed = READ_BY.get(change.removeprefix("GET "))
        allowed = needed is None or needed in PERMISSIONS[role]
        assert (answer.status_code == 403) is not allowed, f"{change} as {role}: {answer.status_code}"
        assert answer.status_code != 401


@pytest.mark.parametrize("role", [Role.EXECUTIVE, Role.FACILITY_MANAGER, Role.ENERGY_ANALYST])
def test_no_role_changes_what_it_may_not(owned: dict[str, str], tenant: Tenant, role: Role) -> None:
    denied = [change for change, (action, _) in CHANGES.items() if action and action not in PERMISSIONS[role]]
    for change, answer in walked(owned, tenant.client(role), denied):
        assert answer.status_code == 403, f"{change} as {role}: {answer.status_code} {answer.text[:300]}"


def test_an_administrator_is_refused_nothing(owned: dict[str, str], tenant: Tenant) -> None:
    for change, answer in walked(owned, tenant.client(), sorted(CHANGES, key=lambda c: c.startswith("DELETE"))):
        assert answer.status_code not in {401, 403}, f"{change}: {answer.status_code} {answer.text[:300]}"
