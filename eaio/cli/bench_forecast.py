"""How fast forecasts are: cold ones computed and stored, warm ones from the cache, beside their own limits."""

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any
from uuid import UUID

import numpy as np
import typer

from eaio.cli.console import AsJson, answer, in_transaction
from eaio.infra.db import Connection

WARM_ROUNDS = 10


class _Undo(Exception):
    """Carries the figures out of the transaction that nobody wants to keep."""

    def __init__(self, result: dict[str, Any]) -> None:
        self.result = result


def bench_forecast(
    meters: Annotated[int, typer.Option(min=1, help="How many meters of two years to forecast.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Forecast synthetic meters of two years through the database: fourteen days, bands, backtest; then again, cached.

    Everything happens in one transaction that is undone. The limits in the same run: the computation alone, and the
    bare query that reads a stored forecast.
    """

    async def work(conn: Connection) -> None:
        raise _Undo(await _measured(conn, meters))

    try:
        in_transaction(work)
    except _Undo as done:
        answer(done.result, as_json, "\n".join(f"{key}: {value:,}" for key, value in done.result.items()))


async def _measured(conn: Connection, count: int) -> dict[str, Any]:
    from eaio.forecasting import service

    organisation, keys = await _portfolio(conn, count)
    cold = [await _timed(lambda key=key: service.meter_outlook(conn, organisation, key)) for key in keys]
    warm = [
        await _timed(lambda key=key: service.meter_outlook(conn, organisation, key))
        for _ in range(WARM_ROUNDS)
        for key in keys
    ]
    bare = [await _timed(lambda key=key: _bare(conn, key)) for _ in range(WARM_ROUNDS) for key in keys]
    computed = _computation(min(count, 20))
    return {
        "meters": count,
        "seconds": round(sum(cold), 3),
        "cold_p50_ms": _ms(cold, 0.5),
        "cold_p95_ms": _ms(cold, 0.95),
        "computation_p50_ms": _ms(computed, 0.5),
        "computation_share": round(float(np.median(computed) / np.median(cold)), 3),
        "cached_p50_ms": _ms(warm, 0.5),
        "cached_p95_ms": _ms(warm, 0.95),
        "bare_query_p95_ms": _ms(bare, 0.95),
    }


async def _portfolio(conn: Connection, count: int) -> tuple[UUID, Sequence[UUID]]:
    """An organisation with ``count`` buildings of one meter each."""
    from eaio.accounts import service as accounts
    from eaio.buildings import service as buildings
    from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
    from eaio.cli.reference_data import synthetic_year
    from eaio.metering import service as metering
    from eaio.metering.models import Author
    from eaio.timeseries.units import Carrier

    owner = (await accounts.create_organisation(conn, "Forecast bench")).id
    names = [f"Building {index}" for index in range(count)]
    await buildings.upsert_sites(conn, owner, [SiteDraft(name="Site", time_zone="America/New_York", country="US")])
    await buildings.upsert_buildings(conn, owner, [BuildingDraft(name=name, site="Site") for name in names])
    drafts = [MeterDraft(building=name, carrier=Carrier.ELECTRICITY, name="main") for name in names]
    meters = await buildings.upsert_meters(conn, owner, drafts)
    keys = [meters[name, Carrier.ELECTRICITY, "main"].id for name in names]
    author = Author(name="bench", method="import", reason="bench")
    for seed, key in enumerate(keys):
        readings = synthetic_year(seed % 8, 730).select("time", "value").drop_nulls()
        await metering.record_readings(conn, owner, {key: readings}, author)
    return owner, keys


async def _bare(conn: Connection, meter: UUID) -> None:
    cursor = await conn.execute("SELECT * FROM forecasts WHERE meter_id = %s", [meter])
    await cursor.fetchall()


async def _timed(work: Callable[[], Awaitable[object]]) -> float:
    started = time.perf_counter()
    await work()
    return time.perf_counter() - started


def _computation(count: int) -> list[float]:
    """Seconds that the pure computation takes."""
    from eaio.cli.reference_data import synthetic_year
    from eaio.forecasting.compute.forecast import forecast
    from eaio.forecasting.compute.load import load_of

    seconds: list[float] = []
    for seed in range(count):
        frame = synthetic_year(seed % 8, 730)
        started = time.perf_counter()
        forecast(load_of(frame, "UTC", zero_is_missing=True))
        seconds.append(time.perf_counter() - started)
    return seconds


def _ms(seconds: Sequence[float], quantile: float) -> float:
    return round(1000 * float(np.quantile(seconds, quantile)), 2)
