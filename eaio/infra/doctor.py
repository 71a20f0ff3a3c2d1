"""What this installation uses, what is missing, and how to get it."""

import ctypes.util
import platform
import shutil
import sys

import psycopg
from msgspec import Struct

from eaio.infra.errors import EaioError
from eaio.infra.migrate import current_revision, head_revision
from eaio.infra.server import database_url
from eaio.settings import Settings

PANGO = {
    "Linux": "apt-get install libpango-1.0-0 libpangoft2-1.0-0 (or your distribution's pango)",
    "Darwin": "brew install pango",
}

CHUNKS_AND_FAILURES = """
SELECT format('hypertable of %s chunks, %s in the columnstore', count(*), count(*) FILTER (WHERE is_compressed)),
       (SELECT string_agg(j.proc_name, ', ')
        FROM timescaledb_information.job_stats s JOIN timescaledb_information.jobs j USING (job_id)
        WHERE s.last_run_status = 'Failed' AND j.proc_name <> 'policy_telemetry')
FROM timescaledb_information.chunks
WHERE hypertable_name = 'meter_readings'
"""


class Finding(Struct, frozen=True):
    """One thing that was looked at."""

    name: str
    ok: bool
    finding: str
    needed: bool = True
    """Without it the app does not work; otherwise only a part is missing."""


def examine(settings: Settings) -> list[Finding]:
    """Look at everything that the app leans on; never raises."""
    found = [
        Finding("Python", sys.version_info >= (3, 11), platform.python_version()),
        _disk(settings),
        pango(),
        Finding("Demo mode", True, "on, loopback only" if settings.demo else "off", needed=False),
    ]
    return found + _database(settings)


def pango() -> Finding:
    """Whether PDF reports can be drawn: WeasyPrint needs the Pango library of the system."""
    present = ctypes.util.find_library("pango-1.0") is not None
    remedy = PANGO.get(platform.system(), "install Pango")
    return Finding(
        "PDF reports", present, "Pango is present" if present else f"Pango is missing: {remedy}", needed=False
    )


def _disk(settings: Settings) -> Finding:
    folder = settings.home if settings.home.exists() else settings.home.parent
    while not folder.exists():
        folder = folder.parent
    free = shutil.disk_usage(folder).free / 1e9
    return Finding("Disk", free > 2, f"{free:.0f} GB free at {settings.home}; the full BDG2 set needs about 10 GB")


def _database(settings: Settings) -> list[Finding]:
    place = "external, EAIO_DATABASE_URL" if settings.database_url else f"embedded, {settings.home / 'postgres'}"
    try:
        url = database_url(settings)
        with psycopg.connect(url, connect_timeout=10) as conn:
            version = conn.info.server_version
            rows = conn.execute(
                "SELECT name, default_version, installed_version FROM pg_available_extensions "
                "WHERE name IN ('timescaledb', 'vector')"
            ).fetchall()
            extensions = {name: installed or f"{default} offered" for name, default, installed in rows}
            readings = _readings_layout(conn)
        revision, head = current_revision(url), head_revision()
    except (psycopg.Error, EaioError) as error:
        return [Finding("Postgres", False, f"{place}: {error}")]
    migrated = revision == head
    return [
        Finding("Postgres", version >= 150000, f"{version // 10000}.{version % 10000}, {place}"),
        Finding("Migrations", migrated, f"revision {revision}" if migrated else f"{revision}, run `eaio migrate`"),
        Finding("pgvector", "vector" in extensions, extensions.get("vector", "missing: CREATE EXTENSION vector")),
        _timescale(extensions.get("timescaledb"), readings),
    ]


def _readings_layout(conn: psycopg.Connection) -> str:
    """How the readings are stored: ``none``, ``partitions``, or the hypertable's chunks and failed policies."""
    found = conn.execute("SELECT relkind::text FROM pg_class WHERE oid = to_regclass('meter_readings')").fetchone()
    if found is None:
        return "none"
    if found[0] == "p":
        return "partitions"
    row = conn.execute(CHUNKS_AND_FAILURES).fetchone()
    chunks, failed = row or ("hypertable", None)
    return f"{chunks}; last run failed: {failed}" if failed else f"{chunks}"


def _timescale(version: str | None, readings: str) -> Finding:
    stored = {
        "none": "a hypertable follows with `eaio migrate` if it is loaded and 2.28 or newer",
        "partitions": "not in use: readings lie in monthly partitions, rollups are kept by the app; "
        "a new database uses it if it is loaded and 2.28 or newer",
    }
    if version:
        ok = readings != "partitions" and "failed" not in readings
        return Finding("TimescaleDB", ok, f"{version}: {stored.get(readings, readings)}", needed=False)
    without = "not offered by this server: readings lie in monthly partitions, rollups are kept by the app"
    return Finding("TimescaleDB", False, without, needed=False)
