"""Specification of the hourly time-of-week model: planted weeks and slopes come back exactly."""

import numpy as np
import pytest

from eaio.analysis.compute import towt
from eaio.analysis.models import Weighting
from tests.unit.analysis.conftest import Floats, weather, working_hours

HOURS = 52 * 168
OF_WEEK = np.arange(HOURS) % 168
MONTH = (np.arange(HOURS) // 24 * 12 // 365).clip(max=11)
TEMPERATURE = weather(HOURS)
BUSY = working_hours(HOURS)


def planted() -> Floats:
    """A busy week, cooling above 18.3 C in working hours, heating below 12.8 C always: hinges at segment edges."""
    warm, cold = np.maximum(TEMPERATURE - 65 / 1.8 + 32 / 1.8, 0), np.maximum(23 / 1.8 - TEMPERATURE, 0)
    use = 30.0 + OF_WEEK % 7.0 + 60 * BUSY + np.where(BUSY, 2.5, 0.0) * warm + np.where(BUSY, 1.0, 0.5) * cold
    return np.asarray(use, np.float64)


def hours(use: Floats) -> towt.Hours:
    return towt.Hours(use, TEMPERATURE, OF_WEEK, MONTH)


@pytest.mark.parametrize(("weighting", "within"), [(Weighting.YEAR, 1e-6), (Weighting.MONTHS, 0.1)])
def test_a_planted_load_is_reproduced(weighting: Weighting, within: float) -> None:
    """Exactly by the model of the year; in a month, segments with few hours share a slope."""
    found = towt.fit(hours(planted()), weighting)
    assert found.predicted == pytest.approx(planted(), abs=within)
    assert np.array_equal(np.array(found.model.occupied), BUSY[:168])


def test_the_eliminated_levels_give_the_least_squares_solution_of_all_dummies() -> None:
    use = planted() + np.random.default_rng(2).normal(0, 5, HOURS)
    found = towt.fit(hours(use))
    group = np.array(found.model.occupied)[OF_WEEK]
    features = towt.segments(TEMPERATURE, towt.EDGES)
    design = np.hstack((np.eye(168)[OF_WEEK], features * group[:, None], features * ~group[:, None]))
    coefficients, *_ = np.linalg.lstsq(design, use, rcond=None)
    best, ours = (float(((use - said) ** 2).sum()) for said in (design @ coefficients, found.predicted))
    assert best <= ours <= best * (1 + 1e-5)
    assert found.parameters <= 168 + 14


def test_a_month_weighs_its_own_hours_once_and_its_neighbours_half() -> None:
    use = 50 + np.where(MONTH == 6, 30.0, 0.0) + np.random.default_rng(3).normal(0, 0.1, HOURS)
    monthly, whole = (towt.fit(hours(use), weighting).predicted[MONTH == 6].mean() for weighting in reversed(Weighting))
    assert whole < 60
    assert 62 < monthly < 72


def test_a_segment_with_few_hours_shares_the_slope_of_its_neighbour() -> None:
    few = TEMPERATURE.clip(max=24.0)
    few[:5] = 40.0
    found = towt.fit(towt.Hours(20 + 2 * few, few, OF_WEEK, MONTH))
    slopes = np.array(found.model.slopes)
    assert slopes[:, :, -1] == pytest.approx(slopes[:, :, -2])
    assert towt.predict(found.model, np.array([35.0]), np.array([3]), np.array([0])) == pytest.approx([90], abs=1e-6)


def test_an_unknown_temperature_has_no_answer() -> None:
    model = towt.fit(hours(planted())).model
    assert np.isnan(towt.predict(model, np.array([np.nan]), np.array([0]), np.array([0]))).all()
