"""A meter's history as arrays, with the calendar of its past and of the hours to come."""

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TypeAlias

import numpy as np
import numpy.typing as npt
import polars as pl

from eaio.infra.errors import InsufficientData

Floats: TypeAlias = npt.NDArray[np.float64]
Ints: TypeAlias = npt.NDArray[np.int64]
Small: TypeAlias = npt.NDArray[np.int16]

DAY = 24
WEEK = 168
HORIZON = 14 * DAY
"""The longest horizon in hours; every forecast is made this long and served in part."""
DEAD_RUN = 24
"""An electricity meter that reads zero this many hours in a row is taken as silent, not as a building without load."""
LEADING_RUN = WEEK
"""A history that opens with one unchanged value for a week starts after it."""


@dataclass(frozen=True, slots=True)
class Load:
    """History of ``size`` hours and the calendar of those plus ``HORIZON`` more hours.

    All arrays share one hourly axis; index ``size`` is the forecast origin, the first hour without a reading.
    """

    values: Floats
    """(size,) amount per hour, NaN where missing."""
    filled: Floats
    """(size,) the same with gaps taken from the week before: what engines read, never what they are judged on."""
    temperature: Floats
    """(size,) degrees Celsius, NaN where unknown."""
    hour: Small
    """(size + HORIZON,) local hour of day."""
    weekday: Small
    """(size + HORIZON,) local weekday, Monday 0; a holiday counts as Sunday."""
    day_of_year: Small
    """(size + HORIZON,) 1 to 366, local."""
    holiday: npt.NDArray[np.bool_]
    """(size + HORIZON,) true on a holiday."""
    offset: Small
    """(size + HORIZON,) whole hours by which the wall clock is ahead of UTC."""
    origin: datetime
    """The first forecast hour, UTC."""
    future_local: pl.Series
    """(HORIZON,) naive wall clock of the forecast hours."""

    @property
    def size(self) -> int:
        """Hours of history."""
        return len(self.values)

    def floor(self, until: int) -> float:
        """The least that a forecast may say: zero if nothing before hour ``until`` was negative, else no bound."""
        return 0.0 if np.nanmin(self.values[:until], initial=0.0) >= 0 else -np.inf

    @property
    def day_type(self) -> Small:
        """(size + HORIZON,) 0 on working days, 1 on Saturday, 2 on Sunday and holidays."""
        return np.clip(self.weekday - 4, 0, 2)


def load_of(
    frame: pl.DataFrame,
    time_zone: str,
    *,
    until: datetime | None = None,
    holidays: Set[date] = frozenset(),
    zero_is_missing: bool = False,
) -> Load:
    """Read an ``HOURLY`` frame into arrays.

    Args:
        frame: columns of ``eaio.timeseries.frames.HOURLY``.
        time_zone: IANA name of the wall clock in ``local``, needed for the hours to come.
        until: forecast origin in UTC; hours between the last row and it count as missing. Default: after the last row.
        holidays: local dates that behave like a Sunday.
        zero_is_missing: treat zero runs of a day or more as silence (electricity).

    Raises:
        InsufficientData: no reading at all, or none that changes.
    """
    frame = _until(frame, time_zone, until)
    values = frame["value"].to_numpy().astype(np.float64)
    if zero_is_missing:
        values = without_dead_runs(values)
    start = _first_useful_hour(values)
    frame, values = frame[start:], values[start:]
    time = _extended(frame["time"])
    local = pl.concat([frame["local"], time[len(values) :].dt.convert_time_zone(time_zone).dt.replace_time_zone(None)])
    holiday = local.dt.date().is_in(list(holidays)).to_numpy() if holidays else np.zeros(len(local), dtype=np.bool_)
    return Load(
        values=values,
        filled=_filled(values),
        temperature=frame["temperature"].to_numpy().astype(np.float64),
        hour=local.dt.hour().to_numpy().astype(np.int16),
        weekday=np.where(holiday, 6, local.dt.weekday().to_numpy() - 1).astype(np.int16),
        day_of_year=local.dt.ordinal_day().to_numpy().astype(np.int16),
        holiday=holiday,
        offset=(local - time.dt.replace_time_zone(None)).dt.total_hours().to_numpy().astype(np.int16),
        origin=time[len(values)],
        future_local=local[len(values) :],
    )


def _until(frame: pl.DataFrame, time_zone: str, until: datetime | None) -> pl.DataFrame:
    """Cut or lengthen the grid so that its last hour is the one before ``until``."""
    if frame.is_empty() or frame["value"].null_count() == frame.height:
        raise InsufficientData("The meter has no readings; import some before asking for a forecast")
    if until is None:
        return frame
    until = until.astimezone(UTC)
    kept = frame.filter(pl.col("time") < until)
    last = kept["time"].max()
    if not isinstance(last, datetime):
        raise InsufficientData(f"The meter has no readings before {until:%Y-%m-%d %H:%M} UTC; choose a later origin")
    missing = pl.datetime_range(last + timedelta(hours=1), until, "1h", closed="left", eager=True, time_zone="UTC")
    tail = pl.DataFrame({"time": missing.cast(pl.Datetime("us", "UTC"))}).with_columns(
        local=pl.col("time").dt.convert_time_zone(time_zone).dt.replace_time_zone(None),
        value=pl.lit(None, pl.Float64),
        temperature=pl.lit(None, pl.Float64),
    )
    return pl.concat([kept, tail.select(kept.columns)])


def _extended(time: pl.Series) -> pl.Series:
    """The history's instants followed by those of the horizon."""
    last = time[-1]
    future = pl.datetime_range(last, last + timedelta(hours=HORIZON), "1h", closed="right", eager=True)
    return pl.concat([time, future.cast(time.dtype)])


def _runs(values: Floats) -> tuple[Ints, Ints]:
    """Start and length of every run of equal neighbours (NaN equals nothing)."""
    edges = np.flatnonzero(np.r_[True, values[1:] != values[:-1], True])
    return edges[:-1], np.diff(edges)


def without_dead_runs(values: Floats) -> Floats:
    """NaN in place of zero runs of ``DEAD_RUN`` hours or more."""
    starts, lengths = _runs(values)
    dead = np.repeat((lengths >= DEAD_RUN) & (values[starts] == 0), lengths)
    return np.where(dead, np.nan, values)


def _first_useful_hour(values: Floats) -> int:
    """Index of the first reading after leading gaps and a leading unchanged run."""
    known = np.flatnonzero(np.isfinite(values))
    if not known.size:
        raise InsufficientData("The meter reads zero throughout; check it before asking for a forecast")
    starts, lengths = _runs(values[known])
    if len(starts) == 1 and lengths[0] >= DEAD_RUN:
        constant = f"The meter reads {values[known[0]]:g} throughout"
        raise InsufficientData(f"{constant}; a constant reading is a fault, not a load")
    return int(known[starts[1]] if lengths[0] >= LEADING_RUN else known[0])


def _filled(values: Floats) -> Floats:
    """Gaps take the same hour of the last week that has it; before any week has it, the mean up to there.

    Nothing later is looked at: engines are judged on what they read here.
    """
    weeks = -(-len(values) // WEEK)
    grid = np.full(weeks * WEEK, np.nan)
    grid[: len(values)] = values
    grid = grid.reshape(weeks, WEEK)
    last_known = np.maximum.accumulate(np.where(np.isfinite(grid), np.arange(weeks)[:, None], -1), axis=0)
    filled = np.where(last_known >= 0, grid[last_known.clip(0), np.arange(WEEK)], np.nan).reshape(-1)[: len(values)]
    known = np.isfinite(values)
    so_far = np.cumsum(np.where(known, values, 0.0)) / np.maximum(np.cumsum(known), 1)
    return np.where(np.isfinite(filled), filled, so_far)
