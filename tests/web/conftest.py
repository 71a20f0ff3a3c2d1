"""The real application over HTTP, on a real database; every test has organisations of its own."""

import asyncio
import threading
import time
from collections.abc import Awaitable, Callable, Generator
from pathlib import Path
from typing import Protocol, TypeVar
from uuid import UUID, uuid4

import httpx
import psycopg
import pytest
import uvicorn

from eaio.accounts import service as accounts
from eaio.app import create_app
from eaio.infra.db import Connection
from eaio.infra.identity import Role
from eaio.settings import Settings

Result = TypeVar("Result")


@pytest.fixture(scope="session")
def app_url(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The running app without worker and demo; its database is this test process's own."""
    home: Path = tmp_path_factory.mktemp("home")
    settings = Settings(home=home, database_url=database_url, demo=False, worker=False, pool_min=1, pool_max=4)
    yield from serve(settings)


def serve(settings: Settings) -> Generator[str]:
    """Run an app on a free port of this machine until the caller is done."""
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(settings), host="127.0.0.1", port=0, log_config=None, lifespan="on", ws="websockets-sansio"
        )
    )
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    deadline = time.monotonic() + 30
    while not server.started:
        assert thread.is_alive(), "the app did not start"
        assert time.monotonic() < deadline, "the app did not start in time"
        time.sleep(0.02)
    port = server.servers[0].sockets[0].getsockname()[1]
    yield f"http://127.0.0.1:{port}"
    server.should_exit = True
    thread.join(timeout=10)


class Committed(Protocol):
    """Runs asynchronous work in a transaction that commits."""

    def __call__(self, work: Callable[[Connection], Awaitable[Result]]) -> Result: ...


@pytest.fixture
def committed(database_url: str) -> Committed:
    """Run asynchronous work in a transaction that commits: ``committed(lambda conn: service.f(conn, ...))``."""

    def run(work: Callable[[Connection], Awaitable[Result]]) -> Result:
        async def connected() -> Result:
            async with await psycopg.AsyncConnection.connect(database_url) as conn:
                await conn.execute("SET TIME ZONE 'UTC'")
                return await work(conn)

        return asyncio.run(connected())

    return run


class Tenant:
    """An organisation with a token for each role, and clients that use them."""

    def __init__(self, app_url: str, organisation: UUID, tokens: dict[Role, str]) -> None:
        self.organisation = organisation
        self._app_url = app_url
        self._tokens = tokens
        self._clients: list[httpx.Client] = []

    def client(self, role: Role = Role.ADMINISTRATOR) -> httpx.Client:
        """An API client of that role; pages answer it too, for it accepts HTML."""
        headers = {"authorization": f"Bearer {self._tokens[role]}", "accept": "text/html,application/json"}
        made = httpx.Client(base_url=self._app_url, headers=headers, timeout=30)
        self._clients.append(made)
        return made

    def close(self) -> None:
        """Close every client."""
        for client in self._clients:
            client.close()


@pytest.fixture
def make_tenant(app_url: str, committed: Committed) -> Generator[Callable[[], Tenant]]:
    """Make organisations of this test's own."""
    made: list[Tenant] = []

    def make() -> Tenant:
        async def work(conn: Connection) -> tuple[UUID, dict[Role, str]]:
            organisation = await accounts.create_organisation(conn, f"Tenant {uuid4()}")
            tokens: dict[Role, str] = {}
            for role in Role:
                _, tokens[role] = await accounts.create_api_token(conn, organisation.id, None, "test", role, 1, "test")
            return organisation.id, tokens

        organisation, tokens = committed(work)
        made.append(Tenant(app_url, organisation, tokens))
        return made[-1]

    yield make
    for tenant in made:
        tenant.close()


@pytest.fixture
def tenant(make_tenant: Callable[[], Tenant]) -> Tenant:
    """One organisation."""
    return make_tenant()


@pytest.fixture
def other_tenant(make_tenant: Callable[[], Tenant]) -> Tenant:
    """Another one, which must never see what the first one owns."""
    return make_tenant()
