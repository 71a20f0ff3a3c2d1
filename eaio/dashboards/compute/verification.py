"""Studies of savings into what charts and forms take."""

from collections.abc import Sequence
from datetime import date, timedelta
from statistics import NormalDist
from typing import NamedTuple

import polars as pl

from eaio.analysis.models import Interval, Period
from eaio.analysis.models.studies import StudyResult
from eaio.infra.charts import models as charts
from eaio.infra.charts.models import wall_clock

YEAR = 365
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


def cumulative_chart(found: StudyResult) -> charts.CumulativeChart:
    """Avoided use added up since the start of the reporting period, with its band."""
    return charts.CumulativeChart(
        unit=found.study.unit,
        saved=[
            charts.Expected(wall_clock(one.day), _round(one.avoided), _round(one.low), _round(one.high))
            for one in found.result.savings.cumulative
        ],
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
    )


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
