"""Specification of the proposer of non-routine events."""

from datetime import date, timedelta

import numpy as np
import pytest

from eaio.analysis.compute import shifts
from eaio.analysis.models import Period
from tests.unit.analysis.conftest import Floats

N = 365
DAYS = [date(2022, 1, 1) + timedelta(days=n) for n in range(N)]
EXPECTED = np.full(N, 1000.0)


def noise(seed: int, rho: float = 0.4) -> Floats:
    """Autocorrelated, 50 kWh."""
    random, series = np.random.default_rng(seed), np.zeros(N)
    for n in range(1, N):
        series[n] = rho * series[n - 1] + random.normal(0, 50 * np.sqrt(1 - rho**2))
    return series


def test_a_planted_stretch_is_proposed_with_its_size_and_days() -> None:
    use = EXPECTED + noise(1)
    use[100:140] += 200
    (event,) = shifts.propose(DAYS, use, EXPECTED)
    assert abs((event.period.first - DAYS[100]).days) <= 2
    assert abs((event.period.last - DAYS[139]).days) <= 2
    assert event.kwh_per_day == pytest.approx(200, abs=40)
    assert event.share == pytest.approx(0.2, abs=0.04)
    assert event.p_value < 0.001
    assert not event.open_ended
    assert "20% above" in event.reason or "above the level" in event.reason


def test_a_permanent_step_is_open_ended_and_two_events_are_both_found() -> None:
    use = EXPECTED + noise(2)
    use[250:] -= 150
    (event,) = shifts.propose(DAYS, use, EXPECTED)
    assert event.open_ended
    assert event.kwh_per_day == pytest.approx(-150, abs=30)
    use[60:90] += 250
    first, last = shifts.propose(DAYS, use, EXPECTED)
    assert abs((first.period.first - DAYS[60]).days) <= 2
    assert abs((last.period.first - DAYS[250]).days) <= 4


def test_without_noise_the_days_are_exact() -> None:
    use = EXPECTED.copy()
    use[30:60] *= 0.8
    (event,) = shifts.propose(DAYS, use, EXPECTED)
    assert event.period == Period(DAYS[30], DAYS[59])
    assert event.kwh_per_day == pytest.approx(-200)


def test_a_year_without_events_has_none() -> None:
    alarms = sum(bool(shifts.propose(DAYS, EXPECTED + noise(seed), EXPECTED)) for seed in range(40))
    assert alarms <= 1


def test_a_saving_that_lasts_all_through_is_no_event_and_small_shifts_are_left_alone() -> None:
    assert shifts.propose(DAYS, 0.85 * EXPECTED + noise(3), EXPECTED) == ()
    use = EXPECTED + noise(4) / 20
    use[100:150] += 20
    assert shifts.propose(DAYS, use, EXPECTED) == ()
    assert shifts.propose(DAYS[:10], EXPECTED[:10], EXPECTED[:10]) == ()
