"""What was imported, and how complete the meters are."""

from collections.abc import Sequence
from uuid import UUID

from eaio.infra.db import Connection
from eaio.metering.models import ImportRecord, MeterCoverage
from eaio.metering.repository import imports as repository


async def imports(conn: Connection, organisation: UUID, limit: int = 50) -> Sequence[ImportRecord]:
    """The newest imports, without their reports."""
    return await repository.imports(conn, organisation, limit)


async def import_record(conn: Connection, organisation: UUID, import_id: UUID) -> ImportRecord:
    """One import with its report; NotFound if it is not this organisation's."""
    return await repository.import_record(conn, organisation, import_id)


async def mark_started(conn: Connection, organisation: UUID, import_id: UUID) -> None:
    """The import of a file that was looked at is on the queue."""
    await repository.mark_started(conn, organisation, import_id)


async def coverage(
    conn: Connection, organisation: UUID, building_id: UUID | None = None, site_id: UUID | None = None
) -> Sequence[MeterCoverage]:
    """How complete every active meter is, by building, carrier and name."""
    return await repository.coverage(conn, organisation, building_id, site_id)
