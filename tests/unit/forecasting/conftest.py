"""Loads whose future is known, because they are made up."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from eaio.forecasting.compute.load import Floats, Load, load_of
from eaio.timeseries.grid import hourly_grid

FIRST = datetime(2017, 1, 2, tzinfo=UTC)
"""A Monday."""

MakeFrame = Callable[..., pl.DataFrame]
MakeLoad = Callable[..., Load]


def frame_of(
    values: Floats, zone: str = "UTC", temperature: Floats | None = None, first: datetime = FIRST
) -> pl.DataFrame:
    """An HOURLY frame with these values."""
    grid = hourly_grid(first, first + timedelta(hours=len(values)), zone)
    known = np.full(len(values), np.nan) if temperature is None else temperature
    return grid.with_columns(value=pl.Series(values).fill_nan(None), temperature=pl.Series(known).fill_nan(None))


def weekly(hours: int) -> Floats:
    """A week that repeats: every hour of it has its own value, from 1 to 168."""
    return np.arange(hours, dtype=np.float64) % 168 + 1


@pytest.fixture
def make_load() -> MakeLoad:
    """A Load of these values."""

    def make(values: Floats, zone: str = "UTC", temperature: Floats | None = None) -> Load:
        return load_of(frame_of(values, zone, temperature), zone)

    return make
