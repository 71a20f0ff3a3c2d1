"""Specification of default prices and factors, and of the places they belong to."""

import pytest

from eaio.timeseries.places import place_of, rates_at, rates_of
from eaio.timeseries.rates import Checked, grid_factor, regional_rates
from eaio.timeseries.units import Carrier

BDG2_SITES = {
    "Panther": ((28.52, -81.38, "US/Eastern"), "South Atlantic", "FRCC"),
    "Fox": ((33.42, -111.93, "US/Mountain"), "Mountain", "AZNM"),
    "Rat": ((38.90, -77.01, "US/Eastern"), "South Atlantic", "RFCE"),
    "Peacock": ((40.35, -74.70, "US/Eastern"), "Mid Atlantic", "RFCE"),
    "Bear": ((37.87, -122.26, "US/Pacific"), "Pacific", "CAMX"),
    "Cockatoo": ((42.46, -76.49, "US/Eastern"), "Mid Atlantic", "NYUP"),
    "Bull": ((30.27, -97.74, "US/Central"), "West South Central", "ERCT"),
    "Hog": ((44.98, -93.26, "US/Central"), "West North Central", "MROW"),
    "Moose": ((45.42, -75.70, "US/Eastern"), "Ontario", "Ontario"),
    "Lamb": ((51.50, -3.18, "Europe/London"), "United Kingdom", "UK"),
    "Wolf, its longitude with the wrong sign": ((53.35, 6.26, "Europe/Dublin"), "Ireland", "Ireland"),
    "Eagle, nowhere": ((None, None, "US/Eastern"), "US", "US"),
    "Bobcat, nowhere": ((None, None, "US/Mountain"), "Mountain", "US"),
}


@pytest.mark.parametrize("site", BDG2_SITES)
def test_a_site_belongs_to_the_price_region_and_grid_it_stands_in(site: str) -> None:
    where, prices, grid = BDG2_SITES[site]
    place = place_of(*where)
    assert (place.prices, place.grid) == (prices, grid)


def test_a_country_that_is_named_goes_before_the_time_zone() -> None:
    assert place_of(None, None, "UTC", "GB").prices == "United Kingdom"
    elsewhere = place_of(48.1, 11.6, "Europe/Berlin", "DE")
    assert (elsewhere.country, elsewhere.prices) == ("DE", "US")
    assert "US average" in elsewhere.name


def test_every_carrier_has_a_price_and_a_factor_with_year_and_source() -> None:
    rates = rates_at(38.9, -77.0, "US/Eastern")
    for table in (rates.price, rates.carbon):
        assert set(table) == set(Carrier)
        assert all(figure.value > 0 and figure.source and 2020 < figure.year < 2030 for figure in table.values())


def test_money_and_carbon_are_amount_times_rate_and_unknown_stays_unknown() -> None:
    rates = regional_rates("Pacific", "CAMX")
    assert rates.money(Carrier.ELECTRICITY, 1000) == pytest.approx(203.7)
    assert rates.co2(Carrier.GAS, 1000) == pytest.approx(181.2)
    assert rates.money(Carrier.ELECTRICITY, None) is None


def test_derived_prices_say_what_they_assume() -> None:
    rates = regional_rates("US", "US")
    cold = rates.price[Carrier.CHILLEDWATER]
    assert cold.value == pytest.approx(0.1285 / 4.5, abs=1e-5)
    assert cold.checked == Checked.ASSUMED
    assert "COP" in cold.source


def test_a_grid_factor_is_the_newest_that_is_not_later_than_asked() -> None:
    assert (grid_factor("UK").value, grid_factor("UK", 2025).value) == (0.131, 0.177)
    assert grid_factor("CAMX", 1990).year == 2023


def test_a_grid_region_that_somebody_has_set_is_used() -> None:
    place = place_of(38.9, -77.0, "US/Eastern")
    assert rates_of(place, "CAMX").carbon[Carrier.ELECTRICITY].value == 0.1837
    assert rates_of(place, "no such grid") == rates_of(place)
