"""Figures, tables and method notes of an audit pack, out of a study and its points."""

from collections.abc import Mapping
from hashlib import sha256

import polars as pl

from eaio.analysis.models import CaltrackBaseline, ChangePointBaseline, Interval, OpendsmBaseline
from eaio.analysis.models.studies import StudyResult
from eaio.dashboards.compute import verification as charts
from eaio.reports.compute.figures import numbered, panel
from eaio.reports.models import Figure, Method
from eaio.reports.models.audit import MonthLine, PeriodData
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL

Counts = Mapping[str, tuple[int, int, int]]
"""By period: readings present, expected, estimated."""


def figures(found: StudyResult, daily: pl.DataFrame) -> tuple[Figure, ...]:
    """Model, use beside what was expected, savings added up, residuals over time and temperature."""
    per = charts.per_day(found.study.unit, found.result.baseline.model.interval)
    sure = fmt.percent(found.study.confidence)
    use, residuals = charts.use_chart(found, daily), charts.residual_chart(found, daily)
    label = CARRIER_LABEL[found.study.carrier]
    return numbered(
        (
            Figure(
                name="model",
                title=f"{label} of the baseline over outdoor temperature, {per}",
                note="One dot a day (a month of a monthly model), working days filled. Line: the model; of an hourly "
                "or degree-hour model its mean on working days of that temperature. Band: 95 % of the baseline's days.",
                panels=(panel("scatter", charts.baseline_chart(found, daily), height=210),),
            ),
            Figure(
                name="use",
                title=f"{label} used and expected, {per}",
                note=f"Solid: used. Dashed: the model. Band: {sure} interval of a single day (month) of the reporting "
                "period. Tinted: declared events. Hatched: missing.",
                panels=(panel("load", use, height=190),),
            ),
            Figure(
                name="cumulative",
                title=f"Savings added up, {found.study.unit}",
                note=f"Band: {sure} interval of the sum up to that day, by the formula of the methods section.",
                panels=(panel("cumulative", charts.cumulative_chart(found), height=140),),
            ),
            Figure(
                name="residuals",
                title=f"Residuals, actual less expected, {per}",
                note="Open: baseline. Filled: reporting period. The baseline's should scatter around zero without "
                "slope or bow; the reporting period's lie below it by the saving.",
                panels=(
                    panel("residuals", residuals, "Over time", height=150),
                    panel("deviations", residuals, "Over temperature", height=150),
                ),
            ),
        )
    )


def months(points: pl.DataFrame) -> tuple[MonthLine, ...]:
    """The reporting period by month, from STUDY_POINTS."""
    rows = points.filter(pl.col("period") == "reporting")
    grouped = rows.group_by(pl.col("local").dt.date().dt.truncate("1mo").alias("month"), maintain_order=True).agg(
        *(pl.col(name).filter(pl.col("counted")).sum() for name in ("actual", "counterfactual")),
        pl.col("counted").sum(),
        points=pl.len(),
    )
    return tuple(MonthLine(*row) for row in grouped.rows())


def data(found: StudyResult, points: pl.DataFrame, counts: Counts) -> tuple[PeriodData, ...]:
    """What each period rests on, with a checksum of its points."""
    model, saved = found.result.baseline.model, found.result.savings
    return tuple(
        _period(name, points.filter(pl.col("period") == name), (period.first, period.last), counts[name])
        for name, period in (("baseline", model.period), ("reporting", saved.reporting))
    )


def _period(name: str, rows: pl.DataFrame, days: tuple[object, object], counts: tuple[int, int, int]) -> PeriodData:
    def flagged(word: str) -> int:
        return rows.filter(pl.col("flags").str.split(" ").list.contains(word)).height

    readings, expected, estimated = counts
    return PeriodData(
        name=name,
        first=days[0],  # pyright: ignore[reportArgumentType] - days of a period
        last=days[1],  # pyright: ignore[reportArgumentType]
        counted=rows.filter("counted").height,
        points=rows.height,
        missing=flagged("missing"),
        excluded=flagged("excluded"),
        adjusted=flagged("adjusted"),
        readings=readings,
        expected=expected,
        estimated=estimated,
        sha256=checksum(rows),
    )


def checksum(rows: pl.DataFrame) -> str:
    """SHA-256 of time (microseconds, UTC, int64), actual use and temperature (float64, NaN where missing) in order."""
    digest = sha256()
    digest.update(rows["time"].dt.timestamp("us").to_numpy().astype("<i8").tobytes())
    for name in ("actual", "temperature"):
        digest.update(rows[name].fill_null(float("nan")).to_numpy().astype("<f8").tobytes())
    return digest.hexdigest()


def methods(found: StudyResult) -> tuple[Method, ...]:
    """How the numbers were made, for this study's model."""
    return (_MODELS[_kind(found)], *_ALWAYS)


def _kind(found: StudyResult) -> str:
    model = found.result.baseline.model
    if isinstance(model, CaltrackBaseline):
        return "caltrack"
    if isinstance(model, OpendsmBaseline):
        return "opendsm"
    if isinstance(model, ChangePointBaseline):
        return "degree-hours" if model.model.degree_hours else "change-point"
    return "towt" if model.interval == Interval.HOURLY else "change-point"


_MODELS = {
    "change-point": Method(
        "Baseline model",
        "Least-squares change-point model of two to five parameters of use against mean outdoor temperature; the shape "
        "is chosen by the Bayesian information criterion.",
        "Kissock, Haberl and Claridge, ASHRAE RP-1050 (2002).",
    ),
    "degree-hours": Method(
        "Baseline model",
        "Least-squares change-point model whose degrees beyond a balance point are means over the hours of each day; "
        "the shape is chosen by the Bayesian information criterion.",
        "After Kissock, Haberl and Claridge, ASHRAE RP-1050 (2002).",
    ),
    "caltrack": Method(
        "Baseline model",
        "Daily use as base load with heating and cooling degree days; balance points searched, coefficients positive, "
        "best adjusted R².",
        "CalTRACK 2.0 Methods, section 3 (daily).",
    ),
    "towt": Method(
        "Baseline model",
        "Hourly use as a level of the hour of the week with a piecewise linear effect of outdoor temperature, apart "
        "for occupied and other hours, which are found from the load itself.",
        "Mathieu, Price, Kiliccote and Piette (2011), IEEE Trans. Smart Grid 2(3); CalTRACK 2.0 Methods, section 3.",
    ),
    "opendsm": Method("Baseline model", "The model of OpenDSM, the OpenEEmeter project's engine.", "OpenDSM."),
}
_ALWAYS = (
    Method(
        "Savings",
        "Avoided use: what the baseline model expects under the weather of the reporting period, declared events "
        "applied, less what was used; whole facility. Points without use or temperature count on neither side.",
        "IPMVP option C; ASHRAE Guideline 14-2014.",
    ),
    Method(
        "Uncertainty",
        "t · k · CV(RMSE) · sqrt((n / n')(1 + 2 / n') / m) of the expected use, n' = n (1 - r)/(1 + r) with the "
        "residuals' autocorrelation r where it is significant; k for hours 1.26, for days and months by their number. "
        "Over the avoided use it is the fractional savings uncertainty. Prices and factors are taken as certain.",
        "ASHRAE Guideline 14-2014, annex B; Sun and Baltazar (2013).",
    ),
    Method(
        "Verdict",
        "The model passes with CV(RMSE) and mean bias error within the limits of its interval (days take those of "
        "hours); the saving holds where its uncertainty at 68 % confidence is below half of it.",
        "ASHRAE Guideline 14-2014, section 4.",
    ),
    Method(
        "Typical year",
        "Baseline and reporting period each modelled, and both asked for the same typical year, put together from the "
        "site's own months that lie closest to all of its years.",
        "Finkelstein and Schafer (1971), Biometrika 58(3); as in TMY files.",
    ),
    Method(
        "Proposed events",
        "Stretches whose residuals stand on another level than the rest, tested for chance over all stretches. A "
        "person accepts or declines each; only declared events change the figures.",
        "",
    ),
    Method(
        "Checksums",
        "SHA-256 over time (microseconds UTC, 64-bit integers), use and temperature (64-bit floats, NaN where missing) "
        "of every point of a period in order, little-endian. The points come with the study as CSV and Parquet.",
        "FIPS 180-4.",
    ),
)
