"""What the doctor says of a database, on plain Postgres and on one with TimescaleDB."""

from pathlib import Path

import psycopg

from eaio.infra.doctor import Finding, examine
from eaio.settings import Settings
from tests.conftest import fresh_database

LAYOUT = {"p": "in monthly partitions", "r": "hypertable of 0 chunks, 0 in the columnstore"}


def _findings(url: str, home: Path) -> dict[str, Finding]:
    return {finding.name: finding for finding in examine(Settings(home=home, database_url=url))}


def test_the_doctor_tells_how_readings_are_stored(server_url: str, worker_id: str, tmp_path: Path) -> None:
    name = f"eaio_doctor_{worker_id}"
    url = fresh_database(server_url, name)
    found = _findings(url, tmp_path)
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT relkind::text FROM pg_class WHERE relname = 'meter_readings'").fetchone()
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())
    assert row is not None
    assert LAYOUT[row[0]] in found["TimescaleDB"].finding
    assert found["TimescaleDB"].ok == (row[0] == "r")
    assert found["Migrations"].ok
    assert found["pgvector"].ok


def test_an_unreachable_database_is_a_finding(tmp_path: Path) -> None:
    found = _findings("postgresql://nobody@127.0.0.1:1/none", tmp_path)
    assert not found["Postgres"].ok
    assert "EAIO_DATABASE_URL" in found["Postgres"].finding
