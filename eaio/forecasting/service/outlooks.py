"""What is asked about forecasts: of a meter, of a building, of everything."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import polars as pl

from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.forecasting import repository
from eaio.forecasting.compute.outlook import outlook
from eaio.forecasting.models import (
    DEFAULT_HORIZON,
    DEFAULT_LEVEL,
    LEVELS,
    LONGEST,
    SHORTEST,
    Outlook,
    SummaryFilter,
    SummaryPage,
)
from eaio.forecasting.service.current import current_forecasts
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier

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
    made = await current_forecasts(conn, organisation, meter.building_id, [meter])
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
    made = await current_forecasts(conn, organisation, building_id, meters)
    return outlook([(meter, made[meter.id]) for meter in meters], horizon, level)


async def summaries(conn: Connection, organisation: UUID, wanted: SummaryFilter = EVERYTHING) -> SummaryPage:
    """The newest forecast or refusal of every meter that has one, in pages."""
    found = await repository.newest(conn, organisation, wanted)
    total = await repository.count_newest(conn, organisation, wanted)
    return SummaryPage(tuple(found), total, wanted.limit, wanted.offset)


async def recent_load(
    conn: Connection, organisation: UUID, outlook: Outlook, hours: int = RECENT_HOURS
) -> pl.DataFrame:
    """What an outlook's meters measured before its origin: ``local``, ``value``; null where any of them is missing."""
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


async def _meters(conn: Connection, organisation: UUID, building_id: UUID, carrier: Carrier | None) -> Sequence[Meter]:
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
