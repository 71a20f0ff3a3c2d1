"""Our baselines beside those of OpenDSM on the same data, where the extra is installed."""

from pathlib import Path

import pytest

from eaio.analysis.compute import baselines, opendsm_engine, savings
from eaio.analysis.models import Interval, Method
from eaio.cli.reference_mv import Case, mv_cases

pytestmark = pytest.mark.skipif(
    not opendsm_engine.available(), reason=f"OpenDSM is not installed: {opendsm_engine.INSTALL}"
)


@pytest.mark.filterwarnings("ignore")  # the engine's own deprecations
@pytest.mark.timeout(300)
@pytest.mark.parametrize(("interval", "ours"), [(Interval.DAILY, Method.DEGREE_HOURS), (Interval.HOURLY, Method.TOWT)])
def test_both_engines_find_the_same_saving_within_their_band(real_data: Path, interval: Interval, ours: Method) -> None:
    case = next(c for c in mv_cases(real_data / "mv") if isinstance(c, Case) and c.interval == Interval.HOURLY)
    found = {
        method: savings.avoided_use(
            baselines.fit(case.data, case.baseline, baselines.Asked(method, interval)), case.data, case.reporting
        )
        for method in (ours, Method.OPENDSM)
    }
    mine, theirs = found[ours], found[Method.OPENDSM]
    assert mine.fraction == pytest.approx(theirs.fraction, abs=0.015)
    assert abs(mine.avoided - theirs.avoided) < mine.band
    assert mine.counterfactual == pytest.approx(theirs.counterfactual, rel=0.02)
