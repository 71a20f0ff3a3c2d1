"""A typical year from a site's own weather, and what a model uses in it."""

from collections.abc import Sequence
from datetime import date, timedelta

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.compute import baselines, points
from eaio.analysis.compute.fitness import CONFIDENCE, POINTS_IN_YEAR, relative_uncertainty
from eaio.analysis.models import (
    AnyBaseline,
    Interval,
    NormalisedSavings,
    NormalisedUse,
    RefusalReason,
    Refused,
    TypicalYear,
)

Floats = NDArray[np.float64]

NOMINAL = 2001
"""The typical year's calendar: 365 days that begin on a Monday."""
LEAST_SHARE = 0.9
"""Of a month's hours that must have a temperature."""
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def typical_year(weather: pl.DataFrame) -> TypicalYear:
    """Put a year together from the most typical month of each name.

    Of all years with that month, the one whose daily mean temperatures are distributed most like those of all years
    (Finkelstein and Schafer 1971, as in the typical meteorological years of NREL/TP-581-43156, with the dry-bulb
    temperature as the only variable). Missing hours are interpolated; 29 February is left out.

    Args:
        weather: ``local`` (naive wall clock, hourly) and ``temperature`` (degC), any number of years.

    Raises:
        Refused: some calendar month is nowhere complete to 90 %.
    """
    hours = _grid(weather)
    days = hours.group_by("day", maintain_order=True).agg(pl.col("temperature").mean(), known=pl.col("known").sum())
    months = _months(days)
    chosen = [_most_typical(months, month) for month in range(1, 13)]
    picked = pl.concat([hours.filter(pl.col("day").dt.month_start() == date(year, m, 1)) for m, year in chosen])
    picked = picked.filter(~((pl.col("day").dt.month() == 2) & (pl.col("day").dt.day() == 29)))
    temperature = picked["temperature"].to_numpy()
    return TypicalYear(
        years=tuple(year for _, year in chosen),
        daily=tuple(temperature.reshape(365, 24).mean(1).tolist()),
        hourly=tuple(temperature.tolist()),
        statement=_statement(months, chosen),
    )


def year_points(year: TypicalYear, interval: Interval) -> pl.DataFrame:
    """The typical year as POINTS without use (``value`` 0), for ``baselines.predict``."""
    first = date(NOMINAL, 1, 1)
    days = [first + timedelta(days=n) for n in range(365)]
    if interval == Interval.HOURLY:
        hour = np.arange(8760)
        columns = {
            "day": [days[n // 24] for n in hour],
            "number": hour,
            "length": np.ones(8760),
            "temperature": year.hourly,
            "hour_of_week": hour % 168,
        }
        return pl.DataFrame(columns).with_columns(value=0.0, temperatures=points.UNKNOWN).select(points.POINTS.names())
    matrix = np.array(year.hourly).reshape(365, 24)
    daily = pl.DataFrame(
        {
            "day": days,
            "value": np.zeros(365),
            "present": 24,
            "hours": 24,
            "temperature": year.daily,
            "temperature_hours": 24,
        }
    )
    found = points.from_days(daily)[interval]
    if interval == Interval.DAILY:
        return found.with_columns(temperatures=pl.Series(matrix.tolist(), dtype=pl.List(pl.Float64)))
    return found


def normalised_use(baseline: AnyBaseline, year: TypicalYear, confidence: float = CONFIDENCE) -> NormalisedUse:
    """Weather-normalised consumption: what the modelled building uses in a typical year, by month, with its band.

    Raises:
        Refused: the model cannot say for some part of the year.
    """
    rows = year_points(year, baseline.interval)
    use = baselines.predict(baseline, rows) * rows["length"].to_numpy()
    if not np.isfinite(use).all():
        raise Refused(
            RefusalReason.SEASONS,
            "The model cannot say what is used in some part of a typical year",
            "Choose a baseline period that holds every hour of the week and every season",
        )
    month = rows["day"].dt.month().to_numpy() - 1
    fit, total = baseline.fitness, float(use.sum())
    spread = relative_uncertainty(
        fit.cvrmse,
        fit.n,
        fit.parameters,
        fit.autocorrelation,
        fit.interval,
        POINTS_IN_YEAR[fit.interval],
        confidence,
    )
    months = np.bincount(month, use, 12)
    return NormalisedUse(total, tuple(months.tolist()), abs(total) * spread, confidence, year.statement)


def normalised_savings(
    baseline: AnyBaseline, reporting: AnyBaseline, year: TypicalYear, confidence: float = CONFIDENCE
) -> NormalisedSavings:
    """What the measure saves in a typical year (IPMVP normalised savings): both models under the same weather.

    Args:
        baseline: model of the time before the measure.
        reporting: model of the time after it.
        year: ``typical_year``.
        confidence: of the band; both models' uncertainties are added in quadrature.

    Raises:
        Refused: a model cannot say for the year, or the baseline uses nothing in it.
    """
    before, after = (normalised_use(model, year, confidence) for model in (baseline, reporting))
    if before.annual <= 0:
        raise Refused(
            RefusalReason.ALL_ZERO,
            "The baseline model uses nothing in a typical year, so nothing can be saved",
            "Choose another baseline period",
        )
    avoided, band = before.annual - after.annual, float(np.hypot(before.band, after.band))
    word = "less" if avoided >= 0 else "more"
    return NormalisedSavings(
        baseline_annual=before.annual,
        reporting_annual=after.annual,
        avoided=avoided,
        fraction=avoided / before.annual,
        band=band,
        confidence=confidence,
        months=tuple(zip(before.months, after.months, strict=True)),
        weather=year.statement,
        statement=f"{abs(avoided):,.0f} {word} in a typical year ({abs(avoided) / before.annual:.1%}), ±{band:,.0f}",
        warnings=tuple(dict.fromkeys((*baseline.warnings, *reporting.warnings))),
    )


def _grid(weather: pl.DataFrame) -> pl.DataFrame:
    """24 hours for every day of the months known, gaps interpolated: ``day``, ``temperature``, ``known``."""
    known = weather.filter(pl.col("temperature").is_finite()).with_columns(pl.col("local").dt.truncate("1h"))
    if known.is_empty():
        raise Refused(
            RefusalReason.NO_WEATHER,
            "There is no outdoor temperature to make a typical year from",
            "Import weather of a year or more for the site",
        )
    by_hour = known.group_by("local").agg(pl.col("temperature").mean())
    span = known.select(
        first=pl.col("local").min().dt.truncate("1mo"), last=pl.col("local").max().dt.month_end().dt.truncate("1d")
    )
    first, last = span.row(0)
    hours = pl.datetime_range(first, last + timedelta(hours=23), "1h", time_unit="us", eager=True)
    joined = pl.DataFrame({"local": hours}).join(
        by_hour.with_columns(pl.col("local").cast(pl.Datetime("us"))), "local", "left"
    )
    return joined.sort("local").select(
        day=pl.col("local").dt.date(),
        known=pl.col("temperature").is_not_null(),
        temperature=pl.col("temperature").interpolate().backward_fill().forward_fill(),
    )


def _months(days: pl.DataFrame) -> pl.DataFrame:
    """``month``, ``year`` and the daily ``temperature`` of every month that is complete to 90 %."""
    start = pl.col("day").dt.month_start()
    whole = days.group_by(start=start, maintain_order=True).agg("temperature", known=pl.col("known").sum())
    length = pl.col("start").dt.month_end().dt.day().cast(pl.Int64) * 24
    kept = whole.filter(pl.col("known") >= LEAST_SHARE * length)
    return kept.select(month=pl.col("start").dt.month(), year=pl.col("start").dt.year(), temperature="temperature")


def _most_typical(months: pl.DataFrame, month: int) -> tuple[int, int]:
    candidates = months.filter(pl.col("month") == month).sort("year", descending=True)
    if candidates.is_empty():
        raise Refused(
            RefusalReason.SEASONS,
            f"A typical year needs every calendar month to 90 %; {MONTHS[month - 1]} is nowhere so complete",
            "Import weather of a whole year for the site",
        )
    every = np.sort(np.concatenate([np.array(days) for days in candidates["temperature"]]))
    distance = [_finkelstein_schafer(np.array(days), every) for days in candidates["temperature"]]
    return month, int(candidates["year"][int(np.argmin(distance))])


def _finkelstein_schafer(days: Floats, every: Floats) -> float:
    """Mean distance between the cumulative distributions of one month and of all."""
    own = np.searchsorted(np.sort(days), every, side="right") / days.size
    return float(np.abs(own - np.arange(1, every.size + 1) / every.size).mean())


def _statement(months: pl.DataFrame, chosen: Sequence[tuple[int, int]]) -> str:
    years = sorted(set(months["year"].to_list()))
    picked = ", ".join(f"{MONTHS[month - 1]} {year}" for month, year in chosen)
    if months.height == len(chosen):
        return f"The only year of the site's own weather that is known, month by month: {picked}"
    return (
        f"From the site's own weather of {years[0]} to {years[-1]}: each month is that of the year whose daily "
        f"temperatures lie closest to those of all years (Finkelstein-Schafer): {picked}"
    )
