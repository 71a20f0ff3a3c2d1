"""Several meters of one carrier as one load."""

from collections.abc import Sequence

import polars as pl

from eaio.timeseries.frames import HOURLY


def merge_meters(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Sum ``HOURLY`` frames hour by hour.

    An hour counts only if every meter that is in service then has a reading: a meter that was added or taken out
    counts from its first to its last reading, so that a replaced one leaves no gap for ever.
    """
    filled = [frame for frame in frames if frame["value"].is_not_null().any()]
    if not filled:
        return HOURLY.to_frame()
    if len(filled) == 1:
        return filled[0]
    rows = pl.concat([_in_service(frame) for frame in filled])
    return (
        rows.group_by("time", maintain_order=True)
        .agg(
            pl.col("local").first(),
            pl.when(pl.col("value").null_count() == 0).then(pl.col("value").sum()).alias("value"),
            pl.col("temperature").drop_nulls().first(),
        )
        .sort("time")
        .select(HOURLY.names())
    )


def _in_service(frame: pl.DataFrame) -> pl.DataFrame:
    read = frame.filter(pl.col("value").is_not_null())["time"]
    return frame.filter(pl.col("time").is_between(read.min(), read.max()))
