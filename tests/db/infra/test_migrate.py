"""Migrating as somebody who may not, twice at once, against a held lock, behind a newer release."""

import os
import subprocess
import sys
from collections.abc import Generator

import psycopg
import pytest
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from eaio.infra.errors import Unavailable
from eaio.infra.migrate import current_revision, head_revision, migrate
from tests.conftest import ROOT, beside


def test_a_role_without_privileges_is_told_what_to_ask_for(server_url: str, database_url: str, worker_id: str) -> None:
    name = f"eaio_weak_{worker_id}_{os.getpid()}"
    role, database = sql.Identifier(name), sql.Identifier(name)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'weak'").format(role))
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER {}").format(database, role))
    own = conninfo_to_dict(database_url)["dbname"]
    url = database_url.replace(f"/{own}", f"/{name}").replace("//postgres", f"//{name}", 1)
    try:
        with pytest.raises(Unavailable, match="CREATE EXTENSION vector"):
            migrate(url)
    finally:
        with psycopg.connect(server_url, autocommit=True) as admin:
            admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(database))
            admin.execute(sql.SQL("DROP ROLE {}").format(role))


@pytest.fixture
def empty_url(server_url: str, worker_id: str) -> Generator[str]:
    """A database that was never migrated."""
    name = sql.Identifier(f"eaio_empty_{worker_id}_{os.getpid()}")
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {}").format(name))
        yield beside(server_url, name.as_string().strip('"'))
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(name))


def test_two_migrators_at_once_both_succeed(empty_url: str) -> None:
    command = [sys.executable, "-m", "eaio", "migrate"]
    environment = {**os.environ, "EAIO_DATABASE_URL": empty_url}
    running = [
        subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)  # noqa: S603 - our own program
        for _ in range(2)
    ]
    for migrator in running:
        _, words = migrator.communicate(timeout=100)
        assert migrator.returncode == 0, words
    assert current_revision(empty_url) == head_revision()


def test_a_database_with_data_has_fresh_statistics_after_a_migration(empty_url: str) -> None:
    migrate(empty_url, "0014")
    with psycopg.connect(empty_url) as conn:
        conn.execute("INSERT INTO organisations (name, slug) VALUES ('Robin', 'robin')")
    migrate(empty_url)
    with psycopg.connect(empty_url) as conn:
        found = conn.execute("SELECT reltuples FROM pg_class WHERE oid = 'organisations'::regclass").fetchone()
    assert found == (1.0,), "the planner knows what is in the tables"


def test_a_held_table_ends_the_migration_with_a_remedy_and_without_a_trace(empty_url: str) -> None:
    migrate(empty_url, "0006")
    with psycopg.connect(empty_url) as holder:
        holder.execute("LOCK TABLE building_figures IN ACCESS EXCLUSIVE MODE")
        with pytest.raises(Unavailable, match="pg_stat_activity"):
            migrate(empty_url, lock_timeout="100ms")
    assert current_revision(empty_url) == "0006"
    migrate(empty_url)
    assert current_revision(empty_url) == head_revision()


def test_a_database_of_a_newer_release_is_refused(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        conn.execute("UPDATE alembic_version SET version_num = '9999'")
        conn.commit()
        try:
            with pytest.raises(Unavailable, match="newer release"):
                migrate(database_url)
        finally:
            conn.execute("UPDATE alembic_version SET version_num = %s", [head_revision()])


def test_a_database_of_something_else_is_left_alone(empty_url: str) -> None:
    with psycopg.connect(empty_url, autocommit=True) as conn:
        conn.execute("CREATE TABLE organisations (theirs int)")
        with pytest.raises(Unavailable, match="a database of its own"):
            migrate(empty_url)
        assert current_revision(empty_url) is None
