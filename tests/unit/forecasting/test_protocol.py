"""Specification of the evaluation: the published rules, no look ahead, the global model's features."""

import numpy as np
import pytest

from eaio.forecasting.compute.features import CONTEXT, features
from eaio.forecasting.compute.load import DAY
from eaio.forecasting.compute.protocol import causal_mix, score, usable_year, year_origins
from tests.unit.forecasting.conftest import MakeLoad, weekly


def test_a_year_with_more_than_a_tenth_missing_or_a_huge_hour_is_left_out() -> None:
    year = np.ones(8760)
    year[:877] = np.nan
    assert usable_year(year) is None
    year[:] = 1
    year[5] = 5101
    assert usable_year(year) is None


def test_gaps_up_to_a_week_are_interpolated_and_longer_ones_are_zero() -> None:
    year = np.full(8760, 10.0)
    year[100:102], year[102] = np.nan, 40.0
    year[1000:1168] = np.nan
    year[2000:2169] = np.nan
    year[-5:] = np.nan
    ready = usable_year(year)
    assert ready is not None
    assert ready[100:102] == pytest.approx([20, 30])
    assert set(ready[1000:1168]) == {10.0}
    assert set(ready[2000:2169]) == {0.0}
    assert set(ready[-5:]) == {0.0}


def test_a_year_of_8760_hours_has_358_windows_after_a_week_of_context() -> None:
    origins = year_origins(100, 8760)
    assert (len(origins), origins[0], origins[-1] + DAY) == (358, 268, 100 + 8760)


def test_the_mix_at_a_window_does_not_know_that_window_or_later_ones() -> None:
    draw = np.random.default_rng(0)
    origins, actual = np.arange(60), draw.normal(10, 2, (60, DAY))
    said = {"a": actual + draw.normal(0, 1, actual.shape), "b": actual + draw.normal(0, 2, actual.shape)}
    changed = actual.copy()
    changed[35:] = 99
    assert np.array_equal(causal_mix(origins, actual, said)[:36], causal_mix(origins, changed, said)[:36])


def test_a_known_error_scores_as_it_should() -> None:
    draw = np.random.default_rng(0)
    actual = np.full((300, DAY), 100.0) + draw.normal(0, 10, (300, DAY))
    judged = score(actual, {"flat": np.full_like(actual, 100.0)}, "flat")
    assert judged.nrmse["flat"] == pytest.approx(0.10, abs=0.005)
    assert judged.coverage95 == pytest.approx(0.95, abs=0.01)
    assert judged.crps == pytest.approx(0.0564, abs=0.004)  # sigma / sqrt(pi) = 0.0564 of the mean


@pytest.mark.parametrize("lead_day", [0, 6, 7, 13])
def test_features_are_free_of_the_future_and_of_scale(lead_day: int, make_load: MakeLoad) -> None:
    draw = np.random.default_rng(0)
    values = weekly(12 * 168) * draw.normal(1, 0.1, 12 * 168)
    origin = np.array([CONTEXT + 24 * 20])
    table = features(make_load(values), origin, lead_day, int(origin[0]))
    changed = values.copy()
    changed[origin[0] :] = 5
    assert np.array_equal(table, features(make_load(changed), origin, lead_day, int(origin[0])), equal_nan=True)
    larger = features(make_load(values * 7), origin, lead_day, int(origin[0]))
    free = [
        column for column in range(table.shape[1]) if not np.allclose(larger[:, column] - table[:, column], np.log(7))
    ]
    assert np.allclose(table[:, free], larger[:, free], rtol=1e-4, atol=1e-4, equal_nan=True)
    assert table.shape[0] == DAY
