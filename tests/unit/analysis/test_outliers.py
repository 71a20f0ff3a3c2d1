"""Specification of the comparison with PyOD: each detector is judged alone and added, on hours and on days."""

import numpy as np
from pyod.models.ecod import ECOD

from eaio.analysis.compute.detection import detect
from eaio.analysis.compute.evaluation import LABELLED_SHARE, Labelled
from eaio.analysis.compute.outliers import WEIGHTS, measured
from eaio.timeseries.units import Carrier
from eaio.timeseries.weeks import Clock
from tests.unit.analysis.conftest import as_frame, office


def test_a_detector_is_judged_on_hours_and_days_and_what_is_known_already_is_found_again() -> None:
    values = office(26 * 168)
    truth = np.zeros(values.size, bool)
    for start in (8 * 168 + 44, 15 * 168 + 68):
        values[start : start + 9] += 60
        truth[start : start + 9] = True
    series = [Labelled("planted", values, Clock.regular(0, values.size), truth)]
    ecod = {"ecod": lambda: ECOD(contamination=LABELLED_SHARE, n_jobs=1)}
    found = measured(series, [detect(as_frame(values), Carrier.ELECTRICITY)], ecod)
    assert set(found) == {"ecod hours", "ecod days"}
    assert all(one.weight in WEIGHTS for one in found.values())
    assert found["ecod hours"].alone.roc_auc > 0.95
    assert found["ecod hours"].added.event_f1 > 0.5
