"""A wide table: one column of time, one column per meter."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.buildings.models import MeterDraft
from eaio.metering.compute.batch import Batch, batch_of, encode, ordered
from eaio.metering.compute.clock import NO_INSTANT, to_seconds
from eaio.metering.importers.cells import Numbers, read_numbers
from eaio.metering.importers.dialect import Dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.plan import Column, MeterName
from eaio.metering.importers.sources import Source
from eaio.metering.models import Clock, Reason
from eaio.timeseries.units import Carrier

_PARSE_CELLS = 8_000_000
_BATCH_CELLS = 2_000_000
_SAMPLE_STEPS = 1_000
_SAMPLE_COLUMNS = 500


class Rows(Struct, frozen=True):
    """The rows of a table in one time zone: which may be used, in order of time."""

    seconds: NDArray[np.int64]
    """Of the usable rows, ascending."""
    order: NDArray[np.int64]
    """Their positions in the file."""
    dropped: dict[Reason, NDArray[np.int64]]
    """Positions of the rows that cannot be used."""

    @property
    def unique(self) -> bool:
        """No two rows share an instant."""
        return bool(np.all(self.seconds[1:] > self.seconds[:-1]))

    def whole(self, count: int) -> bool:
        """All ``count`` rows of the file are usable and in order of time already."""
        return len(self.order) == count and bool(np.all(self.order[1:] > self.order[:-1]))


class WideTable(Struct, frozen=True):
    """Columns of readings beside one column of stamps (microseconds, null where unreadable)."""

    source: Source
    dialect: Dialect
    stamps: pl.Series
    clock: Clock
    columns: tuple[Column, ...]
    latest: int

    @property
    def cells(self) -> int:
        """How many cells of readings there are at most."""
        return len(self.stamps) * len(self.columns)

    @property
    def meters(self) -> list[MeterDraft]:
        """One per column."""
        return [column.meter for column in self.columns]

    def batches(self, keys: Mapping[MeterName, int], findings: Findings) -> Iterator[tuple[Batch, int]]:
        """Readings by meter and time, in batches of about two million cells."""
        rows_of = {
            zone: usable_rows(self.stamps, to_seconds(self.stamps, self.clock, zone), self.latest)
            for zone in {column.time_zone for column in self.columns}
        }
        for zones in _alike(rows_of):
            columns = sorted((c for c in self.columns if c.time_zone in zones), key=lambda c: keys[c.key])
            for block in _chunks(columns, _PARSE_CELLS // max(1, len(self.stamps))):
                yield from self._parse(block, rows_of, keys, findings)

    def _parse(
        self, block: Sequence[Column], rows_of: Mapping[str, Rows], keys: Mapping[MeterName, int], findings: Findings
    ) -> Iterator[tuple[Batch, int]]:
        numbers = read_numbers(self.source, self.dialect, [column.position for column in block])
        rows = rows_of[block[0].time_zone]
        self._report_text(numbers, block, findings)
        self._report_rows(numbers, block, rows, findings)
        matrix = numbers.matrix if rows.whole(len(self.stamps)) else numbers.matrix[:, rows.order]
        per_batch = max(1, _BATCH_CELLS // max(1, len(self.stamps)))
        for start in range(0, len(block), per_batch):
            part = block[start : start + per_batch]
            batch = self._flatten(matrix[start : start + per_batch], part, rows_of, keys, findings)
            findings.keep(batch.seconds)
            yield batch, len(part) * len(self.stamps)

    def _flatten(
        self,
        values: NDArray[np.float64],
        columns: Sequence[Column],
        rows_of: Mapping[str, Rows],
        keys: Mapping[MeterName, int],
        findings: Findings,
    ) -> Batch:
        """Readings of columns whose rows are ``values``, in the order of time."""
        present = np.isfinite(values)
        factors = np.array([column.factor for column in columns])
        scaled = values if bool(np.all(factors == 1.0)) else values * factors[:, None]
        own = np.array([keys[column.key] for column in columns], np.int32)
        seconds = np.stack([rows_of[column.time_zone].seconds for column in columns])
        codes = encode(own[:, None], seconds)[present]
        electric = np.array([column.meter.carrier is Carrier.ELECTRICITY for column in columns])
        findings.zeros += int(np.count_nonzero(values[electric] == 0))
        rows = rows_of[columns[0].time_zone]
        if all(rows_of[column.time_zone].unique for column in columns):
            return batch_of(codes, scaled[present])
        batch, twins = ordered(codes, scaled[present])
        for place, position in _pairs(np.argwhere(present)[twins]):
            title: str = columns[place].title
            findings.drop(Reason.DUPLICATE_TIME, title)
            row = self.dialect.first_row + int(rows.order[position])
            findings.example(Reason.DUPLICATE_TIME, self.source.name, row, title, f"{values[place, position]:g}")
        return batch

    def _report_text(self, numbers: Numbers, block: Sequence[Column], findings: Findings) -> None:
        titles = {column.position: column.title for column in block}
        for bad in numbers.bad:
            findings.drop(Reason.NOT_A_NUMBER, titles[bad.column], bad.count)
            for cell in bad.first:
                row = self.dialect.first_row + cell.position
                findings.example(Reason.NOT_A_NUMBER, self.source.name, row, titles[bad.column], cell.text)
        infinite = np.isinf(numbers.matrix)
        for place in np.flatnonzero(infinite.any(axis=1)).tolist():
            positions = np.flatnonzero(infinite[place])
            findings.drop(Reason.NOT_A_NUMBER, block[place].title, len(positions))
            row = self.dialect.first_row + int(positions[0])
            findings.example(Reason.NOT_A_NUMBER, self.source.name, row, block[place].title, "infinite")

    def _report_rows(self, numbers: Numbers, block: Sequence[Column], rows: Rows, findings: Findings) -> None:
        for reason, positions in rows.dropped.items():
            present = np.isfinite(numbers.matrix[:, positions])
            for column, count in zip(block, present.sum(axis=1).tolist(), strict=True):
                findings.drop(reason, column.title, count)
            for position in positions[present.any(axis=0)][:3].tolist():
                stamp = self.stamps[position]
                text = "no date" if stamp is None else f"{datetime(1970, 1, 1) + timedelta(microseconds=stamp)}"  # noqa: DTZ001  # as in the file
                findings.example(reason, self.source.name, self.dialect.first_row + position, "time", text)


def usable_rows(stamps: pl.Series, seconds: NDArray[np.int64], latest: int) -> Rows:
    """Sort out rows without an instant, before 1970 or after tomorrow; order the others by time."""
    unreadable = stamps.is_null().to_numpy()
    tests = {
        Reason.UNREADABLE_TIME: unreadable,
        Reason.NO_SUCH_TIME: (seconds == NO_INSTANT) & ~unreadable,
        Reason.BEFORE_1970: (seconds < 0) & (seconds != NO_INSTANT),
        Reason.AFTER_TOMORROW: seconds > latest,
    }
    dropped = {reason: np.flatnonzero(found) for reason, found in tests.items() if found.any()}
    usable = np.flatnonzero((seconds >= 0) & (seconds <= latest))
    if not bool(np.all(np.diff(seconds[usable]) > 0)):
        usable = usable[np.argsort(seconds[usable], kind="stable")]
    return Rows(seconds[usable], usable, dropped)


def intervals(source: Source, dialect: Dialect, stamps: pl.Series, columns: Sequence[int]) -> dict[int, int]:
    """Minutes between two readings of each column: the commonest step between its cells near the top of the table.

    A table of quarter hours may hold a column that has a value only once an hour; a column without values there has
    the table's own step.
    """
    head = stamps.head(_SAMPLE_STEPS)
    known = head.is_not_null().to_numpy()
    times = head.fill_null(0).to_numpy()
    common = step_minutes(np.unique(times[known]))
    found: dict[int, int] = {}
    for start in range(0, len(columns), _SAMPLE_COLUMNS):
        part = columns[start : start + _SAMPLE_COLUMNS]
        matrix = read_numbers(source, dialect, part, _SAMPLE_STEPS).matrix
        for column, values in zip(part, matrix, strict=True):
            own = np.unique(times[known & np.isfinite(values)])
            found[column] = step_minutes(own) if len(own) > 2 else common
    return found


def step_minutes(times: NDArray[np.int64]) -> int:
    """The commonest step of ascending stamps, in minutes; an hour where there are too few."""
    if len(times) < 2:
        return 60
    steps, counts = np.unique_counts(np.diff(times) // 60_000_000)
    return max(1, int(steps[np.argmax(counts)]))


def _alike(rows_of: Mapping[str, Rows]) -> list[set[str]]:
    """Zones in which the same rows are usable in the same order: their columns can be read together."""
    groups: dict[bytes, set[str]] = {}
    for zone, rows in rows_of.items():
        groups.setdefault(rows.order.tobytes(), set()).add(zone)
    return list(groups.values())


def _chunks(columns: list[Column], size: int) -> Iterator[list[Column]]:
    for start in range(0, len(columns), max(1, size)):
        yield columns[start : start + max(1, size)]


def _pairs(places: NDArray[np.int64]) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in places]
