"""The queries of organisations, people, sessions and tokens, typed. Callers own the transaction."""

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb

from eaio.accounts.models import Access, ApiToken, Organisation, StoredUser, User
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries
from eaio.infra.identity import Role

SQL = load_queries("eaio.accounts")


async def create_organisation(conn: Connection, name: str, slug: str, is_demo: bool) -> Organisation:
    """Add an organisation."""
    return await fetch_one(conn, SQL["create_organisation"], Organisation, name=name, slug=slug, is_demo=is_demo)


async def organisations(conn: Connection) -> Sequence[Organisation]:
    """All organisations, oldest first: for the operator's command line, never for a caller of the web."""
    return await fetch_all(conn, SQL["organisations"], Organisation)


async def rename_organisation(conn: Connection, organisation: UUID, name: str) -> int:
    """Give an organisation another name."""
    return await execute(conn, SQL["rename_organisation"], organisation=organisation, name=name)


async def set_coverage_threshold(conn: Connection, organisation: UUID, threshold: float) -> int:
    """Change the share of readings below which totals say that they are incomplete."""
    return await execute(conn, SQL["set_coverage_threshold"], organisation=organisation, threshold=threshold)


async def set_currency(conn: Connection, organisation: UUID, currency: str) -> int:
    """Change the currency that the organisation's money is shown in."""
    return await execute(conn, SQL["set_currency"], organisation=organisation, currency=currency)


async def data_version(conn: Connection, organisation: UUID) -> int:
    """A number that grows with every change of the organisation's data or results."""
    return await fetch_one(conn, SQL["data_version"], int, organisation=organisation)


async def raise_data_version(conn: Connection, organisation: UUID) -> int:
    """Say that data or results changed."""
    return await fetch_one(conn, SQL["raise_data_version"], int, organisation=organisation)


async def create_user(conn: Connection, email: str, name: str, password_hash: str) -> UUID:
    """Add a person."""
    return await fetch_one(conn, SQL["create_user"], UUID, email=email, name=name, password_hash=password_hash)


async def set_membership(conn: Connection, organisation: UUID, user: UUID, role: Role) -> int:
    """Give a person a role in an organisation."""
    return await execute(conn, SQL["set_membership"], organisation=organisation, user=user, role=role)


async def members(conn: Connection, organisation: UUID) -> Sequence[User]:
    """The people of an organisation by name."""
    return await fetch_all(conn, SQL["members"], User, organisation=organisation)


async def stored_user(conn: Connection, email: str) -> StoredUser | None:
    """What a sign-in with this address is checked against."""
    return await fetch_optional(conn, SQL["stored_user"], StoredUser, email=email)


async def disable_user(conn: Connection, organisation: UUID, user: UUID, disabled: bool) -> int:
    """Bar a person from signing in, or let them in again."""
    return await execute(conn, SQL["disable_user"], organisation=organisation, user=user, disabled=disabled)


async def end_sessions_of_user(conn: Connection, user: UUID) -> int:
    """Sign a person out everywhere."""
    return await execute(conn, SQL["end_sessions_of_user"], user=user)


async def record_failure(conn: Connection, email: str, source: str | None) -> int:
    """Count a failed sign-in."""
    return await execute(conn, SQL["record_failure"], email=email, source=source)


async def recent_failures(conn: Connection, email: str) -> int:
    """Failed sign-ins of the last fifteen minutes."""
    return await fetch_one(conn, SQL["recent_failures"], int, email=email)


async def recent_failures_from(conn: Connection, source: str) -> int:
    """Failed sign-ins of the last fifteen minutes that came from an address of the network."""
    return await fetch_one(conn, SQL["recent_failures_from"], int, source=source)


async def forget_failures(conn: Connection, email: str) -> int:
    """Clear the count after a success, and everything older than a day."""
    return await execute(conn, SQL["forget_failures"], email=email)


async def create_session(
    conn: Connection, token_hash: bytes, organisation: UUID, user: UUID | None, role: Role, hours: int
) -> int:
    """Remember a session by the hash of its token, and forget those that have ended."""
    await execute(conn, SQL["end_expired_sessions"])
    params = {"organisation": organisation, "user": user, "role": role, "hours": hours}
    return await execute(conn, SQL["create_session"], token_hash=token_hash, **params)


async def session_access(conn: Connection, token_hash: bytes) -> Access | None:
    """What a live session stands for."""
    return await fetch_optional(conn, SQL["session_access"], Access, token_hash=token_hash)


async def end_session(conn: Connection, token_hash: bytes) -> int:
    """Sign out."""
    return await execute(conn, SQL["end_session"], token_hash=token_hash)


async def member_access(conn: Connection, organisation: UUID, user: UUID) -> Access | None:
    """What a person may do in an organisation at this moment."""
    return await fetch_optional(conn, SQL["member_access"], Access, organisation=organisation, user=user)


async def demo_access(conn: Connection) -> Access | None:
    """A visitor's access to the synthetic organisation, if there is one."""
    return await fetch_optional(conn, SQL["demo_access"], Access)


async def create_api_token(
    conn: Connection, organisation: UUID, user: UUID | None, name: str, role: Role, token_hash: bytes, days: int | None
) -> ApiToken:
    """Remember a token by its hash; ``days`` None never expires."""
    params: dict[str, Any] = {"organisation": organisation, "user": user, "name": name, "role": role, "days": days}
    return await fetch_one(conn, SQL["create_api_token"], ApiToken, token_hash=token_hash, **params)


async def api_tokens(conn: Connection, organisation: UUID) -> Sequence[ApiToken]:
    """Tokens, newest first."""
    return await fetch_all(conn, SQL["api_tokens"], ApiToken, organisation=organisation)


async def revoke_api_token(conn: Connection, organisation: UUID, token: UUID) -> int:
    """End a token."""
    return await execute(conn, SQL["revoke_api_token"], organisation=organisation, token=token)


async def token_access(conn: Connection, token_hash: bytes) -> Access | None:
    """What a live API token stands for."""
    return await fetch_optional(conn, SQL["token_access"], Access, token_hash=token_hash)


async def create_setup_link(conn: Connection, token_hash: bytes) -> int:
    """Replace any unused link by this one."""
    await execute(conn, SQL["discard_setup_links"])
    return await execute(conn, SQL["create_setup_link"], token_hash=token_hash)


async def setup_link_is_open(conn: Connection, token_hash: bytes) -> bool:
    """Whether the link may still be used."""
    return await fetch_one(conn, SQL["setup_link_is_open"], int, token_hash=token_hash) > 0


async def use_setup_link(conn: Connection, token_hash: bytes) -> bool:
    """Use the link up; False if it was used, replaced or expired."""
    return await fetch_optional(conn, SQL["use_setup_link"], int, token_hash=token_hash) is not None


async def administrators(conn: Connection) -> int:
    """Active administrators of real organisations."""
    return await fetch_one(conn, SQL["administrators"], int)


async def audit(
    conn: Connection, organisation: UUID | None, actor: str, action: str, subject: str, detail: Mapping[str, Any]
) -> int:
    """Write one line of the audit trail."""
    values = {"actor": actor, "action": action, "subject": subject, "detail": Jsonb(dict(detail))}
    return await execute(conn, SQL["audit"], organisation=organisation, **values)
