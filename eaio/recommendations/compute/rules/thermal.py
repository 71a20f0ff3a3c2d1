"""Rules about heating and cooling: balance points, reheat, free cooling, both at once."""

from eaio.recommendations.compute.rules.operation import heating_and_cooling
from eaio.recommendations.compute.rules.view import View, placed, rising
from eaio.recommendations.models import Evidence, Fact, Range
from eaio.timeseries.format import number, percent, quantity
from eaio.timeseries.units import Carrier

NARROW = 5.0
"""Kelvins between the balance points of daily means below which there is hardly a band between heating and cooling; the
swing from night to day spreads even no band at all to a few kelvins."""
LOW_BALANCE = 3.0
SEPARATION_R2 = 0.4


def narrow_band(view: View) -> Evidence | None:
    """Heating and cooling start within 5 K of outdoor temperature, or cooling starts 3 K earlier than at its peers."""
    load = view.electricity
    model = load.weather if load else None
    if load is None or model is None or model.r2 < SEPARATION_R2 or model.cooling_balance is None:
        return None
    if load.cooling < 0.03 * load.annual:
        return None
    basis = heating_and_cooling(view)
    compared = view.against("cooling balance")
    facts = [Fact("Cooling starts at", model.cooling_balance, "degC")]
    if (
        model.heating_balance is not None
        and load.heating > 0.03 * load.annual
        and model.cooling_balance - model.heating_balance <= NARROW
    ):
        facts.append(Fact("Heating starts below", model.heating_balance, "degC"))
        gap = model.cooling_balance - model.heating_balance
        sentence = (
            f"Electric heating begins below {number(model.heating_balance, 2)} °C outdoors and cooling above "
            f"{number(model.cooling_balance, 2)} °C: {number(gap, 2)} K apart, so hardly any weather is without either."
        )
        strength = rising(NARROW - gap, 0, NARROW)
    elif compared is not None and model.cooling_balance <= compared[1].median - LOW_BALANCE:
        peer = compared[1]
        facts.append(Fact("Median of peers", peer.median, "degC"))
        sentence = (
            f"Cooling begins at {number(model.cooling_balance, 2)} °C outdoors; at half of {peer.words} it begins at "
            f"{number(peer.median, 2)} °C or above."
        )
        strength = rising(peer.median - model.cooling_balance, LOW_BALANCE, 8) - 0.1
    else:
        return None
    facts.append(Fact("Share of daily use that the weather explains", 100 * model.r2, "%"))
    return Evidence(
        sentence=sentence, facts=tuple(facts), basis=basis, basis_name="energy that follows the weather",
        strength=strength, caveat="Large inner zones and servers also lower the balance point.",
    )  # fmt: skip


def cooling_when_cool(view: View) -> Evidence | None:
    """Cooling keeps running below 13 degrees Celsius outdoors, when outdoor air could do it."""
    thermal = view.signals.thermal
    if thermal.cool_rate is not None and thermal.hot_rate and thermal.cool_cold is not None and thermal.cold > 0:
        ratio = thermal.cool_rate / thermal.hot_rate
        if ratio < 0.12 or thermal.cool_cold < 0.08 * thermal.cold:
            return None
        return Evidence(
            sentence=(
                f"Below 13 °C outdoors chilled water still runs at {percent(ratio)} of its hot-weather rate: "
                f"{quantity(thermal.cool_cold, 'kWh')} in {number(thermal.cool_hours)} hours a year."
            ),
            facts=(
                Fact("Cooling below 13 °C over cooling in hot weather", 100 * ratio, "%"),
                Fact("Chilled water used below 13 °C", thermal.cool_cold, "kWh a year"),
                Fact("Hours below 13 °C", thermal.cool_hours, "h a year"),
            ),
            basis={Carrier.CHILLEDWATER: thermal.cool_cold},
            basis_name="chilled water used below 13 °C",
            share=Range(0.25, 0.45, 0.65),
            strength=rising(ratio, 0.12, 0.4),
            caveat="Server rooms need cooling all year; a dry cooler can serve them in winter.",
        )
    return _electric_cooling_when_cool(view)


def _electric_cooling_when_cool(view: View) -> Evidence | None:
    load = view.electricity
    model = load.weather if load else None
    if load is None or model is None or model.cooling_balance is None or Carrier.CHILLEDWATER in view.signals.loads:
        return None
    if model.cooling_balance > 12 or model.r2 < 0.5 or load.cooling < 0.08 * load.annual:
        return None
    return Evidence(
        sentence=(
            f"Electricity already rises with the outdoor temperature from {number(model.cooling_balance, 2)} °C on, "
            "when outdoor air is cold enough to cool with."
        ),
        facts=(
            Fact("Cooling starts at", model.cooling_balance, "degC", 13.0, "air cold enough for free cooling"),
            Fact("Cooling electricity", load.cooling, "kWh a year"),
            Fact("Share of daily use that the weather explains", 100 * model.r2, "%"),
        ),
        basis={Carrier.ELECTRICITY: load.cooling},
        basis_name="electricity that follows warm weather",
        strength=rising(13 - model.cooling_balance, 1, 6) - 0.15,
        caveat="Without a chilled-water meter this rests on the slope of the electricity alone.",
    )


def cold_in_mild_weather(view: View) -> Evidence | None:
    """Chilled water at 14 to 18 degrees stays above half of its hot-weather rate while heat is used as well."""
    thermal = view.signals.thermal
    if thermal.mild_ratio is None or thermal.mild_ratio < 0.5 or thermal.heat <= 0 or thermal.cold <= 0:
        return None
    basis = _thermal_basis(view, thermal.heat + thermal.cold)
    return Evidence(
        sentence=(
            f"At 14 to 18 °C outdoors the building takes {percent(thermal.mild_ratio)} of its hot-weather cooling and "
            "heats too: air is cooled to one fixed temperature and warmed up again."
        ),
        facts=(
            Fact("Cooling at 14-18 °C over cooling in hot weather", 100 * thermal.mild_ratio, "%"),
            Fact("Heat", thermal.heat, "kWh a year"),
            Fact("Chilled water", thermal.cold, "kWh a year"),
        ),
        basis=basis,
        basis_name="heat and chilled water",
        strength=rising(thermal.mild_ratio, 0.5, 0.9) - 0.2,
    )


def _thermal_basis(view: View, total: float) -> dict[Carrier, float]:
    carriers = [*view.signals.thermal.heat_carriers, Carrier.CHILLEDWATER]
    return {c: view.signals.loads[c].annual for c in carriers if c in view.signals.loads} if total > 0 else {}


def _allowance(view: View, hours: float) -> float:
    """Domestic hot water that is due in so many hours, kWh."""
    return view.usual.hot_water * (view.facts.area_m2 or 0) * hours / 8760


def _spread(view: View, amount: float) -> dict[Carrier, float]:
    """An amount of heat shared out over the building's heat carriers by their annual use."""
    loads = {c: view.signals.loads[c].annual for c in view.signals.thermal.heat_carriers if c in view.signals.loads}
    total = sum(loads.values())
    return {carrier: amount * annual / total for carrier, annual in loads.items()} if total > 0 else {}


def reheat_in_summer(view: View) -> Evidence | None:
    """Heat is used above 21 degrees Celsius while chilled water runs: cold air is warmed up again."""
    thermal = view.signals.thermal
    if thermal.reheat is None or view.facts.area_m2 is None:
        return None
    surplus = thermal.reheat - _allowance(view, thermal.reheat_hours)
    if surplus < 0.04 * thermal.heat:
        return None
    return Evidence(
        sentence=(
            f"Above 21 °C outdoors, with chilled water running, the building still takes "
            f"{quantity(thermal.reheat, 'kWh')} of heat a year, {quantity(surplus, 'kWh')} more than hot water needs: "
            "cold air is reheated."
        ),
        facts=(
            Fact("Heat above 21 °C with cooling on", thermal.reheat, "kWh a year"),
            Fact("Hot water due in these hours", _allowance(view, thermal.reheat_hours), "kWh a year"),
            Fact("Hours", thermal.reheat_hours, "h a year"),
            Fact("Part of the year's heat", 100 * surplus / thermal.heat, "%"),
        ),
        basis={**_spread(view, surplus), Carrier.CHILLEDWATER: min(surplus, thermal.cold)},
        basis_name="reheat in warm weather, and the cold that it destroys",
        share=Range(0.2, 0.4, 0.6),
        strength=rising(surplus / thermal.heat, 0.04, 0.2),
        caveat="The hot-water allowance is typical of the use; humidity control may need some reheat.",
    )


def heat_in_warm_weather(view: View) -> Evidence | None:
    """More heat above 18 degrees Celsius than hot water needs, with no cooling to explain it as reheat."""
    thermal = view.signals.thermal
    if thermal.warm_heat is None or thermal.heat <= 0 or view.facts.area_m2 is None:
        return None
    surplus = thermal.warm_heat - _allowance(view, thermal.warm_hours) - (thermal.reheat or 0)
    share = surplus / thermal.heat
    if share < 0.06:
        return None
    rate = thermal.warm_rate or 0.0
    return Evidence(
        sentence=(
            f"Above 18 °C outdoors the building still takes {quantity(thermal.warm_heat, 'kWh')} of heat a year "
            f"({percent(thermal.warm_heat / thermal.heat)} of all), {quantity(surplus, 'kWh')} more than hot water "
            "and reheat explain."
        ),
        facts=(
            Fact("Heat above 18 °C", thermal.warm_heat, "kWh a year"),
            Fact("Hours above 18 °C", thermal.warm_hours, "h a year"),
            Fact("Hot water due in these hours", _allowance(view, thermal.warm_hours), "kWh a year"),
            Fact("Mean heat above 18 °C", rate, "kW", thermal.cold_weather_rate, "mean in cold weather"),
        ),
        basis=_spread(view, surplus),
        basis_name="heat above 18 °C beyond hot water",
        share=Range(0.3, 0.55, 0.8),
        strength=rising(share, 0.06, 0.25),
        caveat="The hot-water allowance is typical of the use; kitchens, pools and sterilisers need more.",
    )


def both_at_once(view: View) -> Evidence | None:
    """Heat and cold are used in the same hours of mild weather, beyond what each uses out of its season."""
    thermal = view.signals.thermal
    if thermal.both is None or thermal.heat + thermal.cold <= 0:
        return None
    share = 2 * thermal.both / (thermal.heat + thermal.cold)
    if share < 0.05 or thermal.both_hours < 300:
        return None
    return Evidence(
        sentence=(
            f"In {number(thermal.both_hours)} hours a year between 8 and 18 °C the building heats and cools at once; "
            f"{quantity(thermal.both, 'kWh')} of heat meets as much cold, {percent(share)} of both together."
        ),
        facts=(
            Fact("Smaller of heat and cold, hour by hour", thermal.both, "kWh a year"),
            Fact("Hours", thermal.both_hours, "h a year"),
            Fact("Part of heat and cold", 100 * share, "%"),
        ),
        basis={**_spread(view, thermal.both), Carrier.CHILLEDWATER: thermal.both},
        basis_name="heat and cold that meet in mild weather",
        share=Range(0.2, 0.4, 0.6),
        strength=rising(share, 0.05, 0.25),
        caveat="Sunny and shaded sides, or core and edge, may need both; heat recovery is then the answer.",
    )


def steep_slopes_in_halls(view: View) -> Evidence | None:
    """A building of varying occupancy that follows the weather more steeply than three quarters of its peers."""
    if not view.usual.varying_occupancy or "lab" in view.facts.sub_use.lower():
        return None
    for carrier in view.signals.loads:
        for name in ("heating slope", "cooling slope"):
            compared = view.against(f"{carrier} {name}")
            if compared is None or compared[0] <= 1.15 * compared[1].high:
                continue
            own, peer = compared
            basis = heating_and_cooling(view)
            if sum(basis.values()) < 0.1 * sum(view.signals.loads[c].annual for c in basis):
                continue
            return Evidence(
                sentence=(
                    f"Its {carrier} {name} is {number(own)} W/(m² K), three quarters of {peer.words} stay below "
                    f"{number(peer.high)}: much outdoor air for rooms that are often empty."
                ),
                facts=(
                    Fact(name.capitalize(), own, "W/(m² K)", peer.median, f"median of {peer.words}"),
                    Fact("Highest quarter begins at", peer.high, "W/(m² K)"),
                ),
                basis=basis,
                basis_name="energy that follows the weather",
                share=placed(Range(0.05, 0.075, 0.10), own / peer.high - 1),
                strength=rising(own / peer.high, 1.15, 2) - 0.2,
                caveat="A leaky envelope gives the same slope; measure CO2 first.",
            )
    return None
