"""Specification of the weather models: planted shapes come back, and the grid is as good as an exhaustive search."""

import msgspec
import numpy as np
import pytest

from eaio.analysis.compute import changepoint
from eaio.analysis.models import ModelKind
from eaio.infra.errors import InsufficientData
from tests.unit.analysis.conftest import Floats

TEMPERATURE = np.random.default_rng(3).uniform(-8, 32, 365)
NOISE = np.random.default_rng(4).normal(0, 8, 365)


def shaped(base: float, below: float, low: float, above: float, high: float) -> Floats:
    return base + below * np.maximum(low - TEMPERATURE, 0) + above * np.maximum(TEMPERATURE - high, 0)


SHAPES = {
    ModelKind.P2: shaped(500, -12, 10, 12, 10),
    ModelKind.P3_COOLING: shaped(500, 0, 18, 15, 18),
    ModelKind.P3_HEATING: shaped(500, 15, 14, 0, 14),
    ModelKind.P4: shaped(500, 8, 15, 20, 15),
    ModelKind.P5: shaped(500, 12, 10, 15, 20),
}


@pytest.mark.parametrize("kind", SHAPES)
def test_a_planted_shape_is_chosen_and_its_parameters_come_back(kind: ModelKind) -> None:
    model = changepoint.fit(TEMPERATURE, SHAPES[kind] + NOISE)
    assert model.kind == kind
    assert (model.n, model.weather_sensitive) == (365, True)
    assert changepoint.predict(model, TEMPERATURE) == pytest.approx(SHAPES[kind], abs=6)
    assert model.rmse == pytest.approx(8, rel=0.12)
    assert abs(model.nmbe) < 1e-9


def test_balance_points_are_found_within_a_kelvin() -> None:
    model = changepoint.fit(TEMPERATURE, SHAPES[ModelKind.P5] + NOISE)
    assert model.heating_balance == pytest.approx(10, abs=1)
    assert model.cooling_balance == pytest.approx(20, abs=1)
    assert model.below == pytest.approx(12, rel=0.1)
    assert model.above == pytest.approx(15, rel=0.1)


def test_the_closed_form_is_the_least_squares_solution_at_its_balance_points() -> None:
    y = SHAPES[ModelKind.P5] + NOISE
    model = changepoint.fit(TEMPERATURE, y)
    hinges = np.column_stack(
        (np.ones(365), np.maximum(model.low - TEMPERATURE, 0), np.maximum(TEMPERATURE - model.high, 0))
    )
    expected, *_ = np.linalg.lstsq(hinges, y, rcond=None)
    assert (model.base, model.below, model.above) == pytest.approx(tuple(expected), rel=1e-6)


def test_no_pair_of_balance_points_on_the_grid_does_better() -> None:
    y = SHAPES[ModelKind.P5] + NOISE
    model = changepoint.fit(TEMPERATURE, y)
    first, last = np.quantile(TEMPERATURE, [0.05, 0.95])
    best = np.inf
    for low in np.arange(first, last, 1.0):
        for high in np.arange(low + 1, last, 1.0):
            hinges = np.column_stack(
                (np.ones(365), np.maximum(low - TEMPERATURE, 0), np.maximum(TEMPERATURE - high, 0))
            )
            coefficients, *_ = np.linalg.lstsq(hinges, y, rcond=None)
            best = min(best, float(((y - hinges @ coefficients) ** 2).sum()))
    assert model.rmse**2 * (365 - 5) <= best


def test_the_reason_names_the_runner_up_and_how_far_behind_it_is() -> None:
    model = changepoint.fit(TEMPERATURE, SHAPES[ModelKind.P3_COOLING] + NOISE)
    assert model.runner_up is not None
    assert model.reason.startswith("3PC (flat, then rising with heat) has the lowest BIC")
    assert f"{model.runner_up} by {model.bic_gap:.1f}" in model.reason


def test_a_load_that_ignores_the_weather_is_called_insensitive() -> None:
    assert not changepoint.fit(TEMPERATURE, 500 + NOISE).weather_sensitive


def test_slopes_against_physics_are_not_fitted_by_three_parameter_models() -> None:
    model = changepoint.fit(TEMPERATURE, shaped(500, -10, 15, 0, 15) + NOISE)
    assert model.kind not in {ModelKind.P3_HEATING, ModelKind.P5}


def test_part_of_a_year_is_fitted_with_a_warning_and_a_month_is_refused() -> None:
    y = SHAPES[ModelKind.P5] + NOISE
    assert "full baseline year" in changepoint.fit(TEMPERATURE[:200], y[:200]).warnings[0]
    with pytest.raises(InsufficientData, match="needs 60 days with use and temperature; there are 30"):
        changepoint.fit(TEMPERATURE[:30], y[:30])


def test_a_constant_temperature_is_refused_and_unknown_days_are_left_out() -> None:
    with pytest.raises(InsufficientData, match="differ by 5 K"):
        changepoint.fit(np.full(100, 20.0), NOISE[:100])
    with pytest.raises(InsufficientData, match="every day is the same"):
        changepoint.fit(TEMPERATURE, np.full(365, 24.0))
    temperature = TEMPERATURE.copy()
    temperature[:40] = np.nan
    assert changepoint.fit(temperature, SHAPES[ModelKind.P5]).n == 325


def test_a_model_without_rival_can_still_be_stored_as_json() -> None:
    for load in (np.full(365, 50.0), 50 + 2 * TEMPERATURE.clip(min=0) + NOISE, np.maximum(0, TEMPERATURE - 25)):
        try:
            model = changepoint.fit(TEMPERATURE, load)
        except InsufficientData:
            continue
        numbers = [value for value in msgspec.structs.asdict(model).values() if isinstance(value, float)]
        assert np.isfinite(numbers).all(), model
