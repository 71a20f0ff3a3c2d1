"""Vectors through ``timescale-vector``, on the application's database or a server of their own.

Of the library the query builder, the search and the connection set-up are used. Three things are done here instead:
tables, since the library's own need the vectorscale extension; upserts, since the library's keep the old row; and the
size of the pool, since the library's takes nearly every connection that the server has. The library writes limits and
field names into its SQL as they come, so both are checked before they reach it; filters are bound parameters.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeAlias, cast
from uuid import UUID, uuid5

import msgspec

from eaio.infra.db import Connection
from eaio.infra.errors import Unavailable
from eaio.infra.vectors.models import (
    DIMENSIONS,
    Collection,
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

Client: TypeAlias = Any
"""A ``timescale_vector.client.Async``, whose signatures are partly unknown; imported only where it is opened."""
SCHEMA = "timescale_vectors"
MOST_CONNECTIONS = 4
SETTINGS = {
    "hnsw": {"hnsw.ef_search": 100, "hnsw.iterative_scan": "strict_order"},
    "diskann": {"diskann.query_search_list_size": 100, "diskann.query_rescore": 200},
}
"""What a search sets for its transaction, by kind of index."""

_TABLE = """
CREATE TABLE IF NOT EXISTS {schema}.{table} (
    id uuid PRIMARY KEY, metadata jsonb NOT NULL, contents text NOT NULL DEFAULT '', embedding vector({n}) NOT NULL
);
CREATE INDEX IF NOT EXISTS {table}_metadata ON {schema}.{table} USING gin (metadata jsonb_path_ops);
CREATE INDEX IF NOT EXISTS {table}_nearest ON {schema}.{table} USING {method} (embedding vector_cosine_ops);
"""
_UPSERT = """
INSERT INTO {schema}.{table} (id, metadata, embedding) VALUES ($1, $2::jsonb, $3)
ON CONFLICT (id) DO UPDATE SET metadata = excluded.metadata, embedding = excluded.embedding
"""
_DELETE = "DELETE FROM {schema}.{table} WHERE id = ANY($1::uuid[])"
_EXACT = """
SELECT metadata, embedding <=> $1 AS distance FROM {schema}.{table}
WHERE metadata @> $2::jsonb ORDER BY (embedding <=> $1) + 0 LIMIT $3
"""
_FETCH = """
SELECT metadata, embedding FROM {schema}.{table}
WHERE metadata @> $1::jsonb AND ($2::uuid[] IS NULL OR id = ANY($2::uuid[]))
"""
_COUNT = "SELECT count(*) FROM {schema}.{table} WHERE metadata @> $1::jsonb"
_VECTORSCALE = "SELECT 1 FROM pg_extension WHERE extname = 'vectorscale'"


class TimescaleVectorStore:
    """A table for each collection, indexed by vectorscale's DiskANN where the server has it, else by HNSW."""

    def __init__(self, clients: Mapping[Collection, Client], method: str) -> None:
        self._clients = clients
        self._method = method

    @classmethod
    async def open(cls, url: str) -> "TimescaleVectorStore":
        """Connect, and make the tables where they are missing.

        Raises:
            Unavailable: the library is not installed, or the server does not answer or lacks the vector extension.
        """
        try:
            from timescale_vector.client import Async
        except ImportError as error:
            raise Unavailable(
                'EAIO_VECTOR_STORE=timescale needs timescale-vector; install it with pip install "eaio[timescale]"'
            ) from error
        clients = {
            kind: Async(url, kind.value, DIMENSIONS, max_db_connections=MOST_CONNECTIONS, schema_name=SCHEMA)
            for kind in Collection
        }
        store = cls(clients, "hnsw")
        async with _answered():
            await store._connect()
        return store

    async def _connect(self) -> None:
        """One pool for every collection; the library would open one for each."""
        from asyncpg import connect  # pyright: ignore[reportUnknownVariableType]  # partly untyped

        first, *others = self._clients.values()
        conn = cast("Any", await connect(first.service_url))
        try:
            await conn.execute("CREATE EXTENSION IF NOT EXISTS vector")
            await conn.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
            self._method = "diskann" if await conn.fetchval(_VECTORSCALE) else "hnsw"
            for kind in Collection:
                await conn.execute(_TABLE.format(schema=SCHEMA, table=kind.value, n=DIMENSIONS, method=self._method))
        finally:
            await conn.close()
        await first.connect()
        for client in others:
            client.pool = first.pool

    @asynccontextmanager
    async def _pooled(self, space: Space) -> AsyncGenerator[Any]:
        client = self._clients[space.collection]
        async with _answered(), await client.connect() as conn:
            yield conn

    async def upsert(self, conn: Connection, space: Space, vectors: Sequence[Vector]) -> int:
        """See ``VectorStore``."""
        rows = [
            (_key(space, one.id), _json(space, {**one.metadata, "id": str(one.id)}), one.values)
            for one in checked_vectors(vectors)
        ]
        if rows:
            async with self._pooled(space) as pooled, pooled.transaction():
                await pooled.executemany(_sql(_UPSERT, space), rows)
        return len(rows)

    async def delete(self, conn: Connection, space: Space, ids: Sequence[UUID]) -> None:
        """See ``VectorStore``."""
        async with self._pooled(space) as pooled:
            await pooled.execute(_sql(_DELETE, space), [_key(space, one) for one in ids])

    async def search(
        self, conn: Connection, space: Space, values: Floats, k: int = 10, where: Metadata | None = None
    ) -> Sequence[Match]:
        """See ``VectorStore``."""
        from timescale_vector.client import QueryParams

        query, limit = checked(values), checked_limit(k)
        wanted = _marked(space, checked_fields(where or {}))
        client = self._clients[space.collection]
        async with _answered():
            found: Sequence[Any] = await client.search(
                query,
                limit=limit,
                filter=wanted,
                query_params=QueryParams(SETTINGS[self._method]),
            )
        if len(found) < limit:
            async with self._pooled(space) as pooled:
                found = await pooled.fetch(_sql(_EXACT, space), query, msgspec.json.encode(wanted).decode(), limit)
        return [_match(row) for row in found]

    async def fetch(
        self, conn: Connection, space: Space, *, ids: Sequence[UUID] | None = None, where: Metadata | None = None
    ) -> Sequence[Vector]:
        """See ``VectorStore``."""
        keys = None if ids is None else [_key(space, one) for one in ids]
        async with self._pooled(space) as pooled:
            rows = await pooled.fetch(_sql(_FETCH, space), _json(space, checked_fields(where or {})), keys)
        found = [
            Vector(UUID(row["metadata"]["id"]), checked(row["embedding"].to_numpy()), _fields(row["metadata"]))
            for row in rows
        ]
        return sorted(found, key=lambda one: one.id)

    async def count(self, conn: Connection, space: Space) -> int:
        """See ``VectorStore``."""
        async with self._pooled(space) as pooled:
            return int(await pooled.fetchval(_sql(_COUNT, space), _json(space, {})))

    async def close(self) -> None:
        """Close the pool."""
        pool = next(iter(self._clients.values())).pool
        if pool is not None:
            await pool.close()


def _sql(template: str, space: Space) -> str:
    """The table's name comes from the enumeration of collections and nowhere else."""
    return template.format(schema=SCHEMA, table=Collection(space.collection).value)


def _key(space: Space, one: UUID) -> UUID:
    """The library's rows have one id, which must not clash between organisations."""
    return uuid5(space.organisation, str(one))


def _marked(space: Space, fields: Mapping[str, str]) -> dict[str, str]:
    return {**fields, "organisation": str(space.organisation), "model": space.model}


def _json(space: Space, fields: Mapping[str, str]) -> str:
    return msgspec.json.encode(_marked(space, fields)).decode()


def _fields(metadata: Mapping[str, str]) -> dict[str, str]:
    return {name: text for name, text in metadata.items() if name not in {"organisation", "model", "id"}}


def _match(row: Any) -> Match:
    return Match(UUID(row["metadata"]["id"]), 1.0 - float(row["distance"]), _fields(row["metadata"]))


@asynccontextmanager
async def _answered() -> AsyncGenerator[None]:
    """Turns what the client raises for a server that is away into an error that says so."""
    import asyncpg

    try:
        yield
    except (OSError, asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as error:
        raise Unavailable("The vector store does not answer; check EAIO_TIMESCALE_URL") from error
    except asyncpg.UndefinedFileError as error:
        raise Unavailable("The vector store's server has no vector extension; install pgvector on it") from error
