"""How good and how fast measurement and verification are: eval mv, bench mv."""

from pathlib import Path
from typing import Annotated, Any

import typer

from eaio.analysis.models import AnyBaseline
from eaio.cli.bench_mv import bench_mv
from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group
from eaio.cli.reference_mv import Case, mv_cases
from eaio.infra.errors import EaioError, InsufficientData, NotFound

DataFolder = Annotated[
    Path, typer.Option("--data", exists=True, file_okay=False, help="OpenEEmeter samples, published results, BDG2.")
]


def register(app: typer.Typer) -> None:
    """Add both verbs."""
    group(app, "eval").command("mv")(eval_mv)
    group(app, "bench").command("mv")(bench_mv)


def eval_mv(data: DataFolder, as_json: AsJson = False) -> None:
    """Fit baselines and verify savings whose truth or published result is known.

    Published results are repeated with the method they name; otherwise the models of the readings' own interval are
    compared and the best is judged. ``others`` are what else the same readings allow.
    """
    cases = [{"error": case.detail} if isinstance(case, NotFound) else judged(case) for case in mv_cases(data)]
    if not cases:
        raise NotFound(f"{data} holds neither a sample (*.json) nor a published table (*.csv with case, source_file)")
    answer({"cases": cases}, as_json, "\n".join(_line(case) for case in cases))


def judged(case: Case) -> dict[str, Any]:
    """A case's model, figures and saving as one row, or why there is none."""
    from eaio.analysis.compute import baselines

    common = {"name": case.name, "interval": case.interval, "known": case.known}
    try:
        if case.method:
            baseline = baselines.fit(case.data, case.baseline, baselines.Asked(case.method, case.interval))
        else:
            baseline = baselines.choose(case.data, case.baseline, intervals={case.interval}).chosen
        found = _verified(case, baseline)
    except InsufficientData as error:
        return common | {"error": error.detail}
    return common | found | {"reason": baseline.reason, "others": _others(case, baseline.label)}


def _verified(case: Case, baseline: AnyBaseline) -> dict[str, Any]:
    from eaio.analysis.compute import savings

    verified = savings.avoided_use(baseline, case.data, case.reporting)
    model, figures = getattr(baseline, "model", None), baseline.fitness
    runner_up = getattr(model, "runner_up", None)
    return {
        "n": figures.n,
        "model": baseline.label,
        "runner_up": runner_up and runner_up.value,
        "bic_gap": round(model.bic_gap, 2) if runner_up and model else None,
        "r2": round(figures.r2, 4),
        "cvrmse": round(figures.cvrmse, 4),
        "nmbe": round(figures.nmbe, 6),
        "savings_fraction": round(verified.fraction, 4),
        "band90": round(verified.band / verified.counterfactual, 4),
        "fsu90": None if verified.uncertainty is None else round(verified.uncertainty, 3),
        "passed": figures.verdict.passed,
        "suspect_days": len(verified.suspect_days),
        "savings_fraction_without_suspect": round(verified.fraction_without_suspect, 4),
    }


def _others(case: Case, judged: str) -> list[dict[str, Any]]:
    """Every other candidate on the same readings; OpenDSM too where it is installed."""
    from eaio.analysis.compute import baselines, opendsm_engine
    from eaio.analysis.models import Interval, Method

    engine = [(Method.OPENDSM, Interval.HOURLY), (Method.OPENDSM, Interval.DAILY)] if opendsm_engine.available() else []
    found: list[dict[str, Any]] = []
    for method, interval in (*baselines.CANDIDATES, *engine):
        if interval not in case.data:
            continue
        try:
            baseline = baselines.fit(case.data, case.baseline, baselines.Asked(method, interval))
            one = _verified(case, baseline)
        except EaioError as error:
            found.append({"method": method, "interval": interval, "error": error.detail})
            continue
        if (baseline.label, interval) != (judged, case.interval):
            kept = ("model", "n", "r2", "cvrmse", "savings_fraction", "band90")
            found.append({"method": method, "interval": interval} | {key: one[key] for key in kept})
    return found


def _line(case: dict[str, Any]) -> str:
    if "error" in case:
        return f"{case.get('name', '')} {case['error']}".strip()
    return (
        f"{case['name']}: {case['model']} n {case['n']} R2 {case['r2']:.3f} CV(RMSE) {case['cvrmse']:.1%} "
        f"saving {case['savings_fraction']:.1%}"
    )
