"""One meter, fourteen days ahead: engines, their mix, calibrated bands, measured error."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

import numpy as np

from eaio.forecasting.compute.backtest import Windows, actual_after, mix_weights, mixed, window_origins
from eaio.forecasting.compute.engines import PER_METER, Engine
from eaio.forecasting.compute.intervals import cautious_quantiles, coverage
from eaio.forecasting.compute.load import DAY, HORIZON, Floats, Load
from eaio.forecasting.compute.screen import refuse_noise, refuse_unfit
from eaio.forecasting.compute.temperature import weather_note
from eaio.forecasting.compute.threads import one_thread
from eaio.forecasting.models import Backtest, DayTotal, EngineName, Forecast
from eaio.infra.errors import InsufficientData
from eaio.timeseries.metrics import cvrmse, nmbe

BANDS = (0.025, 0.1, 0.9, 0.975)
JUDGED = 3
"""One window in three, the newest ones, is replayed to judge the method."""
REPLAYED = 7
"""Windows between two updates of mix and bands in the replay."""


def forecast(load: Load, engines: Mapping[EngineName, Engine] = PER_METER, earliest_test: int = 0) -> Forecast:
    """Forecast a meter from the end of its history.

    Args:
        load: history and calendar.
        engines: what to mix; each is backtested.
        earliest_test: index of the first hour that no engine was trained on beforehand (a global model's cut-off).

    Raises:
        InsufficientData: too short, silent lately, constant, or without any pattern; the message says which.
    """
    with one_thread():
        return _forecast(load, engines, earliest_test)


def _forecast(load: Load, engines: Mapping[EngineName, Engine], earliest_test: int) -> Forecast:
    refuse_unfit(load)
    windows = _backtested(load, engines, earliest_test)
    result = _judge(windows)
    refuse_noise(load, result)
    now = np.array([load.size])
    said = {str(name): engine(load, now, load.size) for name, engine in engines.items()}
    weights = mix_weights(windows)
    floor = load.floor(load.size)
    point = np.maximum(mixed(said, weights)[0], floor)
    residuals = windows.actual - mixed(windows.said, weights)
    bands = np.maximum(point + cautious_quantiles(residuals, BANDS), floor)
    return Forecast(
        origin=load.origin,
        local=tuple(load.future_local),
        value=_plain(point),
        low95=_plain(bands[0]),
        low80=_plain(bands[1]),
        high80=_plain(bands[2]),
        high95=_plain(bands[3]),
        days=_days(load, point, residuals, floor),
        weights={name: round(float(share[0]), 4) for name, share in weights.items()},
        backtest=result,
        notes=weather_note(load),
    )


def _backtested(load: Load, engines: Mapping[EngineName, Engine], earliest_test: int) -> Windows:
    """Every engine, fitted before the first window, on every window."""
    origins = window_origins(load.size, earliest_test)
    if not len(origins):
        raise InsufficientData("No day is left to measure a forecast on; it would be a guess")
    said = {str(name): engine(load, origins, int(origins[0])) for name, engine in engines.items()}
    return Windows(origins, actual_after(load, origins), said)


def _judge(windows: Windows) -> Backtest:
    """Replay the newest third week by week: mix and bands of each week come from what was known when it began."""
    count = len(windows.origins)
    tested = max(count // JUDGED, 1)
    weeks = [_replayed(windows, first) for first in range(count - tested, count, REPLAYED)]
    point, low95, low80, high80, high95 = (np.concatenate(part) for part in zip(*weeks, strict=True))
    unseen = windows.part(count - tested, count)
    first = unseen.actual[:, :DAY]
    by_day = [cvrmse(_lead_day(unseen.actual, day), _lead_day(point, day)) for day in range(HORIZON // DAY)]
    return Backtest(
        windows=count,
        test_windows=tested,
        nrmse=cvrmse(first, point[:, :DAY]),
        nrmse_by_day=tuple(error for error in by_day if np.isfinite(error)),
        nmbe=nmbe(first, point[:, :DAY]),
        coverage80=coverage(unseen.actual, low80, high80),
        coverage95=coverage(unseen.actual, low95, high95),
        engines={name: cvrmse(first, said[:, :DAY]) for name, said in unseen.said.items()},
    )


def _replayed(windows: Windows, first: int) -> tuple[Floats, ...]:
    """Point and edges of the bands (low 95, low 80, high 80, high 95) of a week of windows, each (n, HORIZON)."""
    known, week = windows.part(0, first), windows.part(first, first + REPLAYED)
    known = Windows(known.origins, _known_then(known, week), known.said)
    weights = mix_weights(known)
    point = mixed(week.said, weights)
    offsets = cautious_quantiles(known.actual - mixed(known.said, weights), BANDS)
    return (point, *(point + offset for offset in offsets))


def _known_then(chosen: Windows, unseen: Windows) -> Floats:
    """What came after the older windows, as far as it was known when the first of the others began."""
    hours = chosen.origins[:, None] + np.arange(HORIZON)
    return np.where(hours < unseen.origins[0], chosen.actual, np.nan)


def _days(load: Load, point: Floats, residuals: Floats, floor: float) -> tuple[DayTotal, ...]:
    """Sums of 24 hours; a window with a gap in a day does not calibrate that day."""
    sums = point.reshape(-1, DAY).sum(axis=1)
    missed = np.repeat(residuals.reshape(len(residuals), -1, DAY).sum(axis=2), DAY, axis=1)
    bands = np.maximum(sums + cautious_quantiles(missed, BANDS)[:, ::DAY], floor)
    return tuple(
        DayTotal(load.origin + timedelta(days=day), float(total), low80, high80, low95, high95)
        for day, (total, (low95, low80, high80, high95)) in enumerate(zip(sums, bands.T.tolist(), strict=True))
    )


def _lead_day(hours: Floats, day: int) -> Floats:
    return hours[:, day * DAY : (day + 1) * DAY]


def _plain(values: Floats) -> tuple[float, ...]:
    return tuple(cast("list[float]", np.round(values, 4).tolist()))
