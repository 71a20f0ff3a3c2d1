"""Specification of avoided use and its uncertainty."""

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute import changepoint, savings
from tests.unit.analysis.conftest import Floats

RANDOM = np.random.default_rng(8)
TEMPERATURE = RANDOM.uniform(-5, 30, 365)
BASELINE = 400 + 10 * np.maximum(TEMPERATURE - 18, 0) + RANDOM.normal(0, 20, 365)
LATER = RANDOM.uniform(-3, 33, 365)


def reporting(use: Floats) -> pl.DataFrame:
    return pl.DataFrame({"temperature": LATER, "value": use})


def later_use(share: float) -> Floats:
    return (400 + 10 * np.maximum(LATER - 18, 0)) * share


MODEL = changepoint.fit(TEMPERATURE, BASELINE)


def test_a_planted_tenth_is_found_whatever_the_weather() -> None:
    found = savings.avoided_use(MODEL, reporting(later_use(0.9)))
    assert found.fraction == pytest.approx(0.10, abs=0.006)
    assert found.avoided == pytest.approx(found.counterfactual - found.actual)
    assert found.uncertainty is not None
    assert found.uncertainty < 0.15


def test_uncertainty_grows_as_savings_shrink_and_with_autocorrelation() -> None:
    large, small = (savings.fractional_uncertainty(MODEL, 365, share) for share in (0.2, 0.1))
    assert large is not None
    assert small == pytest.approx(2 * large)


def test_no_saving_has_no_fractional_uncertainty() -> None:
    assert savings.avoided_use(MODEL, reporting(later_use(1.1))).uncertainty is None


def test_days_of_a_broken_meter_count_but_are_told() -> None:
    use = later_use(1.0)
    use[:7] = 1.0
    found = savings.avoided_use(MODEL, reporting(use))
    assert found.suspect_days == 7
    assert found.fraction > 0.01
    assert found.fraction_without_suspect == pytest.approx(0, abs=0.006)
    assert "check the meter" in found.warnings[-1]


def test_a_model_that_is_too_loose_warns() -> None:
    loose = changepoint.fit(TEMPERATURE, BASELINE + RANDOM.normal(0, 200, 365))
    assert "too wide" in savings.avoided_use(loose, reporting(later_use(0.9))).warnings[0]
