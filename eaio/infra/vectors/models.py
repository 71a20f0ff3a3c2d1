"""What is stored and found, and what is refused."""

import re
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.infra.errors import Invalid

Floats: TypeAlias = NDArray[np.float64]
Metadata: TypeAlias = Mapping[str, str]
"""Field to text: what a search can be narrowed by in every store."""

DIMENSIONS = 384
MOST_RESULTS = 1000
_FIELD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_RESERVED = frozenset({"organisation", "model", "id", "embedding", "metadata"})
_LONGEST_TEXT = 300


class BadVector(Invalid):
    """A vector, collection, field or limit that no store accepts; the message says which and what is expected."""

    code = "bad-vector"


class Collection(StrEnum):
    """What the vectors of a collection stand for."""

    BUILDING_PATTERNS = "building_patterns"
    ANOMALY_SIGNATURES = "anomaly_signatures"
    AGENT_MEMORY = "agent_memory"
    USER_INTERACTIONS = "user_interactions"


class Space(Struct, frozen=True):
    """The vectors of one organisation, collection and embedding model: the only ones that may be compared."""

    collection: Collection
    organisation: UUID
    model: str
    """Name and version of what made the vectors."""

    def __post_init__(self) -> None:
        """Refuse a collection that does not exist and a model without a name."""
        if self.collection not in set(Collection):
            known = ", ".join(Collection)
            raise BadVector(f"There is no collection called {self.collection}; there are {known}")
        if not self.model or len(self.model) > _LONGEST_TEXT:
            raise BadVector("Vectors need the name of the model that made them", model="missing or too long")


class Vector(Struct, frozen=True):
    """One vector; stores compare directions, so its length does not matter."""

    id: UUID
    values: Floats
    """Shape (384,), finite, not all zero."""
    metadata: Metadata = {}


class Match(Struct, frozen=True):
    """A stored vector near the one asked about."""

    id: UUID
    similarity: float
    """Cosine of the angle between the two, -1 to 1."""
    metadata: Metadata


def checked(values: Floats | Sequence[float]) -> Floats:
    """The vector as float64 of shape (384,).

    Raises:
        BadVector: another length, a value that is not finite, or nothing but zeros (which has no direction).
    """
    vector = np.asarray(values, dtype=np.float64)
    if vector.shape != (DIMENSIONS,):
        raise BadVector(f"A vector has {DIMENSIONS} values; this one has the shape {vector.shape}", values="dimension")
    if not np.isfinite(vector).all():
        where = int(np.flatnonzero(~np.isfinite(vector))[0])
        raise BadVector(f"Value {where} of the vector is not a finite number", values="not finite")
    if not vector.any():
        raise BadVector("A vector of zeros has no direction to compare", values="all zero")
    return vector


def checked_fields(metadata: Metadata) -> dict[str, str]:
    """Metadata or a filter with its names and texts checked, since not every server binds them as parameters.

    Raises:
        BadVector: a name that is not lower-case letters, digits and underscores, or a value that is no short text.
    """
    for name, text in metadata.items():
        if not _FIELD.fullmatch(name) or name in _RESERVED:
            raise BadVector(f"{name!r} cannot be the name of a field of a vector", metadata="name")
        if not isinstance(text, str) or len(text) > _LONGEST_TEXT or "\0" in text:  # pyright: ignore[reportUnnecessaryIsInstance]  # callers may be untyped
            raise BadVector(f"The field {name} of a vector must be a text of at most {_LONGEST_TEXT} characters")
    return dict(metadata)


def checked_vectors(vectors: Sequence[Vector]) -> list[Vector]:
    """Every vector checked; of several with one id the last is kept, as if they had come one after the other."""
    kept = {one.id: Vector(one.id, checked(one.values), checked_fields(one.metadata)) for one in vectors}
    return list(kept.values())


def checked_limit(k: int) -> int:
    """How many matches are wanted.

    Raises:
        BadVector: none, or more than a thousand.
    """
    if not 1 <= k <= MOST_RESULTS:
        raise BadVector(f"A search returns 1 to {MOST_RESULTS} matches, not {k}", k="out of range")
    return int(k)
