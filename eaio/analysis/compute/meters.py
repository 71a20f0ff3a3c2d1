"""Everything about one meter, and what its meters say of a building."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import date, timedelta
from math import floor
from typing import TypeVar
from uuid import UUID

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct

from eaio.analysis.compute import changepoint, series
from eaio.analysis.compute.benchmark import use_type
from eaio.analysis.compute.causes.fighting import Metered, with_fighting
from eaio.analysis.compute.detection import Detection, DetectionParams, detect
from eaio.analysis.compute.normalising import Normal
from eaio.analysis.compute.peaks import Coincident
from eaio.analysis.compute.profile import load_profile
from eaio.analysis.compute.series import DegreeDayBase
from eaio.analysis.models import BuildingFigures, ChangePointModel, Finding, MeterAnalysis, MeterFigures
from eaio.infra.errors import InsufficientData
from eaio.timeseries import calendar
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import IMPORTED_ENERGY, Carrier

Result = TypeVar("Result")

DAYS = 365
LEAST_COVERAGE = 0.75
"""Of the hours of a year: below it a yearly total is not extrapolated."""


class MeterAsked(Struct, frozen=True, kw_only=True):
    """Which meter, over which local days, with which assumptions."""

    meter_id: UUID
    building_id: UUID
    carrier: Carrier
    start: date
    end: date
    rates: Rates | None = None
    holidays: Collection[date] = ()
    base: DegreeDayBase = DegreeDayBase()
    detection: DetectionParams = DetectionParams()


class BuildingAsked(Struct, frozen=True, kw_only=True):
    """What is known of a building besides its meters."""

    building_id: UUID
    area_m2: float | None
    primary_use: str | None
    sub_use: str | None
    start: date
    end: date


def year_until(end: date) -> tuple[date, date]:
    """The 365 local days before ``end``."""
    return end - timedelta(days=DAYS), end


def trusted(hourly: pl.DataFrame, found: Detection) -> pl.DataFrame:
    """The frame with the hours that a rule found wrong set to missing."""
    return hourly.with_columns(value=pl.when(pl.Series(found.trusted)).then(pl.col("value")))


def analyse_meter(hourly: pl.DataFrame, asked: MeterAsked) -> MeterAnalysis:
    """Profile, weather model, months and yearly figures of the period; anomalies of the whole history.

    Faulty hours stand in none of the figures. What cannot be computed is absent and its reason among the refusals.
    """
    return metered(hourly, asked).analysis


def _analysed(clean: pl.DataFrame, found: Detection, asked: MeterAsked) -> MeterAnalysis:
    period = clean.filter(pl.col("local").is_between(asked.start, asked.end, closed="left"))
    refusals: list[str] = []
    profile = _or_refused(lambda: load_profile(period), refusals)
    model = _or_refused(lambda: weather_model(clean, asked.carrier, asked.end), refusals)
    expected_hours = (asked.end - asked.start).days * 24
    coverage = min(period["value"].count() / expected_hours, 1.0) if expected_hours else 0.0
    annual = _annual(period, coverage, asked, refusals)
    figures = MeterFigures(
        meter_id=asked.meter_id,
        building_id=asked.building_id,
        carrier=asked.carrier,
        period_start=asked.start,
        period_end=asked.end,
        coverage=coverage,
        annual=annual,
        money=asked.rates.money(asked.carrier, annual) if asked.rates else None,
        co2_kg=asked.rates.co2(asked.carrier, annual) if asked.rates else None,
        near_base=profile and profile.near_base,
        near_peak=profile and profile.near_peak,
        mean=profile and profile.mean,
        peak=profile and profile.peak,
        load_factor=profile and profile.load_factor,
        unoccupied_ratio=profile and profile.unoccupied_ratio,
        occupied_hours=profile and profile.occupied_hours,
        model=model,
        refusals=tuple(refusals),
    )
    return MeterAnalysis(
        figures=figures,
        profile=profile,
        months=series.months(period, asked.base, (asked.start, asked.end)) if period.height else (),
        findings=found.findings,
    )


def analyse_building(frames: Sequence[pl.DataFrame], asked: Sequence[MeterAsked]) -> list[MeterAnalysis]:
    """Every meter of a building, with what only several meters together show."""
    found = [metered(hourly, one) for hourly, one in zip(frames, asked, strict=True)]
    return with_fighting(found, asked[0].detection.causes if asked else None)


def metered(hourly: pl.DataFrame, asked: MeterAsked) -> Metered:
    """The analysis of one meter with the hours that the other meters of its building are compared with."""
    found = detect(hourly, asked.carrier, asked.rates, asked.holidays, asked.detection)
    clean = trusted(hourly, found) if hourly.height else hourly
    return Metered(_analysed(clean, found, asked), clean, asked.rates, found.expected)


def weather_model(clean: pl.DataFrame, carrier: Carrier, end: date) -> ChangePointModel:
    """The model of the last 365 days before ``end`` that have use and temperature, wherever in the history they lie.

    Raises:
        InsufficientData: there are too few such days.
    """
    known = clean.filter(pl.col("local") < end)
    days = series.model_days(calendar.daily(known), zero_is_missing=carrier == Carrier.ELECTRICITY).tail(DAYS)
    model = changepoint.fit(days["temperature"].to_numpy(), days["value"].to_numpy())
    return msgspec.structs.replace(model, first_day=days["day"][0], last_day=days["day"][-1])


def _annual(period: pl.DataFrame, coverage: float, asked: MeterAsked, refusals: list[str]) -> float | None:
    """Use of 365 days, extrapolated over the hours that are missing."""
    if coverage < LEAST_COVERAGE:
        known = f"{floor(1000 * coverage) / 10:g} % can be trusted"
        refusals.append(f"A yearly total needs {100 * LEAST_COVERAGE:.0f} % of the hours; {known}")
        return None
    days = (asked.end - asked.start).days
    return float(period["value"].sum()) / coverage * DAYS / days


def _or_refused(compute: Callable[[], Result], refusals: list[str]) -> Result | None:
    try:
        return compute()
    except InsufficientData as error:
        refusals.append(error.detail)
        return None


def building_figures(
    asked: BuildingAsked,
    meters: Sequence[MeterAnalysis],
    electric_load: Coincident | None = None,
    normal: Normal | None = None,
) -> BuildingFigures:
    """Add the meters of a building up.

    The EUI counts purchased energy of every metered carrier and is unknown when one of them is (a part is no whole).
    Load figures are those of the electricity meters added up hour by hour (``electric_load``), since meters that peak
    apart peak lower together; the ratio is weighted by their use. ``normal`` is the use of a typical year.
    """
    energy = [m.figures for m in meters if m.figures.carrier in IMPORTED_ENERGY]
    electric = [f for f in energy if f.carrier == Carrier.ELECTRICITY and f.mean]
    annual = _sum(f.annual for f in energy)
    largest = max((f for f in energy if f.model), key=lambda f: f.annual or 0.0, default=None)
    models = [f.model for f in energy if f.model]
    spent = [
        f for m in meters for f in m.findings if _spent_within(f, asked.start) and m.figures.carrier in IMPORTED_ENERGY
    ]
    priced = [m.figures for m in meters if m.figures.carrier != Carrier.SOLAR]
    return BuildingFigures(
        building_id=asked.building_id,
        period_start=asked.start,
        period_end=asked.end,
        use_type=use_type(asked.primary_use, asked.sub_use),
        carriers=tuple(sorted({f.carrier for f in energy})),
        area_m2=asked.area_m2,
        annual_kwh=annual,
        eui=annual / asked.area_m2 if annual is not None and asked.area_m2 else None,
        money=_sum(f.money for f in priced if f.annual is not None),
        co2_kg=_sum(f.co2_kg for f in priced if f.annual is not None),
        coverage=float(np.mean([m.figures.coverage for m in meters])) if meters else 0.0,
        load_factor=electric_load and electric_load.load_factor,
        near_base=electric_load and electric_load.near_base,
        near_peak=electric_load and electric_load.near_peak,
        peak=electric_load and electric_load.peak,
        normalised_kwh=normal and normal.kwh,
        normalised_reason=normal.reason if normal else "Not weather-normalised: no hourly readings",
        heating_degree_days=normal and normal.heating_degree_days,
        cooling_degree_days=normal and normal.cooling_degree_days,
        unoccupied_ratio=_weighted(electric),
        cvrmse=largest.model.cvrmse if largest and largest.model else None,
        heating_sensitivity=sum(max(m.below, 0.0) for m in models if m.weather_sensitive) if models else None,
        cooling_sensitivity=sum(max(m.above, 0.0) for m in models if m.weather_sensitive) if models else None,
        excess_kwh=sum(f.kwh for f in spent),
        excess_money=sum(f.money or 0.0 for f in spent),
    )


def _spent_within(finding: Finding, start: date) -> bool:
    return finding.kwh > 0 and finding.money is not None and finding.start.date() >= start


def _sum(values: Iterable[float | None]) -> float | None:
    """Sum of known figures; None when one is unknown or there is none."""
    listed = list(values)
    known = [value for value in listed if value is not None]
    return float(sum(known)) if known and len(known) == len(listed) else None


def _weighted(meters: Sequence[MeterFigures]) -> float | None:
    known = [(m.unoccupied_ratio, m.mean) for m in meters if m.unoccupied_ratio is not None and m.mean]
    total = sum(mean for _, mean in known)
    return sum(ratio * mean for ratio, mean in known) / total if total else None
