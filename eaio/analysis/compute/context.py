"""How unusual each hour is, given the time of week, the season and the weather. No labels are used.

Three views of an hour, each in robust standard deviations of its hour of week: its distance from the whole year's
profile, from the neighbouring weeks' profile, and from the week that is the nearest but nine of fifty at the same
hour. The first finds what is rare, the second what is sudden, the third what is alike to nothing else. Their capped
mean, smoothed over half a day, favours what lasts; what one view alone finds, such as a building that changed for
good, counts for little.
"""

from functools import partial
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SUNDAY = 6 * 24
TEMPERATURE_BANDS = (-np.inf, 8.0, 18.0, np.inf)
"""degC; each band has its own response, since cooling and heating respond in opposite ways."""
FEWEST_HOURS_IN_BAND = 200


class ContextParams(Struct, frozen=True):
    """How the views are formed; the values were chosen on LEAD series and lie on a broad plateau."""

    neighbour_weeks: int = 4
    nearest_share: float = 0.19
    """Which nearest other week counts, as a share of all weeks: the 10th of 53."""
    cap: float = 10.0
    agreement: float = 1.5
    """How far the mean may exceed the second largest view, as a factor."""
    smoothing_hours: int = 13
    floor_of_median: float = 0.065
    floor_of_peak: float = 0.01


class Context(NamedTuple):
    """Per hour: what would be normal, and how far from normal it is, in robust standard deviations."""

    expected: Floats
    score: Floats
    """Smoothed."""
    raw: Floats
    """The hour by itself; 0 where it is missing."""


class Surroundings(NamedTuple):
    """What else is known of each hour."""

    temperature: Floats
    """Outdoor degC, NaN where unknown."""
    holiday: Bools
    """Public holidays: such an hour is as normal as on its weekday or as on a Sunday, whichever is nearer."""
    faulty: Bools
    """Found wrong by a rule: such an hour scores the cap, so that its edges stand out too."""

    @classmethod
    def nothing(cls, hours: int) -> "Surroundings":
        """Nothing known."""
        return cls(np.full(hours, np.nan), np.zeros(hours, bool), np.zeros(hours, bool))


def context(
    values: Floats, clock: weeks.Clock, around: Surroundings | None = None, params: ContextParams | None = None
) -> Context:
    """Score a gapless hourly series.

    Args:
        values: one per hour, NaN where missing or not to be trusted.
        clock: where each value stands in its week.
        around: weather, holidays and faults, hour by hour.
        params: how the views are formed.
    """
    chosen = params or ContextParams()
    known = around or Surroundings.nothing(values.size)
    load = clock.fold(values)
    warmth = clock.fold(known.temperature)
    closed = clock.fold(known.holiday.astype(float)) == 1
    pieces = [_span(load[s], warmth[s], closed[s], chosen) for s in weeks.spans(load.shape[0])]
    expected, raw = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    unfolded = np.where(known.faulty, chosen.cap, clock.unfold(raw))
    score = np.nan_to_num(weeks.smooth(unfolded, chosen.smoothing_hours))
    return Context(clock.unfold(expected), score, np.nan_to_num(unfolded))


def _span(load: Floats, warmth: Floats, closed: Bools, params: ContextParams) -> tuple[Floats, Floats]:
    seasonal = _neighbours(load, params.neighbour_weeks)
    response = _temperature_response(load - seasonal, warmth, params)
    adjusted = load - response
    typical = weeks.median(adjusted)
    spread = np.maximum(weeks.mad(adjusted, typical), _floor(load, params))
    seasonal = _regime(adjusted, seasonal, params.neighbour_weeks)
    seasonal = np.where(np.isfinite(seasonal), seasonal, typical)
    residual = adjusted - seasonal
    seasonal_spread = np.maximum(weeks.mad(residual, weeks.median(residual)), _floor(load, params))
    views = np.stack(
        (
            np.abs(adjusted - typical) / spread,
            np.abs(residual) / seasonal_spread,
            _nearest_other_week(adjusted, params.nearest_share) / spread,
        )
    )
    expected = seasonal + response
    score = _agreed(np.clip(views, 0, params.cap), params.agreement)
    return _on_holidays(load, expected, score, closed)


def _floor(load: Floats, params: ContextParams) -> float:
    """Variation below this is no news, however regular the meter."""
    size = np.abs(load)
    floor = params.floor_of_median * weeks.quantile(size, 0.5), params.floor_of_peak * weeks.quantile(size, 0.95)
    return max(float(np.nan_to_num(max(floor))), 1e-9)


def _neighbours(load: Floats, radius: int) -> Floats:
    """Median of the weeks around each week, without the week itself."""
    around = np.delete(_around(load, radius), radius, axis=2)
    return weeks.median(around, axis=2)


def _around(load: Floats, radius: int) -> Floats:
    """Shape (weeks, 168, 2 radius + 1): each hour in the weeks before, in its own and in those after."""
    padded = np.pad(load, ((radius, radius), (0, 0)), constant_values=np.nan)
    return sliding_window_view(padded, 2 * radius + 1, axis=0)


def _regime(load: Floats, both: Floats, radius: int) -> Floats:
    """Where use changes level, normal is what holds on one's own side of the step.

    Of the weeks on both sides, before and after, those count that fit the surrounding seven days best.
    """
    around = _around(load, radius)
    middle = weeks.middle_of_few if radius <= 4 else partial(weeks.median, axis=2)
    before, after = middle(around[:, :, :radius]), middle(around[:, :, radius + 1 :])
    candidates = np.stack((both, before, after))
    misfit = np.stack([_weekly_mean(np.abs(load - candidate)) for candidate in candidates])
    misfit[~np.isfinite(candidates) | ~np.isfinite(misfit)] = np.inf
    return np.take_along_axis(candidates, misfit.argmin(0)[None], axis=0)[0]


def _weekly_mean(folded: Floats) -> Floats:
    return weeks.smooth(folded.reshape(-1), HOURS_IN_WEEK).reshape(folded.shape)


def _agreed(views: Floats, agreement: float) -> Floats:
    """Mean of the views, held down to what at least two of them see."""
    second = np.sort(views, axis=0)[1]
    return np.minimum(views.mean(0), agreement * second)


def _temperature_response(residual: Floats, warmth: Floats, params: ContextParams) -> Floats:
    """What a warmer or colder hour than its neighbouring weeks explains, by least squares in each band."""
    usual = _neighbours(warmth, params.neighbour_weeks)
    departure = warmth - usual
    response = np.zeros_like(residual)
    known = np.isfinite(residual) & np.isfinite(departure)
    limit = 3 * weeks.MAD_TO_SIGMA * weeks.quantile(np.abs(residual), 0.5)
    for cold, warm in pairwise(TEMPERATURE_BANDS):
        band = known & (warmth >= cold) & (warmth < warm)
        if band.sum() < FEWEST_HOURS_IN_BAND:
            continue
        x, y = departure[band], np.clip(residual[band], -limit, limit)
        response[band] = x * (x @ y) / max(float(x @ x), 1e-9)
    return response


def _nearest_other_week(load: Floats, share: float) -> Floats:
    """Distance to the k-th nearest other week at the same hour of week, k = ``share`` of the weeks.

    In a sorted column those k neighbours and the point itself are a window of k + 1 ranks; the distance is the
    smallest reach of such a window.
    """
    total = load.shape[0]
    k = max(3, round(share * total))
    order = np.argsort(load, axis=0)
    ranked = np.take_along_axis(load, order, axis=0)
    bounded = np.where(np.isfinite(ranked), ranked, np.inf)
    edge = np.full((k, load.shape[1]), np.inf)
    padded = np.concatenate((-edge, bounded, edge))
    reach = np.full(load.shape, np.inf)
    with np.errstate(invalid="ignore"):
        for lower in range(k + 1):
            first, last = padded[lower : lower + total], padded[lower + k : lower + k + total]
            reach = np.fmin(reach, np.maximum(bounded - first, last - bounded))
    reach[~np.isfinite(ranked) | ~np.isfinite(reach)] = np.nan
    distance = np.empty_like(reach)
    np.put_along_axis(distance, order, reach, axis=0)
    return np.where(np.isfinite(load), np.nan_to_num(distance), np.nan)


def _on_holidays(load: Floats, expected: Floats, score: Floats, closed: Bools) -> tuple[Floats, Floats]:
    if not closed.any():
        return expected, score
    sunday = np.tile(expected[:, SUNDAY:], (1, HOURS_IN_WEEK // 24))
    usual, quiet = np.abs(load - expected), np.abs(load - sunday)
    nearer = closed & (quiet < usual)
    return np.where(nearer, sunday, expected), np.where(nearer, score * quiet / np.maximum(usual, 1e-9), score)
