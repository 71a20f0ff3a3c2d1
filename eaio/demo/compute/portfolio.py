"""The whole synthetic portfolio from a seed."""

from datetime import datetime

import numpy as np
from numpy.typing import NDArray

from eaio.demo.compute.catalogue import BUILDINGS, SITES
from eaio.demo.compute.climate import clear_sky, weather_of
from eaio.demo.compute.clock import LocalClock, hourly_grid, local_clock
from eaio.demo.compute.faults import PLAN, plant
from eaio.demo.compute.loads import TrueLoads, true_loads
from eaio.demo.compute.noise import generator_for
from eaio.demo.models import DemoBuilding, DemoMeter, DemoPortfolio, PlantedFault
from eaio.timeseries.units import Carrier

DECIMALS = 2
"""Readings are rounded as meters round them: to 0.01 kWh, to 1 litre."""


def generate(seed: int, end: datetime) -> DemoPortfolio:
    """Two years of hourly readings and weather for every site and building, with recorded faults.

    Args:
        seed: the same seed and end give the same portfolio, bit by bit.
        end: aware; the last reading is of the last whole hour before it.
    """
    time = hourly_grid(end)
    clocks = {site.key: local_clock(time, site) for site in SITES}
    weather = {site.key: weather_of(site, clocks[site.key], generator_for(seed, site.key)) for site in SITES}
    suns = {site.key: clear_sky(site, time, clocks[site.key]) for site in SITES}
    meters: list[DemoMeter] = []
    faults: list[PlantedFault] = []
    for building in BUILDINGS:
        clock, rng = clocks[building.site], generator_for(seed, building.key)
        loads = true_loads(building, clock, weather[building.site], suns[building.site], rng)
        for carrier in building.carriers:
            meter, planted = _metered(building, carrier, loads, clock, time)
            meters.append(meter)
            faults.extend(planted)
    return DemoPortfolio(seed, time, SITES, BUILDINGS, weather, tuple(meters), tuple(faults))


def _metered(
    building: DemoBuilding, carrier: Carrier, loads: TrueLoads, clock: LocalClock, time: NDArray[np.datetime64]
) -> tuple[DemoMeter, list[PlantedFault]]:
    values, planted = loads.by_carrier[carrier], list[PlantedFault]()
    for plan in PLAN:
        if (plan.building, plan.carrier) == (building.name, carrier):
            values, fault = plant(values, plan, clock, loads, time)
            planted.append(fault)
    decimals = 0 if carrier in {Carrier.WATER, Carrier.IRRIGATION} else DECIMALS
    return DemoMeter(building.name, carrier, values.round(decimals)), planted
