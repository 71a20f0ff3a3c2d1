"""One CSV file, wide or long: what its columns are, before anything is written."""

from collections.abc import Sequence
from pathlib import Path

from eaio.metering.compute.headers import Role, role_of
from eaio.metering.importers.cells import count_numbers
from eaio.metering.importers.columns import (
    refuse_if_nothing_fits,
    refuse_twins,
    settle,
    settle_clock,
    stamps_of,
    time_column,
)
from eaio.metering.importers.dialect import Dialect, detect_dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.long_plan import long_plan
from eaio.metering.importers.matching import Match, Matcher
from eaio.metering.importers.plan import Catalogue, Plan, Workplace
from eaio.metering.importers.sources import Source, open_source
from eaio.metering.importers.wide import WideTable, intervals
from eaio.metering.models import Clock, Format, ImportOptions, MappedColumn

_HOUR_MINUTES = 60


def table_plan(path: Path, catalogue: Catalogue, options: ImportOptions, place: Workplace, findings: Findings) -> Plan:
    """Find out what a CSV file holds.

    Raises:
        Invalid, TooLarge: the file cannot be imported; the message names file, row, column and remedy.
    """
    source = open_source(path, place.scratch, place.limit)
    dialect = detect_dialect(source)
    matcher = Matcher(catalogue, options, path.name.split(".")[0])
    roles = {role_of(title) for title in dialect.header}
    is_long = Role.VALUE in roles and bool(roles & {Role.METER, Role.BUILDING})
    if options.format is Format.LONG_CSV or (options.format is Format.AUTO and is_long):
        return long_plan(source, dialect, matcher, place, findings)
    return wide_plan(source, dialect, matcher, place, findings)


def wide_plan(source: Source, dialect: Dialect, matcher: Matcher, place: Workplace, findings: Findings) -> Plan:
    """Match every column but the time with a meter."""
    options = matcher.options
    time = time_column(source, dialect, options)
    titles = {position: title for position, title in enumerate(dialect.header) if position != time and title}
    matches = {position: matcher.match(title) for position, title in titles.items()}
    refuse_if_nothing_fits(source, {titles[position]: match for position, match in matches.items()})
    stamps = stamps_of(source, dialect, time, options)
    wanted = [position for position, match in matches.items() if isinstance(match, Match)]
    every = intervals(source, dialect, stamps.times, wanted)
    settled = [
        settle(source.name, position, titles[position], match, every.get(position, _HOUR_MINUTES))
        for position, match in matches.items()
    ]
    columns = [column for column, _ in settled if column]
    refuse_twins(source.name, columns)
    mapping = tuple(mapped for _, mapped in settled)
    _count_skipped(source, dialect, mapping, findings)
    clock = settle_clock(stamps, options, columns[0].time_zone, findings) if columns else Clock.UTC
    table = WideTable(source, dialect, time, stamps.times, clock, tuple(columns), place.latest)
    return Plan(
        format=Format.WIDE_CSV,
        files=(source.name,),
        sites=matcher.sites,
        buildings=tuple(matcher.buildings.values()),
        tables=(table,),
        mapping=mapping,
    )


def _count_skipped(source: Source, dialect: Dialect, mapping: Sequence[MappedColumn], findings: Findings) -> None:
    """Count the readings of columns that are left out."""
    skipped = {dialect.header.index(mapped.column): mapped for mapped in mapping if mapped.skipped}
    for position, count in count_numbers(source, dialect, list(skipped)).items():
        reason, title = skipped[position].skipped, skipped[position].column
        if reason is not None:
            findings.drop(reason, title, count)
            findings.example(reason, source.name, dialect.first_row - 1, title, title)
