"""Specification of the synthetic portfolio."""

from datetime import UTC, datetime, timedelta
from itertools import groupby, pairwise

import numpy as np
import pytest

from eaio.demo.compute.portfolio import generate
from eaio.demo.models import DemoPortfolio, FaultKind, PlantedFault
from eaio.timeseries.units import IMPORTED_ENERGY, Carrier

END = datetime(2026, 11, 20, 13, 40, tzinfo=UTC)


@pytest.fixture(scope="module")
def portfolio() -> DemoPortfolio:
    return generate(7, END)


def window(portfolio: DemoPortfolio, fault: PlantedFault) -> slice:
    first, last = (np.datetime64(moment.replace(tzinfo=None)) for moment in (fault.start, fault.end))
    return slice(*np.searchsorted(portfolio.time, [first, last]))


def test_the_same_seed_gives_the_same_numbers_and_another_seed_does_not(portfolio: DemoPortfolio) -> None:
    again, other = generate(7, END), generate(8, END)
    for one, same, different in zip(portfolio.meters, again.meters, other.meters, strict=True):
        assert np.array_equal(one.values, same.values, equal_nan=True)
        assert not np.array_equal(one.values, different.values, equal_nan=True)


def test_two_years_of_hours_end_with_the_last_whole_hour_before_the_given_instant(portfolio: DemoPortfolio) -> None:
    assert portfolio.time[-1] == np.datetime64("2026-11-20T12")
    assert set(np.diff(portfolio.time).astype(object)) == {timedelta(hours=1)}
    assert len(portfolio.time) == 17_520
    assert all(len(meter.values) == 17_520 for meter in portfolio.meters)


def test_three_sites_twenty_buildings_and_several_carriers(portfolio: DemoPortfolio) -> None:
    assert (len(portfolio.sites), len(portfolio.buildings)) == (3, 20)
    assert {meter.carrier for meter in portfolio.meters} == set(Carrier) - {Carrier.STEAM}
    assert len({building.primary_use for building in portfolio.buildings}) >= 6
    assert len({building.key for building in portfolio.buildings}) == 20


def test_energy_intensities_are_those_of_real_buildings_of_each_use(portfolio: DemoPortfolio) -> None:
    bounds = {
        "office": (90, 260),
        "school": (40, 220),
        "hospital": (350, 900),
        "warehouse": (25, 120),
        "lodging": (110, 260),
    }
    for building in portfolio.buildings:
        if building.schedule not in bounds:
            continue
        energy = sum(
            float(np.nansum(meter.values))
            for meter in portfolio.meters
            if meter.building == building.name and meter.carrier in IMPORTED_ENERGY
        )
        low, high = bounds[building.schedule]
        assert low < energy / 2 / building.area_m2 < high, building.name


def test_the_weather_has_seasons_days_and_plausible_extremes(portfolio: DemoPortfolio) -> None:
    months = portfolio.time.astype("datetime64[M]").astype(int) % 12 + 1
    for site, (coldest, hottest) in {"Boston": (-25, 40), "London": (-14, 37), "Phoenix": (-6, 52)}.items():
        temperature = portfolio.weather[site].temperature
        assert temperature[months == 7].mean() - temperature[months == 1].mean() > 10
        assert coldest < temperature.min() < temperature.max() < hottest
        assert (portfolio.weather[site].dew_point <= temperature).all()
        assert 0.9 < np.corrcoef(temperature[1:], temperature[:-1])[0, 1] < 1


def test_every_kind_of_fault_is_planted_and_recorded_inside_the_grid(portfolio: DemoPortfolio) -> None:
    assert {fault.kind for fault in portfolio.faults} == set(FaultKind)
    first, last = portfolio.time[0].astype(object), portfolio.time[-1].astype(object) + timedelta(hours=1)
    for fault in portfolio.faults:
        assert first <= fault.start.replace(tzinfo=None) < fault.end.replace(tzinfo=None) <= last


def test_some_faults_are_still_in_progress_at_the_end(portfolio: DemoPortfolio) -> None:
    current = {fault.kind for fault in portfolio.faults if fault.end == END.replace(minute=0)}
    assert {FaultKind.LEFT_ON_OVERNIGHT, FaultKind.WATER_LEAK, FaultKind.MISSING} <= current


def test_faults_of_one_meter_do_not_overlap(portfolio: DemoPortfolio) -> None:
    ordered = sorted(portfolio.faults, key=lambda fault: (fault.building, fault.carrier, fault.start))
    for _, group in groupby(ordered, key=lambda fault: (fault.building, fault.carrier)):
        faults = list(group)
        assert all(one.end <= two.start for one, two in pairwise(faults))


def test_recorded_faults_show_in_the_readings(portfolio: DemoPortfolio) -> None:
    for fault in portfolio.faults:
        values = portfolio.meter(fault.building, fault.carrier).values[window(portfolio, fault)]
        if fault.kind == FaultKind.MISSING:
            assert np.isnan(values).all()
        elif fault.kind == FaultKind.OUTAGE:
            assert not values.any()
        elif fault.kind == FaultKind.STUCK:
            assert len(set(values)) == 1
        else:
            assert fault.excess > 0.02 * np.nansum(values), fault
        assert fault.excess != 0


def test_a_water_leak_lifts_the_night_minimum(portfolio: DemoPortfolio) -> None:
    leak = next(f for f in portfolio.faults if f.kind == FaultKind.WATER_LEAK and f.building == "Fenway School")
    values, period = portfolio.meter("Fenway School", Carrier.WATER).values, window(portfolio, leak)
    before = values[period.start - 24 * 28 : period.start]
    assert values[period].min() > 3 * np.quantile(before, 0.05)


def test_nothing_is_missing_but_what_was_planted(portfolio: DemoPortfolio) -> None:
    for meter in portfolio.meters:
        planted = np.zeros(len(portfolio.time), dtype=bool)
        for fault in portfolio.faults:
            if (fault.building, fault.carrier, fault.kind) == (meter.building, meter.carrier, FaultKind.MISSING):
                planted[window(portfolio, fault)] = True
        assert np.array_equal(np.isnan(meter.values), planted), (meter.building, meter.carrier)


def test_solar_is_dark_at_night_and_bright_at_noon(portfolio: DemoPortfolio) -> None:
    solar = portfolio.meter("Docklands Depot", Carrier.SOLAR).values.reshape(-1, 24)
    hours = (portfolio.time[:24].astype("datetime64[h]").astype(int)) % 24
    assert solar[:, hours == 0].max() == 0
    assert 50 < solar[:, hours == 12].mean() < 420
