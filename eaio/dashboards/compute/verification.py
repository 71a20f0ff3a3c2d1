"""Studies of savings into what charts and forms take."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import NormalDist
from typing import NamedTuple

import polars as pl

from eaio.analysis.models import (
    AnyBaseline,
    CaltrackBaseline,
    ChangePointBaseline,
    ChangePointModel,
    Interval,
    Period,
)
from eaio.analysis.models.studies import ModelPoint, StudyResult
from eaio.infra.charts import models as charts
from eaio.infra.charts.models import wall_clock
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, Carrier

YEAR = 365
DOTS_IN_BIN = 12
BASELINE, REPORTING = "Baseline", "Reporting period"


def per_day(unit: str, interval: Interval) -> str:
    """The unit of a study's chart: its points are days, or months of a monthly model."""
    return f"{unit} a month" if interval == Interval.MONTHLY else f"{unit} a day"


def use_chart(found: StudyResult, daily: pl.DataFrame) -> charts.LoadChart:
    """Actual use of both periods beside the model, with the band of a single day, events tinted, gaps hatched."""
    interval = found.result.baseline.model.interval
    spread = _spread(daily, found.study.confidence)
    rows = daily.sort("day")
    return charts.LoadChart(
        carrier=found.study.carrier,
        unit=per_day(found.study.unit, interval),
        load=[charts.Reading(wall_clock(day), _round(value)) for day, value in rows.select("day", "actual").rows()],
        expected=[
            _expected(day, period, value, spread)
            for day, period, value in rows.select("day", "period", "counterfactual").rows()
        ],
        anomalies=_spans(found),
        gaps=_gaps(rows, interval),
        about=_about(found, rows["actual"].count(), rows.height),
    )


def _expected(day: date, period: str, value: float | None, spread: float) -> charts.Expected:
    if value is None or period == "baseline":
        return charts.Expected(wall_clock(day), _round(value))
    return charts.Expected(wall_clock(day), _round(value), _round(value - spread), _round(value + spread))


def _spread(daily: pl.DataFrame, confidence: float) -> float:
    """Half-width of the interval of one day, from the spread of the baseline's days."""
    known = daily.filter((pl.col("period") == "baseline") & pl.col("counted"))["residual"].drop_nulls()
    deviation = known.std()
    return NormalDist().inv_cdf((1 + confidence) / 2) * (deviation if isinstance(deviation, float) else 0.0)


def _round(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.6g}")


def _spans(found: StudyResult) -> list[charts.Span]:
    return [
        charts.Span(wall_clock(one.first_day), wall_clock(one.last_day + timedelta(days=1)), one.reason)
        for one in found.events
        if one.undone_at is None
    ]


def _gaps(rows: pl.DataFrame, interval: Interval) -> list[charts.Gap]:
    if interval == Interval.MONTHLY:
        return []
    runs = rows.with_columns(run=pl.col("actual").is_null().rle_id()).filter(pl.col("actual").is_null())
    found = runs.group_by("run", maintain_order=True).agg(first=pl.col("day").min(), last=pl.col("day").max())
    return [
        charts.Gap(wall_clock(first), wall_clock(last + timedelta(days=1)))
        for first, last in found.select("first", "last").rows()
    ]


def _meter(found: StudyResult) -> str:
    study = found.study
    return f"{CARRIER_LABEL[study.carrier].lower()} meter {study.meter} of {study.building.replace('_', ' ')}"


def _about(found: StudyResult, known: int, expected: int, noun: str = "points present") -> str:
    study = found.study
    last = f" to {fmt.day(study.reporting_last)}" if study.reporting_last else " on"
    spans = (
        f"baseline {fmt.day(study.baseline_first)} to {fmt.day(study.baseline_last)}, "
        f"reporting from {fmt.day(study.reporting_first)}{last}"
    )
    data = f"{_meter(found)[:1].upper()}{_meter(found)[1:]}, {spans}"
    return charts.about(data, zone=study.time_zone, known=(known, expected), noun=noun)


def cumulative_chart(found: StudyResult) -> charts.CumulativeChart:
    """Avoided use added up since the start of the reporting period, with its band."""
    return charts.CumulativeChart(
        unit=found.study.unit,
        saved=[
            charts.Expected(wall_clock(one.day), _round(one.avoided), _round(one.low), _round(one.high))
            for one in found.result.savings.cumulative
        ],
        about=charts.about(
            f"Expected less actual use of {_meter(found)}, since {fmt.day(found.study.reporting_first)}",
            zone=found.study.time_zone,
        ),
    )


def residual_chart(found: StudyResult, daily: pl.DataFrame) -> charts.ResidualChart:
    """Actual less expected of every day that counts, both periods."""
    counted = daily.filter(pl.col("counted") & pl.col("residual").is_not_null()).sort("day")
    return charts.ResidualChart(
        carrier=found.study.carrier,
        unit=per_day(found.study.unit, found.result.baseline.model.interval),
        residuals=[
            charts.Residual(
                wall_clock(day), _round(value) or 0.0, _round(degrees), BASELINE if period == "baseline" else REPORTING
            )
            for day, value, degrees, period in counted.select("day", "residual", "temperature", "period").rows()
        ],
        about=_about(found, counted.height, daily.height, "points count"),
    )


def model_chart(carrier: Carrier, unit: str, model: AnyBaseline, days: Sequence[ModelPoint]) -> charts.ScatterChart:
    """The baseline's days over temperature with the model, 95 % of the days around it, and its balance points.

    ``unit`` is that of the points: kWh a day.
    A model that knows more than the day's mean temperature is drawn as its mean over working days alike.
    """
    spread = 1.96 * (_deviation([one.actual - one.expected for one in days]))
    return charts.ScatterChart(
        carrier=carrier,
        unit=unit,
        days=[
            charts.Dot(
                _round(one.temperature) or 0.0,
                _round(one.actual) or 0.0,
                wall_clock(one.day),
                "Other day" if one.day.weekday() >= 5 and model.interval != Interval.MONTHLY else "Working day",
            )
            for one in days
        ],
        fitted=[
            charts.Fitted(round(t, 2), _round(v) or 0.0, _round(v - spread), _round(v + spread))
            for t, v in _line(model, days)
        ],
        balance=_balance(model),
    )


def _deviation(residuals: Sequence[float]) -> float:
    found = pl.Series(residuals, dtype=pl.Float64).std()
    return found if isinstance(found, float) else 0.0


def _line(model: AnyBaseline, days: Sequence[ModelPoint]) -> list[tuple[float, float]]:
    plain = isinstance(model, CaltrackBaseline) or (
        isinstance(model, ChangePointBaseline) and not model.model.degree_hours
    )
    shown = [one for one in days if plain or one.day.weekday() < 5]
    by_degree = pl.DataFrame(
        {"t": [one.temperature for one in shown], "v": [one.expected for one in shown]},
        schema={"t": pl.Float64, "v": pl.Float64},
    ).sort("t")
    if plain:
        return by_degree.unique("t", maintain_order=True).rows()
    bins = max(1, by_degree.height // DOTS_IN_BIN)
    numbered = by_degree.with_row_index("row").group_by(pl.col("row") * bins // by_degree.height, maintain_order=True)
    return numbered.agg(pl.col("t").mean(), pl.col("v").mean()).select("t", "v").rows()


def _balance(model: AnyBaseline) -> list[charts.Balance]:
    if not isinstance(model, ChangePointBaseline | CaltrackBaseline):
        return []
    found = model.model
    if isinstance(found, ChangePointModel):
        heating, cooling = found.heating_balance, found.cooling_balance
    else:
        heating, cooling = (found.low if found.below > 0 else None), (found.high if found.above > 0 else None)
    named = ((heating, "heating below"), (cooling, "cooling above"))
    return [charts.Balance(at, f"{words} {fmt.number(at)} °C") for at, words in named if at is not None]


def baseline_chart(found: StudyResult, daily: pl.DataFrame) -> charts.ScatterChart:
    """The same for the baseline of a study, from its points by day."""
    rows = daily.filter((pl.col("period") == "baseline") & pl.col("counted")).drop_nulls(
        ["temperature", "actual", "counterfactual"]
    )
    days = [ModelPoint(*row) for row in rows.select("day", "temperature", "actual", "counterfactual").rows()]
    model = found.result.baseline.model
    return model_chart(found.study.carrier, per_day(found.study.unit, model.interval), model, days)


class Suggested(NamedTuple):
    """Periods to begin a study with."""

    baseline: Period
    reporting: Period


def suggested(first: date, last: date, began: date | None = None, ended: date | None = None) -> Suggested | None:
    """Baseline and reporting period for readings from ``first`` to ``last``.

    Where it is known when a measure was begun and done: the year before it, and everything since. Otherwise the last
    year against the year before, of a shorter history the last third against the rest. None for under three days.
    """
    if ended and began and first < began <= ended < last:
        baseline = Period(max(first, began - timedelta(days=YEAR)), began - timedelta(days=1))
        return Suggested(baseline, Period(ended + timedelta(days=1), last))
    days = (last - first).days + 1
    if days < 3:
        return None
    after = min(YEAR, days // 2 if days >= 2 * YEAR else days // 3)
    start = last - timedelta(days=after - 1)
    return Suggested(Period(max(first, start - timedelta(days=YEAR)), start - timedelta(days=1)), Period(start, last))


def coverage_of(daily: pl.DataFrame) -> Sequence[tuple[str, int, int]]:
    """Of the baseline and of the reporting period: name, days (or months) with use and temperature, days in all."""
    known = pl.col("actual").is_not_null()
    grouped = daily.group_by("period", maintain_order=True).agg(present=known.sum(), days=pl.len())
    return [(period, present, days) for period, present, days in grouped.rows()]
