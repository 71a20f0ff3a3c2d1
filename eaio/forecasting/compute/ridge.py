"""Per-meter linear model on calendar, lags and expected temperature, one fit per group of lead days.

Direct multi-step regression with an L2 penalty (Hastie, Tibshirani & Friedman 2009, section 3.4.1; direct strategy:
Ben Taieb et al. 2012, doi:10.1016/j.eswa.2012.01.039). Heating and cooling enter as degrees below and above fixed
balance points, so that the line may bend.
"""

from dataclasses import dataclass
from typing import cast

import numpy as np
from numpy.typing import NDArray

from eaio.forecasting.compute.baselines import slot_mean
from eaio.forecasting.compute.lags import DAYS_BACK, LEAD_DAY, WEEKS_BACK, days_ago, mean_before, targets
from eaio.forecasting.compute.load import DAY, HORIZON, WEEK, Floats, Ints, Load, Small
from eaio.forecasting.compute.temperature import expected_temperature

LEAD_GROUPS = ((0, 1), (1, 2), (2, 4), (4, 7), (7, 14))
"""Half-open ranges of lead days that share coefficients."""
TRAINING_DAYS = 400
MINIMUM_DAYS = 14
HEATING_BELOW = 15.0
COOLING_ABOVE = 18.0
PENALTY = 3.0
"""On standardised columns, in rows: small beside thousands of hours, firm where only weeks are known."""
WINSOR = (0.002, 0.998)


@dataclass(frozen=True, slots=True)
class _Line:
    """Coefficients of standardised columns."""

    mean: Floats
    scale: Floats
    slope: Floats
    level: float

    def at(self, columns: Floats) -> Floats:
        """(rows,) the load that (rows, columns) regressors say."""
        return (columns - self.mean) / self.scale @ self.slope + self.level


@dataclass(frozen=True, slots=True)
class _Design:
    """Regressors of every forecast hour: continuous ones and the slot of the typical week."""

    continuous: Floats
    """(columns, n_origins, HORIZON) without NaN."""
    slot: Small
    """(n_origins, HORIZON) hour of day within working day, Saturday, Sunday or holiday: 0 to 71."""

    def rows(self, wanted: NDArray[np.bool_]) -> Floats:
        """(rows, columns) of the cells that are wanted, indicators last."""
        indicators = self.slot[wanted][:, None] == np.arange(3 * DAY)
        return np.column_stack([self.continuous[:, wanted].T, indicators])


def ridge(load: Load, origins: Ints, trained_until: int) -> Floats:
    """Forecasts (n_origins, HORIZON) of the model fitted on hours before ``trained_until``."""
    training = np.arange(trained_until - DAY, max(trained_until - TRAINING_DAYS * DAY, 2 * WEEK) - 1, -DAY)
    if training.size < MINIMUM_DAYS:
        return slot_mean(load, origins, trained_until)
    past, ahead = _design(load, training, trained_until), _design(load, origins, trained_until)
    answer = np.empty((len(origins), HORIZON))
    for first, last in LEAD_GROUPS:
        lead = np.isin(LEAD_DAY, range(first, last))
        learned = _thinned(len(training), first, last) & (targets(training) < trained_until)
        line = _fit(load, past, learned, targets(training))
        cells = np.broadcast_to(lead, answer.shape)
        answer[cells] = line.at(ahead.rows(cells))
    floor = load.floor(trained_until)
    return np.maximum(answer, floor)


def _thinned(origins: int, first: int, last: int) -> NDArray[np.bool_]:
    """(origins, HORIZON) cells to learn a group of lead days from: one of its days per origin.

    The turn shifts by one each round, or with seven lead days every lead day would only ever meet one weekday.
    """
    days, origin = last - first, np.arange(origins)[:, None]
    turn = first + (origin + origin // days) % days
    return turn == LEAD_DAY


def _fit(load: Load, past: _Design, learned: NDArray[np.bool_], hours: Ints) -> _Line:
    """Least squares with a penalty on everything but the level."""
    learned = learned & np.isfinite(load.values[hours.clip(0, load.size - 1)])
    actual, columns = load.values[hours[learned]], past.rows(learned)
    if not actual.size:
        flat = np.zeros(columns.shape[1])
        return _Line(flat, flat + 1, flat, float(np.nanmean(load.values)))
    actual = np.clip(actual, *np.quantile(actual, WINSOR))
    mean, scale = columns.mean(axis=0), columns.std(axis=0)
    scale = np.where(scale > 1e-9, scale, 1.0)
    standard, level = (columns - mean) / scale, float(actual.mean())
    gram = standard.T @ standard + PENALTY * np.eye(standard.shape[1])
    slope = cast("Floats", np.linalg.solve(gram, standard.T @ (actual - level)))
    return _Line(mean, scale, slope, level)


def _design(load: Load, origins: Ints, trained_until: int) -> _Design:
    """The same-hour past, the recent level and the weather of every forecast hour."""
    hours = targets(origins)
    usual = slot_mean(load, origins, trained_until)
    lags = [days_ago(load, hours, origins, DAYS_BACK + k) for k in range(3)]
    lags += [days_ago(load, hours, origins, 7 * (WEEKS_BACK + k)) for k in range(2)]
    levels = [mean_before(load.filled, origins, span)[:, None] for span in (6, DAY, WEEK)]
    columns = [usual, *(np.where(np.isfinite(lag), lag, usual) for lag in lags), *levels]
    columns += _weather(load, origins, trained_until)
    slot = (load.hour + DAY * load.day_type)[hours]
    return _Design(np.stack([np.broadcast_to(column, hours.shape) for column in columns]), slot)


def _weather(load: Load, origins: Ints, trained_until: int) -> list[Floats]:
    """Heating and cooling degrees expected, and those of the days that the level was read on."""
    expected = expected_temperature(load, origins, trained_until)
    if expected is None:
        return []
    usual = float(np.nanmean(load.temperature[:trained_until]))
    recent = [mean_before(load.temperature, origins, span)[:, None] for span in (DAY, WEEK)]
    kinds = [np.nan_to_num(kind, nan=usual) for kind in (expected, *recent)]
    return [bent for t in kinds for bent in (np.maximum(HEATING_BELOW - t, 0.0), np.maximum(t - COOLING_ABOVE, 0.0))]
