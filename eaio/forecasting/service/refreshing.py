"""Forecasts made ahead of the question."""

from uuid import UUID

from eaio.buildings import service as buildings
from eaio.forecasting.service.current import current_forecasts
from eaio.forecasting.service.training import train_if_due
from eaio.infra.db import Connection, Database


async def refresh_building(conn: Connection, organisation: UUID, building_id: UUID) -> int:
    """Bring the forecasts of all meters of a building up to date; returns how many could be forecast."""
    meters = await buildings.meters_of(conn, organisation, building_id)
    read = [meter for meter in meters if meter.last_reading is not None]
    made = await current_forecasts(conn, organisation, building_id, read, recheck=True) if read else {}
    return sum(stored.forecast is not None for stored in made.values())


async def refresh_organisation(database: Database, organisation: UUID) -> int:
    """Bring every forecast of an organisation up to date, each building in its own transaction.

    The model over all meters is learned first where that is due. Returns how many meters could be forecast; the others
    keep their reason.
    """
    await train_if_due(database, organisation)
    async with database.transaction() as conn:
        meters = await buildings.meters_of(conn, organisation)
    done = 0
    for building_id in dict.fromkeys(meter.building_id for meter in meters):
        async with database.transaction() as conn:
            done += await refresh_building(conn, organisation, building_id)
    return done
