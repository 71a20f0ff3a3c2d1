"""Random series that remember, and a generator per name."""

from zlib import crc32

import numpy as np
import polars as pl
from numpy.random import Generator

from eaio.demo.models import Array


def generator_for(seed: int, name: str) -> Generator:
    """A generator of its own for each name, so that a new building leaves the others as they were."""
    return np.random.default_rng([seed, crc32(name.encode())])


def persistent_noise(rng: Generator, hours: int, memory_hours: float) -> Array:
    """First-order autoregressive noise of mean 0 and standard deviation 1; correlation 1/e after ``memory_hours``."""
    keep = float(np.exp(-1 / memory_hours))
    scale = np.sqrt((1 + keep) / (1 - keep))
    white = rng.standard_normal(hours)
    white[0] /= scale  # the recursion starts from its stationary spread
    return pl.Series(white).ewm_mean(alpha=1 - keep, adjust=False).to_numpy() * scale
