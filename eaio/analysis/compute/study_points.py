"""Every point of a study beside its counterfactual: what exports, residual charts and the audit pack are made from."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl

from eaio.analysis.compute import baselines, nonroutine, points, savings
from eaio.analysis.compute.studies import Material
from eaio.analysis.models import AnyBaseline, Interval, NonRoutineEvent, Period, Treatment
from eaio.timeseries.calendar import day_bounds

STUDY_POINTS = pl.Schema(
    {
        "local": pl.Datetime("us"),
        "time": pl.Datetime("us", "UTC"),
        "period": pl.String(),
        "actual": pl.Float64(),
        "counterfactual": pl.Float64(),
        "residual": pl.Float64(),
        "temperature": pl.Float64(),
        "counted": pl.Boolean(),
        "flags": pl.String(),
    }
)
"""One row per point of both periods, missing ones too, in order of time.

``local`` its start on the site's wall clock, ``time`` the same instant; ``period`` baseline or reporting; ``actual``
and ``counterfactual`` the amounts of the whole point (kWh or litres), null where use or temperature is missing;
``residual`` actual less counterfactual; ``counted`` whether it entered the model or the savings; ``flags`` missing,
excluded, adjusted, suspect, extrapolated, joined by spaces.
"""

BASELINE, REPORTING = "baseline", "reporting"
LEAST_OF_DAY = 0.8
"""Share of a day's hours from which its sum stands for the day."""


def study_points(
    found: Material,
    model: AnyBaseline,
    reporting: Period,
    events: Sequence[NonRoutineEvent],
    zone: ZoneInfo,
) -> pl.DataFrame:
    """STUDY_POINTS of a fitted baseline and its reporting period, declared events applied.

    Raises:
        Refused: the readings are too coarse for the model.
        WrongPeriods: an event's effect is to be estimated and cannot be.
    """
    every = points.of_interval(found.data, model.interval)
    cold, hot = _range(points.within(every, model.period))
    parts = [
        _part(every, model, model.period, _left_out(events, model.period), BASELINE),
        _part(every, model, reporting, [e for e in events if e.period.overlaps(reporting)], REPORTING),
    ]
    known = pl.concat(parts).with_columns(
        extrapolated=(pl.col("period") == REPORTING) & ~pl.col("temperature").is_between(cold, hot)
    )
    grid = pl.concat(
        [
            _grid(model.period, model.interval, zone).with_columns(period=pl.lit(BASELINE)),
            _grid(reporting, model.interval, zone).with_columns(period=pl.lit(REPORTING)),
        ]
    )
    whole = grid.join(known, on=["period", "number"], how="left", maintain_order="left")
    return _flagged(whole).select(STUDY_POINTS.names()).cast(STUDY_POINTS)  # pyright: ignore[reportArgumentType] - a schema


def _left_out(events: Sequence[NonRoutineEvent], period: Period) -> list[NonRoutineEvent]:
    """Events of the baseline; one whose effect would be estimated is left out of a fit, so it is here too."""
    inside = [event for event in events if event.period.overlaps(period)]
    return [
        NonRoutineEvent(event.period, Treatment.EXCLUDE) if event.treatment == Treatment.ESTIMATE else event
        for event in inside
    ]


def _range(rows: pl.DataFrame) -> tuple[float, float]:
    known = rows["temperature"]
    return (-np.inf, np.inf) if known.is_empty() else (float(known.min()), float(known.max()))  # pyright: ignore[reportArgumentType] - floats


def _part(
    every: pl.DataFrame, model: AnyBaseline, period: Period, events: Sequence[NonRoutineEvent], name: str
) -> pl.DataFrame:
    rows = points.within(every, period)
    per_day = baselines.PER_DAY[model.interval]
    expected, _ = nonroutine.adjusted(rows, baselines.predict(model, rows), events, per_day)
    touched = np.zeros(rows.height, bool)
    for event in events:
        touched |= nonroutine.inside(rows, event)
    left_out = nonroutine.excluded(rows, events)
    return rows.select(
        "number",
        "temperature",
        period=pl.lit(name),
        actual=pl.col("value") * pl.col("length"),
        counterfactual=pl.Series(expected).fill_nan(None) * pl.col("length"),
        excluded=pl.Series(left_out),
        adjusted=pl.Series(touched & ~left_out),
    )


def _grid(period: Period, interval: Interval, zone: ZoneInfo) -> pl.DataFrame:
    """``number``, ``local`` and ``time`` of every point that a period should have."""
    if interval == Interval.HOURLY:
        first, last = (day_bounds(period.first, zone)[0], day_bounds(period.last, zone)[1])
        times = pl.datetime_range(
            first.astimezone(UTC), last.astimezone(UTC), "1h", closed="left", time_unit="us", eager=True
        )
        frame = pl.DataFrame({"time": times})
        return frame.select(
            number=pl.col("time").dt.timestamp("ms") // 3_600_000,
            local=pl.col("time").dt.convert_time_zone(zone.key).dt.replace_time_zone(None),
            time="time",
        )
    days = _months(period) if interval == Interval.MONTHLY else _days(period)
    numbers = [d.year * 12 + d.month if interval == Interval.MONTHLY else (d - date(1970, 1, 1)).days for d in days]
    return pl.DataFrame(
        {
            "number": numbers,
            "local": [datetime(day.year, day.month, day.day) for day in days],  # noqa: DTZ001 - a wall clock
            "time": [day_bounds(day, zone)[0].astimezone(UTC) for day in days],
        },
        schema={"number": pl.Int64, "local": pl.Datetime("us"), "time": pl.Datetime("us", "UTC")},
    )


def _days(period: Period) -> list[date]:
    return [period.first + timedelta(days=n) for n in range(period.days)]


def _months(period: Period) -> list[date]:
    first, last = (day.year * 12 + day.month - 1 for day in (period.first, period.last))
    return [date(n // 12, n % 12 + 1, 1) for n in range(first, last + 1)]


def _flagged(whole: pl.DataFrame) -> pl.DataFrame:
    missing = pl.col("actual").is_null() | pl.col("counterfactual").is_null()
    day = pl.col("local").dt.date()
    sums = whole.filter(~missing & ~pl.col("excluded"), pl.col("period") == REPORTING).group_by(day.alias("day"))
    suspects = sums.agg(pl.col("actual", "counterfactual").sum()).filter(
        (pl.col("counterfactual") > 0)
        & ~pl.col("actual").is_between(
            savings.SUSPECT_LOW * pl.col("counterfactual"), savings.SUSPECT_HIGH * pl.col("counterfactual")
        )
    )
    flags = {
        "missing": missing,
        "excluded": pl.col("excluded").fill_null(value=False),
        "adjusted": pl.col("adjusted").fill_null(value=False),
        "suspect": ~missing & day.is_in(suspects["day"].to_list()) & (pl.col("period") == REPORTING),
        "extrapolated": pl.col("extrapolated").fill_null(value=False),
    }
    words = [pl.when(when).then(pl.lit(word)) for word, when in flags.items()]
    return whole.with_columns(
        residual=pl.col("actual") - pl.col("counterfactual"),
        counted=~missing & ~flags["excluded"],
        flags=pl.concat_str(words, separator=" ", ignore_nulls=True),
    )


def daily(frame: pl.DataFrame) -> pl.DataFrame:
    """STUDY_POINTS by local day (by month of a monthly model), amounts of the whole day.

    ``day``, ``period``, ``actual``, ``counterfactual``, ``residual``, ``temperature``, ``counted``, ``flags``. A day
    with at least 80 % of its hours is scaled up to all of them; one with fewer has no amount.
    """
    day = pl.col("local").dt.date()
    known = pl.col("actual").is_not_null() & pl.col("counterfactual").is_not_null()
    grouped = frame.group_by("period", day.alias("day"), maintain_order=True).agg(
        *(pl.col(name).filter(known).mean() * pl.len() for name in ("actual", "counterfactual", "residual")),
        pl.col("temperature").mean(),
        pl.col("counted").any(),
        pl.col("flags").filter(pl.col("flags") != "missing").first().fill_null(""),
        present=known.mean(),
    )
    enough = pl.col("present") >= LEAST_OF_DAY
    return grouped.with_columns(
        pl.when(enough).then(pl.col(name)).alias(name) for name in ("actual", "counterfactual", "residual")
    )
