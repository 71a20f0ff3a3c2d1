"""Measurement and verification: what a building would have used, and how sure the difference is."""

import numpy as np
import polars as pl

from eaio.analysis.compute import changepoint
from eaio.analysis.models import ChangePointModel, Savings

CONFIDENCE = 0.90
SUSPECT_SHARE = 0.1
DAYS_IN_MONTH = 30.4


def avoided_use(model: ChangePointModel, reporting: pl.DataFrame, confidence: float = CONFIDENCE) -> Savings:
    """Avoided use of a reporting period, days of ``model_days``, against a baseline model (IPMVP option C).

    Days that read under a tenth of their counterfactual count in the total, since the method takes the meter at its
    word, but are reported, with the savings that remain without them.
    """
    actual = reporting["value"].to_numpy().astype(float)
    expected = changepoint.predict(model, reporting["temperature"].to_numpy())
    suspect = actual < SUSPECT_SHARE * expected
    counterfactual, total = float(expected.sum()), float(actual.sum())
    fraction = _fraction(counterfactual, total)
    return Savings(
        baseline_days=model.n,
        reporting_days=actual.size,
        counterfactual=counterfactual,
        actual=total,
        avoided=counterfactual - total,
        fraction=fraction,
        uncertainty=fractional_uncertainty(model, actual.size, fraction, confidence),
        confidence=confidence,
        suspect_days=int(suspect.sum()),
        fraction_without_suspect=_fraction(float(expected[~suspect].sum()), float(actual[~suspect].sum())),
        warnings=_warnings(model, int(suspect.sum())),
    )


def fractional_uncertainty(
    model: ChangePointModel, reporting_days: int, fraction: float, confidence: float = CONFIDENCE
) -> float | None:
    """Uncertainty of the savings as a share of them, for daily models; None when nothing was saved.

    ASHRAE Guideline 14-2014, annex B, with the correction for autocorrelation n' = n (1 - rho) / (1 + rho) and the
    polynomial of Sun and Baltazar (2013) for the months of the reporting period.
    """
    from scipy.special import stdtrit

    if fraction <= 0 or reporting_days == 0:
        return None
    rho = min(max(model.autocorrelation, 0.0), 0.99)
    effective = model.n * (1 - rho) / (1 + rho)
    month = reporting_days / DAYS_IN_MONTH
    daily = -0.00024 * month**2 + 0.03535 * month + 1.00286
    quantile = float(stdtrit(max(model.n - changepoint.PARAMETERS[model.kind], 1), (1 + confidence) / 2))
    spread = np.sqrt(model.n / effective * (1 + 2 / effective) / reporting_days)
    return float(quantile * daily * model.cvrmse * spread / fraction)


def _fraction(counterfactual: float, actual: float) -> float:
    return (counterfactual - actual) / counterfactual if counterfactual else 0.0


def _warnings(model: ChangePointModel, suspect: int) -> tuple[str, ...]:
    found = list(model.warnings)
    if model.cvrmse > 0.30:
        found.append(f"CV(RMSE) of {model.cvrmse:.0%} is too wide to verify savings on a meter")
    if suspect:
        found.append(f"{suspect} reporting days read under a tenth of normal: check the meter before crediting them")
    return tuple(found)
