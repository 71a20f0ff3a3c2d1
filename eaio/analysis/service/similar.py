"""Past events that looked alike, and what people decided about them."""

from collections.abc import Mapping, Sequence
from uuid import UUID

import structlog

from eaio.analysis import repository
from eaio.analysis.compute.blocks import Floats
from eaio.analysis.compute.signature import MODEL
from eaio.analysis.models import SimilarEvent
from eaio.infra import vectors
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound, Unavailable
from eaio.infra.vectors import Collection, Space, Vector

log = structlog.get_logger()

LEAST_ALIKE = 0.5


def signatures_of(organisation: UUID) -> Space:
    """Where the signatures of an organisation are."""
    return Space(Collection.ANOMALY_SIGNATURES, organisation, MODEL)


async def remember_signatures(
    conn: Connection, organisation: UUID, found: Mapping[UUID, Floats], gone: Sequence[UUID] = ()
) -> None:
    """Keep what events looked like, by event, and forget those that are there no longer.

    A vector store that is away is logged and left for the next analysis.
    """
    try:
        store, space = await vectors.chosen(), signatures_of(organisation)
        await store.delete(conn, space, gone)
        await store.upsert(conn, space, [Vector(event, values) for event, values in found.items()])
    except Unavailable as error:
        log.warning("signatures not stored", reason=error.detail)


async def similar_events(
    conn: Connection, organisation: UUID, event_id: UUID, limit: int = 5
) -> Sequence[SimilarEvent]:
    """Events of the organisation that looked most like one, the nearest first, with what was decided about them.

    Empty where the event has no signature: faults of the data have none.

    Raises:
        NotFound: no such anomaly in this organisation.
    """
    await repository.event(conn, organisation, event_id)
    store, space = await vectors.chosen(), signatures_of(organisation)
    known = await store.fetch(conn, space, ids=[event_id])
    if not known:
        return ()
    matches = await store.search(conn, space, known[0].values, limit + 1)
    found: list[SimilarEvent] = []
    for match in matches:
        if match.id == event_id or match.similarity < LEAST_ALIKE:
            continue
        try:
            event = await repository.event(conn, organisation, match.id)
        except NotFound:
            continue  # withdrawn since; the next analysis of its building forgets it
        found.append(SimilarEvent(event, match.similarity))
    return tuple(found[:limit])
