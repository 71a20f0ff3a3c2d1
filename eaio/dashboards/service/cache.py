"""Portfolio-wide answers are kept until the organisation's data change.

Every process keeps its own; the organisation's data version is part of the key, so that none serves old readings.
Names and floor areas change without a new version: they are read again after half a minute.
"""

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

    async def get(self, key: Hashable, make: Callable[[], Awaitable[Value]]) -> Value:
        """The kept answer, or a new one; an error is not kept."""
        now = self._clock()
        found = self._kept.get(key)
        if found is not None and now - found[0] < self._seconds:
            self._kept.move_to_end(key)
            return found[1]
        made = await make()
        self._kept[key] = (now, made)
        self._kept.move_to_end(key)
        while len(self._kept) > self._entries:
            self._kept.popitem(last=False)
        return made
