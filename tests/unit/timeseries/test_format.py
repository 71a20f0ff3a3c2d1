"""Specification of how amounts are written."""

import pytest

from eaio.timeseries import format as fmt


@pytest.mark.parametrize(
    ("value", "text"), [(0, "$0"), (0.5, "$0.50"), (9.99, "$9.99"), (1234.4, "$1,234"), (-2.5e6, "-$2.50 M")]
)
def test_money_has_cents_only_where_they_count(value: float, text: str) -> None:
    assert fmt.money(value) == text


@pytest.mark.parametrize(
    ("kilograms", "text"), [(5, "5.00 kg CO2e"), (1_888_000, "1,888 t CO2e"), (14_868_000, "14.9 kt CO2e")]
)
def test_carbon_climbs_from_kilograms_to_kilotonnes(kilograms: float, text: str) -> None:
    assert fmt.co2(kilograms) == text


@pytest.mark.parametrize(("share", "text"), [(1.0, "100 %"), (0.9975, "99.7 %"), (0.99999, "99.9 %"), (0.994, "99 %")])
def test_nearly_all_is_not_all(share: float, text: str) -> None:
    assert fmt.percent(share) == text
