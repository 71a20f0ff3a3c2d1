"""What the meters of a building say, as numbers that the detection rules read."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from msgspec import Struct
from msgspec.structs import replace

from eaio.recommendations.compute import change_point, sun
from eaio.recommendations.compute.change_point import ChangePoint
from eaio.recommendations.compute.days import Array, Days, days_of
from eaio.recommendations.compute.flows import NightFlow, Watering, night_flow, watering_of
from eaio.recommendations.compute.peaks import Peaks, peaks_of
from eaio.recommendations.compute.schedule import Schedule, schedule_of
from eaio.recommendations.compute.thermal import ThermalSignals, thermal_signals
from eaio.recommendations.models import BuildingFacts
from eaio.timeseries.units import Carrier

YEAR = 365
MINIMUM_DAYS = 120
MINIMUM_COVERAGE = 0.5
CONTINUOUS = (Carrier.WATER, Carrier.IRRIGATION)
UNLIKE = 1.6
"""Factor between the last year and the days with known weather, beyond which these say nothing of today."""
ROOF_SHARE = 0.4
"""Part of the footprint that panels can cover, after edges, plant and shade."""
PANEL_KW_M2 = 0.20
MAXIMUM_ROOF_KW = 2_000.0


class LoadSignals(Struct, frozen=True):
    """One carrier of one building, from its last 365 days unless said otherwise; amounts in kWh or litres."""

    annual: float
    """Mean of the hours present, over a full year."""
    coverage: float
    days: int
    mean: float
    schedule: Schedule | None = None
    weather: ChangePoint | None = None
    """Fitted to up to two years, as far as temperatures reach."""
    heating: float = 0.0
    """Annual amount that follows cold weather."""
    cooling: float = 0.0
    """Annual amount that follows warm weather."""
    design_cold: float | None = None
    """1st percentile of daily mean temperature."""
    design_hot: float | None = None
    """99th percentile."""
    night_to_day_slope: float | None = None
    """Heating slope at night (0 to 5) over that of the working day (9 to 17)."""
    drift: float | None = None
    """Change of the last 365 days against the model of the 365 before, at the same weather."""
    peaks: Peaks | None = None
    night_flow: NightFlow | None = None
    watering: Watering | None = None


class Signals(Struct, frozen=True):
    """Everything the rules may look at for one building."""

    facts: BuildingFacts
    loads: Mapping[Carrier, LoadSignals]
    thermal: ThermalSignals
    solar_kw: float = 0.0
    solar_kwh: float = 0.0
    solar_used: float = 0.0
    """Share of the yield that the building's load takes up."""
    skipped: tuple[str, ...] = ()
    """Carriers that could not be judged, with the reason."""

    def load(self, *carriers: Carrier) -> LoadSignals | None:
        """The first of these carriers that has signals."""
        return next((self.loads[carrier] for carrier in carriers if carrier in self.loads), None)


def building_signals(facts: BuildingFacts, frames: Mapping[Carrier, pl.DataFrame]) -> Signals:
    """Compute the signals of a building from one ``HOURLY`` frame per carrier (meters of a carrier summed)."""
    histories = {carrier: days_of(frame, carrier) for carrier, frame in frames.items()}
    loads: dict[Carrier, LoadSignals] = {}
    skipped: list[str] = []
    for carrier, days in histories.items():
        found = load_signals(days, carrier) if days is not None else None
        if found is None:
            skipped.append(f"{carrier}: {reason_for_skipping(days)}")
        else:
            loads[carrier] = found
    judged = {carrier: days for carrier, days in histories.items() if days is not None and carrier in loads}
    kw, kwh, used = _solar(facts, judged.get(Carrier.ELECTRICITY), _clock_offset(frames))
    return Signals(facts, loads, thermal_signals(judged), kw, kwh, used, tuple(skipped))


def load_signals(days: Days, carrier: Carrier) -> LoadSignals | None:
    """Signals of one carrier; None below 120 days or half of the hours of the last year."""
    year = days.last(YEAR)
    seen = np.isfinite(year.load)
    if len(year.load) < MINIMUM_DAYS or seen.mean() < MINIMUM_COVERAGE or np.nansum(year.load) <= 0:
        return None
    mean = float(year.load[seen].mean())
    basic = LoadSignals(annual=mean * 8760, coverage=float(seen.mean()), days=len(year.load), mean=mean)
    if carrier in CONTINUOUS:
        return replace(basic, night_flow=night_flow(days), watering=watering_of(days))
    return replace(
        basic,
        schedule=schedule_of(year),
        peaks=peaks_of(year) if carrier == Carrier.ELECTRICITY else None,
        **_weather(days),
    )


def reason_for_skipping(days: Days | None) -> str:
    """Why a carrier could not be judged, in words."""
    if days is None:
        return "no readings"
    year = days.last(YEAR)
    if np.nansum(year.load) <= 0:
        return "no use in the last year"
    share = np.isfinite(year.load).mean()
    return f"{len(year.load)} days with {share:.0%} of the hours; needs {MINIMUM_DAYS} days and half"


def daily(days: Days) -> tuple[Array, Array]:
    """Total load and mean temperature per day; NaN with fewer than 20 hours (a total is scaled up to 24)."""
    load_hours, warm_hours = np.isfinite(days.load).sum(axis=1), np.isfinite(days.temperature).sum(axis=1)
    load = np.where(load_hours >= 20, np.nansum(days.load, axis=1) * 24 / np.maximum(load_hours, 1), np.nan)
    warm = np.where(warm_hours >= 18, np.nansum(days.temperature, axis=1) / np.maximum(warm_hours, 1), np.nan)
    return load, warm


def _weather(days: Days) -> dict[str, object]:
    """The signals that need temperature."""
    days = days.last(2 * YEAR)
    load, warm = daily(days)
    model = change_point.fit(load, warm, days.weekend)
    if model is None:
        return {}
    known = np.isfinite(load) & np.isfinite(warm)
    recent = float(np.nanmean(days.last(YEAR).load)) * 24 / float(load[known].mean())
    if not 1 / UNLIKE < recent < UNLIKE:
        return {}  # weather is known only for a time in which the building used something else altogether
    heat = _yearly(warm[known], model.heating_slope, model.heating_balance, cold=True)
    cool = _yearly(warm[known], model.cooling_slope, model.cooling_balance, cold=False)
    return {
        "weather": model,
        "heating": heat * recent,
        "cooling": cool * recent,
        "design_cold": float(np.quantile(warm[known], 0.01)),
        "design_hot": float(np.quantile(warm[known], 0.99)),
        "night_to_day_slope": _night_to_day(days, model),
        "drift": _drift(days, load, warm),
    }


def _yearly(warm: Array, slope: float, balance: float | None, cold: bool) -> float:
    if balance is None:
        return 0.0
    return slope * float(np.maximum(balance - warm if cold else warm - balance, 0).mean()) * YEAR


def _night_to_day(days: Days, model: ChangePoint) -> float | None:
    """Ratio of heating slopes, night over working day; None without a heating slope in both."""
    if model.heating_balance is None:
        return None
    slopes: list[float] = []
    for hours in (slice(0, 5), slice(9, 17)):
        load, warm = days.load[~days.weekend, hours], days.temperature[~days.weekend, hours]
        known = np.isfinite(load) & np.isfinite(warm) & (warm < model.heating_balance)
        if known.sum() < 200 or np.ptp(warm[known]) < 5:
            return None
        slopes.append(-float(np.polyfit(warm[known], load[known], 1)[0]))
    return slopes[0] / slopes[1] if slopes[0] > 0 and slopes[1] > 0 else None


def _drift(days: Days, load: Array, warm: Array) -> float | None:
    """How much more the last year used than the year before would have, at its weather; None for a poor model."""
    if len(load) < 2 * YEAR - 30:
        return None
    split = len(load) - YEAR
    before = change_point.fit(load[:split], warm[:split], days.weekend[:split])
    now = np.isfinite(load[split:]) & np.isfinite(warm[split:])
    if before is None or before.cvrmse > 0.2 or now.sum() < 270:
        return None
    expected = before.predict(warm[split:][now], days.weekend[split:][now]).sum()
    return float(load[split:][now].sum() / expected - 1) if expected > 0 else None


def _clock_offset(frames: Mapping[Carrier, pl.DataFrame]) -> float:
    """Hours by which the local clock is ahead of UTC, on average over the history."""
    frame = next(iter(frames.values()), None)
    if frame is None or frame.is_empty():
        return 0.0
    ahead = (frame["local"] - frame["time"].dt.replace_time_zone(None)).dt.total_seconds().mean()
    return float(ahead) / 3600 if isinstance(ahead, int | float) else 0.0


def _solar(facts: BuildingFacts, days: Days | None, offset: float) -> tuple[float, float, float]:
    """Largest useful system on the roof: kW, kWh a year, share used."""
    if days is None or facts.latitude is None or facts.area_m2 is None or facts.has_solar:
        return 0.0, 0.0, 0.0
    footprint = facts.area_m2 / max(facts.floors or assumed_floors(facts.area_m2), 1)
    roof_kw = min(footprint * ROOF_SHARE * PANEL_KW_M2, MAXIMUM_ROOF_KW)
    year = days.last(YEAR)
    noon = sun.solar_noon(facts.longitude, offset) if facts.longitude is not None else 12.0
    return sun.best_size(year.load, sun.hourly_yield(year, facts.latitude, noon), roof_kw)


def assumed_floors(area_m2: float) -> int:
    """Where the number of floors is unknown: one per 2,000 m2, up to four."""
    return int(np.clip(round(area_m2 / 2_000), 1, 4))
