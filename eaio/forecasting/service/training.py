"""Learning one model over an organisation's electricity meters, and finding the one in use."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from uuid import UUID

import polars as pl
from msgspec import Struct

from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.forecasting import repository
from eaio.forecasting.compute.backtest import WINDOWS
from eaio.forecasting.compute.boosting import Rows, days_between, fit, rows_of
from eaio.forecasting.compute.load import DAY, Load, load_of
from eaio.forecasting.compute.trees import Trees, packed, unpacked
from eaio.forecasting.models import EngineName
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.timeseries.calendar import holiday_dates
from eaio.timeseries.units import Carrier

FEWEST_METERS = 10
"""With fewer, one model over all has nothing to learn that each meter's own would not."""
MOST_METERS = 300
MOST_ROWS = 120_000
TREES = 200
"""With the rows, bounds the fit to some twenty seconds of one core; evaluations allow themselves more."""
SHORTEST_HISTORY = timedelta(days=120)
"""Before the days that are kept for backtests."""
STALE_AFTER = timedelta(days=30)
"""New readings beyond which the model is learned anew."""


class GlobalModel(Struct, frozen=True):
    """The model in use, ready to predict."""

    id: UUID
    trained_until: datetime
    trees: Trees


async def global_model(conn: Connection, organisation: UUID) -> GlobalModel | None:
    """The organisation's newest model; None where there is none, or where its artefact was damaged."""
    stored = await repository.newest_model(conn, organisation, EngineName.BOOSTING)
    if stored is None or sha256(stored.artefact).digest() != stored.checksum:
        return None
    return GlobalModel(stored.id, stored.trained_until, _trees(stored.artefact))


async def train_if_due(database: Database, organisation: UUID, rounds: int = TREES) -> bool:
    """Learn a model if the organisation has enough meters and none that is recent; returns whether one was learned.

    ``rounds`` is the number of trees. The last ``WINDOWS`` days are left out, so that backtests on them stay honest.
    """
    async with database.transaction() as conn:
        last = (await metering.extent(conn, organisation)).last
        known = await repository.newest_model(conn, organisation, EngineName.BOOSTING)
        meters = await buildings.meters_of(conn, organisation, carrier=Carrier.ELECTRICITY)
    if last is None:
        return False
    until = last.astimezone(UTC).replace(minute=0, second=0, microsecond=0) - timedelta(days=WINDOWS)
    teachers = _teachers(meters, until)
    if len(teachers) < FEWEST_METERS or (known and until - known.trained_until < STALE_AFTER):
        return False
    taught = await _lessons(database, organisation, teachers, until)
    artefact = await run_cpu(_learned, taught, rounds)
    async with database.transaction() as conn:
        await repository.save_model(conn, organisation, EngineName.BOOSTING, until, len(taught), artefact)
    return True


def load_of_meter(frame: pl.DataFrame, meter: Meter, until: datetime) -> Load:
    """A meter's history up to an instant, with its region's holidays; raises InsufficientData."""
    first = frame["time"].min()
    years = range(first.year if isinstance(first, datetime) else until.year, until.year + 2)
    country, subdivision = meter.holiday_region
    holidays = holiday_dates(country, years, subdivision)
    silent_at_zero = meter.carrier is Carrier.ELECTRICITY
    return load_of(frame, meter.time_zone, until=until, holidays=holidays, zero_is_missing=silent_at_zero)


def _teachers(meters: Sequence[Meter], until: datetime) -> list[Meter]:
    """Meters with enough history before ``until``, at most ``MOST_METERS`` spread evenly over the portfolio."""
    known = [meter for meter in meters if meter.first_reading and meter.first_reading + SHORTEST_HISTORY < until]
    return known[:: -(-len(known) // MOST_METERS) or 1]


async def _lessons(database: Database, organisation: UUID, teachers: Sequence[Meter], until: datetime) -> list[Rows]:
    """What each teacher's history holds; one meter in memory at a time, its rows thinned to fit the bound."""
    hours = sum((until - meter.first_reading) / timedelta(hours=1) for meter in teachers if meter.first_reading)
    every = days_between(hours, MOST_ROWS)
    taught: list[Rows] = []
    for meter in teachers:
        async with database.transaction() as conn:
            frame = await metering.hourly_frame(conn, organisation, meter.id, end=until)
        taught += await run_cpu(_rows, frame, meter, until, every)
    return taught


def _rows(frame: pl.DataFrame, meter: Meter, until: datetime, every: int) -> list[Rows]:
    """The meter's rows; none from a history without information."""
    try:
        load = load_of_meter(frame, meter, until)
    except InsufficientData:
        return []
    return [rows_of(load, load.size, every=every)] if load.size > SHORTEST_HISTORY.days * DAY else []


def _learned(taught: Sequence[Rows], rounds: int) -> bytes:
    return packed(fit(taught, most_rows=MOST_ROWS, rounds=rounds, threads=1))


@lru_cache(maxsize=4)
def _trees(artefact: bytes) -> Trees:
    """Unpacking takes longer than hashing the key."""
    return unpacked(artefact)
