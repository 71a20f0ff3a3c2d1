"""Reads the reference data of the evaluations: LEAD series, OpenEEmeter samples, published results on BDG2 meters."""

import gzip
import json
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.analysis.compute import changepoint, savings, series
from eaio.analysis.compute.evaluation import Labelled
from eaio.analysis.compute.weeks import Clock
from eaio.infra.errors import NotFound
from eaio.timeseries.calendar import daily
from eaio.timeseries.grid import on_grid
from eaio.timeseries.units import Carrier

MINIMUM_POINTS = {"daily": changepoint.MINIMUM_DAYS, "monthly": 10}


class Case(Struct, frozen=True):
    """A meter's days with temperature, and which are baseline and which reporting."""

    name: str
    interval: str
    baseline: pl.DataFrame
    reporting: pl.DataFrame
    known: dict[str, Any]
    missing: str | None = None

    def result(self) -> dict[str, Any]:
        """Model and savings as one row; NotFound when the meter is not among the data."""
        if self.missing:
            raise NotFound(self.missing)
        temperature, use = (self.baseline[name].to_numpy() for name in ("temperature", "value"))
        model = changepoint.fit(temperature, use, MINIMUM_POINTS[self.interval])
        verified = savings.avoided_use(model, self.reporting)
        return {
            "name": self.name,
            "interval": self.interval,
            "n": model.n,
            "model": model.kind.value,
            "runner_up": model.runner_up.value if model.runner_up else None,
            "bic_gap": round(model.bic_gap, 2),
            "r2": round(model.r2, 4),
            "cvrmse": round(model.cvrmse, 4),
            "nmbe": round(model.nmbe, 6),
            "savings_fraction": round(verified.fraction, 4),
            "fsu90": None if verified.uncertainty is None else round(verified.uncertainty, 3),
            "suspect_days": verified.suspect_days,
            "savings_fraction_without_suspect": round(verified.fraction_without_suspect, 4),
            "known": self.known,
        }


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


def mv_cases(folder: Path) -> Iterator[Case]:
    """OpenEEmeter samples (*.json) and published BDG2 results (*_expected.csv) of a folder."""
    for file in sorted(folder.glob("**/*.json")):
        described: dict[str, dict[str, Any]] = json.loads(file.read_text())
        for name, sample in described.items():
            if "meter_data_filename" in sample:
                yield _openeemeter(file.parent, name, sample)
    for file in sorted(folder.glob("**/*_expected.csv")):
        for row in pl.read_csv(file).iter_rows(named=True):
            yield _published(folder, row)


def _openeemeter(folder: Path, name: str, sample: dict[str, Any]) -> Case:
    weather = folder / sample["temperature_filename"]
    if not weather.exists():
        weather = next(iter(sorted(folder.glob("*tempF.csv.gz"))))
    raw = pl.read_csv(folder / sample["meter_data_filename"])
    zone = _standard_zone(raw["start"][0])
    readings = raw.select(time=_instant("start"), value="value").fill_nan(None)
    temperature = pl.read_csv(weather).select(time=_instant("dt"), temperature=(pl.col("tempF") - 32) / 1.8)
    if sample["freq"] == "hourly":
        days = daily(on_grid(readings, zone, temperature))
    else:
        known = daily(on_grid(temperature.with_columns(value=pl.lit(0.0)), zone, temperature))
        days = known.join(_spread(readings, zone), on="day").with_columns(value=pl.col("use")).drop_nulls("value")
    modelled = series.model_days(days)
    start, end = (date.fromisoformat(sample[f"blackout_{edge}_date"]) for edge in ("start", "end"))
    baseline = modelled.filter(pl.col("day") < start).tail(365)
    reporting = modelled.filter(pl.col("day") >= end).head(365)
    interval = "daily" if sample["freq"] in {"hourly", "daily"} else "monthly"
    if interval == "monthly":
        baseline = baseline.group_by("bill", maintain_order=True).agg(pl.col("value", "temperature").mean())
    before, after = sample["annual_baseline_total_load"], sample["annual_reporting_total_load"]
    return Case(name, interval, baseline, reporting, {"savings_fraction": 1 - after / before})


def _instant(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_zone="UTC")


def _standard_zone(stamp: str) -> str:
    """The fixed zone of a stamp: 2015-11-22T00:00:00-06:00 is written in Etc/GMT+6."""
    hours = int(stamp[-6:-3])
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def _spread(readings: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Amounts from one stamp to the next as equal days: ``day``, ``use``, and ``bill``, the day the stretch began."""
    first = pl.col("time").dt.convert_time_zone(zone).dt.date()
    stretches = readings.select(bill=first, until=first.shift(-1), use="value").drop_nulls()
    length = (pl.col("until") - pl.col("bill")).dt.total_days()
    return (
        stretches.filter(length > 0)
        .with_columns(use=pl.col("use") / length, day=pl.date_ranges("bill", "until", closed="left"))
        .explode("day")
        .select("day", "use", "bill")
    )


def _published(folder: Path, row: dict[str, Any]) -> Case:
    """A published result is keyed by ``bdg2_<building>_<carrier>`` and judged on 2016 against 2017."""
    building = row["case"].removeprefix("bdg2_").rsplit("_", 1)[0]
    carrier = next((c for c in Carrier if c.value in row["source_file"]), Carrier.ELECTRICITY)
    known = {key: row[key] for key in ("n", "best_model", "r2", "cvrmse_pct", "raw_saving_pct") if key in row}
    name = f"{row['case']}_{row['interval']}"
    days = _bdg2_days(folder, building, carrier, row["source_file"])
    if days is None:
        empty = pl.DataFrame()
        return Case(name, row["interval"], empty, empty, known, f"{building} ({carrier}) is not among the BDG2 files")
    modelled = series.model_days(days, zero_is_missing=carrier == Carrier.ELECTRICITY)
    baseline, reporting = (modelled.filter(pl.col("day").dt.year() == year) for year in (2016, 2017))
    if row["interval"] == "monthly":
        baseline, reporting = _by_month(baseline), _by_month(reporting)
    return Case(name, row["interval"], baseline, reporting, known)


def _by_month(days: pl.DataFrame) -> pl.DataFrame:
    return days.group_by(pl.col("day").dt.month_start(), maintain_order=True).agg(
        pl.col("value").mean(), pl.col("temperature").mean()
    )


def _bdg2_days(folder: Path, building: str, carrier: Carrier, source: str) -> pl.DataFrame | None:
    roots = [root for root in (folder, folder.parent, *folder.glob("*")) if root.is_dir()]
    names = (source, source.replace("_cleaned", ""), f"{carrier}_cleaned", str(carrier))
    kept = [
        file
        for root in dict.fromkeys([*roots, *(root / "bdg2" for root in roots)])
        for kind in ("cleaned", "raw", ".")
        for name in dict.fromkeys(names)
        for file in sorted((root / "meters" / kind).glob(f"{name}.csv*"))
    ]
    for file in dict.fromkeys(kept):
        header = pl.read_csv(file, n_rows=0).columns
        column = next((name for name in header if name.lower() == building.lower()), None)
        if column:
            return _bdg2_meter(file, column)
    return None


@cache
def _weather(file: Path) -> pl.DataFrame:
    columns = {"timestamp": pl.String, "site_id": pl.String, "airTemperature": pl.Float64}
    raw = pl.read_csv(file, columns=list(columns), schema_overrides=columns)
    stamp = pl.col("timestamp").str.to_datetime("%Y-%m-%d %H:%M:%S", time_unit="us")
    return raw.select("site_id", timestamp=stamp, temperature="airTemperature")


@cache
def _bdg2_meter(file: Path, column: str) -> pl.DataFrame | None:
    """Days in the stamps' own time: the site's fixed standard time, as the published results take them."""
    weather_file = next(iter(sorted((file.parent.parent.parent / "weather").glob("weather.csv*"))), None)
    if weather_file is None:
        return None
    meter = pl.read_csv(file, columns=["timestamp", column], try_parse_dates=True).rename({column: "value"})
    weather = _weather(weather_file).filter(pl.col("site_id") == column.split("_", maxsplit=1)[0])
    frame = meter.join(weather.drop("site_id"), on="timestamp", how="left").select(
        time=pl.col("timestamp").dt.cast_time_unit("us").dt.replace_time_zone("UTC"),
        local=pl.col("timestamp").dt.cast_time_unit("us"),
        value=pl.col("value").cast(pl.Float64),
        temperature="temperature",
    )
    return daily(frame)


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
