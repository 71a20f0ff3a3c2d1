"""What was used and what may be compared."""

from datetime import date

import polars as pl
import pytest

from eaio.metering.models import TOTALS
from eaio.reports.compute.use import Year, change, combined, intensity, key_figures, uses_of, year_before
from eaio.reports.models import Use
from eaio.timeseries.rates import Checked, Rates, Sourced
from eaio.timeseries.units import Carrier

PRICE = Sourced(0.1, "USD/kWh", 2025, "test", Checked.ASSUMED)
RATES = Rates("here", "USD", {Carrier.GAS: PRICE, Carrier.SOLAR: PRICE}, {Carrier.GAS: PRICE})


def totals(*rows: tuple[str, float | None, int, int]) -> pl.DataFrame:
    made = [
        ("b", carrier, total, readings, expected, 0, readings / expected) for carrier, total, readings, expected in rows
    ]
    return pl.DataFrame(made, schema=TOTALS, orient="row")


def test_a_period_compares_only_when_both_years_are_nearly_complete() -> None:
    complete, thin = totals(("gas", 120.0, 95, 100)), totals(("gas", 100.0, 80, 100))
    (compared,) = uses_of(Year(complete), Year(totals(("gas", 100.0, 90, 100))), RATES)
    assert compared.change == pytest.approx(0.2)
    for now, before in ((complete, thin), (thin, complete), (complete, thin.clear())):
        (use,) = uses_of(Year(now), Year(before), RATES)
        assert (use.before, use.change) == (None, None)


def test_a_year_of_a_dead_meter_compares_with_nothing() -> None:
    complete = totals(("gas", 120.0, 100, 100))
    dead = Year(totals(("gas", 60.0, 100, 100)), {Carrier.GAS: 11.0}, hours=100)
    alive = Year(totals(("gas", 60.0, 100, 100)), {Carrier.WATER: 99.0}, hours=100)
    assert uses_of(dead, dead, RATES)[0].faulty_hours == 11.0
    assert [uses_of(Year(complete), before, RATES)[0].change for before in (dead, alive)] == [None, pytest.approx(1.0)]


def test_money_and_carbon_are_amount_times_rate_and_solar_costs_nothing() -> None:
    now = totals(("solar", 50.0, 1, 1), ("gas", 120.0, 1, 1), ("electricity", 30.0, 1, 1))
    electricity, gas, solar = uses_of(Year(now), Year(now), RATES)
    assert (gas.money, gas.co2) == (pytest.approx(12), pytest.approx(12))
    assert (electricity.money, solar.money) == (None, None), "no price is known, or none applies"


def test_bought_energy_leaves_water_and_solar_out_but_their_cost_in() -> None:
    uses = [
        Use(carrier=Carrier.GAS, total=100.0, money=10.0, readings=9, expected=10),
        Use(carrier=Carrier.WATER, total=7_000.0, money=5.0, readings=10, expected=10),
        Use(carrier=Carrier.SOLAR, total=40.0, readings=10, expected=10),
    ]
    key = key_figures(uses, 10.0, 365)
    assert (key.energy, key.money) == (100.0, 15.0)
    assert key.coverage == pytest.approx(29 / 30)
    assert key.eui == pytest.approx(100 / 10 * 365.25 / 365)


def test_buildings_compare_like_for_like() -> None:
    whole = Use(carrier=Carrier.GAS, total=90.0, comparable=90.0, before=100.0)
    new = Use(carrier=Carrier.GAS, total=500.0)
    (together,) = combined([[whole], [new]])
    assert together.total == 590
    assert together.change == pytest.approx(-0.1), "a building without a year before moves nothing"
    assert change([together]) == pytest.approx(-0.1)


def test_nothing_measured_stays_unknown_instead_of_nought() -> None:
    (gas,) = combined([[Use(carrier=Carrier.GAS, total=None, expected=10)]])
    assert (gas.total, gas.money, gas.coverage, gas.change) == (None, None, 0.0, None)


@pytest.mark.parametrize(("days", "known"), [(329, False), (330, True), (731, True)])
def test_intensity_needs_all_seasons(days: int, known: bool) -> None:
    assert (intensity(1_000.0, 10.0, days) is not None) == known


def test_the_year_before_a_leap_day_ends_in_february() -> None:
    assert year_before(date(2016, 2, 29)) == date(2015, 2, 28)
    assert year_before(date(2017, 12, 31)) == date(2016, 12, 31)
