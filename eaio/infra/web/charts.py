"""A chart's numbers at three addresses: JSON for its drawing, CSV and Parquet for everybody else.

A page's ``chart`` macro takes the address that ends in ``.json`` and offers the other two beside the drawing.
"""

from types import UnionType
from typing import Any, Union, get_args, get_origin

import msgspec
import polars as pl
from litestar import Response

from eaio.infra.charts.catalogue import row_types
from eaio.infra.charts.models import Payload, as_wall_clock
from eaio.infra.web.downloads import WALL_TIME, Columns, FileKind, table_file
from eaio.infra.web.handlers import WebRequest

JSON = "json"
MOMENTS = frozenset({"time", "start", "end", "day", "week", "month"})
"""Columns of epoch milliseconds on the wall clock."""
LEFT_OUT = frozenset({"href"})
TYPES: dict[type, pl.DataType] = {int: pl.Int64(), float: pl.Float64(), bool: pl.Boolean()}


def drawn(address: str) -> list[str]:
    """The three addresses of a chart."""
    return [f"{address}.{ending}" for ending in (JSON, *FileKind)]


def chart_answer(request: WebRequest, name: str, payload: Payload) -> Response[bytes]:
    """The payload as the address asks for it; files are called ``name`` and hold every mark of every series."""
    ending = request.url.path.rpartition(".")[2]
    if ending == JSON:
        return Response(msgspec.json.encode(payload), media_type="application/json")
    columns, rows = chart_table(payload)
    return table_file(name, columns, rows, FileKind(ending))


def chart_table(payload: Payload) -> tuple[Columns, list[tuple[object, ...]]]:
    """One row a mark: its series, its fields, the unit; times are those of the site's wall clock."""
    sources = row_types(type(payload))
    fields = {
        field.name: field.type
        for row in sources.values()
        for field in msgspec.structs.fields(row)
        if field.name not in LEFT_OUT
    }
    unit = getattr(payload, "unit", "")
    columns = {"series": pl.String()} | {_heading(name): _type_of(name, of) for name, of in fields.items()}
    rows = [
        (source, *(_cell(name, getattr(row, name, None)) for name in fields), unit)
        for source in sources
        for row in getattr(payload, source)
    ]
    return {**columns, "unit": pl.String()}, rows


def _heading(name: str) -> str:
    return f"local_{name}" if name in MOMENTS else name


def _type_of(name: str, annotation: Any) -> pl.DataType:
    if name in MOMENTS:
        return WALL_TIME
    options = get_args(annotation) if get_origin(annotation) in (UnionType, Union) else (annotation,)
    return next((TYPES[option] for option in options if option in TYPES), pl.String())


def _cell(name: str, value: object) -> object:
    return as_wall_clock(value) if name in MOMENTS and isinstance(value, int) else value
