"""Specification of the typical year, weather-normalised use and degree-day views."""

from datetime import date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute import baselines, degree_days, normals, points
from eaio.analysis.compute.series import DegreeDayBase
from eaio.analysis.models import AnyBaseline, Interval, Method, Period, Refused
from tests.unit.analysis.conftest import Floats

FIRST = datetime(2020, 1, 1)  # noqa: DTZ001 - a wall clock without a zone
YEARS = 3
HOURS = (366 + 365 + 365) * 24


def temperatures() -> Floats:
    """Three years of which the middle one lies between a cold and a warm one."""
    hour = np.arange(HOURS)
    year = np.where(hour < 366 * 24, -3.0, np.where(hour < 731 * 24, 0.0, 3.0))
    return 11 + year - 12 * np.cos(2 * np.pi * hour / 8766) - 4 * np.cos(2 * np.pi * hour / 24)


def record(hours: int = HOURS) -> pl.DataFrame:
    local = pl.datetime_range(FIRST, FIRST + timedelta(hours=hours - 1), "1h", time_unit="us", eager=True)
    return pl.DataFrame({"local": local, "temperature": temperatures()[:hours]})


def meter(share: float = 1.0) -> points.Points:
    """Rises with every kelvin under 15 C in any hour: 2 kWh an hour; base 10."""
    frame = record().with_columns(time=pl.col("local").dt.replace_time_zone("UTC"))
    use = share * (10 + 2 * (15 - pl.col("temperature")).clip(lower_bound=0))
    return points.from_hours(frame.with_columns(value=use))


def fitted(data: points.Points, year: int, method: Method = Method.DEGREE_HOURS) -> AnyBaseline:
    interval = Interval.HOURLY if method == Method.TOWT else Interval.DAILY
    return baselines.fit(data, Period(date(year, 1, 1), date(year, 12, 31)), baselines.Asked(method, interval))


def test_the_middle_year_is_the_typical_one_and_the_statement_says_how() -> None:
    year = normals.typical_year(record())
    assert year.years == (2021,) * 12
    assert (len(year.daily), len(year.hourly)) == (365, 8760)
    assert "Finkelstein-Schafer" in year.statement
    assert "Jan 2021" in year.statement
    assert year.hourly == pytest.approx(temperatures()[366 * 24 : 731 * 24])


def test_a_single_year_is_said_to_be_the_only_one_and_less_is_refused() -> None:
    assert "only year" in normals.typical_year(record(366 * 24)).statement
    with pytest.raises(Refused, match="Dec is nowhere so complete") as refused:
        normals.typical_year(record(335 * 24))
    assert "Import weather of a whole year" in refused.value.remedy
    with pytest.raises(Refused, match="no outdoor temperature"):
        normals.typical_year(record(48).with_columns(temperature=pl.lit(None, pl.Float64)))


def test_use_in_a_typical_year_does_not_depend_on_the_year_it_was_measured_in() -> None:
    data, year = meter(), normals.typical_year(record())
    truth = (10 + 2 * np.maximum(15 - np.array(year.hourly), 0)).sum()
    cold, warm = (normals.normalised_use(fitted(data, of), year) for of in (2020, 2022))
    assert cold.annual == pytest.approx(truth, rel=1e-6)
    assert warm.annual == pytest.approx(truth, rel=1e-6)
    assert sum(cold.months) == pytest.approx(cold.annual)


def test_a_typical_year_suits_models_of_every_interval() -> None:
    data, year = meter(), normals.typical_year(record())
    truth = (10 + 2 * np.maximum(15 - np.array(year.hourly), 0)).sum()
    hourly = normals.normalised_use(fitted(data, 2021, Method.TOWT), year)
    assert hourly.annual == pytest.approx(truth, rel=0.005)
    asked = baselines.Asked(Method.CHANGE_POINT, Interval.MONTHLY)
    monthly = baselines.fit(data, Period(date(2021, 1, 1), date(2021, 12, 31)), asked)
    assert normals.normalised_use(monthly, year).annual == pytest.approx(truth, rel=0.02)


def test_normalised_savings_are_those_of_the_models_under_one_weather() -> None:
    year = normals.typical_year(record())
    found = normals.normalised_savings(fitted(meter(), 2020), fitted(meter(0.9), 2022), year)
    assert found.fraction == pytest.approx(0.1, abs=1e-6)
    assert found.avoided == pytest.approx(found.baseline_annual - found.reporting_annual)
    assert "less in a typical year (10.0%)" in found.statement


def test_use_per_degree_day_is_the_planted_slope_by_hour_and_the_base_load_stays_apart() -> None:
    period = Period(date(2021, 1, 1), date(2021, 12, 31))
    view = degree_days.degree_day_view(meter(), period, DegreeDayBase(15.0, 22.0), by_hour=True)
    assert view.per_hdd == pytest.approx(48, rel=1e-6)
    assert view.base_load == pytest.approx(240, rel=1e-6)
    assert view.per_cdd == pytest.approx(0, abs=1e-6)
    assert len(view.months) == 12
    assert sum(month.use for month in view.months) == pytest.approx(
        degree_days.normalise(view, sum(m.hdd for m in view.months), sum(m.cdd for m in view.months)), rel=1e-6
    )
    july = view.months[6]
    assert (july.days, july.calendar_days) == (31, 31)
    with pytest.raises(Refused, match="needs 60 days"):
        degree_days.degree_day_view(meter(), Period(date(2021, 1, 1), date(2021, 1, 31)), DegreeDayBase())
