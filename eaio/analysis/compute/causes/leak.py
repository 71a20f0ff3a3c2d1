"""Water that never stops: a flow that stays above zero for a day or longer, on a meter whose nights are still."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from eaio.analysis.compute.causes.scene import Cause, CauseParams, Scene
from eaio.analysis.models import AnomalyKind
from eaio.timeseries import weeks
from eaio.timeseries.metrics import runs
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]

STILL = 0.01
"""Share of the near-peak flow under which water stands still."""
LEAST = 0.02
"""Share of the near-peak flow that a meter which never stands still must rise by."""
FEWEST_DAYS = 14
WHOLE_DAY = 12
"""Hours without which a day says nothing of its lowest flow."""
REPEATING = 0.95
"""Flow that repeats itself more than this, on a meter that otherwise does not, is a meter that stands."""
BRIDGE_HOURS = 6
"""One hour below the line, as a coarse meter has it, does not end a leak."""


def leaks(scene: Scene, params: CauseParams) -> Iterator[Cause]:
    """Runs in which the lowest flow of every day stays above the usual lowest flow of a day.

    Where most days reach a standstill any standing flow counts; where water is used day and night only a rise to more
    than twice the usual lowest flow does. The excess is the standing flow beyond what is usual.
    """
    if scene.carrier != Carrier.WATER:
        return
    near_peak = weeks.quantile(scene.values, 0.975)
    lowest = _lowest(scene)
    known = lowest[np.isfinite(lowest)]
    if known.size < FEWEST_DAYS or not near_peak > 0:
        return
    usual = float(np.median(known))
    still = usual <= STILL * near_peak
    usual = 0.0 if still else usual
    floor = STILL * near_peak if still else max(2 * usual, usual + LEAST * near_peak)
    flows = np.nan_to_num(scene.values, nan=-1.0) > floor
    for start, end in _bridged(runs(flows), scene.values):
        if end - start < params.leak_hours:
            continue
        if _repeats(scene.values[start:end]) > REPEATING >= _repeats(scene.values):
            yield _stuck(scene, start, end)
            continue
        hours = np.zeros(scene.values.size, bool)
        hours[start:end] = np.isfinite(scene.values[start:end])
        standing = _standing(scene.values[start:end], params.leak_hours) - usual
        normal = np.zeros(scene.values.size)
        normal[start:end] = scene.values[start:end] - standing
        rate = float(np.median(standing))
        confidence = min(0.95, 0.55 + 0.1 * (end - start) / params.leak_hours + (0.1 if still else 0.0))
        yield Cause(AnomalyKind.LEAK, hours, normal, confidence, {"rate": rate})


def _repeats(values: Floats) -> float:
    """Share of the hours with a flow that repeat the one before."""
    flowing = values[1:] > 0
    return float((flowing & (values[1:] == values[:-1])).sum() / max(flowing.sum(), 1))


def _stuck(scene: Scene, start: int, end: int) -> Cause:
    hours = np.zeros(scene.values.size, bool)
    hours[start:end] = np.isfinite(scene.values[start:end])
    return Cause(AnomalyKind.STUCK, hours, scene.expected, 0.8, {})


def _lowest(scene: Scene) -> Floats:
    days = scene.by_day(scene.values)
    complete = np.isfinite(days).sum(axis=1) >= WHOLE_DAY
    return np.where(complete, np.where(np.isfinite(days), days, np.inf).min(axis=1), np.nan)


def _bridged(spells: NDArray[np.int64], values: Floats) -> list[tuple[int, int]]:
    """Spells of flow joined over single hours; a lull that is longer, or a gap that is, ends a leak."""
    joined: list[tuple[int, int]] = []
    for start, end in spells.tolist():
        last = joined[-1] if joined else None
        gap = None if last is None else values[last[1] : start]
        if last is not None and gap is not None and _is_pause(gap):
            joined[-1] = (last[0], end)
        else:
            joined.append((start, end))
    return joined


def _is_pause(gap: Floats) -> bool:
    return gap.size <= 1 or (gap.size <= BRIDGE_HOURS and not np.isfinite(gap).any())


def _standing(values: Floats, width: int) -> Floats:
    """The flow that never stopped: at each hour the lowest of the day around it."""
    filled = np.where(np.isfinite(values), values, np.inf)
    padded = np.pad(filled, (width // 2, width - 1 - width // 2), mode="edge")
    lowest = sliding_window_view(padded, width).min(axis=1)
    return np.where(np.isfinite(lowest), lowest, 0.0)
