"""Causes that last: water that never stops, hours of use that moved, a level that drifts.

Each takes the scene of one meter and yields its causes; an hour may belong to more than one of them.
"""

from collections.abc import Callable, Iterator

import numpy as np

from eaio.analysis.compute.causes.drift import drifts
from eaio.analysis.compute.causes.leak import leaks
from eaio.analysis.compute.causes.moved import moved
from eaio.analysis.compute.causes.scene import Cause, CauseParams, Scene
from eaio.analysis.models import AnomalyKind

__all__ = ["Cause", "CauseParams", "Scene", "lasting"]

SEARCHES: tuple[Callable[[Scene, CauseParams], Iterator[Cause]], ...] = (leaks, moved, drifts)


def lasting(scene: Scene, params: CauseParams) -> list[Cause]:
    """Every lasting cause of one meter, in the order of the searches; a drift that another cause explains is none."""
    found = [cause for search in SEARCHES for cause in search(scene, params)]
    return [cause for cause in found if cause.kind != AnomalyKind.DRIFT or not _covered(cause, found)]


def _covered(drift: Cause, found: list[Cause]) -> bool:
    """Whether another cause spans at least half of the time of a drift."""
    first, last = np.flatnonzero(drift.hours)[[0, -1]] if drift.hours.any() else (0, 0)
    for cause in found:
        if cause.kind != AnomalyKind.DRIFT and cause.hours.any():
            start, end = np.flatnonzero(cause.hours)[[0, -1]]
            if min(end, last) - max(start, first) >= (last - first) / 2:
                return True
    return False
