"""Faults that the readings show by themselves: missing, negative, zero, stuck, spike, wrong scale.

Each rule takes a gapless hourly series (NaN = missing) and returns a mask of hours. The order of ``RULES`` is the
order of precedence: an hour belongs to the first rule that claims it.
"""

from collections.abc import Callable
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.metering.compute.quality.carriers import CARRIERS, Zeros
from eaio.metering.models import IssueKind
from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK
from eaio.timeseries.metrics import runs
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SELDOM = 0.005
"""Share of the hours that repeat the one before by chance, up to which a meter hardly ever does."""
FINE_SHARE = 0.2
"""Distinct values as a share of all: a meter above it resolves every hour, and never repeats itself by chance."""
FEWEST_STRETCHES = 20
"""Flat stretches that a meter must have before their usual length says something."""
STANDBY = 0.05
"""Share of the near-peak load under which a constant value is standby, not a frozen meter."""
FAR_BELOW = 0.5
"""Share of the lowest hundredth of the load under which nothing ordinary lies."""
RESTING = 0.15
"""Share of the median load: hours that stay below it in a quarter of the weeks may fall to nothing without a fault."""
SILENT_SHARE = 0.9
"""A week with more hours of nothing than this is silence, and says nothing of what is usual."""
SILENCE_HOURS = 72
LONGEST_REST_HOURS = 168
"""A meter that reads nothing whenever its load rests is wrong only if it does so for a week."""
COLD, WARM = 10.0, 20.0
"""degC, mean of the day: colder, a heating meter that reads zero is wrong; warmer, a cooling one."""
SCALE_TOLERANCE = 0.08
"""In decades: a step of x10 lies between x8.3 and x12."""
STEADY_DAYS = 3
FEWEST_IN_USE = 6
"""Hours above zero that a day must have to show its level; a few pulses amid zeros do not."""
SAME_STEP = 0.3
"""Decades by which the low and the high hours of a day may step further or less far than its middle."""


class RuleParams(Struct, frozen=True):
    """When readings are wrong by themselves."""

    missing_hours: int = 24
    stuck_hours: int = 12
    flat_hours: int = 6
    """Long enough on a meter that hardly ever repeats a value."""
    rest_hours: int = 48
    """Zeros of heat or cold against the season."""
    near_zero: float = 0.02
    """Share of the median load; outages are often coded as 1 rather than 0."""
    spike_factor: float = 3.0


class Evidence(NamedTuple):
    """What the rules look at, hour by hour."""

    carrier: Carrier
    values: Floats
    temperature: Floats
    params: RuleParams = RuleParams()


class Claim(NamedTuple):
    """Hours that one rule claims."""

    kind: IssueKind
    hours: Bools


def claims(evidence: Evidence) -> list[Claim]:
    """Run every rule; each hour is claimed once."""
    free = np.ones(evidence.values.size, bool)
    found: list[Claim] = []
    for kind, rule in RULES:
        hours = rule(evidence) & free
        free &= ~hours
        found.append(Claim(kind, hours))
    return found


def missing(evidence: Evidence) -> Bools:
    """No reading for a day or longer."""
    return _long_runs(~np.isfinite(evidence.values), evidence.params.missing_hours)


def negative(evidence: Evidence) -> Bools:
    """Less than nothing, which only a meter that also counts export may read."""
    return np.nan_to_num(evidence.values) < 0


def zero(evidence: Evidence) -> Bools:
    """Zeros that this carrier cannot have.

    The table ``CARRIERS`` says when they are a fault. Electricity that is next to nothing at those hours every week,
    such as outdoor lighting by day, may read zero then (BDG2; GEPIII winners).
    """
    is_zero: Bools = evidence.values == 0
    longest = evidence.params.rest_hours
    match CARRIERS[evidence.carrier].zeros:
        case Zeros.UNLESS_RESTING:
            return _mostly(is_zero, _unusual_rest(evidence, is_zero | _near_zero(evidence), 1))
        case Zeros.WHEN_COLD:
            return _long_runs(is_zero & (_daily_mean(evidence.temperature) < COLD), longest)
        case Zeros.WHEN_WARM:
            return _long_runs(is_zero & (_daily_mean(evidence.temperature) > WARM), longest)
        case Zeros.WHOLE_DAY:
            return _long_runs(is_zero, 24)
        case Zeros.NEVER:
            return np.zeros(is_zero.shape, bool)


def outage(evidence: Evidence) -> Bools:
    """Electricity at two percent of its median or less for three hours: the supply or the meter was off.

    Not so where the load is next to nothing at those hours every week. So it was where one value far below everything
    else repeats itself, whatever stands for nothing.
    """
    if CARRIERS[evidence.carrier].zeros is not Zeros.UNLESS_RESTING:
        return np.zeros(evidence.values.shape, bool)
    return _unusual_rest(evidence, _near_zero(evidence) | _coded_nothing(evidence.values), 3)


def _coded_nothing(values: Floats) -> Bools:
    same = np.zeros(values.shape, bool)
    same[1:] = values[1:] == values[:-1]
    same[:-1] |= same[1:]
    if _is_coarse(values) or same.all():
        return np.zeros(values.shape, bool)
    return same & (values < FAR_BELOW * weeks.quantile(values[~same], 0.01))


def stuck(evidence: Evidence) -> Bools:
    """The same value for twelve hours, or for six on a meter that hardly ever repeats one.

    On a coarse meter, for three times as long as its flat stretches usually last.
    A load that often rests at one value (a constant base, a coarse meter, standby in summer) is no fault.
    """
    if CARRIERS[evidence.carrier].may_hold:
        return np.zeros(evidence.values.shape, bool)
    values = evidence.values
    repeats = np.zeros(values.shape, bool)
    repeats[1:] = (values[1:] == values[:-1]) & (values[1:] > STANDBY * np.nan_to_num(weeks.quantile(values, 0.95)))
    found = runs(repeats)
    lengths = found[:, 1] - found[:, 0] + 1
    coarse = _is_coarse(values)
    usual = float(np.quantile(lengths, 0.9)) if coarse and lengths.size >= FEWEST_STRETCHES else 0.0
    by_chance = int((lengths[lengths < evidence.params.flat_hours] - 1).sum())
    fine = not coarse and by_chance < SELDOM * values.size
    longest = max(evidence.params.flat_hours if fine else evidence.params.stuck_hours, 3 * usual)
    stretches = found[lengths >= longest] - (1, 0)
    if stretches.size and np.diff(stretches, axis=1).sum() > 0.2 * values.size:
        return np.zeros(values.shape, bool)
    return _mask(stretches, values.size)


def spike(evidence: Evidence) -> Bools:
    """Up to two hours at three times anything that the meter usually reads, and back; irrigation comes in bursts."""
    near_peak = weeks.quantile(evidence.values, 0.995)
    if not np.isfinite(near_peak) or near_peak <= 0 or CARRIERS[evidence.carrier].may_burst:
        return np.zeros(evidence.values.shape, bool)
    high = np.nan_to_num(evidence.values) > evidence.params.spike_factor * near_peak
    found = runs(high)
    return _mask(found[found[:, 1] - found[:, 0] <= 2], high.size)


def scale(evidence: Evidence) -> Bools:
    """A sudden step by ten, a hundred or a thousand that holds for three days and goes back, or never does.

    The smaller part of the history counts as wrong. Both levels must be steady for their weekdays and the whole day
    must change alike, so that neither closed days nor a change of season, which takes heating meters through decades
    at their highest hours, is one.
    """
    values, days = evidence.values, evidence.values.size // 24
    if days < 2 * STEADY_DAYS:
        return np.zeros(values.shape, bool)
    by_day = np.where(values > 0, values, np.nan)[: days * 24].reshape(days, 24)
    by_day[np.isfinite(by_day).sum(axis=1) < FEWEST_IN_USE] = np.nan
    with np.errstate(divide="ignore", invalid="ignore"):
        decades = _less_weekday(np.log10(weeks.median(by_day, axis=1)))
        ends = [_less_weekday(np.log10(weeks.quantile_of_rows(by_day, q))) for q in (0.1, 0.9)]
    edges = [0, *(day for day in _steps(decades) if all(_as_far(decades, end, day) for end in ends)), days]
    segments = list(pairwise(edges))
    if len(segments) < 2:
        return np.zeros(values.shape, bool)
    centres = np.array([np.nanmedian(decades[a:b]) for a, b in segments])
    lengths = np.array([b - a for a, b in segments])
    usual = centres[int(lengths.argmax())]
    wrong = np.abs(centres - usual) > 1 - 2 * SCALE_TOLERANCE
    pairs = np.array([(24 * a, 24 * b) for (a, b), bad in zip(segments, wrong, strict=True) if bad], int).reshape(-1, 2)
    return _mask(pairs, values.size)


def _less_weekday(decades: Floats) -> Floats:
    """Decades above the usual of the same day of the week, so that closed days are no steps."""
    weeks_of_days = np.pad(decades, (0, -decades.size % 7), constant_values=np.nan).reshape(-1, 7)
    return (weeks_of_days - weeks.median(weeks_of_days)).reshape(-1)[: decades.size]


def _as_far(decades: Floats, end: Floats, day: int) -> bool:
    """Whether the low or high hours of a day step as far as its middle."""
    before, after = slice(day - STEADY_DAYS, day), slice(day, day + STEADY_DAYS)
    step, there = (np.median(level[after]) - np.median(level[before]) for level in (decades, end))
    return bool(abs(step - there) <= SAME_STEP)


def _steps(decades: Floats) -> list[int]:
    """Days at which the daily level jumps by whole decades between two steady stretches."""
    found: list[int] = []
    with np.errstate(invalid="ignore"):
        jump = np.abs(np.diff(decades))
        candidates = np.flatnonzero((np.abs(jump - np.round(jump)) <= SCALE_TOLERANCE * 2) & (np.round(jump) >= 1)) + 1
    for day in candidates:
        before, after = decades[max(day - STEADY_DAYS, 0) : day], decades[day : day + STEADY_DAYS]
        both = np.concatenate((before, after))
        if before.size == after.size == STEADY_DAYS and np.isfinite(both).all():
            size = float(np.median(after) - np.median(before))
            steady = max(np.ptp(before), np.ptp(after)) <= 0.35
            if steady and abs(abs(size) - round(abs(size))) <= SCALE_TOLERANCE and round(abs(size)) >= 1:
                found.append(int(day))
    return found


def _is_coarse(values: Floats) -> bool:
    """Whether a meter counts in steps so large that it repeats itself by chance."""
    return np.unique(values[np.isfinite(values)]).size < FINE_SHARE * values.size


def _typical(values: Floats) -> float:
    """Median of what is used at all; 0 for a meter that never reads anything."""
    used = values[np.isfinite(values) & (values > 0)]
    return float(np.median(used)) if used.size else 0.0


def _unusual_rest(evidence: Evidence, idle: Bools, shortest: int) -> Bools:
    """Runs of ``idle`` hours that do not fall wholly into hours of the week at which the load usually rests."""
    values = evidence.values
    typical = _typical(values)
    if typical <= 0:
        return np.zeros(idle.shape, bool)
    found = runs(idle)
    length = found[:, 1] - found[:, 0]
    clock = weeks.Clock.regular(0, values.size)
    folded = clock.fold(values)
    folded[clock.fold(idle.astype(float)).sum(axis=1, where=np.isfinite(folded)) > SILENT_SHARE * HOURS_IN_WEEK] = (
        np.nan
    )
    quiet = weeks.column_quantile(folded, 0.25)
    resting = (quiet <= RESTING * typical)[clock.hour_of_week()]
    awake = np.array([bool((~resting[start:end]).any()) for start, end in found], bool)
    rests_at_nothing = bool((quiet <= evidence.params.near_zero * typical).any())
    telling = (length >= LONGEST_REST_HOURS) if rests_at_nothing else awake | (length >= SILENCE_HOURS)
    return _mask(found[telling & (length >= shortest)], values.size)


def _near_zero(evidence: Evidence) -> Bools:
    return evidence.values <= evidence.params.near_zero * _typical(evidence.values)


def _mostly(hours: Bools, spells: Bools) -> Bools:
    """The spells in which most hours are such; a stray pulse amid zeros is of the same cause."""
    found = runs(spells)
    share = np.array([hours[start:end].mean() for start, end in found], float)
    return _mask(found[share > 0.5], hours.size)


def _daily_mean(temperature: Floats) -> Floats:
    return weeks.smooth(temperature, 25)


def _long_runs(hours: Bools, shortest: int) -> Bools:
    found = runs(hours)
    return _mask(found[found[:, 1] - found[:, 0] >= shortest], hours.size)


def _mask(pairs: NDArray[np.int64], size: int) -> Bools:
    """Mask of half-open index pairs."""
    edges = np.zeros(size + 1, np.int64)
    np.add.at(edges, pairs[:, 0], 1)
    np.add.at(edges, pairs[:, 1], -1)
    return np.cumsum(edges[:-1]) > 0


RULES: tuple[tuple[IssueKind, Callable[[Evidence], Bools]], ...] = (
    (IssueKind.MISSING, missing),
    (IssueKind.NEGATIVE, negative),
    (IssueKind.SCALE, scale),
    (IssueKind.SPIKE, spike),
    (IssueKind.ZERO, zero),
    (IssueKind.OUTAGE, outage),
    (IssueKind.STUCK, stuck),
)
