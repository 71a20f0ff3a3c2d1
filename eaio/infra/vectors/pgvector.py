"""The default store: pgvector in the application's own database, inside the caller's transaction."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from msgspec import Struct

from eaio.infra.db import Connection, execute, fetch_all, fetch_one, load_queries
from eaio.infra.vectors.models import (
    Floats,
    Match,
    Metadata,
    Space,
    Vector,
    checked,
    checked_fields,
    checked_limit,
    checked_vectors,
)

SQL = load_queries("eaio.infra.vectors")
EF_SEARCH = 100
"""Candidates that a search of the graph keeps; `eaio bench vector` shows what it buys in recall and costs in time."""


class StoredRow(Struct, frozen=True):
    """A vector as the table has it."""

    id: UUID
    embedding: str
    metadata: dict[str, str]


class PgVectorStore:
    """An HNSW graph for each collection, and an exact search where the graph finds fewer than were asked for.

    The graph is walked until enough vectors pass the filter (iterative scan); for an organisation with few vectors
    the planner takes the primary key instead, which is exact.
    """

    async def upsert(self, conn: Connection, space: Space, vectors: Sequence[Vector]) -> int:
        """See ``VectorStore``."""
        known = checked_vectors(vectors)
        if not known:
            return 0
        rows = {
            "ids": [one.id for one in known],
            "embeddings": [written(one.values) for one in known],
            "metadata": [msgspec.json.encode(one.metadata).decode() for one in known],
        }
        return await execute(conn, SQL["upsert"], **_of(space), **rows)

    async def delete(self, conn: Connection, space: Space, ids: Sequence[UUID]) -> None:
        """See ``VectorStore``."""
        await execute(conn, SQL["delete"], **_of(space), ids=list(ids))

    async def search(
        self, conn: Connection, space: Space, values: Floats, k: int = 10, where: Metadata | None = None
    ) -> Sequence[Match]:
        """See ``VectorStore``."""
        asked = {
            "query": written(checked(values)),
            "where": _json(where),
            "k": checked_limit(k),
            **_of(space),
        }
        await conn.execute(SQL["tune_search"], {"ef_search": str(max(EF_SEARCH, k))})
        found = await fetch_all(conn, SQL["search"], Match, **asked)
        return found if len(found) == k else await fetch_all(conn, SQL["search_exactly"], Match, **asked)

    async def fetch(
        self, conn: Connection, space: Space, *, ids: Sequence[UUID] | None = None, where: Metadata | None = None
    ) -> Sequence[Vector]:
        """See ``VectorStore``."""
        asked = {"ids": None if ids is None else list(ids), "where": _json(where)}
        rows = await fetch_all(conn, SQL["fetch"], StoredRow, **_of(space), **asked)
        return [Vector(row.id, read(row.embedding), row.metadata) for row in rows]

    async def count(self, conn: Connection, space: Space) -> int:
        """See ``VectorStore``."""
        return await fetch_one(conn, SQL["count"], int, **_of(space))

    async def close(self) -> None:
        """Nothing of its own is open."""


def written(values: Floats) -> str:
    """A vector as pgvector reads it."""
    return str(values.astype(np.float32).tolist())


def read(text: str) -> Floats:
    """The inverse of ``written``."""
    return np.array(text[1:-1].split(","), dtype=np.float64)


def _of(space: Space) -> dict[str, Any]:
    return {"collection": space.collection, "organisation": space.organisation, "model": space.model}


def _json(where: Metadata | None) -> str:
    return msgspec.json.encode(checked_fields(where or {})).decode()
