"""What every test may lean on."""

import os
import tempfile
from collections.abc import Generator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def anyio_backend() -> str:
    """Asynchronous tests run on asyncio, as the application does."""
    return "asyncio"


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real meter data, never part of the repository; EAIO_REAL_DATA overrides its place."""
    folder = Path(os.environ.get("EAIO_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data are absent: {folder} does not exist; set EAIO_REAL_DATA to run this test")
    return folder


@pytest.fixture(scope="session")
def server_url() -> str:
    """A Postgres to make test databases on: EAIO_TEST_DATABASE_URL, or an embedded one shared by all test processes."""
    from eaio.infra.server import embedded_url

    home = Path(tempfile.gettempdir()) / f"eaio-tests-{os.getuid()}"
    return os.environ.get("EAIO_TEST_DATABASE_URL") or embedded_url(home)


def beside(server_url: str, name: str) -> str:
    """The URL of another database on the same server."""
    parts = {key: str(value) for key, value in conninfo_to_dict(server_url).items() if value is not None}
    user, host = parts.get("user", "postgres"), parts.get("host", "")
    password = f":{parts['password']}" if "password" in parts else ""
    if host.startswith("/"):
        return f"postgresql://{user}{password}@/{name}?host={host}"
    return f"postgresql://{user}{password}@{host}:{parts.get('port', '5432')}/{name}"


def fresh_database(server_url: str, name: str) -> str:
    """Drop, create and migrate a database; returns its URL."""
    from eaio.infra.migrate import migrate

    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    made = beside(server_url, name)
    migrate(made)
    return made


@pytest.fixture(scope="session")
def database_url(server_url: str, worker_id: str) -> Generator[str]:
    """This test process's own migrated database."""
    name = f"eaio_test_{worker_id}_{os.getpid()}"
    yield fresh_database(server_url, name)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
