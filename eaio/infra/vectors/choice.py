"""Which store this process uses: named by the settings, opened when it is first needed.

A server of vectors that is away must not keep the application from starting, nor an analysis from being kept.
"""

import asyncio

from eaio.infra.errors import Unavailable
from eaio.infra.vectors.pgvector import PgVectorStore
from eaio.infra.vectors.store import VectorStore
from eaio.settings import Settings

PATIENCE_SECONDS = 15.0


class _Choice:
    """The choice of this process; the application's own database until ``choose`` says otherwise."""

    settings: Settings | None = None
    database_url: str = ""
    store: VectorStore | None = PgVectorStore()


def choose(settings: Settings, database_url: str) -> None:
    """Use the store that ``EAIO_VECTOR_STORE`` names; nothing is opened yet."""
    _Choice.settings, _Choice.database_url, _Choice.store = settings, database_url, None


async def chosen() -> VectorStore:
    """The store of this process, opened if need be.

    Raises:
        Unavailable: its client is not installed or its server does not answer; the message has the remedy.
    """
    if _Choice.store is None:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                _Choice.store = await _opened(_Choice.settings, _Choice.database_url)
        except TimeoutError as error:
            raise Unavailable("The vector store does not answer; check the address in its setting") from error
    return _Choice.store


async def close() -> None:
    """Close the store of this process, if it was opened; the next use opens it again."""
    if _Choice.store is not None and _Choice.settings is not None:
        opened, _Choice.store = _Choice.store, None
        await opened.close()


async def _opened(settings: Settings | None, database_url: str) -> VectorStore:
    if settings is not None and settings.vector_store == "timescale":
        from eaio.infra.vectors.timescale import TimescaleVectorStore

        return await TimescaleVectorStore.open(settings.timescale_url or database_url)
    if settings is not None and settings.vector_store == "milvus":
        from eaio.infra.vectors.milvus import MilvusVectorStore

        return await MilvusVectorStore.open(settings.milvus_url or "", settings.milvus_token)
    return PgVectorStore()
