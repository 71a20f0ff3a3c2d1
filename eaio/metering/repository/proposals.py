"""Corrections that wait for a decision."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.infra.db import Connection, execute, fetch_all, fetch_one
from eaio.metering.models import Proposal
from eaio.metering.repository.arrays import execute_arrays, fetch_series
from eaio.metering.repository.readings import SQL


class ProposedValues(Struct, frozen=True):
    """Arrays of one length: seconds since 1970 UTC, what counted, what shall count; NaN is none."""

    seconds: NDArray[np.int64]
    before: NDArray[np.float64]
    after: NDArray[np.float64]


async def replace_open(conn: Connection, organisation: UUID, meter: UUID, author: str) -> None:
    """Close what is still open of a meter: new proposals take its place."""
    await execute(conn, SQL["replace_proposals"], organisation=organisation, meter=meter, author=author)


async def keep(conn: Connection, organisation: UUID, meter: UUID, values: ProposedValues, **facts: Any) -> None:
    """A new proposal; ``facts`` are kind, method, reason, author and estimated."""
    await execute_arrays(
        conn,
        SQL["keep_proposal"],
        organisation=organisation,
        meter=meter,
        seconds=values.seconds,
        before=values.before,
        after=values.after,
        **facts,
    )


async def proposals(conn: Connection, organisation: UUID, **chosen: Any) -> Sequence[Proposal]:
    """Newest first; ``chosen`` are proposal, meter, status and limit."""
    params: dict[str, Any] = {"proposal": None, "meter": None, "status": None, "limit": 200} | chosen
    return await fetch_all(conn, SQL["proposals"], Proposal, organisation=organisation, **params)


async def values_of(conn: Connection, organisation: UUID, proposal: UUID) -> ProposedValues:
    """What a proposal would change."""
    rows = await fetch_series(conn, SQL["proposed_values"], organisation=organisation, proposal=proposal)
    return ProposedValues(*rows[0])


async def lock(conn: Connection, organisation: UUID, proposal: UUID) -> None:
    """Let nobody else decide on it in the meantime; raises NotFound."""
    await fetch_one(conn, SQL["lock_proposal"], UUID, "No such proposal", organisation=organisation, proposal=proposal)


async def decide(
    conn: Connection, organisation: UUID, proposal: UUID, status: str, author: str, batch: UUID | None = None
) -> None:
    """Applied or rejected, by whom."""
    params: dict[str, Any] = {"status": status, "author": author, "batch": batch}
    await execute(conn, SQL["decide_proposal"], organisation=organisation, proposal=proposal, **params)
