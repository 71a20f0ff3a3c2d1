"""Killed without warning: the app, its embedded Postgres, an import half-way."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from pathlib import Path

import httpx
import psutil
import pytest

from tests.browser.conftest import Installation
from tests.conftest import ROOT


@pytest.fixture
def embedded(tmp_path: Path) -> Generator[Installation]:
    """An installation with an embedded Postgres of its own."""
    if os.environ.get("EAIO_TEST_DATABASE_URL"):
        pytest.skip("the embedded server is not what is tested here")
    home = Path(f"/tmp/eaio-kill-{os.getpid()}")  # noqa: S108 - short, for a socket's path has at most 107 bytes
    home.mkdir(mode=0o755)
    made = Installation(home, "", demo=False)
    del made.environment["EAIO_DATABASE_URL"]
    yield made
    made.down()
    postmaster(home, signal.SIGTERM)
    shutil.rmtree(home, ignore_errors=True)


def postmaster(home: Path, how: signal.Signals) -> None:
    """Send a signal to the server of this home, if it runs."""
    pid_file = home / "postgres" / "postmaster.pid"
    if pid_file.exists():
        pid = int(pid_file.read_text().splitlines()[0])
        if psutil.pid_exists(pid):
            os.kill(pid, how)
            psutil.Process(pid).wait(30) if psutil.pid_exists(pid) else None


def within(seconds: float, holds: Callable[[], bool]) -> float:
    """Wait until something holds; how long it took."""
    start = time.monotonic()
    while time.monotonic() - start < seconds:
        try:
            if holds():
                return time.monotonic() - start
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError(f"did not hold within {seconds} s")


@pytest.mark.timeout(180)
def test_the_app_survives_the_death_of_its_database_and_its_own(embedded: Installation) -> None:
    embedded.up()
    token = re.findall(r"eaio_\S+", embedded.eaio("token", "create", "--role", "administrator").stdout)
    assert not token, "without an organisation there is nothing to make a token for"
    assert embedded.eaio("site", "create", "Robin", "--time-zone", "Europe/London").returncode == 0
    assert embedded.eaio("building", "create", "B1", "--site", "Robin").returncode == 0
    assert embedded.eaio("meter", "create", "B1", "--carrier", "gas").returncode == 0
    assert "gas" in embedded.eaio("meter", "list", "--building", "B1").stdout

    postmaster(embedded.home, signal.SIGKILL)
    ready = within(30, lambda: httpx.get(f"{embedded.url}/ready").status_code == 200)
    assert ready < 30
    assert "B1" in embedded.eaio("building", "list").stdout, "what was acknowledged is still there"

    embedded.kill()
    embedded.up()
    assert "B1" in embedded.eaio("building", "list").stdout


@pytest.mark.timeout(180)
def test_an_import_killed_half_way_leaves_nothing_and_runs_again(embedded: Installation, tmp_path: Path) -> None:
    path = tmp_path / "readings.csv"
    with path.open("w") as file:
        file.write("timestamp,Robin_office_A,Robin_office_B\n")
        hours = [(d, h) for d in range(9000) for h in range(24)]
        file.writelines(f"{stamp(d, h)},{d % 7 + h / 10},{h}\n" for d, h in hours)
    embedded.up()
    words = ["import", str(path), "--site", "Robin", "--time-zone", "Europe/London", "--carrier", "electricity"]
    for pause in (1.5, 2.5, 3.5):
        running = subprocess.Popen(  # noqa: S603 - our own program
            [sys.executable, "-m", "eaio", *words], env=embedded.environment, cwd=ROOT, stderr=subprocess.DEVNULL
        )
        time.sleep(pause)
        running.kill()
        running.wait()
    done = embedded.eaio(*words, "--json")
    assert done.returncode == 0, done.stderr
    again = embedded.eaio(*words, "--json")
    assert '"readings_new": 0' in again.stdout


def stamp(day: int, hour: int) -> str:
    """A wall clock, days after the first of January 2000."""
    from datetime import datetime, timedelta

    return f"{datetime(2000, 1, 1) + timedelta(days=day, hours=hour):%Y-%m-%d %H:%M:%S}"  # noqa: DTZ001 - as files have it
