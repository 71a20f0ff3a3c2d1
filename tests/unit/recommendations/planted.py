"""Buildings whose faults are known because they were planted."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.recommendations.compute.signals import Signals, building_signals
from eaio.recommendations.models import BuildingFacts
from eaio.timeseries.frames import HOURLY
from eaio.timeseries.units import Carrier

Array = NDArray[np.floating[Any]]
FIRST = datetime(2016, 1, 1)  # noqa: DTZ001 - a wall clock


class Clock:
    """Hours with their weather: 12 degrees on average, 30 K between seasons, 8 K between day and night."""

    def __init__(self, days: int = 366, seed: int = 3) -> None:
        self.rng = np.random.default_rng(seed)
        self.index = np.arange(days * 24)
        self.hour = self.index % 24
        self.day = self.index // 24
        self.weekday = (self.day + FIRST.weekday()) % 7
        season = -15 * np.cos(2 * np.pi * (self.day - 15) / 365.25)
        daily = np.repeat(self.rng.normal(0, 3, days), 24)
        self.temperature = 12 + season + 4 * np.sin(2 * np.pi * (self.hour - 9) / 24) + daily

    @property
    def daily(self) -> Array:
        """The day's mean temperature in every hour: what a heavy building feels."""
        return np.repeat(self.temperature.reshape(-1, 24).mean(axis=1), 24)

    def open(self, start: float = 8, stop: float = 18, weekends: bool = False) -> Array:
        """1 in the hours between, 0 otherwise; parts of an hour count in part."""
        share = np.clip(np.minimum(self.hour + 1, stop) - np.maximum(self.hour, start), 0, 1)
        return share if weekends else share * (self.weekday < 5)

    def noisy(self, load: Array, spread: float = 0.03) -> Array:
        """The load with a little noise."""
        return load * self.rng.normal(1, spread, load.size)

    def frame(self, value: Array, weather: bool = True) -> pl.DataFrame:
        """An ``HOURLY`` frame; NaN becomes a missing reading."""
        local = [FIRST + timedelta(hours=int(hour)) for hour in self.index]
        return pl.DataFrame(
            {
                "time": pl.Series(local, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC"),
                "local": pl.Series(local, dtype=pl.Datetime("us")),
                "value": pl.Series(value, nan_to_null=True),
                "temperature": pl.Series(
                    self.temperature if weather else np.full(value.size, np.nan), nan_to_null=True
                ),
            },
            schema=HOURLY,
        )


def facts(use: str = "Office", sub_use: str = "", **known: Any) -> BuildingFacts:
    """An office of 5,000 m2 from 1985 near Philadelphia, or something else."""
    base: dict[str, object] = {
        "area_m2": 5_000.0,
        "year_built": 1985,
        "floors": 3,
        "latitude": 40.0,
        "longitude": -75.0,
    }
    return BuildingFacts(id="b", name="Building", use=use, sub_use=sub_use, site="Site", **base | known)  # pyright: ignore[reportArgumentType]


def building(
    loads: Mapping[Carrier, Callable[[Clock], Array]], days: int = 366, use: str = "Office", **known: Any
) -> Signals:
    """Signals of a building with these loads."""
    clock = Clock(days)
    return building_signals(facts(use, **known), {c: clock.frame(clock.noisy(f(clock))) for c, f in loads.items()})


def office(clock: Clock) -> Array:
    """20 kW at night, 120 by day from 8 to 18, nothing that follows the weather."""
    return 20 + 100 * clock.open()
