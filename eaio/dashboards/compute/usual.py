"""What is usual: the same weekday, or the same hour of the week, of the four weeks before."""

from datetime import date, datetime, timedelta

import polars as pl

from eaio.dashboards.models import FAIR_COVERAGE
from eaio.infra.charts import models as charts
from eaio.timeseries.units import IMPORTED_ENERGY

WEEKS = 4
DAY = timedelta(hours=24)
ENOUGH_METERS = 0.98
"""Of those that usually have a reading: with fewer, a sum says nothing of the load."""
_ENERGY = [carrier.value for carrier in IMPORTED_ENERGY]


def earlier_days(day: date) -> list[date]:
    """The same weekday of the weeks before."""
    return [day - timedelta(weeks=week) for week in range(1, WEEKS + 1)]


def energy_days(daily: pl.DataFrame) -> pl.DataFrame:
    """Bought energy by day from metering's ``DAILY``: day, value (kWh), coverage; gapless, in order."""
    total = pl.col("total")
    return (
        daily.filter(pl.col("carrier").is_in(_ENERGY))
        .group_by("day")
        .agg(
            value=pl.when(total.count() > 0).then(total.sum()),
            coverage=pl.col("readings").sum() / pl.col("expected").sum(),
        )
        .sort("day")
    )


def with_usual(days: pl.DataFrame) -> pl.DataFrame:
    """Add ``usual``, ``low`` and ``high``: mean and extremes of the same weekday of four weeks, gaps left out."""
    fair = pl.when(pl.col("coverage") >= FAIR_COVERAGE).then(pl.col("value"))
    weeks = [fair.shift(7 * week) for week in range(1, WEEKS + 1)]
    return days.with_columns(
        usual=pl.mean_horizontal(*weeks), low=pl.min_horizontal(*weeks), high=pl.max_horizontal(*weeks)
    )


def day_chart(days: pl.DataFrame, shown: int) -> tuple[list[charts.Reading], list[charts.Expected]]:
    """The last ``shown`` days as measured and usual lines in MWh."""
    rows = days.tail(shown).select(
        pl.col("day").cast(pl.Datetime("ms")).dt.epoch("ms"),
        pl.when(pl.col("coverage") >= FAIR_COVERAGE).then(pl.col("value") / 1000),
        "coverage",
        pl.col("usual") / 1000,
        pl.col("low") / 1000,
        pl.col("high") / 1000,
    )
    measured = [charts.Reading(day, value, None, None, coverage) for day, value, coverage, *_ in rows.iter_rows()]
    usual = [charts.Expected(day, mean, low, high) for day, _, _, mean, low, high in rows.iter_rows()]
    return measured, usual


def hour_spans(last: datetime) -> list[tuple[datetime, datetime]]:
    """From a day before the newest hour to a day after it, and the same hours of the weeks before; half-open."""
    first, end = last - DAY, last + DAY + timedelta(hours=1)
    return [(first - timedelta(weeks=week), end - timedelta(weeks=week)) for week in range(WEEKS + 1)]


def hour_chart(
    hours: pl.DataFrame, last: datetime, time_zone: str
) -> tuple[list[charts.Reading], list[charts.Expected]]:
    """Metering's ``HOURS`` over ``hour_spans`` as measured and expected lines, kW on the clock of a zone.

    Hours in which fewer meters report than usual are gaps, and are left out of what is usual.
    """
    most = int(hours["meters"].max() or 0)  # pyright: ignore[reportArgumentType] - a column of integers
    fair = hours.select(
        "hour", value=pl.when(pl.col("meters") >= ENOUGH_METERS * most).then("total"), share=pl.col("meters") / most
    )
    rows = pl.DataFrame({"hour": pl.datetime_range(*hour_spans(last)[0], "1h", closed="left", eager=True)})
    rows = rows.cast({"hour": fair.schema["hour"]}).join(fair, on="hour", how="left")
    for week in range(1, WEEKS + 1):
        earlier = fair.select(pl.col("hour") + timedelta(weeks=week), pl.col("value").alias(f"week_{week}"))
        rows = rows.join(earlier, on="hour", how="left")
    weeks = [pl.col(f"week_{week}") for week in range(1, WEEKS + 1)]
    lines = rows.sort("hour").select(
        pl.col("hour").dt.convert_time_zone(time_zone).dt.replace_time_zone(None).dt.epoch("ms"),
        "value",
        "share",
        pl.mean_horizontal(*weeks),
        low=pl.min_horizontal(*weeks),
        high=pl.max_horizontal(*weeks),
    )
    measured = [
        charts.Reading(at, value, None, None, share)
        for (at, value, share, *_), hour in zip(lines.iter_rows(), rows.sort("hour")["hour"], strict=True)
        if hour <= last
    ]
    return measured, [charts.Expected(at, mean, low, high) for at, _, _, mean, low, high in lines.iter_rows()]
