"""What the columns of a table are: the time, and for each value the meter, the unit and the interval."""

from collections.abc import Mapping, Sequence

import msgspec

from eaio.infra.errors import Invalid
from eaio.metering.compute.clock import detect_clock
from eaio.metering.compute.headers import Role, role_of
from eaio.metering.compute.stamps import Stamps, read_stamps
from eaio.metering.importers.cells import read_text
from eaio.metering.importers.dialect import Dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.matching import Match
from eaio.metering.importers.plan import Column
from eaio.metering.importers.sources import Source
from eaio.metering.models import Clock, ImportOptions, MappedColumn, Reason

_LONGEST_INTERVAL = 44_640
"""A month, in minutes."""


def time_column(source: Source, dialect: Dialect, options: ImportOptions) -> int:
    """Position of the column of time: the one the user named, or the first whose name says so.

    Raises:
        Invalid: there is none.
    """
    if options.time_column is not None:
        if options.time_column not in dialect.header:
            raise Invalid(f"{source.name} has no column {options.time_column!r}; it has {listed(dialect.header)}")
        return dialect.header.index(options.time_column)
    found = [position for position, title in enumerate(dialect.header) if role_of(title) is Role.TIME]
    if not found:
        raise Invalid(
            f"{source.name}, row {dialect.title_rows + 1}: no column is called time, date or timestamp (there is "
            f"{listed(dialect.header)}); correct the header, or name the column with --time-column"
        )
    return found[0]


def stamps_of(source: Source, dialect: Dialect, time: int, options: ImportOptions) -> Stamps:
    """The column of time, read."""
    texts = read_text(source, dialect, [time]).to_series()
    where = f"{source.name}, column {dialect.header[time]!r}"
    return read_stamps(texts, where, dialect.first_row, options.dates)


def settle_clock(stamps: Stamps, options: ImportOptions, zone: str, findings: Findings) -> Clock:
    """What the stamps mean: as the user says, by their offset, or by the evidence in the file, which is noted."""
    if stamps.format.has_offset:
        return Clock.UTC
    if options.clock is not Clock.AUTO:
        return options.clock
    clock, evidence = detect_clock(stamps.times, zone)
    label = {Clock.STANDARD: "standard time all year", Clock.WALL: "local time with daylight saving"}[clock]
    findings.note(f"Times are read as {label} of {zone}: {evidence}.")
    return clock


def settle(
    file: str, position: int, title: str, match: Match | Reason, interval: int
) -> tuple[Column | None, MappedColumn]:
    """A column that is settled, or None with the reason in its mapping."""
    if isinstance(match, Reason):
        return None, MappedColumn(file, title, None, None, None, "", None, match)
    interval = min(interval, _LONGEST_INTERVAL)
    meter = msgspec.structs.replace(match.meter, interval_minutes=interval)
    known, measured = match.known, match.quantity
    other = known is not None and known.has_readings and known.interval_minutes != interval
    skipped = Reason.OTHER_INTERVAL if other else None
    mapped = MappedColumn(file, title, meter.building, meter.carrier, meter.name, measured.unit, interval, skipped)
    factor = measured.factor * (interval / 60 if measured.is_power else 1.0)
    return None if skipped else Column(position, title, meter, match.time_zone, factor), mapped


def refuse_if_nothing_fits(source: Source, matches: Mapping[str, Match | Reason]) -> None:
    """Raise Invalid if not one name belongs to a meter, with the first name and what to do."""
    if any(isinstance(match, Match) for match in matches.values()):
        return
    names = list(matches)
    if not names:
        raise Invalid(f"{source.name} has a column of time but none of readings")
    says = "says" if len(names) == 1 else "say"
    if all(match is Reason.NOT_ENERGY for match in matches.values()):
        raise Invalid(
            f"{source.name}: {listed(names)} {says} neither carrier nor unit; name them in the header, such as "
            "'Gas (therm)', or say --carrier"
        )
    raise Invalid(
        f"{source.name}: no meter is called {listed(names)}; correct the names, or import with --site NAME (and "
        "--time-zone for a new site) to create them"
    )


def refuse_twins(file: str, columns: Sequence[Column]) -> None:
    """Raise Invalid if two columns belong to one meter."""
    seen: dict[tuple[str, str, str], str] = {}
    for column in columns:
        if column.key in seen:
            raise Invalid(
                f"{file}: columns {seen[column.key]!r} and {column.title!r} both belong to the {column.meter.carrier} "
                f"meter {column.meter.name!r} of {column.meter.building}; give each meter its own name"
            )
        seen[column.key] = column.title


def listed(names: Sequence[str]) -> str:
    """The first few names, quoted."""
    return ", ".join(repr(name) for name in names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
