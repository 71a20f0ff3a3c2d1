"""What every test may lean on."""

import os
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real meter data, never part of the repository; EAIO_REAL_DATA overrides its place."""
    folder = Path(os.environ.get("EAIO_REAL_DATA", ROOT.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"real data are absent: {folder} does not exist; set EAIO_REAL_DATA to run this test")
    return folder
