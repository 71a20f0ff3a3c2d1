"""Use shown as metered, per floor area, as money and as carbon."""

from typing import Any

import pytest

from eaio.recommendations import service as recommendations
from eaio.timeseries.units import Carrier
from tests.web.dashboards.conftest import Campus, Work

DAY: dict[str, Any] = {"start": "2017-12-05", "end": "2017-12-05", "compare": "none"}
HEAD = {"area": "W/m²", "money": "USD per hour", "co2": "kgCO2e per hour"}


@pytest.fixture
def rates(campus: Campus, committed: Work) -> dict[str, float]:
    """What a kWh of the campus' electricity costs and emits."""
    found = committed(lambda conn: recommendations.rates_for(conn, campus.tenant.organisation, campus.site))
    price, carbon = found.money(Carrier.ELECTRICITY, 1.0), found.co2(Carrier.ELECTRICITY, 1.0)
    return {"area": 1.0, "money": price, "co2": carbon}


@pytest.mark.parametrize("unit", ["area", "money", "co2"])
def test_the_load_is_shown_in_the_unit_asked_for(campus: Campus, rates: dict[str, float], unit: str) -> None:
    metered = campus.json(f"/meters/{campus.power}/load.json", **DAY)
    shown = campus.json(f"/meters/{campus.power}/load.json", unit=unit, **DAY)
    assert shown["unit"] == HEAD[unit]
    assert shown["load"][12][1] == pytest.approx(20 * rates[unit])
    assert [row[0] for row in shown["load"]] == [row[0] for row in metered["load"]]
    assert HEAD[unit] in campus.get(f"/meters/{campus.power}", unit=unit, **DAY)


@pytest.mark.parametrize("unit", ["area", "money", "co2"])
def test_months_of_a_building_and_of_everything_follow(campus: Campus, rates: dict[str, float], unit: str) -> None:
    factor = 1 / 1000 if unit == "area" else rates[unit]
    chart = campus.json(f"/buildings/{campus.office}/monthly.json", carrier="electricity", unit=unit)
    assert chart["months"][-1][2] == pytest.approx(31 * 340 * factor)
    whole = campus.json("/portfolio/monthly.json", carrier="electricity", unit=unit)
    assert whole["months"][-1][2] == pytest.approx((31 * 340 + 25 * 24) * factor)
    assert whole["unit"] == {"area": "kWh/m²", "money": "USD", "co2": "kgCO2e"}[unit]


def test_an_unknown_floor_area_is_said_with_its_remedy(campus: Campus) -> None:
    answer = campus.tenant.client().get(f"/buildings/{campus.shed}/load.json", params={"unit": "area"})
    assert answer.status_code == 422
    assert "floor area that is not known" in answer.json()["detail"]
    assert "enter it" in answer.json()["detail"]
    assert "Robin shed Bo" in campus.get(f"/buildings/{campus.shed}", unit="area")


def test_the_unit_stays_in_the_address_and_orders_the_ranking(campus: Campus) -> None:
    page = campus.get("/portfolio", unit="money", period="30d")
    carriers = [link for link in page.split('"') if link.startswith("?") and "carrier=gas" in link]
    assert carriers
    assert all("unit=money" in link and "period=30d" in link for link in carriers)
    by_intensity = campus.get("/portfolio", unit="area", period="30d")
    assert by_intensity.index("Robin office Ann") < by_intensity.index("Robin shed Bo")
    wrong = campus.tenant.client().get("/portfolio", params={"unit": "elephants"})
    assert wrong.status_code == 422
    assert "energy, area, money, co2" in wrong.text
