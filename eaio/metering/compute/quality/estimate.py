"""Values for readings that are missing or wrong: a straight line over short gaps, week and weather over longer ones."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eaio.timeseries import weeks
from eaio.timeseries.metrics import runs

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Places = NDArray[np.int64]

SHORT_HOURS = 4.0
"""Up to here a straight line between the neighbours is closer than any profile (measured on real meters)."""
LONGEST_DAYS = 62
"""Longer gaps are not estimated: two months say nothing of the month between."""
NEARBY_WEEKS = 6
FEWEST_WEEKS = 2
"""Values of one place of the week that make a profile."""
BALANCE = 15.0
"""degC around which heating and cooling are told apart; the slopes do the rest."""
FEWEST_FOR_WEATHER = 14 * 24
HELPS = 0.05
"""Share of the variance that temperature must explain before it is used."""

INTERPOLATED = "interpolation"
PROFILED = "weekly profile"
WEATHERED = "weekly profile and temperature"


class Estimate(NamedTuple):
    """Values for a run of readings [start, end), and how they were made; NaN where nothing can be said."""

    start: int
    end: int
    values: Floats
    method: str


def estimates(values: Floats, unknown: Bools, cell: Places, temperature: Floats, every: int) -> list[Estimate]:
    """One estimate per run of unknown readings; runs that are too long or stand alone are left out.

    Args:
        values: readings in order, NaN where missing.
        unknown: what shall be estimated; such readings are no evidence for others.
        cell: place of each reading on the wall clock, counted in intervals from a Monday on.
        temperature: degC of each reading, NaN where unknown.
        every: seconds between readings.
    """
    known = np.where(unknown, np.nan, values)
    lowest = min(0.0, float(np.nanmin(known))) if np.isfinite(known).any() else 0.0
    found: list[Estimate] = []
    for start, end in runs(unknown):
        hours = (end - start) * every / 3600
        if hours > LONGEST_DAYS * 24 or not np.isfinite(known).any():
            continue
        short = end - start == 1 or hours <= SHORT_HOURS
        one = _line(known, int(start), int(end)) if short else None
        one = one or _profile(known, int(start), int(end), cell, temperature, every)
        if one is not None and np.isfinite(one.values).any():
            found.append(one._replace(values=np.maximum(one.values, lowest)))
    return found


def _line(known: Floats, start: int, end: int) -> Estimate | None:
    if start == 0 or end == known.size or not np.isfinite(known[[start - 1, end]]).all():
        return None
    share = np.arange(1, end - start + 1) / (end - start + 1)
    return Estimate(start, end, known[start - 1] + share * (known[end] - known[start - 1]), INTERPOLATED)


def _profile(known: Floats, start: int, end: int, cell: Places, temperature: Floats, every: int) -> Estimate | None:
    """Median of the same place of the week in the weeks around, moved by what temperature explains."""
    week = 7 * 24 * 3600 // every
    if week == 0:
        return None
    nearby = slice(max(start - NEARBY_WEEKS * week, 0), end + NEARBY_WEEKS * week)
    inside = slice(start - nearby.start, end - nearby.start)
    here, place, degrees = known[nearby], cell[nearby] % week, temperature[nearby]
    usual = _by_place(here, place, week)
    values = usual[place[inside]]
    if not np.isfinite(values).any():
        return None
    slopes = _slopes(here - usual[place], _departure(degrees, place, week))
    if slopes is None:
        return Estimate(start, end, values, PROFILED)
    moved = _departure(degrees, place, week)[:, inside]
    return Estimate(start, end, values + slopes @ np.nan_to_num(moved), WEATHERED)


def _by_place(values: Floats, place: Places, week: int) -> Floats:
    """Median by place of the week where at least two weeks know it, NaN elsewhere."""
    order = np.argsort(place, kind="stable")
    ranks = np.arange(place.size) - np.searchsorted(place[order], place[order])
    table = np.full((int(ranks.max(initial=0)) + 1, week), np.nan)
    table[ranks, place[order]] = values[order]
    enough = np.isfinite(table).sum(axis=0) >= FEWEST_WEEKS
    return np.where(enough, weeks.median(table), np.nan)


def _departure(degrees: Floats, place: Places, week: int) -> Floats:
    """Heating and cooling degrees less what is usual at that place of the week; shape (2, n)."""
    parts = np.stack([np.maximum(BALANCE - degrees, 0), np.maximum(degrees - BALANCE, 0)])
    return np.stack([part - _by_place(part, place, week)[place] for part in parts])


def _slopes(left: Floats, departure: Floats) -> Floats | None:
    """Amount per degree of heating and of cooling; None where weather is unknown or explains next to nothing."""
    known = np.isfinite(left) & np.isfinite(departure).all(axis=0)
    if known.sum() < FEWEST_FOR_WEATHER:
        return None
    x, y = departure[:, known].T, left[known]
    gram = np.asarray(x.T @ x, np.float64)
    ridge = 1e-6 * float(gram[0, 0] + gram[1, 1]) + 1e-12
    slopes = np.linalg.solve(gram + ridge * np.eye(2), x.T @ y).astype(np.float64)
    explained = 1 - float(((y - x @ slopes) ** 2).sum()) / max(float((y**2).sum()), 1e-300)
    return slopes if explained >= HELPS else None
