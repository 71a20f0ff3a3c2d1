"""How fast the baselines of a portfolio are fitted, beside OpenDSM on a sample of the same meters."""

import time
from collections.abc import Callable
from typing import Annotated, Any

import typer

from eaio.cli.console import AsJson, answer

DISTINCT = 24
"""So many synthetic meters are made; a larger portfolio repeats them."""


def bench_mv(
    meters: Annotated[int, typer.Option(min=1, help="Meters of one year.")] = 3000,
    sample: Annotated[int, typer.Option(min=0, help="Meters that OpenDSM fits, where it is installed.")] = 3,
    workers: Annotated[int, typer.Option(min=1, help="Threads.")] = 2,
    as_json: AsJson = False,
) -> None:
    """Fit daily change-point and hourly time-of-week models to synthetic meters of one year.

    Times are from hourly readings in memory to fitted models with all their figures; ``daily_s`` and ``hourly_s`` are
    those of all meters.
    """
    from eaio.analysis.models import Interval, Method
    from eaio.cli.reference_data import synthetic_year

    frames = [synthetic_year(seed, 365) for seed in range(min(meters, DISTINCT))]
    asked = {"daily": (Method.CHANGE_POINT, Interval.DAILY), "hourly": (Method.TOWT, Interval.HOURLY)}
    result: dict[str, Any] = {"meters": meters}
    for name, (method, interval) in asked.items():
        result[f"{name}_s"] = round(_seconds(frames, meters, method, interval, workers), 2)
        result[f"{name}_ms_per_meter"] = round(1000 * result[f"{name}_s"] / meters, 2)
    result |= _peer(frames, min(sample, len(frames)), result)
    answer(result, as_json, "\n".join(f"{key}: {value}" for key, value in result.items()))


def _seconds(frames: list[Any], meters: int, method: Any, interval: Any, workers: int) -> float:
    from eaio.analysis.compute import baselines, points, portfolio
    from eaio.analysis.models import Interval, Period
    from eaio.timeseries.calendar import daily

    days = frames[0]["local"].dt.date()
    period = Period(days.min(), days.max())

    def load(index: int) -> Callable[[], points.Points]:
        frame = frames[index % len(frames)]
        if interval == Interval.DAILY:
            return lambda: points.from_days(daily(frame))
        return lambda: points.from_hours(frame)

    started = time.perf_counter()
    asked = baselines.Asked(method, interval)
    fitted = list(portfolio.fit(((index, load(index)) for index in range(meters)), period, asked, workers))
    seconds = time.perf_counter() - started
    refused = [one.refusal for _, one in fitted if one.refusal]
    if refused:
        raise refused[0]
    return seconds


def _peer(frames: list[Any], sample: int, ours: dict[str, Any]) -> dict[str, Any]:
    """OpenDSM on the first meters, one thread as it offers it; the ratio is per meter."""
    from eaio.analysis.compute import opendsm_engine
    from eaio.analysis.models import Interval, Method

    if not sample or not opendsm_engine.available():
        return {"opendsm": "not compared" if not sample else f"not installed: {opendsm_engine.INSTALL}"}
    found: dict[str, Any] = {"opendsm_sample": sample}
    _seconds(frames[:1], 1, Method.OPENDSM, Interval.DAILY, 1)  # its import and compilation do not count
    _seconds(frames[:1], 1, Method.OPENDSM, Interval.HOURLY, 1)
    for name, interval in (("daily", Interval.DAILY), ("hourly", Interval.HOURLY)):
        seconds = _seconds(frames[:sample], sample, Method.OPENDSM, interval, 1) / sample
        found[f"opendsm_{name}_ms_per_meter"] = round(1000 * seconds, 1)
        found[f"times_faster_{name}"] = round(1000 * seconds / ours[f"{name}_ms_per_meter"], 1)
    return found
