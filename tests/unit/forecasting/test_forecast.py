"""Specification of a whole forecast: mix, bands, measured error, refusals."""

from statistics import NormalDist

import numpy as np
import pytest

from eaio.forecasting.compute.backtest import Windows, mix_weights, window_origins
from eaio.forecasting.compute.forecast import forecast
from eaio.forecasting.compute.intervals import cautious_quantiles, coverage, crps, residual_quantiles
from eaio.forecasting.compute.load import DAY, HORIZON, WEEK, Floats, load_of
from eaio.forecasting.compute.temperature import expected_temperature
from eaio.infra.errors import InsufficientData
from tests.unit.forecasting.conftest import MakeLoad, frame_of


def office(weeks: int, noise: float = 0.1, seed: int = 0) -> Floats:
    """100 kWh in working hours, 20 otherwise, times noise."""
    hour = np.arange(weeks * WEEK)
    working = (hour // 24 % 7 < 5) & (hour % 24 >= 8) & (hour % 24 < 18)
    return np.where(working, 100.0, 20.0) * np.random.default_rng(seed).normal(1, noise, len(hour))


def test_the_bands_hold_what_they_promise_on_hours_that_came_later() -> None:
    """Forty weeks are known, the next two are not; over several loads the bands hold 80 and 95 in 100."""
    held80: list[float] = []
    held95: list[float] = []
    for seed in range(6):
        whole = office(42, seed=seed)
        made = forecast(load_of(frame_of(whole[: 40 * WEEK]), "UTC"))
        came = whole[40 * WEEK :]
        held80.append(coverage(came, np.array(made.low80), np.array(made.high80)))
        held95.append(coverage(came, np.array(made.low95), np.array(made.high95)))
    assert np.mean(held80) == pytest.approx(0.80, abs=0.05)
    assert np.mean(held95) == pytest.approx(0.95, abs=0.025)


def test_the_backtest_tells_the_error_that_then_happens() -> None:
    whole = office(42)
    made = forecast(load_of(frame_of(whole[: 40 * WEEK]), "UTC"))
    came, said = whole[40 * WEEK :], np.array(made.value)
    happened = np.sqrt(np.mean((came - said) ** 2)) / came.mean()
    assert made.backtest.nrmse == pytest.approx(happened, rel=0.25)
    assert made.backtest.coverage95 == pytest.approx(0.95, abs=0.03)
    assert made.backtest.nrmse < made.backtest.engines["previous_day"]
    assert sum(made.weights.values()) == pytest.approx(1, abs=0.001)


def test_day_bands_are_those_of_sums_and_narrower_than_added_hours() -> None:
    made = forecast(load_of(frame_of(office(40)), "UTC"))
    day = made.days[0]
    assert day.value == pytest.approx(sum(made.value[:DAY]))
    assert day.high95 - day.low95 < sum(made.high95[:DAY]) - sum(made.low95[:DAY])


def test_a_load_without_negative_hours_is_never_forecast_below_zero() -> None:
    values = np.maximum(office(20, noise=0.8), 0.0)
    made = forecast(load_of(frame_of(values), "UTC"))
    assert min(made.low95) >= 0


def test_bands_are_nested_around_the_forecast() -> None:
    made = forecast(load_of(frame_of(office(20)), "UTC"))
    rows = np.array([made.low95, made.low80, made.value, made.high80, made.high95])
    assert (np.diff(rows, axis=0) >= 0).all()


@pytest.mark.parametrize(
    ("values", "words"),
    [
        (office(3), "21 days of usable history"),
        (np.concatenate([office(20), np.full(300, np.nan)]), "the meter seems silent"),
        (np.concatenate([office(20), np.full(400, 5.0)]), "off or stuck"),
        (np.concatenate([office(10), np.full(6 * WEEK, np.nan), office(2)]), "last eight weeks"),
        (np.random.default_rng(1).exponential(1, 20 * WEEK) ** 3, "hardly better than guessing"),
    ],
)
def test_a_meter_that_cannot_be_forecast_is_refused_with_the_reason(values: Floats, words: str) -> None:
    with pytest.raises(InsufficientData, match=words):
        forecast(load_of(frame_of(values), "UTC"))


def test_windows_start_daily_at_the_hour_of_the_forecast() -> None:
    origins = window_origins(1000)
    assert set(np.diff(origins)) == {24}
    assert (1000 - origins[-1], origins[0] >= 14 * DAY) == (24, True)
    assert len(window_origins(20_000)) == 98


def test_the_mix_finds_the_engine_that_is_right() -> None:
    actual = np.random.default_rng(0).normal(10, 3, (50, HORIZON))
    windows = Windows(np.arange(50), actual, {"right": actual + 0.01, "wrong": actual * 0 + 10, "worse": actual * -1})
    weights = mix_weights(windows)
    assert weights["right"].min() > 0.95


def test_the_mix_beats_both_of_two_engines_with_independent_errors() -> None:
    draw = np.random.default_rng(0)
    actual = draw.normal(10, 3, (60, HORIZON))
    windows = Windows(np.arange(60), actual, {k: actual + draw.normal(0, 1, actual.shape) for k in ("a", "b")})
    assert mix_weights(windows)["a"] == pytest.approx(np.full(HORIZON, 0.5), abs=0.05)


def test_quantiles_widen_for_small_samples_and_mirror_around_the_median() -> None:
    residuals = np.tile(np.arange(1.0, 100.0)[:, None], (1, 24))
    low, middle, high = residual_quantiles(residuals, (0.1, 0.5, 0.9))[:, 12]
    assert (low, middle, high) == (10, 50, 90)
    few = residual_quantiles(residuals[:5], (0.025, 0.975))
    assert (few[0, 0], few[1, 0]) == (1, 5)


def test_lead_hours_that_history_cannot_judge_get_wider_bands_than_those_it_can() -> None:
    residuals = np.random.default_rng(0).normal(0, 1, (30, HORIZON))
    residuals[:, 7 * DAY :] = np.nan
    high = residual_quantiles(residuals, (0.975,))[0]
    assert np.isfinite(high).all()
    assert high[13 * DAY :].mean() > 1.2 * high[: 7 * DAY].mean()


def test_bands_stretch_when_the_last_two_weeks_missed_more_and_never_shrink() -> None:
    draw = np.random.default_rng(0)
    calm = draw.normal(0, 1, (90, 48))
    plain = residual_quantiles(calm, (0.1, 0.9))
    assert cautious_quantiles(calm, (0.1, 0.9)) == pytest.approx(plain, rel=0.12)
    shaken, quiet = calm.copy(), calm.copy()
    shaken[-14:, 24:] *= 5
    quiet[-14:] *= 0.1
    ratio = cautious_quantiles(shaken, (0.9,)) / residual_quantiles(shaken, (0.9,))
    assert ratio[0, :24].max() < 1.2
    assert ratio[0, 24:].min() > 1.8
    assert np.array_equal(cautious_quantiles(quiet, (0.9,)), residual_quantiles(quiet, (0.9,)))


def test_crps_of_a_normal_distribution_is_the_closed_form() -> None:
    """sigma * (2 phi(0) - 1/sqrt(pi)) for an observation at the centre (Gneiting & Raftery 2007, eq. 21)."""
    normal = NormalDist()
    probabilities = tuple((k - 0.5) / 200 for k in range(1, 201))
    offsets = np.array([normal.inv_cdf(p) for p in probabilities])[:, None]
    closed_form = 2 * normal.pdf(0) - 1 / np.sqrt(np.pi)
    assert crps(np.zeros((1, 1)), offsets, probabilities) == pytest.approx(closed_form, abs=0.002)


def test_expected_temperature_returns_from_todays_departure_to_the_seasonal_normal(make_load: MakeLoad) -> None:
    hour = np.arange(364 * DAY)
    seasonal = 10 - 10 * np.cos(2 * np.pi * hour / 8766) + 3 * np.sin(2 * np.pi * (hour % 24) / 24)
    warm = seasonal.copy()
    warm[-DAY:] += 8
    load = make_load(office(52), temperature=warm)
    expected = expected_temperature(load, np.array([load.size]), load.size)
    assert expected is not None
    later = np.arange(HORIZON) + load.size
    normal = 10 - 10 * np.cos(2 * np.pi * later / 8766) + 3 * np.sin(2 * np.pi * (later % 24) / 24)
    assert (expected[0] - normal)[:6].mean() == pytest.approx(8, abs=1.5)
    assert (expected[0] - normal)[-DAY:].mean() == pytest.approx(0, abs=1.0)
