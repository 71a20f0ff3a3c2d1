"""What peers and the portfolio's peak are made of: figures of every building, decisions, loads."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.models import Candidate, PeerChange, PeerChoice
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, load_queries

SQL = load_queries("eaio.analysis")
WIRE = np.dtype("<f4")


class StoredLoad(Struct, frozen=True):
    """The electricity of a building's analysed year by hour."""

    building_id: UUID
    building: str
    site: str
    first_hour: datetime
    load: bytes

    @property
    def values(self) -> NDArray[np.float32]:
        """KWh of each hour, NaN where unknown; single precision, as it is stored."""
        return np.frombuffer(self.load, WIRE)


class StandingChoice(Struct, frozen=True):
    """Who is kept out of whose peers, or put in."""

    building_id: UUID
    peer_id: UUID
    include: bool


async def candidates(
    conn: Connection, organisation: UUID, use_type: str | None = None, included: Sequence[UUID] = ()
) -> Sequence[Candidate]:
    """Every building with an intensity of a use, or of all, and those that are named."""
    return await fetch_all(
        conn, SQL["candidates"], Candidate, organisation=organisation, use_type=use_type, included=list(included)
    )


async def choices(conn: Connection, organisation: UUID, building: UUID) -> Sequence[PeerChoice]:
    """Standing decisions about a building's peers, oldest first."""
    return await fetch_all(conn, SQL["peer_choices"], PeerChoice, organisation=organisation, building=building)


async def standing_choices(conn: Connection, organisation: UUID) -> Sequence[StandingChoice]:
    """Standing decisions about the peers of every building."""
    return await fetch_all(conn, SQL["standing_choices"], StandingChoice, organisation=organisation)


async def choose(conn: Connection, organisation: UUID, building: UUID, change: PeerChange, author: str) -> UUID:
    """Write a decision down; NotFound if either building is not the organisation's."""
    params = {"building": building, "peer": change.peer, "include": change.include, "reason": change.reason}
    return await fetch_one(
        conn, SQL["choose_peer"], UUID, "No such building", organisation=organisation, author=author, **params
    )


async def undo(
    conn: Connection,
    organisation: UUID,
    building: UUID,
    author: str,
    *,
    choice: UUID | None = None,
    peer: UUID | None = None,
) -> int:
    """Take back a decision, named by itself or by its peer; returns how many that were."""
    params = {"building": building, "choice": choice, "peer": peer, "author": author}
    return await execute(conn, SQL["undo_choice"], organisation=organisation, **params)


async def save_load(conn: Connection, organisation: UUID, building: UUID, load: pl.DataFrame | None) -> None:
    """Keep a building's load of ``time`` and ``value`` in place of the earlier one; None forgets it."""
    if load is None or load.is_empty():
        await execute(conn, SQL["forget_load"], organisation=organisation, building=building)
        return
    values = load["value"].fill_null(np.nan).to_numpy().astype(WIRE).tobytes()
    params = {"building": building, "first_hour": load["time"][0], "load": values}
    await execute(conn, SQL["save_load"], organisation=organisation, **params)


async def loads(conn: Connection, organisation: UUID) -> Sequence[StoredLoad]:
    """Loads of active buildings, by name."""
    return await fetch_all(conn, SQL["loads"], StoredLoad, organisation=organisation)
