"""The contract of every vector store, run against each of them; and what pgvector alone promises."""

import importlib.util
from collections.abc import AsyncGenerator, Generator
from pathlib import Path
from uuid import UUID, uuid4

import numpy as np
import psycopg
import pytest
from psycopg import sql

from eaio.infra import vectors
from eaio.infra.db import Connection
from eaio.infra.errors import Unavailable
from eaio.infra.vectors import BadVector, Collection, Floats, Space, Vector, VectorStore
from eaio.infra.vectors.pgvector import PgVectorStore
from eaio.infra.vectors.timescale import TimescaleVectorStore
from eaio.settings import Settings

MODEL = "test 1"


@pytest.fixture(scope="session")
def bare_database_url(database_url: str, server_url: str, worker_id: str) -> Generator[str]:
    """A database without our tables, for the store that makes its own."""
    name = f"eaio_vectors_{worker_id}_{database_url.rpartition('_')[2].partition('?')[0]}"
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))
        admin.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
    ours = database_url.partition("?")[0].rpartition("/")[2]
    yield database_url.replace(f"/{ours}", f"/{name}", 1)
    with psycopg.connect(server_url, autocommit=True) as admin:
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


@pytest.fixture(scope="session")
def milvus_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where milvus-lite keeps the vectors of this test process."""
    return tmp_path_factory.mktemp("milvus") / "vectors.db"


def settings_of(kind: str, url: str, home: Path) -> Settings:
    return Settings(home=home, vector_store=kind, timescale_url=url, milvus_url=str(home / "vectors.db"))


@pytest.fixture(params=["pgvector", "timescale", "milvus"])
async def store(
    request: pytest.FixtureRequest, bare_database_url: str, milvus_file: Path
) -> AsyncGenerator[VectorStore]:
    """Each store in turn, chosen by the one setting."""
    if request.param == "milvus" and not importlib.util.find_spec("milvus_lite"):
        pytest.skip("milvus-lite is not installed; pip install 'eaio[milvus]' milvus-lite runs this contract on it")
    if request.param == "timescale" and not importlib.util.find_spec("timescale_vector"):
        pytest.skip("timescale-vector is not installed; pip install 'eaio[timescale]' runs this contract on it")
    vectors.choose(settings_of(request.param, bare_database_url, milvus_file.parent), "")
    yield await vectors.chosen()
    await vectors.close()
    vectors.choose(Settings(home=milvus_file.parent), "")


def space(organisation: UUID, model: str = MODEL, collection: Collection = Collection.BUILDING_PATTERNS) -> Space:
    return Space(collection, organisation, model)


def towards(*weights: float) -> Floats:
    """A vector along the first axes."""
    made = np.zeros(384)
    made[: len(weights)] = weights
    return made


async def stored(store: VectorStore, conn: Connection, where: Space, **named: Floats) -> dict[str, UUID]:
    made = {name: Vector(uuid4(), values, {"name": name}) for name, values in named.items()}
    assert await store.upsert(conn, where, list(made.values())) == len(made)
    return {name: vector.id for name, vector in made.items()}


async def names(store: VectorStore, conn: Connection, where: Space, values: Floats, k: int = 10) -> list[str]:
    return [match.metadata["name"] for match in await store.search(conn, where, values, k)]


async def test_the_nearest_by_direction_come_first_whatever_their_length(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    here = space(organisation)
    ids = await stored(
        store, conn, here, far=towards(-1, 0.1), near=towards(50, 10), exact=towards(0.001), aside=towards(0, 1)
    )
    found = await store.search(conn, here, towards(3), 3)
    assert [match.metadata["name"] for match in found] == ["exact", "near", "aside"]
    assert [match.id for match in found] == [ids["exact"], ids["near"], ids["aside"]]
    assert [match.similarity for match in found] == pytest.approx([1.0, 50 / np.hypot(50, 10), 0.0], abs=1e-5)


async def test_storing_again_replaces_values_and_metadata(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    here = space(organisation)
    ids = await stored(store, conn, here, one=towards(1))
    await store.upsert(conn, here, [Vector(ids["one"], towards(0, 1), {"name": "changed", "carrier": "gas"})])
    (found,) = await store.search(conn, here, towards(0, 1))
    assert (found.id, dict(found.metadata)) == (ids["one"], {"name": "changed", "carrier": "gas"})
    assert found.similarity == pytest.approx(1.0, abs=1e-5)
    assert await store.count(conn, here) == 1


async def test_of_two_with_one_id_in_one_call_the_last_stays(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    here, key = space(organisation), uuid4()
    assert await store.upsert(conn, here, [Vector(key, towards(1)), Vector(key, towards(0, 1))]) == 1
    (found,) = await store.fetch(conn, here, ids=[key])
    assert found.values == pytest.approx(towards(0, 1))


async def test_what_is_deleted_is_no_longer_found(store: VectorStore, conn: Connection, organisation: UUID) -> None:
    here = space(organisation)
    ids = await stored(store, conn, here, gone=towards(1), kept=towards(1, 1))
    await store.delete(conn, here, [ids["gone"], uuid4()])
    assert await names(store, conn, here, towards(1)) == ["kept"]
    assert await store.count(conn, here) == 1


async def test_nobody_finds_counts_changes_or_deletes_what_another_organisation_stored(
    store: VectorStore, conn: Connection, organisation: UUID, stranger: UUID
) -> None:
    ids = await stored(store, conn, space(organisation), ours=towards(1))
    theirs = space(stranger)
    assert await store.search(conn, theirs, towards(1)) == []
    assert await store.fetch(conn, theirs, ids=list(ids.values())) == []
    assert await store.count(conn, theirs) == 0
    await store.delete(conn, theirs, list(ids.values()))
    await store.upsert(conn, theirs, [Vector(ids["ours"], towards(0, 1), {"name": "theirs"})])
    assert await names(store, conn, space(organisation), towards(0, 1)) == ["ours"]
    assert await names(store, conn, theirs, towards(1)) == ["theirs"]


async def test_vectors_of_another_model_or_collection_are_never_mixed_in(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    await stored(store, conn, space(organisation), one=towards(1))
    assert await names(store, conn, space(organisation, "test 2"), towards(1)) == []
    assert await names(store, conn, space(organisation, collection=Collection.AGENT_MEMORY), towards(1)) == []


async def test_a_filter_leaves_what_has_every_field_of_it(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    here = space(organisation)
    rows = [("a", "gas", "2016"), ("b", "gas", "2017"), ("c", "water", "2016")]
    await store.upsert(
        conn,
        here,
        [Vector(uuid4(), towards(1, n), {"name": r[0], "carrier": r[1], "year": r[2]}) for n, r in enumerate(rows)],
    )
    found = await store.search(conn, here, towards(1), where={"carrier": "gas", "year": "2017"})
    assert [match.metadata["name"] for match in found] == ["b"]
    assert {one.metadata["name"] for one in await store.fetch(conn, here, where={"carrier": "gas"})} == {"a", "b"}
    assert await store.search(conn, here, towards(1), where={"carrier": 'gas" or "1" == "1'}) == []


async def test_empty_input_stores_and_finds_nothing(store: VectorStore, conn: Connection, organisation: UUID) -> None:
    here = space(organisation)
    assert await store.upsert(conn, here, []) == 0
    assert await store.search(conn, here, towards(1)) == []
    assert await store.fetch(conn, here) == []
    assert await store.fetch(conn, here, ids=[]) == []
    assert await store.count(conn, here) == 0
    await store.delete(conn, here, [])


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.ones(383), "384 values"),
        (np.ones((1, 384)), "384 values"),
        (np.where(np.arange(384) == 7, np.nan, 1.0), "Value 7"),
        (np.where(np.arange(384) == 9, np.inf, 1.0), "Value 9"),
        (np.zeros(384), "no direction"),
    ],
)
async def test_what_has_no_direction_in_this_space_is_refused(
    store: VectorStore, conn: Connection, organisation: UUID, values: Floats, words: str
) -> None:
    here = space(organisation)
    with pytest.raises(BadVector, match=words):
        await store.upsert(conn, here, [Vector(uuid4(), towards(1)), Vector(uuid4(), values)])
    with pytest.raises(BadVector, match=words):
        await store.search(conn, here, values)
    assert await store.count(conn, here) == 0


async def test_names_and_limits_that_could_carry_sql_are_refused(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    here = space(organisation)
    for name in ("a'; drop table x", "", "Carrier", "organisation", "model"):
        with pytest.raises(BadVector, match="name of a field"):
            await store.search(conn, here, towards(1), where={name: "x"})
        with pytest.raises(BadVector, match="name of a field"):
            await store.upsert(conn, here, [Vector(uuid4(), towards(1), {name: "x"})])
    for k in (0, -1, 1001):
        with pytest.raises(BadVector, match="1 to 1000"):
            await store.search(conn, here, towards(1), k)


async def test_everything_of_a_space_is_fetched_in_order_of_id(
    store: VectorStore, conn: Connection, organisation: UUID
) -> None:
    here = space(organisation)
    draw = np.random.default_rng(3)
    made = [Vector(uuid4(), draw.normal(size=384), {"n": str(n)}) for n in range(40)]
    await store.upsert(conn, here, made)
    found = await store.fetch(conn, here)
    assert [one.id for one in found] == sorted(one.id for one in made)
    by_id = {one.id: one for one in made}
    for one in found:
        kept = by_id[one.id].values
        assert one.values @ kept / np.linalg.norm(one.values) / np.linalg.norm(kept) == pytest.approx(1.0, abs=1e-6)


def test_a_space_needs_a_known_collection_and_a_model() -> None:
    with pytest.raises(BadVector, match="no collection called shoes"):
        Space("shoes", uuid4(), MODEL)  # pyright: ignore[reportArgumentType]  # what an untyped caller may pass
    with pytest.raises(BadVector, match="name of the model"):
        Space(Collection.AGENT_MEMORY, uuid4(), "")


async def test_a_filter_that_hides_nearly_everything_costs_no_recall(
    conn: Connection, organisation: UUID, stranger: UUID
) -> None:
    store = PgVectorStore()
    draw = np.random.default_rng(11)
    crowd = draw.normal(size=(1200, 384)) * 0.05 + towards(1)
    await store.upsert(conn, space(stranger), [Vector(uuid4(), row) for row in crowd])
    mine = [Vector(uuid4(), draw.normal(size=384), {"carrier": "gas" if n % 10 else "steam"}) for n in range(60)]
    await store.upsert(conn, space(organisation), mine)
    await conn.execute("ANALYZE vectors")
    for query in (towards(1), draw.normal(size=384)):
        for where, among in (({}, mine), ({"carrier": "steam"}, mine[::10])):
            cosine = {one.id: one.values @ query / np.linalg.norm(one.values) for one in among}
            best = sorted(cosine, key=lambda key: -cosine[key])[:6]
            found = await store.search(conn, space(organisation), query, 6, where)
            assert [match.id for match in found] == best


async def test_a_store_that_is_away_is_named_with_the_remedy(tmp_path: Path) -> None:
    vectors.choose(settings_of("timescale", "postgresql://nobody@127.0.0.1:1/none", tmp_path), "")
    try:
        with pytest.raises(Unavailable, match="EAIO_TIMESCALE_URL"):
            await vectors.chosen()
    finally:
        vectors.choose(Settings(home=tmp_path), "")


async def test_the_timescale_store_takes_few_connections(bare_database_url: str, organisation: UUID) -> None:
    store = await TimescaleVectorStore.open(bare_database_url)
    try:
        pools = {client.pool for client in store._clients.values()}  # pyright: ignore[reportPrivateUsage]  # what the server sees
        assert len(pools) == 1
        assert pools.pop().get_max_size() == 4  # pyright: ignore[reportOptionalMemberAccess, reportUnknownMemberType]
    finally:
        await store.close()
