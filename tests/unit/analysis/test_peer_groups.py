"""Specification of peer groups: who is in, how they are widened, how a building stands, what makes the score."""

from typing import Any
from uuid import UUID

import pytest

from eaio.analysis.compute.peer_groups import peer_group, size_band
from eaio.analysis.models.peers import Candidate, Criterion
from eaio.timeseries.units import Carrier

USE, CARRIERS, CLIMATE, SIZE = Criterion.USE, Criterion.CARRIERS, Criterion.CLIMATE, Criterion.SIZE


def building(number: int, **changes: Any) -> Candidate:
    """An office of 2,000 m2 that takes 100 kWh/m2 in a typical year."""
    known: dict[str, Any] = {
        "building_id": UUID(int=number),
        "name": f"Office_{number:02}",
        "site": "Fox",
        "use_type": "office",
        "carriers": (Carrier.ELECTRICITY,),
        "area_m2": 2_000.0,
        "eui": 110.0,
        "normalised_kwh": 200_000.0,
        "heating_degree_days": 2_000.0,
        "cooling_degree_days": 500.0,
        "peak": 60.0,
        "near_base": 10.0,
        "load_factor": 0.4,
        "unoccupied_ratio": 0.3,
        "money": 20_000.0,
        "co2_kg": 40_000.0,
        "coverage": 1.0,
    }
    return Candidate(**known | changes)


OWN = building(0)


def offices(count: int, first: int = 1, **changes: Any) -> list[Candidate]:
    return [building(first + n, normalised_kwh=100_000.0 + 20_000 * n, **changes) for n in range(count)]


def test_five_alike_in_everything_are_enough() -> None:
    found = peer_group(OWN, [OWN, *offices(5)], 167)
    assert found.criteria == (USE, CARRIERS, CLIMATE, SIZE)
    assert len(found.widening) == 1
    assert [peer.eui for peer in found.peers] == [50, 60, 70, 80, 90]
    assert (found.percentile, found.median, found.score.energy) == (1.0, 70, 0)
    assert (found.lower, found.upper) == (60, 80)


@pytest.mark.parametrize(
    ("change", "criteria"),
    [
        ({"area_m2": 50_000.0}, (USE, CARRIERS, CLIMATE)),
        ({"heating_degree_days": 4_000.0}, (USE, CARRIERS)),
        ({"cooling_degree_days": None}, (USE, CARRIERS)),
        ({"carriers": (Carrier.ELECTRICITY, Carrier.GAS)}, (USE,)),
    ],
)
def test_what_differs_is_given_up_in_its_order_and_the_reason_is_told(
    change: dict[str, Any], criteria: tuple[Criterion, ...]
) -> None:
    found = peer_group(OWN, [*offices(4), *offices(3, 10, **change)], 167)
    assert found.criteria == criteria
    assert len(found.peers) == 7
    assert found.widening[0].reason == "4 buildings, fewer than 5"
    assert found.widening[-1].enough
    assert found.reason.startswith("Widened. same use, metered carriers, climate and size band: 4 buildings")


def test_another_use_is_never_a_peer_and_too_few_have_no_percentile() -> None:
    found = peer_group(OWN, [*offices(4), *offices(9, 20, use_type="laboratory")], 167)
    assert len(found.peers) == 4
    assert (found.percentile, found.score.energy, found.lower) == (None, None, None)
    assert not found.widening[-1].enough


def test_climates_a_quarter_apart_are_alike() -> None:
    near = offices(5, heating_degree_days=2_600.0, cooling_degree_days=750.0)
    assert peer_group(OWN, near, 167).criteria == (USE, CARRIERS, CLIMATE, SIZE)
    far = offices(5, heating_degree_days=2_700.0)
    assert CLIMATE not in peer_group(OWN, far, 167).criteria


def test_a_building_without_weather_is_compared_whatever_the_climate_and_says_why() -> None:
    found = peer_group(building(0, heating_degree_days=None), offices(6), 167)
    assert found.criteria == (USE, CARRIERS)
    assert "no year of weather" in found.widening[0].reason


def test_without_a_typical_year_the_plain_figure_is_compared_and_marked() -> None:
    found = peer_group(building(0, normalised_kwh=None), [*offices(4), building(9, normalised_kwh=None, eui=75.0)], 167)
    assert [(peer.eui, peer.normalised) for peer in found.peers] == [
        (50, True), (60, True), (70, True), (75, False), (80, True),
    ]  # fmt: skip
    assert found.percentile == 1.0


def test_a_peer_kept_out_widens_the_group_and_one_put_in_counts_whatever_its_use() -> None:
    every = [*offices(5), *offices(2, 30, area_m2=50_000.0), building(50, use_type="hotel", normalised_kwh=900_000.0)]
    kept_out = peer_group(OWN, every, 167, excluded=[UUID(int=1)])
    assert kept_out.criteria == (USE, CARRIERS, CLIMATE)
    assert UUID(int=1) not in {peer.building_id for peer in kept_out.peers}
    put_in = peer_group(OWN, every, 167, included=[UUID(int=50)])
    assert [peer.building_id for peer in put_in.peers if peer.added] == [UUID(int=50)]
    assert put_in.percentile == pytest.approx(5 / 6)


def test_indicators_stand_beside_quartiles_and_know_which_side_is_better() -> None:
    others = [building(n, peak=20.0 * n, load_factor=0.1 * n, money=None) for n in range(1, 6)]
    by_key = {one.key: one for one in peer_group(building(0, peak=50.0, load_factor=0.45), others, 167).indicators}
    assert (by_key["peak"].value, by_key["peak"].median) == (25, 30)
    assert (by_key["peak"].lower, by_key["peak"].upper) == (20, 40)
    assert by_key["peak"].better == pytest.approx(0.6)
    assert by_key["load_factor"].better == pytest.approx(0.8)
    assert (by_key["cost"].value, by_key["cost"].median, by_key["cost"].peers) == (10, None, 0)
    assert by_key["carbon"].unit == "kgCO2e/m²"


def test_the_efficiency_score_is_the_weighted_sum_of_its_ingredients() -> None:
    score = peer_group(OWN, offices(5), 100).score
    points = [(part.points, part.weight) for part in score.ingredients]
    assert points[:2] == [(0.0, 0.4), (5.0, 0.2)]
    assert score.efficiency == pytest.approx(sum(p * w for p, w in points if p is not None), abs=0.05)
    assert sum(part.weight for part in score.ingredients) == pytest.approx(1)


def test_an_unknown_ingredient_gives_its_weight_to_the_others() -> None:
    score = peer_group(building(0, unoccupied_ratio=None), offices(5), 100).score
    unknown = [part for part in score.ingredients if part.points is None]
    assert [(part.label, part.weight) for part in unknown] == [("Night ratio", 0.0)]
    assert sum(part.weight for part in score.ingredients) == pytest.approx(1)


def test_alone_the_score_rests_on_the_national_median() -> None:
    score = peer_group(OWN, [], 200).score
    assert (score.energy, score.efficiency) == (None, 10.0)


@pytest.mark.parametrize(
    ("area", "band"),
    [(500, "below 1,000 m²"), (1_000, "1,000 to 5,000 m²"), (9_999, "5,000 to 10,000 m²"), (1e6, "25,000 m² and more")],
)
def test_size_bands_have_edges(area: float, band: str) -> None:
    assert size_band(area) == band
