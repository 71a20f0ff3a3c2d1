"""Writing the synthetic portfolio through the same services that an import uses."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import polars as pl

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.demo import repository
from eaio.demo.compute.portfolio import generate
from eaio.demo.models import DemoBuilding, DemoPortfolio, DemoSite, PlantedFault, Weather
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.events import Event, publish
from eaio.metering import service as metering
from eaio.metering.models import Author
from eaio.timeseries.units import CARRIER_LABEL, Carrier

NAME = "Meridian Estates (synthetic)"
SEED = 7
OKTAS = 8
AUTHOR = Author(name="EAIO", method="synthetic", reason="Made for a first look around")


async def seed_demo(conn: Connection, seed: int = SEED, end: datetime | None = None) -> UUID:
    """Make the demo organisation with sites, buildings, meters, weather and two years of readings; returns its id.

    The last reading is of the last whole hour before ``end`` (by default this moment). Analyses are queued; the caller
    commits.
    """
    portfolio = await run_cpu(generate, seed, end or datetime.now(UTC))
    organisation = (await accounts.create_organisation(conn, NAME, is_demo=True)).id
    sites = await buildings.upsert_sites(conn, organisation, [_site(site) for site in portfolio.sites])
    await buildings.upsert_buildings(conn, organisation, [_building(building) for building in portfolio.buildings])
    meters = await buildings.upsert_meters(
        conn,
        organisation,
        [MeterDraft(building=m.building, carrier=m.carrier, name=CARRIER_LABEL[m.carrier]) for m in portfolio.meters],
    )
    ids = {(building, carrier): meter.id for (building, carrier, _), meter in meters.items()}
    await _write_readings(conn, organisation, portfolio, ids)
    for key, weather in portfolio.weather.items():
        await metering.record_weather(conn, organisation, sites[key].id, _weather(portfolio.time, weather))
    await repository.save_faults(conn, organisation, portfolio.faults)
    await publish(conn, Event.READINGS_CHANGED, organisation)
    return organisation


async def planted_faults(conn: Connection, organisation: UUID) -> Sequence[PlantedFault]:
    """The faults that the synthetic portfolio was made with; empty for a real one."""
    return await repository.faults(conn, organisation)


def _site(site: DemoSite) -> SiteDraft:
    return SiteDraft(
        name=site.name,
        time_zone=site.time_zone,
        country=site.country,
        subdivision=site.subdivision,
        latitude=site.latitude,
        longitude=site.longitude,
    )


def _building(building: DemoBuilding) -> BuildingDraft:
    return BuildingDraft(
        name=building.name,
        site=building.site,
        primary_use=building.primary_use,
        sub_use=building.sub_use,
        area_m2=building.area_m2,
        year_built=building.year_built,
        floors=building.floors,
        occupants=building.occupants,
        energy_sources=tuple(CARRIER_LABEL[carrier] for carrier in building.carriers),
        has_renewable=Carrier.SOLAR in building.carriers,
    )


async def _write_readings(
    conn: Connection, organisation: UUID, portfolio: DemoPortfolio, ids: dict[tuple[str, Carrier], UUID]
) -> None:
    time = pl.Series("time", portfolio.time).dt.replace_time_zone("UTC")
    frames = {
        ids[meter.building, meter.carrier]: pl.DataFrame([time, pl.Series("value", meter.values)])
        for meter in portfolio.meters
    }
    await metering.record_readings(conn, organisation, frames, AUTHOR)


def _weather(time: np.ndarray, weather: Weather) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "time": pl.Series(time).dt.replace_time_zone("UTC"),
            "temperature": weather.temperature,
            "dew_temperature": weather.dew_point,
            "cloud_coverage": weather.cloud_cover * OKTAS,
            "precipitation": weather.precipitation,
            "wind_speed": weather.wind_speed,
        }
    )
