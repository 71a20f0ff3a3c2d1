"""Rules about supply: sun, peaks, water, tariff."""

from eaio.recommendations.compute.rules.view import View, rising
from eaio.recommendations.models import Evidence, Fact, Range
from eaio.timeseries.format import number, percent, quantity
from eaio.timeseries.units import Carrier

SMALLEST_SOLAR_KW = 10.0
SMALLEST_PEAK_KW = 75.0
FLAT_OFF_PEAK = 108 / 168
"""Share of the week between 20 and 8 and on weekends: what a constant load uses then."""
GROWN = 1.3
"""Growth of the night flow within a year that points to a leak rather than to a use."""
LEAST_LEAK = 5.0
"""Litres an hour that are worth a search."""


def roof_for_panels(view: View) -> Evidence | None:
    """A roof, a latitude and a load that takes up nine tenths of the yield; no panels yet."""
    signals, load = view.signals, view.electricity
    if (
        load is None
        or signals.solar_kw < SMALLEST_SOLAR_KW
        or view.facts.has_solar
        or view.facts.use.lower() == "parking"
    ):
        return None
    used = signals.solar_kwh * signals.solar_used
    return Evidence(
        sentence=(
            f"The roof holds about {number(signals.solar_kw)} kW of panels; hour by hour the building would use "
            f"{percent(signals.solar_used)} of their {quantity(signals.solar_kwh, 'kWh')} a year, "
            f"{percent(used / load.annual)} of its electricity."
        ),
        facts=(
            Fact("Panels", signals.solar_kw, "kW"),
            Fact("Yield", signals.solar_kwh / signals.solar_kw, "kWh/kW a year"),
            Fact("Used in the building", 100 * signals.solar_used, "%"),
            Fact("Part of the electricity", 100 * used / load.annual, "%"),
        ),
        basis={Carrier.ELECTRICITY: used},
        basis_name="solar yield that the building uses, average sky",
        share=Range(0.85, 1.0, 1.15),
        size=signals.solar_kw,
        strength=0.85 if view.facts.floors else 0.7,
        caveat=(
            "Yield is of an average sky at this latitude, within about 15 %; surplus is not paid."
            + ("" if view.facts.floors else " The number of floors, and so the roof, is assumed.")
        ),
    )


def narrow_peaks(view: View) -> Evidence | None:
    """Monthly peaks narrow enough for a two-hour battery to take off at least 85 % of its power."""
    peaks = view.electricity.peaks if view.electricity else None
    if peaks is None or not peaks.monthly or max(peaks.monthly) < SMALLEST_PEAK_KW or peaks.load_factor > 0.65:
        return None
    if peaks.battery < 0.05 * max(peaks.monthly):
        return None
    return Evidence(
        sentence=(
            f"The monthly peaks, up to {number(max(peaks.monthly))} kW, are short: a battery of "
            f"{number(peaks.battery)} kW for two hours would take {number(peaks.shaved)} kW off them on average."
        ),
        facts=(
            Fact("Highest hour", max(peaks.monthly), "kW"),
            Fact("Load factor", 100 * peaks.load_factor, "%"),
            Fact("Taken off each month's peak", peaks.shaved, "kW"),
        ),
        basis={},
        basis_name="monthly peak demand",
        demand_kw=Range(0.6 * peaks.shaved, 0.85 * peaks.shaved, peaks.shaved),
        size=peaks.battery,
        strength=0.5,
        caveat="Hourly data hide the 15-minute peaks that most tariffs bill; the demand charge is assumed.",
    )


def peaks_on_hot_afternoons(view: View) -> Evidence | None:
    """Most of the highest hours fall on hot afternoons, when utilities pay for less load."""
    peaks = view.electricity.peaks if view.electricity else None
    if peaks is None or not peaks.monthly or max(peaks.monthly) < 2 * SMALLEST_PEAK_KW or peaks.summer_afternoon < 0.6:
        return None
    top = max(peaks.monthly)
    return Evidence(
        sentence=(
            f"{percent(peaks.summer_afternoon)} of the hundred highest hours fall on afternoons of the hottest third "
            f"of days, with up to {number(top)} kW: the hours that utilities pay to avoid."
        ),
        facts=(
            Fact("Highest hours on hot afternoons", 100 * peaks.summer_afternoon, "%"),
            Fact("Highest hour", top, "kW"),
        ),
        basis={},
        basis_name="peak demand on hot afternoons",
        demand_kw=Range(0.05 * top, 0.10 * top, 0.15 * top),
        size=0.10 * top,
        strength=rising(peaks.summer_afternoon, 0.6, 1.0) - 0.1,
        caveat="Needs a programme at this site; the payment is assumed.",
    )


def never_stops(view: View) -> Evidence | None:
    """The water meter has not stood still in a single hour of the last fortnight, and rarely in two months."""
    load = view.signals.loads.get(Carrier.WATER)
    flow = load.night_flow if load else None
    if load is None or flow is None or flow.lowest_recent <= 0 or flow.leak < LEAST_LEAK or flow.mean <= 0:
        return None
    always = flow.days_never_zero / flow.days
    share = flow.lowest_recent / flow.mean
    grown = flow.earlier is not None and flow.leak > GROWN * flow.earlier
    if always < 0.9 or share < 0.05 or (view.usual.opening is None and not grown):
        return None
    before = f" A year earlier it was {number(flow.earlier)} L/h." if flow.earlier is not None else ""
    return Evidence(
        sentence=(
            f"Water has not stopped for one hour on {flow.days_never_zero} of the last {flow.days} days: the lowest "
            f"hour is {number(flow.leak)} L/h, {percent(flow.leak / flow.mean)} of the mean flow.{before}"
        ),
        facts=(
            Fact("Lowest hour of a day, median", flow.leak, "L/h", flow.earlier, "a year earlier"),
            Fact("Mean flow", flow.mean, "L/h"),
            Fact("Days without a still hour", flow.days_never_zero, f"of {flow.days}"),
        ),
        basis={Carrier.WATER: min(flow.lowest_recent * 8760, load.annual / 3)},
        basis_name="flow that never stops, over a year, up to a third of the water",
        share=Range(0.3, 0.6, 0.9),
        strength=min(0.9, rising(share, 0.05, 0.4) + (0.1 if grown else -0.15)),
        caveat="" if grown else "Cooling towers, ice makers and flushing urinals also run at night.",
    )


def waters_without_need(view: View) -> Evidence | None:
    """Irrigation runs in cold weather, by day, or the same in every season."""
    load = view.signals.loads.get(Carrier.IRRIGATION)
    habit = load.watering if load else None
    if load is None or habit is None:
        return None
    signs: list[str] = []
    if habit.day_share > 0.3:
        signs.append(f"{percent(habit.day_share)} runs between 10 and 18, when much of it evaporates")
    if habit.cold_share is not None and habit.cold_share > 0.10:
        signs.append(f"{percent(habit.cold_share)} runs on days below 10 °C")
    if habit.weather_correlation is not None and habit.weather_correlation < 0.2 and habit.days_watered > 150:
        signs.append("the amount hardly follows the temperature")
    if habit.days_watered > 0.8 * habit.days:
        signs.append(f"it runs on {habit.days_watered} of {habit.days} days, in rain and shine")
    if not signs:
        return None
    cold = [Fact("Water on days below 10 °C", 100 * habit.cold_share, "%")] if habit.cold_share is not None else []
    return Evidence(
        sentence=f"Of {quantity(load.annual, 'L')} of irrigation water a year, " + "; ".join(signs) + ".",
        facts=(
            Fact("Irrigation", load.annual / 1000, "m3 a year"),
            Fact("Between 10 and 18", 100 * habit.day_share, "%"),
            *cold,
            Fact("Days with watering", habit.days_watered, f"of {habit.days}"),
        ),
        basis={Carrier.IRRIGATION: load.annual},
        basis_name="irrigation water",
        strength=min(0.35 + 0.2 * len(signs), 0.9),
    )


def runs_off_peak(view: View) -> Evidence | None:
    """More of the use falls at night and on weekends than a constant load would have there."""
    load = view.electricity
    peaks = load.peaks if load else None
    if load is None or peaks is None or load.annual < 100_000 or peaks.off_peak_share < FLAT_OFF_PEAK + 0.015:
        return None
    return Evidence(
        sentence=(
            f"{percent(peaks.off_peak_share)} of the electricity is used at night and on weekends (a constant load: "
            f"{percent(FLAT_OFF_PEAK)}), and the load factor is {percent(peaks.load_factor)}: cheap hours under a "
            "time-of-use tariff."
        ),
        facts=(
            Fact(
                "Used from 20 to 8 and on weekends",
                100 * peaks.off_peak_share,
                "%",
                100 * FLAT_OFF_PEAK,
                "constant load",
            ),
            Fact("Load factor", 100 * peaks.load_factor, "%"),
        ),
        basis={Carrier.ELECTRICITY: load.annual},
        basis_name="electricity bill",
        strength=rising(peaks.off_peak_share, FLAT_OFF_PEAK, 0.75) - 0.1,
        caveat="The present tariff is not known here.",
    )
