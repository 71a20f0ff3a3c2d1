"""How unusual each hour is by what came before it alone: the detector for live data.

Two of the three views of ``context`` need no future: the distance to the earlier weeks' profile and to the nearest of
the earlier weeks, in robust standard deviations of the hour of week. With few weeks behind it, little is known of
what is usual, so the spread is widened by their number. Every function works on columns, so that a column is an hour
of the week of one meter where a history is judged, or a meter where an hour of many meters arrives.
"""

from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class CausalParams(Struct, frozen=True):
    """How an arriving hour is judged; the values were chosen on LEAD series and lie on a broad plateau."""

    memory_weeks: int = 52
    fewest_weeks: int = 2
    nearest_share: float = 0.19
    nearest_most: int = 10
    """The distance is that to the k-th nearest earlier week: this share of them, at most this many."""
    pooled_hours: int = 2
    """An hour's spread is the mean over so many hours of the week on either side."""
    prior_weeks: float = 4.0
    """How many weeks the spread of the whole meter weighs beside that of the hour."""
    novelty_weeks: float = 4.0
    """The spread is widened by 1 + this over the number of weeks known."""
    floor_of_median: float = 0.065
    floor_of_peak: float = 0.01
    cap: float = 10.0
    smoothing_hours: int = 6
    """Trailing, so that an hour's score needs no later one."""
    threshold: float = 4.2
    near_zero: float = 0.02
    flat_hours: int = 6
    fine_share: float = 0.01
    """A meter that repeats a value less often than this resolves every hour, and a flat line is a fault."""


class Level(NamedTuple):
    """What all hours of a meter say of its size; a number, or one a meter."""

    floor: Floats
    """Variation below it is no news."""
    spread: Floats


class Usual(NamedTuple):
    """What the earlier weeks say of each column."""

    typical: Floats
    spread: Floats
    earlier: Floats
    """Shape (weeks, columns)."""


class Judgement(NamedTuple):
    """Per hour: what was expected, how unusual the hour is, whether it is an anomaly."""

    expected: Floats
    score: Floats
    anomalous: Bools


def judge(
    values: Floats, clock: weeks.Clock, carrier: Carrier = Carrier.ELECTRICITY, params: CausalParams | None = None
) -> Judgement:
    """Replay a gapless hourly series (NaN = missing), each hour judged when it arrives."""
    chosen = params or CausalParams()
    broken = faulty(values, carrier, chosen)
    folded = clock.fold(np.where(broken, np.nan, values))
    raw, expected = np.full(folded.shape, np.nan), np.full(folded.shape, np.nan)
    for week in range(chosen.fewest_weeks, folded.shape[0]):
        earlier = folded[max(0, week - chosen.memory_weeks) : week]
        known = usual(_wrapped(earlier, chosen.pooled_hours), level(earlier, chosen), chosen)
        expected[week], raw[week] = known.typical, departure(known, folded[week], chosen)
    hourly = np.where(broken, chosen.cap, np.nan_to_num(clock.unfold(raw)))
    smoothed = trailing(hourly, chosen.smoothing_hours)
    score = smoothed + np.where(broken, chosen.cap, 0.0)
    unread = ~np.isfinite(values)
    return Judgement(clock.unfold(expected), score, (score > chosen.threshold) & ~unread)


def level(earlier: Floats, params: CausalParams) -> Level:
    """Size of a meter from its earlier weeks, shape (weeks, 168) or (weeks, 168, meters)."""
    flat = np.abs(earlier).reshape(-1, *earlier.shape[2:])
    near_peak = np.nan_to_num(_ranked(flat, 0.95))
    floor = np.maximum(params.floor_of_median * np.nan_to_num(weeks.median(flat)), params.floor_of_peak * near_peak)
    departures = np.abs(earlier - weeks.median(earlier)).reshape(flat.shape)
    spread = weeks.MAD_TO_SIGMA * np.nan_to_num(weeks.median(departures))
    return Level(np.maximum(floor, 1e-9), spread)


def usual(earlier: Floats, of: Level, params: CausalParams) -> Usual:
    """What is usual in the middle columns of ``earlier``, which has ``pooled_hours`` more on either side.

    Args:
        earlier: shape (weeks, hours) or (weeks, hours, meters), NaN where nothing is known.
        of: the size of the meter, or of each.
        params: how an hour is judged.
    """
    typical = weeks.median(earlier)
    own = weeks.mad(earlier, typical)
    radius = params.pooled_hours
    pooled = sliding_window_view(np.where(np.isfinite(own), own, of.spread), 2 * radius + 1, axis=0).mean(-1)
    known = earlier.shape[0]
    shared = (known * pooled + params.prior_weeks * of.spread) / (known + params.prior_weeks)
    widened = np.maximum(shared, of.floor) * (1 + params.novelty_weeks / known)
    middle = slice(radius, earlier.shape[1] - radius)
    return Usual(typical[middle], widened, earlier[:, middle])


def departure(known: Usual, values: Floats, params: CausalParams) -> Floats:
    """How far values are from what is usual, in spreads, at most the cap; NaN where either is unknown."""
    count = known.earlier.shape[0]
    k = min(params.nearest_most, max(1, round(params.nearest_share * count)))
    nearest = np.sort(np.abs(known.earlier - values), axis=0)[k - 1]
    from_typical = np.abs(values - known.typical)
    nearest = np.where(np.isfinite(nearest), nearest, from_typical)
    views = np.stack((from_typical, nearest)) / known.spread
    return np.clip(views, 0, params.cap).mean(0)


def trailing(hourly: Floats, width: int) -> Floats:
    """Mean of each value and those before it, ``width`` in all, fewer at the start."""
    added = np.concatenate(([0.0], np.cumsum(hourly)))
    last = np.arange(1, hourly.size + 1)
    first = np.maximum(last - width, 0)
    return (added[last] - added[first]) / (last - first)


def faulty(values: Floats, carrier: Carrier, params: CausalParams) -> Bools:
    """Hours that are wrong by themselves, as known when they arrive: negative, near zero (electricity), or flat."""
    found = np.nan_to_num(values) < 0
    if carrier == Carrier.ELECTRICITY:
        with np.errstate(invalid="ignore"):
            found |= values <= params.near_zero * _typical_so_far(values, params.memory_weeks * HOURS_IN_WEEK)
    if carrier not in {Carrier.WATER, Carrier.IRRIGATION, Carrier.SOLAR}:
        found |= _flat_so_far(values, params)
    return found


def _typical_so_far(values: Floats, memory: int) -> Floats:
    """Median of what was used until the day before, renewed daily; NaN in the first two days."""
    typical = np.full(values.size, np.nan)
    for start in range(48, values.size, 24):
        earlier = values[max(0, start - memory) : start]
        used = earlier[earlier > 0]
        if used.size >= 48:
            typical[start : start + 24] = np.median(used)
    return typical


def _flat_so_far(values: Floats, params: CausalParams) -> Bools:
    """From the hour on that makes a flat line too long, on a meter that has hardly ever repeated a value before."""
    repeats = np.concatenate(([False], (values[1:] == values[:-1]) & (values[1:] != 0)))
    position = np.arange(values.size)
    began = np.maximum.accumulate(np.where(repeats, 0, position))
    length = position - began + 1
    by_chance = np.cumsum(repeats & (length < params.flat_hours)) / (position + 1)
    return (length >= params.flat_hours) & (by_chance < params.fine_share)


def _wrapped(earlier: Floats, radius: int) -> Floats:
    """A whole week with its neighbours: Sunday night lies before Monday morning."""
    return np.concatenate((earlier[:, -radius:], earlier, earlier[:, :radius]), axis=1) if radius else earlier


def _ranked(values: Floats, q: float) -> Floats:
    """Quantile along the first axis of what is present, nearest rank; NaN where nothing is."""
    ordered = np.sort(values, axis=0)
    last = np.maximum(np.isfinite(ordered).sum(0) - 1, 0)
    rank = np.asarray(q * last + 0.5, np.int64)
    return np.take_along_axis(ordered, rank[None], axis=0)[0]
