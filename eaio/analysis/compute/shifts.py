"""Candidates for non-routine events: stretches of days whose residuals stand on another level than the rest.

The stretch that stands out most is found over all pairs of first and last day (circular binary segmentation, Olshen et
al. 2004, Biostatistics 5(4)), taken off, and the search repeated. The variance of a mean counts autocorrelation (Newey
and West 1987); significance is that of the largest of all stretches (Bonferroni).
"""

from collections.abc import Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eaio.analysis.models import Period, ProposedEvent
from eaio.timeseries import weeks

Floats = NDArray[np.float64]

LEAST_DAYS = 7
LEAST_SHARE = 0.05
"""Smaller shifts are within what any baseline model leaves unexplained."""
SIGNIFICANCE = 0.01
MOST = 8
LAGS = 14
SMOOTH_DAYS = 61


class _Stretch(NamedTuple):
    first: int
    after: int
    shift: float
    z: float


def propose(
    days: Sequence[date],
    actual: Floats,
    expected: Floats,
    least_days: int = LEAST_DAYS,
    least_share: float = LEAST_SHARE,
    significance: float = SIGNIFICANCE,
) -> tuple[ProposedEvent, ...]:
    """Level shifts of daily use against a model, in order of time; empty when there are none.

    A change that lasts to the end of the data is given as one from its first day on. In a reporting period the
    residuals' common level is the saving itself, so that only departures from it are proposed.

    Args:
        days: local days with use and counterfactual, in order; gaps are allowed.
        actual: use of each day, kWh.
        expected: what the model says for it, kWh.
        least_days: shortest stretch.
        least_share: smallest shift as a share of the expected use.
        significance: chance of a false alarm in a series without events.
    """
    residual = np.asarray(actual, float) - np.asarray(expected, float)
    if residual.size < 3 * least_days:
        return ()
    left, found = residual.copy(), list[ProposedEvent]()
    error = _standard_error(residual)
    even = 1e-9 * float(np.abs(expected).max() + np.abs(residual).max())
    for _ in range(MOST):
        if np.ptp(left) <= even:
            break
        stretch = _strongest(left, error, least_days)
        event = _described(stretch, days, np.asarray(expected, float))
        if event.p_value >= significance:
            break
        left[stretch.first : stretch.after] -= stretch.shift
        error = min(error, _standard_error(left))
        if abs(event.share) >= least_share:
            found.append(event)
    return tuple(sorted(found, key=lambda event: event.period.first))


def _strongest(residual: Floats, error: float, least: int) -> _Stretch:
    n = residual.size
    sums = np.concatenate(([0.0], np.cumsum(residual - residual.mean())))
    length = np.subtract.outer(np.arange(n + 1), np.arange(n + 1)).T
    allowed = (length >= least) & (length <= n - least)
    inside = np.where(allowed, length, 1)
    spread = error * np.sqrt(inside * (1 - inside / (n + 1e-9)))
    z = np.where(allowed, (sums[None, :] - sums[:, None]) / spread, 0.0)
    first, after = (int(i) for i in np.unravel_index(int(np.abs(z).argmax()), z.shape))
    strength = float(z[first, after])
    if first == 0:
        first, after, strength = after, n, -strength
    mask = np.zeros(n, bool)
    mask[first:after] = True
    return _Stretch(first, after, float(residual[mask].mean() - residual[~mask].mean()), strength)


def _standard_error(residual: Floats) -> float:
    """Standard error of a mean of days times the root of their number, slow changes taken out."""
    padded = np.pad(residual, SMOOTH_DAYS // 2, mode="reflect" if residual.size > SMOOTH_DAYS else "edge")
    slow = weeks.median(np.lib.stride_tricks.sliding_window_view(padded, SMOOTH_DAYS), axis=1)
    x = residual - slow
    x -= x.mean()
    lags = min(LAGS, x.size - 1)
    variance = float(x @ x) / x.size
    covariances = np.array([float(x[lag:] @ x[:-lag]) / x.size for lag in range(1, lags + 1)])
    weights = 1 - np.arange(1, lags + 1) / (lags + 1)
    long_run = variance + 2 * float(weights @ covariances)
    floor = 1e-9 * max(float(np.abs(residual).max()), 1e-12)
    return max(float(np.sqrt(max(long_run, 0.5 * variance))), floor)


def _described(stretch: _Stretch, days: Sequence[date], expected: Floats) -> ProposedEvent:
    from scipy.special import ndtr

    n = len(days)
    p = min(1.0, float(ndtr(-abs(stretch.z))) * n * n)
    usual = float(expected[stretch.first : stretch.after].mean())
    share = stretch.shift / usual if usual > 0 else 0.0
    period = Period(days[stretch.first], days[stretch.after - 1])
    open_ended = stretch.after == n
    when = f"since {period.first}" if open_ended else f"from {period.first} to {period.last}"
    level = f"{abs(share):.0%} {'above' if stretch.shift > 0 else 'below'} the level of the other days"
    return ProposedEvent(
        period=period,
        kwh_per_day=stretch.shift,
        share=share,
        days=stretch.after - stretch.first,
        z=stretch.z,
        p_value=p,
        open_ended=open_ended,
        reason=f"Use {when} is {level}, {abs(stretch.z):.0f} standard errors",
    )
