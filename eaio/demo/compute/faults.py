"""The faults of the demo: which, where, when; and what each does to a true load.

Days count back from the last local day of the grid, so that a few are always in progress.
"""

from collections.abc import Callable
from datetime import UTC

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.demo.compute.clock import LocalClock
from eaio.demo.compute.loads import TrueLoads
from eaio.demo.models import Array, FaultKind, PlantedFault
from eaio.timeseries.units import Carrier

ELECTRICITY, GAS, CHILLED, HOT, WATER = (
    Carrier.ELECTRICITY,
    Carrier.GAS,
    Carrier.CHILLEDWATER,
    Carrier.HOTWATER,
    Carrier.WATER,
)


class FaultPlan(Struct, frozen=True):
    """One line of the plan: a fault, from ``days_before`` the last day, for ``hours``."""

    kind: FaultKind
    building: str
    carrier: Carrier
    days_before: int
    hours: int
    sentence: str
    from_hour: int = 0


PLAN = (
    FaultPlan(FaultKind.LEFT_ON_OVERNIGHT, "Beacon Tower", ELECTRICITY, 6, 168, "Air handling runs through the night."),
    FaultPlan(
        FaultKind.LEFT_ON_OVERNIGHT, "Albion House", ELECTRICITY, 383, 336, "Plant left on for two weeks after tests."
    ),
    FaultPlan(
        FaultKind.WEEKEND_OPERATION, "Holborn Chambers", ELECTRICITY, 100, 42 * 24, "Weekends run like weekdays."
    ),
    FaultPlan(FaultKind.WEEKEND_OPERATION, "Agave Offices", ELECTRICITY, 26, 21 * 24, "Weekends run like weekdays."),
    FaultPlan(FaultKind.OUTAGE, "Charles Library", ELECTRICITY, 204, 31, "The supply was off for a day and a half.", 9),
    FaultPlan(FaultKind.OUTAGE, "Desert School", ELECTRICITY, 58, 14, "The supply was off for fourteen hours.", 11),
    FaultPlan(
        FaultKind.STUCK, "Greenwich Gallery", ELECTRICITY, 33, 96, "The meter repeated one reading for four days.", 13
    ),
    FaultPlan(FaultKind.STUCK, "Longfellow Hall", WATER, 290, 120, "The meter repeated one reading for five days.", 7),
    FaultPlan(FaultKind.SPIKE, "Euston Hotel", ELECTRICITY, 75, 1, "One reading eight times too high.", 15),
    FaultPlan(FaultKind.SPIKE, "Kendall Laboratory", ELECTRICITY, 410, 2, "Two readings eight times too high.", 2),
    FaultPlan(
        FaultKind.SCALE_STEP,
        "Docklands Depot",
        ELECTRICITY,
        331,
        480,
        "Readings ten times too high after a meter change.",
    ),
    FaultPlan(
        FaultKind.SIMULTANEOUS_HEATING_COOLING, "Kendall Laboratory", CHILLED, 75, 50 * 24, "Heating fights cooling."
    ),
    FaultPlan(
        FaultKind.SIMULTANEOUS_HEATING_COOLING, "Kendall Laboratory", HOT, 75, 50 * 24, "Cooling fights heating."
    ),
    FaultPlan(FaultKind.WATER_LEAK, "Camden Leisure", WATER, 12, 320, "Water runs day and night."),
    FaultPlan(FaultKind.WATER_LEAK, "Fenway School", WATER, 460, 35 * 24, "Water ran day and night until a repair."),
    FaultPlan(
        FaultKind.CHILLER_DRIFT, "Ocotillo Clinic", ELECTRICITY, 210, 5_100, "The chiller slowly loses efficiency."
    ),
    FaultPlan(FaultKind.MISSING, "Copper Mall", ELECTRICITY, 2, 96, "The meter has fallen silent.", 14),
    FaultPlan(FaultKind.MISSING, "Longfellow Hall", HOT, 520, 21 * 24, "Three weeks of readings are missing."),
    FaultPlan(FaultKind.MISSING, "Quincy Arcade", ELECTRICITY, 155, 8 * 24, "Eight days of readings are missing.", 6),
)

HOUR = np.timedelta64(1, "h")
LEAK_SHARE = 0.4
"""Constant flow of a leak over the mean use."""
DRIFT_AT_END = 0.45
"""Extra chiller electricity when the drift ends."""
FIGHT_SHARE = 0.8
"""Energy fought away, over the mean of the carrier."""


class Scene(Struct, frozen=True):
    """All that a fault may look at: the true load, the hours it acts on, the clock and the building's other loads."""

    values: Array
    active: NDArray[np.bool_]
    clock: LocalClock
    loads: TrueLoads


def plant(
    values: Array, plan: FaultPlan, clock: LocalClock, loads: TrueLoads, time: NDArray[np.datetime64]
) -> tuple[Array, PlantedFault]:
    """The load with the fault in it, and the record of the fault; the period is cut at the grid's end."""
    first = int(np.argmax((clock.day == clock.day[-1] - plan.days_before) & (clock.hour >= plan.from_hour)))
    last = min(first + plan.hours, len(values))
    active = np.zeros(len(values), dtype=bool)
    active[first:last] = True
    faulty = EFFECTS[plan.kind](Scene(values, active, clock, loads))
    excess = float(np.nansum(faulty[active]) - np.nansum(values[active]))
    start, end = (moment.astype(object).replace(tzinfo=UTC) for moment in (time[first], time[last - 1] + HOUR))
    return faulty, PlantedFault(plan.kind, plan.building, plan.carrier, start, end, excess, plan.sentence)


def _left_on(scene: Scene) -> Array:
    around = np.convolve(scene.active, np.ones(24 * 28), mode="same") > 0.5
    busy = np.quantile(scene.values[around & (scene.loads.plant > 0.7)], 0.5)
    idle = scene.active & (scene.loads.plant < 0.5)
    calm = np.convolve(scene.values, np.ones(3) / 3, mode="same")
    return np.where(idle, np.maximum(scene.values, 0.82 * busy * scene.values / calm), scene.values)


def _weekend(scene: Scene) -> Array:
    """Saturday and Sunday repeat the Wednesday before them."""
    wednesday = np.where(scene.clock.weekday == 5, np.roll(scene.values, 72), np.roll(scene.values, 96))
    return np.where(scene.active & (scene.clock.weekday >= 5), np.maximum(wednesday, scene.values), scene.values)


def _stuck(scene: Scene) -> Array:
    return np.where(scene.active, scene.values[int(np.argmax(scene.active))], scene.values)


def _fight(scene: Scene) -> Array:
    extra = FIGHT_SHARE * float(np.nanmean(scene.values)) * (0.4 + 0.6 * scene.loads.plant)
    return scene.values + np.where(scene.active, extra, 0.0)


def _leak(scene: Scene) -> Array:
    return scene.values + np.where(scene.active, LEAK_SHARE * float(np.nanmean(scene.values)), 0.0)


def _drift(scene: Scene) -> Array:
    elapsed = np.cumsum(scene.active) / max(1, int(scene.active.sum()))
    return scene.values + np.where(scene.active, DRIFT_AT_END * elapsed * scene.loads.chiller, 0.0)


EFFECTS: dict[FaultKind, Callable[[Scene], Array]] = {
    FaultKind.LEFT_ON_OVERNIGHT: _left_on,
    FaultKind.WEEKEND_OPERATION: _weekend,
    FaultKind.OUTAGE: lambda scene: np.where(scene.active, 0.0, scene.values),
    FaultKind.STUCK: _stuck,
    FaultKind.SPIKE: lambda scene: np.where(scene.active, 8 * scene.values, scene.values),
    FaultKind.SCALE_STEP: lambda scene: np.where(scene.active, 10 * scene.values, scene.values),
    FaultKind.SIMULTANEOUS_HEATING_COOLING: _fight,
    FaultKind.WATER_LEAK: _leak,
    FaultKind.CHILLER_DRIFT: _drift,
    FaultKind.MISSING: lambda scene: np.where(scene.active, np.nan, scene.values),
}
