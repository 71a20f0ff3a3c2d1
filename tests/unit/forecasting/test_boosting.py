"""Specification of the global model: as good as scikit-learn's own prediction, and part of the mix."""

import numpy as np
import pytest

from eaio.forecasting.compute.backtest import Windows, mix_weights, mixed
from eaio.forecasting.compute.boosting import days_between, engine_of, fit, rows_of
from eaio.forecasting.compute.engines import PER_METER
from eaio.forecasting.compute.features import CONTEXT
from eaio.forecasting.compute.forecast import forecast
from eaio.forecasting.compute.load import DAY, HORIZON, WEEK, Load
from eaio.forecasting.compute.trees import packed, trees_of, unpacked
from eaio.forecasting.models import EngineName
from eaio.infra.errors import InsufficientData
from tests.unit.forecasting.conftest import MakeLoad, weekly


def drifting(weeks: int, seed: int) -> np.ndarray:
    """A weekly pattern whose level wanders from day to day, so that yesterday tells about today."""
    draw = np.random.default_rng(seed)
    level = np.exp(np.cumsum(draw.normal(0, 0.08, weeks * 7)) * 0.7)
    return (weekly(weeks * WEEK) + 60) * np.repeat(level, DAY) * draw.normal(1, 0.02, weeks * WEEK)


@pytest.fixture(scope="module")
def taught() -> list[Load]:
    from eaio.forecasting.compute.load import load_of
    from tests.unit.forecasting.conftest import frame_of

    return [load_of(frame_of(drifting(30, seed)), "UTC") for seed in range(6)]


def test_trees_predict_what_scikit_learn_predicts_also_after_storage() -> None:
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    draw = np.random.default_rng(0)
    table = draw.normal(size=(3000, 5)).astype(np.float32)
    table[draw.random(table.shape) < 0.1] = np.nan
    target = np.nan_to_num(table[:, 0]) * np.nan_to_num(table[:, 1]) + np.isnan(table[:, 2])
    with threadpool_limits(1, user_api="openmp"):
        model = HistGradientBoostingRegressor(max_iter=20, random_state=0)
        model.fit(table, target)
        expected = np.asarray(model.predict(table), dtype=np.float64)
    stored = unpacked(packed(trees_of(model)))
    assert stored.predict(table) == pytest.approx(expected, abs=1e-12)
    assert stored.predict(table[:0]).shape == (0,)


def test_a_file_with_anything_but_arrays_is_not_read() -> None:
    from io import BytesIO

    file = BytesIO()
    np.savez_compressed(file, column=np.array([{"a": 1}], dtype=object), allow_pickle=True)
    with pytest.raises(ValueError, match="allow_pickle"):
        unpacked(file.getvalue())


def test_a_model_of_other_meters_forecasts_one_it_has_never_seen(taught: list[Load]) -> None:
    model = fit((rows_of(load, load.size) for load in taught[1:]), rounds=60, threads=1)
    unseen = taught[0]
    origins = unseen.size - DAY * np.arange(60, 0, -1)
    actual = unseen.values[origins[:, None] + np.arange(DAY)]
    said = engine_of(model)(unseen, origins, int(origins[0]))
    naive = PER_METER[EngineName.WEEK_MEAN](unseen, origins, 0)[:, :DAY]
    assert np.isnan(said[:, DAY:]).all()
    assert np.mean((said[:, :DAY] - actual) ** 2) < 0.5 * np.mean((naive - actual) ** 2)


def test_the_mix_goes_on_without_an_engine_that_ends_after_a_day(taught: list[Load]) -> None:
    model = fit((rows_of(load, load.size - 98 * DAY) for load in taught[1:]), rounds=60, threads=1)
    made = forecast(taught[0], {**PER_METER, EngineName.BOOSTING: engine_of(model)})
    assert np.isfinite(made.value).all()
    assert made.weights[EngineName.BOOSTING] > 0.1
    assert len(made.backtest.nrmse_by_day) == 14
    short = np.full((20, HORIZON), np.nan)
    short[:, :DAY] = 5.0
    weights = mix_weights(Windows(np.arange(20), np.full((20, HORIZON), 5.0), {"a": short, "b": short * 0 + 4}))
    assert weights["a"][:DAY].min() > 0.9


def test_a_global_model_that_saw_the_backtest_days_is_not_judged_on_them(taught: list[Load]) -> None:
    until = taught[0].size - 50 * DAY
    made = forecast(taught[0], earliest_test=until)
    assert made.backtest.windows == 50
    with pytest.raises(InsufficientData, match="No day is left"):
        forecast(taught[0], earliest_test=taught[0].size + 100)


def test_a_history_shorter_than_the_context_teaches_nothing(make_load: MakeLoad) -> None:
    rows = rows_of(make_load(weekly(CONTEXT)), CONTEXT)
    assert rows.columns.shape[0] == len(rows.correction) == 0


def test_mixed_ignores_what_has_no_weight() -> None:
    said = {"a": np.array([[1.0, np.nan]]), "b": np.array([[3.0, 4.0]])}
    weights = {"a": np.array([0.5, 0.0]), "b": np.array([0.5, 1.0])}
    assert mixed(said, weights).tolist() == [[2.0, 4.0]]


def test_origins_are_thinned_to_the_bound_but_never_to_one_weekday() -> None:
    assert days_between(1_000, 2_000) == 1
    assert days_between(10_000, 1_000) == 10
    assert [days_between(1_000 * days, 1_000) % 7 for days in (7, 14, 21)] == [1, 1, 1]
