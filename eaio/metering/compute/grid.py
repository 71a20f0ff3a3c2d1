"""Arrays of readings onto the hourly grid, and the grid onto a chart."""

from math import ceil

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.metering.models import POINTS
from eaio.timeseries.frames import HOURLY

HOUR_US = 3_600_000_000
_BUCKET_HOURS = (1, 2, 3, 4, 6, 8, 12, 24, 48, 72, 168, 336, 720)

Instants = NDArray[np.int64]
Numbers = NDArray[np.float64]


def hour_grid(times: Instants, start: int | None, end: int | None) -> Instants:
    """Hour-beginning instants that cover [start, end), in microseconds since 1970 UTC.

    A missing bound is the first or the end of the last reading. The grid keeps the readings' own minute of the hour,
    so that a zone of half an hour fits as well.
    """
    if len(times) == 0 and (start is None or end is None):
        return np.empty(0, np.int64)
    phase = int(times[0]) % HOUR_US if len(times) else 0
    first = int(times[0]) if start is None else start
    stop = int(times[-1]) + 1 if end is None else end
    return np.arange((first - phase) // HOUR_US * HOUR_US + phase, stop, HOUR_US, dtype=np.int64)


def on_hours(grid: Instants, times: Instants, amounts: Numbers) -> Numbers:
    """Amounts summed into the hours of a grid, NaN where there is none; readings outside the grid are left out."""
    if len(grid) == 0:
        return np.empty(0)
    slot = (times - grid[0]) // HOUR_US
    inside = (slot >= 0) & (slot < len(grid))
    slot, amounts = slot[inside], amounts[inside]
    total = np.bincount(slot, weights=amounts, minlength=len(grid))
    return np.where(np.bincount(slot, minlength=len(grid)) > 0, total, np.nan)


def nearest_hours(grid: Instants, times: Instants, values: Numbers) -> Numbers:
    """The first observation within each hour of a grid, NaN where there is none."""
    result = np.full(len(grid), np.nan)
    if len(grid) and len(times):
        slot = (times - grid[0]) // HOUR_US
        inside = (slot >= 0) & (slot < len(grid))
        result[slot[inside][::-1]] = values[inside][::-1]
    return result


def hourly_frame(grid: Instants, amounts: Numbers, temperature: Numbers, time_zone: str) -> pl.DataFrame:
    """The kernel's HOURLY frame out of arrays of one length; NaN becomes null."""
    frame = pl.DataFrame({"time": grid, "value": amounts, "temperature": temperature}, nan_to_null=True)
    time = pl.col("time").cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    return frame.with_columns(time=time, local=time.dt.convert_time_zone(time_zone).dt.replace_time_zone(None)).select(
        HOURLY.names()
    )


def reduce_points(hourly: pl.DataFrame, points: int) -> pl.DataFrame:
    """At most ``points`` buckets of a HOURLY frame with minimum, mean and maximum; columns of ``POINTS``.

    Buckets are whole hours that divide or multiply a day, aligned to local midnight.
    """
    if hourly.is_empty():
        return POINTS.to_frame()
    longest = ceil(hourly.height / points / 24) * 24
    width = next((hours for hours in _BUCKET_HOURS if hourly.height <= hours * points), longest)
    value = pl.col("value")
    return (
        hourly.group_by(pl.col("local").dt.truncate(f"{width}h"), maintain_order=True)
        .agg(minimum=value.min(), mean=value.mean(), maximum=value.max())
        .select(pl.col(name).cast(kind) for name, kind in POINTS.items())
    )
