"""The validated series: raw readings with the active corrections over them."""

import numpy as np
from numpy.typing import NDArray

from eaio.metering.compute.batch import EMPTY, Batch, Codes, Flags, Numbers

ESTIMATED = 1
EDITED = 2


def overlay(raw: Batch, corrections: Batch, also: Codes = EMPTY.codes) -> Batch:
    """Raw readings with corrections over them; a NaN where no reading counts.

    A correction of NaN takes the raw reading away, one at a time without raw reading fills the gap. Codes of ``also``
    that neither has are in the result as NaN, so that a rollup learns of places that have become empty.
    """
    codes = np.unique(np.concatenate([raw.codes, corrections.codes, also]))
    values, quality = np.full(len(codes), np.nan), np.zeros(len(codes), np.int16)
    for layer in (raw, corrections):
        place = np.searchsorted(codes, layer.codes)
        values[place], quality[place] = layer.values, layer.quality
    quality[np.isnan(values)] = 0
    return Batch(codes, values, quality)


def overlay_rollups(merged: Batch, touched: Flags, corrections: Batch) -> tuple[Batch, Flags]:
    """The validated series of a merged batch, and which of its places are touched."""
    validated = overlay(merged, corrections)
    return validated, np.isin(validated.codes, merged.codes[touched], assume_unique=True)


def arrived(new: Batch, corrections: Batch) -> Flags:
    """Which corrections are estimates of readings that have come in now: they give way."""
    return (corrections.quality == ESTIMATED) & np.isin(corrections.codes, new.codes, assume_unique=True)


def overlay_arrays(
    times: NDArray[np.int64], amounts: Numbers, corrected: NDArray[np.int64], values: Numbers
) -> tuple[NDArray[np.int64], Numbers]:
    """One meter's series with corrections over it; places without a valid value are left out."""
    if len(corrected) == 0:
        return times, amounts
    both = np.unique(np.concatenate([times, corrected]))
    merged = np.full(len(both), np.nan)
    merged[np.searchsorted(both, times)] = amounts
    merged[np.searchsorted(both, corrected)] = values
    kept = ~np.isnan(merged)
    return both[kept], merged[kept]
