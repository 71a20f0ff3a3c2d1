"""A set of the size of Building Data Genome 2, made from real meters by scaling and shifting, as wide CSV files."""

import gzip
from datetime import datetime
from io import BytesIO
from pathlib import Path

import numpy as np
import polars as pl
from numpy.typing import NDArray

HOURS = 17_544
START = datetime(2016, 1, 1)  # noqa: DTZ001 - a wall clock, as the files of the set have it
METERS = {
    "electricity": 1578,
    "chilledwater": 555,
    "steam": 370,
    "hotwater": 185,
    "gas": 177,
    "water": 146,
    "irrigation": 37,
    "solar": 5,
}
"""Meters of each carrier in the set: 3,053."""
WEEK = 168
SITES = ("Panther", "Robin", "Fox", "Rat", "Bear", "Lamb", "Eagle", "Moose", "Gator", "Bull", "Bobcat", "Crow", "Wolf",
         "Hog", "Peacock", "Cockatoo", "Shrew", "Swan", "Mouse")  # fmt: skip
ZONES = {"Robin": "Europe/London", "Lamb": "Europe/London", "Wolf": "Europe/Dublin", "Mouse": "Europe/London"}
SEED = 20_160_101


def build(folder: Path, scale: float, source: Path | None) -> int:
    """Write the set into ``folder`` in its own layout; returns the number of readings.

    Args:
        folder: is created.
        scale: share of the meters of each carrier, at least one each.
        source: a folder of the real set, whose metadata, weather and electricity meters are the pattern; without one,
            patterns and metadata are synthetic.
    """
    (folder / "meters" / "raw").mkdir(parents=True, exist_ok=True)
    counts = {carrier: max(1, round(scale * count)) for carrier, count in METERS.items()}
    names = _metadata(folder, counts, source)
    patterns = _patterns(source)
    generator = np.random.default_rng(SEED)
    time = pl.datetime_range(START, interval="1h", end=datetime(2017, 12, 31, 23), eager=True).alias("timestamp")  # noqa: DTZ001 - as above
    for carrier, count in counts.items():
        columns = {name: _series(patterns, generator) for name in names[carrier][:count]}
        frame = pl.DataFrame({"timestamp": time, **columns})
        frame.write_csv(folder / "meters" / "raw" / f"{carrier}.csv", datetime_format="%Y-%m-%d %H:%M:%S")
    return HOURS * sum(counts.values())


def _series(patterns: NDArray[np.float64], generator: np.random.Generator) -> NDArray[np.float64]:
    """A pattern, shifted by whole weeks and scaled, so that no two meters are alike and every one is plausible."""
    pattern = patterns[generator.integers(len(patterns))]
    shifted = np.roll(pattern, WEEK * int(generator.integers(1, HOURS // WEEK)))
    scaled: NDArray[np.float64] = shifted * generator.lognormal(0.0, 0.7)
    return np.round(scaled, 4)


def _patterns(source: Path | None) -> NDArray[np.float64]:
    """Complete series of 17,544 hours, one a row."""
    if source is None:
        return _synthetic()
    raw = source / "meters" / "raw" / "electricity.csv.gz"
    frame = pl.read_csv(BytesIO(gzip.decompress(raw.read_bytes()))).drop("timestamp")
    filled = frame.with_columns(pl.all().cast(pl.Float64).forward_fill().fill_null(0.0))
    usable = [name for name in frame.columns if frame[name].null_count() < HOURS // 10]
    series: NDArray[np.float64] = np.array([filled[name].to_numpy() for name in usable])
    return series


def _synthetic() -> NDArray[np.float64]:
    generator = np.random.default_rng(SEED)
    hour = np.arange(HOURS)
    working = ((hour // 24) % 7 < 5) & (np.abs(hour % 24 - 13) < 5)
    season = 1 + 0.3 * np.cos(2 * np.pi * hour / 8766)
    return np.array([(20 + 80 * working) * season * generator.lognormal(0, 0.05, HOURS) for _ in range(50)])


def _metadata(folder: Path, counts: dict[str, int], source: Path | None) -> dict[str, list[str]]:
    """Write metadata (and weather, where the source has it); returns the buildings that have each carrier."""
    (folder / "metadata").mkdir(exist_ok=True)
    if source is None:
        return _synthetic_metadata(folder / "metadata" / "metadata.csv")
    raw = gzip.decompress((source / "metadata" / "metadata.csv.gz").read_bytes())
    (folder / "metadata" / "metadata.csv").write_bytes(raw)
    (folder / "weather").mkdir(exist_ok=True)
    weather = gzip.decompress((source / "weather" / "weather.csv.gz").read_bytes())
    (folder / "weather" / "weather.csv").write_bytes(weather)
    table = pl.read_csv(BytesIO(raw), infer_schema=False)
    return {carrier: table.filter(pl.col(carrier) == "Yes")["building_id"].to_list() for carrier in counts}


def _synthetic_metadata(path: Path) -> dict[str, list[str]]:
    ids = [f"{SITES[n % len(SITES)]}_office_B{n:04}" for n in range(1636)]
    sites = [name.split("_")[0] for name in ids]
    frame = pl.DataFrame(
        {
            "building_id": ids,
            "site_id": sites,
            "primaryspaceusage": ["Office"] * len(ids),
            "sqm": [1000.0 + 10 * n for n in range(len(ids))],
            "timezone": [ZONES.get(site, "US/Eastern") for site in sites],
            **{carrier: ["Yes" if n < count else None for n in range(len(ids))] for carrier, count in METERS.items()},
        }
    )
    frame.write_csv(path)
    return {carrier: ids[:count] for carrier, count in METERS.items()}
