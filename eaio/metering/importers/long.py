"""A long table: one row per reading, with its meter, time and value."""

from collections.abc import Iterator, Mapping

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.buildings.models import MeterDraft
from eaio.metering.compute.batch import Batch, encode, ordered
from eaio.metering.compute.clock import to_seconds
from eaio.metering.compute.stamps import StampFormat, parse
from eaio.metering.importers.cells import NO_VALUE, lenient, read_rows
from eaio.metering.importers.dialect import Dialect
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.plan import Column, MeterName
from eaio.metering.importers.sources import Source
from eaio.metering.importers.wide import usable_rows
from eaio.metering.models import LARGEST_READING, Clock, Reason
from eaio.timeseries.units import Carrier

_SLICE_ROWS = 4_000_000
_SEPARATOR = " | "


class Layout(Struct, frozen=True):
    """Positions of the columns of a long table."""

    time: int
    value: int
    names: tuple[int, ...]
    """Building, meter, or both: together they tell a meter."""
    carrier: int | None
    unit: int | None

    @property
    def parts(self) -> list[int]:
        """Columns that tell one meter from another."""
        return [*self.names, *(position for position in (self.carrier, self.unit) if position is not None)]

    @property
    def label(self) -> pl.Expr:
        """What tells one meter from another, as text."""
        texts = [pl.col(f"c{position}").str.strip_chars() for position in self.parts]
        return pl.concat_str(texts, separator=_SEPARATOR, ignore_nulls=True)


class LongTable(Struct, frozen=True):
    """Rows of readings; ``columns`` by the label that a row carries."""

    source: Source
    dialect: Dialect
    layout: Layout
    stamp: StampFormat
    clock: Clock
    columns: dict[str, Column]
    latest: int

    @property
    def cells(self) -> int:
        """One reading per row."""
        return self.source.lines

    @property
    def meters(self) -> list[MeterDraft]:
        """One per label."""
        return [column.meter for column in self.columns.values()]

    def batches(self, keys: Mapping[MeterName, int], findings: Findings) -> Iterator[tuple[Batch, int]]:
        """Readings in slices of the file, each by meter and time."""
        wanted = [self.layout.time, self.layout.value, *self.layout.parts]
        for start in range(0, self.source.lines, _SLICE_ROWS):
            rows = read_rows(self.source, self.dialect, wanted, start, _SLICE_ROWS).select(
                row=pl.int_range(pl.len()) + self.dialect.first_row + start,
                label=self.layout.label,
                stamp=pl.col(f"c{self.layout.time}").str.strip_chars(),
                text=pl.col(f"c{self.layout.value}").str.strip_chars(),
            )
            yield self._batch(rows, keys, findings), rows.height

    def _batch(self, rows: pl.DataFrame, keys: Mapping[MeterName, int], findings: Findings) -> Batch:
        known = self._with_meters(self._with_values(rows, findings), keys, findings)
        timed = self._with_instants(known, findings)
        codes = encode(timed["key"].to_numpy(), timed["second"].to_numpy())
        batch, twins = ordered(codes, timed["value"].to_numpy())
        self._drop(timed[twins.tolist()], Reason.DUPLICATE_TIME, findings, "text")
        findings.keep(batch.seconds)
        return batch

    def _with_values(self, rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
        """Rows that hold a number, with ``value``."""
        rows = rows.filter(pl.col("text").is_not_null() & ~pl.col("text").is_in(NO_VALUE))
        rows = rows.with_columns(value=lenient(rows["text"], self.dialect.decimal_comma))
        usable = pl.col("value").is_finite().fill_null(value=False)
        self._drop(rows.filter(~usable), Reason.NOT_A_NUMBER, findings, "text")
        return rows.filter(usable)

    def _with_meters(self, rows: pl.DataFrame, keys: Mapping[MeterName, int], findings: Findings) -> pl.DataFrame:
        """Rows of meters that take part, with ``key`` and ``zone``; the value in the stored unit."""
        meters = pl.DataFrame(
            [
                (label, keys[column.key], column.factor, column.time_zone, column.meter.carrier is Carrier.ELECTRICITY)
                for label, column in self.columns.items()
            ],
            schema={
                "label": pl.String,
                "key": pl.Int32,
                "factor": pl.Float64,
                "zone": pl.String,
                "electric": pl.Boolean,
            },
            orient="row",
        )
        joined = rows.join(meters, on="label", how="left", maintain_order="left")
        self._drop(joined.filter(pl.col("key").is_null()), Reason.UNKNOWN_METER, findings, "label")
        found = joined.drop_nulls("key").with_columns(pl.col("value") * pl.col("factor"))
        measurable = pl.col("value").abs() <= LARGEST_READING
        self._drop(found.filter(~measurable), Reason.OUT_OF_RANGE, findings, "text")
        found = found.filter(measurable)
        findings.zeros += found.filter((pl.col("value") == 0) & pl.col("electric")).height
        return found

    def _with_instants(self, rows: pl.DataFrame, findings: Findings) -> pl.DataFrame:
        """Rows whose stamp is an instant that may be imported, with ``second`` since 1970 UTC."""
        parts: list[pl.DataFrame] = []
        for part in rows.partition_by("zone", maintain_order=True):
            stamps = parse(part["stamp"], self.stamp)
            seconds = to_seconds(stamps, self.clock, part["zone"][0], part["key"])
            timed = part.with_columns(second=pl.Series(seconds))
            found = usable_rows(stamps, seconds, self.latest)
            for reason, positions in found.dropped.items():
                self._drop(timed[positions.tolist()], reason, findings, "stamp")
            parts.append(timed[np.sort(found.order).tolist()] if found.dropped else timed)
        return pl.concat(parts) if parts else rows.with_columns(second=pl.lit(0, pl.Int64))

    def _drop(self, rows: pl.DataFrame, reason: Reason, findings: Findings, shown: str) -> None:
        for label, count in rows.group_by("label", maintain_order=True).len().iter_rows():
            findings.drop(reason, str(label), count)
        for row, label, text in rows.head(3).select("row", "label", pl.col(shown).alias("shown")).iter_rows():
            findings.example(reason, self.source.name, row, str(label), str(text))
