"""Specification of the interface that all baseline models share: fitting, choosing, refusing."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eaio.analysis.compute import baselines, caltrack, changepoint, opendsm_engine, points, portfolio
from eaio.analysis.models import Interval, Method, Period, RefusalReason, Refused
from eaio.infra.errors import Unavailable
from tests.unit.analysis.conftest import Floats, Frame, office, weather

YEAR = Period(date(2016, 1, 4), date(2017, 1, 1))
HOURS = 52 * 168
TEMPERATURE = np.random.default_rng(3).uniform(-8, 32, 365)


def asked(method: Method, interval: Interval) -> baselines.Asked:
    return baselines.Asked(method, interval)


@settings(max_examples=25, deadline=None)
@given(
    low=st.floats(0, 12),
    gap=st.floats(2, 12),
    below=st.floats(1, 40),
    above=st.floats(1, 40),
    base=st.floats(50, 1000),
)
def test_change_points_without_noise_come_back_exactly(
    low: float, gap: float, below: float, above: float, base: float
) -> None:
    use = base + below * np.maximum(low - TEMPERATURE, 0) + above * np.maximum(TEMPERATURE - low - gap, 0)
    model = changepoint.fit(TEMPERATURE, use)
    assert model.kind == "5P"
    found = (model.base, model.below, model.above, model.low, model.high)
    assert found == pytest.approx((base, below, above, low, low + gap), rel=1e-5, abs=1e-5)


def test_degree_hours_without_noise_come_back_exactly() -> None:
    hours = TEMPERATURE[:, None] + 6 * np.sin(np.arange(24) / 24 * 2 * np.pi)
    use = 100 + 5 * np.maximum(14.3 - hours, 0).mean(1) + 8 * np.maximum(hours - 19.1, 0).mean(1)
    model = changepoint.fit(hours, use)
    found = (model.kind, model.base, model.below, model.above, model.low, model.high)
    assert found[0] == "5P"
    assert found[1:] == pytest.approx((100, 5, 8, 14.3, 19.1), rel=1e-4)
    assert model.degree_hours


def test_caltrack_finds_planted_balance_points_of_its_grid_and_no_negative_slope() -> None:
    low, high = caltrack.GRID[8], caltrack.GRID[12]
    use = 200 + 6 * np.maximum(low - TEMPERATURE, 0) + 9 * np.maximum(TEMPERATURE - high, 0)
    model = caltrack.fit(TEMPERATURE, use)
    assert model.kind == "hdd+cdd"
    assert (model.base, model.below, model.above, model.low, model.high) == pytest.approx((200, 6, 9, low, high))
    assert np.diff(caltrack.GRID).max() <= 3 / 1.8 + 1e-9
    falling = caltrack.fit(TEMPERATURE, 500 - 4 * np.maximum(TEMPERATURE - 20, 0))
    assert falling.above == 0
    assert min(falling.base, falling.below) >= 0


def test_caltrack_refuses_a_38th_missing_day_and_part_of_a_year(frame: Frame) -> None:
    use = 200 + 6 * np.maximum(caltrack.GRID[9] - TEMPERATURE, 0)
    assert caltrack.fit(TEMPERATURE[:328], use[:328]).below == pytest.approx(6)
    with pytest.raises(Refused, match="at most 37 may be missing; 327 have use and temperature, 1 too few"):
        caltrack.fit(TEMPERATURE[:327], use[:327])
    data = points.from_hours(frame(office(), weather(HOURS)))
    half = Period(YEAR.first, YEAR.first + timedelta(days=180))
    with pytest.raises(Refused, match="needs a baseline of one year"):
        baselines.fit(data, half, asked(Method.CALTRACK, Interval.DAILY))


def test_the_hourly_model_is_chosen_for_an_office_with_a_week_and_the_reason_says_so(frame: Frame) -> None:
    choice = baselines.choose(points.from_hours(frame(office(), weather(HOURS))), YEAR)
    assert choice.chosen.label == "TOWT"
    assert choice.chosen.fitness.verdict.passed
    assert "10 % yearly saving, the only one of 4 models that passes" in choice.chosen.reason
    assert choice.others
    assert any("CalTRACK" in refusal for refusal in choice.refusals)


def test_use_that_follows_hourly_weather_is_modelled_by_degree_hours_among_days(frame: Frame) -> None:
    temperature = weather(HOURS)
    use = 20 + 3 * np.maximum(temperature - 16, 0) + np.random.default_rng(1).normal(0, 1, HOURS)
    data = points.from_hours(frame(use, temperature))
    choice = baselines.choose(data, YEAR, intervals={Interval.DAILY})
    assert choice.chosen.label.endswith("on degree hours")


REFUSALS: dict[str, tuple[Floats, Floats | None, RefusalReason]] = {
    "no weather": (office(), None, RefusalReason.TOO_FEW),
    "all zero": (np.zeros(HOURS), weather(HOURS), RefusalReason.ALL_ZERO),
    "constant": (np.full(HOURS, 5.0), weather(HOURS), RefusalReason.CONSTANT),
    "flat weather": (office(), np.full(HOURS, 20.0), RefusalReason.FLAT_WEATHER),
    "too few": (office(30 * 24), weather(30 * 24), RefusalReason.TOO_FEW),
}


@pytest.mark.parametrize("name", REFUSALS)
@pytest.mark.parametrize(
    ("method", "interval"), [(Method.TOWT, Interval.HOURLY), (Method.CHANGE_POINT, Interval.DAILY)]
)
def test_bad_data_are_refused_with_a_reason_and_a_remedy(
    frame: Frame, name: str, method: Method, interval: Interval
) -> None:
    use, temperature, reason = REFUSALS[name]
    data = points.from_hours(frame(use, temperature))
    with pytest.raises(Refused) as refused:
        baselines.fit(data, YEAR, asked(method, interval))
    assert refused.value.reason == reason
    assert refused.value.remedy
    assert refused.value.status == 422


def test_readings_too_coarse_for_a_model_are_refused() -> None:
    with pytest.raises(Refused, match="needs hourly readings; this meter has monthly ones"):
        baselines.fit({Interval.MONTHLY: points.POINTS.to_frame()}, YEAR, asked(Method.TOWT, Interval.HOURLY))


def test_bills_become_months_with_the_weather_of_their_days() -> None:
    first = [date(2016, 1, 1), date(2016, 2, 1)]
    bills = pl.DataFrame({"first": first, "last": [date(2016, 1, 31), date(2016, 2, 29)], "value": [310.0, 580.0]})
    days = pl.date_range(date(2016, 1, 1), date(2016, 2, 10), eager=True)
    weather_days = pl.DataFrame({"day": days, "temperature": np.arange(41.0)})
    rows = points.from_bills(bills, weather_days)[Interval.MONTHLY]
    assert rows["value"].to_list() == [10.0]
    assert rows["temperature"].to_list() == [15.0]


def test_a_portfolio_is_fitted_in_order_and_refusals_come_back_beside_the_models(frame: Frame) -> None:
    good, bad = frame(office(), weather(HOURS)), frame(np.zeros(HOURS), weather(HOURS))
    meters = [(name, lambda one=one: points.from_hours(one)) for name, one in (("a", good), ("b", bad), ("c", good))]
    found = dict(portfolio.fit(meters, YEAR, asked(Method.CHANGE_POINT, Interval.DAILY)))
    assert list(found) == ["a", "b", "c"]
    assert found["a"].baseline is not None
    assert found["b"].refusal is not None
    assert found["a"].baseline == found["c"].baseline


def test_an_engine_that_is_not_installed_says_how_to_install_it(frame: Frame) -> None:
    if opendsm_engine.available():
        pytest.skip("the opendsm extra is installed")
    data = points.from_hours(frame(office(), weather(HOURS)))
    with pytest.raises(Unavailable, match=r"pip install 'eaio\[opendsm\]'"):
        baselines.fit(data, YEAR, asked(Method.OPENDSM, Interval.DAILY))
