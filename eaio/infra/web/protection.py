"""What protects a browser's user: cross-site request forgery tokens and response headers."""

from collections.abc import Callable, Mapping

from litestar.config.csrf import CSRFConfig
from litestar.datastructures import MutableScopeHeaders
from litestar.middleware.base import DefineMiddleware
from litestar.middleware.csrf import CSRFMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from eaio.infra.security import derive_key

HEADERS = {
    "content-security-policy": (
        "default-src 'self'; img-src 'self' data:; style-src 'self' 'unsafe-inline'; script-src 'self'; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(self)",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cache-control": "private, no-store",
}
"""Inline styles stay allowed for chart tooltips and bar widths; scripts only from ourselves, never evaluated. No cache
keeps a page, so that nothing is left after signing out; static files say otherwise."""

_BROWSER_MARKS = (b"cookie", b"origin", b"sec-fetch-site")


class BrowserCSRF(CSRFMiddleware):
    """Litestar's double-submit check, for requests that a browser could be tricked into.

    A request with an Authorization header cannot be forged across sites, and one without cookie, Origin and
    Sec-Fetch-Site does not come from a browser at all: both pass, so that scripts need no token.
    """

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """ASGI entry."""
        if scope["type"] == "http":
            names = {name for name, _ in scope["headers"]}
            safe = scope["method"] in self.config.safe_methods
            if b"authorization" in names or not (safe or names.intersection(_BROWSER_MARKS)):
                await self.app(scope, receive, send)
                return
        await super().__call__(scope, receive, send)


def csrf_middleware(secret: str, secure: bool) -> DefineMiddleware:
    """The check, configured; the token travels in the header ``x-csrftoken`` or the field ``_csrf_token``."""
    config = CSRFConfig(secret=derive_key(secret, "csrf"), cookie_secure=secure, cookie_samesite="strict")
    return DefineMiddleware(BrowserCSRF, config=config)


_TLS = {"strict-transport-security": "max-age=31536000"}


def security_headers(secure: bool) -> Callable[[ASGIApp], ASGIApp]:
    """ASGI middleware that adds :data:`HEADERS` to every HTTP response; behind TLS browsers are told to stay there."""
    headers = {**HEADERS, **_TLS} if secure else HEADERS

    def middleware(app: ASGIApp) -> ASGIApp:
        async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
            await app(scope, receive, _adding(headers, send) if scope["type"] == "http" else send)

        return wrapped

    return middleware


def _adding(added: Mapping[str, str], send: Send) -> Send:
    async def with_headers(message: Message) -> None:
        if message["type"] == "http.response.start":
            message.setdefault("headers", [])
            headers = MutableScopeHeaders.from_message(message)
            for name, value in added.items():
                headers.setdefault(name, value)
        await send(message)

    return with_headers
