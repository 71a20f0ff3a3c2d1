"""Liveness, readiness and metrics for whoever watches the app."""

from litestar import Response, get
from litestar.datastructures import State
from msgspec import Struct

from eaio import __version__
from eaio.infra.db import Database
from eaio.infra.errors import Unavailable
from eaio.infra.migrate import head_revision


class Health(Struct, frozen=True):
    """What works; ``status`` is ``ok`` only if everything does."""

    status: str
    version: str
    database: str
    revision: str | None
    pool: dict[str, int]


async def _health(database: Database) -> Health:
    try:
        async with database.transaction() as conn:
            row = await (await conn.execute("SELECT version_num FROM alembic_version")).fetchone()
    except Unavailable as error:
        return Health("degraded", __version__, error.detail, None, database.metrics())
    revision = row[0] if row else None
    expected = head_revision()
    state = (
        "ok" if revision == expected else f"at revision {revision}, this release needs {expected}: run `eaio migrate`"
    )
    return Health("ok" if state == "ok" else "degraded", __version__, state, revision, database.metrics())


@get("/health", summary="Is the app alive, and what works")
async def health(state: State) -> Health:
    """Always 200 while the process answers; ``status`` says whether it is whole."""
    return await _health(state.database)


@get("/ready", summary="May traffic be sent here")
async def ready(state: State) -> Response[Health]:
    """200 when the database answers and has this release's revision, 503 otherwise."""
    found = await _health(state.database)
    return Response(found, status_code=200 if found.status == "ok" else 503)


HANDLERS = [health, ready]
