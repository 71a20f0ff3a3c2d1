"""``eaio bench dashboard``: page times of a running app at BDG2 size, over real HTTP at a steady rate."""

import asyncio
import json
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Generator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import psutil
import typer

from eaio.accounts import service as accounts
from eaio.cli import bench_data
from eaio.cli.bench_ingest import real_source, run_import, workplace
from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group
from eaio.cli.load import Latencies, open_loop
from eaio.infra.db import Database
from eaio.infra.errors import EaioError
from eaio.infra.identity import Role
from eaio.infra.migrate import migrate
from eaio.infra.server import embedded_url

PERIOD = "start=2016-01-01&end=2017-12-31"
RATES = (20, 40, 60, 80, 100, 130, 160, 200, 250, 300)
LIMIT_MS = 200.0
SETTLE_SECONDS = 12.0
"""After its start the app trains the offline recogniser once, in the background; a steady rate begins after that."""


def register(app: typer.Typer) -> None:
    """Add the bench of this file."""
    group(app, "bench").command("dashboard")(bench_dashboard)


def bench_dashboard(
    scale: float = typer.Option(1.0, min=0.001, max=1.0, help="Share of the 3,053 meters."),
    source: Path = typer.Option(None, help="Real set to make patterns from; default ../shared/data/bdg2 if present."),
    folder: Path = typer.Option(None, help="Where to work; a set that was imported and analysed there is used again."),
    seconds: float = typer.Option(30.0, min=1, help="How long each rate is held."),
    rate: float = typer.Option(20.0, min=1, help="Requests per second of the main measurement."),
    as_json: AsJson = False,
) -> None:
    """Measure portfolio, building, two-year chart and findings; then the highest rate with p95 under 200 ms."""
    with workplace(folder) as place:
        url = embedded_url(place / "home")
        migrate(url)
        _prepare(place, scale, source)
        token = asyncio.run(_token(url))
        with _app(place / "home") as (port, process):
            pages = _pages(port, token)
            first = _warm(port, token, pages)
            time.sleep(SETTLE_SECONDS)
            steady = asyncio.run(open_loop(port, pages, token, rate, seconds))
            result = {
                "meters": _get(port, token, "/api/meters", count=True),
                "rate_per_s": rate,
                "pages": steady,
                "first_ms": first,
                "floor": _floor(port, token),
                "max_rate_p95_200ms": _highest_rate(port, pages, token, seconds / 3),
                "portfolio_analysis_s": _median_seconds(port, token, "/api/analysis/portfolio"),
                "app_rss_mb": round(process.memory_info().rss / 1e6),
            }
    answer(result, as_json, "\n".join(f"{name:24}{value}" for name, value in result.items()))


def _prepare(place: Path, scale: float, source: Path | None) -> None:
    """Import and analyse the set unless an earlier run left it there."""
    done = place / "prepared"
    if done.exists():
        return
    if not (place / "set").exists():
        bench_data.build(place / "set", scale, real_source(source))
    run_import(place / "home", place / "set")
    environment = {**os.environ, "EAIO_HOME": str(place / "home")}
    for verb in ("analyze", "recommend"):
        command = [sys.executable, "-m", "eaio", verb, "--all", "--json"]
        subprocess.run(command, env=environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - our own program
    done.touch()


async def _token(url: str) -> str:
    database = Database(url, 1, 1)
    await database.open()
    try:
        async with database.transaction() as conn:
            owner = await accounts.organisation_for(conn, None)
            _, secret = await accounts.create_api_token(conn, owner.id, None, "bench", Role.ENERGY_ANALYST, 1, "bench")
            return secret
    finally:
        await database.close()


@contextmanager
def _app(home: Path) -> Generator[tuple[int, psutil.Process]]:
    """The app in a process of its own, as `eaio serve` starts it, without the worker."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    environment = {**os.environ, "EAIO_HOME": str(home), "EAIO_WORKER": "0", "EAIO_PORT": str(port)}
    started = subprocess.Popen([sys.executable, "-m", "eaio", "serve"], env=environment)
    try:
        _wait(port, started)
        yield port, psutil.Process(started.pid)
    finally:
        started.terminate()
        started.wait(timeout=30)


def _wait(port: int, started: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and started.poll() is None:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/ready").status_code == 200:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise EaioError("The app under test did not start")


def _get(port: int, token: str, path: str, *, count: bool = False) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    body = httpx.get(f"http://127.0.0.1:{port}{path}", headers=headers, timeout=60).raise_for_status()
    return len(json.loads(body.content)) if count else json.loads(body.content)


def _pages(port: int, token: str) -> Mapping[str, Sequence[str]]:
    """The pages measured, each over many buildings and meters so that no single one is in every cache."""
    meters = _get(port, token, "/api/meters")
    chosen = meters[:: max(1, len(meters) // 60)]
    return {
        "portfolio": ["/portfolio"],
        "building": [f"/buildings/{meter['building_id']}" for meter in chosen],
        "two_year_chart": [f"/meters/{meter['id']}/load.json?{PERIOD}" for meter in chosen],
        "today_chart": ["/today/load.json"],
        "findings": ["/findings", "/findings?offset=50", "/findings?offset=200"],
    }


def _warm(port: int, token: str, pages: Mapping[str, Sequence[str]]) -> Mapping[str, float]:
    """Ask for every page some times; what the very first answer of each took, in milliseconds, nothing cached."""
    first: dict[str, float] = {}
    with httpx.Client(headers={"authorization": f"Bearer {token}", "accept": "text/html"}, timeout=60) as client:
        client.get(f"http://127.0.0.1:{port}/ready")
        for name, paths in pages.items():
            for path in paths[:20]:
                start = time.perf_counter()
                client.get(f"http://127.0.0.1:{port}{path}").raise_for_status()
                first.setdefault(name, round((time.perf_counter() - start) * 1000, 1))
    return first


def _floor(port: int, token: str) -> Latencies:
    """What the smallest authenticated answer takes at the same rate: the limit that the stack itself sets."""
    return asyncio.run(open_loop(port, {"me": ["/api/me"]}, token, 20, 5))["me"]


def _highest_rate(port: int, pages: Mapping[str, Sequence[str]], token: str, seconds: float) -> int:
    """The highest of RATES at which every page's p95 stays under 200 ms and none fails."""
    best = 0
    for rate in RATES:
        found = asyncio.run(open_loop(port, pages, token, rate, seconds))
        if any(page.p95_ms >= LIMIT_MS or page.errors for page in found.values()):
            break
        best = rate
    return best


def _median_seconds(port: int, token: str, path: str) -> float:
    taken: list[float] = []
    for _ in range(5):
        start = time.perf_counter()
        _get(port, token, path)
        taken.append(time.perf_counter() - start)
    return round(statistics.median(taken), 3)
