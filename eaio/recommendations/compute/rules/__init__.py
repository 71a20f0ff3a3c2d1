"""Detection: one small pure function per measure, from signals and peers to evidence or nothing."""

from collections.abc import Iterator

from eaio.recommendations.compute.rules import envelope, operation, plant, supply, thermal
from eaio.recommendations.compute.rules.view import Rule, View
from eaio.recommendations.models import Evidence

RULES: dict[str, Rule] = {
    "hvac_schedule": operation.long_hours,
    "night_base": operation.high_at_night,
    "setpoints": thermal.narrow_band,
    "vav_minimum": thermal.reheat_in_summer,
    "economizer": thermal.cooling_when_cool,
    "supply_air_reset": thermal.cold_in_mild_weather,
    "chilled_water_reset": plant.own_chiller_at_part_load,
    "heat_lockout": thermal.heat_in_warm_weather,
    "simultaneous": thermal.both_at_once,
    "optimum_start": operation.starts_by_the_clock,
    "demand_ventilation": thermal.steep_slopes_in_halls,
    "led": plant.high_day_step,
    "lighting_controls": plant.lit_day_and_night,
    "plug_loads": operation.high_base_per_area,
    "retro_commissioning": operation.uses_more_than_peers,
    "monitoring": operation.drifts_upward,
    "insulation": envelope.loses_heat_fast,
    "windows": envelope.steep_both_ways,
    "air_sealing": envelope.leaks_at_night,
    "boiler_tune_up": plant.gas_drifts_upward,
    "condensing_boiler": plant.old_gas_heating,
    "heat_pump": plant.gas_for_heat,
    "chiller": plant.steep_cooling,
    "solar": supply.roof_for_panels,
    "battery": supply.narrow_peaks,
    "demand_response": supply.peaks_on_hot_afternoons,
    "water_leak": supply.never_stops,
    "irrigation_control": supply.waters_without_need,
    "tariff_switch": supply.runs_off_peak,
}
"""By measure code. The measures of the catalogue that are absent need metering that their ``needs`` names."""


def detect(view: View) -> Iterator[tuple[str, Evidence]]:
    """Every measure that the data of a building support, with its evidence."""
    for code, rule in RULES.items():
        evidence = rule(view)
        if evidence is not None:
            yield code, evidence
