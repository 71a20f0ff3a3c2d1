"""The forecasts' queries, typed. Callers own the transaction."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import msgspec
from msgspec import Struct
from psycopg.types.json import Jsonb

from eaio.forecasting.models import (
    Backtest,
    DayTotal,
    EngineName,
    Forecast,
    MeterSummary,
    StoredForecast,
    StoredModel,
    SummaryFilter,
)
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries

SQL = load_queries("eaio.forecasting")
MODELS_KEPT = 3
ARRAYS = ("value", "low80", "high80", "low95", "high95", "notes")


class _Row(Struct, frozen=True):
    """A row of ``forecasts``; a refusal has no backtest and no points."""

    meter_id: UUID
    origin: datetime
    data_version: int
    fingerprint: bytes
    refusal: str | None
    local: tuple[datetime, ...]
    value: tuple[float, ...]
    low80: tuple[float, ...]
    high80: tuple[float, ...]
    low95: tuple[float, ...]
    high95: tuple[float, ...]
    days: tuple[DayTotal, ...]
    weights: dict[str, float]
    backtest: Backtest | None
    notes: tuple[str, ...]


async def stored(
    conn: Connection, organisation: UUID, meters: Sequence[UUID], origin: datetime
) -> dict[UUID, StoredForecast]:
    """Forecasts and refusals of these meters from this origin, by meter."""
    rows = await fetch_all(conn, SQL["stored"], _Row, organisation=organisation, meters=list(meters), origin=origin)
    return {row.meter_id: _stored(row) for row in rows}


def _stored(row: _Row) -> StoredForecast:
    forecast = row.backtest and Forecast(
        origin=row.origin,
        local=row.local,
        value=row.value,
        low80=row.low80,
        high80=row.high80,
        low95=row.low95,
        high95=row.high95,
        days=row.days,
        weights=row.weights,
        backtest=row.backtest,
        notes=row.notes,
    )
    return StoredForecast(
        meter_id=row.meter_id,
        origin=row.origin,
        data_version=row.data_version,
        fingerprint=row.fingerprint,
        forecast=forecast,
        refusal=row.refusal,
    )


async def save(conn: Connection, organisation: UUID, made: StoredForecast) -> None:
    """Keep a forecast or refusal, in place of an earlier one from the same origin."""
    await execute(
        conn,
        SQL["save"],
        organisation=organisation,
        meter=made.meter_id,
        origin=made.origin,
        data_version=made.data_version,
        fingerprint=made.fingerprint,
        refusal=made.refusal,
        **_columns(made.forecast),
    )


def _columns(forecast: Forecast | None) -> dict[str, Any]:
    """Parameters of the columns that a refusal leaves empty."""
    if forecast is None:
        empty: dict[str, Any] = {name: [] for name in ("local", *ARRAYS)}
        return empty | {"days": Jsonb([]), "weights": Jsonb({}), "backtest": None}
    plain: dict[str, Any] = msgspec.to_builtins(forecast, builtin_types=(datetime,))
    return {name: list(plain[name]) for name in ARRAYS} | {
        "local": list(forecast.local),
        "days": Jsonb(msgspec.to_builtins(forecast.days)),
        "weights": Jsonb(plain["weights"]),
        "backtest": Jsonb(plain["backtest"]),
    }


async def confirm(conn: Connection, organisation: UUID, meter: UUID, origin: datetime, data_version: int) -> None:
    """Note that a forecast is still current at this version of the organisation's data."""
    await execute(
        conn, SQL["confirm"], organisation=organisation, meter=meter, origin=origin, data_version=data_version
    )


async def newest(conn: Connection, organisation: UUID, wanted: SummaryFilter) -> Sequence[MeterSummary]:
    """The newest forecast or refusal of each active meter that has one; refusals last."""
    return await fetch_all(
        conn, SQL["newest"], MeterSummary, organisation=organisation, **msgspec.structs.asdict(wanted)
    )


async def count_newest(conn: Connection, organisation: UUID, wanted: SummaryFilter) -> int:
    """How many meters ``newest`` has on all pages."""
    return await fetch_one(
        conn, SQL["count_newest"], int, organisation=organisation, carrier=wanted.carrier, search=wanted.search
    )


async def newest_model(conn: Connection, organisation: UUID, engine: EngineName) -> StoredModel | None:
    """The model in use, if one was ever learned."""
    return await fetch_optional(conn, SQL["newest_model"], StoredModel, organisation=organisation, engine=engine)


async def save_model(
    conn: Connection, organisation: UUID, engine: EngineName, trained_until: datetime, meters: int, artefact: bytes
) -> None:
    """Put a model to use; the few before it stay."""
    params = {"organisation": organisation, "engine": engine}
    checksum = sha256(artefact).digest()
    await execute(
        conn,
        SQL["save_model"],
        **params,
        trained_until=trained_until,
        meters=meters,
        artefact=artefact,
        checksum=checksum,
    )
    await execute(conn, SQL["drop_older_models"], **params, keep=MODELS_KEPT)
