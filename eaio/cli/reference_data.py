"""Reads the reference data of the evaluations: LEAD series, OpenEEmeter samples, published results on BDG2 meters."""

import gzip
from datetime import datetime, timedelta
from pathlib import Path

import numpy as np
import polars as pl

from eaio.analysis.compute.evaluation import Labelled
from eaio.infra.errors import NotFound
from eaio.timeseries.weeks import Clock


def lead_series(folder: Path) -> tuple[list[Labelled], list[pl.DataFrame]]:
    """Every labelled series of a folder, as arrays with labels and as HOURLY frames; NotFound when there is none."""
    files = sorted([*folder.glob("**/*.csv.gz"), *folder.glob("**/*.csv")])
    labelled: list[Labelled] = []
    frames: list[pl.DataFrame] = []
    for file in files:
        if not {"timestamp", "meter_reading", "anomaly"} <= _header(file):
            continue
        raw = pl.read_csv(file, try_parse_dates=True)
        owner = (
            raw["building_id"].cast(pl.Float64).cast(pl.Int64)
            if "building_id" in raw.columns
            else pl.repeat(0, raw.height)
        )
        for part in raw.with_columns(owner=owner).partition_by("owner", maintain_order=True):
            series_, frame = _lead(part, f"{file.name.split('.')[0]}")
            labelled.append(series_)
            frames.append(frame)
    if not labelled:
        raise NotFound(f"{folder} holds no CSV with the columns timestamp, meter_reading, anomaly")
    return labelled, frames


def _header(file: Path) -> set[str]:
    with gzip.open(file, "rt", errors="replace") if file.suffix == ".gz" else file.open(errors="replace") as lines:
        return {name.strip() for name in lines.readline().split(",")}


def _lead(raw: pl.DataFrame, name: str) -> tuple[Labelled, pl.DataFrame]:
    """Stamps are fixed standard time, so they stand on a gapless grid as they are."""
    stamped = raw.select(
        time=pl.col("timestamp").dt.cast_time_unit("us"),
        value=pl.col("meter_reading").cast(pl.Float64),
        anomaly=pl.col("anomaly").cast(pl.Float64),
    ).unique("time", keep="first")
    frame = (
        stamped.sort("time")
        .upsample("time", every="1h")
        .select(
            time=pl.col("time").dt.replace_time_zone("UTC"),
            local=pl.col("time"),
            value=pl.col("value"),
            temperature=pl.lit(None, pl.Float64),
            truth=pl.col("anomaly").fill_null(0) > 0,
        )
    )
    values = frame["value"].to_numpy().astype(float)
    owner = raw["owner"][0]
    label = name if str(owner) in name else f"{name}_{owner}"
    return Labelled(label, values, Clock.of(frame["local"]), frame["truth"].to_numpy()), frame.drop("truth")


def synthetic_year(seed: int, days: int) -> pl.DataFrame:
    """A made-up office with weather, noise and a few faults, for timing only."""
    generator = np.random.default_rng(seed)
    hours = np.arange(days * 24)
    start = datetime(2016, 1, 4)  # noqa: DTZ001 - a wall clock without a zone
    of_week = hours % 168
    busy = (of_week < 120) & (of_week % 24 >= 7) & (of_week % 24 < 19)
    temperature = (
        11
        - 11 * np.cos(2 * np.pi * hours / 8766)
        + 4 * np.sin(2 * np.pi * hours / 24)
        + generator.normal(0, 2, hours.size)
    )
    value = 40 + 60 * busy + 2.0 * np.maximum(temperature - 16, 0) + generator.gamma(4, 1.0, hours.size)
    value[generator.random(hours.size) < 0.002] = np.nan
    for begin in generator.integers(0, hours.size - 20, 12):
        value[begin : begin + 12] += 50
    local = pl.datetime_range(start, start + timedelta(hours=hours.size - 1), "1h", time_unit="us", eager=True)
    return pl.DataFrame(
        {"time": local.dt.replace_time_zone("UTC"), "local": local, "value": value, "temperature": temperature}
    ).with_columns(pl.col("value").fill_nan(None))
