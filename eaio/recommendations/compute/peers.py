"""How buildings of one use compare: medians and quartiles of what their meters say."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
from msgspec import Struct

from eaio.recommendations.compute.signals import LoadSignals, Signals
from eaio.timeseries.units import IMPORTED_ENERGY, Carrier

MINIMUM_PEERS = 8
ELECTRIC_INTENSITY = "electricity intensity"


class Peer(Struct, frozen=True):
    """One figure over the buildings of one group: a use, or a use and sub-use."""

    group: str
    count: int
    low: float
    """25th percentile."""
    median: float
    high: float
    """75th percentile."""

    @property
    def words(self) -> str:
        """Where the comparison comes from."""
        return f"{self.count} {self.group.lower() or 'unnamed'} buildings of this portfolio"


Peers = Mapping[tuple[str, str], Peer]
"""By (group, figure); see ``groups_of``."""


def figures(signals: Signals) -> dict[str, float]:
    """What a building is compared by; absent where its meters or floor area cannot tell."""
    area = signals.facts.area_m2
    electricity = signals.loads.get(Carrier.ELECTRICITY)
    found: dict[str, float] = {}
    if electricity is not None:
        found |= _electricity(electricity, area)
    if area:
        carriers = [carrier for carrier in signals.loads if carrier in IMPORTED_ENERGY]
        if Carrier.ELECTRICITY in carriers:
            found["energy " + "+".join(sorted(carriers))] = sum(signals.loads[c].annual for c in carriers) / area
        found |= {
            f"{carrier} {name}": value for carrier in carriers for name, value in slopes(signals.loads[carrier], area)
        }
    return found


def energy_figure(signals: Signals) -> str:
    """The name of the intensity over the carriers that this building meters: like is compared with like."""
    return "energy " + "+".join(sorted(carrier for carrier in signals.loads if carrier in IMPORTED_ENERGY))


def slopes(load: LoadSignals, area: float) -> list[tuple[str, float]]:
    """Heating and cooling slope in W/(m2 K), where the weather explains something."""
    if load.weather is None or load.weather.r2 < 0.2:
        return []
    pairs = (("heating slope", load.weather.heating_slope), ("cooling slope", load.weather.cooling_slope))
    return [(name, slope * 1000 / 24 / area) for name, slope in pairs if slope > 0]


def _electricity(load: LoadSignals, area: float | None) -> dict[str, float]:
    found: dict[str, float] = {}
    if load.schedule is not None:
        found["unoccupied ratio"] = load.schedule.off_ratio
        if load.schedule.start is not None and load.schedule.stop is not None:
            found |= {"start": load.schedule.start, "stop": load.schedule.stop}
        if area:
            found["day step"] = (load.schedule.high - load.schedule.low) * 1000 / area
    if area:
        found[ELECTRIC_INTENSITY] = load.annual / area
    if area and load.peaks is not None:
        found["base"] = load.peaks.near_base * 1000 / area
    if load.weather is not None and load.weather.cooling_balance is not None and load.weather.r2 >= 0.4:
        found["cooling balance"] = load.weather.cooling_balance
    return found


def groups_of(use: str, sub_use: str) -> tuple[str, ...]:
    """The groups that a building belongs to, the narrowest first: a laboratory is compared with laboratories."""
    return (f"{use} ({sub_use})", use) if sub_use and sub_use != use else (use,)


def peers_of(buildings: Iterable[tuple[str, str, Mapping[str, float]]]) -> dict[tuple[str, str], Peer]:
    """Quartiles by group and figure, from (use, sub-use, figures) of buildings; groups of eight or more."""
    values: defaultdict[tuple[str, str], list[float]] = defaultdict(list)
    for use, sub_use, found in buildings:
        for group in groups_of(use, sub_use):
            for name, value in found.items():
                values[group, name].append(value)
    return {
        key: Peer(key[0], len(seen), *map(float, np.quantile(seen, (0.25, 0.5, 0.75))))
        for key, seen in values.items()
        if len(seen) >= MINIMUM_PEERS
    }
