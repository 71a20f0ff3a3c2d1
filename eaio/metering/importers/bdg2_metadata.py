"""The buildings of the Building Data Genome Project 2: metadata.csv, its gaps and its slips."""

from datetime import date, datetime
from typing import Any

import msgspec
import polars as pl

from eaio.buildings.models import BuildingDraft, SiteDraft
from eaio.infra.errors import Invalid
from eaio.metering.compute.places import CANONICAL, mended_longitude, nearby_zone
from eaio.metering.importers.cells import lenient, read_text
from eaio.metering.importers.dialect import detect_dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.sources import Source
from eaio.timeseries.places import place_of
from eaio.timeseries.units import SQFT_PER_M2, Carrier

_NEEDED = ("building_id", "site_id", "timezone")
_NUMBERS = (
    "sqm", "sqft", "lat", "lng", "yearbuilt", "numberoffloors", "occupants", "energystarscore", "eui", "site_eui",
    "source_eui", "building_id_kaggle",
)  # fmt: skip
_TEXTS = {
    "primary_use": "primaryspaceusage",
    "sub_use": "sub_primaryspaceusage",
    "industry": "industry",
    "sub_industry": "subindustry",
    "heating_type": "heatingtype",
    "leed_level": "leed_level",
    "rating": "rating",
}


def read_metadata(source: Source, findings: Findings) -> tuple[tuple[SiteDraft, ...], tuple[BuildingDraft, ...]]:
    """Sites and buildings, with what was mended noted.

    Raises:
        Invalid: a needed column or cell is missing, two buildings share a name, or a time zone is unknown.
    """
    table = _table(source)
    _refuse_holes(source, table)
    table = _mend_eui(table, findings)
    sites = [_site(group, findings) for group in table.partition_by("site_id", maintain_order=True)]
    _note_gaps(table, findings)
    turned = {site.name: site for site in sites}
    buildings = [_building(row, turned[row["site_id"]]) for row in table.iter_rows(named=True)]
    return tuple(sites), tuple(buildings)


def _table(source: Source) -> pl.DataFrame:
    dialect = detect_dialect(source)
    missing = [name for name in _NEEDED if name not in dialect.header]
    if missing:
        raise Invalid(f"{source.name}, row {dialect.first_row - 1}: the column {missing[0]!r} is missing")
    frame = read_text(source, dialect, range(len(dialect.header)))
    frame = frame.rename({f"c{position}": title for position, title in enumerate(dialect.header)})
    absent = [name for name in (*_NUMBERS, *_TEXTS.values(), "date_opened", *Carrier) if name not in frame.columns]
    frame = frame.with_columns(pl.lit(None, pl.String).alias(name) for name in absent)
    stripped = frame.with_columns(pl.col(pl.String).str.strip_chars())
    return stripped.with_columns(lenient(stripped[name], decimal_comma=False).alias(name) for name in _NUMBERS)


def _refuse_holes(source: Source, table: pl.DataFrame) -> None:
    for name in _NEEDED:
        holes = table[name].is_null().arg_true()
        if len(holes):
            raise Invalid(f"{source.name}, row {holes[0] + 2}, column {name!r}: the cell is empty")
    twins = table.filter(pl.col("building_id").is_duplicated())["building_id"]
    if len(twins):
        raise Invalid(f"{source.name}: two buildings are called {twins[0]!r}; give each its own building_id")


def _mend_eui(table: pl.DataFrame, findings: Findings) -> pl.DataFrame:
    """Source energy includes losses and so is never below site energy: where it is, the two columns are swapped."""
    swapped = table.filter(pl.col("site_eui") > pl.col("source_eui")).group_by("site_id").len().sort("site_id")
    for site, count in swapped.iter_rows():
        findings.note(f"Site {site}: site_eui and source_eui are swapped in {count} buildings; turned round.")
    wrong = pl.col("site_id").is_in(swapped["site_id"].to_list())
    site_eui, source_eui = pl.col("site_eui"), pl.col("source_eui")
    return table.with_columns(
        site_eui=pl.when(wrong).then(source_eui).otherwise(site_eui),
        source_eui=pl.when(wrong).then(site_eui).otherwise(source_eui),
    )


def _site(group: pl.DataFrame, findings: Findings) -> SiteDraft:
    name, stated = str(group["site_id"][0]), str(group["timezone"][0])
    zone = CANONICAL.get(stated, stated)
    known = group.drop_nulls(["lat", "lng"])
    if known.is_empty():
        findings.note(f"Site {name} has no coordinates.")
        return SiteDraft(name=name, time_zone=zone, country=place_of(None, None, zone).country)
    latitude, longitude = known["lat"][0], known["lng"][0]
    mended = mended_longitude(zone, latitude, longitude)
    if mended != longitude:
        findings.note(f"Site {name}: longitude {longitude:g} has the wrong sign for {zone}; {mended:g} is used.")
    better = nearby_zone(zone, latitude, mended)
    if better:
        findings.note(
            f"Site {name} lies where the clocks of {better} are kept, not those of {stated}; {better} is used."
        )
    country = place_of(latitude, mended, better or zone).country
    return SiteDraft(name=name, time_zone=better or zone, country=country, latitude=latitude, longitude=mended)


def _note_gaps(table: pl.DataFrame, findings: Findings) -> None:
    unknown = table.filter(pl.col("primaryspaceusage").is_null()).group_by("site_id").len().sort("site_id")
    for site, count in unknown.iter_rows():
        findings.note(f"Site {site}: {count} buildings have no primary use.")


def _building(row: dict[str, Any], site: SiteDraft) -> BuildingDraft:
    sources = tuple(carrier.value for carrier in Carrier if (row[carrier] or "").lower() == "yes")
    area = row["sqm"] or (row["sqft"] / SQFT_PER_M2 if row["sqft"] else None)
    facts: dict[str, Any] = {
        **{name: row[column] for name, column in _TEXTS.items()},
        "name": row["building_id"],
        "site": site.name,
        "area_m2": area if area and area > 0 else None,
        "latitude": row["lat"],
        "longitude": _longitude(row, site.time_zone),
        "year_built": _whole(row["yearbuilt"]),
        "floors": _whole(row["numberoffloors"]),
        "occupants": _whole(row["occupants"]),
        "date_opened": _opened(row["date_opened"]),
        "energy_sources": sources,
        "has_renewable": Carrier.SOLAR.value in sources or None,
        "energy_star_score": row["energystarscore"],
        "published_eui": row["eui"],
        "published_site_eui": row["site_eui"],
        "published_source_eui": row["source_eui"],
        "bdg2_kaggle_id": _whole(row["building_id_kaggle"]),
    }
    try:
        return msgspec.convert(facts, BuildingDraft)
    except msgspec.ValidationError as error:
        raise Invalid(f"metadata.csv: building {row['building_id']!r}: {error}") from error


def _longitude(row: dict[str, Any], time_zone: str) -> float | None:
    latitude, longitude = row["lat"], row["lng"]
    return longitude if latitude is None or longitude is None else mended_longitude(time_zone, latitude, longitude)


def _whole(value: float | None) -> int | None:
    return None if value is None else round(value)


def _opened(text: str | None) -> date | None:
    """BDG2 writes month/day/year."""
    try:
        return datetime.strptime(text, "%m/%d/%Y").date() if text else None  # noqa: DTZ007  # a calendar day
    except ValueError:
        return None
