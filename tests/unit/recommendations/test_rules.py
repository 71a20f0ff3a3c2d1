"""Specification of detection: each rule fires on its planted fault and is silent without it."""

from collections.abc import Callable, Mapping

import msgspec
import numpy as np
import pytest

from eaio.recommendations.compute.peers import MINIMUM_PEERS, Peer, Peers, figures, peers_of
from eaio.recommendations.compute.rules import RULES, detect
from eaio.recommendations.compute.rules.view import View
from eaio.recommendations.compute.signals import Signals
from eaio.recommendations.models import Evidence
from eaio.timeseries.units import Carrier
from tests.unit.recommendations.planted import Array, Clock, building, office

E, G, H, C, W, I = (  # noqa: E741 - irrigation
    Carrier.ELECTRICITY, Carrier.GAS, Carrier.HOTWATER, Carrier.CHILLEDWATER, Carrier.WATER, Carrier.IRRIGATION,
)  # fmt: skip
Loads = Mapping[Carrier, Callable[[Clock], Array]]


def cold(clock: Clock, below: float = 14) -> Array:
    return np.maximum(below - clock.temperature, 0)


def warm(clock: Clock, above: float = 18) -> Array:
    return np.maximum(clock.temperature - above, 0)


def found(signals: Signals, peers: Peers | None = None) -> dict[str, Evidence]:
    return dict(detect(View(signals, peers or {})))


def peers(use: str, **medians: float) -> dict[tuple[str, str], Peer]:
    """Twenty peers spread by a fifth around a median."""
    return {
        (use, name.replace("_", " ")): Peer(use, 20, 0.8 * value, value, 1.2 * value) for name, value in medians.items()
    }


HEALTHY: Loads = {E: office, H: lambda c: 5 * cold(c), C: lambda c: 6 * warm(c) * c.open(7, 19)}

PLANTED: dict[str, tuple[Loads, dict[str, object], dict[str, float]]] = {
    "hvac_schedule": ({E: lambda c: 20 + 100 * c.open(3.5, 22.5)}, {}, {}),
    "night_base": ({E: lambda c: 75 + 45 * c.open()}, {}, {}),
    "setpoints": ({E: lambda c: 20 + 60 * c.open() + 6 * np.abs(c.daily - 15)}, {"days": 730}, {}),
    "vav_minimum": ({H: lambda c: 60 + 5 * cold(c), C: lambda c: 20 + 8 * warm(c)}, {}, {}),
    "economizer": ({C: lambda c: 50 + 8 * warm(c)}, {}, {}),
    "supply_air_reset": ({H: lambda c: 5 + 3 * cold(c), C: lambda c: 70 + 3 * warm(c, 14)}, {}, {}),
    "chilled_water_reset": ({E: lambda c: 60 + 60 * c.open() + 14 * warm(c)}, {"days": 730, "area_m2": 9_000.0}, {}),
    "heat_lockout": ({H: lambda c: 40 + 4 * cold(c)}, {}, {}),
    "simultaneous": (
        {H: lambda c: 4 * np.maximum(20 - c.temperature, 0), C: lambda c: 4 * np.maximum(c.temperature - 6, 0)},
        {},
        {},
    ),
    "optimum_start": ({E: lambda c: 20 + 60 * c.open(5, 18) + 6 * cold(c) * c.open(5, 18)}, {"days": 730}, {}),
    "demand_ventilation": (
        {H: lambda c: 12 * cold(c)},
        {"use": "Education", "days": 730},
        {"hotwater_heating_slope": 1.0},
    ),
    "led": ({E: lambda c: 20 + 100 * c.open()}, {}, {"day_step": 8.0}),
    "lighting_controls": ({E: lambda c: 30 + 0 * c.open()}, {"use": "Parking"}, {}),
    "plug_loads": ({E: lambda c: 60 + 60 * c.open()}, {}, {"base": 4.0}),
    "retro_commissioning": ({E: lambda c: 100 + 100 * c.open()}, {}, {"energy_electricity": 120.0}),
    "monitoring": ({E: lambda c: (40 + 60 * c.open() + 3 * cold(c)) * (1 + 0.15 * (c.day >= 365))}, {"days": 730}, {}),
    "insulation": ({H: lambda c: 15 * cold(c)}, {"days": 730}, {"hotwater_heating_slope": 1.0}),
    "windows": (
        {H: lambda c: 15 * cold(c), C: lambda c: 15 * warm(c)},
        {"days": 730},
        {"hotwater_heating_slope": 1.0, "chilledwater_cooling_slope": 1.0},
    ),
    "air_sealing": ({H: lambda c: 10 * cold(c)}, {"days": 730}, {"hotwater_heating_slope": 1.0}),
    "boiler_tune_up": ({G: lambda c: 10 * cold(c) * (1 + 0.08 * (c.day >= 365))}, {"days": 730}, {}),
    "condensing_boiler": ({G: lambda c: 10 * cold(c)}, {"days": 730}, {}),
    "heat_pump": ({G: lambda c: 10 * cold(c)}, {"days": 730}, {}),
    "chiller": ({E: lambda c: 60 + 20 * warm(c, 16)}, {"days": 730}, {"electricity_cooling_slope": 1.5}),
    "solar": ({E: lambda c: 150 + 100 * c.open()}, {}, {}),
    "battery": ({E: lambda c: 60 + 200 * c.open(14, 15)}, {}, {}),
    "demand_response": ({E: lambda c: 100 + 60 * c.open() + 20 * warm(c, 22) * c.open(12, 20, True)}, {}, {}),
    "water_leak": ({W: lambda c: 60 + 300 * c.open(7, 19)}, {}, {}),
    "irrigation_control": ({I: lambda c: 500 * c.open(11, 15, True)}, {}, {}),
    "tariff_switch": ({E: lambda c: 120 - 90 * c.open(8, 20)}, {}, {}),
}


def test_every_rule_has_its_planted_fault() -> None:
    assert set(PLANTED) == set(RULES)


@pytest.mark.parametrize("code", PLANTED)
def test_a_planted_fault_is_found_with_its_numbers(code: str) -> None:
    loads, known, medians = PLANTED[code]
    signals = building(loads, **known)  # pyright: ignore[reportArgumentType]
    assert msgspec.json.decode(msgspec.json.encode(signals), type=Signals) == signals
    evidence = found(signals, peers(signals.facts.use, **medians)).get(code)
    assert evidence is not None, signals
    assert 0 < evidence.strength <= 1
    assert evidence.facts
    assert evidence.sentence.endswith(".")
    assert "nan" not in evidence.sentence
    annual = {carrier: load.annual for carrier, load in signals.loads.items()}
    for carrier, amount in evidence.basis.items():
        assert amount <= 1.001 * annual.get(carrier, 0) or amount < 0
    assert evidence.basis or evidence.demand_kw


@pytest.fixture(scope="module")
def healthy() -> dict[str, Evidence]:
    """A building without faults, in the middle of its peers."""
    signals = building(HEALTHY, days=730)
    middle = {
        (signals.facts.use, name): Peer("Office", 20, 0.9 * v, v, 1.1 * v) for name, v in figures(signals).items()
    }
    return found(signals, middle)


@pytest.mark.parametrize("code", sorted(set(RULES) - {"solar", "battery", "demand_response", "tariff_switch"}))
def test_a_healthy_building_is_left_alone(healthy: dict[str, Evidence], code: str) -> None:
    assert code not in healthy, healthy[code].sentence


def test_peers_count_only_within_a_use_and_from_eight_on() -> None:
    few = peers_of([("Office", "", {"base": 1.0})] * (MINIMUM_PEERS - 1) + [("Retail", "", {"base": 9.0})] * 20)
    assert set(few) == {("Retail", "base")}
    spread = peers_of(("Office", "", {"base": float(value)}) for value in range(1, 10))["Office", "base"]
    assert (spread.low, spread.median, spread.high, spread.count) == (3, 5, 7, 9)


def test_a_laboratory_is_compared_with_laboratories_where_there_are_enough() -> None:
    labs = [("Education", "Laboratory", {"energy electricity": 400.0 + i}) for i in range(10)]
    halls = [("Education", "Classroom", {"energy electricity": 100.0 + i}) for i in range(4)]
    every = peers_of([*labs, *halls])
    loads: Loads = {E: lambda c: 150 + 100 * c.open()}
    lab = building(loads, use="Education", sub_use="Laboratory", area_m2=4_000.0)
    hall = building(loads, use="Education", sub_use="Classroom", area_m2=4_000.0)
    assert View(lab, every).peer("energy electricity") == every["Education (Laboratory)", "energy electricity"]
    assert View(hall, every).peer("energy electricity") == every["Education", "energy electricity"]


def test_a_floor_area_that_cannot_be_true_silences_what_rests_on_it() -> None:
    loads, known, medians = PLANTED["retro_commissioning"]
    signals = building(loads, **(known | {"area_m2": 2_100.0}))  # pyright: ignore[reportArgumentType]
    doubtful = peers("Office", **medians, electricity_intensity=100.0)
    assert "retro_commissioning" not in found(signals, doubtful)


def test_hospital_and_hotel_are_not_told_to_close_at_night() -> None:
    for use in ("Healthcare", "Lodging/residential"):
        assert not {"night_base", "hvac_schedule", "plug_loads"} & set(
            found(building({E: lambda c: 75 + 45 * c.open()}, use=use))
        )


def test_a_hotel_leaks_only_where_the_night_flow_has_grown() -> None:
    def steady(clock: Clock) -> Array:
        return 60 + 300 * clock.open(7, 19, True)

    def grown(clock: Clock) -> Array:
        return steady(clock) + 80 * (clock.day > 600)

    hotel = "Lodging/residential"
    assert "water_leak" not in found(building({W: steady}, days=730, use=hotel))
    assert "water_leak" in found(building({W: grown}, days=730, use=hotel))


def test_domestic_hot_water_is_no_reason_to_lock_the_heating_out() -> None:
    def summer(clock: Clock) -> Array:
        return 4 * cold(clock) + 45 * 5_000 / 8_760

    assert "heat_lockout" not in found(building({H: summer}, use="Healthcare"))
    assert "heat_lockout" in found(building({H: summer}, use="Office"))


def test_a_data_centre_that_never_changes_is_not_called_a_night_load() -> None:
    assert "night_base" not in found(building({E: lambda c: 100 + 2 * c.open()}))
