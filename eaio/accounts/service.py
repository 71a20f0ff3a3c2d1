"""Organisations, people and their access. The caller owns the transaction."""

import re
import unicodedata
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import jwt
from psycopg.errors import UniqueViolation

from eaio.accounts import repository
from eaio.accounts.models import Access, ApiToken, Credentials, NewSetup, NewUser, Organisation, User
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from eaio.infra.identity import Action, Principal, Role
from eaio.infra.security import TOKEN_PREFIX, derive_key, hash_password, new_token, password_matches, token_hash

MAX_FAILURES = 10
"""Failed sign-ins in fifteen minutes before an address is locked for that time."""
MAX_FAILURES_FROM = 100
"""Failed sign-ins in fifteen minutes from one network address, whatever accounts it tries."""
BEARER_LIFE = timedelta(hours=1)
OWN_ORGANISATION = "My organisation"
_NOBODY = "$argon2id$v=19$m=65536,t=3,p=4$MIIRqgvgQbgj220jfp0MPA$YfwJSVjtjSU0zzV/P3S9nnQ/USre2wvJMjfCIjrTQbg"
"""A hash that no password fits: an unknown address takes as long as a wrong password."""


async def create_organisation(conn: Connection, name: str, is_demo: bool = False) -> Organisation:
    """Add an organisation; its slug is made from the name and told apart by a number."""
    taken = {organisation.slug for organisation in await repository.organisations(conn)}
    base = _slug(name)
    slug = next(s for n in range(1, len(taken) + 2) if (s := base if n == 1 else f"{base}-{n}") not in taken)
    return await repository.create_organisation(conn, name, slug, is_demo)


async def organisations(conn: Connection) -> Sequence[Organisation]:
    """All organisations: for the operator's command line only."""
    return await repository.organisations(conn)


async def organisation_for(conn: Connection, slug: str | None) -> Organisation:
    """The organisation that a command means: the named one, or the only real one, or the synthetic one.

    Raises:
        NotFound: nothing of that name, or nothing at all.
        Invalid: there are several real ones and none is named.
    """
    every = await repository.organisations(conn)
    if slug:
        named = [o for o in every if slug in (o.slug, o.name)]
        if not named:
            raise NotFound(
                f"There is no organisation {slug!r}; there are: {', '.join(o.slug for o in every) or 'none'}"
            )
        return named[0]
    real = [o for o in every if not o.is_demo]
    if len(real) > 1:
        raise Invalid(f"Name the organisation with --organisation: {', '.join(o.slug for o in real)}")
    if not every:
        raise NotFound("There is no organisation yet; run `eaio up` first")
    return real[0] if real else every[0]


async def own_organisation(conn: Connection, slug: str | None = None) -> Organisation:
    """Where real data go: the named organisation, the only real one, or a new one. Never the synthetic one.

    Raises:
        Forbidden: the synthetic organisation is named.
    """
    if slug or any(not o.is_demo for o in await repository.organisations(conn)):
        found = await organisation_for(conn, slug)
        if found.is_demo:
            raise Forbidden("Real data do not mix with the synthetic portfolio; name another organisation")
        return found
    return await create_organisation(conn, OWN_ORGANISATION)


async def edit_organisation(
    conn: Connection, caller: Principal, name: str, currency: str, coverage_threshold: float = 0.9
) -> None:
    """Rename the caller's organisation and set the currency (ISO 4217) that its money is shown in.

    Totals with a smaller share of their readings than ``coverage_threshold`` say that they are incomplete.
    """
    await repository.rename_organisation(conn, caller.organisation, name)
    await repository.set_currency(conn, caller.organisation, currency)
    await repository.set_coverage_threshold(conn, caller.organisation, coverage_threshold)
    detail = {"currency": currency, "coverage_threshold": str(coverage_threshold)}
    await repository.audit(conn, caller.organisation, caller.actor, "organisation edited", name, detail)


async def data_version(conn: Connection, organisation: UUID) -> int:
    """A number that grows with every change of the organisation's data or results."""
    return await repository.data_version(conn, organisation)


async def raise_data_version(conn: Connection, organisation: UUID) -> int:
    """Say that data or results changed, so that nothing cached outlives them."""
    return await repository.raise_data_version(conn, organisation)


def may_invite(caller: Principal) -> None:
    """Raise Forbidden unless the caller may give access; the synthetic portfolio has neither people nor tokens."""
    caller.require(Action.ADMINISTER)
    if caller.demo:
        raise Forbidden("The synthetic portfolio has neither people nor tokens; set up your own organisation")


async def create_user(conn: Connection, organisation: UUID, draft: NewUser, actor: str) -> UUID:
    """Give a person access.

    Raises:
        Conflict: the address is taken.
        Invalid: the password contains the address.
    """
    email = draft.email.lower()
    if email.split("@")[0] in draft.password.lower():
        wrong = {"password": "contains your address"}
        raise Invalid("The password must not contain your address", **wrong)
    hashed = await run_cpu(hash_password, draft.password)
    try:
        async with conn.transaction():
            user = await repository.create_user(conn, email, draft.name, hashed)
    except UniqueViolation as error:
        raise Conflict(f"{email} already has an account", email="already taken") from error
    await repository.set_membership(conn, organisation, user, draft.role)
    await repository.audit(conn, organisation, actor, "user created", email, {"role": draft.role})
    return user


async def members(conn: Connection, organisation: UUID) -> Sequence[User]:
    """The people of an organisation."""
    return await repository.members(conn, organisation)


async def disable_user(conn: Connection, caller: Principal, user: UUID, disabled: bool) -> None:
    """Bar a person from signing in (and end their sessions), or let them in again; raises NotFound, Conflict."""
    if user == caller.user:
        raise Conflict("You cannot disable your own account")
    if not await repository.disable_user(conn, caller.organisation, user, disabled):
        raise NotFound("No such person")
    await repository.end_sessions_of_user(conn, user)
    action = "user disabled" if disabled else "user enabled"
    await repository.audit(conn, caller.organisation, caller.actor, action, str(user), {})


async def verify(conn: Connection, credentials: Credentials, source: str | None = None) -> Access | None:
    """Check an address and a password; None if they do not fit (the failure is recorded).

    ``source`` is the network address that asks.

    Raises:
        NotSignedIn: too many failures of this address or from this source; both wait for fifteen minutes.
    """
    email = credentials.email.lower()
    tried = source is not None and await repository.recent_failures_from(conn, source) >= MAX_FAILURES_FROM
    if tried or await repository.recent_failures(conn, email) >= MAX_FAILURES:
        raise NotSignedIn("Too many failed sign-ins; wait fifteen minutes and try again")
    stored = await repository.stored_user(conn, email)
    fits = await run_cpu(password_matches, stored.password_hash if stored else _NOBODY, credentials.password)
    if stored is None or not fits:
        await repository.record_failure(conn, email, source)
        return None
    await repository.forget_failures(conn, email)
    await repository.audit(conn, stored.organisation_id, stored.name, "signed in", email, {})
    return await repository.member_access(conn, stored.organisation_id, stored.id)


async def open_session(conn: Connection, access: Access, hours: int) -> str:
    """Start a session; returns the token for the cookie."""
    token = new_token()
    await repository.create_session(conn, token_hash(token), access.organisation_id, access.user_id, access.role, hours)
    return token


async def close_session(conn: Connection, token: str) -> None:
    """Sign out."""
    await repository.end_session(conn, token_hash(token))


async def principal_of_session(conn: Connection, token: str) -> Principal | None:
    """The caller behind a session cookie."""
    access = await repository.session_access(conn, token_hash(token))
    return principal(access, by_cookie=True) if access else None


async def principal_of_bearer(conn: Connection, bearer: str, secret: str) -> Principal | None:
    """The caller behind ``Authorization: Bearer``: an API token, or a JWT of this installation."""
    if bearer.startswith(TOKEN_PREFIX):
        access = await repository.token_access(conn, token_hash(bearer))
    else:
        access = await _access_of_jwt(conn, bearer, secret)
    return principal(access) if access else None


async def principal_of_visitor(conn: Connection) -> Principal | None:
    """A visitor of the synthetic portfolio; the caller has checked that it is a visit from this machine."""
    access = await repository.demo_access(conn)
    return principal(access) if access else None


def principal(access: Access, by_cookie: bool = False) -> Principal:
    """The caller that an access stands for."""
    return Principal(
        organisation=access.organisation_id,
        organisation_name=access.organisation_name,
        role=access.role,
        name=access.name,
        currency=access.currency,
        coverage_threshold=access.coverage_threshold,
        user=access.user_id,
        demo=access.is_demo,
        by_cookie=by_cookie,
    )


async def demo_session(conn: Connection, role: Role, hours: int) -> str:
    """A visitor's session in another role; raises NotFound without a synthetic portfolio."""
    access = await repository.demo_access(conn)
    if access is None:
        raise NotFound("There is no synthetic portfolio here")
    token = new_token()
    await repository.create_session(conn, token_hash(token), access.organisation_id, None, role, hours)
    return token


def bearer_token(access: Access, secret: str) -> str:
    """A JWT for the API, good for one hour; who it names is looked up again at every use."""
    now = datetime.now(UTC)
    claims: dict[str, Any] = {
        "sub": str(access.user_id),
        "org": str(access.organisation_id),
        "iat": now,
        "exp": now + BEARER_LIFE,
    }
    return jwt.encode(claims, derive_key(secret, "jwt"), algorithm="HS256")


async def _access_of_jwt(conn: Connection, token: str, secret: str) -> Access | None:
    options: Any = {"require": ["exp", "sub", "org"]}
    try:
        claims = jwt.decode(token, derive_key(secret, "jwt"), algorithms=["HS256"], options=options)
        return await repository.member_access(conn, UUID(claims["org"]), UUID(claims["sub"]))
    except (jwt.PyJWTError, ValueError):
        return None


async def create_api_token(
    conn: Connection, organisation: UUID, user: UUID | None, name: str, role: Role, days: int | None, actor: str
) -> tuple[ApiToken, str]:
    """Make a token for scripts; the second value is shown once."""
    token = new_token(TOKEN_PREFIX)
    stored = await repository.create_api_token(conn, organisation, user, name, role, token_hash(token), days)
    await repository.audit(conn, organisation, actor, "token created", name, {"role": role, "days": days})
    return stored, token


async def api_tokens(conn: Connection, organisation: UUID) -> Sequence[ApiToken]:
    """Tokens, newest first."""
    return await repository.api_tokens(conn, organisation)


async def revoke_api_token(conn: Connection, caller: Principal, token: UUID) -> None:
    """End a token; raises NotFound."""
    if not await repository.revoke_api_token(conn, caller.organisation, token):
        raise NotFound("No such token")
    await repository.audit(conn, caller.organisation, caller.actor, "token revoked", str(token), {})


async def new_setup_link(conn: Connection) -> str | None:
    """A fresh one-time link's token if no administrator exists yet; earlier unused links stop working."""
    if await repository.administrators(conn):
        return None
    token = new_token()
    await repository.create_setup_link(conn, token_hash(token))
    return token


async def setup_is_open(conn: Connection, token: str) -> bool:
    """Whether a one-time link may still be used."""
    return not await repository.administrators(conn) and await repository.setup_link_is_open(conn, token_hash(token))


async def set_up(conn: Connection, token: str, wanted: NewSetup) -> Access:
    """Use the one-time link: name the organisation and create its first administrator.

    Data that were imported before anybody signed in are taken over, for they lie in an organisation without members.

    Raises:
        Forbidden: the link was used, replaced or has expired, or there is an administrator by now.
    """
    if await repository.administrators(conn) or not await repository.use_setup_link(conn, token_hash(token)):
        raise Forbidden("This link was used or has expired; `eaio user setup-link` prints a new one")
    waiting = [o for o in await repository.organisations(conn) if not o.is_demo and not o.members]
    organisation = waiting[0] if waiting else await create_organisation(conn, wanted.organisation)
    await repository.rename_organisation(conn, organisation.id, wanted.organisation)
    draft = NewUser(email=wanted.email, name=wanted.name, password=wanted.password, role=Role.ADMINISTRATOR)
    user = await create_user(conn, organisation.id, draft, actor=wanted.name)
    access = await repository.member_access(conn, organisation.id, user)
    if access is None:
        raise NotFound("The new account vanished while it was made")
    return access


async def audit(conn: Connection, caller: Principal, action: str, subject: str, **detail: Any) -> None:
    """Write one line of the audit trail in the caller's name."""
    await repository.audit(conn, caller.organisation, caller.actor, action, subject, detail)


def _slug(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or "organisation"
