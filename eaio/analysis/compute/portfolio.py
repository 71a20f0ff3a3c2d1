"""Baselines of many meters at once.

Meters are independent and each fit is a few milliseconds of linear algebra that releases the interpreter's lock, so
threads share a portfolio; what cannot be fitted comes back as its refusal, never as an error of the whole.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import NamedTuple, TypeVar

from threadpoolctl import threadpool_limits

from eaio.analysis.compute import baselines, points
from eaio.analysis.models import AnyBaseline, Period, Refused

Key = TypeVar("Key")


class Fitted(NamedTuple):
    """A meter's baseline, or why there is none."""

    baseline: AnyBaseline | None
    refusal: Refused | None


def fit(
    meters: Iterable[tuple[Key, Callable[[], points.Points]]], period: Period, asked: baselines.Asked, workers: int = 2
) -> Iterator[tuple[Key, Fitted]]:
    """Fit one model to each meter, in order.

    Args:
        meters: a key and what loads the points, called in a worker so that no more than a few are in memory at once.
        period: the baseline of all of them.
        asked: the model of all of them.
        workers: threads.
    """

    def one(item: tuple[Key, Callable[[], points.Points]]) -> tuple[Key, Fitted]:
        key, load = item
        try:
            return key, Fitted(baselines.fit(load(), period, asked), None)
        except Refused as refusal:
            return key, Fitted(None, refusal)

    with threadpool_limits(1), ThreadPoolExecutor(workers) as pool:
        yield from pool.map(one, meters)
