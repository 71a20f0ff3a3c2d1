"""Which Postgres this installation uses: the one of ``EAIO_DATABASE_URL``, or its own embedded one."""

import atexit
from contextlib import suppress
from pathlib import Path

import psycopg
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from eaio.infra.embedded import join_server, leave_servers
from eaio.infra.errors import Unavailable
from eaio.settings import Settings

DATABASE = "eaio"
OLDEST = 150000
"""Postgres 15, as ``server_version`` counts."""


def database_url(settings: Settings) -> str:
    """The address of the database to use, starting the embedded server if none is configured.

    Raises:
        Unavailable: nothing usable answers there, or the embedded server does not start; the message says why.
    """
    return external_url(settings.database_url) if settings.database_url else embedded_url(settings.home)


def embedded_url(home: Path, database: str = DATABASE) -> str:
    """Start (or join) the server under ``home`` and return the URL of its database, created on first use."""
    admin = join_server(home)
    atexit.unregister(leave_servers)
    atexit.register(leave_servers)
    with psycopg.connect(admin, autocommit=True) as conn:
        exists = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if not exists:
            # Another process may make it between the question and the answer: in pg_database, or just before.
            with suppress(psycopg.errors.DuplicateDatabase, psycopg.errors.UniqueViolation):
                conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    return admin.replace("/postgres?", f"/{database}?", 1)


def external_url(address: str) -> str:
    """``address`` itself, once a Postgres that EAIO can use has answered there. The password is never repeated.

    Raises:
        Unavailable: it is malformed, nobody answers, the password is wrong, or the server is too old.
    """
    place = "malformed"
    try:
        place = _place(address)
        with psycopg.connect(address, connect_timeout=10) as conn:
            version = conn.info.server_version
    except (psycopg.ProgrammingError, ValueError):
        raise Unavailable(
            "EAIO_DATABASE_URL is not the address of a database; "
            "it reads postgresql://USER:PASSWORD@HOST:5432/DATABASE, special characters written as %40"
        ) from None
    except psycopg.OperationalError as error:
        reason = " ".join(str(error).split()).removeprefix("connection failed: ")
        raise Unavailable(
            f"The database of EAIO_DATABASE_URL ({place}) cannot be used: {reason}. "
            "Check host, port, database, user and password, and that a Postgres listens there"
        ) from error
    if version < OLDEST:
        raise Unavailable(f"EAIO needs Postgres 15 or newer; {place} runs {version // 10000}")
    return address


def _place(address: str) -> str:
    """Host, port and database of an address, without user and password."""
    parts = conninfo_to_dict(address)
    return make_conninfo("", **{key: value for key, value in parts.items() if key in {"host", "port", "dbname"}})
