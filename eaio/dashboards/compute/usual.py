"""What is usual: the same weekday of the four weeks before."""

from datetime import date, timedelta

import polars as pl

from eaio.dashboards.models import FAIR_COVERAGE
from eaio.infra.charts import models as charts
from eaio.timeseries.units import IMPORTED_ENERGY

WEEKS = 4
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
