"""One model over all meters: histogram gradient boosting of the day ahead, in units of each meter's own mean.

It learns the correction to the mean of the last seven days, so that a meter it has never seen starts from a sensible
forecast (Friedman 2001; histogram splits as in Ke et al. 2017). Meters that are hard to forecast count less, since the
figure that matters is the median over meters.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from eaio.forecasting.compute.features import CONTEXT, day_hours, features, scale_at, usual_at
from eaio.forecasting.compute.load import DAY, Floats, Ints, Load

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

LARGEST_RATIO = 6.0
"""Hours beyond this multiple of a meter's mean are faults to learn nothing from."""
LARGEST_CORRECTION = 3.0
SOFTENING = 0.05
"""Added to a meter's relative error before it is inverted into a weight."""
MOST_ROWS = 900_000
SETTINGS = {
    "max_iter": 300,
    "learning_rate": 0.08,
    "max_leaf_nodes": 31,
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


def fit(taught: Iterable[Rows], seed: int = 0) -> "HistGradientBoostingRegressor":
    """Fit on the rows of many meters, at most ``MOST_ROWS`` of them, drawn evenly."""
    from sklearn.ensemble import HistGradientBoostingRegressor

    lessons = [rows for rows in taught if len(rows.correction)]
    total = sum(len(rows.correction) for rows in lessons)
    generator = np.random.default_rng(seed)
    kept = [generator.random(len(rows.correction)) < MOST_ROWS / total for rows in lessons]
    table = np.concatenate([rows.columns[keep] for rows, keep in zip(lessons, kept, strict=True)])
    correction = np.concatenate([rows.correction[keep] for rows, keep in zip(lessons, kept, strict=True)])
    weight = np.concatenate([np.full(int(keep.sum()), rows.weight) for rows, keep in zip(lessons, kept, strict=True)])
    return HistGradientBoostingRegressor(random_state=seed, **SETTINGS).fit(table, correction, sample_weight=weight)


def day_ahead(model: "HistGradientBoostingRegressor", load: Load, origins: Ints, trained_until: int) -> Floats:
    """(n, 24) forecast of the day after each origin."""
    correction = model.predict(features(load, origins, 0, trained_until)).reshape(len(origins), DAY)
    answer = usual_at(load, origins, 0) + correction * scale_at(load, origins)[:, None]
    return np.maximum(answer, 0.0) if np.nanmin(load.values) >= 0 else answer
