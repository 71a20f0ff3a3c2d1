"""Specification of the catalogue and of its rules."""

import pytest

from eaio.recommendations.compute.catalogue import CATALOGUE, MEASURES
from eaio.recommendations.compute.inputs import resolve
from eaio.recommendations.compute.rules import RULES
from eaio.recommendations.models import CostUnit, InputUsed, Measure, Range
from eaio.timeseries.rates import Checked, regional_rates
from eaio.timeseries.units import Carrier


def test_the_catalogue_has_all_31_measures_each_once() -> None:
    assert [measure.number for measure in MEASURES] == list(range(1, 32))
    assert len(CATALOGUE) == 31


def test_every_measure_has_a_rule_or_says_what_it_needs() -> None:
    assert set(RULES) == {measure.code for measure in MEASURES if not measure.needs}
    assert {measure.code for measure in MEASURES if measure.needs} == {"static_pressure_reset", "variable_speed"}


@pytest.mark.parametrize("measure", MEASURES, ids=lambda measure: measure.code)
def test_a_measure_is_complete_and_in_order(measure: Measure) -> None:
    for span in (measure.saving, measure.cost, measure.cost_fixed, measure.upkeep):
        assert 0 <= span.low <= span.likely <= span.high
    assert 0 < measure.saving.high <= 0.7
    assert measure.cost.high + measure.cost_fixed.high > 0
    assert 1 <= measure.life <= 60
    assert {*measure.excludes, *measure.includes} <= set(CATALOGUE)
    assert measure.source
    assert measure.cost_source
    assert measure.action.endswith(".")
    assert measure.check.endswith((".", "?"))


@pytest.mark.parametrize(
    ("code", "likely"),
    [("hvac_schedule", 0.06), ("setpoints", 0.08), ("vav_minimum", 0.07), ("retro_commissioning", 0.11)],
)
def test_anchored_savings_are_those_of_the_publications(code: str, likely: float) -> None:
    assert (CATALOGUE[code].saving.likely, CATALOGUE[code].checked) == (likely, Checked.PRIMARY)


def test_costs_that_were_read_in_a_publication_are_those() -> None:
    assert CATALOGUE["retro_commissioning"].cost.likely == pytest.approx(0.30 * 10.76, abs=0.05)
    assert CATALOGUE["battery"].cost.likely == 968 + 2 * 253
    assert (CATALOGUE["solar"].cost.low, CATALOGUE["solar"].cost.high) == (1_920, 2_232)


def test_an_own_figure_takes_the_place_of_a_default_and_an_unknown_one_does_not_appear() -> None:
    rates = regional_rates("US", "US")
    own = InputUsed("price.gas", "", 0.05, 0.05, 0.05, "USD/kWh", 2026, "bill", Checked.PRIMARY, True)
    found = resolve(rates, {"price.gas": own, "nonsense": own})
    assert found.rates.price[Carrier.GAS].value == 0.05
    assert found.rates.price[Carrier.ELECTRICITY].value == 0.1285
    assert "nonsense" not in found.figures
    assert found.range("cost.led") == Range(16, 27, 43)
    assert CATALOGUE["led"].cost_unit is CostUnit.M2
