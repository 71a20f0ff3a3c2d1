"""Specification of the detector for live data: an hour is judged by what came before it, and by nothing else."""

import numpy as np
import pytest

from eaio.analysis.compute import causal
from eaio.analysis.compute.causal import CausalParams, Judgement, departure, level, usual
from eaio.timeseries.units import Carrier
from eaio.timeseries.weeks import Clock
from tests.unit.analysis.conftest import Floats, office

WEEK = 25 * 168
NIGHT = WEEK + 20


def judge(values: Floats, first_hour: int = 0) -> Judgement:
    return causal.judge(values, Clock.regular(first_hour, values.size))


def with_a_night_left_on() -> Floats:
    values = office()
    values[NIGHT : NIGHT + 10] += 50
    return values


def test_a_regular_office_raises_no_alarm() -> None:
    assert not judge(office()).anomalous.any()


def test_plant_left_on_at_night_is_seen_within_three_hours() -> None:
    flagged = np.flatnonzero(judge(with_a_night_left_on()).anomalous)
    assert NIGHT <= flagged[0] <= NIGHT + 3
    assert flagged[-1] <= NIGHT + 10 + CausalParams().smoothing_hours


def test_what_comes_later_changes_nothing() -> None:
    values = with_a_night_left_on()
    for known in (NIGHT + 5, NIGHT + 168, values.size - 1):
        part = judge(values[:known])
        whole = judge(values)
        np.testing.assert_array_equal(part.score, whole.score[:known])
        np.testing.assert_array_equal(part.anomalous, whole.anomalous[:known])


def test_an_hour_of_many_meters_is_judged_as_each_alone() -> None:
    meters = [Clock.regular(0, 30 * 168).fold(office(30 * 168, seed)) for seed in range(5)]
    arrived = np.array([100.0, 20.0, 55.0, 180.0, np.nan])
    params, hour = CausalParams(), 34
    near = slice(hour - params.pooled_hours, hour + params.pooled_hours + 1)
    together = np.stack([meter[:, near] for meter in meters], axis=-1)
    sizes = level(np.stack(meters, axis=-1), params)
    scores = departure(usual(together, sizes, params), arrived[None, :], params)[0]
    alone = [
        departure(usual(meter[:, near], level(meter, params), params), np.array([value]), params)[0]
        for meter, value in zip(meters, arrived, strict=True)
    ]
    np.testing.assert_allclose(scores, alone)
    assert scores[3] == params.cap
    assert np.isnan(scores[4])


def test_little_history_makes_it_cautious() -> None:
    values = office(4 * 168)
    values[3 * 168 + 20 : 3 * 168 + 30] += 8
    late = office(40 * 168)
    late[39 * 168 + 20 : 39 * 168 + 30] += 8
    young, old = judge(values), judge(late)
    assert young.score[3 * 168 + 29] < old.score[39 * 168 + 29]


@pytest.mark.parametrize("carrier", [Carrier.ELECTRICITY, Carrier.STEAM])
def test_a_flat_line_is_a_fault_from_its_sixth_hour_on(carrier: Carrier) -> None:
    values = office()
    values[WEEK + 9 : WEEK + 17] = 100.0
    found = causal.faulty(values, carrier, CausalParams())
    assert np.flatnonzero(found).tolist() == [WEEK + 14, WEEK + 15, WEEK + 16]


def test_near_zero_is_a_fault_of_electricity_only() -> None:
    values = office()
    values[WEEK : WEEK + 4] = 0.3
    values[WEEK + 50] = -5
    assert np.flatnonzero(causal.faulty(values, Carrier.ELECTRICITY, CausalParams())).tolist() == [
        WEEK,
        WEEK + 1,
        WEEK + 2,
        WEEK + 3,
        WEEK + 50,
    ]
    assert np.flatnonzero(causal.faulty(values, Carrier.GAS, CausalParams())).tolist() == [WEEK + 50]


def test_missing_hours_are_no_alarm_and_never_nan() -> None:
    values = office()
    values[WEEK : WEEK + 200] = np.nan
    judged = judge(values)
    assert not judged.anomalous[WEEK : WEEK + 200].any()
    assert np.isfinite(judged.score).all()


def test_a_series_shorter_than_two_weeks_or_all_missing_is_calm() -> None:
    for values in (office(24), np.full(1000, np.nan), np.zeros(1000), np.full(5, 3.0)):
        assert not judge(values, 17).anomalous.any()
