"""The recorded faults. Callers own the transaction."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from eaio.demo.models import PlantedFault
from eaio.infra.db import Connection, execute, fetch_all, load_queries

SQL = load_queries("eaio.demo")


async def save_faults(conn: Connection, organisation: UUID, faults: Sequence[PlantedFault]) -> int:
    """Keep what was planted; returns how many."""
    encoded = msgspec.json.encode(faults).decode()
    return await execute(conn, SQL["save_faults"], organisation=organisation, faults=encoded)


async def faults(conn: Connection, organisation: UUID) -> Sequence[PlantedFault]:
    """What was planted, oldest first."""
    return await fetch_all(conn, SQL["faults"], PlantedFault, organisation=organisation)
