"""What the engines would have said on past days, and how to mix them.

Rolling origin, one window a day (Tashman 2000, doi:10.1016/S0169-2070(00)00065-0). The mix is the convex combination of
least squared error per group of lead days (Bates & Granger 1969, stacking of Breiman 1996).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from eaio.forecasting.compute.lags import targets
from eaio.forecasting.compute.load import DAY, Floats, Ints, Load

WINDOWS = 98
"""Past origins: twelve weeks of windows even for the last of fourteen lead days."""
MINIMUM_HISTORY = 14 * DAY
"""Hours of history that the first window may start from."""
MIX_GROUPS = ((0, 1), (1, 3), (3, 7), (7, 14))
STEPS = 300


@dataclass(frozen=True, slots=True)
class Windows:
    """Past origins with what was said and what came."""

    origins: Ints
    """(n,) in order of time."""
    actual: Floats
    """(n, leads) NaN where nothing was measured, or not yet; leads is ``HORIZON`` or a first part of it."""
    said: Mapping[str, Floats]
    """Engine name to (n, leads)."""

    def part(self, first: int, last: int) -> "Windows":
        """Windows ``first`` to ``last`` (half-open)."""
        rows = slice(first, last)
        return Windows(self.origins[rows], self.actual[rows], {name: said[rows] for name, said in self.said.items()})


def window_origins(size: int, earliest: int = 0) -> Ints:
    """Origins of the backtest: daily, at the hour of the forecast, at most ``WINDOWS``, none before ``earliest``."""
    back = np.arange(min(WINDOWS, (size - max(MINIMUM_HISTORY, earliest)) // DAY), 0, -1)
    return size - DAY * back


def actual_after(load: Load, origins: Ints) -> Floats:
    """(n, HORIZON) what was measured after each origin, NaN beyond the end of the history."""
    hours = targets(origins)
    return np.where(hours < load.size, load.values[hours.clip(0, load.size - 1)], np.nan)


def mix_weights(windows: Windows) -> dict[str, Floats]:
    """Engine name to (leads,) weights, convex at every lead hour; none for an engine that does not reach it."""
    names, leads = list(windows.said), windows.actual.shape[1]
    groups = [group for group in MIX_GROUPS if group[0] * DAY < leads]
    missed = np.stack([said - windows.actual for said in windows.said.values()])
    products = np.zeros((len(groups), len(names), len(names)))
    reaches = np.ones((len(groups), len(names)), dtype=np.bool_)
    for index, (first, last) in enumerate(groups):
        errors = missed[:, :, first * DAY : last * DAY].reshape(len(names), -1)
        known = np.isfinite(errors)
        if known.any():
            reaches[index] = known.any(axis=1)
        errors = np.where(reaches[index][:, None], errors, 0.0)
        errors = errors[:, np.isfinite(errors).all(axis=0)]
        products[index] = errors @ errors.T
    shares = np.repeat(_least_squares(products, reaches), [DAY * (last - first) for first, last in groups], axis=0)
    return {name: shares[:leads, column] for column, name in enumerate(names)}


def mixed(said: Mapping[str, Floats], weights: Mapping[str, Floats]) -> Floats:
    """(n, leads) the weighted forecast."""
    return np.sum([np.where(weights[name] > 0, said[name], 0.0) * weights[name] for name in weights], axis=0)


def _least_squares(products: Floats, allowed: NDArray[np.bool_]) -> Floats:
    """Convex weights (groups, k) that minimise the squared norm of weighted errors, from their products (groups, k, k).

    Exponentiated gradient (Kivinen & Warmuth 1997): starts equal among those ``allowed`` (groups, k), so that without
    evidence it stays equal; what starts at zero stays there.
    """
    weights = allowed / allowed.sum(axis=1, keepdims=True)
    typical = np.trace(products, axis1=1, axis2=2) / allowed.sum(axis=1)
    scaled = products / np.maximum(typical, 1e-12)[:, None, None]
    for _ in range(STEPS):
        slope = np.einsum("gij,gj->gi", scaled, weights)
        weights = weights * np.exp(-2.0 * (slope - slope.min(axis=1, keepdims=True)))
        weights = weights / weights.sum(axis=1, keepdims=True)
    return weights
