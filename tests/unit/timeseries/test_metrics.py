"""Specification of error and skill figures, against their definitions."""

from itertools import product
from math import isnan

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eaio.timeseries import metrics

ACTUAL, PREDICTED = [10.0, 20.0, 30.0, 40.0], [12.0, 18.0, 33.0, 41.0]


def test_guideline_14_figures_follow_their_formulas() -> None:
    squares = 4 + 4 + 9 + 1
    assert metrics.cvrmse(ACTUAL, PREDICTED, 2) == pytest.approx((squares / 2) ** 0.5 / 25)
    assert metrics.nmbe(ACTUAL, PREDICTED) == pytest.approx((-2 + 2 - 3 - 1) / (4 * 25))
    assert metrics.r2(ACTUAL, PREDICTED) == pytest.approx(1 - squares / 500)
    assert metrics.mae(ACTUAL, PREDICTED) == 2.0


def test_missing_values_leave_their_pair_out() -> None:
    assert metrics.rmse([1.0, float("nan"), 3.0], [2.0, 5.0, float("nan")]) == 1.0


def test_what_cannot_be_said_is_not_a_number() -> None:
    assert isnan(metrics.cvrmse([], []))
    assert isnan(metrics.r2([5.0, 5.0], [5.0, 5.0]))
    assert isnan(metrics.roc_auc([True, True], [1.0, 2.0]))
    assert isnan(metrics.average_precision([False], [1.0]))


@given(st.lists(st.tuples(st.booleans(), st.integers(0, 5)), min_size=2, max_size=40))
def test_roc_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[bool, int]]) -> None:
    high, low = ([score for truth, score in pairs if truth is side] for side in (True, False))
    if high and low:
        wins = [1.0 if a > b else 0.5 if a == b else 0.0 for a, b in product(high, low)]
        truth, score = zip(*pairs, strict=True)
        assert metrics.roc_auc(truth, score) == pytest.approx(sum(wins) / len(wins))


def test_average_precision_of_a_perfect_and_a_reversed_ranking() -> None:
    truth = [True, True, False, False]
    assert metrics.average_precision(truth, [4, 3, 2, 1]) == 1.0
    assert metrics.average_precision(truth, [1, 2, 3, 4]) == pytest.approx((1 / 3 + 2 / 4) / 2)
    assert metrics.average_precision(truth, [1, 1, 1, 1]) == 0.5


def test_runs_are_half_open_pairs() -> None:
    assert metrics.runs([True, False, True, True]).tolist() == [[0, 1], [2, 4]]
    assert metrics.runs([False, False]).shape == (0, 2)


def test_an_event_counts_once_however_much_of_it_is_found() -> None:
    truth = np.zeros(100, bool)
    truth[10:20] = truth[50:60] = True
    found = np.zeros(100, bool)
    found[19:21] = found[80:81] = True
    assert metrics.event_f1(truth, found) == 0.5
    assert metrics.event_f1(truth, truth) == metrics.f1(truth, truth) == 1.0
    assert metrics.event_f1(truth, ~truth & False) == metrics.f1(truth, ~truth) == 0.0
