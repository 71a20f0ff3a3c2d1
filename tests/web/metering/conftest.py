"""An app with its worker and a small upload limit, for this folder alone."""

from collections.abc import Generator

import pytest

from eaio.settings import Settings
from tests.web.conftest import serve

UPLOAD_LIMIT = 3_000_000


@pytest.fixture(scope="module")
def app_url(database_url: str, tmp_path_factory: pytest.TempPathFactory) -> Generator[str]:
    """The running app; uploads are looked at and imported by its own worker."""
    home = tmp_path_factory.mktemp("uploading")
    settings = Settings(
        home=home, database_url=database_url, demo=False, worker=True, pool_min=1, pool_max=6, upload_limit=UPLOAD_LIMIT
    )
    yield from serve(settings)
