"""Days and weeks as people live them: local calendar days of 23, 24 or 25 hours, hours of the week, holidays."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl

HOURS_IN_WEEK = 168

DAILY = pl.Schema(
    {
        "day": pl.Date(),
        "value": pl.Float64(),
        "present": pl.UInt32(),
        "hours": pl.UInt32(),
        "temperature": pl.Float64(),
        "temperature_hours": pl.UInt32(),
    }
)
"""A local calendar day: ``value`` the sum of the hours present (null when none is), ``hours`` how many the day has."""


def day_bounds(day: date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """First instant of a local day and of the next one; 23, 24 or 25 hours apart."""
    first = datetime(day.year, day.month, day.day, tzinfo=zone)
    next_day = day + timedelta(days=1)
    return first, datetime(next_day.year, next_day.month, next_day.day, tzinfo=zone)


def hours_in_day(day: date, zone: ZoneInfo) -> int:
    """How many hours a local day has."""
    start, end = day_bounds(day, zone)
    return round((end.timestamp() - start.timestamp()) / 3600)


def hour_of_week(local: str = "local") -> pl.Expr:
    """0 for Monday 00:00 to 167 for Sunday 23:00, on the wall clock."""
    return (pl.col(local).dt.weekday().cast(pl.Int16) - 1) * 24 + pl.col(local).dt.hour().cast(pl.Int16)


def daily(hourly: pl.DataFrame) -> pl.DataFrame:
    """Sum a gapless HOURLY frame over local days; columns of ``DAILY``, in order of day.

    The temperature is the mean of the hours in which it is known.
    """
    return _summed(hourly, pl.col("local").dt.date().alias("day")).cast(DAILY)


def monthly(hourly: pl.DataFrame) -> pl.DataFrame:
    """Sum a gapless HOURLY frame over local months: ``month`` (its first day) and the columns of ``DAILY``."""
    return _summed(hourly, pl.col("local").dt.date().dt.month_start().alias("month"))


def _summed(hourly: pl.DataFrame, period: pl.Expr) -> pl.DataFrame:
    value, temperature = pl.col("value"), pl.col("temperature")
    return (
        hourly.group_by(period, maintain_order=True)
        .agg(
            value=pl.when(value.count() > 0).then(value.sum()),
            present=value.count(),
            hours=pl.len(),
            temperature=temperature.mean(),
            temperature_hours=temperature.count(),
        )
        .sort(pl.first())
    )


def holiday_dates(country: str, years: Collection[int], subdivision: str | None = None) -> frozenset[date]:
    """Public holidays of a country (ISO alpha-2) and, where known, its subdivision; empty for an unknown country."""
    import holidays

    try:
        return frozenset(holidays.country_holidays(country, subdiv=subdivision, years=years).keys())
    except NotImplementedError:
        return frozenset()
