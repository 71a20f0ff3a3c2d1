"""Vectors: one store interface, three servers behind it, chosen by one setting.

A ``Space`` says whose vectors of which collection and model are meant; every call takes one, so that neither
organisations nor models can be mixed. ``await chosen()`` is the store of this process.
"""

from eaio.infra.vectors.choice import choose, chosen, close
from eaio.infra.vectors.models import DIMENSIONS, BadVector, Collection, Floats, Match, Metadata, Space, Vector
from eaio.infra.vectors.store import VectorStore

__all__ = [
    "DIMENSIONS",
    "BadVector",
    "Collection",
    "Floats",
    "Match",
    "Metadata",
    "Space",
    "Vector",
    "VectorStore",
    "choose",
    "chosen",
    "close",
]
