"""Versions of the detection parameters."""

from collections.abc import Mapping, Sequence
from uuid import UUID

from psycopg.types.json import Jsonb

from eaio.analysis.models.tuning import ParameterSet
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries

SQL = load_queries("eaio.analysis")


async def parameter_sets(conn: Connection, organisation: UUID) -> Sequence[ParameterSet]:
    """Stored versions, the newest first; which one is active is not filled in."""
    return await fetch_all(conn, SQL["parameter_sets"], ParameterSet, organisation=organisation)


async def active_version(conn: Connection, organisation: UUID) -> int:
    """The version in use; 0 is the built-in one."""
    return await fetch_optional(conn, SQL["active_version"], int, organisation=organisation) or 0


async def save(conn: Connection, organisation: UUID, values: Mapping[str, float], note: str, author: str) -> int:
    """Add a version; two that save at once get numbers one after the other."""
    await conn.execute(SQL["lock_parameters"], {"organisation": str(organisation)})
    sql, kept = SQL["save_parameters"], Jsonb(dict(values))
    return await fetch_one(conn, sql, int, organisation=organisation, values=kept, note=note, author=author)


async def activate(conn: Connection, organisation: UUID, version: int, actor: str) -> None:
    """Note that a version is in use from now on."""
    await execute(conn, SQL["activate_parameters"], organisation=organisation, version=version, actor=actor)
