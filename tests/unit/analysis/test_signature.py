"""Specification of signatures: events of one cause are near each other, whatever the size of the building."""

import numpy as np
import polars as pl
import pytest

from eaio.analysis.compute.detection import detect
from eaio.analysis.compute.signature import BLOCKS, SIZE, signature
from eaio.analysis.models import Finding
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import Floats, as_frame, office

WEEK = 25 * 168


def nights(size: float = 1.0, seed: int = 5, week: int = WEEK, hours: int = 9) -> Floats:
    values = office(seed=seed)
    for night in (1, 2, 3):
        values[week + 24 * night + 20 : week + 24 * night + 20 + hours] += 50
    return values * size


def closed(size: float = 1.0, seed: int = 6) -> Floats:
    values = office(seed=seed)
    values[WEEK + 32 : WEEK + 42] /= 5
    return values * size


def one(values: Floats, carrier: Carrier = Carrier.ELECTRICITY) -> tuple[pl.DataFrame, Floats, Finding]:
    frame = as_frame(values)
    found = detect(frame, carrier)
    (finding,) = found.findings
    return frame, found.expected, finding


def signed(values: Floats, carrier: Carrier = Carrier.ELECTRICITY) -> Floats:
    made = signature(*one(values, carrier), carrier)
    assert made is not None
    return made


def test_the_blocks_fill_the_vector_and_their_weights_add_up() -> None:
    assert sum(block.size for block in BLOCKS) == SIZE
    assert [block.first for block in BLOCKS] == [sum(b.size for b in BLOCKS[:i]) for i in range(len(BLOCKS))]
    assert sum(block.weight for block in BLOCKS) == pytest.approx(1)


def test_it_is_a_finite_vector_of_length_one_and_the_same_each_time() -> None:
    made = signed(nights())
    assert made.shape == (SIZE,)
    assert np.linalg.norm(made) == pytest.approx(1)
    np.testing.assert_array_equal(made, signed(nights()))


def test_the_same_fault_in_a_larger_building_another_month_is_nearer_than_another_fault() -> None:
    mine = signed(nights())
    larger = signed(nights(size=40, seed=9, week=WEEK + 8 * 168, hours=8))
    assert mine @ larger > 0.8
    assert mine @ signed(closed()) < 0.4


def test_the_carrier_counts_but_less_than_the_course() -> None:
    mine, gas = signed(nights()), signed(nights(), Carrier.GAS)
    assert 0.8 < mine @ gas < 0.99


def test_without_a_normal_load_there_is_no_signature() -> None:
    frame, expected, finding = one(nights())
    for nothing in (np.zeros_like(expected), np.full_like(expected, np.nan)):
        assert signature(frame, nothing, finding, Carrier.ELECTRICITY) is None


def test_an_event_at_the_very_end_of_the_series_has_one() -> None:
    values = office()
    values[-12:] *= 3
    assert np.isfinite(signed(values)).all()
