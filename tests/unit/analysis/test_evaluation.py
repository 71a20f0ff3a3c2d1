"""Specification of how the detector is judged."""

import numpy as np
import pytest

from eaio.analysis.compute.evaluation import Judged, Labelled, iqr, skill
from eaio.timeseries.weeks import Clock
from tests.unit.analysis.conftest import office

TRUTH = np.zeros(20 * 168, bool)
TRUTH[1000:1012] = True


def labelled() -> Labelled:
    values = office(20 * 168)
    values[TRUTH] += 200
    values[500:520] = np.nan
    return Labelled("office", values, Clock.regular(0, values.size), TRUTH)


def test_a_perfect_answer_scores_one_everywhere() -> None:
    found = skill([labelled()], [Judged(TRUTH.astype(float), TRUTH)])
    assert (found.roc_auc, found.pr_auc, found.f1, found.event_f1) == (1, 1, 1, 1)


def test_missing_hours_are_not_judged() -> None:
    score = TRUTH.astype(float)
    score[500:520] = 9
    assert skill([labelled()], [Judged(score, TRUTH)]).roc_auc == 1


def test_the_interquartile_baseline_finds_the_obvious() -> None:
    answer = iqr(labelled())
    assert answer.flagged[1000:1012].all()
    assert skill([labelled()], [answer]).roc_auc > 0.9


def test_pooling_does_not_join_events_of_two_series() -> None:
    end, start = np.zeros(48, bool), np.zeros(48, bool)
    end[40:] = start[:8] = True
    two = [Labelled(name, np.ones(48), Clock.regular(0, 48), truth) for name, truth in (("a", end), ("b", start))]
    found = skill(two, [Judged(end.astype(float), end), Judged(np.zeros(48), np.zeros(48, bool))])
    assert found.event_f1 == pytest.approx(2 / 3)
