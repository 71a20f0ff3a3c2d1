"""Answers are kept for a while."""

import asyncio

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


@pytest.mark.anyio
async def test_many_that_ask_at_once_get_one_answer() -> None:
    counter, cache = Counter(), Cache(2, clock=Clock())

    async def slow() -> int:
        await asyncio.sleep(0.01)
        return await counter()

    assert await asyncio.gather(*(cache.get("k", slow) for _ in range(20))) == [1] * 20


@pytest.mark.anyio
async def test_those_who_wait_for_one_that_fails_try_themselves() -> None:
    counter, cache = Counter(), Cache(2, clock=Clock())

    async def fails_first() -> int:
        asked = await counter()
        await asyncio.sleep(0.01)
        if asked == 1:
            raise ValueError("no")
        return asked

    answers = await asyncio.gather(*(cache.get("k", fails_first) for _ in range(3)), return_exceptions=True)
    assert isinstance(answers[0], ValueError)
    assert answers[1:] == [2, 2]
