"""When a load peaks, how often, and who drives the peak of several loads added up hour by hour."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple, TypeVar, cast

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.models import RefusalReason, Refused
from eaio.analysis.models.loads import DayPeak, MeterPeak, Peak, PeakAnalysis
from eaio.timeseries.calendar import HOURS_IN_WEEK
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Key = TypeVar("Key")

NEAR = 0.9
"""An hour at this share of the peak or more is near it."""
TOP = 10
CONSTANT = 1e-9
"""Spread over the peak up to which a load is the same number again and again."""
CLIPPED = (1, 5, 10, 50, 100)
LEAST_HOURS = 4 * HOURS_IN_WEEK
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
BASE_SHARE, PEAK_SHARE = 2.5, 97.5


class Coincident(Struct, frozen=True):
    """Figures of several meters added up hour by hour."""

    hours: int
    mean: float
    peak: float
    near_base: float
    near_peak: float

    @property
    def load_factor(self) -> float | None:
        """Mean over peak; None of a load that is never above zero."""
        return self.mean / self.peak if self.peak > 0 else None


class Load(NamedTuple):
    """A meter's name and its HOURLY frame, faults missing."""

    name: str
    hourly: pl.DataFrame


def together(frames: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """Sum of HOURLY frames by instant: ``time``, ``local``, ``temperature`` and ``value``, null unless all are known.

    The span is that in which every meter has begun and none has ended, so that a meter added later does not read as
    a rise of the load.
    """
    start = max(cast("datetime", frame["time"][0]) for frame in frames)
    end = min(cast("datetime", frame["time"][-1]) for frame in frames)
    cut = [frame.filter(pl.col("time").is_between(start, end)) for frame in frames]
    added = cut[0].select("time", "local", "temperature", value="value")
    for other in cut[1:]:
        added = added.join(other.select("time", more="value"), on="time", how="left").with_columns(
            value=pl.col("value") + pl.col("more")
        )
    return added.select("time", "local", "temperature", "value")


def coincident(frames: Sequence[pl.DataFrame]) -> Coincident | None:
    """Figures of meters together; None without four weeks in which all of them are known."""
    if not frames or any(frame.is_empty() for frame in frames):
        return None
    values = together(frames)["value"].drop_nulls().to_numpy()
    if values.size < LEAST_HOURS:
        return None
    low, high = (float(np.percentile(values, share)) for share in (BASE_SHARE, PEAK_SHARE))
    return Coincident(int(values.size), float(values.mean()), float(values.max()), low, high)


def peak_analysis(loads: Sequence[Load], carrier: Carrier, period: tuple[date, date]) -> PeakAnalysis:
    """When and how often the meters of one carrier peak together over local days [start, end).

    Raises:
        Refused: fewer than four weeks in which every meter is known, or nothing is ever drawn.
    """
    start, end = period
    within = [Load(one.name, one.hourly.filter(pl.col("local").is_between(start, end, closed="left"))) for one in loads]
    some = [one for one in within if one.hourly["value"].count()]
    known = together([one.hourly for one in some]).drop_nulls("value") if some else pl.DataFrame()
    _require(known, carrier)
    values = known["value"].to_numpy()
    peak, top = float(values.max()), _top(known)
    near = known.filter(pl.col("value") >= NEAR * peak)
    meters = tuple(_meter(one, known.row(int(values.argmax()), named=True)["time"]) for one in some)
    sum_of_peaks = sum(one.peak for one in meters)
    return PeakAnalysis(
        carrier=carrier,
        start=start,
        end=end,
        hours=known.height,
        expected_hours=(end - start).days * 24,
        mean=float(values.mean()),
        peak=peak,
        load_factor=float(values.mean()) / peak,
        sum_of_peaks=sum_of_peaks,
        coincidence=peak / sum_of_peaks,
        near_base=float(np.percentile(values, BASE_SHARE)),
        near_peak=float(np.percentile(values, PEAK_SHARE)),
        top=top,
        hours_near=near.height,
        days_near=near["local"].dt.date().n_unique(),
        by_hour=_counted(near["local"].dt.hour(), 24),
        by_weekday=_counted(near["local"].dt.weekday() - 1, 7),
        by_month=_counted(near["local"].dt.month() - 1, 12),
        clipped=_clipped(values),
        meters=meters,
        calendar=_calendar(known, period),
        statement=_statement(near, known.height),
    )


def _require(known: pl.DataFrame, carrier: Carrier) -> None:
    if known.height < LEAST_HOURS:
        raise Refused(
            RefusalReason.TOO_FEW,
            f"An analysis of peaks needs {LEAST_HOURS} hours in which every {carrier} meter can be trusted; there are "
            f"{known.height}",
            "Choose a longer period, or import readings for it",
        )
    if float(known["value"].to_numpy().max()) <= 0:
        raise Refused(
            RefusalReason.ALL_ZERO, "The load is never above zero, so it has no peak", "Check the meter and its link"
        )
    if np.ptp(known["value"].to_numpy()) <= CONSTANT * float(known["value"].to_numpy().max()):
        raise Refused(
            RefusalReason.CONSTANT,
            "The load is the same in every hour, so it has no peak",
            "Check the meter and its link, or whether a profile was assumed",
        )


def _top(known: pl.DataFrame) -> tuple[Peak, ...]:
    by_day = _highest_of_days(known)
    peak = float(by_day["value"][0])
    return tuple(
        Peak(row["local"], row["value"], row["temperature"], row["value"] / peak)
        for row in by_day.iter_rows(named=True)
    )


def _highest_of_days(known: pl.DataFrame) -> pl.DataFrame:
    ordered = known.with_columns(day=pl.col("local").dt.date()).sort(["value", "local"], descending=[True, False])
    return ordered.unique(subset="day", keep="first", maintain_order=True).head(TOP)


def _calendar(known: pl.DataFrame, period: tuple[date, date]) -> tuple[DayPeak, ...]:
    ordered = known.sort(["value", "local"], descending=[True, False]).with_columns(day=pl.col("local").dt.date())
    highest = ordered.unique("day", keep="first", maintain_order=True).select(
        "day", "value", hour=pl.col("local").dt.hour().cast(pl.Int64())
    )
    every = pl.DataFrame({"day": pl.date_range(*period, closed="left", eager=True)})
    return tuple(DayPeak(*row) for row in every.join(highest, on="day", how="left", maintain_order="left").iter_rows())


def _meter(one: Load, at: datetime) -> MeterPeak:
    known = one.hourly.drop_nulls("value")
    row = known.row(int(known["value"].to_numpy().argmax()), named=True)
    there = float(known.filter(pl.col("time") == at)["value"][0])
    return MeterPeak(one.name, float(row["value"]), row["local"], there)


def _counted(of: pl.Series, size: int) -> tuple[int, ...]:
    return tuple(int(n) for n in np.bincount(of.to_numpy(), minlength=size))


def _clipped(values: Floats) -> tuple[tuple[int, float], ...]:
    falling = np.sort(values)[::-1]
    return tuple((hours, float(falling[hours])) for hours in CLIPPED if hours < falling.size)


def _statement(near: pl.DataFrame, hours: int) -> str:
    days = near["local"].dt.date().n_unique()
    hour = int(near["local"].dt.hour().mode().sort()[0])
    weekday = WEEKDAYS[int(near["local"].dt.weekday().mode().sort()[0]) - 1]
    month = MONTHS[int(near["local"].dt.month().mode().sort()[0]) - 1]
    return (
        f"{near.height:,} of {hours:,} hours on {days:,} {'day' if days == 1 else 'days'} come within a tenth of the "
        f"peak, most of them at {hour}:00, on a {weekday} and in {month}"
    )


class Shared(NamedTuple):
    """The peak of several loads on one clock."""

    at: int
    """Index of the hour."""
    total: Floats
    """Sum of what is known in each hour; NaN in hours in which too few are."""
    known: NDArray[np.int64]
    top: tuple[int, ...]
    """The highest hour of each of the highest days (of 24 hours from the first)."""


LEAST_KNOWN = 0.8
"""Share of the loads that must be known in an hour for it to count as the portfolio's peak."""


def shared_peak(loads: NDArray[np.floating[Any]]) -> Shared:
    """The hour in which loads peak together.

    A missing hour is filled with the load's mean, so that a gap of one does not move the peak of all; hours in which
    fewer than four fifths of the loads are known are left out.

    Args:
        loads: kWh of each hour, shape (loads, hours), NaN where unknown.

    Raises:
        Refused: no hour is known of enough loads.
    """
    total, known = np.zeros(loads.shape[1]), np.zeros(loads.shape[1], np.int64)
    for row in loads:
        present = np.isfinite(row)
        total += np.where(present, row, row[present].mean() if present.any() else 0.0)
        known += present
    total = np.where(known >= LEAST_KNOWN * loads.shape[0], total, np.nan)
    if not np.isfinite(total).any():
        raise Refused(
            RefusalReason.TOO_FEW,
            f"In no hour {LEAST_KNOWN:.0%} of the buildings have a load that can be trusted",
            "Import readings of the same period for the buildings",
        )
    days = np.pad(total, (0, -total.size % 24), constant_values=np.nan).reshape(-1, 24)
    highest = np.where(np.isfinite(days), days, -np.inf)
    order = np.argsort(-highest.max(1), kind="stable")[:TOP]
    top = tuple(int(24 * day + highest[day].argmax()) for day in order if np.isfinite(highest[day].max()))
    return Shared(top[0], total, known, top)


def on_grid(loads: Mapping[Key, tuple[datetime, NDArray[np.floating[Any]]]]) -> tuple[datetime, NDArray[np.float32]]:
    """Loads that begin at different hours on one grid: its first hour, and shape (loads, hours) padded with NaN.

    Single precision, as they are stored: a year of 1,600 buildings is 57 MB.
    """
    first = min(start for start, _ in loads.values())
    offsets = [int((start - first) / timedelta(hours=1)) for start, _ in loads.values()]
    size = max(offset + values.size for offset, (_, values) in zip(offsets, loads.values(), strict=True))
    grid = np.full((len(loads), size), np.nan, np.float32)
    for row, offset, (_, values) in zip(grid, offsets, loads.values(), strict=True):
        row[offset : offset + values.size] = values
    return first, grid
