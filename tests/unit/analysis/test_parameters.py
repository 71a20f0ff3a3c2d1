"""Specification of the detection parameters: one table that validation follows and that moves what is found."""

from uuid import UUID

import numpy as np
import pytest

from eaio.analysis.compute.detection import DetectionParams
from eaio.analysis.compute.parameters import DEFAULTS, PARAMETERS, changes, checked, detection_params
from eaio.analysis.compute.trials import Sampled, chart, effect
from eaio.analysis.models import AnomalyKind
from eaio.infra.errors import Invalid
from eaio.timeseries.units import Carrier
from tests.unit.analysis.conftest import as_frame, office

WEAK_NIGHT = 20 * 168 + 2 * 24 + 20


def test_without_values_the_detector_runs_as_built_in() -> None:
    assert detection_params({}) == DetectionParams()


def test_every_default_lies_within_its_bounds_and_every_parameter_says_what_it_means() -> None:
    assert checked(DEFAULTS) == DEFAULTS
    for one in PARAMETERS:
        assert one.low <= one.default <= one.high, one.name
        assert one.meaning, one.name
        assert one.unit, one.name


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_parameter_reaches_the_detector(name: str) -> None:
    (one,) = (parameter for parameter in PARAMETERS if parameter.name == name)
    other = one.default + one.step if one.default + one.step <= one.high else one.default - one.step
    assert detection_params({name: other}) != DetectionParams()


def test_every_wrong_value_is_named_with_what_is_right() -> None:
    with pytest.raises(Invalid) as refused:
        checked({"threshold": 99, "leak_hours": 24.5, "edge": float("nan"), "colour": 1})
    fields = refused.value.fields
    assert set(fields) == {"threshold", "leak_hours", "edge", "colour"}
    assert fields["threshold"] == "must lie between 1.5 and 8 sd"
    assert "whole number" in fields["leak_hours"]


def test_values_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(Invalid) as refused:
        checked({"cap": 4, "threshold": 5})
    assert set(refused.value.fields) == {"cap"}


def test_sets_are_compared_by_what_differs() -> None:
    assert changes(checked({"threshold": 4}), DEFAULTS) == {"threshold": (3.2, 4)}


def sampled(after: DetectionParams) -> Sampled:
    """An office with one strong and one weaker night, tried against what is built in."""
    values = office()
    values[30 * 168 + 44 : 30 * 168 + 53] += 60
    values[WEAK_NIGHT : WEAK_NIGHT + 5] += 25
    return Sampled(
        meter_id=UUID(int=1),
        meter="Office",
        carrier=Carrier.ELECTRICITY,
        hourly=as_frame(values),
        rates=None,
        holidays=(),
        before=DetectionParams(),
        after=after,
    )


def test_a_higher_threshold_loses_the_weaker_event_and_says_so() -> None:
    params = detection_params({"threshold": 5})
    (found,) = effect([sampled(params)])
    assert [one.kind for one in found.lost] == [AnomalyKind.NIGHT]
    assert found.gained == ()
    assert found.after.hours < found.before.hours
    assert found.before.events - found.after.events == len(found.lost)


def test_the_chart_shows_the_weeks_in_which_the_sets_differ() -> None:
    drawn = chart(sampled(detection_params({"threshold": 5})))
    first, last = drawn.load[0].time, drawn.load[-1].time
    (lost,) = [span for span in drawn.before if span not in drawn.anomalies]
    assert first <= lost.start < last
    assert len(drawn.load) == 6 * 168
    assert np.isfinite([point.value or 0 for point in drawn.expected]).all()
