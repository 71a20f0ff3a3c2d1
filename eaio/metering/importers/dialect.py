"""How a text table is written: separator, decimal mark, header row."""

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import numpy as np
from msgspec import Struct

from eaio.infra.errors import Invalid
from eaio.metering.importers.sources import Source

_SAMPLE_BYTES = 256 * 1024
_SAMPLE_ROWS = 60
_BLOCK_BYTES = 4 << 20
_NEWLINE = 10
_DECIMAL_COMMA = re.compile(r"^\s*-?\d+,\d+\s*$")
_NUMBER = re.compile(r"^\s*-?[\d.,]+([eE][-+]?\d+)?\s*$")


class Dialect(Struct, frozen=True):
    """What a parser must know of a file."""

    separator: str
    decimal_comma: bool
    title_rows: int
    """Rows above the header."""
    header: tuple[str, ...]
    sample: tuple[tuple[str, ...], ...]
    """The first rows below the header."""

    @property
    def first_row(self) -> int:
        """Number of the first row of data, counted from 1 as a spreadsheet does."""
        return self.title_rows + 2


def detect_dialect(source: Source) -> Dialect:
    """Look at the beginning of a file.

    Raises:
        Invalid: no table, no header, no data below it, or two columns of one name.
    """
    text = _beginning(source.path)
    separator, rows = max(((mark, _rows(text, mark)) for mark in ",;\t|"), key=lambda found: _tabularity(found[1]))
    if not rows:
        raise Invalid(f"{source.name}: a cell near the top does not end; check the quotation marks")
    width = _tabularity(rows)[1]
    if width < 2:
        raise Invalid(
            f"{source.name}: no columns found; a table needs a time and at least one value, separated by comma, "
            "semicolon or tab"
        )
    title_rows = next((index for index, row in enumerate(rows) if _may_be_header(row, width)), 0)
    header = tuple(_plain(cell) for cell in rows[title_rows])
    sample = tuple(tuple(row) for row in rows[title_rows + 1 : title_rows + 1 + _SAMPLE_ROWS])
    if all(_NUMBER.match(cell) or not cell for cell in header[1:]):
        raise Invalid(f"{source.name}, row {title_rows + 1}: there is no header; name the columns in the first row")
    if not any(any(cell.strip() for cell in row) for row in sample):
        raise Invalid(f"{source.name} has a header but no readings below it")
    _refuse_twins(source.name, title_rows + 1, header)
    values = [cell for row in sample for cell in row[1:]]
    decimal_comma = separator != "," and any(_DECIMAL_COMMA.match(cell) for cell in values)
    _refuse_ragged(source, separator, title_rows, width)
    return Dialect(separator, decimal_comma, title_rows, header, sample)


def _refuse_ragged(source: Source, separator: str, title_rows: int, width: int) -> None:
    """Raise Invalid if a row has more cells than the header: its values would slip under other columns.

    Separators are counted first, quickly; only if a line has too many, quotes are understood as well.
    """
    if not any(most >= width for most in _separators_per_line(source.path, ord(separator))):
        return
    number = 0
    with source.path.open(encoding="utf-8-sig", newline="") as file:
        try:
            for number, row in enumerate(csv.reader(file, delimiter=separator), 1):
                if number > title_rows and len(row) > width:
                    place = f"{source.name}, row {number}"
                    raise Invalid(f"{place}: {len(row)} cells where the header has {width}; correct the row")
        except csv.Error as error:
            raise Invalid(f"{source.name}, row {number + 1}: {error}; check the quotation marks") from error


def _separators_per_line(path: Path, separator: int) -> Iterator[int]:
    """The largest number of separators in any line, block by block."""
    carried = 0
    with path.open("rb") as file:
        while block := file.read(_BLOCK_BYTES):
            data = np.frombuffer(block, np.uint8)
            marks = data[np.flatnonzero((data == separator) | (data == _NEWLINE))]
            ends = np.flatnonzero(marks == _NEWLINE)
            if len(ends) == 0:
                carried += len(marks)
                yield carried
                continue
            counts = np.diff(ends, prepend=-1) - 1
            counts[0] += carried
            carried = len(marks) - int(ends[-1]) - 1
            yield max(int(counts.max()), carried)


def _may_be_header(row: list[str], width: int) -> bool:
    """As wide as the table, and named at least half: a title above it has one cell filled."""
    return len(row) == width and sum(bool(cell.strip()) for cell in row) >= max(2, width / 2)


def _beginning(path: Path) -> str:
    """Whole lines, at least three if there are as many."""
    with path.open("rb") as file:
        head = file.read(_SAMPLE_BYTES)
        while head.count(b"\n") < 3 and (more := file.read(_SAMPLE_BYTES * 8)):
            head += more
        whole = len(head) if not file.read(1) else head.rindex(b"\n") + 1
    return head[:whole].decode("utf-8-sig")


def _rows(text: str, separator: str) -> list[list[str]]:
    """The first rows; none if a cell would be longer than cells are, as with a separator that is not the file's."""
    try:
        return list(islice(csv.reader(io.StringIO(text, newline=""), delimiter=separator), _SAMPLE_ROWS + 20))
    except csv.Error:
        return []


def _plain(title: str) -> str:
    """A name on one line, without what does not print."""
    return "".join(letter for letter in " ".join(title.split()) if letter.isprintable())


def _tabularity(rows: list[list[str]]) -> tuple[float, int]:
    """How much a reading of the lines looks like a table: share of rows of the commonest width, then the width."""
    if not rows:
        return 0.0, 0
    width, count = Counter(len(row) for row in rows).most_common(1)[0]
    return (count / len(rows) if width > 1 else 0.0, width)


def _refuse_twins(name: str, row: int, header: tuple[str, ...]) -> None:
    places: dict[str, list[int]] = {}
    for position, title in enumerate(header, 1):
        places.setdefault(title.casefold(), []).append(position)
    for positions in places.values():
        title = header[positions[0] - 1]
        if len(positions) > 1 and title:
            columns = " and ".join(str(position) for position in positions)
            raise Invalid(
                f"{name}, row {row}: columns {columns} are both called {title!r}; give each meter its own name"
            )
