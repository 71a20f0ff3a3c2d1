"""Heating and cooling of one building side by side: heat in warm weather, cold in cool weather, both at once."""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from msgspec.structs import replace

from eaio.recommendations.compute.days import Array, Days, Flags
from eaio.timeseries.units import Carrier

HEAT = (Carrier.GAS, Carrier.STEAM, Carrier.HOTWATER)
WARM = 18.0
REHEAT = 21.0
COOL = 13.0
MINIMUM_HOURS = 300


class ThermalSignals(Struct, frozen=True):
    """Amounts are kWh a year, rates kWh an hour, over the last 365 days that have readings and temperatures."""

    heat: float = 0.0
    """All heat: gas, steam and hot water meters together."""
    cold: float = 0.0
    """Chilled water."""
    heat_carriers: tuple[Carrier, ...] = ()
    warm_heat: float | None = None
    """Heat delivered above 18 degrees Celsius outdoors."""
    warm_hours: float = 0.0
    """Hours a year above 18."""
    warm_rate: float | None = None
    cold_weather_rate: float | None = None
    """Mean heat below 5 degrees (or the coldest tenth of hours where it is milder)."""
    cool_cold: float | None = None
    """Cold delivered below 13 degrees Celsius outdoors."""
    cool_rate: float | None = None
    hot_rate: float | None = None
    """Mean cold above 25 degrees (or in the hottest tenth of hours)."""
    cool_hours: float = 0.0
    both: float | None = None
    """Smaller of heat and cold, hour by hour between 8 and 18 degrees, above what each uses out of its season."""
    both_hours: float = 0.0
    reheat: float | None = None
    """Heat above 21 degrees in hours in which chilled water runs at more than a fifth of its hot-weather rate."""
    reheat_hours: float = 0.0
    mild_ratio: float | None = None
    """Cold at 14 to 18 degrees over cold above 25."""


def thermal_signals(days: Mapping[Carrier, Days]) -> ThermalSignals:
    """Compare heat and cold meters of a building hour by hour."""
    heats = [carrier for carrier in HEAT if carrier in days]
    cold = days[Carrier.CHILLEDWATER].last(365) if Carrier.CHILLEDWATER in days else None
    found = ThermalSignals(heat_carriers=tuple(heats))
    heat = _sum([days[carrier].last(365) for carrier in heats]) if heats else None
    changes: dict[str, object] = {}
    if heat is not None:
        changes |= _heat(heat)
    if cold is not None:
        changes |= _cold(cold)
    if heat is not None and cold is not None:
        changes |= _both(heat, cold)
    return replace(found, **changes)


def _align(first: Days, second: Days) -> tuple[Days, Days] | None:
    """The days that both have."""
    start = max(first.first, second.first)
    a, b = (start - first.first).days, (start - second.first).days
    length = min(len(first.load) - a, len(second.load) - b)
    return (first.rows(a, a + length), second.rows(b, b + length)) if length >= 120 else None


def _sum(heats: list[Days]) -> Days | None:
    """Meters of heat added; only hours in which all have readings count."""
    total = heats[0]
    for other in heats[1:]:
        aligned = _align(total, other)
        if aligned is None:
            continue
        total = Days(aligned[0].first, aligned[0].load + aligned[1].load, aligned[0].temperature)
    return total


def _per_year(days: Days) -> float:
    """Hours of a year that one hour with both reading and temperature stands for."""
    known = np.isfinite(days.load) & np.isfinite(days.temperature)
    return 8760 / max(int(known.sum()), 1)


def _mean(load: Array, where: Flags) -> float | None:
    chosen = load[where & np.isfinite(load)]
    return float(chosen.mean()) if chosen.size >= MINIMUM_HOURS // 6 else None


def _extreme(days: Days, cold: bool) -> float | None:
    """Mean load in properly cold (below 5) or hot (above 25) hours, or in the most extreme tenth."""
    warm = days.temperature
    if not np.isfinite(warm).any():
        return None
    line = max(5.0, float(np.nanquantile(warm, 0.1))) if cold else min(25.0, float(np.nanquantile(warm, 0.9)))
    return _mean(days.load, warm < line if cold else warm > line)


def _enough(days: Days) -> bool:
    return (np.isfinite(days.load) & np.isfinite(days.temperature)).any(axis=1).sum() >= 240


def _heat(days: Days) -> dict[str, object]:
    seen = days.load[np.isfinite(days.load)]
    out: dict[str, object] = {"heat": float(seen.mean()) * 8760 if seen.size else 0.0}
    warm = days.temperature > WARM
    rate = _mean(days.load, warm)
    if rate is None or not _enough(days) or int(np.nansum(warm)) < MINIMUM_HOURS:
        return out
    scale = _per_year(days)
    known = warm & np.isfinite(days.load)
    return out | {
        "warm_heat": float(days.load[known].sum()) * scale,
        "warm_hours": float(known.sum()) * scale,
        "warm_rate": rate,
        "cold_weather_rate": _extreme(days, cold=True),
    }


def _cold(days: Days) -> dict[str, object]:
    seen = days.load[np.isfinite(days.load)]
    out: dict[str, object] = {"cold": float(seen.mean()) * 8760 if seen.size else 0.0}
    if not _enough(days):
        return out
    cool = days.temperature < COOL
    known = cool & np.isfinite(days.load)
    scale = _per_year(days)
    hot, mild = _extreme(days, cold=False), _mean(days.load, (days.temperature > 14) & (days.temperature < 18))
    out |= {"hot_rate": hot, "mild_ratio": mild / hot if mild is not None and hot else None}
    if known.sum() < MINIMUM_HOURS:
        return out
    return out | {
        "cool_cold": float(days.load[known].sum()) * scale,
        "cool_hours": float(known.sum()) * scale,
        "cool_rate": _mean(days.load, cool),
    }


def _out_of_season(days: Days, heat: bool) -> float:
    """What the load still takes when weather gives it no reason: domestic hot water, process cooling.

    The 25th percentile of the warmest (heat) or coldest (cold) tenth of hours.
    """
    warm = days.temperature
    line = np.nanquantile(warm, 0.9 if heat else 0.1)
    chosen = days.load[(warm >= line if heat else warm <= line) & np.isfinite(days.load)]
    return float(np.quantile(chosen, 0.25)) if chosen.size else 0.0


def _both(heat: Days, cold: Days) -> dict[str, object]:
    aligned = _align(heat, cold)
    if aligned is None or not _enough(aligned[0]):
        return {}
    heat, cold = aligned
    warm = heat.temperature
    known = np.isfinite(heat.load) & np.isfinite(cold.load) & np.isfinite(warm)
    if known.sum() < 24 * 120:
        return {}
    scale = 8760 / int(known.sum())
    above_heat = np.maximum(heat.load - _out_of_season(heat, True), 0)
    above_cold = np.maximum(cold.load - _out_of_season(cold, False), 0)
    fought = np.where(known & (warm > 8) & (warm < 18), np.minimum(above_heat, above_cold), 0)
    hot = _extreme(cold, cold=False) or 0.0
    reheating = known & (warm > REHEAT) & (cold.load > 0.2 * hot)
    return {
        "both": float(fought.sum()) * scale,
        "both_hours": float((fought > 0).sum()) * scale,
        "reheat": float(heat.load[reheating].sum()) * scale if reheating.sum() >= MINIMUM_HOURS else None,
        "reheat_hours": float(reheating.sum()) * scale,
    }
