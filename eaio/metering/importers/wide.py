"""A wide table: one column of time, one column per meter."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.buildings.models import MeterDraft
from eaio.metering.compute.batch import Batch, batch_of, encode, ordered
from eaio.metering.compute.clock import NO_INSTANT, to_seconds
from eaio.metering.importers.cells import Numbers, read_numbers, read_rows
from eaio.metering.importers.dialect import Dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.plan import Column, MeterName
from eaio.metering.importers.sources import Source
from eaio.metering.models import LARGEST_READING, Clock, Reason
from eaio.timeseries.units import Carrier

Item = TypeVar("Item")

_PARSE_CELLS = 8_000_000
_BATCH_CELLS = 2_000_000
_SAMPLE_STEPS = 1_000
_SAMPLE_CELLS = 4_000_000


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
    time: int
    """Position of the column of stamps."""
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
        matrix = self._measurable(numbers.matrix, block, findings)
        self._report_rows(matrix, block, rows, findings)
        matrix = matrix if rows.whole(len(self.stamps)) else matrix[:, rows.order]
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

    def _measurable(
        self, matrix: NDArray[np.float64], block: Sequence[Column], findings: Findings
    ) -> NDArray[np.float64]:
        """``matrix`` without infinite values and those that no meter can measure, which are reported."""
        limits = LARGEST_READING / np.array([column.factor for column in block])
        highest, lowest = (extreme.reduce(matrix, axis=1, initial=0.0) for extreme in (np.fmax, np.fmin))
        places = np.flatnonzero((highest > limits) | (lowest < -limits)).tolist()
        matrix = matrix.copy() if places else matrix
        for place in places:
            beyond, infinite = np.abs(matrix[place]) > limits[place], np.isinf(matrix[place])
            for reason, chosen in ((Reason.NOT_A_NUMBER, infinite), (Reason.OUT_OF_RANGE, beyond & ~infinite)):
                positions = np.flatnonzero(chosen)
                findings.drop(reason, block[place].title, len(positions))
                self._show(reason, positions, block[place].position, findings)
            matrix[place, beyond] = np.nan
        return matrix

    def _show(self, reason: Reason, positions: NDArray[np.int64], column: int, findings: Findings) -> None:
        """Give the first of these cells as examples, as they stand in the file."""
        for position in positions[:3].tolist():
            if findings.wants(reason):
                text = read_rows(self.source, self.dialect, [column], position, 1).item()
                row, title = self.dialect.first_row + position, self.dialect.header[column]
                findings.example(reason, self.source.name, row, title, text or "")

    def _report_rows(
        self, matrix: NDArray[np.float64], block: Sequence[Column], rows: Rows, findings: Findings
    ) -> None:
        for reason, positions in rows.dropped.items():
            present = np.isfinite(matrix[:, positions])
            for column, count in zip(block, present.sum(axis=1).tolist(), strict=True):
                findings.drop(reason, column.title, count)
            self._show(reason, positions[present.any(axis=0)], self.time, findings)


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
    for part in _chunks(columns, _SAMPLE_CELLS // max(1, len(head))):
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


def _chunks(columns: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for start in range(0, len(columns), max(1, size)):
        yield columns[start : start + max(1, size)]


def _pairs(places: NDArray[np.int64]) -> list[tuple[int, int]]:
    return [(int(row), int(column)) for row, column in places]
