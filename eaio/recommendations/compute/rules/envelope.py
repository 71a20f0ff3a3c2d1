"""Rules about the envelope, after LBNL BETTER: slopes against peers."""

from eaio.recommendations.compute.peers import Peer
from eaio.recommendations.compute.rules.operation import heating_and_cooling
from eaio.recommendations.compute.rules.view import View, rising
from eaio.recommendations.models import Evidence, Fact
from eaio.timeseries.format import number
from eaio.timeseries.units import Carrier

HEATERS = (Carrier.GAS, Carrier.STEAM, Carrier.HOTWATER, Carrier.ELECTRICITY)
HEAT_SHARE = 0.10
"""Least part of a carrier that follows cold weather."""


def _steep_heat(view: View, above: float) -> tuple[Carrier, float, Peer] | None:
    """The heating carrier whose slope exceeds ``above`` times the peers' highest quarter."""
    for carrier in HEATERS:
        load, compared = view.signals.loads.get(carrier), view.against(f"{carrier} heating slope")
        if load is None or compared is None or load.heating < HEAT_SHARE * load.annual:
            continue
        if compared[0] > above * compared[1].high:
            return carrier, *compared
    return None


def _slope_facts(own: float, peer: Peer, name: str) -> tuple[Fact, ...]:
    return (
        Fact(name, own, "W/(m² K)", peer.median, f"median of {peer.words}"),
        Fact("Highest quarter begins at", peer.high, "W/(m² K)"),
    )


def loses_heat_fast(view: View) -> Evidence | None:
    """Heating climbs more steeply with the cold than at three quarters of the peers, in a building from before 1990."""
    steep = _steep_heat(view, 1.1)
    built = view.facts.year_built
    if steep is None or (built is not None and built >= 1990):
        return None
    carrier, own, peer = steep
    age = f" The building dates from {built}." if built else ""
    return Evidence(
        sentence=(
            f"Each degree of cold costs {number(own)} W/m² of {carrier}; three quarters of {peer.words} stay below "
            f"{number(peer.high)}.{age}"
        ),
        facts=_slope_facts(own, peer, "Heating slope"),
        basis={carrier: view.signals.loads[carrier].heating},
        basis_name=f"{carrier} that follows cold weather",
        strength=rising(own / peer.high, 1.1, 2) - (0.15 if built else 0.3),
        caveat="Too much outdoor air gives the same slope: look at the ventilation first.",
    )


def steep_both_ways(view: View) -> Evidence | None:
    """Both heating and cooling climb steeply: the envelope, with its windows, is the likely reason."""
    steep = _steep_heat(view, 1.0)
    colds = (view.against("chilledwater cooling slope"), view.against("electricity cooling slope"))
    cold = next((found for found in colds if found is not None and found[0] > found[1].high), None)
    if steep is None or cold is None:
        return None
    _, own, peer = steep
    return Evidence(
        sentence=(
            f"Both slopes are in the highest quarter of {peer.words}: heating {number(own)} W/(m² K) "
            f"(from {number(peer.high)}), cooling {number(cold[0])} W/(m² K) (from {number(cold[1].high)})."
        ),
        facts=(*_slope_facts(own, peer, "Heating slope"), *_slope_facts(cold[0], cold[1], "Cooling slope")),
        basis=heating_and_cooling(view),
        basis_name="energy that follows the weather",
        strength=rising(min(own / peer.high, cold[0] / cold[1].high), 1, 1.8) - 0.2,
        caveat="Ventilation at full flow gives the same picture.",
    )


def leaks_at_night(view: View) -> Evidence | None:
    """At night, with ventilation off, heating climbs with the cold as steeply as by day."""
    for carrier in HEATERS:
        load, compared = view.signals.loads.get(carrier), view.against(f"{carrier} heating slope")
        if load is None or load.night_to_day_slope is None or compared is None or view.usual.opening is None:
            continue
        own, peer = compared
        if load.heating < 2 * HEAT_SHARE * load.annual or load.night_to_day_slope < 0.9:
            continue
        if own < 1.15 * peer.median:
            continue
        return Evidence(
            sentence=(
                f"At night {carrier} climbs with the cold {number(load.night_to_day_slope, 2)} times as steeply as by "
                "day, although the ventilation should be off: air leaks, or dampers stay open."
            ),
            facts=(
                Fact("Slope at night over slope by day", load.night_to_day_slope, ""),
                *_slope_facts(own, peer, "Heating slope"),
            ),
            basis={carrier: load.heating},
            basis_name=f"{carrier} that follows cold weather",
            strength=rising(load.night_to_day_slope, 0.9, 1.5) - 0.2,
            caveat="Heating without a night setback looks alike.",
        )
    return None
