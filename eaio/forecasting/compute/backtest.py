"""What the engines would have said on past days, and how to mix them.

Rolling origin, one window a day (Tashman 2000, doi:10.1016/S0169-2070(00)00065-0). The mix is the convex combination of
least squared error per group of lead days (Bates & Granger 1969, stacking of Breiman 1996).
"""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from eaio.forecasting.compute.lags import LEAD_DAY, targets
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
    weights = np.empty((len(names), leads))
    for first, last in MIX_GROUPS:
        lead = (LEAD_DAY[:leads] >= first) & (LEAD_DAY[:leads] < last)
        said = [name for name in names if np.isfinite(windows.said[name][:, lead]).any()] or names
        errors = np.stack([(windows.said[name] - windows.actual)[:, lead].reshape(-1) for name in said])
        share = dict(zip(said, _least_squares(errors[:, np.isfinite(errors).all(axis=0)]), strict=True))
        weights[:, lead] = np.array([share.get(name, 0.0) for name in names])[:, None]
    return dict(zip(names, weights, strict=True))


def mixed(said: Mapping[str, Floats], weights: Mapping[str, Floats]) -> Floats:
    """(n, leads) the weighted forecast."""
    return np.sum([np.where(weights[name] > 0, said[name], 0.0) * weights[name] for name in weights], axis=0)


def _least_squares(errors: Floats) -> Floats:
    """Convex weights (k,) that minimise the squared norm of the weighted errors (k, n).

    Exponentiated gradient (Kivinen & Warmuth 1997): starts equal, so that without evidence it stays equal.
    """
    count = len(errors)
    weights = np.full(count, 1 / count)
    if not errors.size:
        return weights
    gram = errors @ errors.T
    gram = gram / max(float(np.diag(gram).mean()), 1e-12)
    for _ in range(STEPS):
        weights = weights * np.exp(-2.0 * (gram @ weights - weights @ gram @ weights))
        weights = weights / weights.sum()
    return weights
