"""What a synthetic portfolio is made of."""

from datetime import datetime
from enum import StrEnum

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.timeseries.units import Carrier

Array = NDArray[np.float64]


class FaultKind(StrEnum):
    """What was planted."""

    LEFT_ON_OVERNIGHT = "left_on_overnight"
    WEEKEND_OPERATION = "weekend_operation"
    OUTAGE = "outage"
    STUCK = "stuck"
    SPIKE = "spike"
    SCALE_STEP = "scale_step"
    SIMULTANEOUS_HEATING_COOLING = "simultaneous_heating_cooling"
    WATER_LEAK = "water_leak"
    CHILLER_DRIFT = "chiller_drift"
    MISSING = "missing"


class Trait(StrEnum):
    """A lasting weakness of a building, as opposed to a fault with a beginning."""

    HIGH_NIGHT_BASE = "high_night_base"
    HEATS_IN_SUMMER = "heats_in_summer"
    COOLS_WHEN_COLD = "cools_when_cold"
    LEAKY_ENVELOPE = "leaky_envelope"
    STARTS_TOO_EARLY = "starts_too_early"


class Climate(Struct, frozen=True):
    """Parameters of a synthetic climate; temperatures in degrees Celsius."""

    mean: float
    seasonal: float
    """Half the difference between the warmest and the coldest day of the mean year."""
    diurnal: float
    """Half the mean daily range."""
    synoptic: float
    """Standard deviation of the passing weather, with a memory of about three days."""
    cloudiness: float
    """Mean share of sky covered, 0 to 1."""
    dryness: float
    """Mean dew-point depression in kelvin."""


class DemoSite(Struct, frozen=True):
    """A place with one climate, time zone and calendar of holidays."""

    key: str
    name: str
    time_zone: str
    country: str
    subdivision: str
    latitude: float
    longitude: float
    climate: Climate


class DemoBuilding(Struct, frozen=True):
    """One synthetic building."""

    key: str
    name: str
    site: str
    primary_use: str
    sub_use: str
    schedule: str
    area_m2: float
    year_built: int
    floors: int
    occupants: int
    carriers: tuple[Carrier, ...]
    solar_kw: float = 0.0
    traits: frozenset[Trait] = frozenset()


class DemoMeter(Struct, frozen=True):
    """Hourly amounts of one carrier of one building."""

    building: str
    carrier: Carrier
    values: Array
    """Same length as ``DemoPortfolio.time``; kWh, or litres for water; NaN where no reading exists."""


class PlantedFault(Struct, frozen=True):
    """The record of one planted fault: the ground truth."""

    kind: FaultKind
    building: str
    carrier: Carrier
    start: datetime
    end: datetime
    """Half-open, UTC."""
    excess: float
    """Sum over the period of the faulty minus the true amount, in the carrier's unit; missing hours count as zero."""
    sentence: str


class Weather(Struct, frozen=True):
    """Hourly weather of a site on the portfolio's grid."""

    temperature: Array
    """Degrees Celsius."""
    dew_point: Array
    cloud_cover: Array
    """Share of sky covered, 0 to 1."""
    wind_speed: Array
    """Metres per second."""
    precipitation: Array
    """Millimetres in the hour."""


class DemoPortfolio(Struct, frozen=True):
    """A whole synthetic portfolio."""

    seed: int
    time: NDArray[np.datetime64]
    """UTC, hour-beginning, gapless, microseconds."""
    sites: tuple[DemoSite, ...]
    buildings: tuple[DemoBuilding, ...]
    weather: dict[str, Weather]
    meters: tuple[DemoMeter, ...]
    faults: tuple[PlantedFault, ...]

    def meter(self, building: str, carrier: Carrier) -> DemoMeter:
        """The meter of a building for a carrier; StopIteration if there is none."""
        return next(m for m in self.meters if m.building == building and m.carrier == carrier)
