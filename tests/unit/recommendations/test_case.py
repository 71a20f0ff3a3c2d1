"""Specification of the business case, of combination and of the ranking."""

from itertools import permutations
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eaio.recommendations.compute.case import case_of
from eaio.recommendations.compute.catalogue import CATALOGUE
from eaio.recommendations.compute.combine import combine, pools_of
from eaio.recommendations.compute.inputs import Inputs, resolve
from eaio.recommendations.compute.peers import Peer
from eaio.recommendations.compute.rank import recommend, with_contributions
from eaio.recommendations.compute.rules.view import View
from eaio.recommendations.compute.signals import LoadSignals, Signals
from eaio.recommendations.compute.thermal import ThermalSignals
from eaio.recommendations.models import Evidence, InputUsed, Opportunity, Range
from eaio.timeseries.rates import Checked, regional_rates
from eaio.timeseries.units import Carrier
from tests.unit.recommendations.planted import building, facts, office

ELECTRICITY = Carrier.ELECTRICITY
INPUTS = resolve(regional_rates("US", "US"), {})
ANNUAL = 1_000_000.0
PRICE = 5.0
DEAR = InputUsed("price.electricity", "", PRICE, PRICE, PRICE, "USD/kWh", 2026, "bill", Checked.PRIMARY, True)
RICH = resolve(regional_rates("US", "US"), {"price.electricity": DEAR})
"""At this price everything pays, so that combination can be looked at alone."""


def view(**known: Any) -> View:
    """An office of 1 GWh of electricity, a third of it cooling, and half as much gas."""
    loads = {
        ELECTRICITY: LoadSignals(ANNUAL, 1.0, 365, ANNUAL / 8760, cooling=300_000),
        Carrier.GAS: LoadSignals(ANNUAL / 2, 1.0, 365, ANNUAL / 17520, heating=400_000),
    }
    return View(Signals(facts(**known), loads, ThermalSignals()), {})


def evidence(basis: dict[Carrier, float], share: Range | None = None, strength: float = 0.8) -> Evidence:
    return Evidence(sentence="It is so.", facts=(), basis=basis, basis_name="", strength=strength, share=share)


def case(
    code: str, amount: float = 100_000, share: Range | None = None, inputs: Inputs = INPUTS, **known: object
) -> Opportunity | None:
    return case_of(CATALOGUE[code], evidence({ELECTRICITY: amount}, share), view(**known), inputs)


def sure(code: str, share: float, carrier: Carrier = ELECTRICITY, of: float = ANNUAL) -> Opportunity:
    found = case_of(CATALOGUE[code], evidence({carrier: of}, Range(share, share, share)), view(), RICH)
    assert found is not None
    return found


def test_money_carbon_cost_and_value_to_the_cent() -> None:
    """Night base: 3/6/10 % of 1 GWh at 0.1285 USD; 1,500 + 0.60 x 5,000 m2 = 4,500 USD; five years at 3 %."""
    found = case("night_base", ANNUAL)
    assert found is not None
    assert found.cost == Range(1_500, 4_500, 11_500)
    assert found.energy[ELECTRICITY] == Range(30_000, 60_000, 100_000)
    assert [round(x, 2) for x in (found.money.low, found.money.likely, found.money.high)] == [3_855, 7_710, 12_850]
    assert found.co2.likely == pytest.approx(60_000 * 0.3408)
    upv = (1 - 1.03**-5) / 0.03
    assert found.finance.npv is not None
    assert round(found.finance.npv.likely, 2) == round(7_710 * upv - 4_500, 2) == 30_809.54
    assert round(found.finance.npv.low, 2) == round(3_855 * upv - 11_500, 2)
    assert found.finance.payback == pytest.approx(4_500 / 7_710)
    assert found.confidence == pytest.approx(0.8 * 0.85)
    assert found.value == pytest.approx(0.68 * (7_710 * upv - 4_500) + 0.32 * (3_855 * upv - 4_500))
    assert {figure.key for figure in found.inputs} >= {
        "price.electricity",
        "saving.night_base",
        "cost.night_base",
        "discount_rate",
    }


def test_a_heat_pump_saves_gas_and_adds_electricity() -> None:
    basis = {Carrier.GAS: 400_000.0, ELECTRICITY: -100_000.0}
    shown = Evidence(
        sentence="", facts=(), basis=basis, basis_name="", strength=0.8, share=Range(0.8, 0.9, 1.0), size=50
    )
    found = case_of(CATALOGUE["heat_pump"], shown, view(), INPUTS)
    assert found is not None
    assert found.energy[ELECTRICITY] == Range(-100_000, -90_000, -80_000)
    assert found.energy_kwh == pytest.approx(0.9 * 300_000)
    assert found.money.likely == pytest.approx(0.9 * (400_000 * 0.0291 - 100_000 * 0.1285))


def test_demand_is_paid_twelve_times_a_year_and_upkeep_taken_off() -> None:
    shown = Evidence(sentence="", facts=(), basis={}, basis_name="", strength=0.8, demand_kw=Range(8, 9, 10), size=10.0)
    dear = InputUsed("demand_price", "", 30, 30, 30, "USD/kW a month", 2026, "bill", Checked.PRIMARY, True)
    found = case_of(CATALOGUE["battery"], shown, view(), resolve(regional_rates("US", "US"), {"demand_price": dear}))
    assert found is not None
    assert found.streams["demand"].likely == 9 * 30 * 12
    assert found.streams["upkeep"].likely == -300
    assert found.money.likely == 9 * 30 * 12 - 300
    assert case_of(CATALOGUE["battery"], shown, view(), INPUTS) is None


def test_what_does_not_pay_at_the_likely_figures_is_not_proposed_unless_for_carbon() -> None:
    assert case("led", 20_000) is None
    assert case("led", 1_000_000) is not None
    assert case_of(CATALOGUE["led"], evidence({ELECTRICITY: ANNUAL}, strength=0.1), view(), INPUTS) is None


def test_without_area_there_is_no_cost_and_no_invented_one() -> None:
    found = case("night_base", ANNUAL, area_m2=None)
    assert found is not None
    assert (found.cost, found.finance.npv, found.finance.payback, found.value) == (None, None, None, 0)


def test_shares_of_one_end_use_multiply() -> None:
    pools = pools_of(view())
    two = combine([sure("economizer", 0.10, of=300_000), sure("chilled_water_reset", 0.20, of=300_000)], pools, RICH)
    assert two.energy[ELECTRICITY].likely == pytest.approx(300_000 * (1 - 0.9 * 0.8))


def test_a_measure_on_the_whole_acts_on_what_is_left() -> None:
    found = combine([sure("night_base", 0.05), sure("monitoring", 0.10)], pools_of(view()), RICH)
    assert found.energy[ELECTRICITY].likely == pytest.approx(50_000 + 950_000 * 0.10)
    assert found.overlap == pytest.approx(5_000 * PRICE)


def test_retro_commissioning_counts_only_beyond_what_is_counted_on_its_own() -> None:
    pools = pools_of(view())
    alone = combine([sure("retro_commissioning", 0.11)], pools, RICH).energy[ELECTRICITY].likely
    both = combine([sure("retro_commissioning", 0.11), sure("night_base", 0.05)], pools, RICH)
    assert both.energy[ELECTRICITY].likely == pytest.approx(alone)
    more = combine([sure("retro_commissioning", 0.11), sure("night_base", 0.05), sure("led", 0.08)], pools, RICH)
    assert more.energy[ELECTRICITY].likely == pytest.approx(80_000 + (ANNUAL - 80_000) * 0.11)
    much = combine([sure("retro_commissioning", 0.11), sure("night_base", 0.3)], pools, RICH)
    assert much.energy[ELECTRICITY].likely == pytest.approx(300_000)


CODES = ("night_base", "led", "lighting_controls", "setpoints", "economizer", "monitoring", "retro_commissioning")


@given(st.lists(st.floats(0.02, 0.6), min_size=7, max_size=7))
def test_together_is_at_most_the_sum_at_most_everything_and_of_no_order(shares: list[float]) -> None:
    cases = [sure(code, share) for code, share in zip(CODES, shares, strict=True)]
    pools = pools_of(view())
    total = combine(cases, pools, RICH)
    assert total.energy[ELECTRICITY].likely <= min(ANNUAL, sum(shares) * ANNUAL) * (1 + 1e-9)
    assert total.overlap >= -1e-6
    for other in list(permutations(cases))[::997]:
        assert combine(other, pools, RICH).energy[ELECTRICITY].likely == pytest.approx(total.energy[ELECTRICITY].likely)
    fewer = combine(cases[:-2], pools, RICH)
    assert fewer.energy[ELECTRICITY].likely <= total.energy[ELECTRICITY].likely * (1 + 1e-9)


@given(st.lists(st.floats(0.02, 0.4), min_size=7, max_size=7))
def test_contributions_add_up_to_what_all_save_together_and_none_is_negative(shares: list[float]) -> None:
    cases = [sure(code, share) for code, share in zip(CODES, shares, strict=True)]
    pools = pools_of(view())
    nets = [found.net for found in with_contributions(cases, pools, RICH)]
    assert all(net is not None and net.energy_kwh >= -1e-6 for net in nets)
    assert sum(net.money for net in nets if net) == pytest.approx(combine(cases, pools, RICH).money.likely)


def test_a_part_of_a_better_measure_costs_and_saves_nothing_more() -> None:
    pools = pools_of(view())
    whole, part, other = sure("retro_commissioning", 0.11), sure("night_base", 0.05), sure("led", 0.08)
    counted = {o.measure: o for o in with_contributions([whole, part, other], pools, RICH)}
    assert counted["night_base"].net is None
    assert counted["night_base"].beaten_by == "retro_commissioning"
    assert counted["led"].net is not None
    before = {o.measure: o for o in with_contributions([part, whole], pools, RICH)}
    assert before["retro_commissioning"].net is not None
    assert before["retro_commissioning"].net.energy_kwh == pytest.approx(60_000)


def test_the_ranking_is_by_value_after_risk_with_its_reason() -> None:
    signals = building({ELECTRICITY: lambda c: 75 + 45 * c.open(4, 22)})
    found = recommend(signals, {}, INPUTS)
    assert len(found) >= 2
    assert [o.rank for o in found] == list(range(1, len(found) + 1))
    assert [o.value for o in found] == sorted((o.value for o in found), reverse=True)
    assert all(f"Rank {o.rank}" in o.reason for o in found)


def test_of_measures_that_do_one_job_only_the_better_counts() -> None:
    low_base = {("Office", "base"): Peer("Office", 20, 3, 4, 5)}
    signals = building({ELECTRICITY: lambda c: 85 + 45 * c.open()})
    found = {o.measure: o for o in recommend(signals, low_base, INPUTS)}
    rivals = found["night_base"], found["plug_loads"]
    assert sorted(o.beaten_by == "" for o in rivals) == [False, True]
    beaten = next(o for o in rivals if o.beaten_by)
    assert beaten.net is None
    assert "does this job too" in beaten.reason


def test_a_rejected_measure_stays_and_counts_for_nothing() -> None:
    signals = building({ELECTRICITY: lambda c: 75 + 45 * c.open()})
    before = {o.measure: o.net for o in recommend(signals, {}, INPUTS)}
    after = {o.measure: o.net for o in recommend(signals, {}, INPUTS, frozenset({"night_base"}))}
    assert before["night_base"] is not None
    assert after["night_base"] is None


def test_what_is_shown_for_carbon_alone_counts_in_no_total() -> None:
    signals = building({Carrier.GAS: lambda c: 10 * np.maximum(14 - c.temperature, 0)}, days=730)
    pump = next(o for o in recommend(signals, {}, INPUTS) if o.measure == "heat_pump")
    assert pump.finance.npv is not None
    assert pump.finance.npv.likely < 0 < pump.co2.likely
    assert pump.net is None
    assert "does not pay" in pump.reason


def test_a_plain_office_is_left_alone_but_for_its_roof() -> None:
    assert {o.measure for o in recommend(building({ELECTRICITY: office}), {}, INPUTS)} <= {"solar"}


def test_a_higher_price_never_lowers_the_value() -> None:
    values: list[float] = []
    for price in (0.05, 0.1, 0.2, 0.4):
        own = InputUsed("price.electricity", "", price, price, price, "USD/kWh", 2026, "bill", Checked.PRIMARY, True)
        found = case("night_base", ANNUAL, inputs=resolve(regional_rates("US", "US"), {"price.electricity": own}))
        values.append(found.value if found else 0.0)
    assert values == sorted(values)
