"""Specification of the engines: what each repeats, and that none of them sees the future."""

import numpy as np
import pytest

from eaio.forecasting.compute.baselines import previous_day, previous_week, slot_mean, slot_median, week_mean
from eaio.forecasting.compute.engines import PER_METER, Engine
from eaio.forecasting.compute.load import HORIZON, load_of
from eaio.forecasting.models import EngineName
from tests.unit.forecasting.conftest import MakeLoad, frame_of, weekly

WEEK = 168
rng = np.random.default_rng(3)


def daily_ramp(days: int) -> np.ndarray:
    """Every hour of day d has the value d."""
    return np.repeat(np.arange(days, dtype=np.float64), 24)


def test_previous_day_repeats_the_last_known_day_whatever_the_distance(make_load: MakeLoad) -> None:
    load = make_load(daily_ramp(40))
    said = previous_day(load, np.array([load.size]), load.size)
    assert set(said[0]) == {39.0}


def test_previous_week_repeats_the_last_known_week(make_load: MakeLoad) -> None:
    load = make_load(daily_ramp(42))
    said = previous_week(load, np.array([load.size]), load.size)[0]
    assert said[::24].tolist() == [35, 36, 37, 38, 39, 40, 41] * 2


def test_week_mean_is_the_mean_of_seven_days_and_slot_mean_that_of_four_weeks(make_load: MakeLoad) -> None:
    load = make_load(daily_ramp(42))
    origin = np.array([load.size])
    assert week_mean(load, origin, load.size)[0, 0] == np.mean(range(35, 42))
    assert slot_mean(load, origin, load.size)[0, 0] == np.mean([35, 28, 21, 14])
    assert slot_median(load, origin, load.size)[0, 0] == np.median([35, 28, 21, 14])


def test_lags_follow_the_wall_clock_across_the_change_to_summer_time() -> None:
    """A load tied to local time, forecast from the day before the clocks change."""
    frame = frame_of(np.zeros(24 * 83 - 12), "Europe/London")
    local_hour = frame["local"].dt.hour().to_numpy().astype(np.float64)
    load = load_of(frame.with_columns(value=local_hour + 1), "Europe/London")
    assert len(set(load.offset[load.size :])) == 2, "the clocks must change within the horizon"
    for engine in (previous_day, previous_week, week_mean, slot_mean, slot_median):
        said = engine(load, np.array([load.size]), load.size)[0]
        assert said == pytest.approx(load.hour[load.size :] + 1.0)


KNOW_WEEKDAYS = (EngineName.PREVIOUS_WEEK, EngineName.SLOT_MEAN, EngineName.SLOT_MEDIAN, EngineName.RIDGE)


@pytest.mark.parametrize("name", KNOW_WEEKDAYS)
def test_engines_that_know_weekdays_repeat_a_perfect_week(name: EngineName, make_load: MakeLoad) -> None:
    load = make_load(weekly(12 * WEEK))
    said = PER_METER[name](load, np.array([load.size]), load.size)
    assert said[0] == pytest.approx(weekly(HORIZON), rel=0.02, abs=0.6)


@pytest.mark.parametrize("engine", list(PER_METER.values()), ids=list(PER_METER))
def test_no_engine_uses_an_hour_at_or_after_its_origin(engine: Engine, make_load: MakeLoad) -> None:
    values = weekly(10 * WEEK) * rng.normal(1, 0.1, 10 * WEEK)
    values[np.arange(10 * WEEK) % WEEK == 30] = np.nan  # an hour of the week that was never read must be made up
    warmth = 10 + 5 * np.sin(np.arange(10 * WEEK) / 24)
    origin, learned = np.array([8 * WEEK + 5]), 7 * WEEK
    changed, warmer = values.copy(), warmth.copy()
    changed[origin[0] :], warmer[origin[0] :] = -9_999.0, 40.0
    before = engine(make_load(values, temperature=warmth), origin, learned)
    after = engine(make_load(changed, temperature=warmer), origin, learned)
    assert np.array_equal(before, after)
    assert before.min() >= 0


@pytest.mark.parametrize("engine", list(PER_METER.values()), ids=list(PER_METER))
def test_engines_answer_with_numbers_where_history_has_gaps(engine: Engine, make_load: MakeLoad) -> None:
    values = weekly(6 * WEEK)
    values[rng.random(len(values)) < 0.3] = np.nan
    load = make_load(values)
    said = engine(load, np.array([5 * WEEK, load.size]), 4 * WEEK)
    assert said.shape == (2, HORIZON)
    assert np.isfinite(said).all()
