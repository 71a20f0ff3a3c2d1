"""Sign-in, first setup, role switch of the synthetic portfolio, people and tokens."""

import re
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.datastructures import Cookie
from litestar.exceptions import ValidationException
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template
from msgspec import Meta, Struct

from eaio.accounts import service
from eaio.accounts.authentication import COOKIE, source_of, visits_this_machine
from eaio.accounts.models import Credentials, NewSetup, NewUser
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Forbidden
from eaio.infra.identity import Action, Principal, Role
from eaio.infra.web.handlers import Config, Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.settings import Settings

Form = URLEncodedBody[dict[str, str]]


class TokenForm(Struct, frozen=True, kw_only=True):
    """Fields of the form that makes a token."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    role: Role
    days: Annotated[int, Meta(ge=1, le=3650)] = 90


class OrganisationForm(Struct, frozen=True, kw_only=True):
    """Fields of the form of the organisation."""

    name: Annotated[str, Meta(min_length=1, max_length=120)]
    currency: Annotated[str, Meta(pattern="^[A-Z]{3}$")]
    coverage: Annotated[float, Meta(ge=1, le=100)] = 90.0
    """Percent of the readings below which totals say that they are incomplete."""


def _cookie(token: str, settings: Settings) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=token,
        httponly=True,
        secure=settings.secure_cookies,
        samesite="lax",
        max_age=settings.session_hours * 3600,
    )


def _home(token: str, settings: Settings) -> Redirect:
    return Redirect("/", status_code=303, cookies=[_cookie(token, settings)])


@get("/sign-in", include_in_schema=False)
async def sign_in_form(request: WebRequest) -> Template:
    """The form."""
    return page(request, "accounts/sign_in.html", email="", error=None)


@post("/sign-in", include_in_schema=False)
async def sign_in(request: WebRequest, conn: Conn, settings: Config, data: Form) -> Redirect | Template:
    """Open a session, or show the form again with what is wrong; a failure is counted."""
    error = "Address or password is wrong"
    try:
        credentials = msgspec.convert({k: data.get(k, "") for k in ("email", "password")}, Credentials)
        access = await service.verify(conn, credentials, source_of(request))
    except msgspec.ValidationError:
        access = None
    except EaioError as problem:
        access, error = None, problem.detail
    if access is None:
        return page(request, "accounts/sign_in.html", status=401, email=data.get("email", ""), error=error)
    return _home(await service.open_session(conn, access, settings.session_hours), settings)


@post("/sign-out", include_in_schema=False)
async def sign_out(request: WebRequest, conn: Conn) -> Redirect:
    """End the session."""
    token = request.cookies.get(COOKIE)
    if token:
        await service.close_session(conn, token)
    return Redirect("/sign-in", status_code=303, cookies=[Cookie(key=COOKIE, value="", max_age=0)])


@get("/setup/{token:str}", include_in_schema=False)
async def setup_form(request: WebRequest, conn: Conn, token: FromPath[str]) -> Template:
    """The one-time link that is printed on the terminal."""
    if not await service.setup_is_open(conn, token):
        raise Forbidden("This link was used or has expired; `eaio user setup-link` prints a new one")
    return page(request, "accounts/setup.html", token=token, values={}, fields={}, error=None)


@post("/setup/{token:str}", include_in_schema=False)
async def set_up(
    request: WebRequest, conn: Conn, settings: Config, token: FromPath[str], data: Form
) -> Redirect | Template:
    """Create the organisation and its first administrator, and sign in."""
    names = ("organisation", "email", "name", "password")
    try:
        async with conn.transaction():
            wanted = msgspec.convert({name: data.get(name, "").strip() for name in names}, NewSetup)
            access = await service.set_up(conn, token, wanted)
    except (msgspec.ValidationError, EaioError) as problem:
        values = {name: data.get(name, "") for name in names[:3]}
        fields, error = explain(problem)
        return page(request, "accounts/setup.html", status=422, token=token, values=values, fields=fields, error=error)
    return _home(await service.open_session(conn, access, settings.session_hours), settings)


_MISSING = re.compile(r"Object missing required field `(\w+)`")


def explain(problem: Exception) -> tuple[dict[str, str], str]:
    """What is wrong with which field, in words for a form."""
    if isinstance(problem, EaioError):
        return problem.fields, problem.detail
    text, _, path = str(problem).partition(" - at `$.")
    field = path.rstrip("`")
    if missing := _MISSING.match(text):
        field, text = missing[1], "Needed"
    return ({field: text} if field else {}), text if not field else f"{field.capitalize()}: {text[0].lower()}{text[1:]}"


@post("/demo/role", include_in_schema=False)
async def switch_role(request: WebRequest, conn: Conn, settings: Config, data: Form) -> Redirect:
    """See the synthetic portfolio as somebody else: without a password, on this machine only."""
    if not (settings.demo and visits_this_machine(request)):
        raise Forbidden("Roles can be switched only in demo mode, on the machine that runs the app")
    caller = request.scope.get("user")
    if isinstance(caller, Principal) and not caller.demo:
        raise Forbidden("Roles can be switched only in the synthetic portfolio")
    try:
        role = Role(data.get("role", ""))
    except ValueError as error:
        raise ValidationException("There is no such role") from error
    return _home(await service.demo_session(conn, role, settings.session_hours), settings)


@get("/settings", include_in_schema=False)
async def settings_index(request: WebRequest, principal: Who) -> Template:
    """What can be set, and where."""
    return page(request, "accounts/settings.html", principal=principal, error=None)


@post("/settings", include_in_schema=False)
async def save_settings(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Rename the organisation, choose its currency and when totals count as incomplete; administrators only."""
    principal.require(Action.ADMINISTER)
    try:
        given = {k: data[k].strip() for k in ("name", "currency", "coverage") if data.get(k, "").strip()}
        wanted = msgspec.convert(given, OrganisationForm, strict=False)
    except msgspec.ValidationError as problem:
        return page(request, "accounts/settings.html", status=422, error=explain(problem)[1])
    await service.edit_organisation(conn, principal, wanted.name, wanted.currency, wanted.coverage / 100)
    return Redirect("/settings", status_code=303)


@get("/settings/people", include_in_schema=False)
async def people(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """People and API tokens; administrators only."""
    principal.require(Action.ADMINISTER)
    return await _people(request, conn, principal)


async def _people(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    status: int = 200,
    error: str | None = None,
    secret: str | None = None,
) -> Template:
    return page(
        request,
        "accounts/people.html",
        status=status,
        members=await service.members(conn, principal.organisation),
        tokens=await service.api_tokens(conn, principal.organisation),
        error=error,
        secret=secret,
    )


@post("/settings/people", include_in_schema=False)
async def add_person(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Give a person access."""
    service.may_invite(principal)
    try:
        async with conn.transaction():
            draft = msgspec.convert(
                {k: data.get(k, "").strip() for k in ("email", "name", "password", "role")}, NewUser
            )
            await service.create_user(conn, principal.organisation, draft, principal.actor)
    except (msgspec.ValidationError, EaioError) as problem:
        return await _people(request, conn, principal, 422, explain(problem)[1])
    return Redirect("/settings/people", status_code=303)


@post("/settings/people/{user_id:uuid}/disabled", include_in_schema=False)
async def set_disabled(conn: Conn, principal: Who, user_id: FromPath[UUID], data: Form) -> Redirect:
    """Bar a person, or let them in again."""
    principal.require(Action.ADMINISTER)
    await service.disable_user(conn, principal, user_id, data.get("disabled") == "true")
    return Redirect("/settings/people", status_code=303)


@post("/settings/tokens", include_in_schema=False)
async def add_token(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template:
    """Make a token and show it once."""
    service.may_invite(principal)
    try:
        wanted = msgspec.convert(data, TokenForm, strict=False)
    except msgspec.ValidationError as problem:
        return await _people(request, conn, principal, 422, explain(problem)[1])
    _, secret = await service.create_api_token(
        conn, principal.organisation, principal.user, wanted.name, wanted.role, wanted.days, principal.actor
    )
    return await _people(request, conn, principal, 201, secret=secret)


@post("/settings/tokens/{token_id:uuid}/revoked", include_in_schema=False)
async def revoke_token(conn: Conn, principal: Who, token_id: FromPath[UUID]) -> Redirect:
    """End a token."""
    principal.require(Action.ADMINISTER)
    await service.revoke_api_token(conn, principal, token_id)
    return Redirect("/settings/people", status_code=303)


HANDLERS = [
    sign_in_form,
    sign_in,
    sign_out,
    setup_form,
    set_up,
    switch_role,
    settings_index,
    save_settings,
    people,
    add_person,
    set_disabled,
    add_token,
    revoke_token,
]
