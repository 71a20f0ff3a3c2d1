"""An open-loop load generator over real HTTP: requests leave on time whether or not earlier ones have returned.

A closed loop would wait for slow answers and so hide them (coordinated omission); here each latency counts from the
moment the request was due.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from itertools import cycle

import numpy as np
from msgspec import Struct


class Latencies(Struct, frozen=True):
    """What one page's requests took."""

    p50_ms: float
    p95_ms: float
    max_ms: float
    requests: int
    errors: int


class _Line:
    """One keep-alive connection to the server under test."""

    def __init__(self, host: str, port: int, headers: bytes) -> None:
        self._host, self._port, self._headers = host, port, headers
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        """Fetch a path whole and return its status."""
        if self._streams is None or self._streams[0].at_eof():  # the server closes lines that idled too long
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        writer.write(b"GET " + path.encode() + b" HTTP/1.1\r\nhost: 127.0.0.1\r\n" + self._headers + b"\r\n")
        head = await reader.readuntil(b"\r\n\r\n")
        await self._drain_body(reader, head.lower())
        return int(head.split(b" ", 2)[1])

    async def _drain_body(self, reader: asyncio.StreamReader, head: bytes) -> None:
        if b"transfer-encoding: chunked" in head:
            while size := int(await reader.readline(), 16):
                await reader.readexactly(size + 2)
            await reader.readline()
        elif b"content-length:" in head:
            length = int(head.split(b"content-length:", 1)[1].split(b"\r\n", 1)[0])
            await reader.readexactly(length)


async def open_loop(
    port: int, pages: Mapping[str, Sequence[str]], token: str, rate: float, seconds: float
) -> dict[str, Latencies]:
    """Ask for the pages in turn, ``rate`` requests a second in all, for ``seconds``.

    Args:
        port: of a server on this machine.
        pages: name to the paths that are taken in turn.
        token: bearer token.
        rate: requests per second over all pages.
        seconds: how long requests are sent.
    """
    headers = f"authorization: Bearer {token}\r\naccept: text/html,application/json\r\n".encode()
    idle: list[_Line] = []
    taken: dict[str, list[float]] = {name: [] for name in pages}
    errors = dict.fromkeys(pages, 0)

    async def fetch(name: str, path: str, due: float) -> None:
        line = idle.pop() if idle else _Line("127.0.0.1", port, headers)
        try:
            ok = await line.get(path) == 200
        except (OSError, asyncio.IncompleteReadError):
            ok = False
        else:
            idle.append(line)
        taken[name].append((time.perf_counter() - due) * 1000)
        errors[name] += not ok

    paths = {name: cycle(choices) for name, choices in pages.items()}
    names = cycle(pages)
    start = time.perf_counter()
    running: list[asyncio.Task[None]] = []
    for turn in range(int(rate * seconds)):
        due = start + turn / rate
        await asyncio.sleep(max(0.0, due - time.perf_counter()))
        name = next(names)
        running.append(asyncio.create_task(fetch(name, next(paths[name]), due)))
    await asyncio.gather(*running)
    return {name: _summary(values, errors[name]) for name, values in taken.items()}


def _summary(values: Sequence[float], errors: int) -> Latencies:
    p50, p95, top = (round(float(v), 1) for v in np.percentile(values, [50, 95, 100]))
    return Latencies(p50, p95, top, len(values), errors)
