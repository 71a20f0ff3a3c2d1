"""``eaio bench ingest``: the importer beside a bare binary COPY of the same rows, in one run."""

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
import psycopg
import typer

from eaio.cli import bench_data
from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group
from eaio.infra.embedded import leave_server
from eaio.infra.errors import EaioError
from eaio.infra.migrate import migrate
from eaio.infra.server import embedded_url
from eaio.metering.compute.copy_binary import HEADER, TRAILER, copy_rows, timestamptz

TWIN = "bench_readings"
_CHUNK = 64


def register(app: typer.Typer) -> None:
    """Add the bench of this file."""
    group(app, "bench").command("ingest")(bench_ingest)


def bench_ingest(
    scale: float = typer.Option(1.0, min=0.001, max=1.0, help="Share of the 3,053 meters."),
    source: Path = typer.Option(None, help="Real set to make patterns from; default ../shared/data/bdg2 if present."),
    folder: Path = typer.Option(None, help="Where to work; default a temporary folder that is removed."),
    as_json: AsJson = False,
) -> None:
    """Import a BDG2-sized set end to end and compare it with raw COPY into an identical table."""
    with workplace(folder) as place:
        readings = bench_data.build(place / "set", scale, real_source(source))
        url = embedded_url(place / "home")
        migrate(url)
        raw_seconds = _raw_copy(url, place / "set", place / "rows.bin")
        first = run_import(place / "home", place / "set")
        again = run_import(place / "home", place / "set")
    per_second = readings / first["wall_seconds"]
    raw = readings / raw_seconds
    result = {
        "readings": readings,
        "meters": readings // bench_data.HOURS,
        "readings_kept": first["readings_kept"],
        "seconds": round(first["wall_seconds"], 2),
        "readings_per_s": round(per_second),
        "raw_copy_per_s": round(raw),
        "ratio": round(per_second / raw, 3),
        "peak_rss_mb": round(max(first["peak_rss_mb"], again["peak_rss_mb"])),
        "reimport_readings_per_s": round(readings / again["wall_seconds"]),
        "reimport_changed": again["readings_new"] + again["readings_replaced"],
    }
    text = "\n".join(f"{name:26}{value:>14,}" for name, value in result.items())
    answer(result, as_json, text)


def real_source(given: Path | None) -> Path | None:
    """The folder of the real set, if it is there."""
    root = os.environ.get("EAIO_REAL_DATA", "../shared/data")
    found = given or Path(root) / "bdg2"
    return found if (found / "meters" / "raw" / "electricity.csv.gz").is_file() else None


@contextmanager
def workplace(folder: Path | None) -> Generator[Path]:
    """The given folder, or a temporary one that is removed with its database."""
    if folder:
        folder.mkdir(parents=True, exist_ok=True)
        yield folder
        return
    made = Path(tempfile.mkdtemp(prefix="eaio-bench-"))
    made.chmod(0o755)
    try:
        yield made
    finally:
        leave_server(made / "home")
        shutil.rmtree(made, ignore_errors=True)


def run_import(home: Path, folder: Path) -> dict[str, Any]:
    """Run ``eaio import`` as a process of its own; its report, with wall time and peak memory.

    Raises:
        EaioError: the import failed; the message is its own.
    """
    environment = {**os.environ, "EAIO_HOME": str(home)}
    environment.pop("EAIO_DATABASE_URL", None)
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        start = time.perf_counter()
        command = [sys.executable, "-m", "eaio", "import", str(folder), "--json"]
        process = subprocess.Popen(command, env=environment, stdout=out, stderr=err)  # noqa: S603 - our own program
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        out.seek(0)
        err.seek(0)
        if os.waitstatus_to_exitcode(status):
            raise EaioError(f"eaio import failed: {err.read().decode()[-2000:]}")
        report: dict[str, Any] = json.loads(out.read())
    per_mb = 1024 if sys.platform != "darwin" else 1024 * 1024
    return {**report, "wall_seconds": seconds, "peak_rss_mb": usage.ru_maxrss / per_mb}


def _raw_copy(url: str, folder: Path, rows: Path) -> float:
    """Seconds to COPY all rows of the set from one binary file into an empty twin of the readings table."""
    _write_rows(folder, rows)
    with psycopg.connect(url, autocommit=True) as conn:
        _make_twin(conn)
        conn.execute("CHECKPOINT")
        start = time.perf_counter()
        with (
            conn.cursor() as cursor,
            cursor.copy(f"COPY {TWIN} (time, value, meter_key, quality) FROM STDIN (FORMAT binary)") as copy,
            rows.open("rb") as file,
        ):
            while block := file.read(1 << 20):
                copy.write(block)
        seconds = time.perf_counter() - start
        conn.execute(f"DROP TABLE {TWIN}".encode())
        conn.execute("CHECKPOINT")
    rows.unlink()
    return seconds


def _make_twin(conn: psycopg.Connection[Any]) -> None:
    """An empty table with the columns, key and monthly partitions of the readings table."""
    conn.execute("SELECT ensure_reading_partitions('2015-12-31', '2018-01-02')")
    conn.execute(
        f"CREATE TABLE {TWIN} (LIKE meter_readings INCLUDING DEFAULTS, PRIMARY KEY (meter_key, time)) "
        "PARTITION BY RANGE (time)".encode()
    )
    bounds = conn.execute(
        "SELECT c.relname, pg_get_expr(c.relpartbound, c.oid) FROM pg_class c JOIN pg_inherits i ON i.inhrelid = c.oid "
        "WHERE i.inhparent = 'meter_readings'::regclass"
    ).fetchall()
    for name, bound in bounds:
        part = name.replace("meter_readings", TWIN)
        conn.execute(f"CREATE TABLE {part} PARTITION OF {TWIN} {bound}".encode())


def _write_rows(folder: Path, rows: Path) -> None:
    """All readings of the set as COPY's binary rows, meter by meter, as the importer would send them."""
    hours = 1_451_606_400 + 3600 * np.arange(bench_data.HOURS)
    key = 0
    with rows.open("wb") as out:
        out.write(HEADER)
        for path in sorted((folder / "meters" / "raw").glob("*.csv")):
            frame = pl.read_csv(path).drop("timestamp")
            for first in range(0, frame.width, _CHUNK):
                values = frame[:, first : first + _CHUNK].to_numpy().T
                count = len(values)
                keys = np.repeat(np.arange(key + 1, key + count + 1, dtype=np.int32), bench_data.HOURS)
                times = timestamptz(np.tile(hours, count))
                columns = [times, np.ascontiguousarray(values).ravel(), keys, np.zeros(len(keys), np.int16)]
                out.write(copy_rows(columns))
                key += count
        out.write(TRAILER)
