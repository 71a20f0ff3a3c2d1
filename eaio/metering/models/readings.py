"""Readings, totals, coverage."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

import polars as pl
from msgspec import Struct

DAILY = pl.Schema(
    {
        "carrier": pl.String(),
        "day": pl.Date(),
        "total": pl.Float64(),
        "readings": pl.Int64(),
        "expected": pl.Int64(),
        "estimated": pl.Int64(),
    }
)
"""One row per carrier and local calendar day, gapless; ``total`` in kWh or litres, null where no reading is present."""

MONTHLY = pl.Schema({"month" if name == "day" else name: kind for name, kind in DAILY.items()})
"""As ``DAILY`` by calendar month; ``month`` is its first day."""

HOURS = pl.Schema({"hour": pl.Datetime("us", "UTC"), "total": pl.Float64(), "meters": pl.Int64()})
"""One row per hour; ``meters`` is how many have a reading in it."""

TOTALS = pl.Schema(
    {
        "id": pl.String(),
        "carrier": pl.String(),
        "total": pl.Float64(),
        "readings": pl.Int64(),
        "expected": pl.Int64(),
        "estimated": pl.Int64(),
        "coverage": pl.Float64(),
    }
)
"""One row per member of a level and carrier; ``coverage`` is readings over those expected in the period, 0 to 1."""

GROUPS = pl.Schema(
    {
        "id": pl.String(),
        "carrier": pl.String(),
        "time_zone": pl.String(),
        "interval_minutes": pl.Int64(),
        "meters": pl.Int64(),
    }
)
"""How many meters of a member share carrier, zone and interval, and so expect the same readings."""

WEATHER = pl.Schema(
    {
        "time": pl.Datetime("us", "UTC"),
        "local": pl.Datetime("us"),
        "temperature": pl.Float64(),
        "dew_temperature": pl.Float64(),
        "cloud_coverage": pl.Float64(),
        "precipitation": pl.Float64(),
        "pressure": pl.Float64(),
        "wind_direction": pl.Float64(),
        "wind_speed": pl.Float64(),
    }
)
"""Hourly observations on a gapless UTC grid: degrees Celsius, oktas, millimetres, hPa, degrees, m/s; null = unknown."""

WEATHER_DAILY = pl.Schema(
    {
        "day": pl.Date(),
        "mean": pl.Float64(),
        "minimum": pl.Float64(),
        "maximum": pl.Float64(),
        "readings": pl.Int64(),
    }
)
"""Air temperature by local calendar day, degrees Celsius."""

POINTS = pl.Schema({"local": pl.Datetime("us"), "minimum": pl.Float64(), "mean": pl.Float64(), "maximum": pl.Float64()})
"""Hourly values reduced to even buckets of local time for a chart; null where a bucket holds no reading."""


class Level(StrEnum):
    """At which height of the portfolio tree one looks."""

    METER = "meter"
    BUILDING = "building"
    SITE = "site"
    PORTFOLIO = "portfolio"


class Scope(Struct, frozen=True):
    """A meter, a building, a site, a portfolio, or (id None) everything that the organisation has."""

    level: Level = Level.PORTFOLIO
    id: UUID | None = None


class Extent(Struct, frozen=True):
    """From the first to the last reading; both None where there is none yet. ``last`` is the "now" of a portfolio."""

    first: datetime | None
    last: datetime | None


class MeterCoverage(Struct, frozen=True):
    """How much of what a meter should have sent between its first and last reading is there."""

    meter_id: UUID
    building_id: UUID
    building: str
    meter: str
    carrier: str
    unit: str
    interval_minutes: int
    first: date | None
    last: date | None
    readings: int
    expected: int
    estimated: int
    zero_days: int
    """Days on which every reading is zero; of electricity nearly always a gap in disguise."""
    edits: int
    """Values replaced since; the old ones are in the ledger."""

    @property
    def coverage(self) -> float:
        """Readings present over readings expected, 0 to 1."""
        return min(1.0, self.readings / self.expected) if self.expected else 0.0


class Author(Struct, frozen=True):
    """Who replaces readings, how and why: what the ledger keeps beside the old value."""

    name: str
    method: str
    """``import``, ``live``, or the name of a cleaning method."""
    reason: str
    import_id: UUID | None = None


class Stored(Struct, frozen=True):
    """What became of readings that came in."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
