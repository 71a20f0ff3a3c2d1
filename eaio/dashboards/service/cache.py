"""Portfolio-wide answers are kept until the organisation's data change.

Every process keeps its own; the organisation's data version is part of the key, so that none serves old readings.
Names and floor areas change without a new version: they are read again after half a minute.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Hashable
from typing import Any, TypeVar

Value = TypeVar("Value")

SECONDS = 30.0


class Cache:
    """The newest answers by key, each for a while."""

    def __init__(self, entries: int, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic) -> None:
        self._entries = entries
        self._seconds = seconds
        self._clock = clock
        self._kept: OrderedDict[Hashable, tuple[float, Any]] = OrderedDict()
        self._making: dict[Hashable, asyncio.Event] = {}

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> Value:
        """The kept answer, or a new one, which is made once however many wait for it; an error is not kept."""
        while True:
            found = self._kept.get(key)
            if found is not None and self._clock() - found[0] < self._seconds:
                self._kept.move_to_end(key)
                return found[1]
            under_way = self._making.get(key)
            if under_way is None:
                return await self._made(key, make)
            await under_way.wait()

    async def _made(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> Value:
        done = self._making[key] = asyncio.Event()
        try:
            made = await make()
            self._keep(key, made)
            return made
        finally:
            del self._making[key]
            done.set()

    def _keep(self, key: Hashable, made: object) -> None:
        self._kept[key] = (self._clock(), made)
        self._kept.move_to_end(key)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)
