"""Totals as they came in: validated totals without what the active corrections changed."""

import polars as pl


def uncorrected(totals: pl.DataFrame, differences: pl.DataFrame) -> pl.DataFrame:
    """Totals plus differences (raw less corrected) of the same keys; columns and order of ``totals``.

    Both have total, readings and estimated beside their keys. Where no raw reading is left there is no total.
    """
    if differences.is_empty():
        return totals
    amounts = ("total", "readings", "estimated")
    keys = [name for name in totals.columns if name not in amounts]
    both = pl.concat([totals, differences.select(pl.col(name).cast(kind) for name, kind in totals.schema.items())])
    return both.group_by(keys).agg(pl.col(*amounts).sum()).filter(pl.col("readings") > 0).select(totals.columns)
