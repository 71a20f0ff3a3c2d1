"""One model over all meters: histogram gradient boosting of the day ahead, in units of each meter's own mean.

It learns the correction to the drift-adjusted mean of four weeks, so that a meter it has never seen starts from a
sensible forecast (Friedman 2001; histogram splits as in Ke et al. 2017). Meters that are hard to forecast count less,
since the figure that matters is the median over meters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from eaio.forecasting.compute.engines import Engine
from eaio.forecasting.compute.features import CONTEXT, day_hours, features, scale_at, usual_at
from eaio.forecasting.compute.load import DAY, HORIZON, Floats, Ints, Load
from eaio.forecasting.compute.trees import Trees, trees_of

LARGEST_RATIO = 6.0
"""Hours beyond this multiple of a meter's mean are faults to learn nothing from."""
LARGEST_CORRECTION = 3.0
SOFTENING = 0.05
"""Added to a meter's relative error before it is inverted into a weight."""
MOST_ROWS = 900_000
ROUNDS = 300
SETTINGS: dict[str, Any] = {
    "learning_rate": 0.06,
    "max_features": 0.5,
    "max_leaf_nodes": 31,
    "max_depth": 8,
    "min_samples_leaf": 200,
    "l2_regularization": 1.0,
    "early_stopping": False,
}


@dataclass(frozen=True, slots=True)
class Rows:
    """What one meter teaches."""

    columns: NDArray[np.float32]
    """(n, columns)"""
    correction: Floats
    """(n,) actual minus usual, over scale."""
    weight: float
    """Of each row."""


def rows_of(load: Load, trained_until: int, lead_day: int = 0, every: int = 1) -> Rows:
    """Rows of the days before ``trained_until``, one origin in ``every``; empty for a history that is too short."""
    origins = np.arange(trained_until - DAY * (lead_day + 1), CONTEXT, -DAY * every)[::-1]
    table = features(load, origins, lead_day, trained_until)
    scale = scale_at(load, origins)[:, None]
    usual = usual_at(load, origins, lead_day) / scale
    actual = load.values[day_hours(origins, lead_day)] / scale
    correction = np.clip(actual - usual, -LARGEST_CORRECTION, LARGEST_CORRECTION).reshape(-1)
    sound = np.isfinite(correction) & (actual.reshape(-1) < LARGEST_RATIO) & (usual.reshape(-1) < LARGEST_RATIO)
    error = float(np.mean(correction[sound] ** 2)) if sound.any() else 0.0
    return Rows(table[sound], correction[sound], 1.0 / (error + SOFTENING**2))


def days_between(hours: float, most_rows: int) -> int:
    """Days from one origin to the next so that ``hours`` of history leave about ``most_rows``.

    Never whole weeks: origins of one weekday would teach nothing about the others.
    """
    days = max(1, round(hours / most_rows))
    return days + (days % 7 == 0)


def fit(
    taught: Iterable[Rows],
    *,
    seed: int = 0,
    most_rows: int = MOST_ROWS,
    rounds: int = ROUNDS,
    threads: int | None = None,
) -> Trees:
    """Fit on the rows of many meters.

    Args:
        taught: one item per meter.
        seed: of the draw and of the fit.
        most_rows: bound on memory and time; rows are drawn evenly from all meters.
        rounds: trees.
        threads: None takes every core; 1 leaves the others to whoever answers requests meanwhile (OpenMP threads wait
            for each other actively, so that two on a busy machine are slower than one).
    """
    from sklearn.ensemble import HistGradientBoostingRegressor
    from threadpoolctl import threadpool_limits

    lessons = [rows for rows in taught if len(rows.correction)]
    total = sum(len(rows.correction) for rows in lessons)
    generator = np.random.default_rng(seed)
    kept = [generator.random(len(rows.correction)) < most_rows / total for rows in lessons]
    table = np.concatenate([rows.columns[keep] for rows, keep in zip(lessons, kept, strict=True)])
    table[:, np.isnan(table).all(axis=0)] = 0.0  # nobody knows the weather: a constant, which no split can use
    correction = np.concatenate([rows.correction[keep] for rows, keep in zip(lessons, kept, strict=True)])
    weight = np.concatenate([np.full(int(keep.sum()), rows.weight) for rows, keep in zip(lessons, kept, strict=True)])
    model = HistGradientBoostingRegressor(random_state=seed, max_iter=rounds, **SETTINGS)
    with threadpool_limits(threads, user_api="openmp"):
        model.fit(table, correction, sample_weight=weight)
    return trees_of(model)


def day_ahead(model: Trees, load: Load, origins: Ints, trained_until: int) -> Floats:
    """(n, 24) forecast of the day after each origin."""
    correction = model.predict(features(load, origins, 0, trained_until)).reshape(len(origins), DAY)
    answer = usual_at(load, origins, 0) + correction * scale_at(load, origins)[:, None]
    return np.maximum(answer, load.floor(trained_until))


def engine_of(model: Trees) -> Engine:
    """The model as an engine: the first 24 hours, NaN beyond, where the mix goes on without it."""

    def boosting(load: Load, origins: Ints, trained_until: int) -> Floats:
        answer = np.full((len(origins), HORIZON), np.nan)
        answer[:, :DAY] = day_ahead(model, load, origins, trained_until)
        return answer

    return boosting
