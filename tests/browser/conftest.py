"""A real Chromium against the real application."""

import os
import re
import shutil
import subprocess
import sys
import time
from collections.abc import Generator
from pathlib import Path

import httpx
import psycopg
import pytest
from psycopg import sql
from selenium import webdriver
from selenium.webdriver.chrome.service import Service

from tests.conftest import ROOT, fresh_database

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chromium-browser")
DRIVER = shutil.which("chromedriver")
QUIET = (
    "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
    "--disable-background-networking", "--disable-component-update", "--disable-dev-shm-usage", "--hide-scrollbars",
)  # fmt: skip


class Installation:
    """EAIO as a person starts it: ``eaio up`` in a process of its own, with a home and a database of its own."""

    def __init__(self, home: Path, database_url: str, demo: bool) -> None:
        self.home = home
        self.environment = {
            **os.environ,
            "EAIO_HOME": str(home),
            "EAIO_DATABASE_URL": database_url,
            "EAIO_DEMO": "1" if demo else "0",
            "EAIO_PORT": "0",
        }
        self.url = ""
        self._process: subprocess.Popen[str] | None = None
        self.log = home / "up.log"

    def eaio(self, *words: str, timeout: float = 300) -> subprocess.CompletedProcess[str]:
        """Run the command line in this installation."""
        command = [sys.executable, "-m", "eaio", *words]
        return subprocess.run(  # noqa: S603 - our own program
            command, env=self.environment, cwd=ROOT, capture_output=True, text=True, timeout=timeout, check=False
        )

    def up(self) -> None:
        """Start, and wait for the first answer."""
        port = _free_port()
        self.environment["EAIO_PORT"] = str(port)
        self.url = f"http://127.0.0.1:{port}"
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "eaio", "up"], env=self.environment, cwd=ROOT, stdout=log, stderr=log, text=True
            )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline:
            assert self._process.poll() is None, self.log.read_text()
            try:
                if httpx.get(f"{self.url}/ready").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise AssertionError(f"no answer within a minute: {self.log.read_text()}")

    @property
    def setup_link(self) -> str:
        """The one-time link as it was printed."""
        found = re.search(r"http\S+/setup/\S+", self.log.read_text())
        assert found, self.log.read_text()
        return found[0]

    def kill(self) -> None:
        """Die without warning."""
        if self._process:
            self._process.kill()
            self._process.wait(timeout=30)

    def down(self) -> None:
        """Stop as Ctrl-C does."""
        if self._process:
            self._process.terminate()
            self._process.wait(timeout=30)


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
def installation(server_url: str, tmp_path: Path, worker_id: str) -> Generator[Installation]:
    """An empty installation without demo mode; start it with ``up``."""
    yield from _installed(server_url, tmp_path, f"eaio_browser_{worker_id}_{os.getpid()}", demo=False)


@pytest.fixture
def demo_installation(server_url: str, tmp_path: Path, worker_id: str) -> Generator[Installation]:
    """An empty installation in demo mode; start it with ``up``."""
    yield from _installed(server_url, tmp_path, f"eaio_demo_{worker_id}_{os.getpid()}", demo=True)


def _installed(server_url: str, home: Path, name: str, demo: bool) -> Generator[Installation]:
    made = Installation(home, fresh_database(server_url, name), demo)
    yield made
    made.down()
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture
def browser(tmp_path: Path) -> Generator[webdriver.Chrome]:
    """Headless Chromium with an empty profile; downloads land in ``tmp_path / "downloads"``."""
    if not (CHROMIUM and DRIVER):
        pytest.skip("Chromium or its driver is absent: apt-get install chromium chromium-driver")
    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    for word in (*QUIET, f"--user-data-dir={tmp_path / 'profile'}", "--window-size=1440,1000"):
        options.add_argument(word)
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    prefs = {"download.default_directory": str(downloads), "plugins.always_open_pdf_externally": True}
    options.add_experimental_option("prefs", prefs)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(60)
    yield driver
    driver.save_screenshot(str(tmp_path / "last.png"))
    driver.quit()
