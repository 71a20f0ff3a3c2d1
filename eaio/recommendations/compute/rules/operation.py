"""Rules about hours and base load, from the shape of the week."""

import numpy as np

from eaio.recommendations.compute.days import Array
from eaio.recommendations.compute.peers import ELECTRIC_INTENSITY, Peer, energy_figure
from eaio.recommendations.compute.rules.view import View, clock, placed, rising, spoken
from eaio.recommendations.compute.schedule import Schedule, inside
from eaio.recommendations.models import Evidence, Fact, Range
from eaio.timeseries.format import number, percent, quantity
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY, Carrier

WORKDAYS, WEEKEND_DAYS = 261, 104
LEAD = 1.0
"""Hours that plant may start before people come and stop after they leave."""
ORDINARY = 1.5
ROUND_THE_CLOCK = 0.93
"""Off-hours ratio above which the load is constant by nature (servers, cold rooms, pumps)."""


def long_hours(view: View) -> Evidence | None:
    """Plant starts more than an hour before the usual opening, stops more than an hour late, or runs idle weekends."""
    load, opening = view.electricity, view.usual.opening
    week = load.schedule if load else None
    if load is None or week is None or opening is None or week.start is None or week.stop is None:
        return None
    opens, closes = opening[0] - LEAD, opening[1] + LEAD
    early, late = max(opens - week.start, 0), max(week.stop - closes, 0)
    weekend = _weekend_surplus(week) if view.usual.closes_at_weekends else 0.0
    surplus = _surplus(week, week.start, opens, week.stop, closes) * WORKDAYS + weekend * WEEKEND_DAYS
    idle_weekends = weekend * WEEKEND_DAYS >= 0.02 * load.annual
    if (early + late < 1.0 and not idle_weekends) or surplus < 0.015 * load.annual:
        return None
    kind = f"usual for {view.facts.use.lower()}, with one hour on each side"
    return Evidence(
        sentence=_hours_sentence(week, opens, closes, early, late, weekend > 0),
        facts=(
            Fact("Load rises at", week.start, "clock", opens, kind),
            Fact("Load falls at", week.stop, "clock", closes, kind),
            Fact("Weekend day against working day", 100 * week.weekend_ratio, "%"),
            Fact("Use above the night level in those hours", surplus, "kWh a year"),
            Fact("Part of the electricity", 100 * surplus / load.annual, "%"),
        ),
        basis={Carrier.ELECTRICITY: surplus},
        basis_name="use above the night level outside the usual hours",
        share=Range(0.25, 0.5, 0.75),
        strength=rising(early + late + (1 if weekend else 0), 1, 5),
        caveat="Opening hours are assumed from the building's use; enter the real ones to sharpen this.",
    )


def _surplus(week: Schedule, start: float, opens: float, stop: float, closes: float) -> float:
    """Use above the night level before opening and after closing on one working day."""
    hours = np.zeros(24)
    if start < opens:
        hours = hours + inside(start, opens)
    if stop > closes:
        hours = hours + inside(closes, stop)
    return _above(week.workday, week.low, hours)


def _weekend_surplus(week: Schedule) -> float:
    """Use above the night level on one weekend day, where weekends look like working days."""
    return _above(week.weekend, week.low, np.ones(24)) if week.weekend_ratio > 0.9 else 0.0


def _above(day: tuple[float, ...], low: float, hours: Array) -> float:
    return float((np.maximum(np.asarray(day) - low, 0) * hours).sum())


def _hours_sentence(week: Schedule, opens: float, closes: float, early: float, late: float, weekend: bool) -> str:
    parts: list[str] = []
    if early >= 0.5:
        parts.append(f"rises at {clock(week.start or 0)}, {number(early, 2)} h before {clock(opens)}")
    if late >= 0.5:
        parts.append(f"falls at {clock(week.stop or 0)}, {number(late, 2)} h after {clock(closes)}")
    if weekend:
        parts.append(f"stays up on weekends ({percent(week.weekend_ratio)} of a working day)")
    return f"On a typical working day the electricity load {spoken(parts)}."


def high_at_night(view: View) -> Evidence | None:
    """The load out of hours stays above half of the load in use, in a building that closes."""
    load = view.electricity
    week = load.schedule if load else None
    if load is None or week is None or view.usual.opening is None or not 0.5 < week.off_ratio < ROUND_THE_CLOCK:
        return None
    compared = view.against("unoccupied ratio")
    better = compared is not None and compared[1].low < 0.5
    target = max(compared[1].low, 0.25) if compared is not None and better else 0.5
    off = load.annual * _off_share(week)
    avoidable = off * (1 - target / week.off_ratio)
    if avoidable < 0.06 * load.annual:
        return None
    by = f"the better quarter of {compared[1].words}" if compared and better else "buildings that switch off"
    return Evidence(
        sentence=(
            f"Out of hours the building draws {percent(week.off_ratio)} of what it draws in use; {percent(target)} is "
            f"reached by {by}."
        ),
        facts=(
            Fact("Unoccupied over occupied load", 100 * week.off_ratio, "%", 100 * target, "target"),
            Fact("Hours out of use", week.off_hours, "h a year"),
            Fact("Used in them", off, "kWh a year"),
            Fact("Above the target", avoidable, "kWh a year"),
        ),
        basis={Carrier.ELECTRICITY: load.annual},
        basis_name="electricity",
        share=placed(Range(0.03, 0.06, 0.10), (0.5 * avoidable / load.annual - 0.03) / 0.07 * _switchable(week)),
        strength=_clearly_left_on(view, week),
        caveat="Servers, laboratories and cold rooms belong to the night load: subtract them first.",
    )


def _clearly_left_on(view: View, week: Schedule) -> float:
    """Clearest around two thirds; a load that hardly falls, or that is far above its peers, is rather a process."""
    intensity = view.against(ELECTRIC_INTENSITY)
    dense = intensity is not None and intensity[0] > 1.3 * intensity[1].high
    return rising(week.off_ratio, 0.5, 0.65) - 0.5 * (1 - _switchable(week)) - (0.2 if dense else 0)


def _switchable(week: Schedule) -> float:
    """1 for a load that falls at night, towards 0 for one that is nearly constant, as processes are."""
    return float(np.clip((ROUND_THE_CLOCK - week.off_ratio) / 0.2, 0, 1))


def _off_share(week: Schedule) -> float:
    """Part of the energy that is used out of hours."""
    off, on = week.off_hours * week.off_ratio, 8760 - week.off_hours
    return off / (off + on)


def high_base_per_area(view: View) -> Evidence | None:
    """The base load per floor area is in the highest quarter of its peers, in a building that closes."""
    load, compared = view.electricity, view.against("base")
    week = load.schedule if load else None
    if load is None or week is None or compared is None or view.usual.opening is None:
        return None
    own, peer = compared
    if own <= max(peer.high, 1.2 * peer.median) or week.off_ratio < 0.4:
        return None
    plugs = view.usual.plugs * load.annual * ordinary_share(own, peer)
    return Evidence(
        sentence=(
            f"At its lowest the building draws {number(own)} W/m²; half of {peer.words} stay below "
            f"{number(peer.median)}."
        ),
        facts=(
            Fact("Base load", own, "W/m²", peer.median, f"median of {peer.words}"),
            Fact("Highest quarter begins at", peer.high, "W/m²"),
            Fact("Plug loads, by typical share", plugs, "kWh a year"),
        ),
        basis={Carrier.ELECTRICITY: plugs},
        basis_name="plug loads, by the share usual for this use",
        strength=rising(own / peer.high, 1, 2) - 0.15,
        caveat="The share of plug loads is typical of the use, not metered here.",
    )


def starts_by_the_clock(view: View) -> Evidence | None:
    """Plant starts early at the same minute whatever the weather, although load follows the weather."""
    load, opening = view.electricity, view.usual.opening
    week = load.schedule if load else None
    if load is None or week is None or week.start is None or opening is None or load.weather is None:
        return None
    if (
        week.start_spread is None
        or week.start_weather is None
        or week.start_spread > 0.75
        or abs(week.start_weather) > 0.25
    ):
        return None
    basis = heating_and_cooling(view)
    if week.start > opening[0] - 0.5 or sum(basis.values()) < 0.08 * load.annual:
        return None
    return Evidence(
        sentence=(
            f"The load rises at {clock(week.start)} on cold, mild and hot mornings alike "
            f"(within {number(max(2 * week.start_spread, 0.25), 2)} h), while opening is usually at "
            f"{clock(opening[0])}."
        ),
        facts=(
            Fact("Load rises at", week.start, "clock", opening[0], f"usual opening for {view.facts.use.lower()}"),
            Fact("Spread of the start", week.start_spread, "h"),
            Fact("Correlation of the start with the temperature at dawn", week.start_weather, ""),
        ),
        basis=basis,
        basis_name="energy that follows the weather",
        strength=0.45,
    )


def heating_and_cooling(view: View) -> dict[Carrier, float]:
    """Annual use that follows the weather, by carrier; chilled water as a whole."""
    found = {
        carrier: load.heating + load.cooling
        for carrier, load in view.signals.loads.items()
        if carrier in IMPORTED_ENERGY
    }
    cold = view.signals.loads.get(Carrier.CHILLEDWATER)
    if cold is not None:
        found[Carrier.CHILLEDWATER] = cold.annual
    return {carrier: min(amount, view.signals.loads[carrier].annual) for carrier, amount in found.items() if amount > 0}


def ordinary_share(own: float, peer: Peer) -> float:
    """Part of a figure that lies below 1.5 times the peers' highest quarter; what is above is probably a process."""
    return min(1.0, ORDINARY * peer.high / own) if own > 0 else 1.0


def uses_more_than_peers(view: View) -> Evidence | None:
    """Energy per floor area in the highest quarter of the peers that meter the same carriers."""
    compared = view.against(energy_figure(view.signals))
    if compared is None or (view.facts.area_m2 or 0) < 2_000:
        return None
    own, peer = compared
    if own <= peer.high:
        return None
    ordinary = ordinary_share(own, peer)
    basis = {c: ordinary * load.annual for c, load in view.signals.loads.items() if c in IMPORTED_ENERGY}
    names = " and ".join(CARRIER_LABEL[c].lower() for c in basis)
    return Evidence(
        sentence=(
            f"It uses {number(own)} kWh/m² a year of {names}; three quarters of {peer.words} use less than "
            f"{number(peer.high)}, half less than {number(peer.median)}."
        ),
        facts=(
            Fact("Energy use intensity", own, "kWh/m²", peer.median, f"median of {peer.words}"),
            Fact("Highest quarter begins at", peer.high, "kWh/m²"),
            Fact("Above the median", (own - peer.median) * (view.facts.area_m2 or 0), "kWh a year"),
        ),
        basis=basis,
        basis_name="energy of the building" + (", without what is probably process load" if ordinary < 1 else ""),
        strength=rising(own / peer.high, 1, 1.4) - 0.2 - 0.5 * (1 - ordinary),
        caveat=f"Only {percent(ordinary)} of the use is counted: so far above its peers, the rest is probably process "
        "load, or floor area or meter are wrong."
        if ordinary < 1
        else "",
    )


def drifts_upward(view: View) -> Evidence | None:
    """The last year used at least 5 % more than the year before would have at the same weather."""
    drifts = {c: load for c, load in view.signals.loads.items() if load.drift is not None and 0.05 <= load.drift < 0.6}
    if not drifts:
        return None
    carrier = max(drifts, key=lambda c: (drifts[c].drift or 0) * drifts[c].annual)
    load = drifts[carrier]
    drift, error = load.drift or 0.0, load.weather.cvrmse if load.weather else 0.2
    return Evidence(
        sentence=(
            f"At the same weather the last twelve months used {percent(drift, signed=True)} "
            f"{CARRIER_LABEL[carrier].lower()} against the twelve before: "
            f"{quantity(load.annual * drift / (1 + drift), 'kWh')} that nothing in the weather explains."
        ),
        facts=(
            Fact("Change at the same weather", 100 * drift, "%"),
            Fact("Scatter of the model, CV(RMSE)", 100 * error, "%"),
            Fact("Unexplained use", load.annual * drift / (1 + drift), "kWh a year"),
        ),
        basis={carrier: load.annual},
        basis_name=f"{CARRIER_LABEL[carrier].lower()} of the building",
        strength=rising(drift / max(error, 0.03), 0.5, 2),
        caveat="A new use or more people would explain it too.",
    )
