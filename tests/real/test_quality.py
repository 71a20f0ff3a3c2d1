"""Data quality on the real meters of BDG2: what is planted is found, and clean meters stay clean."""

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from zoneinfo import ZoneInfo

import msgspec
import numpy as np
import polars as pl
import pytest
from numpy.typing import NDArray

from eaio.metering.compute.batch import Batch, encode
from eaio.metering.compute.quality.checks import check
from eaio.metering.compute.quality.estimate import estimates
from eaio.metering.compute.quality.registers import is_register
from eaio.metering.compute.quality.series import Material, local_clock, material, native_series
from eaio.metering.models import IssueKind
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
NONE = Batch(np.empty(0, np.int64), np.empty(0), np.empty(0, np.int16))
YEARS_HOURS = 17_000
"""Of a meter with two years of readings."""
KEEPS_STANDARD_TIME = ("Rat", "Moose", "Shrew")
"""Sites whose loads follow the wall clock when their stamps are taken for standard time; elsewhere they jump."""


class Meter(NamedTuple):
    """A real meter and what the checks claim of it."""

    name: str
    found: Material
    claims: dict[IssueKind, NDArray[np.bool_]]


def _meters(folder: Path, carrier: Carrier) -> Iterator[tuple[str, Material]]:
    about = pl.read_csv(folder / "metadata" / "metadata.csv.gz", infer_schema_length=0)
    zones = dict(about.select("building_id", "timezone").iter_rows())
    wide = pl.read_csv(folder / "meters" / "raw" / f"{carrier}.csv.gz", infer_schema_length=None)
    stamps = wide["timestamp"].str.to_datetime("%Y-%m-%d %H:%M:%S").dt.epoch("s").to_numpy()
    for name in wide.columns[1:]:
        values = wide[name].cast(pl.Float64).to_numpy()
        known = np.isfinite(values)
        offset = datetime(2016, 1, 15, tzinfo=ZoneInfo(zones[name])).utcoffset()
        if known.any() and offset is not None:
            seconds = stamps[known] - int(offset.total_seconds())
            raw = Batch(encode(1, seconds), values[known], np.zeros(int(known.sum()), np.int16))
            yield name, material(native_series(raw, NONE, 3600), carrier, zones[name])


def changed(found: Material, values: Floats) -> dict[IssueKind, NDArray[np.bool_]]:
    """What the checks claim of a meter with other values."""
    series = msgspec.structs.replace(found.native, raw=values, validated=values)
    return check(msgspec.structs.replace(found, native=series, hours=values)).claims


@pytest.fixture(scope="module")
def every(real_data: Path) -> list[Meter]:
    """All meters with readings; stamps are taken for the fixed standard time of the site."""
    kinds = (Carrier.ELECTRICITY, Carrier.IRRIGATION, Carrier.SOLAR)
    found = [one for carrier in kinds for one in _meters(real_data / "bdg2", carrier)]
    return [Meter(name, one, check(one).claims) for name, one in found]


@pytest.fixture(scope="module")
def clean(every: list[Meter]) -> list[Material]:
    """Every fourth electricity meter with two years of readings of which hardly one is wrong or missing."""
    found: list[Material] = []
    for _, one, claims in every:
        if one.carrier is Carrier.ELECTRICITY and len(one.native) >= YEARS_HOURS:
            wrong = sum(int(hours.sum()) for kind, hours in claims.items() if kind is not IssueKind.DAYLIGHT)
            if wrong <= 0.02 * len(one.native):
                found.append(one)
    return found[::4]


def test_checks_that_hardly_ever_apply_raise_no_alarm(every: list[Meter]) -> None:
    alarms: Counter[IssueKind] = Counter()
    sites: Counter[str] = Counter()
    for name, _, claimed in every:
        claims = {kind: int(hours.sum()) for kind, hours in claimed.items() if hours.any()}
        alarms.update(claims.keys())
        if claims.get(IssueKind.DAYLIGHT, 0) > 1000:
            sites[name.split("_")[0]] += 1
    never = {IssueKind.NEGATIVE, IssueKind.SCALE, IssueKind.REGISTER, IssueKind.ROLLOVER, IssueKind.RESET,
             IssueKind.CLOCK, IssueKind.STRAIGHT}  # fmt: skip
    assert {kind: alarms[kind] for kind in never if alarms[kind]} == {}
    assert alarms[IssueKind.SPIKE] <= 6
    assert alarms[IssueKind.STUCK] <= 10
    assert not set(KEEPS_STANDARD_TIME) & set(sites)
    assert sum(sites.values()) > 50, "stamps of Panther, Fox, Bear and Cockatoo keep the clock on the wall"


def test_planted_faults_are_found_in_real_loads(clean: list[Material]) -> None:
    found: Counter[str] = Counter()
    place = 9013
    for one in clean:
        values = one.native.raw
        day = slice(place, place + 24)
        line = np.interp(np.arange(place, place + 24), [place - 1, place + 24], values[[place - 1, place + 24]])
        for kind, hours, planted in (
            (IssueKind.STRAIGHT, day, line),
            (IssueKind.STUCK, day, values[place]),
            (IssueKind.ZERO, slice(place, place + 48), 0.0),
            (IssueKind.SPIKE, slice(place, place + 1), 20 * np.nanmax(values)),
            (IssueKind.NEGATIVE, slice(place, place + 1), -1.0),
        ):
            other = values.copy()
            other[hours] = planted
            claimed = changed(one, other).get(kind)
            found[kind.value] += bool(claimed is not None and claimed[hours].mean() > 0.8)
        found["register"] += is_register(np.nancumsum(values) + 1234)
    assert {kind: count for kind, count in found.items() if count < 0.9 * len(clean)} == {}


def test_estimates_are_closer_than_a_straight_line_over_a_day(clean: list[Material]) -> None:
    errors: dict[str, list[float]] = {"estimate": [], "line": []}
    for one in clean:
        values = one.native.raw
        cell = local_clock(one.starts, one.time_zone).cell
        for start in (4000, 7000, 12_000):
            gap = slice(start, start + 24)
            if not np.isfinite(values[start - 1 : start + 25]).all():
                continue
            unknown = np.zeros(values.size, bool)
            unknown[gap] = True
            (filled,) = estimates(values, unknown, cell, one.temperature, 3600)
            straight: Floats = np.asarray(np.linspace(values[start - 1], values[start + 24], 26)[1:-1], np.float64)
            for name, guess in (("estimate", filled.values), ("line", straight)):
                errors[name].append(float(np.abs(guess - values[gap]).mean() / np.nanmean(values)))
    estimate, line = (float(np.median(errors[name])) for name in ("estimate", "line"))
    assert estimate < 0.10
    assert estimate < 0.5 * line
