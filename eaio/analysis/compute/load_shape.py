"""How a meter behaves over a year, as 384 numbers that do not depend on its size, and as a few traits with names.

Loads are taken relative to their mean, features as differences from what is ordinary, so that the cosine of two
vectors is high when both differ from the ordinary in the same way. The table ``BLOCKS`` is the whole definition; a
change to it, or to a feature, is a new ``MODEL``.
"""

from datetime import date, timedelta

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.analysis.compute.blocks import Block, Floats, assemble
from eaio.analysis.compute.profile import occupied_hours
from eaio.infra.errors import InsufficientData
from eaio.timeseries import weeks
from eaio.timeseries.calendar import HOURS_IN_WEEK

MODEL = "load shape 1"
SIZE = 384
SEASONS = 4
WEEKS_OF_YEAR = 52
BINS = 24
LEAST_HOURS = 8 * HOURS_IN_WEEK
DAY_HOURS = 18
"""Readings that a day needs to stand in a daily figure."""

BLOCKS = (
    Block("week", 0, 168, 0.66, 0.20, "typical week, Monday 00:00 first, less its mean"),
    Block("seasons", 168, 96, 0.04, 0.12, "working day in winter, spring, summer, autumn, less that of the year"),
    Block("year", 264, 52, 0.06, 0.15, "level in each week of the year, less its mean"),
    Block("temperature", 316, 24, 0.04, 0.12, "level from the coldest to the warmest 24th of the days, less its mean"),
    Block("variability", 340, 24, 0.05, 0.10, "spread around the typical week by hour of day, less 0.1"),
    Block("traits", 364, 20, 0.15, 0.80, "the table SCALARS: each feature less its ordinary value, over its spread"),
)
"""First value, number of values and weight of each group of features; all are shares of the mean load."""

SCALARS: tuple[tuple[str, float, float], ...] = (
    ("base", 0.5, 0.25),
    ("peak", 1.6, 0.5),
    ("night", -0.5, 0.5),
    ("weekend", -0.15, 0.3),
    ("occupied", 0.45, 0.25),
    ("first_cosine", -0.6, 0.5),
    ("first_sine", -0.3, 0.5),
    ("second_cosine", 0.0, 0.4),
    ("second_sine", 0.0, 0.4),
    ("next_day", 0.75, 0.2),
    ("next_week", 0.75, 0.2),
    ("daily_spread", 0.15, 0.1),
    ("summer", 0.0, 0.3),
    ("heating", 0.0, 0.15),
    ("cooling", 0.1, 0.15),
    ("weather", 0.3, 0.3),
    ("zeros", 0.0, 0.2),
    ("saturday", 0.05, 0.15),
    ("evening", -0.15, 0.3),
    ("ramp", 0.07, 0.06),
)
"""Name, ordinary value and spread: fixed by hand, so that a vector never depends on which other meters there are."""


class LoadShape(Struct, frozen=True):
    """The vector of a meter's period, the week that it is drawn by, and the traits that it is named by."""

    values: Floats
    """Shape (384,), length 1."""
    week: tuple[float, ...]
    """Typical week over its mean, 168 values; an hour never read counts as the mean."""
    traits: dict[str, float]
    """The features of ``SCALARS`` as they are; one that cannot be told is absent."""
    first_day: date
    last_day: date
    hours: int


class _Folded(Struct, frozen=True):
    """Readings over their mean, and temperature, by day (rows, from a Monday) and hour; NaN where missing."""

    load: Floats
    temperature: Floats
    season: Floats
    week_of_year: Floats
    weekday: Floats

    @property
    def week(self) -> Floats:
        """The typical week."""
        return weeks.median(self.load.reshape(-1, HOURS_IN_WEEK))


def load_shape(hourly: pl.DataFrame, *, southern: bool = False) -> LoadShape:
    """Describe an HOURLY frame of up to about a year.

    Args:
        hourly: faulty hours already set to missing.
        southern: south of the equator, where the seasons are shifted by half a year.

    Raises:
        InsufficientData: fewer than eight weeks of readings, or nothing but zeros.
    """
    values = hourly["value"].to_numpy().astype(float)
    known = np.isfinite(values)
    if known.sum() < LEAST_HOURS:
        raise InsufficientData(f"A load shape needs {LEAST_HOURS} hourly readings; there are {int(known.sum())}")
    scale = float(np.abs(values[known]).mean())
    if scale <= 0:
        raise InsufficientData("A load shape needs readings other than zero")
    folded = _fold(hourly, _bounded(values / scale), southern)
    scalars = _scalars(folded)
    features = {
        "week": folded.week - weeks_mean(folded.week),
        "seasons": _seasons(folded),
        "year": _year(folded),
        "temperature": _response(folded),
        "variability": _variability(folded),
        "traits": np.array([np.clip((scalars[name] - usual) / spread, -3, 3) for name, usual, spread in SCALARS]),
    }
    days = hourly["local"].dt.date().filter(pl.Series(known))
    return LoadShape(
        values=assemble(BLOCKS, features, SIZE),
        week=tuple(np.nan_to_num(folded.week, nan=1.0).tolist()),
        traits={name: float(value) for name, value in scalars.items() if np.isfinite(value)},
        first_day=days[0],
        last_day=days[-1],
        hours=int(known.sum()),
    )


def weeks_mean(values: Floats) -> float:
    """Mean of what is present, 0 where nothing is."""
    present = values[np.isfinite(values)]
    return float(present.mean()) if present.size else 0.0


def _bounded(relative: Floats) -> Floats:
    """Without the extremes that one bad reading in two hundred could make."""
    low, high = (weeks.quantile(relative, q) for q in (0.0025, 0.9975))
    return np.clip(relative, low, high)


def _fold(hourly: pl.DataFrame, relative: Floats, southern: bool) -> _Folded:
    clock = weeks.Clock.of(hourly["local"])
    days = clock.fold(relative).reshape(-1, 24)
    warmth = clock.fold(hourly["temperature"].to_numpy().astype(float))
    temperature = np.full(days.shape, np.nan)
    temperature.reshape(-1)[: warmth.size] = warmth.reshape(-1)[: days.size]
    start: date = hourly["local"][0].date()
    monday = start - timedelta(days=start.weekday())
    dates = pl.date_range(monday, monday + timedelta(days=len(days) - 1), eager=True)
    season = dates.dt.month().to_numpy() % 12 // 3
    week_of_year = np.minimum((dates.dt.ordinal_day().to_numpy() - 1) // 7, WEEKS_OF_YEAR - 1)
    if southern:
        season, week_of_year = (season + 2) % SEASONS, (week_of_year + WEEKS_OF_YEAR // 2) % WEEKS_OF_YEAR
    return _Folded(
        days, temperature, season.astype(float), week_of_year.astype(float), np.arange(len(days), dtype=float) % 7
    )


def _seasons(folded: _Folded) -> Floats:
    working = folded.weekday < 5
    year = _middle(folded.load[working])
    return np.concatenate([_middle(folded.load[working & (folded.season == s)]) - year for s in range(SEASONS)])


def _middle(days: Floats) -> Floats:
    """Median day; NaN where there is none, as in a season that has not been seen yet."""
    return weeks.median(days) if len(days) else np.zeros(days.shape[1]) * np.nan


def _daily(folded: _Folded) -> Floats:
    """Mean of each day over that of its weekday, which leaves season and weather; NaN for days with many gaps."""
    count = np.isfinite(folded.load).sum(axis=1)
    total = np.where(np.isfinite(folded.load), folded.load, 0.0).sum(axis=1)
    level = np.where(count >= DAY_HOURS, total / np.maximum(count, 1), np.nan)
    usual = np.array([_middle(level[folded.weekday == day][:, None])[0] for day in range(7)])
    usual = np.where(usual > 0, usual, 1.0)
    return level / usual[folded.weekday.astype(int)]


def _grouped_mean(values: Floats, groups: Floats, size: int, least: int) -> Floats:
    """Mean by group of what is present; NaN for groups with fewer than ``least`` values."""
    known = np.isfinite(values) & (groups >= 0) & (groups < size)
    index = groups[known].astype(int)
    count = np.bincount(index, minlength=size)
    total = np.bincount(index, weights=values[known], minlength=size)
    return np.where(count >= least, total / np.maximum(count, 1), np.nan)


def _year(folded: _Folded) -> Floats:
    """Level by week of the year, smoothed over three weeks."""
    level = _grouped_mean(_daily(folded), folded.week_of_year, WEEKS_OF_YEAR, 3)
    smooth = weeks.smooth(np.concatenate([level[-1:], level, level[:1]]), 3)[1:-1]
    return np.where(np.isfinite(level), smooth, np.nan) - weeks_mean(smooth)


def _warmth(folded: _Folded) -> Floats:
    """Mean temperature of each day; NaN where fewer than half the hours are known."""
    count = np.isfinite(folded.temperature).sum(axis=1)
    total = np.where(np.isfinite(folded.temperature), folded.temperature, 0.0).sum(axis=1)
    return np.where(count >= 12, total / np.maximum(count, 1), np.nan)


def _response(folded: _Folded) -> Floats:
    """By rank of the day's temperature: a response then looks alike in a cold and in a warm place."""
    daily, warmth = _daily(folded), _warmth(folded)
    both = np.isfinite(daily) & np.isfinite(warmth)
    if both.sum() < 3 * BINS:
        return np.full(BINS, np.nan)
    rank = np.full(daily.size, -1.0)
    rank[np.flatnonzero(both)[np.argsort(warmth[both], kind="stable")]] = np.arange(both.sum()) * BINS // both.sum()
    return _grouped_mean(daily, rank, BINS, 1) - weeks_mean(daily[both])


def _spread(folded: _Folded) -> Floats:
    return np.abs(folded.load.reshape(-1, HOURS_IN_WEEK) - folded.week).reshape(-1, 24)


def _variability(folded: _Folded) -> Floats:
    return weeks.median(_spread(folded)) - 0.1


def _scalars(folded: _Folded) -> dict[str, float]:
    """The features of ``SCALARS``; NaN where they cannot be told."""
    load, week = folded.load, folded.week
    flat = load.reshape(-1)
    days = week.reshape(7, 24)
    workday = weeks.median(days[:5])
    daily, warmth = _daily(folded), _warmth(folded)
    heating, cooling, weather = _weather(daily, warmth)
    summer, winter = (weeks_mean(daily[folded.season == season]) for season in (2, 0))
    wave = np.nan_to_num(workday - weeks_mean(workday), nan=0.0)
    phases = np.fft.rfft(wave)[1:3] / max(float(np.abs(np.fft.rfft(wave)[1:]).max()), 1e-9)
    present = flat[np.isfinite(flat)]
    return {
        "base": weeks.quantile(present, 0.025),
        "peak": weeks.quantile(present, 0.975),
        "night": _ratio(workday[:5], workday[9:17]),
        "weekend": _ratio(days[5:], days[:5]),
        "occupied": float(occupied_hours(week).mean()),
        "first_cosine": float(phases[0].real),
        "first_sine": float(phases[0].imag),
        "second_cosine": float(phases[1].real),
        "second_sine": float(phases[1].imag),
        "next_day": _alike(flat, 24),
        "next_week": _alike(flat, HOURS_IN_WEEK),
        "daily_spread": _robust_spread(daily),
        "summer": float(np.log(summer / winter)) if summer > 0.01 and winter > 0.01 else np.nan,
        "heating": heating,
        "cooling": cooling,
        "weather": weather,
        "zeros": float((np.abs(present) < 1e-3).mean()),
        "saturday": _ratio(days[5], days[6]),
        "evening": _ratio(workday[18:23], workday[9:17]),
        "ramp": float(weeks.median(np.abs(np.diff(flat))[:, None])[0]),
    }


def _ratio(one: Floats, other: Floats) -> float:
    """Logarithm of a ratio of means, between about a twentieth and twenty."""
    above, below = weeks_mean(one), weeks_mean(other)
    return float(np.clip(np.log(max(above, 1e-3) / max(below, 1e-3)), -3, 3))


def _alike(flat: Floats, lag: int) -> float:
    """Correlation of the load with itself ``lag`` hours later."""
    one, other = flat[:-lag], flat[lag:]
    both = np.isfinite(one) & np.isfinite(other)
    if both.sum() < LEAST_HOURS // 2 or one[both].std() < 1e-6 or other[both].std() < 1e-6:
        return float("nan")
    return float(np.corrcoef(one[both], other[both])[0, 1])


def _robust_spread(values: Floats) -> float:
    present = values[np.isfinite(values)]
    return float(weeks.MAD_TO_SIGMA * np.median(np.abs(present - np.median(present)))) if present.size else np.nan


def _weather(daily: Floats, warmth: Floats) -> tuple[float, float, float]:
    """Rise of the daily level for each 10 K below 14 degC and above 18 degC, and the share of variance explained."""
    both = np.isfinite(daily) & np.isfinite(warmth)
    level, degrees = daily[both], warmth[both]
    if both.sum() < 40 or degrees.std() < 1 or level.std() < 1e-6:
        return float("nan"), float("nan"), float("nan")
    terms = np.column_stack([np.ones_like(degrees), np.maximum(14 - degrees, 0), np.maximum(degrees - 18, 0)])
    fitted, *_ = np.linalg.lstsq(terms, level, rcond=None)
    explained = 1 - float(((level - terms @ fitted) ** 2).mean() / level.var())
    told = [float(fitted[i]) * 10 if (terms[:, i] > 0).sum() >= 20 else float("nan") for i in (1, 2)]
    return told[0], told[1], explained
