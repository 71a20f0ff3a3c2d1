"""How good and how fast anomaly detection is: eval anomaly, bench anomaly."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
import typer

from eaio.cli.console import AsJson, answer
from eaio.cli.groups import group

if TYPE_CHECKING:
    from eaio.analysis.compute.detection import Detection
    from eaio.analysis.compute.evaluation import Judged, Labelled

METERS_OF_BDG2 = 3_053
LIVE_METERS = 12_000
DataFolder = typer.Option(..., "--data", exists=True, file_okay=False, help="Folder of labelled series.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    group(app, "eval").command("anomaly")(eval_anomaly)
    group(app, "bench").command("anomaly")(bench_anomaly)


def eval_anomaly(
    data: Path = DataFolder,
    with_pyod: bool = typer.Option(False, "--with-pyod", help="Also what PyOD's detectors would add; minutes."),
    as_json: AsJson = False,
) -> None:
    """Score the detector on LEAD series (timestamp, meter_reading, anomaly), beside IQR, isolation forest and ECOD.

    No label is used. "causal" is the variant for live data, which judges every hour by what came before it.
    """
    from eaio.analysis.compute import causal, evaluation
    from eaio.analysis.compute.detection import detect
    from eaio.analysis.compute.evaluation import Judged
    from eaio.cli.reference_data import lead_series
    from eaio.timeseries.units import Carrier

    labelled, frames = lead_series(data)

    started = time.perf_counter()
    found = [detect(frame, Carrier.ELECTRICITY) for frame in frames]
    live = [causal.judge(series.values, series.clock) for series in labelled]
    answers = {
        "eaio": [Judged(one.score, one.anomalous) for one in found],
        "causal": [Judged(one.score, one.anomalous) for one in live],
        **{name: [judged(series) for series in labelled] for name, judged in evaluation.BASELINES.items()},
    }
    skills = {name: _skill(evaluation.skill(labelled, judged)) for name, judged in answers.items()}
    result: dict[str, Any] = {
        "n": len(labelled),
        "pooled": skills["eaio"],
        "causal": skills["causal"],
        "baselines": {name: skills[name] for name in evaluation.BASELINES},
        "buildings": [
            _building(series, *of) for series, *of in zip(labelled, answers["eaio"], answers["causal"], strict=True)
        ],
        "seconds": round(time.perf_counter() - started, 3),
        "labels_used": False,
    }
    lines = [_line(name, figures) for name, figures in skills.items()]
    if with_pyod:
        result["with_pyod"] = _with_pyod(labelled, found)
        lines += [
            _line(f"{name} {how}", one[how]) for name, one in result["with_pyod"].items() for how in ("alone", "added")
        ]
    answer(result, as_json, "\n".join(lines))


def _building(series: "Labelled", judged: "Judged", live: "Judged") -> dict[str, Any]:
    from eaio.analysis.compute import evaluation

    return {
        "name": series.name,
        "hours": series.values.size,
        "labelled": int(series.truth.sum()),
        **_skill(evaluation.skill([series], [judged])),
        "causal": _skill(evaluation.skill([series], [live])),
    }


def _with_pyod(labelled: Sequence["Labelled"], found: Sequence["Detection"]) -> dict[str, dict[str, Any]]:
    from eaio.analysis.compute.outliers import measured

    return {
        name: {"alone": _skill(one.alone), "added": _skill(one.added), "weight": one.weight}
        for name, one in measured(labelled, found).items()
    }


def bench_anomaly(
    meters: int = typer.Option(METERS_OF_BDG2, min=1, help="How many meters of two years to scan."),
    hour_meters: int = typer.Option(LIVE_METERS, min=1, help="How many meters an hour arrives from."),
    as_json: AsJson = False,
) -> None:
    """Time the scan of synthetic meters of two years, and judging an hour that arrives from 12,000 meters."""
    from eaio.analysis.compute.detection import detect
    from eaio.cli.reference_data import synthetic_year
    from eaio.timeseries.units import Carrier

    frames = [synthetic_year(seed, 730) for seed in range(min(meters, 8))]
    started, worked = time.perf_counter(), time.process_time()
    for index in range(meters):
        detect(frames[index % len(frames)], Carrier.ELECTRICITY)
    seconds, worked = time.perf_counter() - started, time.process_time() - worked
    own = 1000 * seconds / meters / 2
    peer = _isolation_forest_ms(frames[0])
    prepare, hour = _arrival(frames, hour_meters)
    scale = LIVE_METERS / hour_meters
    result = {
        "meters": meters,
        "readings": sum(frames[index % len(frames)].height for index in range(meters)),
        "seconds": round(seconds, 3),
        "cpu_seconds": round(worked, 3),
        "ms_per_meter_year": round(own, 2),
        "iforest_ms_per_meter_year": round(peer, 2),
        "times_faster_than_iforest": round(peer / own, 1),
        "hour_12000_meters_s": round(hour * scale, 3),
        "weekly_preparation_12000_meters_s": round(prepare * scale, 2),
    }
    answer(result, as_json, "\n".join(f"{key}: {value:,}" for key, value in result.items()))


def _arrival(frames: list[pl.DataFrame], meters: int) -> tuple[float, float]:
    """Seconds to learn the size of so many meters from a year, and to judge one more hour of each."""
    from eaio.analysis.compute.causal import CausalParams, departure, level, usual
    from eaio.timeseries import weeks

    params, hour = CausalParams(), 34
    years = [
        weeks.Clock.of(f["local"]).fold(f["value"].to_numpy().astype(float))[: params.memory_weeks] for f in frames
    ]
    started = time.perf_counter()
    sizes = [level(years[index % len(years)], params) for index in range(meters)]
    prepared = time.perf_counter() - started
    of = type(sizes[0])(np.array([s.floor for s in sizes]), np.array([s.spread for s in sizes]))
    near = slice(hour - params.pooled_hours, hour + params.pooled_hours + 1)
    earlier = np.stack([years[index % len(years)][:, near] for index in range(meters)], axis=-1)
    arrived = earlier[-1, params.pooled_hours] * 1.3
    before = np.zeros((params.smoothing_hours - 1, meters))
    started = time.perf_counter()
    raw = departure(usual(earlier, of, params), arrived[None], params)
    score = np.concatenate((before, np.nan_to_num(raw))).mean(0)
    np.flatnonzero(score > params.threshold)
    return prepared, time.perf_counter() - started


def _isolation_forest_ms(frame: Any) -> float:
    """What the usual detector takes for a meter-year, the library's import not counted."""
    from eaio.analysis.compute.evaluation import Labelled, isolation_forest
    from eaio.timeseries.weeks import Clock

    values = frame["value"].to_numpy().astype(float)
    two_years = Labelled("synthetic", values, Clock.regular(0, values.size), values < 0)
    isolation_forest(Labelled("warm", values[:500], Clock.regular(0, 500), values[:500] < 0))
    started = time.perf_counter()
    isolation_forest(two_years)
    return 1000 * (time.perf_counter() - started) / 2


def _skill(figures: Any) -> dict[str, float]:
    return {name: round(getattr(figures, name), 4) for name in ("roc_auc", "pr_auc", "f1", "event_f1")}


def _line(name: str, figures: dict[str, float]) -> str:
    return f"{name:20s} " + "  ".join(f"{key} {value:.3f}" for key, value in figures.items())
