"""Specification of weather-normalised use: a cold year is brought down to the typical one."""

from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from eaio.analysis.compute.meters import MeterAsked, analyse_meter
from eaio.analysis.compute.normalising import Normal, normal_use
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame, weather

YEAR = 365 * 24


def normal(temperature: Floats, use: Floats, last: int) -> tuple[Normal, float]:
    start, end = MONDAY.date() + timedelta(days=last - 365), MONDAY.date() + timedelta(days=last)
    frame = as_frame(use, temperature)
    asked = MeterAsked(meter_id=UUID(int=1), building_id=UUID(int=2), carrier=Carrier.GAS, start=start, end=end)
    figures = analyse_meter(frame, asked).figures
    return normal_use(frame, [figures], (start, end)), figures.annual or 0.0


def test_a_year_colder_than_the_others_is_moved_along_the_model() -> None:
    hours = 3 * YEAR
    t = weather(hours)
    t[2 * YEAR :] -= 3
    use = 10 + 2 * np.maximum(15 - np.repeat(t.reshape(-1, 24).mean(1), 24), 0)
    found, annual = normal(t, use, 3 * 365)
    usual = use[YEAR : 2 * YEAR].sum()
    assert annual > 1.1 * usual
    assert found.kwh == pytest.approx(usual, rel=0.03)
    assert found.heating_degree_days == pytest.approx(
        np.maximum(18.3 - t[YEAR : 2 * YEAR].reshape(-1, 24).mean(1), 0).sum(), rel=0.05
    )
    assert "typical year" in found.reason


def test_without_weather_there_is_none_and_the_reason_says_so() -> None:
    found, _ = normal(np.full(YEAR, np.nan), np.random.default_rng(1).normal(10, 1, YEAR), 365)
    assert (found.kwh, found.heating_degree_days) == (None, None)
    assert found.reason.startswith("Not weather-normalised: There is no outdoor temperature")


def test_a_use_that_no_model_explains_is_refused_with_its_carrier() -> None:
    found, _ = normal(weather(YEAR + 60 * 24), np.full(YEAR + 60 * 24, 5.0), 365)
    assert found.kwh is None
    assert "gas" in found.reason
