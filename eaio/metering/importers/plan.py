"""What a file will become: sites, buildings, meters, and where their readings stand."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Protocol

import polars as pl
from msgspec import Struct

from eaio.buildings.models import BuildingDraft, MeterDraft, SiteDraft
from eaio.metering.compute.batch import Batch
from eaio.metering.importers.findings import Findings
from eaio.metering.models import Format, MappedColumn
from eaio.timeseries.units import Carrier

MeterName = tuple[str, Carrier, str]
"""Building, carrier, name: how a meter is told apart within an organisation."""


class Column(Struct, frozen=True):
    """A column of readings and the meter that it belongs to."""

    position: int
    title: str
    meter: MeterDraft
    time_zone: str
    factor: float
    """To kWh or litres in one interval."""

    @property
    def key(self) -> MeterName:
        """The meter's name."""
        return self.meter.building, self.meter.carrier, self.meter.name


class Readings(Protocol):
    """A table of readings that can be read once its meters have keys."""

    @property
    def cells(self) -> int:
        """How many cells there are at most, for the progress."""
        ...

    @property
    def meters(self) -> list[MeterDraft]:
        """The meters that it needs."""
        ...

    def batches(self, keys: Mapping[MeterName, int], findings: Findings) -> Iterator[tuple[Batch, int]]:
        """Readings in batches of bounded size, each with how many cells were read for it."""
        ...


class WeatherTable(Struct, frozen=True):
    """Hourly weather of one site: ``time`` (UTC) and columns of ``WEATHER``."""

    site: str
    frame: pl.DataFrame


class Plan(Struct, frozen=True, kw_only=True):
    """Everything that an import will do, before it does anything."""

    format: Format
    files: tuple[str, ...]
    sites: tuple[SiteDraft, ...] = ()
    buildings: tuple[BuildingDraft, ...] = ()
    tables: tuple[Readings, ...] = ()
    weather: tuple[WeatherTable, ...] = ()
    mapping: tuple[MappedColumn, ...] = ()


class KnownMeter(Struct, frozen=True):
    """A meter that exists already."""

    building: str
    carrier: Carrier
    name: str
    time_zone: str
    interval_minutes: int
    has_readings: bool


class Catalogue(Struct, frozen=True):
    """What an organisation has, so that columns can be matched with it."""

    meters: tuple[KnownMeter, ...] = ()
    building_zones: dict[str, str] = {}
    site_zones: dict[str, str] = {}


class Workplace(Struct, frozen=True):
    """Where an import may work and how much it may take."""

    scratch: Path
    limit: int
    latest: int
    """Readings after this second since 1970 UTC are refused: tomorrow."""
