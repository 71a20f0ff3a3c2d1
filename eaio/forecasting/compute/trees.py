"""A fitted boosting model as plain arrays: kept without pickle, read without scikit-learn.

Loading scikit-learn takes seconds and unpickling runs code; a few flat arrays do neither.
"""

from dataclasses import dataclass, fields
from io import BytesIO
from typing import TYPE_CHECKING, Any, cast

import numpy as np
from numpy.typing import NDArray

from eaio.forecasting.compute.load import Floats

if TYPE_CHECKING:
    from sklearn.ensemble import HistGradientBoostingRegressor

CELLS_AT_ONCE = 60_000
"""Rows times trees walked together, so that the walk stays in the processor's cache."""


@dataclass(frozen=True, slots=True)
class Trees:
    """Binary trees side by side; a leaf points to itself, so that every walk may take the same number of steps."""

    column: NDArray[np.int32]
    """(nodes,) which column a node looks at."""
    threshold: Floats
    """(nodes,) go left at or below it; infinite in a leaf."""
    missing_left: NDArray[np.bool_]
    """(nodes,) where an unknown value goes."""
    child: NDArray[np.int32]
    """(2 * nodes,) right and left child of each node."""
    value: Floats
    """(nodes,) what a leaf adds."""
    root: NDArray[np.int32]
    """(trees,) index of each tree's first node."""
    base: Floats
    """(1,) what the sum starts from."""
    depth: NDArray[np.int32]
    """(1,) steps from a root to the deepest leaf."""

    def predict(self, table: NDArray[np.float32]) -> Floats:
        """(n,) predictions for (n, columns)."""
        step = max(CELLS_AT_ONCE // len(self.root), 1)
        parts = [self._walk(table[first : first + step]) for first in range(0, len(table), step)]
        return np.concatenate(parts) if parts else np.zeros(0)

    def _walk(self, table: NDArray[np.float32]) -> Floats:
        """One level of all trees at a time; flat ``take`` is several times faster here than indexing with arrays."""
        flat = np.ascontiguousarray(table).reshape(-1)
        row = (np.arange(len(table), dtype=np.int32) * table.shape[1])[:, None]
        at: NDArray[np.int32] = np.repeat(self.root[None], len(table), axis=0)
        for _ in range(int(self.depth[0])):
            seen = cast("NDArray[np.float32]", np.take(flat, row + self.column.take(at)))
            below = seen <= self.threshold.take(at)
            to_left = below | (np.isnan(seen) & self.missing_left.take(at))
            at = np.take(self.child, 2 * at + to_left)
        answer: Floats = self.value.take(at).sum(axis=1) + self.base[0]
        return answer


def trees_of(model: "HistGradientBoostingRegressor") -> Trees:
    """Copy the nodes out of a fitted model without categorical columns."""
    inside: Any = model  # scikit-learn offers no public way to a tree's nodes; a test compares the predictions
    grown: list[Any] = [iteration[0].nodes for iteration in inside._predictors]
    starts = np.cumsum([0, *(len(nodes) for nodes in grown)])
    nodes = np.concatenate(grown)
    offset = np.repeat(starts[:-1], np.diff(starts))
    own, leaf = np.arange(len(nodes)), nodes["is_leaf"].astype(bool)
    return Trees(
        column=np.where(leaf, 0, nodes["feature_idx"]).astype(np.int32),
        threshold=np.where(leaf, np.inf, nodes["num_threshold"]).astype(np.float64),
        missing_left=leaf | nodes["missing_go_to_left"].astype(bool),
        child=np.column_stack(
            [np.where(leaf, own, nodes[side] + offset).astype(np.int32) for side in ("right", "left")]
        ).reshape(-1),
        value=np.where(leaf, nodes["value"], 0.0).astype(np.float64),
        root=starts[:-1].astype(np.int32),
        base=np.asarray(inside._baseline_prediction, dtype=np.float64).reshape(-1),
        depth=np.array([nodes["depth"].max()], dtype=np.int32),
    )


def packed(trees: Trees) -> bytes:
    """The arrays as one compressed file."""
    file = BytesIO()
    np.savez_compressed(file, **{field.name: getattr(trees, field.name) for field in fields(trees)})
    return file.getvalue()


def unpacked(content: bytes) -> Trees:
    """Read what ``packed`` wrote; nothing in it is executed.

    Raises:
        ValueError: it is not such a file.
    """
    with np.load(BytesIO(content), allow_pickle=False) as file:
        return Trees(**{field.name: file[field.name] for field in fields(Trees)})
