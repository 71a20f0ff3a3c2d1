"""Measurement and verification: what a building would have used, and how sure the difference is."""

from collections.abc import Sequence

import numpy as np
import polars as pl
from msgspec import Struct, structs
from numpy.typing import NDArray

from eaio.analysis.compute import baselines, nonroutine, points
from eaio.analysis.compute.fitness import CONFIDENCE, GUIDELINE_CONFIDENCE, relative_uncertainty
from eaio.analysis.models import (
    AnyBaseline,
    AppliedEvent,
    CumulativePoint,
    NonRoutineEvent,
    Period,
    RefusalReason,
    Refused,
    Savings,
    SuspectDay,
    Treatment,
    WrongPeriods,
)

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

SUSPECT_LOW, SUSPECT_HIGH = 0.1, 5.0
DAYS_IN_MONTH = 30.4375
LEAST_COVERAGE = 0.9
HOLDS_WITHIN = 0.5
"""Guideline 14: the uncertainty must be below this share of the savings."""
EXTRAPOLATED = 0.05


class Judged(Struct, frozen=True):
    """The points of a reporting period with their counterfactual, events applied, excluded ones gone."""

    rows: pl.DataFrame
    """POINTS."""
    expected: Floats
    actual: Floats
    """Use and counterfactual of each whole point, kWh."""
    events: tuple[AppliedEvent, ...]
    covered: float
    """Days with use and temperature, excluded ones too."""


def avoided_use(
    baseline: AnyBaseline,
    data: points.Points,
    reporting: Period,
    events: Sequence[NonRoutineEvent] = (),
    confidence: float = CONFIDENCE,
) -> Savings:
    """Avoided use of a reporting period with its band, in all and added up day by day.

    Days that read under a tenth or over five times their counterfactual count, since the method takes the meter at its
    word, but are listed, with the savings that remain without them.

    Args:
        baseline: a fitted model.
        data: the meter's points by interval.
        reporting: local days, after the baseline.
        events: non-routine events of the reporting period.
        confidence: of the band, 0 to 1.

    Raises:
        WrongPeriods: baseline and reporting period overlap or stand in the wrong order, or the events clash.
        Refused: the reporting period has no use or no weather.
    """
    check_periods(baseline.period, reporting)
    if not 0 < confidence < 1:
        raise WrongPeriods(f"The confidence must lie between 0 and 1, not {confidence}")
    judged = judge(baseline, data, reporting, events)
    expected, actual = float(judged.expected.sum()), float(judged.actual.sum())
    if expected <= 0:
        raise Refused(
            RefusalReason.ALL_ZERO,
            f"The baseline expects no use in {reporting.first} to {reporting.last}, so nothing can be saved",
            "Choose another baseline period or model",
        )
    found = _savings(baseline, judged, reporting, expected, actual, confidence)
    beyond = _beyond(baseline, data, judged.rows)
    warnings = _warnings(found.coverage, beyond, found.suspect_days, found.uncertainty)
    return structs.replace(found, extrapolated=beyond, warnings=(*baseline.warnings, *warnings))


def _savings(
    baseline: AnyBaseline, judged: Judged, reporting: Period, expected: float, actual: float, confidence: float
) -> Savings:
    """All figures but what the baseline's own temperatures say of the reporting ones."""
    bands, suspects = _bands(baseline, judged, confidence), suspect_days(judged)
    avoided, band = expected - actual, float(bands[-1])
    uncertainty = band / avoided if avoided > 0 else None
    at_68 = float(_bands(baseline, judged, GUIDELINE_CONFIDENCE)[-1])
    return Savings(
        method=str(type(baseline).__struct_config__.tag),
        label=baseline.label,
        interval=baseline.interval,
        baseline=baseline.period,
        reporting=reporting,
        baseline_points=baseline.fitness.n,
        reporting_points=judged.rows.height,
        coverage=min(judged.covered / reporting.days, 1.0),
        counterfactual=expected,
        actual=actual,
        avoided=avoided,
        fraction=avoided / expected,
        band=band,
        confidence=confidence,
        uncertainty=uncertainty,
        significant=uncertainty is not None and at_68 < HOLDS_WITHIN * avoided,
        extrapolated=0.0,
        suspect_days=suspects,
        fraction_without_suspect=_without(judged, suspects),
        events=judged.events,
        cumulative=_cumulative(judged, bands),
        statement=_statement(expected, actual, band, confidence),
    )


def check_periods(baseline: Period, reporting: Period) -> None:
    """Refuse a reporting period that overlaps the baseline or lies before it."""
    if baseline.overlaps(reporting):
        raise WrongPeriods(
            f"Baseline {baseline.first} to {baseline.last} and reporting period {reporting.first} to {reporting.last} "
            "overlap. Let the reporting period begin after the baseline ends"
        )
    if reporting.last < baseline.first:
        raise WrongPeriods(
            f"The reporting period {reporting.first} to {reporting.last} lies before the baseline {baseline.first} to "
            f"{baseline.last}. Swap them"
        )


def judge(
    baseline: AnyBaseline, data: points.Points, reporting: Period, events: Sequence[NonRoutineEvent] = ()
) -> Judged:
    """Counterfactual and actual use of each point of a reporting period; see ``avoided_use`` for errors."""
    nonroutine.check(events)
    found = points.of_interval(data, baseline.interval)
    points.require_any(found, reporting, "reporting period")
    rows = points.within(found, reporting)
    per_day = baselines.PER_DAY[baseline.interval]
    expected, applied = nonroutine.adjusted(rows, baselines.predict(baseline, rows), events, per_day)
    kept = ~nonroutine.excluded(rows, events) & np.isfinite(expected)
    if not kept.any():
        raise Refused(
            RefusalReason.TOO_FEW,
            f"No point of {reporting.first} to {reporting.last} is left to judge",
            "Exclude fewer days, or choose a longer reporting period",
        )
    left = rows.filter(pl.Series(kept))
    length = left["length"].to_numpy()
    covered = float(rows["length"].sum()) / per_day
    return Judged(left, expected[kept] * length, left["value"].to_numpy() * length, applied, covered)


def suspect_days(judged: Judged) -> tuple[SuspectDay, ...]:
    """Days whose use is too far from the counterfactual for anything but a fault of the meter."""
    days = by_day(judged)
    found: list[SuspectDay] = []
    for day, actual, expected in days.iter_rows():
        if expected > 0 and actual < SUSPECT_LOW * expected:
            reason = "reads under a tenth of what is normal"
        elif expected > 0 and actual > SUSPECT_HIGH * expected:
            reason = "reads over five times what is normal"
        else:
            continue
        found.append(SuspectDay(day, actual, expected, reason))
    return tuple(found)


def propose_exclusions(suspects: Sequence[SuspectDay]) -> tuple[NonRoutineEvent, ...]:
    """Suspect days as events to exclude, neighbours together; for a person to accept or not."""
    runs: list[list[SuspectDay]] = []
    for one in suspects:
        if runs and (one.day - runs[-1][-1].day).days == 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    return tuple(
        NonRoutineEvent(Period(run[0].day, run[-1].day), Treatment.EXCLUDE, note=run[0].reason) for run in runs
    )


def by_day(judged: Judged) -> pl.DataFrame:
    """``day``, ``actual`` and ``expected``, added up by local day (by month of a monthly model), kWh."""
    frame = pl.DataFrame({"day": judged.rows["day"], "actual": judged.actual, "expected": judged.expected})
    return frame.group_by("day", maintain_order=True).agg(pl.col("actual", "expected").sum())


def _bands(baseline: AnyBaseline, judged: Judged, confidence: float) -> Floats:
    """Half-width of the interval of the savings up to each day."""
    fit = baseline.fitness
    length = judged.rows["length"].to_numpy()
    steps = pl.DataFrame({"day": judged.rows["day"], "expected": judged.expected, "length": length})
    by_day = steps.group_by("day", maintain_order=True).agg(pl.len(), pl.col("expected", "length").sum())
    counted = by_day["len"].cum_sum().to_numpy()
    months = by_day["length"].cum_sum().to_numpy() / baselines.PER_DAY[baseline.interval] / DAYS_IN_MONTH
    unit = np.array(
        [
            relative_uncertainty(
                fit.cvrmse, fit.n, fit.parameters, fit.autocorrelation, fit.interval, int(n), confidence, float(m)
            )
            for n, m in zip(counted, months, strict=True)
        ]
    )
    return unit * np.abs(by_day["expected"].cum_sum().to_numpy())


def _cumulative(judged: Judged, bands: Floats) -> tuple[CumulativePoint, ...]:
    days = by_day(judged)
    avoided = (days["expected"] - days["actual"]).cum_sum().to_numpy()
    rows = zip(days.iter_rows(), avoided.tolist(), bands.tolist(), strict=True)
    return tuple(CumulativePoint(day, use, normal, sum_, sum_ - b, sum_ + b) for (day, use, normal), sum_, b in rows)


def _without(judged: Judged, suspects: Sequence[SuspectDay]) -> float:
    kept = ~judged.rows["day"].is_in([one.day for one in suspects]).to_numpy()
    expected = float(judged.expected[kept].sum())
    return (expected - float(judged.actual[kept].sum())) / expected if expected > 0 else 0.0


def _beyond(baseline: AnyBaseline, data: points.Points, rows: pl.DataFrame) -> float:
    """Share of the points outside the baseline's temperatures; 0 when the baseline's readings are not at hand."""
    known = points.within(data[baseline.interval], baseline.period)["temperature"]
    if known.is_empty():
        return 0.0
    inside = rows["temperature"].is_between(known.min(), known.max())
    return 1 - float(inside.sum()) / rows.height


def _statement(expected: float, actual: float, band: float, confidence: float) -> str:
    difference = expected - actual
    word = "less" if difference >= 0 else "more"
    sure = "" if abs(difference) > band else "; too little to be told from chance"
    return (
        f"{abs(difference):,.0f} {word} than expected ({abs(difference) / expected:.1%}), ±{band:,.0f} at "
        f"{confidence:.0%} confidence{sure}"
    )


def _warnings(
    coverage: float, beyond: float, suspects: Sequence[SuspectDay], uncertainty: float | None
) -> tuple[str, ...]:
    found: list[str] = []
    if coverage < LEAST_COVERAGE:
        found.append(f"{1 - coverage:.0%} of the reporting period has no use or no temperature and is not counted")
    if beyond > EXTRAPOLATED:
        found.append(f"{beyond:.0%} of the reporting period is warmer or colder than any of the baseline")
    if uncertainty is not None and uncertainty > 1:
        found.append("The uncertainty is larger than the savings")
    if suspects:
        found.append(f"{len(suspects)} reporting days are far from normal: check the meter before crediting them")
    return tuple(found)
