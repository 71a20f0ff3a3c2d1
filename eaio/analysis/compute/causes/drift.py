"""A level that moves slowly: the daily use of a year against the year before it, at the same weather and time of week.

The year before teaches what a day uses at its temperature, weekday and time of year. What the following year's weeks
differ by is added up in a two-sided CUSUM (Page, Biometrika 41, 1954; ISO 7870-4): small differences that last raise
the alarm, and the change began when the sum last stood at zero.
"""

from collections.abc import Iterator
from typing import NamedTuple

import msgspec
import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from eaio.analysis.compute.causes.scene import Cause, CauseParams, Scene
from eaio.analysis.models import AnomalyKind
from eaio.timeseries import weeks
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

STEADY_CARRIERS = frozenset(set(Carrier) - {Carrier.SOLAR, Carrier.IRRIGATION})
YEAR = 365
LEAST_REFERENCE = 0.75
"""Share of the days of the year before that must be known."""
KNOTS = (2.0, 8.0, 13.0, 18.0, 23.0)
"""degC at which the response to temperature may change."""
SLACK, ALARM = 0.75, 6.0
"""In standard deviations of a week: a smaller difference is forgiven, and a sum of so many is an alarm."""
QUIETEST = 0.02
"""Share of the level; the weeks of no building are steadier."""
SMALL = 0.6
"""Share of the mean level: a difference is measured against no less, so that summer does not magnify gas."""
RAMP = 0.6
"""A change whose first third is below this share of its last third crept; else it stepped."""
DAYS_IN_WEEK = 7
FEWEST_IN_WEEK = 4
BLIND = 2.0
"""Without temperature a drift must be so many times as large and as long: the seasons alone say less."""
ODD = 0.2
"""Share of the level by which a week of the year before may miss its own model and still be compared with."""


class Week(NamedTuple):
    """The weeks of a year against the year before."""

    ratio: Floats
    """Excess over what the year before would have used, as a share of it; NaN where unknown."""
    noise: float


def drifts(scene: Scene, params: CauseParams) -> Iterator[Cause]:
    """Each year of the history against the one before; the first year only teaches."""
    if scene.carrier not in STEADY_CARRIERS:
        return
    days = _daily(scene)
    first = int(scene.clock.cell[0]) // 24 if scene.clock.cell.size else 0
    for start in range(first, days.value.size - YEAR - DAYS_IN_WEEK * params.drift_weeks, YEAR):
        reference = slice(start, start + YEAR)
        judged = slice(start + YEAR, min(start + 2 * YEAR, days.value.size))
        if np.isfinite(days.value[reference]).mean() < LEAST_REFERENCE:
            continue
        normal, blind = _expected(days, reference, judged)
        if normal is None:
            continue
        least = SMALL * float(np.nanmean(days.value[reference]))
        miss = (days.value[reference.start : judged.stop] - normal) / np.maximum(normal, least)
        before, ratio = _weekly(miss[:YEAR]), _weekly(miss[YEAR:])
        noise = max(float(np.nan_to_num(weeks.mad(before, weeks.median(before)))), QUIETEST)
        season = np.nan_to_num(weeks.median(sliding_window_view(np.pad(before, 1, mode="wrap"), 3), axis=1))
        odd = np.abs(season) > max(ODD, ALARM * noise)
        week = Week(ratio - np.where(odd, np.nan, season)[: ratio.size], noise)
        strict = msgspec.structs.replace(
            params, drift_share=BLIND * params.drift_share, drift_weeks=round(BLIND * params.drift_weeks)
        )
        yield from _causes(scene, days, week, judged, normal[YEAR:], strict if blind else params)


class _Days(NamedTuple):
    value: Floats
    """Mean load of the day; NaN with less than four fifths of its hours."""
    temperature: Floats
    closed: Bools


def _daily(scene: Scene) -> _Days:
    return _Days(
        _mean(scene.by_day(scene.values)),
        _mean(scene.by_day(scene.temperature)),
        scene.by_day(scene.holiday.astype(float)).max(axis=1, initial=0) == 1,
    )


def _mean(days: Floats) -> Floats:
    present = np.isfinite(days)
    count = present.sum(axis=1)
    return np.where(count >= 0.8 * 24, np.where(present, days, 0).sum(axis=1) / np.maximum(count, 1), np.nan)


def _expected(days: _Days, reference: slice, judged: slice) -> tuple[Floats | None, bool]:
    """Use of the days of both years as the first teaches it, by least squares, and whether without temperature.

    None where it cannot be said.

    Without temperature the seasons alone must do, by their first two harmonics.
    """
    both = slice(reference.start, judged.stop)
    first, stop = int(reference.start), int(judged.stop)
    day = np.arange(first, stop, dtype=np.float64)
    kind = np.where(days.closed[both], DAYS_IN_WEEK - 1, day % DAYS_IN_WEEK)
    columns = [(kind == weekday).astype(float) for weekday in range(DAYS_IN_WEEK)]
    angle = 2 * np.pi * day / 365.25
    columns += [f(order * angle) for order in (1, 2) for f in (np.sin, np.cos)]
    warmth = days.temperature[both]
    blind = bool(np.isfinite(warmth).mean() < LEAST_REFERENCE)
    if not blind:
        columns += [warmth, *(np.maximum(warmth - knot, 0) for knot in KNOTS)]
    features = np.column_stack(columns)
    known: Bools = np.all(np.isfinite(features), axis=1)
    taught: Bools = np.logical_and(known[:YEAR], np.isfinite(days.value[reference]))
    if taught.mean() < LEAST_REFERENCE:
        return None, blind
    x, y = features[:YEAR][taught], days.value[reference][taught]
    weight = np.ones(y.size)
    solved = np.zeros(features.shape[1])
    for _ in range(3):
        solved = np.linalg.lstsq(x * weight[:, None], y * weight, rcond=None)[0]
        miss = np.abs(y - x @ solved)
        weight = np.sqrt(np.minimum(1, 2 * np.median(miss) * weeks.MAD_TO_SIGMA / np.maximum(miss, 1e-12)))
    normal = np.where(known, features @ solved, np.nan)
    least = 0.1 * float(np.median(y))
    return (np.where(normal > least, normal, np.nan) if least > 0 else None), blind


def _weekly(ratio: Floats) -> Floats:
    """Median of each seven days; NaN with fewer than four."""
    whole = ratio[: ratio.size // DAYS_IN_WEEK * DAYS_IN_WEEK].reshape(-1, DAYS_IN_WEEK)
    enough = np.isfinite(whole).sum(axis=1) >= FEWEST_IN_WEEK
    return np.where(enough, weeks.median(whole, axis=1), np.nan)


def _causes(
    scene: Scene, days: _Days, week: Week, judged: slice, normal: Floats, params: CauseParams
) -> Iterator[Cause]:
    for sign in (1, -1):
        for start, end in _alarms(sign * week.ratio / week.noise):
            size = week.ratio[start:end]
            late = float(np.nanmedian(size[-max(3, size.size // 3) :]))
            if end - start < params.drift_weeks or sign * late < params.drift_share:
                continue
            span = slice(DAYS_IN_WEEK * start, DAYS_IN_WEEK * end)
            affected = np.zeros(days.value.shape, bool)
            affected[judged.start + span.start : judged.start + span.stop] = True
            level = np.full(days.value.shape, np.nan)
            known = days.value[judged] > 0
            level[judged] = np.where(known, normal / np.where(known, days.value[judged], 1.0), np.nan)
            hours = scene.hours_of(np.repeat(affected[:, None], 24, axis=1)) & np.isfinite(scene.values)
            share = scene.hours_of(np.repeat(level[:, None], 24, axis=1))
            hours &= np.isfinite(share)
            early = float(np.nanmedian(size[: max(3, size.size // 3)]))
            words: dict[str, str | float] = {
                "way": "up" if sign > 0 else "down",
                "how": "crept" if sign * early < RAMP * sign * late else "moved",
                "size": abs(late),
                "side": "above" if sign > 0 else "below",
            }
            confidence = float(np.clip(0.35 + 0.08 * sign * late / week.noise, 0.4, 0.85))
            yield Cause(AnomalyKind.DRIFT, hours, scene.values * share, confidence, words)


def _alarms(unusual: Floats) -> list[tuple[int, int]]:
    """Weeks from the last zero before an alarm to the highest sum; an unknown week changes nothing."""
    found: list[tuple[int, int]] = []
    total, best, start, top = 0.0, 0.0, 0, 0
    for index, value in enumerate(np.append(np.nan_to_num(unusual), -np.inf)):
        total = max(0.0, total + min(value, 3.0) - SLACK) if np.isfinite(value) else 0.0
        if total > best:
            best, top = total, index + 1
        if total == 0.0:
            if best >= ALARM:
                found.append((start, top))
            best, start = 0.0, index + 1
    return found
