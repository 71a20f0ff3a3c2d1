"""The folder of the Building Data Genome Project 2: metadata, weather, and one wide table per carrier.

Miller et al. 2020, Scientific Data 7:368, doi:10.1038/s41597-020-00712-x. All stamps, of readings and weather, are the
site's standard time all year, at the beginning of the hour.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl

from eaio.buildings.models import MeterDraft
from eaio.infra.errors import Invalid
from eaio.metering.compute.clock import to_seconds
from eaio.metering.compute.stamps import read_stamps
from eaio.metering.importers.bdg2_metadata import read_metadata
from eaio.metering.importers.cells import BadCell, Numbers, count_numbers, read_numbers, read_text
from eaio.metering.importers.columns import refuse_twins, time_column
from eaio.metering.importers.dialect import Dialect, detect_dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.matching import MAIN
from eaio.metering.importers.plan import Catalogue, Column, Plan, WeatherTable, Workplace
from eaio.metering.importers.sources import Source, open_source
from eaio.metering.importers.wide import WideTable, intervals
from eaio.metering.models import Clock, Format, ImportOptions, MappedColumn, Reason
from eaio.timeseries.units import UNIT_OF, Carrier

_ENDINGS = (".csv", ".csv.gz")
_WEATHER = {
    "airTemperature": "temperature",
    "dewTemperature": "dew_temperature",
    "cloudCoverage": "cloud_coverage",
    "precipDepth1HR": "precipitation",
    "seaLvlPressure": "pressure",
    "windDirection": "wind_direction",
    "windSpeed": "wind_speed",
}
_TRACE_OF_RAIN = -1.0
_HIGHEST_WEATHER = 1e5
"""Of any quantity in its unit; pressure in hPa is the largest."""


def looks_like_bdg2(folder: Path) -> bool:
    """Whether a folder has BDG2's layout, with or without its metadata."""
    return _find(folder / "metadata", "metadata") is not None or any(
        (folder / "meters" / kind).is_dir() for kind in ("raw", "cleaned")
    )


def bdg2_plan(folder: Path, catalogue: Catalogue, options: ImportOptions, place: Workplace, findings: Findings) -> Plan:
    """Find out what a BDG2 folder holds; without metadata, its buildings and sites are those that are there already.

    Raises:
        Invalid, TooLarge: a file is missing or cannot be imported; the message names file, row, column and remedy.
    """
    metadata = _find(folder / "metadata", "metadata")
    if metadata is None and not catalogue.building_zones:
        raise Invalid(
            f"{folder.name} holds no metadata/metadata.csv, which names the buildings and their time zones, and there "
            "are no buildings yet; add it, or create the buildings first"
        )
    sites, buildings = ((), ()) if metadata is None else read_metadata(_open(metadata, folder, place), findings)
    site_zones = {site.name: site.time_zone for site in sites} or catalogue.site_zones
    zones = {building.name: site_zones[building.site] for building in buildings} or catalogue.building_zones
    files = [] if metadata is None else [metadata]
    tables: list[WideTable] = []
    mapping: list[MappedColumn] = []
    for carrier, path in _meter_files(folder, options.cleaned, findings):
        table, mapped = _meter_table(_open(path, folder, place), carrier, zones, place, findings)
        tables.append(table)
        mapping += mapped
        files.append(path)
    weather = _find(folder / "weather", "weather")
    if weather is not None:
        files.append(weather)
    return Plan(
        format=Format.BDG2,
        files=tuple(str(path.relative_to(folder)) for path in files),
        sites=sites,
        buildings=buildings,
        tables=tuple(tables),
        weather=() if weather is None else _weather(_open(weather, folder, place), site_zones, place.latest, findings),
        mapping=tuple(mapping),
    )


def _open(path: Path, folder: Path, place: Workplace) -> Source:
    return open_source(path, place.scratch, place.limit, str(path.relative_to(folder)))


def _find(folder: Path, *stems: str) -> Path | None:
    return next((folder / f"{s}{e}" for s in stems for e in _ENDINGS if (folder / f"{s}{e}").is_file()), None)


def _meter_files(folder: Path, cleaned: bool, findings: Findings) -> list[tuple[Carrier, Path]]:
    """One file per carrier: the raw one, or the cleaned one where asked for or where there is no other."""
    found: list[tuple[Carrier, Path]] = []
    for carrier in Carrier:
        raw = _find(folder / "meters" / "raw", carrier.value)
        clean = _find(folder / "meters" / "cleaned", f"{carrier}_cleaned", carrier.value)
        chosen = (clean or raw) if cleaned else (raw or clean)
        if chosen is None:
            continue
        found.append((carrier, chosen))
        if raw is not None and clean is not None:
            left = raw if chosen == clean else clean
            findings.note(f"{left.relative_to(folder)} is left out: {carrier} comes from {chosen.parent.name}.")
    if not found:
        raise Invalid(f"{folder.name} holds no meters/raw/electricity.csv or the like")
    return found


def _meter_table(
    source: Source, carrier: Carrier, zones: dict[str, str], place: Workplace, findings: Findings
) -> tuple[WideTable, list[MappedColumn]]:
    dialect = detect_dialect(source)
    time = time_column(source, dialect, ImportOptions())
    where = f"{source.name}, column {dialect.header[time]!r}"
    stamps = read_stamps(read_text(source, dialect, [time]).to_series(), where, dialect.first_row)
    titles = {position: title for position, title in enumerate(dialect.header) if position != time and title}
    known = [position for position, title in titles.items() if title in zones]
    every = intervals(source, dialect, stamps.times, known)
    unknown = count_numbers(source, dialect, [position for position, title in titles.items() if title not in zones])
    columns: list[Column] = []
    mapping: list[MappedColumn] = []
    for position, title in titles.items():
        if title not in zones:
            findings.drop(Reason.UNKNOWN_METER, title, unknown[position])
            findings.example(Reason.UNKNOWN_METER, source.name, dialect.first_row - 1, title, "no such building")
            mapping.append(MappedColumn(source.name, title, None, carrier, None, "", None, Reason.UNKNOWN_METER))
            continue
        meter = MeterDraft(building=title, carrier=carrier, name=MAIN, interval_minutes=every[position])
        columns.append(Column(position, title, meter, zones[title], 1.0))
        mapping.append(MappedColumn(source.name, title, title, carrier, MAIN, UNIT_OF[carrier], every[position]))
    refuse_twins(source.name, columns)
    return WideTable(source, dialect, time, stamps.times, Clock.STANDARD, tuple(columns), place.latest), mapping


def _weather(source: Source, site_zones: dict[str, str], latest: int, findings: Findings) -> tuple[WeatherTable, ...]:
    dialect = detect_dialect(source)
    wanted = {title: dialect.header.index(title) for title in _WEATHER if title in dialect.header}
    if "site_id" not in dialect.header or "airTemperature" not in wanted:
        raise Invalid(f"{source.name}, row {dialect.first_row - 1}: site_id and airTemperature are needed")
    place = dialect.header.index("site_id")
    time = time_column(source, dialect, ImportOptions())
    texts = read_text(source, dialect, [time, place])
    stamps = read_stamps(texts[f"c{time}"], f"{source.name}, column {dialect.header[time]!r}", dialect.first_row)
    numbers = read_numbers(source, dialect, list(wanted.values()))
    _refuse_nonsense(source, dialect, numbers, list(wanted.values()))
    frame = pl.DataFrame({_WEATHER[title]: values for title, values in zip(wanted, numbers.matrix, strict=True)})
    frame = frame.with_columns(site=texts[f"c{place}"].str.strip_chars(), stamp=stamps.times)
    if "precipitation" in frame.columns:
        frame = frame.with_columns(pl.col("precipitation").replace(_TRACE_OF_RAIN, 0.0))
    tables = [
        WeatherTable(site, _at_site(frame.filter(pl.col("site") == site), zone, latest))
        for site, zone in site_zones.items()
    ]
    left = frame.height - sum(table.frame.height for table in tables)
    if left:
        findings.note(f"{left:,} rows of {source.name} are left out: unknown site, no date, or not from 1970 to now.")
    for table in tables:
        if table.frame.is_empty():
            findings.note(f"Site {table.site} has no weather in {source.name}.")
    return tuple(table for table in tables if not table.frame.is_empty())


def _refuse_nonsense(source: Source, dialect: Dialect, numbers: Numbers, columns: Sequence[int]) -> None:
    """Raise Invalid for the first cell that is no number, or none that weather can have."""
    absurd: list[list[int]] = np.argwhere(np.abs(numbers.matrix) > _HIGHEST_WEATHER)[:1].tolist()
    cells = [bad.first[0] for bad in numbers.bad]
    cells += [BadCell(row, columns[place], f"{numbers.matrix[place, row]:g}") for place, row in absurd]
    for cell in cells:
        row, column = dialect.first_row + cell.position, dialect.header[cell.column]
        raise Invalid(
            f"{source.name}, row {row}, column {column!r}: {cell.text!r} is not a number that weather has; correct it, "
            "or leave the cell empty"
        )


def _at_site(frame: pl.DataFrame, time_zone: str, latest: int) -> pl.DataFrame:
    seconds = pl.Series(to_seconds(frame["stamp"], Clock.STANDARD, time_zone), dtype=pl.Int64)
    timed = frame.with_columns(time=pl.from_epoch(seconds, "s").dt.replace_time_zone("UTC")).drop("stamp", "site")
    return timed.filter(seconds.is_between(0, latest))
