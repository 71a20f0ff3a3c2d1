"""Loads to analyse."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from eaio.timeseries.frames import HOURLY

Floats = NDArray[np.float64]
MONDAY = datetime(2016, 1, 4, tzinfo=UTC)
Frame = Callable[..., pl.DataFrame]


def working_hours(hours: int) -> NDArray[np.bool_]:
    """Monday to Friday, 8 to 18."""
    hour = np.arange(hours)
    return (hour // 24 % 7 < 5) & (hour % 24 >= 8) & (hour % 24 < 18)


def weather(hours: int, seed: int = 1) -> Floats:
    """A temperate year with warm afternoons, degC."""
    hour, noise = np.arange(hours), np.random.default_rng(seed).normal(0, 1.5, hours // 24 + 1)
    return 11 - 10 * np.cos(2 * np.pi * hour / 8766) - 4 * np.cos(2 * np.pi * (hour - 3) / 24) + noise[hour // 24]


def office(hours: int = 52 * 168, seed: int = 5) -> Floats:
    """100 kWh in working hours, 20 otherwise, three percent of noise."""
    return np.where(working_hours(hours), 100.0, 20.0) * np.random.default_rng(seed).normal(1, 0.03, hours)


def as_frame(values: Floats, temperature: Floats | None = None) -> pl.DataFrame:
    """HOURLY frame from Monday 4 January 2016 on, in UTC; NaN is missing."""
    time = [MONDAY + timedelta(hours=h) for h in range(values.size)]
    frame = pl.DataFrame(
        {
            "time": time,
            "value": values,
            "temperature": np.full(values.size, np.nan) if temperature is None else temperature,
        },
        schema_overrides={"time": pl.Datetime("us", "UTC")},
    )
    known = pl.col("value", "temperature").fill_nan(None)
    return frame.with_columns(known, local=pl.col("time").dt.replace_time_zone(None)).select(HOURLY.names())


@pytest.fixture
def frame() -> Frame:
    """``as_frame``."""
    return as_frame
