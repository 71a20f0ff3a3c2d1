"""From a request to its caller: bearer token, session cookie, or a visit to the synthetic portfolio."""

import re
from ipaddress import ip_address
from typing import Any, TypeAlias

from litestar.connection import ASGIConnection
from litestar.datastructures import State
from litestar.handlers import BaseRouteHandler
from litestar.types import ASGIApp, Receive, Scope, Send

from eaio.accounts import service
from eaio.infra.db import Connection, Database
from eaio.infra.errors import NotSignedIn
from eaio.infra.identity import Principal
from eaio.settings import Settings

COOKIE = "eaio_session"
Caller: TypeAlias = ASGIConnection[Any, Any, Any, State]
_UNKNOWN = ("/static/", "/health", "/ready", "/metrics")
"""Where nobody asks who it is."""
OPEN = re.compile(
    r"/(static/.*|health|ready|metrics|schema(/.*)?|sign-in|sign-out|setup/[^/]+|demo/role|api/auth/token)"
)
"""What answers without a caller; everything else refuses before it reads the body of a request."""
_PROXIED = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")


def authentication(app: ASGIApp) -> ASGIApp:
    """ASGI middleware that puts the caller, or None, into ``scope["user"]``; handlers decide who may enter."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"} and not scope["path"].startswith(_UNKNOWN):
            connection: Caller = ASGIConnection(scope)
            state = connection.app.state
            scope["user"] = await _caller(connection, state.database, state.settings, state.secret)
        await app(scope, receive, send)

    return wrapped


def callers_only(connection: Caller, _: BaseRouteHandler) -> None:
    """Litestar guard of the whole application: raise NotSignedIn for a stranger, unless the path is open."""
    if not OPEN.fullmatch(connection.scope["path"]) and not isinstance(connection.scope.get("user"), Principal):
        raise NotSignedIn("Sign in first")


async def _caller(connection: Caller, database: Database, settings: Settings, secret: str) -> Principal | None:
    header = connection.headers.get("authorization", "")
    cookie = connection.cookies.get(COOKIE)
    visitor = settings.demo and visits_this_machine(connection)
    if not (header or cookie or visitor):
        return None
    async with database.transaction() as conn:
        if header:
            kind, _, token = header.partition(" ")
            return await service.principal_of_bearer(conn, token, secret) if kind.lower() == "bearer" else None
        return await _by_cookie(conn, cookie, visitor)


async def _by_cookie(conn: Connection, cookie: str | None, visitor: bool) -> Principal | None:
    caller = await service.principal_of_session(conn, cookie) if cookie else None
    if caller and caller.demo and not visitor:
        return None
    if caller is None and visitor:
        return await service.principal_of_visitor(conn)
    return caller


def source_of(connection: Caller) -> str | None:
    """The network address that asks."""
    return connection.client.host if connection.client else None


def visits_this_machine(connection: Caller) -> bool:
    """Whether a browser on this machine asks for this machine: by address and Host (against rebinding), unproxied."""
    host = connection.headers.get("host", "").rsplit(":", 1)[0].strip("[]")
    client = source_of(connection) or ""
    forwarded = any(name in connection.headers for name in _PROXIED)
    return not forwarded and _is_loopback(client) and (host == "localhost" or _is_loopback(host))


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False
