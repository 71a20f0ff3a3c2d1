"""Forecasts that are up to date: the stored one while its history is unchanged, a new one otherwise."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from uuid import UUID

import polars as pl

from eaio.accounts import service as accounts
from eaio.buildings.models import Meter
from eaio.forecasting import repository
from eaio.forecasting.compute.boosting import engine_of
from eaio.forecasting.compute.engines import PER_METER
from eaio.forecasting.compute.forecast import forecast
from eaio.forecasting.compute.load import DAY
from eaio.forecasting.models import EngineName, Forecast, StoredForecast
from eaio.forecasting.service.training import GlobalModel, global_model, load_of_meter
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries.units import Carrier

FEWEST_UNSEEN = 28 * DAY
"""A meter that fell silent while the model over all meters was still learning has no days left to judge it on."""
METHOD = b"mix-5"
"""Part of every fingerprint: raise it when the method changes, so that older forecasts are made anew."""


async def current_forecasts(
    conn: Connection, organisation: UUID, building_id: UUID, meters: Sequence[Meter], *, recheck: bool = False
) -> dict[UUID, StoredForecast]:
    """Up-to-date forecasts of meters of one building, all from the hour after the building's last reading.

    Args:
        conn: the caller's transaction.
        organisation: owner of the building.
        building_id: whose last reading is "now".
        meters: of that building.
        recheck: compare histories and models even where the organisation's data have not changed since.

    Raises:
        InsufficientData: the building has no readings at all.
    """
    last = (await metering.extent(conn, organisation, Scope(Level.BUILDING, building_id))).last
    if last is None:
        raise InsufficientData("There are no readings yet; import some before asking for a forecast")
    origin = last.astimezone(UTC).replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
    version = await accounts.data_version(conn, organisation)
    known = await repository.stored(conn, organisation, [meter.id for meter in meters], origin)
    current = {key: stored for key, stored in known.items() if stored.data_version == version and not recheck}
    outdated = [meter for meter in meters if meter.id not in current]
    model = await global_model(conn, organisation) if outdated else None
    for meter in outdated:
        current[meter.id] = await _renewed(conn, meter, origin, version, known.get(meter.id), model)
    return current


async def _renewed(
    conn: Connection,
    meter: Meter,
    origin: datetime,
    version: int,
    known: StoredForecast | None,
    model: GlobalModel | None,
) -> StoredForecast:
    """The known forecast if it would come out the same, a new one otherwise; saved either way."""
    organisation = meter.organisation_id
    model = model if meter.carrier is Carrier.ELECTRICITY else None
    frame, reason = await _history(conn, meter)
    fingerprint = _fingerprint(frame, meter, model)
    if known and known.fingerprint == fingerprint:
        await repository.confirm(conn, organisation, meter.id, origin, version)
        return known
    result = None
    if reason is None:
        result, reason = await run_cpu(_computed, frame, meter, origin, model)
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


async def _history(conn: Connection, meter: Meter) -> tuple[pl.DataFrame, str | None]:
    """The meter's hours, or why it has none."""
    try:
        return await metering.hourly_frame(conn, meter.organisation_id, meter.id), None
    except InsufficientData as refusal:
        return pl.DataFrame(), refusal.detail


def _computed(
    frame: pl.DataFrame, meter: Meter, origin: datetime, model: GlobalModel | None
) -> tuple[Forecast | None, str | None]:
    """A forecast, or the reason why there is none."""
    try:
        load = load_of_meter(frame, meter, origin)
        unseen = load.size - int((origin - model.trained_until) / timedelta(hours=1)) if model else 0
        if model is None or unseen > load.size - FEWEST_UNSEEN:
            return forecast(load), None
        return forecast(load, {**PER_METER, EngineName.BOOSTING: engine_of(model.trees)}, unseen), None
    except InsufficientData as refusal:
        return None, refusal.detail


def _fingerprint(frame: pl.DataFrame, meter: Meter, model: GlobalModel | None) -> bytes:
    """Hash of everything that a forecast from a given origin depends on."""
    of_model = model.id if model else None
    digest = sha256(METHOD + f"{meter.time_zone} {meter.holiday_region} {meter.carrier} {of_model}".encode())
    if frame.height:
        digest.update(f"{frame['time'][0]} {frame.height}".encode())
        for name in ("value", "temperature"):
            digest.update(frame[name].fill_null(float("nan")).to_numpy().tobytes())
    return digest.digest()
