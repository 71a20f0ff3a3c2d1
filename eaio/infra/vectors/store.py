"""The one interface of every vector store."""

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from eaio.infra.db import Connection
from eaio.infra.vectors.models import Floats, Match, Metadata, Space, Vector


class VectorStore(Protocol):
    """Vectors by space, compared by cosine.

    ``conn`` is the caller's transaction: the default store works inside it; a store on a server of its own writes at
    once, and what was written for a transaction that then fails is replaced by the next analysis.

    Every method raises ``BadVector`` for what no store accepts and ``Unavailable`` when the server does not answer.
    """

    async def upsert(self, conn: Connection, space: Space, vectors: Sequence[Vector]) -> int:
        """Store vectors in place of those with the same ids, values and metadata both; returns how many."""
        ...

    async def delete(self, conn: Connection, space: Space, ids: Sequence[UUID]) -> None:
        """Forget vectors; ids that are not there are no error."""
        ...

    async def search(
        self, conn: Connection, space: Space, values: Floats, k: int = 10, where: Metadata | None = None
    ) -> Sequence[Match]:
        """The ``k`` nearest by cosine, nearest first, of those whose metadata has every field of ``where``."""
        ...

    async def fetch(
        self, conn: Connection, space: Space, *, ids: Sequence[UUID] | None = None, where: Metadata | None = None
    ) -> Sequence[Vector]:
        """Stored vectors by ids, by metadata, or all of the space, in order of id."""
        ...

    async def count(self, conn: Connection, space: Space) -> int:
        """How many vectors the space holds."""
        ...

    async def close(self) -> None:
        """Give connections back."""
        ...
