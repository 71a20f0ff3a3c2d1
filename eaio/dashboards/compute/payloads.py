"""Frames into what charts take. Times are local wall clocks."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

import polars as pl

from eaio.dashboards.models import FAIR_COVERAGE
from eaio.infra.charts import models as charts
from eaio.timeseries.units import KWH, Carrier

SHORTEST_GAP_HOURS = 3


def power_unit(unit: str) -> str:
    """The unit of an hourly amount: kWh in an hour are kW."""
    return "kW" if unit == KWH else f"{unit} per hour"


def readings(points: pl.DataFrame) -> list[charts.Reading]:
    """Reduced load points (metering's ``POINTS``) as a chart's rows; a single reading needs no span."""
    spread = pl.col("maximum") > pl.col("minimum")
    rows = points.select(
        pl.col("local").dt.epoch("ms"),
        pl.col("mean").round(4),
        pl.when(spread).then(pl.col("minimum").round(4)),
        pl.when(spread).then(pl.col("maximum").round(4)),
    ).rows()
    return [charts.Reading(*row) for row in rows]


def about_points(points: pl.DataFrame, data: str, days: tuple[date, date], zone: str) -> str:
    """What reduced load points are drawn from, and how many of them hold a reading."""
    step = points["local"].diff().drop_nulls().min() if points.height > 1 else None
    hours = step // timedelta(hours=1) if isinstance(step, timedelta) else 1
    noun = {1: "hours", 24: "days"}.get(hours, f"stretches of {hours} hours")
    return charts.about(data, days, zone, (points["mean"].count(), points.height), f"{noun} present")


def gaps(points: pl.DataFrame) -> list[charts.Gap]:
    """Stretches of at least three hours without a reading; ``local`` is evenly spaced."""
    if points.height < 2:
        return []
    step = points["local"].diff().drop_nulls().min()
    missing = points.with_columns(
        missing=pl.col("mean").is_null(), run=pl.col("mean").is_null().rle_id(), end=pl.col("local") + step
    )
    found = (
        missing.filter("missing")
        .group_by("run", maintain_order=True)
        .agg(start=pl.col("local").first().dt.epoch("ms"), end=pl.col("end").last().dt.epoch("ms"))
        .filter(pl.col("end") - pl.col("start") >= SHORTEST_GAP_HOURS * 3_600_000)
    )
    return [charts.Gap(start, end) for start, end in found.select("start", "end").rows()]


def compared(points: pl.DataFrame, shift: timedelta) -> list[charts.Compared]:
    """The points of another period, moved onto this one."""
    rows = points.select((pl.col("local") + shift).dt.epoch("ms"), pl.col("mean").round(4)).rows()
    return [charts.Compared(*row) for row in rows]


def heat_cells(hourly: pl.DataFrame) -> list[charts.Cell]:
    """Hour of day by local day from a HOURLY frame; of a repeated autumn hour the mean."""
    cells = (
        hourly.group_by(day=pl.col("local").dt.truncate("1d"), hour=pl.col("local").dt.hour())
        .agg(pl.col("value").mean().round(3))
        .sort("day", "hour")
        .select(pl.col("day").dt.epoch("ms"), "hour", "value")
    )
    return [charts.Cell(*row) for row in cells.rows()]


def week_profile(hourly: pl.DataFrame) -> list[charts.Hour]:
    """Median and middle half of each hour of the week from a HOURLY frame; 168 rows."""
    hour = (pl.col("local").dt.weekday().cast(pl.Int16) - 1) * 24 + pl.col("local").dt.hour().cast(pl.Int16)
    value = pl.col("value")
    found = hourly.group_by(hour=hour).agg(
        middle=value.median().round(4), low=value.quantile(0.25).round(4), high=value.quantile(0.75).round(4)
    )
    week = pl.DataFrame({"hour": range(168)}, schema={"hour": pl.Int16}).join(found, on="hour", how="left").sort("hour")
    return [charts.Hour(*row) for row in week.rows()]


def months(monthly: pl.DataFrame, carriers: Sequence[Carrier]) -> list[charts.Month]:
    """Metering's ``MONTHLY`` frame of some carriers as a chart's rows."""
    shown = monthly.filter(pl.col("carrier").is_in([carrier.value for carrier in carriers])).sort("month", "carrier")
    return [
        charts.Month(charts.wall_clock(month), Carrier(carrier), total, readings / expected if expected else None)
        for month, carrier, total, readings, expected in shown.select(
            "month", "carrier", "total", "readings", "expected"
        ).rows()
    ]


def month_totals(monthly: pl.DataFrame, carriers: Sequence[Carrier], later: int) -> list[charts.Compared]:
    """Totals of some carriers by month, moved ``later`` months on; only months with nine tenths of their readings."""
    shown = monthly.filter(pl.col("carrier").is_in([carrier.value for carrier in carriers]))
    fair = pl.col("readings").sum() >= FAIR_COVERAGE * pl.col("expected").sum()
    total = pl.when(fair & (pl.col("total").count() > 0)).then(pl.col("total").sum())
    rows = shown.group_by("month").agg(total=total).drop_nulls().sort("month").rows()
    return [charts.Compared(charts.wall_clock(_later(month, later)), value) for month, value in rows]


def _later(month: date, count: int) -> date:
    index = month.year * 12 + month.month - 1 + count
    return date(index // 12, index % 12 + 1, 1)


def clock(moment: datetime) -> int:
    """Epoch milliseconds of a wall clock, for spans and forecasts."""
    return charts.wall_clock(moment)


BUCKETS = (1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 720)
"""Hours that divide or multiply a day."""


def added_up(frames: Sequence[pl.DataFrame], points: int) -> pl.DataFrame:
    """HOURLY frames of several meters as one load of at most ``points`` buckets; null where any meter is missing."""
    value = pl.col("value")
    every = (
        pl.concat([frame.select("time", "local", "value") for frame in frames])
        .group_by("time")
        .agg(pl.col("local").first(), value=pl.when(value.count() == len(frames)).then(value.sum()))
        .sort("time")
    )
    width = next((hours for hours in BUCKETS if every.height <= hours * points), BUCKETS[-1])
    return every.group_by(pl.col("local").dt.truncate(f"{width}h"), maintain_order=True).agg(
        minimum=value.min(), mean=value.mean(), maximum=value.max()
    )
