"""The analysis on real meters: published baselines, a known saving, people's labels."""

from pathlib import Path
from typing import Any

import pytest

from eaio.analysis.compute import evaluation
from eaio.analysis.compute.detection import detect
from eaio.cli.eval_mv import judged
from eaio.cli.reference_data import lead_series
from eaio.cli.reference_mv import Case, mv_cases
from eaio.timeseries.units import Carrier


@pytest.fixture(scope="module")
def cases(real_data: Path) -> dict[str, dict[str, Any]]:
    return {case.name: judged(case) for case in mv_cases(real_data / "mv") if isinstance(case, Case)}


def test_a_published_guideline_14_baseline_comes_out_the_same(cases: dict[str, dict[str, Any]]) -> None:
    daily = cases["bdg2_robin_education_lizbeth_elec_daily"]
    assert (daily["n"], daily["model"], daily["runner_up"]) == (364, "2P", "4P")
    assert daily["r2"] == pytest.approx(0.794, abs=0.0005)
    assert daily["cvrmse"] == pytest.approx(0.073, abs=0.0005)
    assert daily["savings_fraction"] == pytest.approx(0.065, abs=0.0005)
    assert daily["bic_gap"] == pytest.approx(4.98, abs=0.05)
    assert daily["passed"]
    assert daily["suspect_days"] == 6
    monthly = cases["bdg2_robin_education_lizbeth_elec_monthly"]
    assert (monthly["n"], monthly["model"]) == (12, "3PC")
    assert monthly["r2"] == pytest.approx(0.971, abs=0.001)
    assert monthly["savings_fraction"] == pytest.approx(0.066, abs=0.001)


@pytest.mark.parametrize(
    ("name", "model"),
    [("il-electricity-cdd-hdd-hourly", "TOWT"), ("il-electricity-cdd-hdd-daily", "4P on degree hours")],
)
def test_a_known_saving_of_a_tenth_is_found_within_a_point(
    cases: dict[str, dict[str, Any]], name: str, model: str
) -> None:
    found = cases[name]
    assert found["model"] == model
    assert found["savings_fraction"] == pytest.approx(0.10, abs=0.01)
    assert abs(found["savings_fraction"] - 0.10) < found["band90"]
    assert any(other["method"] == "change-point" for other in found["others"])


def test_label_free_detection_ranks_what_people_marked(real_data: Path) -> None:
    labelled, frames = lead_series(real_data / "lead")
    judged = [evaluation.Judged(d.score, d.anomalous) for d in (detect(f, Carrier.ELECTRICITY) for f in frames)]
    found = evaluation.skill(labelled, judged)
    assert len(labelled) == 5
    assert found.roc_auc > 0.963
    assert found.f1 > 0.58
    assert found.event_f1 > 0.58
    baseline = evaluation.skill(labelled, [evaluation.iqr(series) for series in labelled])
    assert found.roc_auc > baseline.roc_auc + 0.1
    assert found.f1 > baseline.f1 + 0.1
