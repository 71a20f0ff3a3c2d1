"""Judging the detector against labels, next to two usual baselines measured on the same hours."""

from collections.abc import Callable, Sequence

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.compute.weeks import Clock
from eaio.timeseries import metrics

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


class Labelled(Struct, frozen=True):
    """A labelled hourly series: gapless, NaN = missing, which is never judged."""

    name: str
    values: Floats
    clock: Clock
    truth: Bools


class Judged(Struct, frozen=True):
    """A detector's answer for one series."""

    score: Floats
    flagged: Bools


class Skill(Struct, frozen=True):
    """How well a score ranks and a flag hits."""

    roc_auc: float
    pr_auc: float
    f1: float
    event_f1: float


def skill(series: Sequence[Labelled], judged: Sequence[Judged]) -> Skill:
    """Pooled over all hours with a reading; events of different series never touch."""
    truth = np.concatenate([s.truth[np.isfinite(s.values)] for s in series])
    score = np.concatenate([j.score[np.isfinite(s.values)] for s, j in zip(series, judged, strict=True)])
    labelled = np.concatenate([np.append(s.truth & np.isfinite(s.values), False) for s in series])
    flagged = np.concatenate([np.append(j.flagged, False) for j in judged])
    return Skill(
        metrics.roc_auc(truth, score),
        metrics.average_precision(truth, score),
        metrics.f1(labelled, flagged),
        metrics.event_f1(labelled, flagged),
    )


def iqr(series: Labelled) -> Judged:
    """Distance outside the quartiles of its hour of week, flagged beyond 1.5 interquartile ranges (Tukey)."""
    folded = series.clock.fold(series.values)
    low, high = np.nanquantile(folded, [0.25, 0.75], axis=0)
    spread = np.maximum(high - low, 1e-9)
    outside = np.nan_to_num(np.maximum(low - folded, folded - high) / spread)
    score = series.clock.unfold(outside)
    return Judged(score, score > 1.5)


def isolation_forest(series: Labelled, share: float = 0.025, seed: int = 0) -> Judged:
    """PyOD's isolation forest on value, hour and weekday; flags the share of hours that LEAD labels on average."""
    from pyod.models.iforest import IForest

    hour_of_week = series.clock.hour_of_week()
    present = np.isfinite(series.values)
    features = np.column_stack((series.values, hour_of_week % 24, hour_of_week // 24))[present]
    forest = IForest(contamination=share, random_state=seed, n_jobs=1).fit(features)
    score = np.zeros(series.values.size)
    score[present] = forest.decision_scores_
    flagged = np.zeros(series.values.size, bool)
    flagged[present] = forest.labels_ == 1
    return Judged(score, flagged)


BASELINES: dict[str, Callable[[Labelled], Judged]] = {"iqr": iqr, "iforest": isolation_forest}
