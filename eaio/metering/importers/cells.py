"""Columns of a table as arrays; a cell that is no number is found and named, never guessed."""

import re
from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.infra.errors import Invalid
from eaio.metering.importers.dialect import Dialect
from eaio.metering.importers.sources import Source

NO_VALUE = ("", "-", "--", "NA", "N/A", "n/a", "NULL", "Null", "null", "None", "NaN", "nan", "#N/A", "#VALUE!")
"""How exports write that there is no reading."""

_EXAMPLES = 10
_CELLS_AT_ONCE = 8_000_000
_THOUSANDS = re.compile(r"^-?\d{1,3}(,\d{3})+(\.\d+)?$")


class BadCell(Struct, frozen=True):
    """A cell that should hold a number: its position below the header, its column, and what it says."""

    position: int
    column: int
    text: str


class BadColumn(Struct, frozen=True):
    """How many cells of a column hold text, and the first of them."""

    column: int
    count: int
    first: tuple[BadCell, ...]


class Numbers(Struct, frozen=True):
    """Numeric columns: ``matrix`` float64 (columns, rows), NaN where there is no value, and what could not be read."""

    matrix: NDArray[np.float64]
    bad: tuple[BadColumn, ...]


def read_text(source: Source, dialect: Dialect, columns: Sequence[int]) -> pl.DataFrame:
    """Columns as text, named by their position, as c0 and c5."""
    return _collect(source, dialect, dict.fromkeys(columns, pl.String()))


def read_rows(source: Source, dialect: Dialect, columns: Sequence[int], start: int, count: int) -> pl.DataFrame:
    """Some rows of columns as text."""
    table = scan(source, dialect, dict.fromkeys(columns, pl.String()), ())
    return collect(table.slice(start, count), source)


def read_numbers(source: Source, dialect: Dialect, columns: Sequence[int], rows: int | None = None) -> Numbers:
    """Columns as numbers; the quick way first, cell by cell only where a column holds text.

    ``rows`` keeps to the first ones.
    """
    for marks in ((), NO_VALUE):
        try:
            frame = _collect(source, dialect, dict.fromkeys(columns, pl.Float64()), marks, rows)
        except Invalid:
            continue
        return Numbers(np.ascontiguousarray(frame.to_numpy().T), ())
    texts = _collect(source, dialect, dict.fromkeys(columns, pl.String()), NO_VALUE, rows)
    return _lenient_numbers(texts, columns, dialect.decimal_comma)


def count_numbers(source: Source, dialect: Dialect, columns: Sequence[int]) -> dict[int, int]:
    """How many cells of each column hold a finite number."""
    found: dict[int, int] = {}
    size = max(1, _CELLS_AT_ONCE // max(1, source.lines))
    for start in range(0, len(columns), size):
        part = columns[start : start + size]
        counts = np.isfinite(read_numbers(source, dialect, part).matrix).sum(axis=1)
        found |= dict(zip(part, counts.tolist(), strict=True))
    return found


def lenient(texts: pl.Series, decimal_comma: bool) -> pl.Series:
    """Numbers out of text: marks for "no value" and words become null, thousands separators are understood."""
    stripped = texts.str.strip_chars()
    if decimal_comma:
        return stripped.str.replace_all(".", "", literal=True).str.replace(",", ".").cast(pl.Float64, strict=False)
    numbers = stripped.cast(pl.Float64, strict=False)
    if numbers.null_count() == texts.null_count():
        return numbers
    grouped = stripped.str.contains(_THOUSANDS.pattern)
    plain = pl.select(pl.when(grouped).then(stripped.str.replace_all(",", "")).otherwise(stripped)).to_series()
    return plain.cast(pl.Float64, strict=False)


def _lenient_numbers(frame: pl.DataFrame, columns: Sequence[int], decimal_comma: bool) -> Numbers:
    matrix = np.empty((len(columns), frame.height))
    bad: list[BadColumn] = []
    for place, column in enumerate(columns):
        texts = frame[f"c{column}"]
        numbers = lenient(texts, decimal_comma)
        wrong = (numbers.is_null() & texts.is_not_null() & ~texts.str.strip_chars().is_in(NO_VALUE)).arg_true()
        if len(wrong):
            first = tuple(BadCell(place, column, texts[place][:40]) for place in wrong.head(_EXAMPLES).to_list())
            bad.append(BadColumn(column, len(wrong), first))
        matrix[place] = numbers.fill_null(np.nan).to_numpy()
    return Numbers(matrix, tuple(bad))


def _collect(
    source: Source,
    dialect: Dialect,
    wanted: dict[int, pl.DataType],
    no_value: Sequence[str] = NO_VALUE,
    rows: int | None = None,
) -> pl.DataFrame:
    return collect(scan(source, dialect, wanted, no_value, rows), source)


def collect(table: pl.LazyFrame, source: Source) -> pl.DataFrame:
    """Read a table.

    Raises:
        Invalid: it is no table, or a cell does not fit its column.
    """
    try:
        return table.collect()
    except pl.exceptions.PolarsError as error:
        raise Invalid(f"{_suspect(source)} cannot be read as a table; check the quotation marks") from error


def _suspect(source: Source) -> str:
    """The first line on which a quotation mark stays open, or the file."""
    with source.path.open("rb") as file:
        row = next((row for row, line in enumerate(file, 1) if line.count(b'"') % 2), None)
    return f"{source.name}, row {row}," if row else source.name


def scan(
    source: Source,
    dialect: Dialect,
    wanted: dict[int, pl.DataType],
    no_value: Sequence[str] = NO_VALUE,
    rows: int | None = None,
) -> pl.LazyFrame:
    """Columns of a table, named by their position, not read yet."""
    schema = {f"c{index}": wanted.get(index, pl.String()) for index in range(len(dialect.header))}
    table = pl.scan_csv(
        source.path,
        has_header=False,
        skip_rows=dialect.title_rows + 1,
        separator=dialect.separator,
        decimal_comma=dialect.decimal_comma,
        schema=schema,
        null_values=list(no_value) or None,
        n_rows=rows,
    )
    return table.select([f"c{index}" for index in wanted])
