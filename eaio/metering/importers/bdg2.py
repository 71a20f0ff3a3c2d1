"""The folder of the Building Data Genome Project 2: metadata, weather, and one wide table per carrier.

Miller et al. 2020, Scientific Data 7:368, doi:10.1038/s41597-020-00712-x. All stamps, of readings and weather, are the
site's standard time all year, at the beginning of the hour.
"""

from pathlib import Path

import polars as pl

from eaio.buildings.models import MeterDraft, SiteDraft
from eaio.infra.errors import Invalid
from eaio.metering.compute.clock import standard_offset_us
from eaio.metering.compute.stamps import read_stamps
from eaio.metering.importers.bdg2_metadata import read_metadata
from eaio.metering.importers.cells import count_numbers, read_numbers, read_text
from eaio.metering.importers.columns import refuse_twins, time_column
from eaio.metering.importers.dialect import detect_dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.matching import MAIN
from eaio.metering.importers.plan import Column, Plan, WeatherTable, Workplace
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


def looks_like_bdg2(folder: Path) -> bool:
    """Whether a folder has BDG2's layout."""
    return _find(folder / "metadata", "metadata") is not None


def bdg2_plan(folder: Path, options: ImportOptions, place: Workplace, findings: Findings) -> Plan:
    """Find out what a BDG2 folder holds.

    Raises:
        Invalid, TooLarge: a file is missing or cannot be imported; the message names file, row, column and remedy.
    """
    metadata = _find(folder / "metadata", "metadata")
    if metadata is None:
        raise Invalid(f"{folder.name} holds no metadata/metadata.csv, which names the buildings and their time zones")
    sites, buildings = read_metadata(_open(metadata, folder, place), findings)
    zone_of = {site.name: site.time_zone for site in sites}
    zones = {building.name: zone_of[building.site] for building in buildings}
    files = [metadata]
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
        weather=() if weather is None else _weather(_open(weather, folder, place), sites, findings),
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
            findings.example(Reason.UNKNOWN_METER, source.name, dialect.first_row - 1, title, "not in metadata.csv")
            mapping.append(MappedColumn(source.name, title, None, carrier, None, "", None, Reason.UNKNOWN_METER))
            continue
        meter = MeterDraft(building=title, carrier=carrier, name=MAIN, interval_minutes=every[position])
        columns.append(Column(position, title, meter, zones[title], 1.0))
        mapping.append(MappedColumn(source.name, title, title, carrier, MAIN, UNIT_OF[carrier], every[position]))
    refuse_twins(source.name, columns)
    return WideTable(source, dialect, stamps.times, Clock.STANDARD, tuple(columns), place.latest), mapping


def _weather(source: Source, sites: tuple[SiteDraft, ...], findings: Findings) -> tuple[WeatherTable, ...]:
    dialect = detect_dialect(source)
    wanted = {title: dialect.header.index(title) for title in _WEATHER if title in dialect.header}
    if "site_id" not in dialect.header or "airTemperature" not in wanted:
        raise Invalid(f"{source.name}, row {dialect.first_row - 1}: site_id and airTemperature are needed")
    place = dialect.header.index("site_id")
    time = time_column(source, dialect, ImportOptions())
    texts = read_text(source, dialect, [time, place])
    stamps = read_stamps(texts[f"c{time}"], f"{source.name}, column {dialect.header[time]!r}", dialect.first_row)
    numbers = read_numbers(source, dialect, list(wanted.values()))
    if numbers.bad:
        cell = numbers.bad[0].first[0]
        row, column = dialect.first_row + cell.position, dialect.header[cell.column]
        raise Invalid(f"{source.name}, row {row}, column {column!r}: {cell.text!r} is not a number")
    frame = pl.DataFrame({_WEATHER[title]: values for title, values in zip(wanted, numbers.matrix, strict=True)})
    frame = frame.with_columns(site=texts[f"c{place}"].str.strip_chars(), stamp=stamps.times)
    if "precipitation" in frame.columns:
        frame = frame.with_columns(pl.col("precipitation").replace(_TRACE_OF_RAIN, 0.0))
    tables = [
        WeatherTable(site.name, _at_site(frame.filter(pl.col("site") == site.name), site.time_zone)) for site in sites
    ]
    for table in tables:
        if table.frame.is_empty():
            findings.note(f"Site {table.site} has no weather in {source.name}.")
    return tuple(table for table in tables if not table.frame.is_empty())


def _at_site(frame: pl.DataFrame, time_zone: str) -> pl.DataFrame:
    if frame.is_empty():
        return frame.select(time=pl.col("stamp").cast(pl.Datetime("us", "UTC")))
    year = frame["stamp"].cast(pl.Datetime("us")).dt.year().median()
    offset = standard_offset_us(time_zone, round(float(year)) if isinstance(year, int | float) else 2016)
    return frame.with_columns(time=(pl.col("stamp") - offset).cast(pl.Datetime("us", "UTC"))).drop("stamp", "site")
