"""A meter as its charts show it: computed from the readings at the moment of asking."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct

from eaio.analysis.compute import changepoint, profile, series
from eaio.analysis.compute.faults import trusted_values
from eaio.analysis.models import ChangePointModel, LoadProfile
from eaio.analysis.service.tuning import tuned
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.timeseries import calendar
from eaio.timeseries.units import Carrier

DAYS = 365


class MeterView(Struct, frozen=True):
    """A meter's hours over local days [start, end); ``clean`` has faulty hours set to missing."""

    meter: Meter
    start: date
    end: date
    hourly: pl.DataFrame
    clean: pl.DataFrame

    def profile(self) -> LoadProfile:
        """The typical week; InsufficientData with fewer than four weeks."""
        return profile.load_profile(self.clean)

    def heat_map(self) -> series.HeatMap:
        """Hour by day, faults included, since this is where one looks for them."""
        return series.heat_map(self.hourly)

    def days(self) -> pl.DataFrame:
        """Complete days with temperature: what the weather model sees."""
        return series.model_days(calendar.daily(self.clean), zero_is_missing=self.meter.carrier == Carrier.ELECTRICITY)

    def model(self) -> ChangePointModel:
        """The weather model; InsufficientData when the days do not carry one."""
        days = self.days()
        return changepoint.fit(days["temperature"].to_numpy(), days["value"].to_numpy())


async def meter_view(
    conn: Connection, organisation: UUID, meter_id: UUID, start: date | None = None, end: date | None = None
) -> MeterView:
    """A meter over local days; by default the 365 days up to its last reading.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: it has no readings, or less than hourly ones.
    """
    meter = await buildings.meter_of(conn, organisation, meter_id)
    known = await metering.local_extent(conn, organisation, Scope(Level.METER, meter_id))
    if known.last is None:
        raise InsufficientData(f"{meter.building} {meter.carrier} has no readings yet")
    last = end or known.last.date() + timedelta(days=1)
    first = start or last - timedelta(days=DAYS)
    zone = ZoneInfo(meter.time_zone)
    frame = await metering.hourly_frame(conn, organisation, meter_id, _instant(first, zone), _instant(last, zone))
    faults = (await tuned(conn, organisation)).params.faults
    return MeterView(meter, first, last, frame, trusted_values(frame, meter.carrier, faults))


def _instant(day: date, zone: ZoneInfo) -> datetime:
    return calendar.day_bounds(day, zone)[0].astimezone(UTC)
