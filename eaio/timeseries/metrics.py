"""Error and skill figures, each defined once.

Regression: ``actual`` and ``predicted`` are arrays of one shape; pairs with a NaN on either side do not count.
Ranking: ``truth`` is boolean, ``score`` higher where an event is more likely.
"""

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]


def paired(actual: ArrayLike, predicted: ArrayLike) -> tuple[Floats, Floats]:
    """Both as flat float arrays without the pairs in which either is NaN."""
    a, p = np.asarray(actual, float).ravel(), np.asarray(predicted, float).ravel()
    keep = np.isfinite(a) & np.isfinite(p)
    return a[keep], p[keep]


def rmse(actual: ArrayLike, predicted: ArrayLike, parameters: int = 0) -> float:
    """Root mean square error with ``n - parameters`` degrees of freedom; NaN when there are none."""
    a, p = paired(actual, predicted)
    freedom = a.size - parameters
    return float(np.sqrt(np.sum((a - p) ** 2) / freedom)) if freedom > 0 else float("nan")


def cvrmse(actual: ArrayLike, predicted: ArrayLike, parameters: int = 0) -> float:
    """RMSE over the mean actual value, a fraction (ASHRAE Guideline 14-2014, eq. 5-4); NaN when the mean is 0."""
    a, _ = paired(actual, predicted)
    mean = float(a.mean()) if a.size else 0.0
    return rmse(actual, predicted, parameters) / mean if mean else float("nan")


def nmbe(actual: ArrayLike, predicted: ArrayLike, parameters: int = 0) -> float:
    """Normalised mean bias, a fraction, positive when the model predicts too little (Guideline 14-2014, eq. 5-6)."""
    a, p = paired(actual, predicted)
    freedom = a.size - parameters
    mean = float(a.mean()) if a.size else 0.0
    return float(np.sum(a - p) / (freedom * mean)) if freedom > 0 and mean else float("nan")


def mae(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Mean absolute error."""
    a, p = paired(actual, predicted)
    return float(np.abs(a - p).mean()) if a.size else float("nan")


def r2(actual: ArrayLike, predicted: ArrayLike) -> float:
    """Share of the variance that is explained; NaN for a constant."""
    a, p = paired(actual, predicted)
    spread = float(np.sum((a - a.mean()) ** 2)) if a.size else 0.0
    return 1 - float(np.sum((a - p) ** 2)) / spread if spread else float("nan")


def roc_auc(truth: ArrayLike, score: ArrayLike) -> float:
    """Chance that a true one scores above a false one, ties counting half (Mann-Whitney U); NaN with one class only."""
    truth_, score_ = np.asarray(truth, bool), np.asarray(score, float)
    positives = int(truth_.sum())
    negatives = truth_.size - positives
    if not positives or not negatives:
        return float("nan")
    _, inverse, counts = np.unique(score_, return_inverse=True, return_counts=True)
    mean_rank = np.cumsum(counts) - (counts - 1) / 2
    rank_sum = float(mean_rank[inverse][truth_].sum())
    return (rank_sum - positives * (positives + 1) / 2) / (positives * negatives)


def average_precision(truth: ArrayLike, score: ArrayLike) -> float:
    """Area under precision over recall, step-wise over distinct scores; NaN without a true one."""
    truth_, score_ = np.asarray(truth, bool), np.asarray(score, float)
    if not truth_.any():
        return float("nan")
    order = np.argsort(-score_, kind="stable")
    hits = np.cumsum(truth_[order])
    last_of_tie = np.append(np.flatnonzero(np.diff(score_[order])), truth_.size - 1)
    precision = hits[last_of_tie] / (last_of_tie + 1)
    recall = hits[last_of_tie] / hits[-1]
    return float(np.sum(np.diff(recall, prepend=0.0) * precision))


def f1(truth: ArrayLike, flagged: ArrayLike) -> float:
    """Harmonic mean of precision and recall; 0 when nothing is right."""
    truth_, flagged_ = np.asarray(truth, bool), np.asarray(flagged, bool)
    right = int((truth_ & flagged_).sum())
    return 2 * right / (int(truth_.sum()) + int(flagged_.sum())) if right else 0.0


def runs(flags: ArrayLike) -> NDArray[np.int64]:
    """Runs of True as half-open index pairs, shape (n, 2)."""
    edges = np.diff(np.asarray(flags, bool).astype(np.int8), prepend=0, append=0)
    return np.column_stack((np.flatnonzero(edges == 1), np.flatnonzero(edges == -1))).astype(np.int64)


def event_f1(truth: ArrayLike, flagged: ArrayLike) -> float:
    """F1 over runs: a run is found (or right) when it overlaps any run of the other side by an hour or more."""
    truth_, flagged_ = np.asarray(truth, bool), np.asarray(flagged, bool)
    events, alarms = runs(truth_), runs(flagged_)
    if not len(events) or not len(alarms):
        return 0.0
    found = sum(bool(flagged_[start:end].any()) for start, end in events)
    right = sum(bool(truth_[start:end].any()) for start, end in alarms)
    precision, recall = right / len(alarms), found / len(events)
    return 2 * precision * recall / (precision + recall) if right and found else 0.0
