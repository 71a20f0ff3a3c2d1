"""Readings onto the regular grid that every computation takes."""

from datetime import datetime, timedelta

import polars as pl

from eaio.timeseries.frames import HOURLY


def hourly_grid(start: datetime, end: datetime, time_zone: str) -> pl.DataFrame:
    """Empty HOURLY frame of the half-open period [start, end), both aware; ``local`` is the wall clock of the zone."""
    time = pl.datetime_range(start, end, "1h", time_unit="us", time_zone="UTC", closed="left", eager=True)
    return pl.DataFrame({"time": time}).select(
        "time",
        local=pl.col("time").dt.convert_time_zone(time_zone).dt.replace_time_zone(None),
        value=pl.lit(None, pl.Float64),
        temperature=pl.lit(None, pl.Float64),
    )


def on_grid(readings: pl.DataFrame, time_zone: str, temperature: pl.DataFrame | None = None) -> pl.DataFrame:
    """Put ``time`` (aware) and ``value`` readings on a gapless hourly grid from the first to the last hour present.

    Finer readings are summed into their hour, and an hour with fewer readings than the most frequent count is missing
    rather than too small. ``temperature`` has ``time`` and ``temperature`` (degC), averaged per hour.
    """
    if readings.is_empty():
        return HOURLY.to_frame()
    by_hour = (
        readings.drop_nulls("value")
        .group_by(pl.col("time").dt.convert_time_zone("UTC").dt.cast_time_unit("us").dt.truncate("1h"))
        .agg(pl.col("value").sum(), count=pl.len())
    )
    usual = by_hour["count"].mode().max() if by_hour.height else 1
    complete = by_hour.filter(pl.col("count") >= usual).drop("count")
    extent = readings.select(
        first=pl.col("time").min().dt.convert_time_zone("UTC").dt.truncate("1h"), last=pl.col("time").max()
    ).row(0)
    grid = hourly_grid(extent[0], extent[1] + timedelta(microseconds=1), time_zone).drop("value")
    joined = grid.join(complete, on="time", how="left")
    if temperature is not None:
        hourly = temperature.group_by(
            pl.col("time").dt.convert_time_zone("UTC").dt.cast_time_unit("us").dt.truncate("1h")
        ).agg(pl.col("temperature").mean())
        joined = joined.drop("temperature").join(hourly, on="time", how="left")
    return joined.select(HOURLY.names()).cast(HOURLY)


def from_fixed_standard(naive: pl.DataFrame, utc_offset_hours: float, time_zone: str) -> pl.DataFrame:
    """On the grid, from naive ``time`` stamps in a fixed offset without daylight saving, as BDG2 keeps them."""
    shift = timedelta(hours=utc_offset_hours)
    return on_grid(naive.with_columns((pl.col("time") - shift).dt.replace_time_zone("UTC")), time_zone)
