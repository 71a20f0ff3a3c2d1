"""Days and weeks as people live them: local calendar days of 23, 24 or 25 hours, hours of the week, holidays."""

from collections.abc import Collection
from datetime import date, datetime, timedelta
from functools import cache
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

    A day that the frame's first or last hour cuts has all its ``hours`` nevertheless, so that a part is never taken
    for a whole. The temperature is the mean of the hours in which it is known.
    """
    return _summed(hourly, "1d", None).rename({"period": "day"}).cast(DAILY)


def monthly(hourly: pl.DataFrame, within: tuple[date, date] | None = None) -> pl.DataFrame:
    """Sum a gapless HOURLY frame over local months: ``month`` (its first day) and the columns of ``DAILY``.

    ``hours`` are those of the whole month, of which days outside [start, end) of ``within`` do not count.
    """
    return _summed(hourly, "1mo", within).rename({"period": "month"})


def _summed(hourly: pl.DataFrame, every: str, within: tuple[date, date] | None) -> pl.DataFrame:
    value, temperature, local = pl.col("value"), pl.col("temperature"), pl.col("local")
    whole = local.first().dt.truncate(every), local.last().dt.truncate(every).dt.offset_by(every)
    first, end = (
        (pl.max_horizontal(whole[0], pl.lit(within[0])), pl.min_horizontal(whole[1], pl.lit(within[1])))
        if within
        else whole
    )
    before, after = (
        hourly.select(before=(local.first() - first).dt.total_hours(), after=(end - local.last()).dt.total_hours() - 1)
        .fill_null(0)
        .row(0)
    )
    row = pl.int_range(pl.len())
    cut = pl.when(row == 0).then(before).otherwise(0) + pl.when(row == pl.len() - 1).then(after).otherwise(0)
    return (
        hourly.group_by(local.dt.truncate(every).dt.date().alias("period"), maintain_order=True)
        .agg(
            value=pl.when(value.count() > 0).then(value.sum()),
            present=value.count(),
            hours=pl.len(),
            temperature=temperature.mean(),
            temperature_hours=temperature.count(),
        )
        .sort("period")
        .with_columns((pl.col("hours") + cut.clip(lower_bound=0)).cast(pl.UInt32))
    )


def holiday_dates(country: str, years: Collection[int], subdivision: str | None = None) -> frozenset[date]:
    """Public holidays of a country (ISO alpha-2) and its subdivision (ISO 3166-2 without the country).

    A subdivision that the calendar does not know has the holidays of its country; an unknown country has none.
    """
    import holidays

    for region in dict.fromkeys((subdivision, None)):
        try:
            return frozenset(holidays.country_holidays(country, subdiv=region, years=years).keys())
        except NotImplementedError:
            continue
    return frozenset()


@cache
def holiday_regions(country: str) -> tuple[str, ...]:
    """Subdivisions of a country that have a calendar of their own; none for an unknown country."""
    import holidays

    return tuple(sorted(holidays.list_supported_countries(include_aliases=False).get(country, ())))
