"""The schema is what the migrations make, and every named query fits it."""

import re
from pathlib import Path

import psycopg
import pytest

from eaio.infra.db import load_queries
from eaio.infra.migrate import current_revision, dump_schema, head_revision, migrate
from tests.conftest import ROOT

FOLDERS = [path.parent.relative_to(ROOT / "eaio") for path in (ROOT / "eaio").rglob("queries.sql")]
PACKAGES = sorted(".".join(folder.parts) for folder in FOLDERS)
QUERIES = [(package, name) for package in PACKAGES for name in load_queries(f"eaio.{package}")]


def test_migrating_twice_changes_nothing(database_url: str) -> None:
    migrate(database_url)
    assert current_revision(database_url) == head_revision()


def test_revisions_form_one_chain_in_the_order_of_their_numbers() -> None:
    files = sorted((ROOT / "migrations" / "versions").glob("*.py"))
    stated = [re.findall(r'^(?:down_)?revision = (?:"(\d+)"|None)$', path.read_text(), re.MULTILINE) for path in files]
    numbers = [path.name.split("_")[0] for path in files]
    assert stated == [[number, before] for before, number in zip(["", *numbers], numbers, strict=False)]


def test_the_committed_schema_is_what_the_migrations_make(database_url: str) -> None:
    with psycopg.connect(database_url) as conn:
        if conn.execute("SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'").fetchone():
            pytest.skip("the committed schema is the one of a plain server; this one has TimescaleDB")
    committed = Path(ROOT / "migrations" / "schema.sql").read_text(encoding="utf-8")
    assert dump_schema(database_url) == committed, "run `eaio migrate --schema > migrations/schema.sql`"


@pytest.mark.parametrize(("package", "name"), QUERIES)
def test_every_named_query_fits_the_schema(database_url: str, package: str, name: str) -> None:
    sql = load_queries(f"eaio.{package}")[name].rstrip(";")
    order: list[str] = []

    def number(found: re.Match[str]) -> str:
        if found[1] not in order:
            order.append(found[1])
        return f"${order.index(found[1]) + 1}"

    positional = re.sub(r"%\((\w+)\)[sbt]", number, sql).replace("%%", "%")
    with psycopg.connect(database_url) as conn:
        conn.execute(f"PREPARE fits AS {positional}".encode())


def test_every_package_with_queries_was_found() -> None:
    assert {"accounts", "buildings", "metering", "infra.vectors"} <= set(PACKAGES)
