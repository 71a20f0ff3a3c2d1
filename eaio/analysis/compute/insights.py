"""Correlations, end uses and peaks of a building from the trusted hours of its meters and the weather of its site."""

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from typing import TypeVar

import polars as pl
from msgspec import Struct

from eaio.analysis.compute import correlation, end_uses
from eaio.analysis.compute.peaks import Load, peak_analysis, together
from eaio.analysis.compute.series import DEFAULT_BASE, MINIMUM_COVERAGE
from eaio.analysis.models import RefusalReason, Refused
from eaio.analysis.models.insights import Insights
from eaio.analysis.models.loads import CorrelationTable, EndUses, RefusedCarrier
from eaio.timeseries import calendar
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY, Carrier

Result = TypeVar("Result")
Loads = Mapping[Carrier, Sequence[Load]]

DEGREES = "temperature"
DERIVED = {"heating": "Heating degrees", "cooling": "Cooling degrees"}
MEANS = {
    "temperature": "Outdoor temperature",
    "dew_temperature": "Dew point",
    "wind_speed": "Wind speed",
    "cloud_coverage": "Cloud cover",
}
WEATHER = {"temperature": MEANS["temperature"], **DERIVED, **MEANS}
"""Daily means by column, and the degrees of the mean day beyond the usual base: a load may follow cold and heat."""


class InsightsAsked(Struct, frozen=True, kw_only=True):
    """Over which local days of which zone; ``intervals`` costs a quarter of a second a carrier."""

    start: date
    end: date
    time_zone: str
    intervals: bool = True


def insights(loads: Loads, weather: pl.DataFrame, asked: InsightsAsked) -> Insights:
    """What the loads of a building say together.

    Args:
        loads: trusted HOURLY frames of each carrier's meters; those without a reading are passed over.
        weather: hourly observations of the site (``local`` and the columns of ``MEANS``), empty where there are none.
        asked: over which days.
    """
    period = (asked.start, asked.end)
    known = {carrier: [one for one in some if one.hourly.height] for carrier, some in loads.items()}
    known = {carrier: some for carrier, some in known.items() if some}
    energies = {carrier: some for carrier, some in known.items() if carrier in IMPORTED_ENERGY}
    splits, unsplit = _each(energies, lambda carrier, some: _split(some, carrier, period, asked.intervals))
    peaks, without = _each(known, lambda carrier, some: peak_analysis(some, carrier, period))
    return Insights(
        start=asked.start,
        end=asked.end,
        time_zone=asked.time_zone,
        meters={carrier.value: len(some) for carrier, some in known.items()},
        correlations=correlations(known, weather, period),
        end_uses=EndUses(splits, unsplit),
        peaks=peaks,
        peaks_refused=without,
    )


def _each(
    loads: Loads, work: Callable[[Carrier, Sequence[Load]], Result]
) -> tuple[tuple[Result, ...], tuple[RefusedCarrier, ...]]:
    done: list[Result] = []
    refused: list[RefusedCarrier] = []
    for carrier, some in loads.items():
        try:
            done.append(work(carrier, some))
        except Refused as refusal:
            refused.append(RefusedCarrier(carrier, refusal.reason, refusal.detail))
    return tuple(done), tuple(refused)


def _split(some: Sequence[Load], carrier: Carrier, period: tuple[date, date], intervals: bool) -> end_uses.EndUseSplit:
    return end_uses.split(_added(some), carrier, period, intervals=intervals)


def _added(some: Sequence[Load]) -> pl.DataFrame:
    added = together([one.hourly for one in some])
    if added.is_empty():
        raise Refused(
            RefusalReason.TOO_FEW,
            "The meters of this carrier were never read at the same time",
            "Look at each meter by itself",
        )
    return added


def correlations(loads: Loads, weather: pl.DataFrame, period: tuple[date, date]) -> CorrelationTable:
    """Every pair of carriers, and each carrier with the weather, by local days [start, end)."""
    days = pl.DataFrame({"day": pl.date_range(*period, closed="left", eager=True)})
    labels = {carrier.value: CARRIER_LABEL[carrier] for carrier in loads}
    for carrier, some in loads.items():
        days = days.join(_load_days(some).rename({"value": carrier.value}), on="day", how="left", maintain_order="left")
    days = days.join(weather_days(weather), on="day", how="left", maintain_order="left")
    seen = {name: text for name, text in WEATHER.items() if days[name].count()}
    between = correlation.carrier_pairs(days, labels, DEGREES if DEGREES in seen else None)
    judged = correlation.judged([*between, *correlation.weather_pairs(days, labels, seen)])
    return CorrelationTable(
        start=period[0],
        end=period[1],
        carriers=judged[: len(between)],
        weather=judged[len(between) :],
        coverage={text: days[name].count() / max(days.height, 1) for name, text in {**labels, **seen}.items()},
        method=correlation.METHOD,
        refusals=() if seen else ("No weather is known for the site in this period; fetch or import it",),
    )


def _load_days(some: Sequence[Load]) -> pl.DataFrame:
    """Sums of the days of which every hour of every meter is known."""
    added = together([one.hourly for one in some])
    if added.is_empty():
        return pl.DataFrame(schema={"day": pl.Date(), "value": pl.Float64()})
    return calendar.daily(added).filter(pl.col("present") == pl.col("hours")).select("day", "value")


def weather_days(weather: pl.DataFrame) -> pl.DataFrame:
    """``day`` and the columns of ``WEATHER``; null where fewer than four hours of five are known."""
    if weather.is_empty():
        return pl.DataFrame(schema={"day": pl.Date(), **dict.fromkeys(WEATHER, pl.Float64())})
    known = (
        pl.when(pl.col(name).count() >= MINIMUM_COVERAGE * pl.len()).then(pl.col(name).mean()).alias(name)
        for name in MEANS
    )
    return (
        weather.group_by(day=pl.col("local").dt.date())
        .agg(known)
        .sort("day")
        .with_columns(
            heating=(DEFAULT_BASE - pl.col(DEGREES)).clip(lower_bound=0),
            cooling=(pl.col(DEGREES) - DEFAULT_BASE).clip(lower_bound=0),
        )
    )
