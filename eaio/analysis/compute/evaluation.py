"""Judging the detector against labels, next to two usual baselines measured on the same hours."""

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.timeseries import metrics
from eaio.timeseries.weeks import Clock

LABELLED_SHARE = 0.025
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


def isolation_forest(series: Labelled) -> Judged:
    """PyOD's isolation forest on value, hour and weekday."""
    from pyod.models.iforest import IForest

    return _outliers(series, IForest(contamination=LABELLED_SHARE, random_state=0, n_jobs=1))


def ecod(series: Labelled) -> Judged:
    """PyOD's empirical cumulative distribution detector (Li et al. 2022) on value, hour and weekday."""
    from pyod.models.ecod import ECOD

    return _outliers(series, ECOD(contamination=LABELLED_SHARE, n_jobs=1))


def _outliers(series: Labelled, detector: Any) -> Judged:
    """Flag the share of hours that LEAD labels on average."""
    hour_of_week = series.clock.hour_of_week()
    present = np.isfinite(series.values)
    detector.fit(np.column_stack((series.values, hour_of_week % 24, hour_of_week // 24))[present])
    score, flagged = np.zeros(series.values.size), np.zeros(series.values.size, bool)
    score[present], flagged[present] = detector.decision_scores_, detector.labels_ == 1
    return Judged(score, flagged)


BASELINES: dict[str, Callable[[Labelled], Judged]] = {"iqr": iqr, "iforest": isolation_forest, "ecod": ecod}
