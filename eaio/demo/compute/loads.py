"""True loads of a building, before any fault: schedule, weather response, noise.

Densities follow the order of magnitude of CBECS end uses, so that annual intensities land near the ENERGY STAR medians.
"""

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.random import Generator

from eaio.demo.compute.clock import LocalClock
from eaio.demo.compute.noise import persistent_noise
from eaio.demo.compute.schedules import SCHEDULES, occupancy
from eaio.demo.models import Array, DemoBuilding, Trait, Weather
from eaio.timeseries.units import Carrier

COOLING_COP = 3.2
BOILER_EFFICIENCY = 0.84
SOLAR_PERFORMANCE = 0.82
"""Ratio of what a photovoltaic system yields to its rating times the irradiance (IEC 61724-1)."""


class Density(Struct, frozen=True):
    """What a square metre of a use asks for."""

    base: float
    """Electricity around the clock, W/m2."""
    occupied: float
    """Further electricity at full occupancy, W/m2."""
    heat: float
    """Heat per kelvin below the heating balance point, W/m2K."""
    cool: float
    """Cold per kelvin above the cooling balance point, W/m2K."""
    hot_water: float
    """Domestic hot water at full occupancy, W/m2."""
    litres: float
    """Water per occupant and hour of full occupancy."""
    cold: float = 0.0
    """Cooling around the year for processes and inner zones, W/m2."""


DENSITIES: dict[str, Density] = {
    "office": Density(3.6, 17.0, 1.00, 1.10, 0.8, 3.5),
    "school": Density(2.2, 13.0, 1.10, 0.85, 1.2, 2.5),
    "library": Density(3.8, 16.0, 1.15, 0.95, 0.5, 3.0),
    "laboratory": Density(15.0, 16.0, 2.30, 2.20, 1.5, 4.0, 6.0),
    "hospital": Density(16.0, 15.0, 2.60, 2.20, 7.0, 12.0, 7.0),
    "clinic": Density(4.5, 18.0, 1.10, 1.20, 2.0, 7.0),
    "lodging": Density(3.4, 7.0, 0.95, 0.80, 6.5, 9.0),
    "retail": Density(3.0, 20.0, 0.75, 1.15, 0.5, 2.0),
    "leisure": Density(4.0, 14.0, 1.40, 1.20, 7.0, 30.0),
    "warehouse": Density(1.4, 6.0, 0.40, 0.25, 0.1, 2.0),
    "data": Density(75.0, 6.0, 0.10, 2.20, 0.0, 1.0, 60.0),
}


class TrueLoads(Struct, frozen=True):
    """Hourly loads without faults, and the parts that faults act on; kWh, litres for water."""

    occupied: Array
    plant: Array
    """Operating level of the air handling, 0 to 1."""
    by_carrier: dict[Carrier, Array]
    chiller: Array
    """The part of electricity that drives the building's own chiller."""


def true_loads(building: DemoBuilding, clock: LocalClock, weather: Weather, sun: Array, rng: Generator) -> TrueLoads:
    """Every metered carrier of a building on the grid."""
    density, area = DENSITIES[building.schedule], building.area_m2 / 1_000
    occupied = occupancy(SCHEDULES[building.schedule], clock)
    plant = occupancy(SCHEDULES[building.schedule], clock, 3 if Trait.STARTS_TOO_EARLY in building.traits else 1)
    heat, cold = _thermal(building, density, plant, weather)
    own_chiller = Carrier.CHILLEDWATER not in building.carriers
    chiller = area * cold / COOLING_COP if own_chiller else np.zeros_like(cold)
    base = density.base * (2.6 if Trait.HIGH_NIGHT_BASE in building.traits else 1.0)
    electric = area * (base + density.occupied * (0.6 * occupied + 0.4 * plant)) + chiller
    heating = area * (heat + density.hot_water * (0.15 + 0.85 * occupied))
    people = building.occupants * density.litres * (0.02 + 0.98 * occupied)
    loads = {
        Carrier.ELECTRICITY: electric,
        Carrier.GAS: heating / BOILER_EFFICIENCY,
        Carrier.HOTWATER: heating,
        Carrier.CHILLEDWATER: area * cold,
        Carrier.WATER: people,
        Carrier.IRRIGATION: _irrigation(building, clock, weather),
        Carrier.SOLAR: building.solar_kw * SOLAR_PERFORMANCE * sun * (1 - 0.75 * weather.cloud_cover**1.5),
    }
    noisy = {carrier: loads[carrier] * _wobble(carrier, rng, len(sun)) for carrier in building.carriers}
    return TrueLoads(occupied, plant, noisy, chiller)


def _thermal(building: DemoBuilding, density: Density, plant: Array, weather: Weather) -> tuple[Array, Array]:
    """Heat and cold in W/m2; walls answer to the air of the last hours, set back while the plant is off."""
    felt = pl.Series(weather.temperature).ewm_mean(half_life=5.0).to_numpy()
    heat_balance = 23.0 if Trait.HEATS_IN_SUMMER in building.traits else 15.5
    cool_balance = 11.0 if Trait.COOLS_WHEN_COLD in building.traits else 17.0
    leak = 1.7 if Trait.LEAKY_ENVELOPE in building.traits else 1.0
    heat = density.heat * leak * np.clip(heat_balance - 3.5 * (1 - plant) - felt, 0, None)
    latent = 1 + 0.03 * np.clip(weather.dew_point - 14, 0, None)
    cold = density.cold + density.cool * latent * np.clip(felt - cool_balance, 0, None) * (0.22 + 0.78 * plant)
    return heat, cold


def _irrigation(building: DemoBuilding, clock: LocalClock, weather: Weather) -> Array:
    """Sprinklers run from four to six, more in hot weather, and not within a day of rain."""
    wet = pl.Series(weather.precipitation).rolling_sum(24, min_samples=1).to_numpy() > 1
    hot = np.clip(weather.temperature - 8, 0, 30) / 30
    return np.where((clock.hour >= 4) & (clock.hour < 6) & ~wet, building.area_m2 * 0.6 * hot, 0.0)


def _wobble(carrier: Carrier, rng: Generator, hours: int) -> Array:
    """Multiplicative noise: people and plant differ from hour to hour and from week to week."""
    if carrier == Carrier.SOLAR:
        return np.exp(0.05 * persistent_noise(rng, hours, 2))
    quick, slow = (0.10, 0.05) if carrier in {Carrier.WATER, Carrier.IRRIGATION} else (0.025, 0.025)
    return np.exp(quick * rng.standard_normal(hours) + slow * persistent_noise(rng, hours, 120))
