"""Specification of what the readings say: hours, weather, peaks, water."""

import numpy as np
import polars as pl
import pytest

from eaio.recommendations.compute import change_point, sun
from eaio.recommendations.compute.days import Days, days_of
from eaio.recommendations.compute.flows import night_flow, watering_of
from eaio.recommendations.compute.merge import merge_meters
from eaio.recommendations.compute.peaks import peaks_of
from eaio.recommendations.compute.schedule import inside, schedule_of
from eaio.recommendations.compute.signals import building_signals, daily
from eaio.timeseries.units import Carrier
from tests.unit.recommendations.planted import Array, Clock, building, facts, office

ELECTRICITY = Carrier.ELECTRICITY


def history(clock: Clock, value: Array, carrier: Carrier = ELECTRICITY) -> Days:
    days = days_of(clock.frame(value), carrier)
    assert days is not None
    return days


def test_start_stop_and_night_ratio_of_a_plain_office() -> None:
    clock = Clock()
    week = schedule_of(history(clock, clock.noisy(office(clock))))
    assert week is not None
    assert (week.start, week.stop) == (pytest.approx(8, abs=0.3), pytest.approx(18, abs=0.3))
    assert week.off_ratio == pytest.approx(20 / 120, abs=0.02)
    assert week.off_hours == pytest.approx(8760 - 50 * 52.14, rel=0.03)
    assert week.weekend_ratio == pytest.approx(20 / (20 + 100 * 10 / 24), abs=0.02)


def test_a_flat_load_has_no_start() -> None:
    clock = Clock()
    week = schedule_of(history(clock, clock.noisy(np.full(clock.hour.size, 50.0), 0.01)))
    assert week is not None
    assert (week.start, week.stop, week.off_ratio) == (None, None, pytest.approx(1, abs=0.01))


def test_hours_past_midnight_belong_to_the_running_time() -> None:
    share = inside(18.5, 26)
    assert (share[18], share[19], share[1], share[2]) == (0.5, 1, 1, 0)


@pytest.mark.parametrize(
    ("heat", "cool", "heating", "cooling"), [(9.0, 7.0, 12, 18), (0.0, 5.0, None, 16), (6.0, 0.0, 14, None)]
)
def test_balance_points_and_slopes_are_recovered(
    heat: float, cool: float, heating: int | None, cooling: int | None
) -> None:
    clock = Clock(730)
    _, warm = daily(history(clock, office(clock) + clock.hour))
    weekend = (np.arange(730) + 4) % 7 >= 5
    load = (
        1_200
        - 300 * weekend
        + heat * 24 * np.maximum((heating or 0) - warm, 0)
        + cool * 24 * np.maximum(warm - (cooling or 99), 0)
    )
    found = change_point.fit(load * np.random.default_rng(1).normal(1, 0.03, 730), warm, weekend)
    assert found is not None
    assert found.heating_slope == pytest.approx(24 * heat, rel=0.12)
    assert found.cooling_slope == pytest.approx(24 * cool, rel=0.12)
    assert found.heating_balance == (None if heating is None else pytest.approx(heating, abs=1))
    assert found.cooling_balance == (None if cooling is None else pytest.approx(cooling, abs=1))
    assert found.weekend_step == pytest.approx(-300, rel=0.1)


def test_a_load_that_ignores_the_weather_gets_no_slope() -> None:
    clock = Clock(730)
    load, warm = daily(history(clock, clock.noisy(office(clock))))
    found = change_point.fit(load, warm, (np.arange(730) + 4) % 7 >= 5)
    assert found is not None
    assert found.heating_slope * 15 + found.cooling_slope * 15 < 0.03 * found.base


def test_too_few_days_or_one_season_give_no_weather_model() -> None:
    rng = np.random.default_rng(1)
    assert change_point.fit(rng.normal(10, 1, 150), rng.normal(10, 8, 150), np.zeros(150, bool)) is None
    assert change_point.fit(rng.normal(10, 1, 365), rng.normal(25, 1, 365), np.zeros(365, bool)) is None


def test_zeros_spikes_negative_and_stuck_readings_of_electricity_are_left_out() -> None:
    clock = Clock(200)
    value = clock.noisy(office(clock))
    value[:24], value[24], value[25], value[48:96] = 0, 1e6, -5, 33.3
    load = history(clock, value).load
    assert history(clock, value).first.day == 2
    assert np.isnan(load[0, :2]).all()
    assert np.isnan(load[1:3]).all()
    assert np.isfinite(load[3:]).all()


def test_a_zero_of_gas_is_a_reading() -> None:
    clock = Clock(200)
    value = np.where(clock.temperature < 12, 50.0, 0.0)
    assert np.isfinite(history(clock, value, Carrier.GAS).load).all()


def test_a_carrier_with_too_little_history_is_skipped_with_the_reason() -> None:
    clock = Clock(60)
    found = building_signals(facts(), {ELECTRICITY: clock.frame(office(clock))})
    assert not found.loads
    assert "60 days" in found.skipped[0]


def test_last_year_is_judged_at_the_weather_of_the_year_before() -> None:
    def growing(clock: Clock) -> Array:
        load = 40 + 60 * clock.open() + 4 * np.maximum(10 - clock.temperature, 0)
        return np.where(clock.day < 365, load, 1.12 * load)

    drift = building({ELECTRICITY: growing}, days=730).loads[ELECTRICITY].drift
    assert drift == pytest.approx(0.12, abs=0.02)


def test_meters_of_a_carrier_add_up_where_all_in_service_read() -> None:
    clock = Clock(10)
    one, two = np.full(240, 10.0), np.full(240, 5.0)
    one[5], two[:24] = np.nan, np.nan
    total = merge_meters([clock.frame(one), clock.frame(two)])["value"]
    assert (total[0], total[5], total[30]) == (10, None, 15)
    one[5] = 10
    two[40] = np.nan
    assert merge_meters([clock.frame(one), clock.frame(two)])["value"][40] is None
    assert merge_meters([]).is_empty()


def test_a_battery_is_sized_to_short_peaks_and_not_to_plateaus() -> None:
    clock = Clock(365)
    short = 50 + 100 * clock.open(14, 15)
    found = peaks_of(history(clock, clock.noisy(short, 0.01)))
    assert found is not None
    assert found.battery >= 0.15 * max(found.monthly)
    assert found.shaved == pytest.approx(found.battery, rel=0.16)
    plateau = peaks_of(history(clock, clock.noisy(50 + 100 * clock.open(6, 22), 0.001)))
    assert plateau is not None
    assert plateau.battery <= 0.04 * max(plateau.monthly)


def test_off_peak_share_of_a_constant_load_is_that_of_the_hours() -> None:
    clock = Clock(364)
    found = peaks_of(history(clock, clock.noisy(np.full(clock.hour.size, 10.0), 0.01)))
    assert found is not None
    assert found.off_peak_share == pytest.approx(108 / 168, abs=0.003)


def test_a_leak_is_the_flow_that_never_stops() -> None:
    clock = Clock(120)
    flow = night_flow(history(clock, 300 * clock.open(7, 19) + 40, Carrier.WATER))
    assert flow is not None
    assert (flow.leak, flow.lowest_recent, flow.days_never_zero) == (40, 40, flow.days)
    tight = night_flow(history(clock, 300 * clock.open(7, 19), Carrier.WATER))
    assert tight is not None
    assert (tight.leak, tight.days_never_zero) == (0, 0)


def test_watering_by_day_and_in_the_cold_is_told_apart() -> None:
    clock = Clock(366)
    noon = watering_of(history(clock, 1_000 * clock.open(11, 15, weekends=True), Carrier.IRRIGATION))
    night = watering_of(
        history(clock, 1_000 * clock.open(2, 5, weekends=True) * (clock.temperature > 12), Carrier.IRRIGATION)
    )
    assert noon is not None
    assert night is not None
    assert (noon.day_share, night.day_share) == (1, 0)
    assert noon.cold_share is not None
    assert night.cold_share is not None
    assert noon.cold_share > 0.3
    assert night.cold_share < 0.05


def test_a_year_of_sun_is_that_of_the_latitude() -> None:
    """PVWatts-like yields: about 1,350 kWh/kW at 40 degrees and 950 at 51 in an average year, within 15 %."""
    clock = Clock(365)
    days = history(clock, np.full(clock.hour.size, 10.0) + clock.hour * 0.01)
    for latitude, expected in ((40.0, 1_350), (51.5, 950), (28.5, 1_500)):
        assert sun.hourly_yield(days, latitude).sum() == pytest.approx(expected, rel=0.15)


def test_solar_noon_follows_the_place_and_the_clock() -> None:
    """Orlando (81.4 W) on eastern standard time: 12:26 on average; Greenwich: 12:00."""
    assert sun.solar_noon(-81.4, -5) == pytest.approx(12.43, abs=0.01)
    assert sun.solar_noon(0, 0) == 12
    clock = Clock(365)
    days = history(clock, 10.0 + clock.hour)
    assert sun.hourly_yield(days, 40, noon=14)[180].argmax() in {13, 14}


def test_panels_are_sized_to_what_the_building_uses() -> None:
    per_kw = np.zeros((365, 24))
    per_kw[:, 10:14] = 0.5
    load = np.full((365, 24), 10.0)
    size, made, used = sun.best_size(load, per_kw, 100)
    assert used >= 0.9
    assert size == pytest.approx(20, abs=3)
    assert made == pytest.approx(size * 0.5 * 4 * 365)


def test_an_hour_that_occurs_twice_or_not_at_all_does_no_harm() -> None:
    clock = Clock(366)
    frame = clock.frame(office(clock) + clock.hour)
    shifted = frame.with_columns(
        local=pl.when(pl.int_range(pl.len()) >= 3_000).then(pl.col("local").dt.offset_by("1h")).otherwise("local")
    )
    days = days_of(shifted, ELECTRICITY)
    assert days is not None
    assert np.isnan(days.load).sum() == 1 + 23
