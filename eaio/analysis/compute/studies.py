"""A measurement and verification study computed: baseline with its rivals, savings, normalised savings, proposals."""

from collections.abc import Sequence
from datetime import date
from hashlib import sha256

import numpy as np
import polars as pl
from msgspec import Struct, structs
from numpy.typing import NDArray

from eaio.analysis.compute import baselines, nonroutine, normals, points, savings, shifts
from eaio.analysis.models import (
    AnyBaseline,
    Interval,
    Method,
    NonRoutineEvent,
    NormalisedSavings,
    Period,
    ProposedEvent,
    RefusalReason,
    Refused,
    WrongPeriods,
)
from eaio.analysis.models.studies import DataWindow, FittedBaseline, ModelPoint, Rival, Verified

Floats = NDArray[np.float64]

ANY_METHOD: dict[Method, tuple[Interval, ...]] = {
    Method.CHANGE_POINT: (Interval.DAILY, Interval.MONTHLY),
    Method.DEGREE_HOURS: (Interval.DAILY,),
    Method.CALTRACK: (Interval.DAILY,),
    Method.TOWT: (Interval.HOURLY,),
    Method.OPENDSM: (Interval.DAILY, Interval.HOURLY),
}
"""The intervals each method can be asked for, the usual one first."""
LEAST_ALIKE = 14
"""Days from which the same use every day is a fault."""


class Material(Struct, frozen=True):
    """What a study is computed from."""

    data: points.Points
    days: pl.DataFrame
    """``day``, ``value``, ``temperature`` as read, zeros included: for saying what is missing."""
    weather: pl.DataFrame
    """``local`` and ``temperature`` of the site, hourly, all that is known: for the typical year."""
    zero_is_missing: bool

    @property
    def last_day(self) -> date | None:
        """The last day with a reading."""
        known = self.days.filter(pl.col("value").is_finite())
        return None if known.is_empty() else known["day"].max()  # pyright: ignore[reportReturnType] - a date column


class Way(Struct, frozen=True):
    """How the baseline is modelled: a method, or the surest of all."""

    method: Method | None = None
    interval: Interval | None = None

    def __post_init__(self) -> None:
        """Refuse an interval that the method does not take."""
        if self.method is None:
            if self.interval is not None:
                raise WrongPeriods("An interval is asked for without a method; name the method too, or neither")
        elif self.interval is not None and self.interval not in ANY_METHOD[self.method]:
            known = " or ".join(ANY_METHOD[self.method])
            raise WrongPeriods(f"The method {self.method} takes {known} points, not {self.interval} ones")


def material(hourly: pl.DataFrame, weather: pl.DataFrame, zero_is_missing: bool) -> Material:
    """From an HOURLY frame."""
    days = hourly.group_by(day=pl.col("local").dt.date(), maintain_order=True).agg(
        pl.when(pl.col("value").count() > 0).then(pl.col("value").sum()).alias("value"), pl.col("temperature").mean()
    )
    return Material(points.from_hours(hourly, zero_is_missing), days, weather, zero_is_missing)


def material_of_days(daily: pl.DataFrame, weather: pl.DataFrame, zero_is_missing: bool) -> Material:
    """From a DAILY frame, of a meter that is read once a day."""
    return Material(
        points.from_days(daily, zero_is_missing), daily.select("day", "value", "temperature"), weather, zero_is_missing
    )


def fit(found: Material, period: Period, way: Way, events: Sequence[NonRoutineEvent] = ()) -> FittedBaseline:
    """Fit the asked model, or all and keep the surest, with the window and the hash of what it was fitted to.

    Raises:
        Refused: the period has no use, no weather, or too little for any model.
    """
    require_use(found, period, "baseline period")
    inside = [event for event in events if event.period.overlaps(period)]
    if way.method is None:
        chosen, others, refusals = baselines.choose(found.data, period, found.zero_is_missing, inside)
    else:
        interval = way.interval or ANY_METHOD[way.method][0]
        asked = baselines.Asked(way.method, interval, zero_is_missing=found.zero_is_missing, events=tuple(inside))
        chosen, others, refusals = baselines.fit(found.data, period, asked), (), ()
    rivals = tuple(Rival(str(type(one).__struct_config__.tag), one.label, one.fitness) for one in others)
    return FittedBaseline(
        model=chosen, data=window(found.data, period, chosen.interval), rivals=rivals, refusals=tuple(refusals)
    )


def window(data: points.Points, period: Period, interval: Interval) -> DataWindow:
    """First and last day, number and SHA-256 of the points of a period."""
    rows = points.within(points.of_interval(data, interval), period)
    points.require_any(rows, period, "baseline period")
    digest = sha256()
    for name, kind in (("number", "<i8"), ("value", "<f8"), ("temperature", "<f8")):
        digest.update(rows[name].to_numpy().astype(kind).tobytes())
    present = float(rows["length"].sum()) / (baselines.PER_DAY[interval] * period.days)
    return DataWindow(rows["day"][0], rows["day"][-1], rows.height, min(present, 1.0), digest.hexdigest())


def verify(
    found: Material,
    fitted: FittedBaseline,
    reporting: Period,
    events: Sequence[NonRoutineEvent] = (),
    confidence: float = 0.9,
) -> Verified:
    """Savings of a reporting period against a fitted baseline, normalised savings where possible, proposed events.

    Raises:
        Refused: the reporting period has no use or no weather, or the baseline expects none.
        WrongPeriods: the periods overlap, or the events clash.
    """
    model = fitted.model
    savings.check_periods(model.period, reporting)
    require_use(found, reporting, "reporting period")
    inside = [event for event in events if event.period.overlaps(reporting)]
    verified = savings.avoided_use(model, found.data, reporting, inside, confidence)
    normalised, refusal = _normalised(found, model, reporting, inside, confidence)
    return Verified(
        baseline=fitted,
        savings=verified,
        normalised=normalised,
        normalised_refusal=refusal,
        proposed=propose(model, found.data, reporting, inside),
        proposed_baseline=propose(model, found.data, model.period, [e for e in events if e not in inside]),
    )


def propose(
    model: AnyBaseline, data: points.Points, period: Period, events: Sequence[NonRoutineEvent] = ()
) -> tuple[ProposedEvent, ...]:
    """Stretches of a period that look like non-routine events and are not declared yet."""
    if model.interval == Interval.MONTHLY:
        return ()
    declared = [NonRoutineEvent(event.period) for event in events]
    try:
        judged = savings.judge(model, data, period, declared)
    except Refused:
        return ()
    days = savings.by_day(judged)
    found = shifts.propose(days["day"].to_list(), days["actual"].to_numpy(), days["expected"].to_numpy())
    return tuple(one for one in found if not any(event.period.overlaps(one.period) for event in declared))


def _normalised(
    found: Material, model: AnyBaseline, reporting: Period, events: Sequence[NonRoutineEvent], confidence: float
) -> tuple[NormalisedSavings | None, str | None]:
    method = Method(type(model).__struct_config__.tag)
    if method == Method.CHANGE_POINT and getattr(getattr(model, "model", None), "degree_hours", False):
        method = Method.DEGREE_HOURS
    asked = baselines.Asked(method, model.interval, zero_is_missing=found.zero_is_missing, events=tuple(events))
    try:
        after = baselines.fit(found.data, reporting, asked)
        return normals.normalised_savings(model, after, normals.typical_year(found.weather), confidence), None
    except Refused as refusal:
        return None, refusal.detail


def residuals(found: Material, model: AnyBaseline, events: Sequence[NonRoutineEvent] = ()) -> tuple[ModelPoint, ...]:
    """Points of the baseline period by day (by month of a monthly model) beside the model, events left out or undone.

    Use of a day (kWh), of a monthly model per day of its month.
    """
    inside = [event for event in events if event.period.overlaps(model.period)]
    rows = points.within(points.of_interval(found.data, model.interval), model.period)
    per_day = baselines.PER_DAY[model.interval]
    rows = nonroutine.routine(rows, inside, per_day)
    expected = baselines.predict(model, rows)
    frame = rows.select("day", "temperature", "value").with_columns(expected=pl.Series(expected))
    if model.interval == Interval.HOURLY:
        whole = frame.filter(pl.col("expected").is_finite()).group_by("day", maintain_order=True)
        frame = whole.agg(
            pl.col("temperature").mean(), pl.col("value", "expected").mean() * per_day, present=pl.len()
        ).filter(pl.col("present") >= 0.8 * per_day)
    kept = frame.filter(pl.col("expected").is_finite()).select("day", "temperature", "value", "expected")
    return tuple(ModelPoint(*row) for row in kept.iter_rows())


def require_use(found: Material, period: Period, what: str) -> None:
    """Refuse a period without readings, of zeros, of one value, or without temperature, saying which."""
    if found.days.is_empty():
        raise Refused(RefusalReason.NO_USE, "This meter has no readings", "Import its readings first")
    within = found.days.filter(pl.col("day").is_between(period.first, period.last))
    use = within.filter(pl.col("value").is_finite())
    named = f"The {what} {period.first} to {period.last}"
    if use.is_empty():
        known = found.days.filter(pl.col("value").is_finite())["day"]
        raise Refused(
            RefusalReason.NO_USE,
            f"{named} has no readings: those lie from {known.min()} to {known.max()}",
            f"Choose a {what} inside them, or import readings for it",
        )
    if (use["value"] == 0).all():
        raise Refused(
            RefusalReason.ALL_ZERO, f"{named} reads zero on all {use.height} days", "Check the meter, or take another"
        )
    if use.height >= LEAST_ALIKE and use["value"].n_unique() == 1:
        raise Refused(
            RefusalReason.CONSTANT,
            f"{named} reads the same on all {use.height} days, {use['value'][0]:,.4g}",
            "Check the meter: a register that stands still or an import that fills gaps reads like this",
        )
    if use["temperature"].is_finite().sum() == 0:
        raise Refused(
            RefusalReason.NO_WEATHER,
            f"{named} has no outdoor temperature",
            "Import the weather of the site for the whole period",
        )


def with_current_window(found: Material, result: Verified) -> Verified:
    """The result with the window of the baseline period as the readings are now, for comparing hashes."""
    fitted = result.baseline
    try:
        now = window(found.data, fitted.model.period, fitted.model.interval)
    except Refused:
        now = DataWindow(fitted.data.first_day, fitted.data.last_day, 0, 0.0, "")
    return structs.replace(result, baseline=structs.replace(fitted, data=now))
