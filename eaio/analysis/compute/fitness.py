"""How well a baseline fits and how sure a saving is: CV(RMSE), NMBE, R2, fractional savings uncertainty, verdict."""

import numpy as np
from numpy.typing import ArrayLike, NDArray

from eaio.analysis.models import Fitness, Interval, Verdict
from eaio.timeseries import metrics

Floats = NDArray[np.float64]

CONFIDENCE = 0.90
GUIDELINE_CONFIDENCE = 0.68
"""The confidence at which Guideline 14 asks for an uncertainty below half of the savings."""
LIMITS = {Interval.HOURLY: (0.30, 0.10), Interval.DAILY: (0.30, 0.10), Interval.MONTHLY: (0.15, 0.05)}
"""CV(RMSE) and |NMBE| of ASHRAE Guideline 14; it has none for days, which take the hourly ones."""
POINTS_IN_YEAR = {Interval.HOURLY: 8760, Interval.DAILY: 365, Interval.MONTHLY: 12}
HIGHEST_CORRELATION = 0.99
SIGNIFICANT = 1.645
"""Standard errors, of 1 / sqrt(n) each, beyond which an autocorrelation is no accident (one-sided 5 %)."""
COMPARED_SAVING = 0.10


def fitness(
    actual: ArrayLike, predicted: ArrayLike, parameters: float, interval: Interval, times: ArrayLike | None = None
) -> Fitness:
    """Figures of a fitted model.

    Args:
        actual: use of each point of the baseline, in order of time.
        predicted: what the model says for it.
        parameters: coefficients fitted.
        interval: length of a point.
        times: running number of each point, in points; residuals across a gap are no neighbours.
    """
    y, p = metrics.paired(actual, predicted)
    residual, freedom = y - p, max(y.size - parameters, 1.0)
    mean = float(y.mean())
    rmse = float(np.sqrt(residual @ residual / freedom))
    nmbe = float(residual.sum() / (freedom * mean)) if mean else 0.0
    r2 = metrics.r2(y, p)
    rho = lag_one(residual, times)
    cvrmse = rmse / abs(mean) if mean else float(np.finfo(float).max)
    spread = relative_uncertainty(cvrmse, y.size, parameters, rho, interval, POINTS_IN_YEAR[interval])
    return Fitness(
        interval=interval,
        n=y.size,
        parameters=parameters,
        mean=mean,
        r2=r2 if np.isfinite(r2) else 0.0,
        cvrmse=cvrmse,
        nmbe=nmbe,
        rmse=rmse,
        autocorrelation=rho,
        expected_uncertainty=spread / COMPARED_SAVING,
        verdict=verdict(cvrmse, nmbe, interval),
    )


def verdict(cvrmse: float, nmbe: float, interval: Interval) -> Verdict:
    """Pass or fail with the limits used, as a sentence."""
    widest, bias = LIMITS[interval]
    wide, biased = cvrmse > widest, abs(nmbe) > bias
    nmbe = round(nmbe, 3) + 0.0  # no "-0.0%"
    figures = f"CV(RMSE) {cvrmse:.1%} against {widest:.0%} and NMBE {nmbe:.1%} against {bias:.0%} allowed"
    if interval == Interval.DAILY:
        figures += " (the hourly limits, since the guideline names none for days)"
    word = "fails" if wide or biased else "passes"
    return Verdict(not (wide or biased), widest, bias, f"The {interval} model {word} Guideline 14: {figures}")


def relative_uncertainty(
    cvrmse: float,
    n: int,
    parameters: float,
    rho: float,
    interval: Interval,
    points: int,
    confidence: float = CONFIDENCE,
    months: float | None = None,
) -> float:
    """Half-width of the savings' confidence interval over the counterfactual of ``points`` reporting points.

    ASHRAE Guideline 14-2014, annex B: t k CV sqrt((n/n') (1 + 2/n') / m), n' = n (1 - rho) / (1 + rho); k of Sun and
    Baltazar (2013), 1.26 for hours. Divided by the savings fraction it is the fractional savings uncertainty. The
    autocorrelation counts where it is significant at 5 %: that of twelve months is mostly noise.
    """
    from scipy.special import stdtrit

    significant = rho > SIGNIFICANT / np.sqrt(n)
    held = min(rho, HIGHEST_CORRELATION) if significant else 0.0
    effective = n * (1 - held) / (1 + held)
    length = points / POINTS_IN_YEAR[interval] * 12 if months is None else months
    quantile = float(stdtrit(max(n - parameters, 1.0), (1 + confidence) / 2))
    return float(
        quantile * inflation(interval, length) * cvrmse * np.sqrt(n / effective * (1 + 2 / effective) / points)
    )


def inflation(interval: Interval, months: float) -> float:
    """The factor k for a reporting period of so many months."""
    if interval == Interval.HOURLY:
        return 1.26
    if interval == Interval.DAILY:
        return -0.00024 * months**2 + 0.03535 * months + 1.00286
    return -0.00022 * months**2 + 0.03306 * months + 0.94054


def lag_one(residual: Floats, times: ArrayLike | None = None) -> float:
    """Correlation of the residuals of neighbouring points, 0 where it is undefined."""
    if residual.size < 3 or not (spread := float(residual @ residual)):
        return 0.0
    if times is None:
        return float(residual[1:] @ residual[:-1] / spread)
    near = np.diff(np.asarray(times)) == 1
    if not near.any():
        return 0.0
    products = residual[1:] * residual[:-1]
    return float(products[near].mean() / (spread / residual.size))
