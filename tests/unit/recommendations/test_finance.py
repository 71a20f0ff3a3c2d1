"""Specification of the money over time: published worked examples, to the cent."""

from math import inf

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eaio.recommendations.compute import finance


def test_present_value_is_that_of_the_spreadsheet_manual() -> None:
    """Microsoft Excel NPV help: the first outlay a year from now, and an outlay today."""
    assert round(finance.npv(0.10, [0, -10_000, 3_000, 4_200, 6_800]), 2) == 1_188.44
    assert round(finance.npv(0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500]), 2) == 1_922.06
    assert round(finance.npv(0.08, [-40_000, 8_000, 9_200, 10_000, 12_000, 14_500, -9_000]), 2) == -3_749.47


@pytest.mark.parametrize(
    ("flows", "rate"),
    [
        ([-70_000, 12_000, 15_000, 18_000, 21_000], -0.0212),
        ([-70_000, 12_000, 15_000, 18_000, 21_000, 26_000], 0.0866),
        ([-70_000, 12_000, 15_000], -0.4435),
    ],
)
def test_rate_of_return_is_that_of_the_spreadsheet_manual(flows: list[float], rate: float) -> None:
    """Microsoft Excel IRR help, shown there to a tenth of a percent (-2.1 %, 8.7 %, -44.4 %)."""
    found = finance.irr(flows).single
    assert found is not None
    assert round(found, 4) == rate


def test_modified_rate_of_return_is_that_of_the_spreadsheet_manual() -> None:
    flows = [-120_000, 39_000, 30_000, 21_000, 37_000, 46_000]
    rate = finance.mirr(flows, 0.10, 0.12)
    assert rate is not None
    assert round(rate, 4) == 0.1261


def test_two_rates_of_return_are_both_given_and_neither_is_singled_out() -> None:
    """The Lorie and Savage (1955) oil pump as in Brealey and Myers: 25 % and 400 %."""
    found = finance.irr([-1_600, 10_000, -10_000])
    assert [round(rate, 6) for rate in found.rates] == [0.25, 4.0]
    assert (found.sign_changes, found.single) == (2, None)


def test_a_flow_without_a_change_of_sign_has_no_rate_of_return() -> None:
    assert finance.irr([100, 20, 20]) == finance.Irr((), 0)
    assert finance.irr([-100, 250, -200]).rates == ()


@pytest.mark.parametrize(("years", "single", "uniform"), [(1, 0.971, 0.97), (10, 0.744, 8.53), (25, 0.478, 17.41)])
def test_factors_are_those_of_the_nist_supplement(years: int, single: float, uniform: float) -> None:
    """NISTIR 85-3273, tables A-1 and A-2, DOE discount rate of 3 %."""
    assert round(finance.single_present_value(0.03, years), 3) == single
    assert round(finance.uniform_present_value(0.03, years), 2) == uniform


def test_escalation_at_the_discount_rate_counts_every_year_in_full() -> None:
    assert finance.uniform_present_value(0.03, 20, escalation=0.03) == 20


def test_loan_payment_is_that_of_the_spreadsheet_manual() -> None:
    """Excel PMT help: 8 % a year, ten months, 10,000."""
    assert round(10_000 * finance.capital_recovery(0.08 / 12, 10), 2) == 1_037.03


def test_adjusted_return_equals_the_discount_rate_when_savings_just_pay() -> None:
    assert finance.adjusted_rate_of_return(0.03, 1.0, 20) == pytest.approx(0.03)
    assert round(finance.adjusted_rate_of_return(0.03, 2.0, 10), 4) == 0.1039


def test_simple_payback_of_nothing_spent_is_now_and_of_nothing_saved_never() -> None:
    assert finance.simple_payback(1_000, 250) == 4
    assert finance.simple_payback(0, 250) == 0
    assert finance.simple_payback(1_000, 0) == inf


def test_discounted_payback_waits_longer_than_the_simple_one() -> None:
    """-1000 then 400 a year at 10 %: 363.64 + 330.58 = 694.21 after two years, 305.79 of 300.53 needed from year 3."""
    paid = finance.discounted_payback(0.10, [-1_000, 400, 400, 400, 400])
    assert paid is not None
    assert round(paid, 3) == 3.019
    assert finance.discounted_payback(0.10, [-1_000, 400, 400]) is None


def test_a_replacement_that_undoes_the_payback_moves_it_behind_itself() -> None:
    assert finance.discounted_payback(0.0, [-100, 60, 60, -60, 60]) == pytest.approx(3 + 40 / 60)


def test_real_and_nominal_rates_are_those_of_the_federal_rules() -> None:
    """FEMP 2024: real 3.0 %, inflation 1.2 %, nominal 4.2 %."""
    assert round(finance.nominal_rate(0.03, 0.012), 3) == 0.042
    assert finance.real_rate(finance.nominal_rate(0.03, 0.012), 0.012) == pytest.approx(0.03)


def test_levelised_cost_of_level_energy_is_capital_recovery() -> None:
    cost = finance.levelised_cost(0.05, [1_000, *[0.0] * 20], [0.0, *[100.0] * 20])
    assert cost == pytest.approx(1_000 * finance.capital_recovery(0.05, 20) / 100)
    assert finance.levelised_cost(0.05, [1_000], [0.0]) is None


@given(
    cost=st.floats(1, 1e7),
    saving=st.floats(1, 1e6),
    years=st.integers(1, 40),
    rate=st.floats(0, 0.3),
    escalation=st.floats(-0.05, 0.1),
)
def test_cash_flow_identities(cost: float, saving: float, years: int, rate: float, escalation: float) -> None:
    flows = finance.level_flows(cost, saving, years, escalation)
    worth = saving * finance.uniform_present_value(rate, years, escalation)
    assert finance.npv(rate, flows) == pytest.approx(worth - cost, rel=1e-6, abs=1e-3)
    sir = finance.savings_to_investment(worth, cost)
    assert sir is not None
    assert (finance.npv(rate, flows) > 1e-3) <= (sir > 1)
    paid = finance.discounted_payback(rate, flows)
    assert (paid is not None) == (finance.npv(rate, flows) >= -1e-9)
    root = finance.irr(flows).single
    if root is not None:
        assert finance.npv(root, flows) == pytest.approx(0, abs=cost * 1e-5)
