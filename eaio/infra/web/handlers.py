"""What a handler asks for by name, and how it gets it.

``conn: Conn`` is a connection in a transaction that commits when the handler returns and rolls back when it raises;
``principal: Who`` is the caller, already authenticated. A streamed response outlives both: it opens its own.
"""

from collections.abc import AsyncGenerator
from typing import Annotated, TypeAlias

from litestar import Request
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import SkipValidationMarker

from eaio.infra.db import Connection, Database
from eaio.infra.errors import NotSignedIn
from eaio.infra.identity import Principal
from eaio.settings import Settings

Conn: TypeAlias = Annotated[NamedDependency[Connection], SkipValidationMarker()]
Who: TypeAlias = Annotated[NamedDependency[Principal], SkipValidationMarker()]
Config: TypeAlias = Annotated[NamedDependency[Settings], SkipValidationMarker()]
Db: TypeAlias = Annotated[NamedDependency[Database], SkipValidationMarker()]
WebRequest: TypeAlias = Request[Principal | None, object, State]


async def _conn(state: State) -> AsyncGenerator[Connection]:
    database: Database = state.database
    async with database.transaction() as conn:
        yield conn


def _principal(request: WebRequest) -> Principal:
    caller = request.scope.get("user")
    if not isinstance(caller, Principal):
        raise NotSignedIn("Sign in first")
    return caller


def _settings(state: State) -> Settings:
    return state.settings


def _db(state: State) -> Database:
    return state.database


def dependencies() -> dict[str, Provide]:
    """The dependencies that every handler may name."""
    return {
        "conn": Provide(_conn),
        "principal": Provide(_principal, sync_to_thread=False),
        "settings": Provide(_settings, sync_to_thread=False),
        "db": Provide(_db, sync_to_thread=False),
    }
