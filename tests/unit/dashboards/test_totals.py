"""Totals into what pages list."""

import polars as pl
import pytest

from eaio.dashboards.compute import totals as compute
from eaio.metering.models import TOTALS
from eaio.timeseries.rates import Checked, Rates, Sourced
from eaio.timeseries.units import Carrier


def _totals(*rows: tuple[str, str, float | None, int, int]) -> pl.DataFrame:
    full = [(id_, carrier, total, n, of, 0, n / of if of else None) for id_, carrier, total, n, of in rows]
    return pl.DataFrame(full, schema=TOTALS, orient="row")


def _rates(price: float, carbon: float) -> Rates:
    def figure(value: float) -> Sourced:
        return Sourced(value, "", 2024, "test", Checked.PRIMARY)

    return Rates("here", "USD", {Carrier.ELECTRICITY: figure(price)}, {Carrier.ELECTRICITY: figure(carbon)})


FACTS = compute.facts_frame(
    [("a", "Alpha", "s1", "Site 1", "Office", 1000.0), ("b", "Beta", "s2", "Site 2", None, None)]
)


def test_each_site_pays_its_own_price_and_an_unknown_price_stays_unknown() -> None:
    rates = {"s1": _rates(0.1, 0.2), "s2": _rates(0.3, 0.4)}
    totals = _totals(
        ("s1", "electricity", 100.0, 24, 24), ("s2", "electricity", 100.0, 24, 24), ("s2", "gas", 5.0, 24, 24)
    )
    rows = compute.priced_rows(totals, rates.get)
    assert [row.money for row in rows] == pytest.approx([10.0, 30.0, None])
    assert [row.co2_kg for row in rows] == pytest.approx([20.0, 40.0, None])
    framed = compute.priced(totals.rename({"id": "site_id"}), compute.rates_frame(rates))
    assert framed["money"].to_list() == pytest.approx([10.0, 30.0, None]), "rows and frames agree"


def _rows(*rows: tuple[str, str, float | None, int, int]) -> list[compute.Row]:
    return compute.priced_rows(_totals(*rows), lambda _: None)


def test_an_amount_adds_up_and_compares_with_the_period_before() -> None:
    now = _rows(("a", "electricity", 90.0, 24, 24), ("b", "electricity", 20.0, 23, 24))
    found = compute.amount(now, _rows(("a", "electricity", 100.0, 24, 24)))
    assert (found.value, found.readings, found.expected) == (110.0, 47, 48)
    assert found.change == pytest.approx(0.1)


@pytest.mark.parametrize(("present", "present_before"), [(21, 24), (24, 21)])
def test_there_is_no_change_when_a_tenth_of_either_period_is_missing(present: int, present_before: int) -> None:
    now, before = _rows(("a", "gas", 90.0, present, 24)), _rows(("a", "gas", 100.0, present_before, 24))
    assert compute.amount(now, before).change is None


def test_nothing_measured_is_not_zero() -> None:
    found = compute.amount(_rows(("a", "gas", None, 0, 24)), None)
    assert found.value is None
    assert found.coverage == 0


def test_carriers_stand_in_their_order_with_what_each_costs() -> None:
    totals = _totals(
        ("m2", "gas", 5.0, 24, 24), ("m1", "electricity", 100.0, 24, 24), ("m3", "electricity", 50.0, 12, 24)
    )
    lines = compute.carrier_lines(compute.priced_rows(totals, lambda _: _rates(0.1, 0.2)), None)
    assert [(line.carrier, line.amount.value, line.money) for line in lines] == [
        (Carrier.ELECTRICITY, 150.0, pytest.approx(15.0)),
        (Carrier.GAS, 5.0, None),
    ]
    assert lines[0].amount.coverage == pytest.approx(36 / 48)


def test_a_buildings_line_adds_bought_energy_and_leaves_water_and_solar_out() -> None:
    totals = _totals(
        ("a", "electricity", 600.0, 24, 24),
        ("a", "gas", 130.0, 24, 24),
        ("a", "water", 9e9, 24, 24),
        ("a", "solar", 50.0, 24, 24),
    )
    priced = compute.priced(
        totals.join(FACTS.select("id", "site_id"), on="id"), compute.rates_frame({"s1": _rates(0.1, 0.2)})
    )
    (line,) = compute.building_lines(priced, None, FACTS, None, days=365).to_dicts()
    assert line["energy"] == 730.0
    assert line["intensity"] == pytest.approx(0.73)
    assert line["money"] == pytest.approx(60.0), "gas has no price here"


def test_intensity_is_scaled_to_a_year_and_withheld_without_area_or_readings() -> None:
    rates = compute.rates_frame({"s1": _rates(0.1, 0.2), "s2": _rates(0.1, 0.2)})
    totals = _totals(("a", "electricity", 100.0, 24, 24), ("b", "electricity", 100.0, 24, 24))
    priced = compute.priced(totals.join(FACTS.select("id", "site_id"), on="id"), rates)
    found = {row["id"]: row for row in compute.building_lines(priced, None, FACTS, None, days=1).to_dicts()}
    assert found["a"]["intensity"] == pytest.approx(36.5)
    assert found["b"]["intensity"] is None
    sparse = _totals(("a", "electricity", 100.0, 12, 24)).join(FACTS.select("id", "site_id"), on="id")
    (half,) = compute.building_lines(compute.priced(sparse, rates), None, FACTS, None, days=1).to_dicts()
    assert half["intensity"] is None


def test_a_chosen_carrier_is_shown_alone_in_its_own_unit() -> None:
    assert compute.carriers_shown(Carrier.WATER) == {Carrier.WATER}
    assert compute.unit_shown(Carrier.WATER) == "L"
    assert compute.unit_shown(None) == "kWh"


def test_change_of_a_building_uses_its_own_past() -> None:
    rates = compute.rates_frame({"s1": _rates(0.1, 0.2)})
    now = compute.priced(
        _totals(("a", "electricity", 80.0, 24, 24)).join(FACTS.select("id", "site_id"), on="id"), rates
    )
    before = compute.priced(
        _totals(("a", "electricity", 100.0, 24, 24)).join(FACTS.select("id", "site_id"), on="id"), rates
    )
    (line,) = compute.building_lines(now, before, FACTS, None, days=1).to_dicts()
    assert line["change"] == pytest.approx(-0.2)
