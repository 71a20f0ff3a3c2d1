"""JSON API of sign-in, people and tokens."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.datastructures import State
from litestar.params import FromPath, JSONBody
from msgspec import Meta, Struct

from eaio.accounts import service
from eaio.accounts.authentication import source_of
from eaio.accounts.models import ApiToken, Credentials, NewUser, PersonName, User
from eaio.infra.errors import NotSignedIn
from eaio.infra.identity import Action, Role
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.problems import Problem


class Bearer(Struct, frozen=True):
    """A JSON Web Token for the Authorization header."""

    access_token: str
    token_type: str
    expires_in: int


class Me(Struct, frozen=True):
    """The caller, as the API sees it."""

    name: str
    role: Role
    organisation: str
    synthetic: bool
    may: tuple[Action, ...]


class NewToken(Struct, frozen=True, kw_only=True):
    """A token to be made."""

    name: PersonName
    role: Role
    days: Annotated[int, Meta(ge=1, le=3650)] = 90


class IssuedToken(Struct, frozen=True):
    """A new token; ``secret`` is shown this once."""

    token: ApiToken
    secret: str


@post("/api/auth/token", summary="Exchange address and password for a bearer token", status_code=200)
async def issue_bearer(
    request: WebRequest, conn: Conn, data: JSONBody[Credentials], state: State
) -> Response[Bearer | Problem]:
    """A JWT that is good for one hour. Ten failures lock the address for fifteen minutes."""
    access = await service.verify(conn, data, source_of(request))
    if access is None:
        problem = Problem("Unauthorized", 401, NotSignedIn.code, "Address or password is wrong", "/api/auth/token")
        return Response(problem, status_code=401, media_type="application/problem+json")
    token = service.bearer_token(access, state.secret)
    return Response(Bearer(token, "Bearer", int(service.BEARER_LIFE.total_seconds())))


@get("/api/me", summary="Who am I")
async def who_am_i(principal: Who) -> Me:
    """The caller, its role and what that role may do."""
    allowed = tuple(action for action in Action if principal.may(action))
    return Me(principal.name, principal.role, principal.organisation_name, principal.demo, allowed)


@get("/api/users", summary="People of the organisation")
async def list_users(conn: Conn, principal: Who) -> list[User]:
    """Administrators only."""
    principal.require(Action.ADMINISTER)
    return list(await service.members(conn, principal.organisation))


@post("/api/users", summary="Give a person access")
async def create_user(conn: Conn, principal: Who, data: JSONBody[NewUser]) -> list[User]:
    """Administrators only; answers with everybody."""
    service.may_invite(principal)
    await service.create_user(conn, principal.organisation, data, principal.actor)
    return list(await service.members(conn, principal.organisation))


@get("/api/tokens", summary="API tokens")
async def list_tokens(conn: Conn, principal: Who) -> list[ApiToken]:
    """Administrators only; secrets are never shown again."""
    principal.require(Action.ADMINISTER)
    return list(await service.api_tokens(conn, principal.organisation))


@post("/api/tokens", summary="Make an API token")
async def create_token(conn: Conn, principal: Who, data: JSONBody[NewToken]) -> IssuedToken:
    """Administrators only."""
    service.may_invite(principal)
    token, secret = await service.create_api_token(
        conn, principal.organisation, principal.user, data.name, data.role, data.days, principal.actor
    )
    return IssuedToken(token, secret)


@delete("/api/tokens/{token_id:uuid}", summary="Revoke an API token")
async def revoke_token(conn: Conn, principal: Who, token_id: FromPath[UUID]) -> None:
    """Administrators only."""
    principal.require(Action.ADMINISTER)
    await service.revoke_api_token(conn, principal, token_id)


HANDLERS = [issue_bearer, who_am_i, list_users, create_user, list_tokens, create_token, revoke_token]
