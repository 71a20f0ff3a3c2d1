"""Readings of many meters as three arrays, ordered by meter, then time."""

from collections.abc import Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

SECOND_US = 1_000_000
_SECONDS_BITS = 32
_SECONDS_MASK = (1 << _SECONDS_BITS) - 1

Codes = NDArray[np.int64]
Numbers = NDArray[np.float64]
Flags = NDArray[np.bool_]


class Batch(Struct, frozen=True):
    """Readings in strictly ascending ``codes``: the meter's key in the upper 32 bits, the second since 1970 UTC below.

    One integer per reading makes ordering, uniqueness and comparison a matter of one sorted array. Stamps are whole
    seconds from 1970 to 2106.
    """

    codes: Codes
    values: Numbers
    quality: NDArray[np.int16]

    @property
    def keys(self) -> NDArray[np.int32]:
        """The meter's key of each reading."""
        return (self.codes >> _SECONDS_BITS).astype(np.int32)

    @property
    def seconds(self) -> NDArray[np.int64]:
        """Seconds since 1970 UTC of each reading."""
        return self.codes & _SECONDS_MASK

    def __len__(self) -> int:
        return len(self.codes)

    def spans(self) -> list[tuple[int, int, int]]:
        """(key, first second, last second) of each meter."""
        if len(self) == 0:
            return []
        keys, starts = np.unique(self.keys, return_index=True)
        seconds = self.seconds
        lasts = seconds[np.append(starts[1:], len(seconds)) - 1]
        return list(zip(keys.tolist(), seconds[starts].tolist(), lasts.tolist(), strict=True))

    def where(self, chosen: Flags) -> "Batch":
        """The chosen readings, in the same order."""
        return Batch(self.codes[chosen], self.values[chosen], self.quality[chosen])


def encode(keys: NDArray[np.int32] | int, seconds: NDArray[np.int64]) -> Codes:
    """Codes of readings; ``keys`` may be one key for all."""
    return (np.asarray(keys, np.int64) << _SECONDS_BITS) | seconds


def batch_of(codes: Codes, values: Numbers, quality: NDArray[np.int16] | None = None) -> Batch:
    """A batch out of codes that are strictly ascending already."""
    return Batch(codes, values, np.zeros(len(codes), np.int16) if quality is None else quality)


EMPTY = batch_of(np.empty(0, np.int64), np.empty(0))


def ordered(codes: Codes, values: Numbers) -> tuple[Batch, NDArray[np.int64]]:
    """Sort readings and keep the last of each meter and time; also the positions of those that were dropped."""
    if bool(np.all(codes[1:] > codes[:-1])):
        return batch_of(codes, values), np.empty(0, np.int64)
    order = np.argsort(codes, kind="stable")
    ranked = codes[order]
    last = np.append(ranked[1:] != ranked[:-1], True)
    return batch_of(ranked[last], values[order[last]]), np.sort(order[~last])


def concatenated(parts: Sequence[Batch]) -> Batch:
    """One batch out of several whose meters do not overlap and ascend."""
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return EMPTY
    return Batch(
        np.concatenate([part.codes for part in parts]),
        np.concatenate([part.values for part in parts]),
        np.concatenate([part.quality for part in parts]),
    )
