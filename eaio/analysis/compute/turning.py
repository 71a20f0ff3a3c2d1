"""A meter that runs like a different building: whether it changed its pattern, and since when."""

from datetime import datetime, timedelta

import numpy as np
import polars as pl

from eaio.analysis.compute.blocks import Floats
from eaio.analysis.compute.load_shape import weeks_mean
from eaio.analysis.models import AnomalyKind, Finding
from eaio.analysis.models.patterns import Turn
from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK

YEAR = timedelta(weeks=52)
LEAST_WEEKS = 4
"""On either side of a turn."""
MARGIN, LEAST_MARGIN = 0.3, 0.03
"""How much nearer, in cosine, the new pattern must be now and the old one must have been before: together, and each."""
UNLIKE = 0.8
"""Cosine of the two years' shapes above which a meter has not changed, whichever side of a border it stands on."""


def turn(hourly: pl.DataFrame, before: Floats, now: Floats) -> Turn | None:
    """The week from which on the load looks more like ``now`` than like ``before``, and use since then.

    Args:
        hourly: HOURLY frame of two years, faulty hours missing.
        before: typical week of the first year over its mean, 168 values.
        now: that of the second.

    Returns:
        None where the weeks do not tell the two apart or too few lie on one side.
    """
    values = hourly["value"].to_numpy().astype(float)
    clock = weeks.Clock.of(hourly["local"])
    folded = clock.fold(values)
    known = np.isfinite(folded).sum(axis=1) >= HOURS_IN_WEEK // 2
    level: Floats = np.fromiter(map(weeks_mean, list(folded[known])), np.float64)
    if not level.size or (level <= 0).any():
        return None
    relative = folded[known] / level[:, None]
    nearer = np.nansum((relative - before) ** 2, axis=1) - np.nansum((relative - now) ** 2, axis=1)
    gain = np.concatenate([[0.0], np.cumsum(nearer)])
    at = int(np.argmin(gain))
    if at < LEAST_WEEKS or nearer.size - at < LEAST_WEEKS:
        return None
    week = int(np.flatnonzero(known)[at])
    first = int((clock.cell < week * HOURS_IN_WEEK).sum())
    times: list[datetime] = hourly["time"].to_list()
    return _use_since(times, values, min(first, values.size - 1))


def _use_since(times: list[datetime], values: Floats, first: int) -> Turn:
    """Use since an hour and in the same weeks a year before, over the hours that both years have."""
    lag = int(YEAR.total_seconds() // 3600)
    here = np.arange(max(first, lag), values.size)
    both = here[np.isfinite(values[here]) & np.isfinite(values[here - lag])]
    end = times[-1] + timedelta(hours=1)
    return Turn(times[first], end, float(values[both].sum()), float(values[both - lag].sum()))


def has_changed(before: Floats, now: Floats, centres: Floats) -> tuple[int, int] | None:
    """Positions of the pattern before and of that now, where a meter clearly moved from one to the other."""
    was, is_ = centres @ before, centres @ now
    old, new = int(was.argmax()), int(is_.argmax())
    if old == new or float(before @ now) > UNLIKE:
        return None
    margins = float(was[old] - was[new]), float(is_[new] - is_[old])
    return (old, new) if min(margins) >= LEAST_MARGIN and sum(margins) >= MARGIN else None


def change_finding(turned: Turn, old: str, new: str, alike: float) -> Finding:
    """The change as a finding; it has no cost of its own, since what it costs stands in the findings of its hours."""
    more = turned.amount - turned.usual
    hours = int((turned.end - turned.start).total_seconds() // 3600)
    return Finding(
        kind=AnomalyKind.PATTERN,
        start=turned.start,
        end=turned.end,
        hours=hours,
        spells=1,
        kwh=more,
        normal_kwh=turned.usual,
        money=None,
        co2_kg=None,
        confidence=float(np.clip(1.0 - alike, 0.05, 0.95)),
        explanation=f"Runs like a different building since about {turned.start:%-d %B %Y}: was “{old}”, is “{new}”"
        + _in_words(turned),
    )


def _in_words(turned: Turn) -> str:
    if turned.usual <= 0:
        return ""
    share = turned.amount / turned.usual - 1
    if abs(share) < 0.02:
        return "; it uses about as much as in the same weeks a year before"
    return f"; it uses {abs(share):.0%} {'more' if share > 0 else 'less'} than in the same weeks a year before"
