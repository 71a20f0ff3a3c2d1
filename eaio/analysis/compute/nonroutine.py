"""Declared non-routine events: their days left out, or normal use adjusted while they last (IPMVP, Guideline 14 B)."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.models import AppliedEvent, NonRoutineEvent, Treatment, WrongPeriods

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

LEAST_OUTSIDE = 30
"""Days outside all events that an estimated adjustment is measured against."""


def check(events: Sequence[NonRoutineEvent]) -> None:
    """Refuse events that overlap or lack the amount that their treatment needs."""
    for event in events:
        needs = event.treatment in {Treatment.FACTOR, Treatment.CONSTANT}
        if needs and (event.amount is None or not np.isfinite(event.amount)):
            raise WrongPeriods(f"The event from {event.period.first} needs an amount for its {event.treatment}")
        if event.treatment == Treatment.FACTOR and (event.amount or 0) <= 0:
            raise WrongPeriods(f"The event from {event.period.first} needs a factor above 0, not {event.amount}")
    ordered = sorted(events, key=lambda event: event.period.first)
    for one, other in pairwise(ordered):
        if one.period.overlaps(other.period):
            raise WrongPeriods(
                f"Two events overlap: {one.period.first} to {one.period.last} and {other.period.first} to "
                f"{other.period.last}. Shorten one of them"
            )


def inside(points: pl.DataFrame, event: NonRoutineEvent) -> Bools:
    """Which points lie in the event; a month counts when its first day does."""
    return points["day"].is_between(event.period.first, event.period.last).to_numpy()


def routine(points: pl.DataFrame, events: Sequence[NonRoutineEvent], per_day: float) -> pl.DataFrame:
    """The baseline's points as if no event had been: known amounts taken off, other days left out.

    Args:
        points: POINTS.
        events: checked ones.
        per_day: points of the unit of ``value`` a day: 24 for hours, 1 for days and months.
    """
    kept, value = np.ones(points.height, bool), points["value"].to_numpy().copy()
    for event in events:
        mask = inside(points, event)
        if event.treatment == Treatment.FACTOR:
            value[mask] /= event.amount or 1.0
        elif event.treatment == Treatment.CONSTANT:
            value[mask] -= (event.amount or 0.0) / per_day
        else:
            kept &= ~mask
    return points.with_columns(value=pl.Series(value)).filter(pl.Series(kept))


def excluded(points: pl.DataFrame, events: Sequence[NonRoutineEvent]) -> Bools:
    """Which points a reporting period leaves out."""
    found = np.zeros(points.height, bool)
    for event in events:
        if event.treatment == Treatment.EXCLUDE:
            found |= inside(points, event)
    return found


def adjusted(
    points: pl.DataFrame, expected: Floats, events: Sequence[NonRoutineEvent], per_day: float
) -> tuple[Floats, tuple[AppliedEvent, ...]]:
    """The counterfactual with the events in it, and what each of them added, kWh."""
    length, changed = points["length"].to_numpy(), expected.copy()
    anywhere = np.zeros(points.height, bool)
    for event in events:
        anywhere |= inside(points, event)
    residual = points["value"].to_numpy() - expected
    applied: list[AppliedEvent] = []
    for event in events:
        mask = inside(points, event)
        if event.treatment == Treatment.FACTOR:
            changed[mask] *= event.amount or 1.0
        elif event.treatment == Treatment.CONSTANT:
            changed[mask] += (event.amount or 0.0) / per_day
        elif event.treatment == Treatment.ESTIMATE and mask.any():
            changed[mask] += _shift(residual, length, mask, ~anywhere, event, per_day)
        added = float(((changed - expected) * length)[mask].sum())
        applied.append(AppliedEvent(event, int(mask.sum()), added))
    return changed, tuple(applied)


def _shift(
    residual: Floats, length: Floats, mask: Bools, outside: Bools, event: NonRoutineEvent, per_day: float
) -> float:
    days = float(length[outside].sum()) / per_day
    if days < LEAST_OUTSIDE:
        raise WrongPeriods(
            f"The effect of the event from {event.period.first} cannot be estimated: {days:.0f} days lie outside all "
            f"events, {LEAST_OUTSIDE} are needed. Give its amount, or exclude it"
        )
    here, there = (
        np.average(residual[mask], weights=length[mask]),
        np.average(residual[outside], weights=length[outside]),
    )
    return float(here - there)
