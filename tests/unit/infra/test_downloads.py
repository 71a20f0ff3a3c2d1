"""A table as a file, CSV and Parquet from the same rows."""

import csv
from datetime import UTC, date, datetime, timedelta, timezone
from io import BytesIO, StringIO

import polars as pl

from eaio.infra.web.downloads import INSTANT, WALL_TIME, FileKind, table_file
from eaio.timeseries.units import Carrier

COLUMNS = {
    "name": pl.String,
    "carrier": pl.String,
    "at": INSTANT,
    "local": WALL_TIME,
    "day": pl.Date,
    "kwh": pl.Float64,
}
ROW = (
    "=HYPERLINK(1)",
    Carrier.GAS,
    datetime(2016, 3, 1, 12, tzinfo=timezone(timedelta(hours=2))),
    datetime(2016, 3, 1, 12, tzinfo=UTC).replace(tzinfo=None),
    date(2016, 3, 1),
    -2.5,
)


def _csv(rows: list[tuple[object, ...]]) -> list[list[str]]:
    return list(csv.reader(StringIO(table_file("t", COLUMNS, rows, FileKind.CSV).content.decode())))


def test_csv_writes_moments_in_utc_and_makes_formulas_plain_but_not_negative_numbers() -> None:
    assert _csv([ROW]) == [
        list(COLUMNS),
        ["'=HYPERLINK(1)", "gas", "2016-03-01T10:00:00Z", "2016-03-01 12:00", "2016-03-01", "-2.5"],
    ]


def test_parquet_keeps_types_and_text_as_they_are() -> None:
    written = table_file("t", COLUMNS, [ROW], FileKind.PARQUET).content
    frame = pl.read_parquet(BytesIO(written))
    assert frame.schema == pl.DataFrame(schema=COLUMNS).schema
    assert frame.row(0) == ("=HYPERLINK(1)", "gas", datetime(2016, 3, 1, 10, tzinfo=UTC), *ROW[3:])


def test_an_empty_table_has_the_same_schema_and_an_empty_cell_stays_empty() -> None:
    empty = pl.read_parquet(BytesIO(table_file("t", COLUMNS, [], FileKind.PARQUET).content))
    assert empty.schema == pl.DataFrame(schema=COLUMNS).schema
    assert _csv([(None,) * 6])[1] == [""] * 6


def test_the_file_has_a_name_that_every_system_takes() -> None:
    headers = table_file("Zürich/../Haus 1", COLUMNS, [], FileKind.PARQUET).headers
    assert headers["content-disposition"] == 'attachment; filename="Z_rich____Haus_1.parquet"'
