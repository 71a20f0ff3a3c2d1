"""``eaio bench vector``: the nearest vectors through the store, beside an exact search of the same table."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import msgspec
import numpy as np
import psycopg
import typer
from numpy.typing import NDArray

from eaio.cli.bench_ingest import workplace
from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group
from eaio.infra.db import Connection, Database
from eaio.infra.migrate import migrate
from eaio.infra.server import embedded_url
from eaio.infra.vectors import DIMENSIONS, Collection, Floats, Space, Vector
from eaio.infra.vectors.pgvector import EF_SEARCH, SQL, PgVectorStore, written

NEAREST = 10
CLUSTER_SIZE = 500
SPREAD = 0.7
"""Length of a vector's own part beside that of its cluster's centre, which is 1: cosine to the centre about 0.82."""
SMALL = 300
"""Vectors of a second, small organisation in the same graph."""
UPSERTS = 500
SEED = 384
MODEL = "bench 1"
INDEX = "building_patterns_embedding_idx"


def register(app: typer.Typer) -> None:
    """Add the bench of this file."""
    group(app, "bench").command("vector")(bench_vector)


def bench_vector(
    n: int = typer.Option(100_000, min=1_000, max=2_000_000, help="How many vectors."),
    queries: int = typer.Option(500, min=20, max=10_000, help="How many searches, each with a new vector."),
    folder: Path = typer.Option(None, help="Where to work; default a temporary folder that is removed."),
    as_json: AsJson = False,
) -> None:
    """Store clustered vectors, search them through the default store, and compare with exact search in the same run."""
    with workplace(folder) as place:
        url = embedded_url(place / "home")
        migrate(url)
        result = asyncio.run(_measured(url, n, queries))
    answer(result, as_json, "\n".join(f"{name:24}{value:>14,}" for name, value in result.items()))


async def _measured(url: str, n: int, queries: int) -> dict[str, Any]:
    draw = np.random.default_rng(SEED)
    centres = _unit(draw.normal(size=(max(n // CLUSTER_SIZE, 2), DIMENSIONS)))
    stored, asked = _around(centres, n, draw), _around(centres, queries, draw)
    database = Database(url, 1, 2)
    await database.open()
    try:
        async with database.transaction() as conn:
            large, small = await _organisation(conn), await _organisation(conn)
        build = _filled(url, {large: stored, small: _around(centres, SMALL, draw)})
        async with database.transaction() as conn:
            figures = await _searched(conn, _space(large), stored, asked)
            narrow = await _narrow(conn, _space(small), asked)
            upserts = await _upserted(conn, _space(large), _around(centres, UPSERTS, draw))
        return {"n": n, "queries": queries, **figures, **narrow, "index_s": round(build, 1), "upserts_per_s": upserts}
    finally:
        await database.close()


def _space(organisation: UUID) -> Space:
    return Space(Collection.BUILDING_PATTERNS, organisation, MODEL)


def _unit(rows: Floats) -> Floats:
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


def _around(centres: Floats, n: int, draw: np.random.Generator) -> Floats:
    noise = _unit(draw.normal(size=(n, DIMENSIONS)))
    return _unit(centres[draw.integers(len(centres), size=n)] + SPREAD * noise)


async def _organisation(conn: Connection) -> UUID:
    cursor = await conn.execute(
        "INSERT INTO organisations (name, slug) VALUES ('Bench', gen_random_uuid()::text) RETURNING id"
    )
    row = await cursor.fetchone()
    return row[0] if row else uuid4()


def _filled(url: str, of: dict[UUID, Floats]) -> float:
    """Load the table bare and build its graph as the migration defines it; returns the seconds of the build."""
    with psycopg.connect(url, autocommit=True) as conn:
        row = conn.execute("SELECT pg_get_indexdef('vectors_nearest'::regclass)").fetchone()
        definition = str(row[0]) if row else ""
        conn.execute("DROP INDEX vectors_nearest")
        conn.execute("SET maintenance_work_mem = '1GB'")
        columns = "collection, organisation_id, id, model, embedding"
        with conn.cursor() as cursor, cursor.copy(f"COPY vectors ({columns}) FROM STDIN") as copy:
            for organisation, rows in of.items():
                for values in rows:
                    copy.write_row((Collection.BUILDING_PATTERNS.value, organisation, uuid4(), MODEL, written(values)))
        began = time.perf_counter()
        conn.execute(definition.replace(" ON ONLY ", " ON ").encode())
        taken = time.perf_counter() - began
        conn.execute("ANALYZE vectors")
        return taken


async def _searched(conn: Connection, space: Space, stored: Floats, asked: Floats) -> dict[str, Any]:
    store = PgVectorStore()
    ids = await _ids(conn, space, stored)
    near, exact = _truth(stored, asked), asked[: max(20, len(asked) // 10)]
    for values in asked[:20]:
        await store.search(conn, space, values, NEAREST)
    found, times = await _timed([lambda values=values: store.search(conn, space, values, NEAREST) for values in asked])
    hits = [len({match.id for match in row} & {ids[at] for at in best}) for row, best in zip(found, near, strict=True)]
    _, slow = await _timed([lambda values=values: _exactly(conn, space, values) for values in exact])
    recall = float(np.mean(hits)) / NEAREST
    return {
        "recall_at_10": round(recall, 4),
        "p50_ms": _ms(times, 0.5),
        "p95_ms": _ms(times, 0.95),
        "exact_p50_ms": _ms(slow, 0.5),
        "exact_p95_ms": _ms(slow, 0.95),
        "speed_up_p95": round(_ms(slow, 0.95) / _ms(times, 0.95), 1),
        "ef_search": EF_SEARCH,
    }


async def _narrow(conn: Connection, space: Space, asked: Floats) -> dict[str, Any]:
    """The small organisation among the many vectors of the large one: filtering must not lose its neighbours."""
    store = PgVectorStore()
    some = asked[:100]
    found, times = await _timed([lambda values=values: store.search(conn, space, values, NEAREST) for values in some])
    truth = [await _exactly(conn, space, values) for values in some]
    hits = [len({m.id for m in row} & {UUID(str(key)) for key in best}) for row, best in zip(found, truth, strict=True)]
    return {"small_n": SMALL, "small_recall_at_10": float(np.mean(hits)) / NEAREST, "small_p95_ms": _ms(times, 0.95)}


async def _upserted(conn: Connection, space: Space, rows: Floats) -> int:
    """Vectors a second through the store, one batch, into the graph as it stands."""
    began = time.perf_counter()
    await PgVectorStore().upsert(conn, space, [Vector(uuid4(), values) for values in rows])
    return round(len(rows) / (time.perf_counter() - began))


async def _exactly(conn: Connection, space: Space, values: Floats) -> list[Any]:
    params = {**msgspec.structs.asdict(space), "query": written(values), "where": "{}", "k": NEAREST}
    cursor = await conn.execute(SQL["search_exactly"], params)
    return [row[0] for row in await cursor.fetchall()]


async def _ids(conn: Connection, space: Space, stored: Floats) -> Sequence[UUID]:
    """The ids of the stored rows in their order: the table is read back and matched by its first values."""
    cursor = await conn.execute(
        "SELECT id, subvector(embedding, 1, 4)::real[] FROM vectors WHERE organisation_id = %s", [space.organisation]
    )
    by_start = {_start(np.asarray(row[1])): row[0] for row in await cursor.fetchall()}
    return [by_start[_start(row)] for row in stored]


def _start(values: Floats) -> bytes:
    return values[:4].astype(np.float32).tobytes()


def _truth(stored: Floats, asked: Floats) -> NDArray[np.int64]:
    """Positions of the ten nearest rows, computed outside the database."""
    close = asked @ stored.T
    return np.argpartition(-close, NEAREST, axis=1)[:, :NEAREST]


async def _timed(calls: Sequence[Callable[[], Awaitable[Any]]]) -> tuple[list[Any], list[float]]:
    found: list[Any] = []
    times: list[float] = []
    for call in calls:
        began = time.perf_counter()
        found.append(await call())
        times.append(time.perf_counter() - began)
    return found, times


def _ms(times: Sequence[float], q: float) -> float:
    return round(float(np.quantile(times, q)) * 1000, 2)
