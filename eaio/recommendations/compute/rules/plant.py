"""Rules about lighting, boilers and chillers."""

from eaio.recommendations.compute.rules.view import View, rising
from eaio.recommendations.compute.signals import LoadSignals
from eaio.recommendations.models import Evidence, Fact, Range
from eaio.timeseries.format import number, percent, quantity
from eaio.timeseries.units import Carrier

LED_YEAR = 2013
"""Buildings opened since then were mostly lit by LED from the start."""
CHILLER_M2 = 4_000
CHILLER_COP = 3.5
BOILER_EFFICIENCY = 0.80
HEAT_PUMP_COP = 2.8
HOURS = 24


def own_chiller_at_part_load(view: View) -> Evidence | None:
    """A large building without district cooling whose electricity follows warm weather: its own chiller."""
    load = view.electricity
    if load is None or load.weather is None or load.weather.cooling_balance is None or _district_cold(view):
        return None
    model = load.weather
    large = (view.facts.area_m2 or 0) >= CHILLER_M2 and load.cooling >= 80_000
    if not large or load.cooling < 0.1 * load.annual or model.r2 < 0.4 or load.design_hot is None:
        return None
    span = load.design_hot - load.weather.cooling_balance
    mean = load.cooling / 365 / max(model.cooling_slope, 1e-9)
    if span <= 0 or mean / span > 0.5:
        return None
    return Evidence(
        sentence=(
            f"{quantity(load.cooling, 'kWh')} of electricity a year follows warm weather; averaged over the year the "
            f"cooling plant runs at {percent(mean / span)} of its hot-day load, where warmer water suffices."
        ),
        facts=(
            Fact("Cooling electricity", load.cooling, "kWh a year"),
            Fact("Mean over hot-day cooling", 100 * mean / span, "%"),
            Fact("Share of daily use that the weather explains", 100 * model.r2, "%"),
        ),
        basis={Carrier.ELECTRICITY: load.cooling},
        basis_name="electricity that follows warm weather",
        strength=0.35,
        caveat="Only for water chillers; roof-top units have no chilled water to reset.",
    )


def _district_cold(view: View) -> bool:
    return Carrier.CHILLEDWATER in view.signals.loads


def steep_cooling(view: View) -> Evidence | None:
    """Cooling electricity climbs more steeply than at three quarters of the peers, in a building from before 2006."""
    load, compared = view.electricity, view.against("electricity cooling slope")
    built = view.facts.year_built
    if (
        load is None
        or load.weather is None
        or compared is None
        or _district_cold(view)
        or built is None
        or built > 2005
    ):
        return None
    own, peer = compared
    if own <= 1.2 * peer.high or load.cooling < 0.12 * load.annual or load.weather.r2 < 0.5 or load.design_hot is None:
        return None
    span = load.design_hot - (load.weather.cooling_balance or 0)
    kilowatts = load.weather.cooling_slope * span / HOURS * CHILLER_COP
    return Evidence(
        sentence=(
            f"Cooling electricity climbs by {number(own)} W/(m² K); three quarters of {peer.words} stay below "
            f"{number(peer.high)}. The building dates from {built}."
        ),
        facts=(
            Fact("Cooling slope", own, "W/(m² K)", peer.median, f"median of {peer.words}"),
            Fact("Cooling electricity", load.cooling, "kWh a year"),
            Fact("Cooling capacity on a hot day", kilowatts, "kW of cold"),
        ),
        basis={Carrier.ELECTRICITY: load.cooling},
        basis_name="electricity that follows warm weather",
        size=1.3 * kilowatts,
        strength=rising(own / peer.high, 1.2, 2.5) - 0.15,
        caveat="Find the chiller's age and kW/ton before anything else.",
    )


def high_day_step(view: View) -> Evidence | None:
    """The step from night to day per floor area is above the peers, in a building from before LED."""
    load, compared = view.electricity, view.against("day step")
    built = view.facts.year_built
    if load is None or compared is None or built is None or built >= LED_YEAR:
        return None
    own, peer = compared
    lighting = view.usual.lighting * load.annual
    if own <= 1.1 * peer.high or own < 4 or load.schedule is None:
        return None
    return Evidence(
        sentence=(
            f"By day the load stands {number(own)} W/m² above the night; three quarters of {peer.words} stay below "
            f"{number(peer.high)}. The building dates from {built}, before LED was usual."
        ),
        facts=(
            Fact("Step from night to day", own, "W/m²", peer.median, f"median of {peer.words}"),
            Fact("Highest quarter begins at", peer.high, "W/m²"),
            Fact("Lighting, by typical share", lighting, "kWh a year"),
        ),
        basis={Carrier.ELECTRICITY: lighting},
        basis_name="lighting, by the share usual for this use",
        strength=rising(own / peer.high, 1, 2) - 0.2,
        caveat="The meter does not see lamps: look whether LED is in already.",
    )


def lit_day_and_night(view: View) -> Evidence | None:
    """A car park or store whose load is the same by day as by night: lights that nothing switches."""
    load = view.electricity
    week = load.schedule if load else None
    if load is None or week is None or view.facts.use.strip().lower() not in {"parking", "warehouse/storage"}:
        return None
    noon, night = sum(week.workday[10:15]) / 5, (sum(week.workday[0:4]) + week.workday[22] + week.workday[23]) / 6
    if not 0.85 < noon / max(night, 1e-9) < 1.2 or week.high > 1.3 * week.low:
        return None
    lighting = view.usual.lighting * load.annual
    return Evidence(
        sentence=(
            f"At noon it draws {percent(noon / night)} of what it draws at night: lights burn by day as by night, with "
            "people or without."
        ),
        facts=(
            Fact("Load from 10 to 15", noon, "kW", night, "load at night"),
            Fact("Lighting, by typical share", lighting, "kWh a year"),
        ),
        basis={Carrier.ELECTRICITY: lighting},
        basis_name="lighting, by the share usual for this use",
        strength=0.6,
        caveat="Underground car parks need light by day: presence control still applies.",
    )


def _gas_heat(view: View) -> LoadSignals | None:
    """Gas whose use follows cold weather."""
    gas = view.signals.loads.get(Carrier.GAS)
    if gas is None or gas.weather is None or gas.weather.r2 < 0.4 or gas.heating < 0.3 * gas.annual:
        return None
    return gas


def _heat_kw(gas: LoadSignals) -> float:
    """Heat load on the coldest day, kW of heat, from the fitted slope."""
    if gas.weather is None or gas.weather.heating_balance is None or gas.design_cold is None:
        return 0.0
    return gas.weather.heating_slope * max(gas.weather.heating_balance - gas.design_cold, 0) / HOURS * BOILER_EFFICIENCY


def gas_drifts_upward(view: View) -> Evidence | None:
    """Gas for heating has risen by 3 % or more at the same weather."""
    gas = _gas_heat(view)
    if gas is None or gas.drift is None or not 0.03 <= gas.drift < 0.5:
        return None
    return Evidence(
        sentence=f"At the same weather the gas use has risen by {percent(gas.drift)} within a year.",
        facts=(
            Fact("Change at the same weather", 100 * gas.drift, "%"),
            Fact("Gas for heating", gas.heating, "kWh a year"),
        ),
        basis={Carrier.GAS: gas.heating},
        basis_name="gas that follows cold weather",
        strength=rising(gas.drift, 0.03, 0.12) - 0.1,
        caveat="More heated rooms or longer hours would explain it too.",
    )


def old_gas_heating(view: View) -> Evidence | None:
    """Gas heating in a building older than twenty-five years whose slope is above the median of its peers."""
    gas, compared = _gas_heat(view), view.against("gas heating slope")
    built = view.facts.year_built
    if gas is None or built is None or built > 2000 or (compared is not None and compared[0] < compared[1].median):
        return None
    peers = f"; half of {compared[1].words} stay below {number(compared[1].median)} W/(m² K)" if compared else ""
    own = f" at {number(compared[0])} W/(m² K)" if compared else ""
    return Evidence(
        sentence=(
            f"{quantity(gas.heating, 'kWh')} of gas a year follows cold weather{own}{peers}; the building dates from "
            f"{built}."
        ),
        facts=(
            Fact("Gas for heating", gas.heating, "kWh a year"),
            Fact("Heat load on the coldest day", _heat_kw(gas), "kW"),
            Fact("Year built", built, ""),
        ),
        basis={Carrier.GAS: gas.heating},
        basis_name="gas that follows cold weather",
        size=1.2 * _heat_kw(gas),
        strength=0.4,
        caveat="The boilers may have been replaced already.",
    )


def gas_for_heat(view: View) -> Evidence | None:
    """Gas burnt for heating that a heat pump can supply; electricity rises in turn."""
    gas = _gas_heat(view)
    if gas is None or gas.heating < 20_000:
        return None
    power = gas.heating * BOILER_EFFICIENCY / HEAT_PUMP_COP
    return Evidence(
        sentence=(
            f"{quantity(gas.heating, 'kWh')} of gas a year follows cold weather; a heat pump of COP {HEAT_PUMP_COP} "
            f"would need {quantity(power, 'kWh')} of electricity for the same heat."
        ),
        facts=(
            Fact("Gas for heating", gas.heating, "kWh a year"),
            Fact("Electricity instead", power, "kWh a year"),
            Fact("Heat load on the coldest day", _heat_kw(gas), "kW"),
        ),
        basis={Carrier.GAS: gas.heating, Carrier.ELECTRICITY: -power},
        basis_name="gas for heating, less the electricity of the heat pump",
        share=Range(0.75, 0.88, 0.97),
        size=0.6 * _heat_kw(gas),
        strength=0.7,
        caveat="Sized for 60 % of the coldest day; the boiler stays for the rest.",
    )
