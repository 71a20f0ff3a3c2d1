"""The application as a whole: what must hold across packages."""

from eaio.app import JOBS, create_app
from eaio.infra.events import FOLLOWERS
from eaio.settings import Settings
from tests.conftest import ROOT


def test_every_follower_of_an_event_is_a_registered_job() -> None:
    tasks: set[str] = set(JOBS.tasks)  # pyright: ignore[reportUnknownArgumentType]  # its task type is generic
    names = {follower.task for followers in FOLLOWERS.values() for follower in followers}
    assert names <= tasks


def test_every_api_route_is_documented() -> None:
    app = create_app(Settings(home=ROOT / "build", secret_key="test"))
    undocumented = [
        f"{method} {path}"
        for path, item in (app.openapi_schema.paths or {}).items()
        for method in ("get", "post", "put", "patch", "delete")
        if path != "/metrics"  # Prometheus' own format says what it is
        and (operation := getattr(item, method))
        and not (operation.summary and operation.description)
    ]
    assert not undocumented
