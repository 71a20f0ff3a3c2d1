"""Series as binary arrays: one value per column and meter instead of a row per reading.

``array_agg`` in the server and a strided view in numpy bring a meter's two years (17,544 readings) in about 5 ms;
rows take 15 to 30 ms.
"""

from typing import Any, ClassVar, LiteralString

import numpy as np
from numpy.typing import NDArray
from psycopg.abc import Buffer
from psycopg.adapt import Loader
from psycopg.pq import Format

from eaio.infra.db import Connection

POSTGRES_EPOCH_US = 946_684_800_000_000
"""2000-01-01 UTC in microseconds of the Unix epoch: Postgres counts from there."""

_HEADER_BYTES = 20


class _ArrayLoader(Loader):
    """A one-dimensional binary array without NULLs: a 20-byte header, then (length, value) pairs."""

    format = Format.BINARY
    value_type: ClassVar[str]

    def load(self, data: Buffer) -> NDArray[Any]:
        layout = np.dtype([("length", ">i4"), ("value", self.value_type)])
        if len(data) < _HEADER_BYTES:
            return np.empty(0, layout["value"].newbyteorder("="))
        values = np.frombuffer(data, layout, offset=_HEADER_BYTES)["value"]
        return values.astype(layout["value"].newbyteorder("="))


class _Doubles(_ArrayLoader):
    value_type = ">f8"


class _Reals(_ArrayLoader):
    value_type = ">f4"


class _Smallints(_ArrayLoader):
    value_type = ">i2"


class _Instants(_ArrayLoader):
    value_type = ">i8"

    def load(self, data: Buffer) -> NDArray[Any]:
        return super().load(data) + POSTGRES_EPOCH_US


_LOADERS: dict[str, type[_ArrayLoader]] = {
    "float8[]": _Doubles,
    "float4[]": _Reals,
    "int2[]": _Smallints,
    "timestamptz[]": _Instants,
}


async def fetch_series(conn: Connection, sql: LiteralString, **params: Any) -> list[tuple[Any, ...]]:
    """Run a query whose array columns become numpy arrays; instants as int64 microseconds since 1970 UTC.

    NULL arrays (no reading at all) stay None; elements must not be NULL.
    """
    async with conn.cursor(binary=True) as cursor:
        for name, loader in _LOADERS.items():
            info = cursor.adapters.types[name.removesuffix("[]")]
            cursor.adapters.register_loader(info.array_oid, loader)
        await cursor.execute(sql, params)
        return await cursor.fetchall()
