"""The embedded server: awkward homes, several processes, crashes."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import psutil
import psycopg
import pytest

from eaio.infra.embedded import join_server, leave_server, server_running
from eaio.infra.errors import Unavailable
from eaio.infra.server import embedded_url
from tests.conftest import ROOT

USER = """
import sys, psycopg
from pathlib import Path
from eaio.infra.server import embedded_url
with psycopg.connect(embedded_url(Path(sys.argv[1]))) as conn:
    print(conn.execute("SHOW jit").fetchone()[0], flush=True)
sys.stdin.readline()
"""


@pytest.fixture
def home() -> Generator[Path]:
    """A home as a Mac has it, with a space in its name, and longer than a socket's path may be."""
    made = Path(f"/tmp/eaio {os.getpid()}") / ("long" * 20) / "Application Support"  # noqa: S108 - pytest's own folders are closed to other users
    yield made
    leave_server(made)
    shutil.rmtree(made.parent.parent, ignore_errors=True)


def user(home: Path) -> subprocess.Popen[str]:
    """Another process that uses the server until told to end."""
    return connected(starting(home))


def starting(home: Path) -> subprocess.Popen[str]:
    return subprocess.Popen(  # noqa: S603 - our own program
        [sys.executable, "-c", USER, str(home)], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )


def connected(process: subprocess.Popen[str]) -> subprocess.Popen[str]:
    assert process.stdout is not None
    assert process.stdout.readline() == "off\n", "the server is tuned"
    return process


def ended(process: subprocess.Popen[str]) -> int:
    process.communicate("\n", timeout=60)
    return process.returncode


def test_the_last_process_stops_the_server_in_a_home_with_spaces(home: Path) -> None:
    unfinished = home / "postgres.new"
    unfinished.mkdir(parents=True)
    (unfinished / "PG_VERSION").write_text("18\n")
    first, second = user(home), user(home)
    assert ended(first) == 0
    assert server_running(home / "postgres"), "the second one still uses it"
    assert ended(second) == 0
    assert not server_running(home / "postgres")


def test_processes_that_start_at_once_share_one_new_database(home: Path) -> None:
    together = [starting(home) for _ in range(3)]
    assert [ended(connected(process)) for process in together] == [0, 0, 0]


def test_a_killed_server_recovers_even_if_its_number_belongs_to_another_program(home: Path) -> None:
    with psycopg.connect(embedded_url(home), autocommit=True) as conn:
        conn.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    pid_file = home / "postgres" / "postmaster.pid"
    pid, *rest = pid_file.read_text().splitlines()
    os.kill(int(pid), signal.SIGKILL)
    wait_for_end_of(int(pid))
    pid_file.write_text("\n".join([str(os.getpid()), *rest]) + "\n")
    assert not server_running(home / "postgres")
    with psycopg.connect(embedded_url(home)) as conn:
        assert conn.execute("SELECT answer FROM kept").fetchone() == (42,)


def wait_for_end_of(pid: int) -> None:
    deadline = time.monotonic() + 10
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(Unavailable, match=r"EAIO_HOME .*file/home cannot be written .*set EAIO_HOME"):
        join_server(tmp_path / "file" / "home")


def test_a_home_of_another_major_version_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "postgres").mkdir()
    (tmp_path / "postgres" / "PG_VERSION").write_text("16\n")
    with pytest.raises(Unavailable, match="made by Postgres 16"):
        join_server(tmp_path)
    assert [path.name for path in (tmp_path / "postgres").iterdir()] == ["PG_VERSION"]
