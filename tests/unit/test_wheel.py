"""The built wheel carries all that it needs and runs from any directory."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.conftest import ROOT

PROBE = """
from eaio.infra.assets import asset_folder
from eaio.infra.web.rendering import environment
from eaio.infra.migrate import head_revision
import eaio
environment().get_template("accounts/sign_in.html")
print(eaio.__file__, asset_folder("static") / "app.css", head_revision(), sep="\\n")
"""


def test_a_wheel_runs_without_the_checkout(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603 - our own build
    (wheel,) = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path / "site")
    environment = {**os.environ, "PYTHONPATH": str(tmp_path / "site")}
    probe = [sys.executable, "-c", PROBE]
    done = subprocess.run(probe, cwd=tmp_path, env=environment, check=True, capture_output=True, text=True)  # noqa: S603 - as above
    module, style, revision = done.stdout.split()
    assert module.startswith(str(tmp_path))
    assert style.startswith(str(tmp_path))
    assert Path(style).is_file()
    assert revision == max(path.name[:4] for path in (ROOT / "migrations" / "versions").glob("*.py"))
