"""Whether PyOD's detectors add anything to the detector in use, measured on labels; the answer is in docs/adr/0009.

Each is fitted on what the detector in use has left over: hour by hour (residual, its smoothed size, its change, the
score of the hour by itself) and day by day (the 24 residuals of a day, whose score goes to each of its hours). It is
judged alone and added to the score in use, with the weight among ``WEIGHTS`` that suits it best by the labels: more
than it could have without them, so that a detector which adds nothing even then adds nothing.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.compute.detection import Detection, DetectionParams
from eaio.analysis.compute.evaluation import LABELLED_SHARE, Judged, Labelled, Skill, skill
from eaio.timeseries import weeks

Floats = NDArray[np.float64]
WEIGHTS = (0.25, 0.5, 1.0)
"""Points of the score in use for each robust standard deviation of a detector's score, of which at most ten count."""
HOURS_IN_DAY = 24


class Added(Struct, frozen=True):
    """A detector alone, and added with the weight that suits it best."""

    alone: Skill
    added: Skill
    weight: float


def detectors() -> Mapping[str, Callable[[], Any]]:
    """PyOD's detectors by name; the library is imported here, for it is slow to."""
    from pyod.models.copod import COPOD
    from pyod.models.ecod import ECOD
    from pyod.models.hbos import HBOS
    from pyod.models.iforest import IForest
    from pyod.models.knn import KNN
    from pyod.models.lof import LOF

    share = LABELLED_SHARE
    return {
        "iforest": lambda: IForest(random_state=0, n_jobs=1, contamination=share),
        "ecod": lambda: ECOD(n_jobs=1, contamination=share),
        "copod": lambda: COPOD(n_jobs=1, contamination=share),
        "hbos": lambda: HBOS(contamination=share),
        "lof": lambda: LOF(n_neighbors=20, n_jobs=1, contamination=share),
        "knn": lambda: KNN(n_neighbors=10, n_jobs=1, contamination=share),
    }


def measured(
    series: Sequence[Labelled], found: Sequence[Detection], judged: Mapping[str, Callable[[], Any]] | None = None
) -> dict[str, Added]:
    """Detectors, by default all, on both kinds of features, by name and kind: ``iforest hours``, ``iforest days``."""
    answers: dict[str, Added] = {}
    for name, make in (judged or detectors()).items():
        for kind, scored in (("hours", _by_hour), ("days", _by_day)):
            scores = [scored(one, use, make) for one, use in zip(series, found, strict=True)]
            answers[f"{name} {kind}"] = _judged(series, found, scores)
    return answers


def _judged(series: Sequence[Labelled], found: Sequence[Detection], scores: Sequence[Floats]) -> Added:
    alone = skill(series, [Judged(z, z > np.quantile(z, 1 - LABELLED_SHARE)) for z in scores])
    threshold = DetectionParams().threshold
    tried = {
        weight: skill(
            series,
            [
                Judged(use.score + weight * z, use.anomalous | (use.score + weight * z > threshold) & use.trusted)
                for use, z in zip(found, scores, strict=True)
            ],
        )
        for weight in WEIGHTS
    }
    best = max(tried, key=lambda weight: tried[weight].pr_auc)
    return Added(alone, tried[best], best)


def _residual(one: Labelled, use: Detection) -> Floats:
    """What the expected load leaves over, in robust standard deviations of the whole series."""
    left = one.values - use.expected
    known = left[np.isfinite(left)]
    spread = 1.4826 * float(np.median(np.abs(known - np.median(known)))) if known.size else 1.0
    return left / max(spread, 1e-9)


def _by_hour(one: Labelled, use: Detection, make: Callable[[], Any]) -> Floats:
    left = _residual(one, use)
    change = np.abs(np.diff(left, prepend=left[:1]))
    features = np.column_stack((left, weeks.smooth(np.abs(left), 13), change, use.score))
    return _scored(np.nan_to_num(features), np.isfinite(left), make)


def _by_day(one: Labelled, use: Detection, make: Callable[[], Any]) -> Floats:
    left = np.nan_to_num(_residual(one, use))
    whole = left.size // HOURS_IN_DAY * HOURS_IN_DAY
    days = left[:whole].reshape(-1, HOURS_IN_DAY)
    score = np.repeat(_scored(days, np.ones(days.shape[0], bool), make), HOURS_IN_DAY)
    return np.concatenate((score, np.zeros(left.size - whole)))


def _scored(features: Floats, known: NDArray[np.bool_], make: Callable[[], Any]) -> Floats:
    """Robust standard deviations of the detector's score above its median, at most ten; 0 where nothing is known."""
    detector = make()
    detector.fit(features[known])
    raw: Floats = np.asarray(detector.decision_scores_, np.float64)
    spread = 1.4826 * float(np.median(np.abs(raw - np.median(raw))))
    score = np.zeros(known.size)
    score[known] = np.clip((raw - np.median(raw)) / max(spread, 1e-9), 0, 10)
    return score
