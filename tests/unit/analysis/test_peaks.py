"""Specification of peaks: of one load, of meters together, of a portfolio."""

from datetime import date, timedelta

import numpy as np
import pytest

from eaio.analysis.compute.peaks import Load, coincident, on_grid, peak_analysis, shared_peak
from eaio.analysis.models import RefusalReason, Refused
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import MONDAY, Floats, as_frame

HOURS = 8 * 168
PERIOD = (MONDAY.date(), MONDAY.date() + timedelta(days=56))


def at(hours: dict[int, float], level: float = 10.0) -> Floats:
    values = np.full(HOURS, level)
    for hour, value in hours.items():
        values[hour] = value
    return values


def test_two_meters_that_peak_apart_peak_lower_together() -> None:
    first, second = at({9: 100}), at({33: 60})
    found = peak_analysis([Load("a", as_frame(first)), Load("b", as_frame(second))], Carrier.ELECTRICITY, PERIOD)
    assert (found.peak, found.sum_of_peaks) == (110, 160)
    assert found.coincidence == pytest.approx(110 / 160)
    mean = (first + second).mean()
    assert found.load_factor == pytest.approx(mean / 110)
    assert [(one.name, one.peak, one.at_building_peak) for one in found.meters] == [("a", 100, 100), ("b", 60, 10)]


def test_the_peaks_of_days_come_in_order_with_their_hours() -> None:
    found = peak_analysis([Load("a", as_frame(at({9: 100, 10: 95, 57: 92, 200: 50})))], Carrier.ELECTRICITY, PERIOD)
    local = MONDAY.replace(tzinfo=None)
    assert [(peak.local, peak.value) for peak in found.top[:3]] == [
        (local + timedelta(hours=9), 100),
        (local + timedelta(hours=57), 92),
        (local + timedelta(hours=200), 50),
    ]
    assert found.top[1].share == pytest.approx(0.92)
    assert (found.hours_near, found.days_near) == (3, 2)
    assert (found.by_hour[9], found.by_hour[10], found.by_weekday[0], found.by_weekday[2]) == (2, 1, 2, 1)
    assert found.by_month[0] == 3
    assert dict(found.clipped)[1] == 95
    assert "on 2 days" in found.statement


def test_an_hour_in_which_one_meter_is_missing_does_not_count() -> None:
    first, second = at({9: 100}), at({9: np.nan, 20: 50})
    found = peak_analysis([Load("a", as_frame(first)), Load("b", as_frame(second))], Carrier.ELECTRICITY, PERIOD)
    assert (found.peak, found.hours, found.expected_hours) == (60, HOURS - 1, HOURS)


@pytest.mark.parametrize(
    ("values", "reason"),
    [(np.full(HOURS, np.nan), RefusalReason.TOO_FEW), (np.zeros(HOURS), RefusalReason.ALL_ZERO)],
)
def test_a_load_without_readings_or_without_use_is_refused(values: Floats, reason: RefusalReason) -> None:
    with pytest.raises(Refused) as refused:
        peak_analysis([Load("a", as_frame(values))], Carrier.ELECTRICITY, PERIOD)
    assert refused.value.reason == reason


def test_a_period_without_readings_is_refused() -> None:
    with pytest.raises(Refused):
        peak_analysis([Load("a", as_frame(at({})))], Carrier.ELECTRICITY, (date(2020, 1, 1), date(2021, 1, 1)))


def test_the_load_factor_of_a_building_is_that_of_its_meters_together() -> None:
    found = coincident([as_frame(at({9: 100})), as_frame(at({33: 100}))])
    assert found is not None
    assert found.peak == 110
    assert found.load_factor == pytest.approx(found.mean / 110)
    assert coincident([]) is None


def test_the_portfolio_peaks_where_the_sum_does_and_a_gap_does_not_move_it() -> None:
    loads = np.full((5, 72), 10.0)
    loads[0, 30] = 100
    loads[1:, 50] = 50
    assert shared_peak(loads).at == 50
    assert shared_peak(loads).total[50] == 210
    loads[0, 50] = np.nan
    found = shared_peak(loads)
    assert (found.at, found.known[50]) == (50, 4)
    assert found.top == (50, 30, 0)
    loads[:3, 50] = np.nan
    assert shared_peak(loads).at == 30


def test_loads_that_begin_apart_share_one_grid() -> None:
    first, grid = on_grid({"a": (MONDAY, np.ones(3)), "b": (MONDAY + timedelta(hours=2), np.full(3, 2.0))})
    assert first == MONDAY
    np.testing.assert_array_equal(grid, [[1, 1, 1, np.nan, np.nan], [np.nan, np.nan, 2, 2, 2]])


def test_nothing_known_anywhere_is_refused() -> None:
    with pytest.raises(Refused):
        shared_peak(np.full((3, 48), np.nan))
