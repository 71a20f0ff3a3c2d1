"""Specification of how unusual an hour is."""

import numpy as np
import pytest

from eaio.analysis.compute import context as module
from eaio.analysis.compute.context import Context, Surroundings
from eaio.timeseries import weeks
from eaio.timeseries.weeks import Clock
from tests.unit.analysis.conftest import Floats, office, weather

HOURS = 52 * 168


def context(values: Floats, known: Surroundings | None = None) -> Context:
    """Of a series that starts on a Monday at midnight."""
    return module.context(values, Clock.regular(0, values.size), known)


def test_folding_a_series_that_starts_in_mid_week_and_back_loses_nothing() -> None:
    values = np.arange(1000.0)
    clock = Clock.regular(50, 1000)
    folded = clock.fold(values)
    assert folded.shape == (7, 168)
    assert np.isnan(folded[0, :50]).all()
    assert (clock.unfold(folded) == values).all()


def test_the_median_without_gaps_is_numpys_nanmedian() -> None:
    values = np.random.default_rng(2).normal(size=(9, 40))
    values[np.random.default_rng(3).random((9, 40)) < 0.4] = np.nan
    values[:, 7] = np.nan
    with np.errstate(all="ignore"), pytest.warns(RuntimeWarning):
        expected = np.nanmedian(values, axis=0)
    assert weeks.median(values) == pytest.approx(expected, nan_ok=True)


def test_the_middle_of_few_values_is_their_median() -> None:
    values = np.random.default_rng(2).normal(size=(200, 4))
    values[np.random.default_rng(3).random((200, 4)) < 0.4] = np.nan
    assert weeks.middle_of_few(values) == pytest.approx(weeks.median(values, axis=1), nan_ok=True)


@pytest.mark.parametrize("width", [3, 4, 13, 168])
def test_smoothing_is_the_mean_of_what_is_present_around(width: int) -> None:
    values = np.random.default_rng(4).normal(size=500)
    values[100:300:3] = np.nan
    found = weeks.smooth(values, width)
    for i in (0, 5, 150, 499):
        around = values[max(i - (width - 1) // 2, 0) : i + width // 2 + 1]
        assert found[i] == pytest.approx(np.nanmean(around))


def test_where_use_changed_for_good_normal_is_what_holds_on_ones_own_side() -> None:
    values = office()
    values[26 * 168 :] *= 0.3
    found = context(values)
    near = slice(25 * 168, 27 * 168)
    assert np.abs(found.expected - values)[near].mean() < 0.06 * values[near].mean()
    assert found.score.max() < 3.4


def test_the_nearest_other_week_is_what_sorting_all_distances_gives() -> None:
    load = np.random.default_rng(6).normal(size=(53, 168))
    load[np.random.default_rng(7).random((53, 168)) < 0.1] = np.nan
    found = module._nearest_other_week(load, 0.19)  # pyright: ignore[reportPrivateUsage]
    for week, hour in ((0, 0), (20, 100), (52, 167)):
        distances = np.sort(np.abs(np.delete(load[:, hour], week) - load[week, hour]))
        expected = np.nan if np.isnan(load[week, hour]) else distances[9]
        assert found[week, hour] == pytest.approx(expected, nan_ok=True)


def test_spans_cover_a_long_history_in_pieces_of_about_a_year() -> None:
    pieces = list(weeks.spans(157))
    assert [piece.stop - piece.start for piece in pieces] == [52, 53, 52]
    assert (pieces[0].start, pieces[-1].stop) == (0, 157)


def test_a_regular_load_is_never_unusual() -> None:
    assert context(office()).score.max() < 3.0


def test_a_load_that_is_regular_for_its_weather_is_expected_to_follow_it() -> None:
    temperature = weather(HOURS)
    load = office() + 3 * np.maximum(temperature - 18, 0)
    known = Surroundings.nothing(HOURS)._replace(temperature=temperature)
    hot = np.flatnonzero(temperature > 24)
    blind, seeing = context(load), context(load, known)
    errors = [np.abs(found.expected - load)[hot].mean() for found in (blind, seeing)]
    assert errors[1] < 0.7 * errors[0]


def test_a_holiday_that_looks_like_a_sunday_is_normal_and_a_busy_one_too() -> None:
    quiet = office()
    monday = 20 * 168
    quiet[monday : monday + 24] = quiet[monday - 24 : monday]
    closed = np.zeros(HOURS, bool)
    closed[monday : monday + 24] = True
    known = Surroundings.nothing(HOURS)._replace(holiday=closed)
    day = slice(monday + 8, monday + 18)
    assert context(quiet).score[day].max() > 5
    assert context(quiet, known).score[day].max() < 2
    assert context(office(), known).score[day].max() < 2


def test_missing_hours_have_no_score_and_break_nothing() -> None:
    values = office()
    values[3000:3100] = np.nan
    found = context(values)
    assert found.raw[3000:3100].max() == 0
    assert np.isfinite(found.score).all()
    assert np.isfinite(found.expected[3000:3100]).all()
