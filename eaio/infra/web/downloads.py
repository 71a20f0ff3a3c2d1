"""Tables as files: CSV for a spreadsheet, Parquet for a data frame, from the same rows.

A page offers a table at two addresses, ``/things.csv`` and ``/things.parquet``, handled by one function that hands its
columns and rows to :func:`table_file`. Columns carry their type, so that a file without rows has the same schema as one
with a thousand.
"""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from enum import Enum, StrEnum
from io import BytesIO, StringIO
from typing import TypeAlias
from uuid import UUID

import polars as pl
from litestar import Response

from eaio.infra.web.handlers import WebRequest
from eaio.timeseries.format import spreadsheet_safe

Columns: TypeAlias = Mapping[str, "pl.DataType | type[pl.DataType]"]
Rows: TypeAlias = Iterable[Sequence[object]]

INSTANT = pl.Datetime("us", "UTC")
"""A moment; in CSV as ISO 8601 with Z."""
WALL_TIME = pl.Datetime("us")
"""Local time of the site, in CSV as ``2016-01-01 13:00``; the column's name says whose."""


class FileKind(StrEnum):
    """What a table can be had as; the value is the ending of the address."""

    CSV = "csv"
    PARQUET = "parquet"

    @property
    def media_type(self) -> str:
        """As registered with IANA."""
        return "text/csv; charset=utf-8" if self is FileKind.CSV else "application/vnd.apache.parquet"


def both(address: str) -> list[str]:
    """The two addresses of a table."""
    return [f"{address}.{kind}" for kind in FileKind]


def kind_of(request: WebRequest) -> FileKind:
    """Which of the two addresses was asked."""
    return FileKind(request.url.path.rpartition(".")[2])


def table_file(name: str, columns: Columns, rows: Rows, kind: FileKind) -> Response[bytes]:
    """A table offered as a download called ``name`` and the kind's ending.

    ``rows`` have one cell per column; ``None`` is an empty cell. CSV follows RFC 4180, and text that a spreadsheet
    would run is made plain. Parquet keeps text as it is.
    """
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
    headers = {"content-disposition": f'attachment; filename="{safe}.{kind}"'}
    body = _as_csv(columns, rows) if kind is FileKind.CSV else _as_parquet(columns, rows)
    return Response(body, media_type=kind.media_type, headers=headers)


def _as_csv(columns: Columns, rows: Rows) -> bytes:
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue().encode()


def _cell(value: object) -> object:
    match value:
        case datetime():
            return f"{value.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}" if value.tzinfo else f"{value:%Y-%m-%d %H:%M}"
        case Enum():
            return value.value
        case str():
            return spreadsheet_safe(value)
        case _:
            return "" if value is None else value


def _as_parquet(columns: Columns, rows: Rows) -> bytes:
    cells = [[_value(value) for value in row] for row in rows]
    written = BytesIO()
    pl.DataFrame(cells, schema=dict(columns), orient="row").write_parquet(written)
    return written.getvalue()


def _value(value: object) -> object:
    match value:
        case Enum():
            return value.value
        case UUID():
            return str(value)
        case datetime() if value.tzinfo:
            return value.astimezone(UTC)
        case _:
            return value
