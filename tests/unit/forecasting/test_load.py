"""Specification of how a history is read."""

from datetime import date, timedelta

import numpy as np
import pytest

from eaio.forecasting.compute.load import HORIZON, load_of, without_dead_runs
from eaio.infra.errors import InsufficientData
from tests.unit.forecasting.conftest import FIRST, MakeLoad, frame_of, weekly


def test_a_gap_takes_the_same_hour_of_the_week_before_but_stays_a_gap_for_judging(make_load: MakeLoad) -> None:
    values = weekly(4 * 168) + np.repeat([0, 1000, 2000, 3000], 168)
    values[2 * 168 + 5 : 2 * 168 + 50] = np.nan
    load = make_load(values)
    assert np.isnan(load.values[2 * 168 + 5])
    assert load.filled[2 * 168 + 5] == 1006
    assert load.filled[3 * 168 + 5] == 3006


def test_a_gap_of_two_weeks_reaches_back_to_the_last_week_that_has_the_hour(make_load: MakeLoad) -> None:
    values = weekly(5 * 168)
    values[2 * 168 : 4 * 168] = np.nan
    assert make_load(values).filled[3 * 168 + 7] == 8


def test_history_begins_after_a_leading_week_of_one_value(make_load: MakeLoad) -> None:
    values = np.concatenate([np.zeros(400), weekly(1000)])
    load = make_load(values)
    assert load.size == 1000
    assert load.origin == FIRST + timedelta(hours=1400)


def test_the_clock_of_the_hours_to_come_follows_daylight_saving() -> None:
    values = weekly(24 * 80)
    load = load_of(frame_of(values, "Europe/London"), "Europe/London")
    spring = 24 * 83 + 1  # 2017-03-26 01:00 UTC is 02:00 in London
    assert len(load.hour) == load.size + HORIZON
    assert (load.hour[spring - 1], load.hour[spring]) == (0, 2)
    assert (load.offset[spring - 1], load.offset[spring]) == (0, 1)


def test_a_later_origin_counts_the_hours_in_between_as_missing() -> None:
    load = load_of(frame_of(weekly(1000)), "UTC", until=FIRST + timedelta(hours=1010))
    assert load.size == 1010
    assert np.isnan(load.values[1000:]).all()


def test_an_earlier_origin_hides_what_came_after() -> None:
    load = load_of(frame_of(weekly(1000)), "UTC", until=FIRST + timedelta(hours=900))
    assert load.size == 900


def test_a_holiday_counts_as_a_sunday() -> None:
    load = load_of(frame_of(weekly(1000)), "UTC", holidays=frozenset({date(2017, 1, 4)}))
    assert set(load.weekday[48:72]) == {6}
    assert load.holiday[47:49].tolist() == [False, True]


def test_a_day_of_zeros_is_silence_and_a_shorter_run_is_not() -> None:
    values = np.ones(100)
    values[10:33], values[50:74] = 0, 0
    cleaned = without_dead_runs(values)
    assert (cleaned[10:33] == 0).all()
    assert np.isnan(cleaned[50:74]).all()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (np.full(1000, np.nan), "no readings"),
        (np.full(1000, 7.0), "reads 7 throughout"),
        (np.zeros(0), "no readings"),
    ],
)
def test_a_history_without_information_is_refused(values: np.ndarray, words: str) -> None:
    with pytest.raises(InsufficientData, match=words):
        load_of(frame_of(values), "UTC")


def test_an_electricity_meter_of_zeros_is_refused() -> None:
    with pytest.raises(InsufficientData, match="reads zero throughout"):
        load_of(frame_of(np.zeros(1000)), "UTC", zero_is_missing=True)


def test_an_origin_before_the_first_reading_is_refused() -> None:
    with pytest.raises(InsufficientData, match="no readings before 2016-12-31"):
        load_of(frame_of(weekly(1000)), "UTC", until=FIRST - timedelta(days=2))
