"""Reads the reference data of ``eval mv``: OpenEEmeter samples and published results on BDG2 meters."""

import json
from collections.abc import Iterator
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
from msgspec import Struct

from eaio.analysis.compute import points
from eaio.analysis.models import Interval, Method, Period
from eaio.infra.errors import NotFound
from eaio.timeseries.calendar import daily
from eaio.timeseries.grid import on_grid
from eaio.timeseries.units import Carrier

NORTH_AMERICA = {
    -8: "America/Los_Angeles",
    -7: "America/Denver",
    -6: "America/Chicago",
    -5: "America/New_York",
}
"""Zones with daylight saving by the offset of their winter."""


class Case(Struct, frozen=True):
    """A meter's points, its baseline and reporting period, and what is known of the result."""

    name: str
    interval: Interval
    data: points.Points
    baseline: Period
    reporting: Period
    known: dict[str, Any]
    method: Method | None = None
    """The one that the published result used; otherwise the automatic choice among those of the interval."""


def mv_cases(folder: Path) -> Iterator[Case | NotFound]:
    """OpenEEmeter samples (*.json) and published BDG2 results (*_expected.csv) of a folder.

    A case whose meter is not among the data is yielded as the error that says so.
    """
    for file in sorted(folder.glob("**/*.json")):
        described: dict[str, dict[str, Any]] = json.loads(file.read_text())
        for name, sample in described.items():
            if "meter_data_filename" in sample:
                yield _sample(file.parent, name, sample)
    for file in sorted(_tables(folder)):
        for row in pl.read_csv(file).iter_rows(named=True):
            yield _published(folder, row)


def _tables(folder: Path) -> list[Path]:
    """CSV files with the columns of the published table, whatever their name."""
    return [file for file in folder.glob("**/*.csv") if _is_table(file)]


def _is_table(file: Path) -> bool:
    with file.open(encoding="utf-8", errors="replace") as lines:
        return {"case", "source_file", "interval"} <= set(lines.readline().strip().split(","))


def _sample(folder: Path, name: str, sample: dict[str, Any]) -> Case | NotFound:
    readings_file = folder / sample["meter_data_filename"]
    weather_file = folder / sample["temperature_filename"]
    if not readings_file.exists():
        return NotFound(f"{name}: {readings_file.name} is not among the data")
    if not weather_file.exists():
        stem = readings_file.name.split("-electricity")[0].split("-gas")[0]
        found = sorted(folder.glob(f"{stem}*tempF.csv*")) or sorted(folder.glob("*tempF.csv*"))
        if not found:
            return NotFound(f"{name}: {weather_file.name} is not among the data")
        weather_file = found[0]
    raw = pl.read_csv(readings_file)
    zone = _zone(raw["start"])
    readings = raw.select(time=_instant("start"), value="value").fill_nan(None)
    temperature = pl.read_csv(weather_file).select(time=_instant("dt"), temperature=(pl.col("tempF") - 32) / 1.8)
    interval = {"hourly": Interval.HOURLY, "daily": Interval.DAILY}.get(sample["freq"], Interval.MONTHLY)
    start, end = (date.fromisoformat(sample[f"blackout_{edge}_date"]) for edge in ("start", "end"))
    before, after = sample["annual_baseline_total_load"], sample["annual_reporting_total_load"]
    return Case(
        name=name,
        interval=interval,
        data=_points(readings, zone, temperature, interval),
        baseline=Period(start - timedelta(days=365), start - timedelta(days=1)),
        reporting=Period(end, end + timedelta(days=364)),
        known={"savings_fraction": 1 - after / before},
    )


def _points(readings: pl.DataFrame, zone: str, temperature: pl.DataFrame, interval: Interval) -> points.Points:
    if interval == Interval.HOURLY:
        return points.from_hours(on_grid(readings, zone, temperature))
    hours = on_grid(temperature.with_columns(value=pl.lit(0.0)), zone, temperature)
    weather = daily(hours)
    stretches = _stretches(readings, zone)
    if interval == Interval.MONTHLY:
        return points.from_bills(stretches, weather)
    single = stretches.filter(pl.col("first") == pl.col("last")).select(day="first", use="value")
    days = weather.join(single, on="day").with_columns(value=pl.col("use")).drop_nulls("value")
    return points.from_days(days, hourly=hours)


def _stretches(readings: pl.DataFrame, zone: str) -> pl.DataFrame:
    """Amounts from one stamp to the next: ``first`` and ``last`` local day, ``value``."""
    first = pl.col("time").dt.convert_time_zone(zone).dt.date()
    until = pl.col("time").shift(-1).dt.convert_time_zone(zone).dt.date()
    return readings.select(first=first, last=until - pl.duration(days=1), value="value").drop_nulls()


def _instant(column: str) -> pl.Expr:
    return pl.col(column).str.to_datetime("%Y-%m-%dT%H:%M:%S%z", time_zone="UTC")


def _zone(stamps: pl.Series) -> str:
    """The zone whose summer and winter offsets the stamps carry, or a fixed one for a single offset."""
    hours = sorted(int(offset) for offset in stamps.str.slice(-6, 3).unique())
    if len(hours) == 2 and (known := NORTH_AMERICA.get(hours[0])):
        return known
    return f"Etc/GMT{-hours[0]:+d}" if hours[0] else "Etc/GMT"


def _published(folder: Path, row: dict[str, Any]) -> Case | NotFound:
    """A published result is keyed by ``bdg2_<building>_<carrier>`` and judged on 2016 against 2017."""
    building = row["case"].removeprefix("bdg2_").rsplit("_", 1)[0]
    carrier = next((c for c in Carrier if c.value in row["source_file"]), Carrier.ELECTRICITY)
    name = f"{row['case']}_{row['interval']}"
    days = _bdg2_days(folder, building, carrier, row["source_file"])
    if days is None:
        return NotFound(f"{name}: {building} ({carrier}) is not among the BDG2 files")
    return Case(
        name=name,
        interval=Interval(row["interval"]),
        data=points.from_days(days, zero_is_missing=carrier == Carrier.ELECTRICITY),
        baseline=Period(date(2016, 1, 1), date(2016, 12, 31)),
        reporting=Period(date(2017, 1, 1), date(2017, 12, 31)),
        known={key: row[key] for key in PUBLISHED if key in row},
        method=Method.CHANGE_POINT,
    )


PUBLISHED = ("n", "best_model", "runner_up", "bic_gap", "r2", "cvrmse_pct", "raw_saving_pct", "fsu90")


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
