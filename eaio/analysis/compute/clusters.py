"""Grouping of vectors by direction, the number of groups, and groups that keep their identity between runs."""

from collections.abc import Sequence
from typing import cast
from uuid import UUID

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.compute.blocks import Floats
from eaio.infra.errors import InsufficientData

Labels = NDArray[np.int64]

FEWEST = 8
"""Meters of a carrier below which there is nothing to group."""
MOST_GROUPS = 10
STARTS = 6
ROUNDS = 60
SEED = 20_160_101
USUAL_GROUPS = 4
"""The fewest that are tried where there are six meters for each: the silhouette of load shapes nearly always likes two
best, which would only say "working hours or not"."""
CLOSE_ENOUGH = 0.01
"""Silhouettes nearer than this count as equal, and fewer groups are preferred."""
SAMPLE = 1_500
"""Silhouettes are taken over at most so many vectors, evenly picked."""
SAME_GROUP = 0.7
"""Cosine of two centres from which on a group counts as the one of the run before."""


class Grouping(Struct, frozen=True):
    """Vectors in groups, largest first."""

    labels: Labels
    """Shape (n,): the group of each vector."""
    centres: Floats
    """Shape (k, 384), length 1."""
    silhouettes: dict[int, float]
    """Mean silhouette (cosine distance) for every number of groups that was tried."""
    reason: str
    """Why it is this number of groups."""


def group_vectors(vectors: Floats) -> Grouping:
    """Spherical k-means (Dhillon and Modha 2001) with the number of groups by silhouette (Rousseeuw 1987).

    Args:
        vectors: shape (n, 384), length 1; the order decides ties, so sort it by something that stays.

    Raises:
        InsufficientData: fewer than eight vectors.
    """
    n = len(vectors)
    if n < FEWEST:
        raise InsufficientData(f"Patterns need at least {FEWEST} meters of a carrier with a load shape; there are {n}")
    fewest = max(2, min(USUAL_GROUPS, n // 6))
    tried = {k: _k_means(vectors, k) for k in range(fewest, max(fewest, min(MOST_GROUPS, n // 3)) + 1)}
    sample = np.unique(np.linspace(0, n - 1, min(n, SAMPLE)).astype(int))
    scores = {k: _silhouette(vectors[sample], labels[sample]) for k, (labels, _) in tried.items()}
    best = max(scores.values())
    chosen = min(k for k, score in scores.items() if score >= best - CLOSE_ENOUGH)
    labels, centres = _largest_first(*tried[chosen])
    low, high = min(scores), max(scores)
    reason = (
        f"{chosen} groups of {low} to {high} tried: their mean silhouette is {scores[chosen]:.2f}, the best was "
        f"{best:.2f}; of numbers within {CLOSE_ENOUGH} of the best the smallest is taken"
    )
    return Grouping(labels, centres, scores, reason)


def _k_means(vectors: Floats, k: int) -> tuple[Labels, Floats]:
    """The best of several starts, each spread out as in k-means++ (Arthur and Vassilvitskii 2007)."""
    best: tuple[float, Labels, Floats] | None = None
    for start in range(STARTS):
        draw = np.random.default_rng(SEED + start)
        centres = _spread_out(vectors, k, draw)
        labels = np.full(len(vectors), -1)
        for _ in range(ROUNDS):
            close = vectors @ centres.T
            now = close.argmax(axis=1)
            if (now == labels).all():
                break
            labels = now
            centres = _centres(vectors, labels, centres)
        total = float((vectors @ centres.T).max(axis=1).sum())
        if best is None or total > best[0] + 1e-9:
            best = (total, labels, centres)
    if best is None:
        raise InsufficientData("There is nothing to group")
    return best[1], best[2]


def _spread_out(vectors: Floats, k: int, draw: np.random.Generator) -> Floats:
    chosen = [int(draw.integers(len(vectors)))]
    for _ in range(k - 1):
        far = np.clip(1 - (vectors @ vectors[chosen].T).max(axis=1), 0, None)
        chance = far / far.sum() if far.sum() > 0 else np.full(len(vectors), 1 / len(vectors))
        chosen.append(int(draw.choice(len(vectors), p=chance)))
    return vectors[chosen]


def _centres(vectors: Floats, labels: Labels, before: Floats) -> Floats:
    """Mean direction of each group; one that has lost its last member stays where it was."""
    sums = np.zeros_like(before)
    np.add.at(sums, labels, vectors)
    lengths = np.linalg.norm(sums, axis=1, keepdims=True)
    return np.where(lengths > 1e-9, sums / np.maximum(lengths, 1e-9), before)


def _silhouette(vectors: Floats, labels: Labels) -> float:
    """Mean over vectors of (b - a) / max(a, b); a group of one counts as 0."""
    groups = np.unique(labels)
    if groups.size < 2:
        return 0.0
    apart = 1 - vectors @ vectors.T
    sizes = np.array([(labels == group).sum() for group in groups])
    totals = np.stack([apart[:, labels == group].sum(axis=1) for group in groups], axis=1)
    own = np.searchsorted(groups, labels)
    row = np.arange(len(vectors))
    within = totals[row, own] / np.maximum(sizes[own] - 1, 1)
    means = totals / sizes
    means[row, own] = np.inf
    other = means.min(axis=1)
    score = np.where(sizes[own] > 1, (other - within) / np.maximum(np.maximum(other, within), 1e-12), 0.0)
    return float(score.mean())


def _largest_first(labels: Labels, centres: Floats) -> tuple[Labels, Floats]:
    sizes = np.bincount(labels, minlength=len(centres))
    order = [int(group) for group in np.argsort(-sizes, kind="stable") if sizes[group]]
    place = {group: at for at, group in enumerate(order)}
    return np.array([place[int(label)] for label in labels]), centres[order]


def same_groups(centres: Floats, before: Sequence[tuple[UUID, Floats]]) -> list[UUID | None]:
    """For each centre the group of the run before that it continues, one to one and alike in total; None for new ones.

    Solved as an assignment (Kuhn 1955), so that two groups cannot both claim the same past.
    """
    if not before or not len(centres):
        return [None] * len(centres)
    from scipy.optimize import linear_sum_assignment  # pyright: ignore[reportUnknownVariableType]  # untyped

    close = centres @ np.stack([centre for _, centre in before]).T
    rows, columns = cast("tuple[Labels, Labels]", linear_sum_assignment(-close))
    found: list[UUID | None] = [None] * len(centres)
    for row, column in zip(rows.tolist(), columns.tolist(), strict=True):
        if close[row, column] >= SAME_GROUP:
            found[row] = before[column][0]
    return found
