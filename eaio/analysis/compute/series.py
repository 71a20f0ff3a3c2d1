"""What the charts of a load show: hour-by-day map, months, temperature scatter; degree days."""

from datetime import date

import polars as pl
from msgspec import Struct

from eaio.analysis.models import Month
from eaio.timeseries import calendar

DEFAULT_BASE = 18.3
"""degC; 65 F, the usual base in the United States. In the United Kingdom 15.5."""


class DegreeDayBase(Struct, frozen=True):
    """Base temperatures of degree days, degC."""

    heating: float = DEFAULT_BASE
    cooling: float = DEFAULT_BASE


class HeatMap(Struct, frozen=True):
    """Load by day (rows) and hour of the local day (24 columns); an hour that occurs twice shows its mean."""

    days: tuple[str, ...]
    values: tuple[tuple[float | None, ...], ...]


class ScatterPoint(Struct, frozen=True):
    """One local day."""

    day: str
    temperature: float
    value: float


MINIMUM_COVERAGE = 0.8
"""Share of a day's hours that must be present, of use and of temperature, for the day to stand in a model."""


def with_degree_days(daily: pl.DataFrame, base: DegreeDayBase) -> pl.DataFrame:
    """Add ``hdd`` and ``cdd`` from the daily mean temperature; null where too few of its hours are known."""
    seen = pl.col("temperature_hours") >= MINIMUM_COVERAGE * pl.col("hours")
    temperature = pl.when(seen).then(pl.col("temperature"))
    return daily.with_columns(
        hdd=(base.heating - temperature).clip(lower_bound=0.0),
        cdd=(temperature - base.cooling).clip(lower_bound=0.0),
    )


def model_days(daily: pl.DataFrame, zero_is_missing: bool = False) -> pl.DataFrame:
    """The days complete enough for a model, scaled up to full days where an hour or a few are missing.

    ``zero_is_missing`` drops days without any use: CalTRACK 2.0 (2.2.1.3) reads electricity zeros as gaps.
    """
    share = pl.col("present") / pl.col("hours")
    kept = daily.filter(
        (share >= MINIMUM_COVERAGE) & (pl.col("temperature_hours") / pl.col("hours") >= MINIMUM_COVERAGE)
    )
    kept = kept.filter(pl.col("value") != 0) if zero_is_missing else kept
    return kept.with_columns(value=pl.col("value") / (pl.col("present") / pl.col("hours")))


def heat_map(hourly: pl.DataFrame) -> HeatMap:
    """Hour-by-day map of an HOURLY frame."""
    cells = (
        hourly.group_by(day=pl.col("local").dt.date(), hour=pl.col("local").dt.hour())
        .agg(pl.col("value").mean())
        .pivot("hour", index="day", values="value")
        .sort("day")
    )
    columns = [str(hour) if str(hour) in cells.columns else None for hour in range(24)]
    grid = cells.select(
        "day", *((pl.col(name) if name else pl.lit(None, pl.Float64)).alias(f"h{i}") for i, name in enumerate(columns))
    )
    return HeatMap(
        days=tuple(day.isoformat() for day in grid["day"]), values=tuple(row[1:] for row in grid.iter_rows())
    )


def months(hourly: pl.DataFrame, base: DegreeDayBase, within: tuple[date, date] | None = None) -> tuple[Month, ...]:
    """Local calendar months with their coverage and degree days; of a month that ``within`` cuts, its days within.

    Degree days are scaled up to all days of the month that have readings, and unknown where too few have weather.
    """
    sums = calendar.monthly(hourly, within)
    degree_days = (
        with_degree_days(calendar.daily(hourly), base)
        .group_by(month=pl.col("day").dt.month_start())
        .agg(
            *(
                pl.when(pl.col(name).count() >= MINIMUM_COVERAGE * pl.len())
                .then(pl.col(name).mean() * pl.len())
                .alias(name)
                for name in ("hdd", "cdd")
            )
        )
    )
    rows = sums.join(degree_days, on="month", how="left").sort("month")
    return tuple(
        Month(
            month=row["month"],
            value=row["value"],
            present=row["present"],
            hours=row["hours"],
            heating_degree_days=row["hdd"],
            cooling_degree_days=row["cdd"],
            temperature=row["temperature"],
        )
        for row in rows.iter_rows(named=True)
    )


def scatter(days: pl.DataFrame) -> tuple[ScatterPoint, ...]:
    """Points of the temperature scatter from ``model_days``."""
    rows = days.select("day", "temperature", "value").drop_nulls().iter_rows()
    return tuple(ScatterPoint(day.isoformat(), temperature, value) for day, temperature, value in rows)
