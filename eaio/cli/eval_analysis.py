"""How good and how fast the analysis is: eval anomaly, bench anomaly."""

import time
from pathlib import Path
from typing import Any

import typer

from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group

DataFolder = typer.Option(..., "--data", exists=True, file_okay=False, help="Folder of labelled or reference data.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    group(app, "eval").command("anomaly")(eval_anomaly)
    group(app, "bench").command("anomaly")(bench_anomaly)


def eval_anomaly(data: Path = DataFolder, as_json: AsJson = False) -> None:
    """Score the detector on LEAD series (timestamp, meter_reading, anomaly), beside IQR and isolation forest."""
    from eaio.analysis.compute import evaluation
    from eaio.cli.reference_data import lead_series

    labelled, frames = lead_series(data)
    started = time.perf_counter()
    judged = [_judge(frame) for frame in frames]
    seconds = time.perf_counter() - started
    pooled = evaluation.skill(labelled, judged)
    baselines = {
        name: evaluation.skill(labelled, [baseline(series) for series in labelled])
        for name, baseline in evaluation.BASELINES.items()
    }
    buildings = [
        {"name": series.name, "hours": series.values.size, "labelled": int(series.truth.sum()), **_skill(one)}
        for series, one in ((s, evaluation.skill([s], [j])) for s, j in zip(labelled, judged, strict=True))
    ]
    result: dict[str, Any] = {
        "n": len(labelled),
        "pooled": _skill(pooled),
        "baselines": {name: _skill(figures) for name, figures in baselines.items()},
        "buildings": buildings,
        "seconds": round(seconds, 3),
        "labels_used": False,
    }
    lines = [_line("EAIO", pooled), *(_line(name, figures) for name, figures in baselines.items())]
    answer(result, as_json, "\n".join(lines))


def bench_anomaly(
    meters: int = typer.Option(60, min=1, help="How many meters of two years to analyse."),
    hour_meters: int = typer.Option(3_000, min=1, help="How many meters of one hour's arrivals to score."),
    as_json: AsJson = False,
) -> None:
    """Time detection over synthetic meters of two years, and what an hour of 12,000 meters would take."""
    from eaio.analysis.compute.context import context
    from eaio.analysis.compute.detection import detect
    from eaio.analysis.compute.weeks import Clock
    from eaio.cli.reference_data import synthetic_year
    from eaio.timeseries.units import Carrier

    frames = [synthetic_year(seed, 730) for seed in range(min(meters, 8))]
    started = time.perf_counter()
    for index in range(meters):
        detect(frames[index % len(frames)], Carrier.ELECTRICITY)
    seconds = time.perf_counter() - started
    recent = [frame.tail(13 * 168) for frame in frames]
    series = [(frame["value"].to_numpy(), Clock.of(frame["local"])) for frame in recent]
    started = time.perf_counter()
    for index in range(hour_meters):
        context(*series[index % len(series)])
    hour = (time.perf_counter() - started) / hour_meters * 12_000
    peer = _isolation_forest_ms(frames[0])
    readings = sum(frames[index % len(frames)].height for index in range(meters))
    result = {
        "meters": meters,
        "readings": readings,
        "seconds": round(seconds, 3),
        "readings_per_s": round(readings / seconds),
        "ms_per_meter_year": round(1000 * seconds / meters / 2, 2),
        "hour_12000_meters_s": round(hour, 2),
        "iforest_ms_per_meter_year": round(peer, 2),
        "times_faster_than_iforest": round(peer / (1000 * seconds / meters / 2), 1),
    }
    answer(result, as_json, "\n".join(f"{key}: {value:,}" for key, value in result.items()))


def _isolation_forest_ms(frame: Any) -> float:
    """What the usual detector takes for a meter-year, the library's import not counted."""
    from eaio.analysis.compute.evaluation import Labelled, isolation_forest
    from eaio.analysis.compute.weeks import Clock

    values = frame["value"].to_numpy().astype(float)
    two_years = Labelled("synthetic", values, Clock.regular(0, values.size), values < 0)
    isolation_forest(Labelled("warm", values[:500], Clock.regular(0, 500), values[:500] < 0))
    started = time.perf_counter()
    isolation_forest(two_years)
    return 1000 * (time.perf_counter() - started) / 2


def _judge(frame: Any) -> Any:
    from eaio.analysis.compute.detection import detect
    from eaio.analysis.compute.evaluation import Judged
    from eaio.timeseries.units import Carrier

    found = detect(frame, Carrier.ELECTRICITY)
    return Judged(found.score, found.anomalous)


def _skill(figures: Any) -> dict[str, float]:
    return {name: round(getattr(figures, name), 4) for name in ("roc_auc", "pr_auc", "f1", "event_f1")}


def _line(name: str, figures: Any) -> str:
    return f"{name:10s} " + "  ".join(f"{key} {value:.3f}" for key, value in _skill(figures).items())
