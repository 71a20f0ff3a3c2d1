"""The optional OpenDSM engine behind the interface of the other baselines: CalTRACK-compliant results of its authors.

It comes with the extra ``opendsm`` and is imported only when it is asked for.
"""

import contextlib
import importlib.util
import logging
import warnings
from collections.abc import Generator
from types import ModuleType
from typing import Any, NamedTuple

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.models import Interval, RefusalReason, Refused
from eaio.infra.errors import Unavailable

Floats = NDArray[np.float64]

ZONE = "Etc/GMT"
"""Local clocks are handed over as they are, in a zone without daylight saving."""
INSTALL = "pip install 'eaio[opendsm]'"


def available() -> bool:
    """Whether the extra is installed."""
    return importlib.util.find_spec("opendsm") is not None


class Fitted(NamedTuple):
    """A model of the engine as JSON, with what it says for its own points."""

    document: str
    predicted: Floats
    parameters: float
    label: str
    version: str
    warnings: tuple[str, ...]


def fit(rows: pl.DataFrame, interval: Interval) -> Fitted:
    """Fit the engine's daily or hourly model to POINTS.

    Raises:
        Unavailable: the extra is not installed.
        Refused: the engine finds the data insufficient, or has no model of this interval.
    """
    engine, data, _, model = _classes(interval)
    with _quiet():
        baseline = data(_frame(rows, interval), is_electricity_data=False)
        lacking = tuple(str(one.description) for one in baseline.disqualification)
        if lacking:
            raise Refused(
                RefusalReason.TOO_FEW,
                f"OpenDSM does not accept these data: {'; '.join(lacking)}",
                "Import the missing readings, or choose another method",
            )
        fitted = model().fit(baseline, ignore_disqualification=True)
        document = str(fitted.to_json())
    predicted = predict(document, interval, rows)
    label = {Interval.DAILY: "OpenDSM daily", Interval.HOURLY: "OpenDSM hourly"}[interval]
    warned = tuple(str(one.description) for one in fitted.disqualification)
    return Fitted(document, predicted, _parameters(fitted, interval), label, str(engine.__version__), warned)


def predict(document: str, interval: Interval, rows: pl.DataFrame) -> Floats:
    """What a stored model says for POINTS."""
    _, _, data, model = _classes(interval)
    frame = _frame(rows, interval)
    with _quiet():
        restored = model.from_json(document)
        said = restored.predict(data(frame, is_electricity_data=False), ignore_disqualification=True)
    return said["predicted"].reindex(frame.index).to_numpy().astype(np.float64)[_positions(rows, interval)]


def _classes(interval: Interval) -> tuple[ModuleType, Any, Any, Any]:
    """The package, its baseline data, reporting data and model of an interval."""
    if interval == Interval.MONTHLY:
        raise Refused(
            RefusalReason.TOO_FEW, "OpenDSM is used here for days and hours", "Choose the daily or hourly interval"
        )
    if not available():
        raise Unavailable(f"The OpenDSM engine is not installed; install it with: {INSTALL}")
    engine = importlib.import_module("opendsm")
    meter = importlib.import_module("opendsm.eemeter")
    kind = {Interval.DAILY: "Daily", Interval.HOURLY: "Hourly"}[interval]
    data, reporting, model = (getattr(meter, kind + part) for part in ("BaselineData", "ReportingData", "Model"))
    return engine, data, reporting, model


def _frame(rows: pl.DataFrame, interval: Interval) -> Any:
    """Pandas frame on the local clock, degF; the hour that an autumn night has twice is averaged."""
    import pandas as pd

    grouped = _stamped(rows, interval).group_by("stamp").agg(pl.col("value").mean(), pl.col("temperature").mean())
    ordered = grouped.sort("stamp")
    index = pd.DatetimeIndex(ordered["stamp"].to_numpy()).tz_localize(ZONE)
    temperature = ordered["temperature"].to_numpy() * 1.8 + 32
    return pd.DataFrame({"observed": ordered["value"].to_numpy(), "temperature": temperature}, index=index)


def _stamped(rows: pl.DataFrame, interval: Interval) -> pl.DataFrame:
    hour = pl.col("hour_of_week") % 24 if interval == Interval.HOURLY else pl.lit(0)
    stamp = pl.col("day").cast(pl.Datetime("ns")) + pl.duration(hours=hour)
    return rows.select("value", "temperature", stamp=stamp)


def _positions(rows: pl.DataFrame, interval: Interval) -> NDArray[np.int64]:
    """Row of ``_frame`` for each point."""
    stamps = _stamped(rows, interval)["stamp"].to_numpy()
    return np.unique(stamps, return_inverse=True)[1].astype(np.int64)


def _parameters(fitted: Any, interval: Interval) -> float:
    """Coefficients, as the engine counts them."""
    counted = getattr(getattr(fitted, "baseline_metrics", None), "num_model_params", None)
    return float(counted) if counted is not None else {Interval.DAILY: 5.0}.get(interval, 100.0)


@contextlib.contextmanager
def _quiet() -> Generator[None]:
    """The engine's own warnings are reported as ours."""
    logger = logging.getLogger("eemeter")
    level = logger.level
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        logger.setLevel(logging.CRITICAL)
        try:
            yield
        finally:
            logger.setLevel(level)
