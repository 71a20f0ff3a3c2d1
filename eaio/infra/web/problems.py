"""Errors as answers: RFC 9457 problem details for the API, a fragment for HTMX, a page for people."""

from http import HTTPStatus
from typing import Any, cast

import msgspec
import structlog
from litestar import MediaType, Response
from litestar.exceptions import HTTPException, ValidationException
from litestar.response import Redirect, Template
from psycopg import DataError

from eaio.infra.errors import EaioError, NotSignedIn
from eaio.infra.web.handlers import WebRequest
from eaio.infra.web.rendering import is_htmx, page

log = structlog.get_logger()


class Problem(msgspec.Struct, frozen=True, omit_defaults=True):
    """RFC 9457 problem details."""

    title: str
    status: int
    code: str
    detail: str
    instance: str
    fields: dict[str, str] = {}
    """Input field to what is wrong with it."""


def on_eaio_error(request: WebRequest, error: EaioError) -> Response[object] | Template:
    """Answer with what the error itself says."""
    if isinstance(error, NotSignedIn) and not _wants_json(request):
        return _to_sign_in(request)
    return _answer(request, error.status, error.code, error.detail, error.fields)


def on_http_error(request: WebRequest, error: HTTPException) -> Response[object] | Template:
    """Answer to what the framework refuses: unknown paths, wrong methods, input of the wrong shape."""
    fields = _validation_fields(error) if isinstance(error, ValidationException) else {}
    code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "-")
    detail = error.detail if error.status_code < 500 else "Something went wrong on our side"
    if detail == "Not Found":
        detail = "There is nothing at this address"
    return _answer(request, error.status_code, code, detail, fields)


def on_unstorable(request: WebRequest, error: DataError) -> Response[object] | Template:
    """Text with a NUL character, a number beyond its column: the database says what it cannot hold."""
    log.warning("input refused by the database", path=request.url.path, reason=str(error))
    reason = str(error).partition("\n")[0]
    return _answer(request, 422, "invalid", f"The input holds something that cannot be stored: {reason}", {})


def on_too_deep(request: WebRequest, _: RecursionError) -> Response[object] | Template:
    """JSON of thousands of nested brackets, which the decoder gives up on."""
    return _answer(request, 400, "invalid", "The input is nested too deeply; send it as the schema shows it", {})


def on_unexpected(request: WebRequest, error: Exception) -> Response[object] | Template:
    """Nothing of an unexpected error leaves the server but its reference in the log."""
    log.error("request failed", path=request.url.path, method=request.method, exc_info=error)
    return _answer(request, 500, "internal", "Something went wrong on our side; nothing was changed", {})


def _validation_fields(error: ValidationException) -> dict[str, str]:
    extra = cast("list[dict[str, Any]]", error.extra if isinstance(error.extra, list) else [])
    return {str(item.get("key", "body")): str(item.get("message", "invalid")) for item in extra}


def _answer(
    request: WebRequest, status: int, code: str, detail: str, fields: dict[str, str]
) -> Response[object] | Template:
    if _wants_json(request):
        problem = Problem(HTTPStatus(status).phrase, status, code, detail, request.url.path, fields)
        return Response(problem, status_code=status, media_type="application/problem+json")
    template = "parts/problem.html" if is_htmx(request) else "problem.html"
    return page(request, template, status=status, detail=detail, fields=fields)


def _wants_json(request: WebRequest) -> bool:
    path = request.url.path
    if path.startswith(("/api/", "/health", "/ready", "/metrics", "/schema", "/mcp")) or path.endswith(".json"):
        return True
    return "text/html" not in request.headers.get("accept", "*/*") and not is_htmx(request)


def _to_sign_in(request: WebRequest) -> Response[object]:
    if is_htmx(request):
        return Response(None, status_code=204, headers={"HX-Redirect": "/sign-in"}, media_type=MediaType.TEXT)
    return Redirect("/sign-in", status_code=303)
