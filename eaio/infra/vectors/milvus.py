"""Vectors in Milvus by URL; a path that ends in ``.db`` opens milvus-lite in this process, for trials and tests."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar
from uuid import UUID

from anyio import to_thread

from eaio.infra.db import Connection
from eaio.infra.errors import Unavailable
from eaio.infra.vectors.models import (
    DIMENSIONS,
    MOST_RESULTS,
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
"""A ``pymilvus.MilvusClient``, whose signatures are partly unknown; imported only where it is opened."""
Result = TypeVar("Result")

TIMEOUT_SECONDS = 10.0
BATCH = 1000
"""Vectors of one request: 1.5 MB, under the 4 MB that some servers take at most."""
_STRONG: Any = "Strong"
"""A search sees every write that was answered before it."""
FIELDS = ["id", "metadata"]


class MilvusVectorStore:
    """A collection for each of ours; organisation and model are fields that every filter names."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @classmethod
    async def open(cls, url: str, token: str | None = None) -> "MilvusVectorStore":
        """Connect, and make the collections where they are missing.

        Raises:
            Unavailable: the client is not installed, no URL is set, or the server does not answer.
        """
        if not url:
            raise Unavailable("EAIO_VECTOR_STORE=milvus needs EAIO_MILVUS_URL, such as http://127.0.0.1:19530")
        try:
            from pymilvus import MilvusClient
        except ImportError as error:
            raise Unavailable(
                'EAIO_VECTOR_STORE=milvus needs pymilvus; install it with pip install "eaio[milvus]"'
            ) from error
        client = await _answered(lambda: MilvusClient(uri=url, token=token or "", timeout=TIMEOUT_SECONDS))
        for kind in Collection:
            await _answered(lambda kind=kind: _make(client, kind.value))
        return cls(client)

    async def upsert(self, conn: Connection, space: Space, vectors: Sequence[Vector]) -> int:
        """See ``VectorStore``."""
        rows: list[dict[str, Any]] = [
            {
                "key": _key(space, one.id),
                "id": str(one.id),
                "organisation": str(space.organisation),
                "model": space.model,
                "embedding": one.values.tolist(),
                "metadata": dict(one.metadata),
            }
            for one in checked_vectors(vectors)
        ]
        for first in range(0, len(rows), BATCH):
            part = rows[first : first + BATCH]
            await _answered(lambda part=part: self._client.upsert(space.collection.value, part))
        return len(rows)

    async def delete(self, conn: Connection, space: Space, ids: Sequence[UUID]) -> None:
        """See ``VectorStore``."""
        keys = [_key(space, one) for one in ids]
        for first in range(0, len(keys), BATCH):
            part = keys[first : first + BATCH]
            await _answered(lambda part=part: self._client.delete(space.collection.value, ids=part))

    async def search(
        self, conn: Connection, space: Space, values: Floats, k: int = 10, where: Metadata | None = None
    ) -> Sequence[Match]:
        """See ``VectorStore``."""
        query, limit = checked(values), checked_limit(k)
        found: Any = await _answered(
            lambda: self._client.search(
                space.collection.value,
                data=[query.tolist()],
                anns_field="embedding",
                limit=limit,
                filter=_filter(space, where),
                output_fields=FIELDS,
                consistency_level=_STRONG,
            )
        )
        return [Match(UUID(hit["entity"]["id"]), float(hit["distance"]), hit["entity"]["metadata"]) for hit in found[0]]

    async def fetch(
        self, conn: Connection, space: Space, *, ids: Sequence[UUID] | None = None, where: Metadata | None = None
    ) -> Sequence[Vector]:
        """See ``VectorStore``."""
        narrowed = _filter(space, where)
        if ids is None:
            rows = await _answered(lambda: self._every(space, narrowed))
        else:
            keys = [_key(space, one) for one in ids]
            parts = [keys[first : first + BATCH] for first in range(0, len(keys), BATCH)]
            rows = [
                row
                for part in parts
                for row in await _answered(lambda part=part: self._some(space, f"{narrowed} and {_among(part)}"))
            ]
        found = [Vector(UUID(row["id"]), checked(row["embedding"]), row["metadata"]) for row in rows]
        return sorted(found, key=lambda one: one.id)

    def _some(self, space: Space, narrowed: str) -> Sequence[Mapping[str, Any]]:
        fields = [*FIELDS, "embedding"]
        name = space.collection.value
        return self._client.query(name, filter=narrowed, output_fields=fields, consistency_level=_STRONG)

    def _every(self, space: Space, narrowed: str) -> Sequence[Mapping[str, Any]]:
        """Page by page: a server returns at most 16,384 rows at once."""
        pages: Any = self._client.query_iterator(
            space.collection.value,
            batch_size=MOST_RESULTS,
            filter=narrowed,
            output_fields=[*FIELDS, "embedding"],
            consistency_level=_STRONG,
        )
        try:
            return [row for page in iter(pages.next, []) for row in page]
        finally:
            pages.close()

    async def count(self, conn: Connection, space: Space) -> int:
        """See ``VectorStore``."""
        rows: Any = await _answered(
            lambda: self._client.query(
                space.collection.value,
                filter=_filter(space, None),
                output_fields=["count(*)"],
                consistency_level=_STRONG,
            )
        )
        return int(rows[0]["count(*)"])

    async def close(self) -> None:
        """Close the connection."""
        await to_thread.run_sync(self._client.close)


def _make(client: Client, name: str) -> None:
    if client.has_collection(name):
        return
    from pymilvus import DataType

    schema = client.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=80)
    schema.add_field("id", DataType.VARCHAR, max_length=36)
    schema.add_field("organisation", DataType.VARCHAR, max_length=36)
    schema.add_field("model", DataType.VARCHAR, max_length=300)
    schema.add_field("embedding", DataType.FLOAT_VECTOR, dim=DIMENSIONS)
    schema.add_field("metadata", DataType.JSON)
    index = client.prepare_index_params()
    index.add_index("embedding", index_type="AUTOINDEX", metric_type="COSINE")
    client.create_collection(name, schema=schema, index_params=index, consistency_level=_STRONG)


def _key(space: Space, one: UUID) -> str:
    return f"{space.organisation}/{one}"


def _filter(space: Space, where: Metadata | None) -> str:
    """Milvus takes its filter as text: names are checked, values quoted with every special character escaped."""
    parts = [f"organisation == {json.dumps(str(space.organisation))}", f"model == {json.dumps(space.model)}"]
    fields = checked_fields(where or {}).items()
    return " and ".join([*parts, *(f'metadata["{name}"] == {json.dumps(text)}' for name, text in fields)])


def _among(keys: Sequence[str]) -> str:
    return f"key in {json.dumps(list(keys))}"


async def _answered(work: Callable[[], Result]) -> Result:
    """Run a call of the blocking client in a thread; a server that is away becomes an error that says so."""
    from pymilvus.exceptions import MilvusException

    try:
        return await to_thread.run_sync(work)
    except MilvusException as error:
        raise Unavailable(f"Milvus does not answer; check EAIO_MILVUS_URL: {error.message}") from error
