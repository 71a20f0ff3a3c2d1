"""Forecasts of meters and buildings: from the cache when nothing changed, computed when something did."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import polars as pl

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.forecasting import repository
from eaio.forecasting.compute.forecast import forecast
from eaio.forecasting.compute.load import load_of
from eaio.forecasting.compute.outlook import outlook
from eaio.forecasting.models import (
    DEFAULT_HORIZON,
    DEFAULT_LEVEL,
    LEVELS,
    LONGEST,
    SHORTEST,
    Forecast,
    Outlook,
    StoredForecast,
    SummaryFilter,
    SummaryPage,
)
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.infra.errors import InsufficientData, Invalid
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries.calendar import holiday_dates
from eaio.timeseries.units import Carrier

METHOD = b"mix-1"
"""Part of every fingerprint: raise it when the method changes, so that older forecasts are made anew."""
RECENT_HOURS = 336
EVERYTHING = SummaryFilter()


async def meter_outlook(
    conn: Connection, organisation: UUID, meter_id: UUID, horizon: int = DEFAULT_HORIZON, level: int = DEFAULT_LEVEL
) -> Outlook:
    """A meter's next hours.

    Raises:
        NotFound: no such meter in this organisation.
        Invalid: horizon or level is outside what is offered.
        InsufficientData: the meter cannot be forecast; the message says why.
    """
    check_request(horizon, level)
    meter = await buildings.meter_of(conn, organisation, meter_id)
    made = await _current(conn, organisation, meter.building_id, [meter])
    return outlook([(meter, made[meter.id])], horizon, level)


async def building_outlook(
    conn: Connection,
    organisation: UUID,
    building_id: UUID,
    carrier: Carrier | None = None,
    horizon: int = DEFAULT_HORIZON,
    level: int = DEFAULT_LEVEL,
) -> Outlook:
    """The sum of a building's meters of one carrier; electricity, or the first it has, unless one is named.

    Raises:
        NotFound: no such building in this organisation.
        Invalid: horizon or level is outside what is offered, or the building has no meter of the carrier.
        InsufficientData: none of the meters can be forecast; the message says why.
    """
    check_request(horizon, level)
    meters = await _meters(conn, organisation, building_id, carrier)
    made = await _current(conn, organisation, building_id, meters)
    return outlook([(meter, made[meter.id]) for meter in meters], horizon, level)


async def refresh_building(conn: Connection, organisation: UUID, building_id: UUID) -> int:
    """Bring the forecasts of all meters of a building up to date; returns how many could be forecast."""
    meters = await buildings.meters_of(conn, organisation, building_id)
    made = await _current(conn, organisation, building_id, meters) if meters else {}
    return sum(stored.forecast is not None for stored in made.values())


async def refresh_organisation(database: Database, organisation: UUID) -> int:
    """Bring every forecast of an organisation up to date, building by building, each in its own transaction.

    Returns how many meters could be forecast; the others keep their reason.
    """
    async with database.transaction() as conn:
        meters = await buildings.meters_of(conn, organisation)
    done = 0
    for building_id in dict.fromkeys(meter.building_id for meter in meters if meter.last_reading is not None):
        async with database.transaction() as conn:
            done += await refresh_building(conn, organisation, building_id)
    return done


async def summaries(conn: Connection, organisation: UUID, wanted: SummaryFilter = EVERYTHING) -> SummaryPage:
    """The newest forecast or refusal of every meter that has one, in pages."""
    found = await repository.newest(conn, organisation, wanted)
    total = await repository.count_newest(conn, organisation, wanted)
    return SummaryPage(tuple(found), total, wanted.limit, wanted.offset)


async def recent_load(conn: Connection, organisation: UUID, outlook: Outlook, hours: int = RECENT_HOURS) -> pl.DataFrame:
    """What an outlook's meters measured before its origin: ``local`` and ``value``, null where any of them is missing."""
    start = outlook.origin - timedelta(hours=hours)
    meters = {part.meter_id for part in outlook.meters}
    frames = await metering.hourly_frames(conn, organisation, outlook.building_id, start, outlook.origin)
    chosen = [frame.select("time", "local", "value") for key, frame in frames.items() if key in meters]
    return (
        pl.concat(chosen)
        .group_by("time", maintain_order=True)
        .agg(pl.col("local").first(), pl.when(pl.col("value").count() == len(chosen)).then(pl.col("value").sum()))
        .sort("time")
        .select("local", "value")
    )


def check_request(horizon: int, level: int) -> None:
    """Raise Invalid for a horizon or level that is not offered."""
    if not SHORTEST <= horizon <= LONGEST:
        limits = f"{SHORTEST} to {LONGEST} hours"
        raise Invalid(f"A forecast reaches {limits} ahead; {horizon} is outside", horizon=limits)
    if level not in LEVELS:
        offered = " or ".join(map(str, LEVELS))
        raise Invalid(f"Bands are kept for {offered} percent; {level} is not offered", level=offered)


async def _meters(
    conn: Connection, organisation: UUID, building_id: UUID, carrier: Carrier | None
) -> Sequence[Meter]:
    """The building's meters of the carrier, or of its main one."""
    meters = await buildings.meters_of(conn, organisation, building_id)
    if not meters:
        building = await buildings.building_of(conn, organisation, building_id)
        raise InsufficientData(f"{building.label} has no meters yet; import readings for it first")
    carriers = sorted({meter.carrier for meter in meters}, key=list(Carrier).index)
    if carrier is not None and carrier not in carriers:
        offered = ", ".join(carriers)
        raise Invalid(f"This building has no {carrier} meter; it has {offered}", carrier=offered)
    return [meter for meter in meters if meter.carrier == (carrier or carriers[0])]


async def _current(
    conn: Connection, organisation: UUID, building_id: UUID, meters: Sequence[Meter]
) -> dict[UUID, StoredForecast]:
    """Up-to-date forecasts of meters of one building, all from the hour after the building's last reading."""
    last = (await metering.extent(conn, organisation, Scope(Level.BUILDING, building_id))).last
    if last is None:
        raise InsufficientData("There are no readings yet; import some before asking for a forecast")
    origin = last.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    version = await accounts.data_version(conn, organisation)
    known = await repository.stored(conn, organisation, [meter.id for meter in meters], origin)
    current = {key: stored for key, stored in known.items() if stored.data_version == version}
    for meter in meters:
        if meter.id not in current:
            current[meter.id] = await _renewed(conn, organisation, meter, origin, version, known.get(meter.id))
    return current


async def _renewed(
    conn: Connection, organisation: UUID, meter: Meter, origin: datetime, version: int, known: StoredForecast | None
) -> StoredForecast:
    """The known forecast if its history is the same as ever, a new one otherwise; saved either way."""
    try:
        frame = await metering.hourly_frame(conn, organisation, meter.id)
    except InsufficientData as refusal:
        frame, reason = pl.DataFrame(), refusal.detail
    else:
        reason = None
    fingerprint = _fingerprint(frame, meter)
    if known and known.fingerprint == fingerprint:
        await repository.confirm(conn, organisation, meter.id, origin, version)
        return known
    result = None
    if reason is None:
        result, reason = await run_cpu(_computed, frame, meter, origin)
    made = StoredForecast(
        meter_id=meter.id,
        origin=origin,
        data_version=version,
        fingerprint=fingerprint,
        forecast=result,
        refusal=reason,
    )
    await repository.save(conn, organisation, made)
    return made


def _computed(frame: pl.DataFrame, meter: Meter, origin: datetime) -> tuple[Forecast | None, str | None]:
    """A forecast, or the reason why there is none."""
    years = range(frame["time"].dt.year().min() or origin.year, origin.year + 2) if frame.height else (origin.year,)
    holidays = holiday_dates(meter.country, tuple(years)) if meter.country else frozenset()
    silent_at_zero = meter.carrier is Carrier.ELECTRICITY
    try:
        load = load_of(frame, meter.time_zone, until=origin, holidays=holidays, zero_is_missing=silent_at_zero)
        return forecast(load), None
    except InsufficientData as refusal:
        return None, refusal.detail


def _fingerprint(frame: pl.DataFrame, meter: Meter) -> bytes:
    """Hash of everything that a forecast from a given origin depends on."""
    digest = sha256(METHOD + f"{meter.time_zone} {meter.country} {meter.carrier}".encode())
    if frame.height:
        digest.update(f"{frame['time'][0]} {frame.height}".encode())
        for name in ("value", "temperature"):
            digest.update(frame[name].fill_null(float("nan")).to_numpy().tobytes())
    return digest.digest()
