"""Who gets in, and how: sessions, bearer tokens, the one-time link, forged requests."""

import re
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import uuid4

import httpx
import psycopg
import pytest

from eaio.accounts import service
from eaio.accounts.models import Credentials, NewSetup, NewUser
from eaio.infra.db import Connection
from eaio.infra.errors import Forbidden, NotSignedIn
from eaio.infra.identity import Role
from eaio.settings import Settings
from tests.web.conftest import Committed, Tenant, serve

PASSWORD = "correct horse battery"


@pytest.fixture
def person(tenant: Tenant, committed: Committed) -> str:
    """The address of an analyst of the tenant, whose password is PASSWORD."""
    email = f"{uuid4()}@example.org"
    draft = NewUser(email=email, name="Ann", password=PASSWORD, role=Role.ENERGY_ANALYST)
    committed(lambda conn: service.create_user(conn, tenant.organisation, draft, "test"))
    return email


@pytest.fixture
async def conn(database_url: str) -> AsyncGenerator[Connection]:
    """A connection whose work is undone."""
    async with await psycopg.AsyncConnection.connect(database_url) as connection:
        yield connection
        await connection.rollback()


@pytest.fixture
def browser(app_url: str) -> Generator[httpx.Client]:
    """A client that keeps cookies and accepts pages, like a browser."""
    with httpx.Client(base_url=app_url, headers={"accept": "text/html"}, timeout=30) as client:
        yield client


def token_of(page: httpx.Response) -> str:
    found = re.search(r'name="_csrf_token" value="([^"]+)"', page.text)
    assert found, "the form carries no token"
    return found[1]


def sign_in(browser: httpx.Client, email: str, password: str) -> httpx.Response:
    token = token_of(browser.get("/sign-in"))
    return browser.post("/sign-in", data={"email": email, "password": password, "_csrf_token": token})


def test_a_stranger_is_sent_to_the_sign_in(browser: httpx.Client) -> None:
    answer = browser.get("/buildings")
    assert (answer.status_code, answer.headers["location"]) == (303, "/sign-in")
    assert browser.get("/api/buildings").status_code == 401


def test_signing_in_opens_a_session_and_signing_out_ends_it(browser: httpx.Client, person: str) -> None:
    assert sign_in(browser, person, PASSWORD).status_code == 303
    page = browser.get("/buildings")
    assert page.status_code == 200
    session = browser.cookies["eaio_session"]
    assert browser.post("/sign-out", data={"_csrf_token": browser.cookies["csrftoken"]}).status_code == 303
    assert browser.get("/buildings", headers={"cookie": f"eaio_session={session}"}).status_code == 303


def test_a_wrong_password_and_an_unknown_address_look_alike(browser: httpx.Client, person: str) -> None:
    wrong = sign_in(browser, person, "not the password")
    unknown = sign_in(browser, "nobody@example.org", "not the password")
    assert wrong.status_code == unknown.status_code == 401
    message = "Address or password is wrong"
    assert message in wrong.text
    assert message in unknown.text


def test_ten_failures_lock_the_address_even_for_the_right_password(browser: httpx.Client, person: str) -> None:
    for _ in range(service.MAX_FAILURES):
        sign_in(browser, person, "not the password")
    locked = sign_in(browser, person, PASSWORD)
    assert locked.status_code == 401
    assert "wait fifteen minutes" in locked.text


async def test_one_source_cannot_try_many_addresses(conn: Connection) -> None:
    await conn.execute(
        "INSERT INTO sign_in_failures (email, source) SELECT n || '@example.org', '203.0.113.9' "
        "FROM generate_series(1, %s) n",
        [service.MAX_FAILURES_FROM],
    )
    wanted = Credentials(email="somebody@example.org", password=PASSWORD)
    with pytest.raises(NotSignedIn, match="fifteen minutes"):
        await service.verify(conn, wanted, "203.0.113.9")
    assert await service.verify(conn, wanted, "203.0.113.10") is None


def test_a_new_session_has_a_new_name_and_cookies_that_no_script_or_other_site_uses(
    browser: httpx.Client, person: str
) -> None:
    browser.cookies.set("eaio_session", "planted-by-somebody-else")
    answer = sign_in(browser, person, PASSWORD)
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("eaio_session"))
    assert "planted" not in cookie
    assert {"httponly", "samesite=lax", "path=/"} <= {part.strip().lower() for part in cookie.split(";")}


def test_a_script_of_this_page_needs_the_token_too(browser: httpx.Client, person: str) -> None:
    sign_in(browser, person, PASSWORD)
    form = {"name": "North"}
    assert browser.post("/portfolios", data=form, headers={"hx-request": "true"}).status_code == 403
    token = {"x-csrftoken": browser.cookies["csrftoken"], "hx-request": "true"}
    browser.headers["sec-fetch-site"] = "same-origin"
    assert browser.post("/chat/ask", data={"question": "Hello"}, headers=token).status_code == 200


def test_what_somebody_read_is_kept_by_no_cache(browser: httpx.Client, person: str) -> None:
    sign_in(browser, person, PASSWORD)
    for path in ("/buildings", "/api/buildings"):
        assert browser.get(path).headers["cache-control"] == "private, no-store"
    assert "immutable" in browser.get("/static/app.css").headers["cache-control"]


def test_a_changed_role_counts_at_once(browser: httpx.Client, person: str, committed: Committed) -> None:
    sign_in(browser, person, PASSWORD)

    async def demote(conn: Connection) -> None:
        await conn.execute(
            "UPDATE memberships SET role = 'executive' WHERE user_id = (SELECT id FROM users WHERE email = %s)",
            [person],
        )

    committed(demote)
    assert browser.get("/api/me").json()["role"] == "executive"


def test_a_forged_form_changes_nothing(browser: httpx.Client, person: str) -> None:
    sign_in(browser, person, PASSWORD)
    forged = browser.post(
        "/sites/new", data={"name": "Evil", "time_zone": "UTC"}, headers={"origin": "https://evil.example"}
    )
    assert forged.status_code == 403
    assert "Evil" not in browser.get("/buildings").text


def test_address_and_password_buy_a_bearer_token_for_the_api(app_url: str, person: str) -> None:
    answer = httpx.post(f"{app_url}/api/auth/token", json={"email": person, "password": PASSWORD})
    bearer = answer.json()["access_token"]
    me = httpx.get(f"{app_url}/api/me", headers={"authorization": f"Bearer {bearer}"}).json()
    assert (me["name"], me["role"]) == ("Ann", "energy_analyst")
    tampered = {"authorization": f"Bearer {bearer[:-3]}abc"}
    assert httpx.get(f"{app_url}/api/me", headers=tampered).status_code == 401


def test_a_disabled_person_is_out_at_once(app_url: str, tenant: Tenant, person: str, committed: Committed) -> None:
    bearer = httpx.post(f"{app_url}/api/auth/token", json={"email": person, "password": PASSWORD}).json()[
        "access_token"
    ]
    admin = tenant.client()
    user = next(u["id"] for u in admin.get("/api/users").json() if u["email"] == person)
    assert admin.post(f"/settings/people/{user}/disabled", data={"disabled": "true"}).status_code == 303
    assert httpx.get(f"{app_url}/api/me", headers={"authorization": f"Bearer {bearer}"}).status_code == 401


def test_a_revoked_token_is_out_at_once(tenant: Tenant) -> None:
    admin = tenant.client()
    issued = admin.post("/api/tokens", json={"name": "script", "role": "executive"}).json()
    header = {"authorization": f"Bearer {issued['secret']}"}
    assert admin.get("/api/me", headers=header).json()["role"] == "executive"
    assert admin.delete(f"/api/tokens/{issued['token']['id']}").status_code == 204
    assert admin.get("/api/me", headers=header).status_code == 401


@pytest.mark.parametrize("path", ["/api/users", "/api/tokens", "/settings/people"])
def test_only_administrators_manage_people(tenant: Tenant, path: str) -> None:
    assert tenant.client(Role.ENERGY_ANALYST).get(path).status_code == 403
    assert tenant.client(Role.ADMINISTRATOR).get(path).status_code == 200


def test_the_setup_link_works_once(browser: httpx.Client, committed: Committed, database_url: str) -> None:
    async def link(conn: Connection) -> str | None:
        await conn.execute("DELETE FROM memberships WHERE role = 'administrator'")
        return await service.new_setup_link(conn)

    token = committed(link)
    path = f"/setup/{token}"
    form = {"organisation": "Acme", "email": f"{uuid4()}@example.org", "name": "Boss", "password": "short"}
    form["_csrf_token"] = token_of(browser.get(path))
    refused = browser.post(path, data=form)
    assert refused.status_code == 422
    assert "12" in refused.text
    assert browser.post(path, data={**form, "password": PASSWORD}).status_code == 303
    assert browser.get("/api/me").json()["role"] == "administrator"
    assert browser.get(path).status_code == 403


async def test_a_setup_link_ends_when_there_is_an_administrator(conn: Connection) -> None:
    await conn.execute("DELETE FROM memberships WHERE role = 'administrator'")
    link = await service.new_setup_link(conn)
    assert link is not None
    assert await service.setup_is_open(conn, link)
    owner = await service.create_organisation(conn, "Acme")
    boss = NewUser(email="boss@acme.example", name="Boss", password=PASSWORD, role=Role.ADMINISTRATOR)
    await service.create_user(conn, owner.id, boss, "test")
    assert not await service.setup_is_open(conn, link)
    setup = NewSetup(organisation="Evil", email="evil@example.org", name="Evil", password=PASSWORD)
    with pytest.raises(Forbidden):
        await service.set_up(conn, link, setup)


@pytest.fixture
def demo_url(database_url: str, tmp_path: Path, committed: Committed) -> Generator[str]:
    """An app in demo mode, with a synthetic organisation."""
    committed(lambda conn: service.create_organisation(conn, "Synthetic", is_demo=True))
    settings = Settings(home=tmp_path, database_url=database_url, worker=False, pool_min=1, pool_max=2)
    yield from serve(settings)


def test_the_synthetic_portfolio_is_open_to_this_machine_only(demo_url: str) -> None:
    assert httpx.get(f"{demo_url}/api/me").json()["synthetic"] is True
    for header in (
        {"host": "evil.example"},
        {"host": "127.0.0.1.evil.example"},
        {"x-forwarded-for": "203.0.113.9"},
        {"x-forwarded-for": "127.0.0.1"},
        {"x-real-ip": "203.0.113.9"},
        {"via": "1.1 proxy"},
    ):
        assert httpx.get(f"{demo_url}/api/me", headers=header).status_code == 401


def test_a_visitor_switches_role_without_password(demo_url: str) -> None:
    with httpx.Client(base_url=demo_url, headers={"accept": "text/html"}) as visitor:
        token = token_of(visitor.get("/buildings"))
        answer = visitor.post("/demo/role", data={"role": "executive", "_csrf_token": token})
        assert answer.status_code == 303
        assert visitor.get("/api/me").json()["role"] == "executive"


def test_nobody_gets_an_account_or_a_token_in_the_synthetic_portfolio(demo_url: str) -> None:
    with httpx.Client(base_url=demo_url, headers={"accept": "text/html"}) as visitor:
        token = token_of(visitor.get("/buildings"))
        visitor.post("/demo/role", data={"role": "administrator", "_csrf_token": token})
        header = {"x-csrftoken": visitor.cookies["csrftoken"]}
        person = {"email": "a@example.org", "name": "A", "password": PASSWORD, "role": "administrator"}
        assert visitor.post("/api/users", json=person, headers=header).status_code == 403
        assert visitor.post("/settings/people", data={**person, "_csrf_token": token}).status_code == 403
        wanted = {"name": "t", "role": "administrator"}
        assert visitor.post("/api/tokens", json=wanted, headers=header).status_code == 403


def test_every_page_says_that_its_data_are_synthetic(demo_url: str) -> None:
    assert "Synthetic data" in httpx.get(f"{demo_url}/buildings", headers={"accept": "text/html"}).text


def test_no_page_allows_foreign_or_evaluated_scripts(app_url: str) -> None:
    policy = httpx.get(f"{app_url}/sign-in", headers={"accept": "text/html"}).headers["content-security-policy"]
    assert "script-src 'self'" in policy
    assert "unsafe-eval" not in policy


def test_an_administrator_renames_the_organisation(tenant: Tenant) -> None:
    admin = tenant.client()
    assert admin.post("/settings", data={"name": "Acme Ltd", "currency": "euro"}).status_code == 422
    assert admin.post("/settings", data={"name": "Acme Ltd", "currency": "EUR"}).status_code == 303
    assert admin.get("/api/me").json()["organisation"] == "Acme Ltd"
    assert tenant.client(Role.EXECUTIVE).post("/settings", data={"name": "X", "currency": "EUR"}).status_code == 403
    assert "Prices" in tenant.client(Role.EXECUTIVE).get("/settings").text
