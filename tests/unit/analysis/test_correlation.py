"""Specification of correlations between daily loads and with the weather."""

from datetime import date, timedelta

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute.correlation import carrier_pairs, judged, weather_pairs
from eaio.analysis.models.loads import Correlation

RNG = np.random.default_rng(3)
DAYS = 365


def frame(**columns: np.ndarray) -> pl.DataFrame:
    days = [date(2016, 1, 1) + timedelta(days=n) for n in range(len(next(iter(columns.values()))))]
    return pl.DataFrame({"day": days, **columns})


def only(x: np.ndarray, y: np.ndarray) -> Correlation:
    (pair,) = judged(carrier_pairs(frame(x=x, y=y), {"x": "Gas", "y": "Steam"}))
    return pair


def test_independent_days_give_pearsons_r_with_fishers_interval() -> None:
    x = RNG.normal(size=DAYS)
    y = 0.6 * x + 0.8 * RNG.normal(size=DAYS)
    found = only(x, y)
    assert found.r == pytest.approx(np.corrcoef(x, y)[0, 1])
    assert found.independent == pytest.approx(DAYS, rel=0.05)
    assert found.r is not None
    assert found.low is not None
    assert found.high is not None
    assert found.low < 0.6 < found.high
    assert np.arctanh(found.high) - np.arctanh(found.r) == pytest.approx(1.96 / np.sqrt(DAYS - 3), rel=0.05)
    assert found.significant
    assert found.days == DAYS


def test_a_series_and_its_double_correlate_fully() -> None:
    x = RNG.normal(10, 1, DAYS)
    assert only(x, 2 * x + 3).r == pytest.approx(1.0)
    assert only(x, -x).r == pytest.approx(-1.0)


def test_two_random_walks_are_not_significant_because_their_days_are_alike() -> None:
    found = [only(RNG.normal(size=DAYS).cumsum(), RNG.normal(size=DAYS).cumsum()) for _ in range(20)]
    assert sum(pair.significant for pair in found) <= 2
    assert max(pair.independent or 0.0 for pair in found) < 60


def test_noise_is_told_from_chance_in_about_one_of_twenty() -> None:
    found = [only(RNG.normal(size=100), RNG.normal(size=100)).significant for _ in range(200)]
    assert sum(found) <= 20


def test_a_load_that_follows_yesterdays_weather_says_so() -> None:
    t = RNG.normal(size=DAYS + 1)
    load = 5 + np.roll(t, 1)[1:] + 0.3 * RNG.normal(size=DAYS)
    pairs = judged(weather_pairs(frame(t=t[1:], load=load), {"load": "Steam"}, {"t": "Temperature"}))
    assert (pairs[0].lag_days, pairs[0].significant) == (1, False)
    assert pairs[0].lag_r == pytest.approx(0.95, abs=0.03)


def test_a_load_of_the_same_day_names_no_lag() -> None:
    t = RNG.normal(size=DAYS)
    (pair,) = judged(weather_pairs(frame(t=t, load=5 - t), {"load": "Gas"}, {"t": "Temperature"}))
    assert pair.lag_days is None
    assert pair.statement == "Gas very closely falls with temperature"


def test_what_two_carriers_share_only_through_the_weather_vanishes_under_the_same_weather() -> None:
    t = 10 + 10 * np.sin(np.arange(DAYS) / 58) + RNG.normal(size=DAYS)
    heat = np.maximum(18.3 - t, 0)
    data = frame(t=t, gas=heat + 0.5 * RNG.normal(size=DAYS), steam=3 * heat + RNG.normal(size=DAYS))
    (pair,) = carrier_pairs(data, {"gas": "Gas", "steam": "Steam"}, degrees="t")
    assert pair.r is not None
    assert pair.r > 0.9
    assert pair.same_weather == pytest.approx(0.0, abs=0.15)


@pytest.mark.parametrize(
    ("x", "reason"),
    [
        (np.zeros(DAYS), "reads zero"),
        (np.full(DAYS, 7.0), "the same every day"),
        (np.where(np.arange(DAYS) < 20, RNG.normal(size=DAYS), np.nan), "20 days"),
        (np.full(DAYS, np.nan), "0 days"),
    ],
)
def test_what_cannot_be_correlated_is_refused_with_a_reason(x: np.ndarray, reason: str) -> None:
    found = only(x, RNG.normal(size=DAYS))
    assert found.r is None
    assert found.refusal is not None
    assert reason in found.refusal
    assert not found.significant


def test_missing_days_are_left_out_of_both() -> None:
    x, y = RNG.normal(size=DAYS), RNG.normal(size=DAYS)
    holed = np.where(np.arange(DAYS) % 3 == 0, np.nan, x)
    known = np.isfinite(holed)
    found = only(holed, y)
    assert found.days == int(known.sum())
    assert found.r == pytest.approx(np.corrcoef(x[known], y[known])[0, 1])
