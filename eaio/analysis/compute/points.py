"""Readings as the points that a baseline model is fitted to and judged on: hours, days or months."""

from collections.abc import Mapping

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.compute import series
from eaio.analysis.models import Interval, Period, RefusalReason, Refused
from eaio.timeseries import calendar

Floats = NDArray[np.float64]

POINTS = pl.Schema(
    {
        "day": pl.Date(),
        "number": pl.Int64(),
        "length": pl.Float64(),
        "value": pl.Float64(),
        "temperature": pl.Float64(),
        "hour_of_week": pl.Int64(),
        "temperatures": pl.List(pl.Float64),
    }
)
"""One row per point with use and temperature, in order of time.

``day`` its (first) local day; ``number`` its running number in points, so that neighbours differ by one; ``length`` how
many hours (hourly) or days (daily, monthly) it covers; ``value`` use per hour, or per day; ``temperature`` mean outdoor
temperature, degC; ``hour_of_week`` 0 to 167 of an hour, 0 otherwise; ``temperatures`` those of a day's hours, null
where they are not known. Use of a period: sum of ``value * length``.
"""

UNKNOWN = pl.lit(None, pl.List(pl.Float64))

Points = Mapping[Interval, pl.DataFrame]
"""The points of one meter, by the intervals that its readings allow."""

LEAST_DAYS_OF_MONTH = 0.8


def from_hours(hourly: pl.DataFrame, zero_is_missing: bool = False) -> Points:
    """Points of all three intervals from an HOURLY frame.

    ``zero_is_missing`` drops zeros: CalTRACK 2.0 (2.2.1.3) reads them as gaps of an electricity meter.
    """
    daily = calendar.daily(hourly)
    return {Interval.HOURLY: _hours(hourly, zero_is_missing), **from_days(daily, zero_is_missing, hourly)}


def from_days(daily: pl.DataFrame, zero_is_missing: bool = False, hourly: pl.DataFrame | None = None) -> Points:
    """Points of days and months from a DAILY frame; with an HOURLY frame its temperatures come along for degree hours.

    A day stands with 80 % of its hours of use and of temperature (``series.model_days``).
    """
    kept = series.model_days(daily, zero_is_missing)
    days = _days(kept if hourly is None else kept.join(_temperatures(hourly), on="day", how="left"))
    return {Interval.DAILY: days, Interval.MONTHLY: _months(days)}


def from_bills(bills: pl.DataFrame, daily: pl.DataFrame) -> Points:
    """Monthly points from bills.

    Args:
        bills: ``first`` and ``last`` local day (both included) and ``value``, use of the whole bill.
        daily: ``day`` and ``temperature``, its mean in degC; a bill needs it on 80 % of its days.
    """
    lengths = bills.drop_nulls().with_columns(length=(pl.col("last") - pl.col("first")).dt.total_days() + 1)
    known = daily.select("day", "temperature").drop_nulls().sort("day")
    joined = lengths.join_where(known, pl.col("day") >= pl.col("first"), pl.col("day") <= pl.col("last"))
    means = joined.group_by("first", "last", "value", "length").agg(pl.col("temperature").mean(), covered=pl.len())
    kept = means.filter(pl.col("covered") >= LEAST_DAYS_OF_MONTH * pl.col("length")).sort("first")
    rows = kept.select(
        day="first",
        number=pl.int_range(pl.len()),
        length=pl.col("length").cast(pl.Float64),
        value=pl.col("value") / pl.col("length"),
        temperature="temperature",
        hour_of_week=pl.lit(0),
        temperatures=UNKNOWN,
    )
    return {Interval.MONTHLY: rows.cast(POINTS)}


def within(points: pl.DataFrame, period: Period) -> pl.DataFrame:
    """The points whose (first) day lies in the period."""
    return points.filter(pl.col("day").is_between(period.first, period.last))


def of_interval(points: Points, interval: Interval) -> pl.DataFrame:
    """The points of one interval; Refused where the readings are too coarse for it."""
    if interval in points:
        return points[interval]
    finest = next(iter(points), None)
    raise Refused(
        RefusalReason.NO_USE,
        f"A model of {interval} points needs {interval} readings; this meter has {finest or 'no'} ones",
        f"Choose a model for {finest} points, or import finer readings" if finest else "Import readings first",
    )


def require_any(points: pl.DataFrame, period: Period, what: str) -> None:
    """Refuse a period without a single point, saying whether use or temperature is missing."""
    if within(points, period).is_empty():
        where = f"from {points['day'].min()} to {points['day'].max()}" if points.height else "nowhere"
        raise Refused(
            RefusalReason.TOO_FEW,
            f"The {what} {period.first} to {period.last} has no point with use and outdoor temperature: those lie "
            f"{where}",
            f"Choose a {what} inside the data, or import readings and weather for it",
        )


def _temperatures(hourly: pl.DataFrame) -> pl.DataFrame:
    """``day`` and ``temperatures``, those that are known of it."""
    known = hourly.filter(pl.col("temperature").is_finite())
    return known.group_by(day=pl.col("local").dt.date(), maintain_order=True).agg(temperatures=pl.col("temperature"))


def _hours(hourly: pl.DataFrame, zero_is_missing: bool) -> pl.DataFrame:
    rows = hourly.select(
        day=pl.col("local").dt.date(),
        number=pl.col("time").dt.timestamp("ms") // 3_600_000,
        length=pl.lit(1.0),
        value="value",
        temperature="temperature",
        hour_of_week=calendar.hour_of_week(),
        temperatures=UNKNOWN,
    )
    return _usable(rows, zero_is_missing)


def _days(days: pl.DataFrame) -> pl.DataFrame:
    rows = days.select(
        "day",
        number=pl.col("day").to_physical(),
        length=pl.lit(1.0),
        value="value",
        temperature="temperature",
        hour_of_week=pl.lit(0),
        temperatures=pl.col("temperatures") if "temperatures" in days.columns else UNKNOWN,
    )
    return _usable(rows, zero_is_missing=False)


def _usable(rows: pl.DataFrame, zero_is_missing: bool) -> pl.DataFrame:
    finite = pl.col("value").is_finite() & pl.col("temperature").is_finite()
    kept = rows.filter(finite & (pl.col("value") != 0)) if zero_is_missing else rows.filter(finite)
    return kept.cast(POINTS).sort("number")


def _months(days: pl.DataFrame) -> pl.DataFrame:
    """Calendar months as means of their days; the length is that of the days present."""
    month = pl.col("day").dt.month_start()
    return (
        days.group_by(month, maintain_order=True)
        .agg(
            number=pl.col("day").first().dt.year().cast(pl.Int64) * 12 + pl.col("day").first().dt.month(),
            length=pl.len(),
            value=pl.col("value").mean(),
            temperature=pl.col("temperature").mean(),
            hour_of_week=pl.lit(0),
            temperatures=UNKNOWN,
        )
        .cast(POINTS)
        .sort("day")
    )


def columns(points: pl.DataFrame) -> tuple[Floats, Floats]:
    """Temperature and value as arrays."""
    return points["temperature"].to_numpy(), points["value"].to_numpy()


def hour_matrix(points: pl.DataFrame) -> Floats:
    """Temperatures of the hours of each day, shape (days, most hours of a day), NaN where there is none."""
    lists = points["temperatures"].fill_null(pl.Series([[]], dtype=pl.List(pl.Float64)))
    lengths = lists.list.len().to_numpy()
    filled = np.full((points.height, max(int(lengths.max() or 0), 1)), np.nan)
    filled[np.arange(filled.shape[1]) < lengths[:, None]] = lists.explode(empty_as_null=False).to_numpy()
    return filled
