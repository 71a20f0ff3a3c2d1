"""Answers are kept for a while."""

import pytest

from eaio.dashboards.service.cache import Cache


class Clock:
    """A clock that stands until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


class Counter:
    """Counts how often it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self) -> int:
        self.asked += 1
        return self.asked


@pytest.mark.anyio
async def test_an_answer_is_made_once_and_again_when_it_is_old() -> None:
    clock, counter = Clock(), Counter()
    cache = Cache(10, seconds=30, clock=clock)
    assert [await cache.get("k", counter) for _ in range(3)] == [1, 1, 1]
    clock.now = 30.0
    assert await cache.get("k", counter) == 2


@pytest.mark.anyio
async def test_the_longest_unused_answer_goes_first() -> None:
    counter, cache = Counter(), Cache(2, clock=Clock())
    await cache.get("a", counter)
    await cache.get("b", counter)
    await cache.get("a", counter)
    await cache.get("c", counter)
    assert await cache.get("a", counter) == 1
    assert await cache.get("b", counter) == 4


@pytest.mark.anyio
async def test_an_error_is_not_kept() -> None:
    cache = Cache(2, clock=Clock())

    async def fail() -> int:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        await cache.get("k", fail)
    assert await cache.get("k", Counter()) == 1
