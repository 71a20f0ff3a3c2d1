"""What a batch changes in what is stored already."""

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.metering.compute.batch import Batch, Flags, Numbers


class Difference(Struct, frozen=True):
    """Incoming readings against the stored ones of the same meters and days."""

    new: Batch
    changed: Batch
    old_values: Numbers
    """What ``changed`` had before."""
    unchanged: int
    merged: Batch
    """Everything that the meters will have in the compared period."""
    touched: Flags
    """Which of ``merged`` are new or changed."""


def difference(incoming: Batch, stored: Batch) -> Difference:
    """Compare two batches; ``stored`` must hold everything that the meters have in the days of ``incoming``.

    A stored reading that the incoming batch does not mention stays. Values are equal when their bits are.
    """
    if len(stored) == 0:
        nothing = incoming.where(np.zeros(len(incoming), bool))
        return Difference(incoming, nothing, nothing.values, 0, incoming, np.ones(len(incoming), bool))
    slot = np.minimum(np.searchsorted(stored.codes, incoming.codes), len(stored) - 1)
    known = stored.codes[slot] == incoming.codes
    differs = known & (stored.values[slot] != incoming.values)
    written = differs | ~known
    changed = incoming.where(differs)
    merged, touched = _merge(incoming, stored, slot[known], written)
    return Difference(
        new=incoming.where(~known),
        changed=changed,
        old_values=stored.values[slot[differs]],
        unchanged=len(incoming) - int(np.count_nonzero(written)),
        merged=merged,
        touched=touched,
    )


def _merge(incoming: Batch, stored: Batch, replaced: NDArray[np.int64], written: Flags) -> tuple[Batch, Flags]:
    """Stored readings that stay, and the incoming ones, in order; and which of them the import writes."""
    if not written.any():
        return stored, np.zeros(len(stored), bool)
    stays = np.ones(len(stored), bool)
    stays[replaced] = False
    quality = incoming.quality.copy()
    quality[~written] = stored.quality[np.searchsorted(stored.codes, incoming.codes[~written])]
    codes = np.concatenate([stored.codes[stays], incoming.codes])
    order = np.argsort(codes, kind="stable")
    values = np.concatenate([stored.values[stays], incoming.values])[order]
    qualities = np.concatenate([stored.quality[stays], quality])[order]
    touched = np.concatenate([np.zeros(int(stays.sum()), bool), written])[order]
    return Batch(codes[order], values, qualities), touched
