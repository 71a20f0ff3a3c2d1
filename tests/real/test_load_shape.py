"""Load shapes of real meters: one half of a meter's readings finds the other half among the halves of all meters."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from eaio.analysis.compute.faults import trusted_values
from eaio.analysis.compute.load_shape import load_shape
from eaio.infra.errors import InsufficientData
from eaio.timeseries.units import Carrier

Rows = NDArray[np.float64]
YEAR = pl.col("local").dt.year()
WEEK = pl.col("local").dt.epoch("d") // 7
LEAST = 150
"""Meters, so that being found is no accident."""


@pytest.fixture(scope="module")
def meters(real_data: Path) -> list[pl.DataFrame]:
    """Trusted hours of every electricity meter over two years, with the temperature of its site."""
    table = pl.read_csv(real_data / "bdg2" / "meters" / "raw" / "electricity.csv.gz", try_parse_dates=True)
    weather = pl.read_csv(real_data / "bdg2" / "weather" / "weather.csv.gz", try_parse_dates=True)
    stamp = pl.col("timestamp").cast(pl.Datetime("us"))
    found: list[pl.DataFrame] = []
    for meter in table.columns[1:]:
        outdoor = weather.filter(pl.col("site_id") == meter.split("_")[0]).select(stamp, temperature="airTemperature")
        hourly = (
            table.select(stamp, value=pl.col(meter).cast(pl.Float64))
            .join(outdoor.unique("timestamp"), on="timestamp", how="left", maintain_order="left")
            .select(time=stamp.dt.replace_time_zone("UTC"), local="timestamp", value="value", temperature="temperature")
        )
        found.append(trusted_values(hourly, Carrier.ELECTRICITY))
    return found


def halves(meters: list[pl.DataFrame], first: pl.Expr, second: pl.Expr) -> tuple[Rows, Rows]:
    """Unit vectors of both halves of every meter that has a shape in each."""
    sides: tuple[list[Rows], list[Rows]] = ([], [])
    for hourly in meters:
        try:
            both = [
                load_shape(hourly.with_columns(value=pl.when(half).then("value"))).values for half in (first, second)
            ]
        except InsufficientData:
            continue
        for side, values in zip(sides, both, strict=True):
            side.append(values / np.linalg.norm(values))
    return np.array(sides[0]), np.array(sides[1])


def ranks(first: Rows, second: Rows) -> NDArray[np.int64]:
    """At which place each meter's own second half comes among all second halves, 1 is nearest."""
    likeness = first @ second.T
    return (likeness > np.diagonal(likeness)[:, None]).sum(1) + 1


def mean_day(side: Rows) -> Rows:
    """What is left of a shape when only the mean day of its typical week is kept."""
    day = side[:, :168].reshape(-1, 7, 24).mean(1)
    return day / np.maximum(np.linalg.norm(day, axis=1, keepdims=True), 1e-12)


@pytest.mark.parametrize(
    ("split", "nearest", "among_five"),
    [
        (lambda: ((YEAR == 2016) & (WEEK % 2 == 0), (YEAR == 2016) & (WEEK % 2 == 1)), 0.95, 0.98),
        (lambda: (YEAR == 2016, YEAR == 2017), 0.68, 0.85),
    ],
    ids=["alternate weeks of a year", "one year and the next"],
)
def test_half_of_a_meters_readings_finds_the_other_half_and_better_than_the_mean_day_does(
    meters: list[pl.DataFrame], split: Callable[[], tuple[pl.Expr, pl.Expr]], nearest: float, among_five: float
) -> None:
    first, second = halves(meters, *split())
    assert len(first) >= LEAST
    own, plain = ranks(first, second), ranks(mean_day(first), mean_day(second))
    assert (own == 1).mean() > nearest
    assert (own <= 5).mean() > among_five
    assert (own == 1).mean() > (plain == 1).mean() + 0.03
    assert (own <= 5).mean() > (plain <= 5).mean()
