"""What a long table holds: its columns, and the meters that its rows name."""

import numpy as np
import polars as pl

from eaio.infra.errors import Invalid
from eaio.metering.compute.headers import Role, role_of, unit_of
from eaio.metering.compute.stamps import Stamps, parse, read_stamps
from eaio.metering.importers.cells import collect, scan
from eaio.metering.importers.columns import listed, refuse_if_nothing_fits, settle, settle_clock, time_column
from eaio.metering.importers.dialect import Dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.long import Layout, LongTable
from eaio.metering.importers.matching import Match, Matcher
from eaio.metering.importers.plan import Column, Plan, Workplace
from eaio.metering.importers.sources import Source
from eaio.metering.importers.wide import step_minutes
from eaio.metering.models import Clock, Format, ImportOptions, MappedColumn, Reason

_STEPS = 500


def long_plan(source: Source, dialect: Dialect, matcher: Matcher, place: Workplace, findings: Findings) -> Plan:
    """Match every meter that the rows name.

    Raises:
        Invalid: a column is missing, or no name belongs to a meter.
    """
    options = matcher.options
    layout = _layout(source, dialect, options)
    overview = _overview(source, dialect, layout)
    stamps = _stamps(source, dialect, layout, options)
    matches = _matches(overview, layout, dialect, matcher)
    refuse_if_nothing_fits(source, matches)
    columns: dict[str, Column] = {}
    mapping: list[MappedColumn] = []
    for label, texts in overview.select("label", "stamps").iter_rows():
        times = parse(pl.Series(texts, dtype=pl.String).str.strip_chars(), stamps.format).drop_nulls()
        every = step_minutes(np.unique(times.to_numpy()))
        column, mapped = settle(source.name, layout.value, label, matches[label], every)
        mapping.append(mapped)
        if column:
            columns[label] = column
    clock = settle_clock(stamps, options, next(iter(columns.values())).time_zone, findings) if columns else Clock.UTC
    return Plan(
        format=Format.LONG_CSV,
        files=(source.name,),
        sites=matcher.sites,
        buildings=tuple(matcher.buildings.values()),
        tables=(LongTable(source, dialect, layout, stamps.format, clock, columns, place.latest),),
        mapping=tuple(mapping),
    )


def _layout(source: Source, dialect: Dialect, options: ImportOptions) -> Layout:
    roles = [role_of(title) for title in dialect.header]

    def first(role: Role) -> int | None:
        return roles.index(role) if role in roles else None

    value, meter, building, carrier = (first(role) for role in (Role.VALUE, Role.METER, Role.BUILDING, Role.CARRIER))
    if value is None or (meter is None and building is None):
        raise Invalid(
            f"{source.name}, row {dialect.first_row - 1}: a long table needs columns for meter, time and value; "
            f"there is {listed(dialect.header)}"
        )
    if meter is not None and building is not None and carrier is None and _is_code(dialect, meter):
        carrier, meter = meter, None
    names = tuple(position for position in (building, meter) if position is not None)
    return Layout(time_column(source, dialect, options), value, names, carrier, first(Role.UNIT))


def _is_code(dialect: Dialect, position: int) -> bool:
    """A meter column that holds 0 to 3 names a carrier, as the GEPIII files do."""
    return {row[position].strip() for row in dialect.sample if len(row) > position} <= {"0", "1", "2", "3"}


def _overview(source: Source, dialect: Dialect, layout: Layout) -> pl.DataFrame:
    """One row per label in the order of the file: its parts, and the first stamps."""
    parts = [f"c{position}" for position in layout.parts]
    table = scan(source, dialect, dict.fromkeys([layout.time, *layout.parts], pl.String()), ())
    overview = (
        table.with_row_index("row")
        .group_by(layout.label.alias("label"))
        .agg(pl.col("row").min(), pl.col(parts).first(), stamps=pl.col(f"c{layout.time}").head(_STEPS))
        .drop_nulls("label")
        .sort("row")
    )
    return collect(overview, source)


def _stamps(source: Source, dialect: Dialect, layout: Layout, options: ImportOptions) -> Stamps:
    """The distinct stamps of the file, read."""
    column = f"c{layout.time}"
    table = scan(source, dialect, {layout.time: pl.String()}, ()).with_row_index("row", dialect.first_row)
    distinct = table.unique(column, keep="first", maintain_order=True)
    where = f"{source.name}, column {dialect.header[layout.time]!r}"
    read = collect(distinct, source)
    return read_stamps(read[column], where, dialect.first_row, options.dates, read["row"])


def _matches(overview: pl.DataFrame, layout: Layout, dialect: Dialect, matcher: Matcher) -> dict[str, Match | Reason]:
    found: dict[str, Match | Reason] = {}
    said = unit_of(dialect.header[layout.value])
    for row in overview.iter_rows(named=True):
        names = [str(row[f"c{position}"] or "").strip() for position in layout.names]
        carrier = None if layout.carrier is None else row[f"c{layout.carrier}"]
        unit = said if layout.unit is None else row[f"c{layout.unit}"]
        found[row["label"]] = matcher.match(names[-1], carrier, unit, names[0] if len(names) > 1 else None)
    return found
