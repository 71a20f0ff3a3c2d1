"""Specification of the typical week."""

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute.profile import load_profile, occupied_hours
from eaio.infra.errors import InsufficientData
from tests.unit.analysis.conftest import as_frame, office, working_hours


def test_the_week_starts_on_monday_and_finds_the_hours_in_use() -> None:
    profile = load_profile(as_frame(office()))
    assert profile.occupied_hours == "Mon–Fri 8–18"
    assert profile.occupied == tuple(working_hours(168))
    assert profile.week[7] == pytest.approx(20, rel=0.02)
    assert profile.week[8] == pytest.approx(100, rel=0.02)
    assert profile.unoccupied_ratio == pytest.approx(0.2, abs=0.005)


def test_one_broken_reading_moves_the_peak_but_not_base_and_near_peak() -> None:
    values = office()
    values[1000] = 99_999
    profile, clean = load_profile(as_frame(values)), load_profile(as_frame(office()))
    assert profile.peak == 99_999
    assert profile.near_base == pytest.approx(clean.near_base, rel=1e-3)
    assert profile.near_peak == pytest.approx(clean.near_peak, rel=1e-2)


def test_a_frame_that_starts_in_the_middle_of_a_week_gives_the_same_week() -> None:
    frame = as_frame(office())
    assert load_profile(frame.slice(50)).week[30] == pytest.approx(load_profile(frame).week[30] or 0, rel=0.02)


def test_hours_of_use_are_wall_clock_hours_in_summer_and_in_winter() -> None:
    frame = as_frame(np.zeros(50 * 168)).with_columns(
        local=pl.col("time").dt.convert_time_zone("America/New_York").dt.replace_time_zone(None)
    )
    at_work = (pl.col("local").dt.weekday() <= 5) & pl.col("local").dt.hour().is_between(8, 17)
    profile = load_profile(frame.with_columns(value=pl.when(at_work).then(100.0).otherwise(20.0)))
    assert profile.occupied_hours == "Mon–Fri 8–18"
    assert profile.week == tuple(np.where(working_hours(168), 100.0, 20.0))
    assert (profile.low, profile.high) == (profile.week, profile.week)


def test_a_constant_load_has_no_rhythm_and_no_ratio() -> None:
    profile = load_profile(as_frame(np.random.default_rng(1).normal(50, 2, 20 * 168)))
    assert (profile.occupied_hours, profile.unoccupied_ratio) == ("all hours", None)


def test_saturday_mornings_are_told_apart_from_weekdays() -> None:
    week = np.where(working_hours(168), 100.0, 20.0)
    week[5 * 24 + 9 : 5 * 24 + 13] = 90
    values = np.tile(week, 10)
    assert load_profile(as_frame(values)).occupied_hours == "Mon–Fri 8–18, Sat 9–13"


def test_missing_hours_lower_the_coverage_and_nothing_else() -> None:
    values = office()
    values[::10] = np.nan
    profile = load_profile(as_frame(values))
    assert profile.coverage == pytest.approx(0.9, abs=0.001)
    assert profile.week[9] == pytest.approx(100, rel=0.02)


def test_too_little_data_is_refused_not_guessed() -> None:
    with pytest.raises(InsufficientData, match="672 hourly readings; there are 500"):
        load_profile(as_frame(office(500)))


def test_an_all_missing_week_counts_as_always_in_use() -> None:
    assert occupied_hours(np.full(168, np.nan)).all()
