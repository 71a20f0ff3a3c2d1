"""Events that looked alike."""

from msgspec import Struct

from eaio.analysis.models.stored import AnomalyEvent


class SimilarEvent(Struct, frozen=True):
    """A past event and how alike it looked: 1 the same, 0 nothing in common."""

    event: AnomalyEvent
    similarity: float
