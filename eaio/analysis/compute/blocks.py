"""A vector put together from named blocks, each with its place and its weight."""

from collections.abc import Mapping

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]


class Block(Struct, frozen=True):
    """Which values of the vector a group of features fills, and how much of it they may make up."""

    name: str
    first: int
    size: int
    weight: float
    """Share of the squared length that the block can reach; the weights of a vector add up to 1."""
    half: float
    """Root mean square of the features at which the block reaches half its length: about what is ordinary for it."""
    what: str

    @property
    def place(self) -> slice:
        """Its part of the vector."""
        return slice(self.first, self.first + self.size)


def assemble(blocks: tuple[Block, ...], features: Mapping[str, Floats], size: int) -> Floats:
    """The vector of length 1; a feature that is missing (NaN) counts as ordinary, that is 0.

    A block keeps the direction of its features. Its length grows with their root mean square a as a / (a + half):
    noise in a flat block does not shout down the others, and one extreme feature does not either.
    """
    vector = np.zeros(size)
    for block in blocks:
        known = np.nan_to_num(features[block.name], nan=0.0, posinf=0.0, neginf=0.0)
        strength = float(np.sqrt(np.mean(known**2)))
        if strength > 0:
            unit = known / (strength * np.sqrt(block.size))
            vector[block.place] = np.sqrt(block.weight) * strength / (strength + block.half) * unit
    length = float(np.linalg.norm(vector))
    return vector / length if length > 0 else vector


def parts_alike(blocks: tuple[Block, ...], one: Floats, other: Floats) -> dict[str, float]:
    """Cosine of two vectors block by block, for those in which both have something to say."""
    found: dict[str, float] = {}
    for block in blocks:
        a, b = one[block.place], other[block.place]
        length = float(np.linalg.norm(a) * np.linalg.norm(b))
        if length > 0:
            found[block.name] = float(a @ b) / length
    return found
