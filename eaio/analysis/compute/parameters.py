"""The parameters of detection that people may set: one table that the page shows and that validation follows."""

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import msgspec

from eaio.analysis.compute.detection import DetectionParams
from eaio.analysis.models.tuning import Parameter
from eaio.infra.errors import Invalid

SD = "sd"
"""Robust standard deviations."""
HOURS, DAYS, WEEKS, SHARE, TIMES = "h", "days", "weeks", "share", "times"
UNUSUAL, FAULTS, CAUSES, TOLD = "What is unusual", "Faults of the data", "Lasting causes", "What is told"


class _Row(NamedTuple):
    """A line of the table: where the value lives among the detector's parameters, what it means, what it may be."""

    path: str
    group: str
    label: str
    unit: str
    low: float
    high: float
    step: float
    meaning: str


_TABLE = (
    _Row("threshold", UNUSUAL, "Threshold", SD, 1.5, 8, 0.1, "Smoothed score above which hours are unusual"),
    _Row("edge", UNUSUAL, "Edge", SD, 0, 8, 0.1, "An event begins and ends with an hour that by itself scores this"),
    _Row("shortest_hours", UNUSUAL, "Shortest spell", HOURS, 1, 48, 1, "Shorter spells of unusual hours are dropped"),
    _Row("bridge_hours", UNUSUAL, "Lull", HOURS, 0, 24, 1, "A lull up to this long does not end a spell"),
    _Row(
        "context.smoothing_hours", UNUSUAL, "Smoothing", HOURS, 1, 25, 1,
        "Hours over which scores are averaged, centred: longer favours what lasts",
    ),
    _Row(
        "context.neighbour_weeks", UNUSUAL, "Neighbouring weeks", WEEKS, 2, 8, 1,
        "Weeks on either side that say what is normal for the season",
    ),
    _Row(
        "context.nearest_share", UNUSUAL, "Like other weeks", SHARE, 0.05, 0.5, 0.01,
        "Share of all weeks that must read alike at that hour for it to be ordinary",
    ),
    _Row("context.cap", UNUSUAL, "Cap", SD, 4, 20, 0.5, "No single view of an hour counts for more"),
    _Row(
        "context.agreement", UNUSUAL, "Agreement", TIMES, 1, 3, 0.1,
        "How far the mean of the three views may exceed the second largest of them",
    ),
    _Row(
        "context.floor_of_median", UNUSUAL, "Floor, of the median", SHARE, 0, 0.3, 0.005,
        "Variation below this share of the median load is no news, however steady the meter",
    ),
    _Row(
        "context.floor_of_peak", UNUSUAL, "Floor, of the peak", SHARE, 0, 0.1, 0.005,
        "The same of the near-peak load; of electricity, other carriers have floors of their own",
    ),
    _Row("faults.missing_hours", FAULTS, "Missing", HOURS, 2, 168, 1, "Shorter gaps are not reported"),
    _Row("faults.stuck_hours", FAULTS, "Stuck", HOURS, 3, 72, 1, "So long one value on a meter that repeats values"),
    _Row("faults.flat_hours", FAULTS, "Flat", HOURS, 3, 48, 1, "So long one value on a meter that hardly ever does"),
    _Row(
        "faults.rest_hours", FAULTS, "Zeros against the season", HOURS, 12, 336, 1,
        "Zeros of heat in the cold, or of cold in the heat, from this long on",
    ),
    _Row(
        "faults.near_zero", FAULTS, "Next to nothing", SHARE, 0, 0.2, 0.005,
        "Share of the median electric load under which power or meter was off",
    ),
    _Row("faults.spike_factor", FAULTS, "Spike", TIMES, 1.5, 20, 0.1, "Times the near-peak load that an hour exceeds"),
    _Row("causes.leak_hours", CAUSES, "Leak", HOURS, 12, 336, 1, "So long water must run without a pause"),
    _Row("causes.schedule_shift", CAUSES, "Hours moved", HOURS, 0.5, 6, 0.5, "Use begins earlier or ends later"),
    _Row("causes.schedule_days", CAUSES, "Hours moved, for", DAYS, 5, 40, 1, "Working days for which it must do so"),
    _Row("causes.drift_weeks", CAUSES, "Drift, for", WEEKS, 4, 26, 1, "So long a level must have left last year's"),
    _Row("causes.drift_share", CAUSES, "Drift", SHARE, 0.02, 0.5, 0.01, "Of last year's level at the same weather"),
    _Row("causes.peak_over", CAUSES, "Peak", TIMES, 1, 2, 0.01, "Times the hour that one in two hundred exceeds"),
    _Row(
        "causes.fight_strength", CAUSES, "Heating against cooling", SD, 1, 12, 0.1,
        "How far a day of both exceeds what is usual at its temperature",
    ),
    _Row(
        "causes.fight_share", CAUSES, "Heating against cooling, share", SHARE, 0.02, 1, 0.01,
        "Least excess, of the smaller of mean heating and mean cooling",
    ),
    _Row("causes.fight_days", CAUSES, "Heating against cooling, for", DAYS, 1, 14, 1, "Days for which it must last"),
    _Row("worth.smallest_hours", TOLD, "Smallest excess", HOURS, 0, 48, 0.5, "Least excess, in hours of mean load"),
    _Row("worth.smallest_share", TOLD, "Smallest share", SHARE, 0, 0.5, 0.01, "Least excess, of what is normal"),
    _Row(
        "calibration", TOLD, "Calibration by feedback", SHARE, 0, 1, 0.1,
        "How much of what verdicts suggest is applied to thresholds and confidence; 0 switches it off",
    ),
)  # fmt: skip


def _known(params: DetectionParams) -> dict[str, Any]:
    nested: dict[str, Any] = msgspec.to_builtins(params)
    return {row.path: _at(nested, row.path) for row in _TABLE}


def _at(nested: Any, path: str) -> Any:
    for part in path.split("."):
        nested = nested[part]
    return nested


def _name(path: str) -> str:
    return path.rpartition(".")[2]


_DEFAULTS = _known(DetectionParams())
PARAMETERS: tuple[Parameter, ...] = tuple(
    Parameter(
        name=_name(row.path),
        group=row.group,
        label=row.label,
        meaning=row.meaning,
        unit=row.unit,
        low=row.low,
        high=row.high,
        step=row.step,
        default=float(_DEFAULTS[row.path]),
        whole=isinstance(_DEFAULTS[row.path], int),
    )
    for row in _TABLE
)
DEFAULTS: Mapping[str, float] = {one.name: one.default for one in PARAMETERS}


def checked(values: Mapping[str, float]) -> dict[str, float]:
    """All values, defaults for those not given.

    Raises:
        Invalid: names every value that is unknown, no number, out of bounds, or at odds with another.
    """
    wrong = {name: "there is no such parameter" for name in values if name not in DEFAULTS}
    whole = {**DEFAULTS, **{name: float(value) for name, value in values.items() if name in DEFAULTS}}
    wrong |= {one.name: text for one in PARAMETERS if (text := _misfit(one, whole[one.name]))}
    if not wrong and whole["cap"] <= whole["threshold"]:
        wrong["cap"] = "must exceed the threshold, else no hour could reach it"
    if not wrong and whole["flat_hours"] > whole["stuck_hours"]:
        wrong["flat_hours"] = "must not exceed the hours of a stuck meter"
    if wrong:
        named = "; ".join(f"{name}: {text}" for name, text in wrong.items())
        raise Invalid(f"Some parameters do not fit: {named}", **wrong)
    return whole


def _misfit(one: Parameter, value: float) -> str:
    if not math.isfinite(value):
        return "must be a number"
    if not one.low <= value <= one.high:
        return f"must lie between {one.low:g} and {one.high:g} {one.unit}"
    return f"must be a whole number of {one.unit}" if one.whole and value != int(value) else ""


def detection_params(values: Mapping[str, float]) -> DetectionParams:
    """What the detector takes; raises Invalid like ``checked``."""
    whole = checked(values)
    nested: dict[str, Any] = msgspec.to_builtins(DetectionParams())
    for row, one in zip(_TABLE, PARAMETERS, strict=True):
        *above, last = row.path.split(".")
        level = nested
        for part in above:
            level = level[part]
        level[last] = int(whole[one.name]) if one.whole else whole[one.name]
    return msgspec.convert(nested, DetectionParams)


def changes(values: Mapping[str, float], against: Mapping[str, float]) -> dict[str, tuple[float, float]]:
    """Parameters in which two sets differ: the value in ``against``, then the one in ``values``."""
    return {name: (against[name], values[name]) for name in DEFAULTS if values[name] != against[name]}
