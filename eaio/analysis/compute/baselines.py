"""Baseline models of a meter behind one interface: fit one, fit all and choose, ask for a counterfactual."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

import numpy as np
import polars as pl
from msgspec import Struct, structs
from numpy.typing import NDArray

from eaio.analysis.compute import caltrack, changepoint, nonroutine, opendsm_engine, points, towt
from eaio.analysis.compute.fitness import fitness
from eaio.analysis.models import (
    METHOD_LABEL,
    AnyBaseline,
    CaltrackBaseline,
    ChangePointBaseline,
    Interval,
    Method,
    NonRoutineEvent,
    OpendsmBaseline,
    Period,
    RefusalReason,
    Refused,
    TowtBaseline,
    Weighting,
)
from eaio.timeseries.calendar import HOURS_IN_WEEK

Floats = NDArray[np.float64]

LEAST_MONTHS = 10
LEAST_PER_HOUR_OF_WEEK = 4
ALIKE = 0.5
"""Autocorrelation from which the formula is known to understate (Touzani et al. 2019, Applied Energy)."""
FULL_YEAR_HOURS = 328 * 24
PER_DAY = {Interval.HOURLY: 24.0, Interval.DAILY: 1.0, Interval.MONTHLY: 1.0}
"""How many units of a point's value a day has."""


class Asked(Struct, frozen=True):
    """How a baseline is to be modelled."""

    method: Method
    interval: Interval
    weighting: Weighting = Weighting.YEAR
    """Of hourly models."""
    zero_is_missing: bool = False
    events: tuple[NonRoutineEvent, ...] = ()


CANDIDATES = (
    (Method.TOWT, Interval.HOURLY),
    (Method.CHANGE_POINT, Interval.DAILY),
    (Method.DEGREE_HOURS, Interval.DAILY),
    (Method.CALTRACK, Interval.DAILY),
    (Method.CHANGE_POINT, Interval.MONTHLY),
)
"""What the automatic choice compares."""


class Choice(NamedTuple):
    """The chosen baseline, the others that could be fitted, and why the rest could not."""

    chosen: AnyBaseline
    others: tuple[AnyBaseline, ...]
    refusals: tuple[str, ...]


def fit(data: points.Points, period: Period, asked: Asked) -> AnyBaseline:
    """Fit one model to a baseline period.

    Args:
        data: the meter's points by interval (``points.from_hours``, ``from_days``, ``from_bills``).
        period: local days of the baseline.
        asked: method, interval, declared events.

    Raises:
        Refused: the data do not carry the model; the message says what is missing and what would help.
        WrongPeriods: the events contradict each other.
        Unavailable: the OpenDSM engine is asked for and not installed.
    """
    nonroutine.check(asked.events)
    found = points.of_interval(data, asked.interval)
    points.require_any(found, period, "baseline period")
    rows = nonroutine.routine(points.within(found, period), asked.events, PER_DAY[asked.interval])
    baseline = _FITTERS[asked.method](rows, period, asked)
    return structs.replace(baseline, warnings=(*baseline.warnings, *_warnings(baseline)))


def predict(baseline: AnyBaseline, rows: pl.DataFrame) -> Floats:
    """Counterfactual of each of POINTS, in the unit of their ``value``; NaN where the model cannot say."""
    if isinstance(baseline, TowtBaseline):
        hours = _hours(rows)
        return towt.predict(baseline.model, hours.temperature, hours.of_week, hours.month)
    if isinstance(baseline, OpendsmBaseline):
        return opendsm_engine.predict(baseline.document, baseline.interval, rows)
    if isinstance(baseline, ChangePointBaseline) and baseline.model.degree_hours:
        return changepoint.predict(baseline.model, points.hour_matrix(rows))
    return changepoint.predict(baseline.model, rows["temperature"].to_numpy())


def choose(
    data: points.Points,
    period: Period,
    zero_is_missing: bool = False,
    events: Sequence[NonRoutineEvent] = (),
    intervals: Collection[Interval] = tuple(Interval),
) -> Choice:
    """Fit every candidate that the data allow and keep the one that would verify a 10 % saving best.

    Of those that pass Guideline 14 (of all, if none does) the one with the smallest fractional uncertainty of a 10 %
    saving over a year, at 90 % confidence.

    Raises:
        Refused: no candidate can be fitted; the message is that of the candidate closest to it.
    """
    fitted: list[AnyBaseline] = []
    refused: dict[tuple[Method, Interval], Refused] = {}
    for method, interval in CANDIDATES:
        if interval not in data or interval not in intervals:
            continue
        try:
            fitted.append(
                fit(data, period, Asked(method, interval, zero_is_missing=zero_is_missing, events=tuple(events)))
            )
        except Refused as refusal:
            refused[method, interval] = refusal
    if not fitted:
        closest = refused.get((Method.CHANGE_POINT, Interval.DAILY), next(reversed(refused.values()), None))
        raise closest or Refused(RefusalReason.NO_USE, "There are no readings", "Import some first")
    passing = [one for one in fitted if one.fitness.verdict.passed]
    ordered = sorted(passing or fitted, key=lambda one: one.fitness.expected_uncertainty)
    others = tuple(one for one in fitted if one is not ordered[0])
    chosen = structs.replace(ordered[0], reason=_why(ordered, bool(passing), len(fitted)))
    return Choice(chosen, others, tuple(refusal.detail for refusal in refused.values()))


def _why(ordered: Sequence[AnyBaseline], any_passes: bool, fitted: int) -> str:
    best, rivals = ordered[0], ordered[1:]
    if fitted == 1:
        among = "the only model that could be compared"
    elif not rivals:
        among = f"the only one of {fitted} models that passes Guideline 14"
    else:
        among = f"the smallest of {len(ordered)} models"
    judged = " that pass Guideline 14" if any_passes and rivals else ""
    rival = f"; next {_name(rivals[0])} with {_spread(rivals[0])}" if rivals else ""
    failing = "" if any_passes else "; none passes Guideline 14"
    return f"{_name(best)}: {_spread(best)} of a 10 % yearly saving, {among}{judged}{rival}{failing}. {best.reason}"


def _spread(baseline: AnyBaseline) -> str:
    return f"an uncertainty of {baseline.fitness.expected_uncertainty:.0%}"


def _name(baseline: AnyBaseline) -> str:
    return f"{METHOD_LABEL[Method(type(baseline).__struct_config__.tag)]} {baseline.label}, {baseline.interval}"


def _change_point(rows: pl.DataFrame, period: Period, asked: Asked) -> ChangePointBaseline:
    temperature, use = points.columns(rows)
    if asked.method == Method.DEGREE_HOURS:
        temperature = _hours_of_days(rows)
    least = LEAST_MONTHS if asked.interval == Interval.MONTHLY else changepoint.MINIMUM_DAYS
    model = changepoint.fit(temperature, use, least)
    model = structs.replace(model, first_day=rows["day"][0], last_day=rows["day"][-1])
    parameters = changepoint.PARAMETERS[model.kind]
    figures = fitness(use, changepoint.predict(model, temperature), parameters, asked.interval, rows["number"])
    return ChangePointBaseline(
        label=f"{model.kind} on degree hours" if model.degree_hours else model.kind,
        period=period,
        fitness=figures,
        reason=model.reason,
        zero_is_missing=asked.zero_is_missing,
        warnings=model.warnings,
        model=model,
    )


def _hours_of_days(rows: pl.DataFrame) -> Floats:
    if rows["temperatures"].null_count() == rows.height:
        raise Refused(
            RefusalReason.NO_WEATHER,
            "A model of degree hours needs days with hourly outdoor temperatures",
            "Import hourly weather, or choose the change-point model on daily means",
        )
    return points.hour_matrix(rows)


def _caltrack(rows: pl.DataFrame, period: Period, asked: Asked) -> CaltrackBaseline:
    if asked.interval != Interval.DAILY:
        raise Refused(RefusalReason.TOO_FEW, "The CalTRACK model takes days", "Choose the daily interval")
    if period.days not in {caltrack.BASELINE_DAYS, caltrack.LEAP_YEAR}:
        raise Refused(
            RefusalReason.SEASONS,
            f"CalTRACK needs a baseline of one year; {period.first} to {period.last} has {period.days} days",
            f"Begin the baseline on {Period.of_year(period.last).first}",
        )
    temperature, use = points.columns(rows)
    model = caltrack.fit(temperature, use)
    parameters = caltrack.parameters(model)
    figures = fitness(use, changepoint.predict(model, temperature), parameters, asked.interval, rows["number"])
    return CaltrackBaseline(
        label=model.kind,
        period=period,
        fitness=figures,
        reason=f"{model.kind} has the best adjusted R2 ({model.adjusted_r2:.3f}) of those with positive coefficients",
        zero_is_missing=asked.zero_is_missing,
        model=model,
    )


def _towt(rows: pl.DataFrame, period: Period, asked: Asked) -> TowtBaseline:
    hours = _hours(rows)
    _require_hours(hours)
    found = towt.fit(hours, asked.weighting)
    figures = fitness(hours.use, found.predicted, found.parameters, asked.interval, rows["number"])
    occupied = sum(found.model.occupied)
    weighting = "one model of the year" if asked.weighting == Weighting.YEAR else "a model per month, neighbours half"
    return TowtBaseline(
        label="TOWT",
        period=period,
        fitness=figures,
        reason=f"{occupied} of 168 hours of the week use more than the weather explains; {weighting}",
        zero_is_missing=asked.zero_is_missing,
        warnings=_hour_warnings(hours),
        model=found.model,
    )


def _opendsm(rows: pl.DataFrame, period: Period, asked: Asked) -> OpendsmBaseline:
    found = opendsm_engine.fit(rows, asked.interval)
    figures = fitness(rows["value"], found.predicted, found.parameters, asked.interval, rows["number"])
    return OpendsmBaseline(
        label=found.label,
        period=period,
        fitness=figures,
        reason=f"Asked for; OpenDSM {found.version}",
        zero_is_missing=asked.zero_is_missing,
        warnings=found.warnings,
        document=found.document,
    )


_FITTERS = {
    Method.CHANGE_POINT: _change_point,
    Method.DEGREE_HOURS: _change_point,
    Method.CALTRACK: _caltrack,
    Method.TOWT: _towt,
    Method.OPENDSM: _opendsm,
}


def _hours(rows: pl.DataFrame) -> towt.Hours:
    temperature, use = points.columns(rows)
    month = rows["day"].dt.month().cast(pl.Int64).to_numpy() - 1
    return towt.Hours(use, temperature, rows["hour_of_week"].to_numpy(), month)


def _require_hours(hours: towt.Hours) -> None:
    count = np.bincount(hours.of_week, minlength=HOURS_IN_WEEK)
    least = changepoint.MINIMUM_DAYS * 24
    if hours.use.size < least or count.min() < LEAST_PER_HOUR_OF_WEEK:
        raise Refused(
            RefusalReason.TOO_FEW,
            f"A time-of-week model needs {least:,} hours with use and temperature and {LEAST_PER_HOUR_OF_WEEK} of each "
            f"hour of the week; there are {hours.use.size:,}, of the rarest hour of the week {count.min()}",
            "Import more readings, or choose a daily model",
        )
    changepoint.require_variation(hours.use, hours.temperature, "hour")


def _hour_warnings(hours: towt.Hours) -> tuple[str, ...]:
    found: list[str] = []
    if hours.use.size < FULL_YEAR_HOURS:
        found.append(f"{hours.use.size:,} hours: less than a year, so the seasons may not all be in it")
    months = sorted(set(range(12)) - set(hours.month.tolist()))
    if months:
        found.append(f"{len(months)} calendar months are not in the baseline")
    return tuple(found)


def _warnings(baseline: AnyBaseline) -> tuple[str, ...]:
    found: list[str] = []
    if not baseline.fitness.verdict.passed:
        found.append(baseline.fitness.verdict.reason)
    rho = baseline.fitness.autocorrelation
    if baseline.interval == Interval.HOURLY and rho > ALIKE:
        found.append(f"Neighbouring hours err alike ({rho:.2f}): the uncertainty of hourly savings is a lower bound")
    return tuple(found)
