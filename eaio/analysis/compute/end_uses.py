"""A carrier's use split into what is always on, what follows the schedule, and what follows cold and heat.

Heating and cooling of a day are what its change-point model adds beyond the balance points, never more than the day
used. What is always on is the 5th percentile of the hours once that is taken off. The rest follows the schedule. So
the parts of every day add up to the day, and those of the year to the year.
"""

from datetime import date
from typing import NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.compute import balance, changepoint, series
from eaio.analysis.models import ChangePointModel, ModelKind, RefusalReason, Refused
from eaio.analysis.models.loads import EndUse, EndUseMonth, EndUsePart, EndUseSplit
from eaio.timeseries import calendar
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY, Carrier

Floats = NDArray[np.float64]

ALWAYS_ON = 5.0
"""Percentile of the hours without heating and cooling."""
LEAST_DAYS = 28
DRAWS = 40
DAYS_IN_BLOCK = 7
INTERVAL = (5.0, 95.0)
MILD = 18.3
METHOD = (
    "An estimate from the meter alone. Follows cold, follows heat: what the daily temperature model adds beyond its "
    "balance points. Always on: the 5th percentile of the hours once that is taken off. Follows the schedule: the "
    "rest. What a meter cannot tell, such as heating that runs whatever the weather, stands among the other parts."
)
REPEATED = " The interval holds 90 % of 40 repetitions on resampled weeks, model fitted anew each time."


class Days(NamedTuple):
    """Complete days: their dates, use, temperature (NaN where unknown), hours of shape (days, 25), NaN padded."""

    day: NDArray[np.datetime64]
    use: Floats
    temperature: Floats
    hours: Floats


class Parts(NamedTuple):
    """kWh of each day, shape (days,)."""

    base: Floats
    schedule: Floats
    heating: Floats
    cooling: Floats


def split(
    hourly: pl.DataFrame, carrier: Carrier, period: tuple[date, date], seed: int = 0, *, intervals: bool = True
) -> EndUseSplit:
    """Split the use of local days [start, end).

    Args:
        hourly: HOURLY frame of the carrier's meters together, faults missing.
        carrier: what it is.
        period: local days.
        seed: of the resampled weeks.
        intervals: estimate them: 40 times the work.

    Raises:
        Refused: not an energy that the building buys, fewer than 28 complete days, nothing but zeros, negative use.
    """
    if carrier not in IMPORTED_ENERGY:
        raise Refused(
            RefusalReason.NO_USE,
            f"{CARRIER_LABEL[carrier]} is not energy that a building uses for heating, cooling or plant",
            "Choose electricity, gas, steam, hot or chilled water",
        )
    days = _days(hourly.filter(pl.col("local").is_between(*period, closed="left")))
    _require(days, carrier)
    model, warnings = _model(days)
    parts = _parts(days, model)
    total = float(days.use.sum())
    spread = _spread(days, model is not None, np.random.default_rng(seed)) if intervals else [(None, None)] * 4
    return EndUseSplit(
        carrier=carrier,
        start=period[0],
        end=period[1],
        days=days.use.size,
        expected_days=(period[1] - period[0]).days,
        total=total,
        parts=tuple(
            EndUsePart(use, value, value / total, low, high)
            for use, value, (low, high) in zip(
                (EndUse.BASE, EndUse.SCHEDULE, EndUse.HEATING, EndUse.COOLING), _sums(parts), spread, strict=True
            )
        ),
        months=_months(days, parts, period),
        method=METHOD + REPEATED if intervals else METHOD,
        warnings=warnings,
    )


def _days(hourly: pl.DataFrame) -> Days:
    """Days of which every hour is known; a part of a day would have no shape."""
    if hourly.is_empty():
        return Days(np.empty(0, "datetime64[D]"), np.empty(0), np.empty(0), np.empty((0, 25)))
    whole = calendar.daily(hourly).filter(pl.col("present") == pl.col("hours"))
    seen = pl.col("temperature_hours") >= series.MINIMUM_COVERAGE * pl.col("hours")
    whole = whole.with_columns(temperature=pl.when(seen).then(pl.col("temperature")))
    lists = hourly.group_by(day=pl.col("local").dt.date(), maintain_order=True).agg(hours_of="value")
    joined = whole.join(lists, on="day", how="left").sort("day")
    hours = np.full((joined.height, 25), np.nan)
    for row, values in zip(hours, joined["hours_of"], strict=True):
        row[: len(values)] = values.to_numpy()[:25]
    temperature = joined["temperature"].cast(pl.Float64).fill_null(np.nan).to_numpy()
    return Days(joined["day"].to_numpy(), joined["value"].to_numpy().astype(float), temperature, hours)


def _require(days: Days, carrier: Carrier) -> None:
    if days.use.size < LEAST_DAYS:
        raise Refused(
            RefusalReason.TOO_FEW,
            f"A split by end use needs {LEAST_DAYS} days with every hour of {CARRIER_LABEL[carrier].lower()}; there "
            f"are {days.use.size}",
            "Choose a longer period, or import readings for it",
        )
    if (days.hours < 0).any():
        raise Refused(
            RefusalReason.NO_USE,
            "The meter reads less than nothing in some hours, so it counts export too",
            "Meter import and export apart",
        )
    if not days.use.any():
        raise Refused(RefusalReason.ALL_ZERO, "Every day reads zero", "Check the meter and its link")
    if np.nanmax(days.hours) - np.nanmin(days.hours) <= 1e-9 * np.nanmax(days.hours):
        raise Refused(
            RefusalReason.CONSTANT,
            "Every hour reads the same, which says nothing of what it serves",
            "Check the meter and its link, or whether a profile was assumed",
        )


def _model(days: Days) -> tuple[ChangePointModel | None, tuple[str, ...]]:
    """The temperature model, or None with the reason as a warning."""
    try:
        model = changepoint.fit(days.temperature, days.use)
    except Refused as refusal:
        return None, (f"Heating and cooling are not told apart: {refusal.detail}",)
    if not model.weather_sensitive:
        return model, ("Use does not follow the weather: heating and cooling are taken as nothing",)
    if model.kind == ModelKind.P2:
        return model, (
            f"The model is a straight line without balance point: degrees beyond {MILD} °C are counted, which is a "
            "convention",
        )
    return model, ()


def _parts(days: Days, model: ChangePointModel | None) -> Parts:
    heating, cooling = _weather(days, model)
    beyond = heating + cooling
    too_much = np.where(beyond > days.use, days.use / np.where(beyond > 0, beyond, 1.0), 1.0)
    heating, cooling = heating * too_much, cooling * too_much
    left = np.maximum(days.use - heating - cooling, 0.0)
    count = np.isfinite(days.hours).sum(1)
    quiet = days.hours - ((heating + cooling) / count)[:, None]
    level = max(float(np.nanpercentile(quiet, ALWAYS_ON)), 0.0)
    base = np.minimum(level * count, left)
    return Parts(base, left - base, heating, cooling)


def _weather(days: Days, model: ChangePointModel | None) -> tuple[Floats, Floats]:
    """What a day's cold and heat add by the model; nothing where no temperature is known."""
    if model is None or not model.weather_sensitive:
        return np.zeros(days.use.size), np.zeros(days.use.size)
    low, high = (MILD, MILD) if model.kind == ModelKind.P2 else (model.low, model.high)
    below, above = model.below, model.above
    t = np.where(np.isfinite(days.temperature), days.temperature, MILD)
    known = np.isfinite(days.temperature)
    heating = np.where(known, max(below, 0.0) * balance.cold(t, low), 0.0)
    return heating, np.where(known, max(above, 0.0) * balance.warm(t, high), 0.0)


def _sums(parts: Parts) -> tuple[float, ...]:
    return tuple(float(part.sum()) for part in parts)


def _months(days: Days, parts: Parts, period: tuple[date, date]) -> tuple[EndUseMonth, ...]:
    """The parts by local month; months without a complete day are left out."""
    expected = pl.DataFrame({"day": pl.date_range(*period, closed="left", eager=True)})
    known = pl.DataFrame({"day": days.day, **parts._asdict()}).with_columns(pl.col("day").cast(pl.Date()))
    month = pl.col("day").dt.truncate("1mo").alias("month")
    whole = expected.group_by(month).agg(expected_days=pl.len())
    found = known.group_by(month).agg(pl.col(list(Parts._fields)).sum(), days=pl.len()).join(whole, on="month")
    return tuple(EndUseMonth(**row) for row in found.sort("month").iter_rows(named=True))


def _spread(days: Days, modelled: bool, rng: np.random.Generator) -> list[tuple[float, float]]:
    """90 % interval of each share over resampled weeks."""
    count = days.use.size
    weeks = np.arange(count) // DAYS_IN_BLOCK
    shares: list[Floats] = []
    for _ in range(DRAWS):
        drawn = np.concatenate([np.flatnonzero(weeks == at) for at in _drawn(rng, int(weeks[-1]) + 1)])
        again = Days(days.day[drawn], days.use[drawn], days.temperature[drawn], days.hours[drawn])
        if not again.use.any():
            continue
        model = _model(again)[0] if modelled else None
        shares.append(np.array(_sums(_parts(again, model))) / again.use.sum())
    stacked = np.array(shares)
    return [(float(np.percentile(c, INTERVAL[0])), float(np.percentile(c, INTERVAL[1]))) for c in stacked.T]


def _drawn(rng: np.random.Generator, weeks: int) -> list[int]:
    """So many weeks with replacement."""
    return rng.integers(0, weeks, weeks).tolist()
