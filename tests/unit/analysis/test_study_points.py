"""Every point of a study adds up to its result; a written-down model computes what the model does."""

from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute import baselines, coefficients, points, savings, studies, study_points
from eaio.analysis.compute.statement import Grade, statement
from eaio.analysis.compute.studies import Material, Way
from eaio.analysis.models import AnyBaseline, Interval, Method, NonRoutineEvent, Period, Treatment
from eaio.dashboards.compute.verification import suggested
from tests.unit.analysis.conftest import Floats, office, weather

LONDON = ZoneInfo("Europe/London")
FIRST = datetime(2016, 1, 1, tzinfo=UTC)
HOURS = (366 + 365) * 24
YEAR = 366 * 24
BASELINE = Period(date(2016, 1, 1), date(2016, 12, 31))
REPORTING = Period(date(2017, 1, 1), date(2017, 12, 31))
WEATHER = weather(HOURS)


def material(saving: float = 0.1, missing: slice | None = None) -> Material:
    """An office in London that saves from 2017 on."""
    value = (office(HOURS) + 3 * np.maximum(WEATHER - 15, 0)) * np.where(np.arange(HOURS) < YEAR, 1, 1 - saving)
    if missing:
        value[missing] = np.nan
    frame = pl.DataFrame(
        {"time": [FIRST + timedelta(hours=h) for h in range(HOURS)], "value": value, "temperature": WEATHER},
        schema_overrides={"time": pl.Datetime("us", "UTC")},
    ).with_columns(pl.col("value").fill_nan(None))
    local = pl.col("time").dt.convert_time_zone(LONDON.key).dt.replace_time_zone(None)
    hourly = frame.select("time", local=local, value="value", temperature="temperature")
    return studies.material(hourly, hourly.select("local", "temperature"), zero_is_missing=False)


@pytest.fixture(scope="module")
def found() -> Material:
    return material(missing=slice(YEAR + 1000, YEAR + 1100))


@pytest.mark.parametrize(
    "way", [Way(Method.TOWT), Way(Method.CHANGE_POINT), Way(Method.CHANGE_POINT, Interval.MONTHLY)]
)
def test_points_of_the_reporting_period_add_up_to_the_saving(found: Material, way: Way) -> None:
    events = [
        NonRoutineEvent(Period(date(2017, 6, 1), date(2017, 6, 30)), Treatment.EXCLUDE),
        NonRoutineEvent(Period(date(2017, 9, 1), date(2017, 9, 30)), Treatment.FACTOR, 1.2),
    ]
    model = studies.fit(found, BASELINE, way).model
    saved = savings.avoided_use(model, found.data, REPORTING, events)
    frame = study_points.study_points(found, model, REPORTING, events, LONDON)
    counted = frame.filter((pl.col("period") == "reporting") & pl.col("counted"))
    assert counted.height == saved.reporting_points
    assert counted["actual"].sum() == pytest.approx(saved.actual)
    assert counted["counterfactual"].sum() == pytest.approx(saved.counterfactual)
    assert frame["residual"].sum() == pytest.approx((frame["actual"] - frame["counterfactual"]).sum())
    excluded = frame.filter(pl.col("flags").str.contains("excluded"))
    assert set(excluded["local"].dt.month().to_list()) == {6}
    assert frame.filter(pl.col("flags").str.contains("adjusted"))["local"].dt.month().unique().to_list() == [9]


def test_every_hour_that_should_be_there_is_there_and_missing_ones_say_so(found: Material) -> None:
    model = studies.fit(found, BASELINE, Way(Method.TOWT)).model
    frame = study_points.study_points(found, model, REPORTING, [], LONDON)
    days = frame.group_by(pl.col("local").dt.date().alias("day")).len()
    counts = {str(day): n for day, n in days.rows()}
    assert (counts["2017-03-26"], counts["2017-10-29"], counts["2017-07-01"]) == (23, 25, 24)
    missing = frame.filter(pl.col("flags") == "missing")
    assert missing.height == 100
    assert missing["residual"].null_count() == 100
    assert not missing["counted"].any()
    daily = study_points.daily(frame)
    assert daily.height == 366 + 365
    gap = daily.filter(pl.col("actual").is_null())
    assert gap.height >= 3
    assert daily.drop_nulls("actual")["residual"].abs().max() < 2 * office(24).sum()


def test_a_model_written_down_computes_what_the_model_does(found: Material) -> None:
    line = studies.fit(found, BASELINE, Way(Method.CHANGE_POINT)).model
    rows = points.within(found.data[Interval.DAILY], BASELINE)
    known = {one.name: one.value for one in coefficients.written(line, "kWh").coefficients}
    t = rows["temperature"].to_numpy()
    by_hand = known["base"] + known.get("below", 0) * np.maximum(known.get("low", 0) - t, 0)
    by_hand += known.get("above", 0) * np.maximum(t - known.get("high", 0), 0)
    assert by_hand == pytest.approx(baselines.predict(line, rows))
    hourly = studies.fit(found, BASELINE, Way(Method.TOWT)).model
    rows = points.within(found.data[Interval.HOURLY], BASELINE)
    assert _by_hand(hourly, rows) == pytest.approx(baselines.predict(hourly, rows))


def _by_hand(model: AnyBaseline, rows: pl.DataFrame) -> Floats:
    """From the table of levels, the listed slopes and the edges that the formula names."""
    written = coefficients.written(model, "kWh")
    edges = [float(edge) for edge in written.formula.split("end at ")[1].split(" °C")[0].split(", ")]
    values = [one.value for one in written.coefficients]
    slopes = np.array([values[: len(values) // 2], values[len(values) // 2 :]])
    bounds = [-np.inf, *getattr(model, "model").edges, np.inf]  # noqa: B009 - of an hourly model
    assert np.allclose(bounds[1:-1], edges, rtol=1e-3)
    t, of_week = rows["temperature"].to_numpy(), rows["hour_of_week"].to_numpy()
    parts = [np.minimum(t, bounds[1])]
    parts += [np.clip(t, low, high) - low for low, high in pairwise(bounds[1:])]
    level = np.array(written.week, float)[of_week % 24, of_week // 24]
    used = np.array(written.occupied)[of_week % 24, of_week // 24].astype(int)
    return level + (np.column_stack(parts) * slopes[used]).sum(1)


@pytest.mark.parametrize(
    ("saving", "grade", "words"),
    [
        (0.1, Grade.PROVEN, "less used than expected (10"),
        (-0.1, Grade.MORE, "more used than expected (10"),
        (0.0005, Grade.UNPROVEN, "used than expected"),
    ],
)
def test_the_verdict_says_how_far_a_saving_can_be_relied_on(saving: float, grade: Grade, words: str) -> None:
    known = material(saving)
    said = statement(studies.verify(known, studies.fit(known, BASELINE, Way(Method.TOWT)), REPORTING), "kWh")
    assert said.grade == grade
    assert words in said.sentence
    assert "90 % confidence" in said.sentence


def test_a_clear_saving_on_a_loose_model_is_an_indication() -> None:
    known = material(0.5)
    said = statement(studies.verify(known, studies.fit(known, BASELINE, Way(Method.CHANGE_POINT)), REPORTING), "kWh")
    assert said.grade == Grade.INDICATIVE
    assert "fails Guideline 14" in said.why


def test_suggested_periods_follow_the_readings_or_the_dates_of_the_measure() -> None:
    first, last = date(2016, 1, 1), date(2017, 12, 31)
    found = suggested(first, last)
    assert found is not None
    assert found.reporting == REPORTING
    assert found.baseline == Period(date(2016, 1, 2), date(2016, 12, 31))
    dated = suggested(first, last, date(2017, 3, 1), date(2017, 4, 15))
    assert dated is not None
    assert dated.baseline == Period(date(2016, 3, 1), date(2017, 2, 28))
    assert dated.reporting == Period(date(2017, 4, 16), last)
    short = suggested(date(2017, 1, 1), date(2017, 4, 10))
    assert short is not None
    assert short.baseline.last + timedelta(days=1) == short.reporting.first
    assert suggested(last, last) is None
