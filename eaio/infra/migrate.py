"""Bring a database to the newest revision, and say which it has."""

from typing import TYPE_CHECKING

import psycopg
from psycopg import sql

from eaio.infra.assets import asset_folder
from eaio.infra.embedded import server_program
from eaio.infra.errors import Unavailable

if TYPE_CHECKING:
    from alembic.config import Config


REMEDIES: dict[type[psycopg.Error], str] = {
    psycopg.errors.InsufficientPrivilege: (
        "The database role may not do what a migration needs ({reason}); "
        "let a superuser run CREATE EXTENSION vector in this database once, then run `eaio migrate` again"
    ),
    psycopg.errors.FeatureNotSupported: (
        "The server lacks something that EAIO needs ({reason}); install pgvector on it, then run `eaio migrate` again"
    ),
    psycopg.errors.UndefinedFile: (
        "The server lacks something that EAIO needs ({reason}); install pgvector on it, then run `eaio migrate` again"
    ),
    psycopg.errors.LockNotAvailable: (
        "A migration waited in vain for a table that another session holds ({reason}); "
        "that revision left nothing behind. "
        "See pg_stat_activity for who holds it, then run `eaio migrate` again"
    ),
    psycopg.errors.DuplicateTable: (
        "This database holds tables of something else ({reason}); give EAIO a database of its own"
    ),
}
"""What a person can do about a migration that the server refused."""


def migrate(url: str, revision: str = "head", lock_timeout: str = "15s") -> None:
    """Run every missing migration, each in its own transaction, under an advisory lock.

    Skips alembic altogether (and its half second of imports) when the database is already at its head.

    Raises:
        Unavailable: the server refused a migration, or a newer release made the database; the message says the remedy.
    """
    current, head = current_revision(url), head_revision()
    if current and current > head:
        raise Unavailable(
            f"The database is at revision {current}, this release knows {head} at most: it was migrated by a newer "
            "release; install that one, or restore a backup made before"
        )
    if revision == "head" and current == head:
        return
    from alembic import command

    try:
        command.upgrade(_config(url, lock_timeout), revision)
    except tuple(REMEDIES) as error:
        remedy = next(text for kind, text in REMEDIES.items() if isinstance(error, kind))
        raise Unavailable(remedy.format(reason=error.diag.message_primary)) from error
    if current:
        _count_anew(url)


def _count_anew(url: str) -> None:
    """Let the planner know columns that are new: it takes one without statistics for one that hardly any row fits.

    Readings keep theirs; their tables are large and their columns old.
    """
    with psycopg.connect(url, autocommit=True) as conn:
        tables = conn.execute(
            "SELECT oid::regclass::text FROM pg_class WHERE relkind = 'r' AND NOT relispartition"
            " AND relname <> 'meter_readings'"
            " AND relnamespace = current_schema()::regnamespace AND pg_get_userbyid(relowner) = current_user"
        ).fetchall()
        for (name,) in tables:
            conn.execute(sql.SQL("ANALYZE {}").format(sql.SQL(name)))


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


def _config(url: str, lock_timeout: str) -> "Config":
    from alembic.config import Config

    config = Config(attributes={"url": url, "lock_timeout": lock_timeout})
    config.set_main_option("script_location", str(asset_folder("migrations")).replace("%", "%%"))
    return config


def dump_schema(url: str) -> str:
    """The schema of a database as SQL, by the pg_dump that comes with the embedded server; no versions, no owners."""
    import re
    import subprocess

    program = server_program("pg_dump")
    options = ["--schema-only", "--no-owner", "--no-privileges", "--exclude-table=meter_readings_[0-9]*"]
    done = subprocess.run([program, *options, url], capture_output=True, text=True, check=True)  # noqa: S603 - our own program and URL
    lines = (
        line for line in done.stdout.splitlines() if not re.match(r"--|\\(un)?restrict|$|SET |SELECT pg_catalog", line)
    )
    return "\n".join(lines) + "\n"
