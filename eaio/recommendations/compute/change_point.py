"""How a load follows the weather: daily change-point models (ASHRAE Guideline 14, 3- to 5-parameter)."""

from collections.abc import Iterable

import numpy as np
from msgspec import Struct

from eaio.recommendations.compute.days import Array, Flags

HEATING_POINTS = np.arange(4.0, 22.1, 1.0)
COOLING_POINTS = np.arange(6.0, 26.1, 1.0)
MINIMUM_DAYS = 200
MINIMUM_ACTIVE_DAYS = 20
SEASON_SPAN = 10.0
"""Kelvins between the 5th and 95th percentile of daily temperature, below which no slope is trusted."""


class ChangePoint(Struct, frozen=True):
    """Daily load = base + heating slope * (balance - T)+ + cooling slope * (T - balance)+, in the load's unit a day."""

    base: float
    weekend_step: float
    """Mean of weekend days minus that of working days, at the same weather."""
    heating_slope: float
    heating_balance: float | None
    cooling_slope: float
    cooling_balance: float | None
    r2: float
    cvrmse: float
    days: int

    def predict(self, temperature: Array, weekend: Flags) -> Array:
        """Expected load of days with these mean temperatures."""
        load = self.base + self.weekend_step * weekend
        if self.heating_balance is not None:
            load = load + self.heating_slope * np.maximum(self.heating_balance - temperature, 0)
        if self.cooling_balance is not None:
            load = load + self.cooling_slope * np.maximum(temperature - self.cooling_balance, 0)
        return load


def fit(load: Array, temperature: Array, weekend: Flags) -> ChangePoint | None:
    """Best of mean, heating, cooling and both, by the Bayesian criterion, positive slopes only.

    ``load`` per day, ``temperature`` daily mean in degrees Celsius, ``weekend`` flags; NaN days are left out. Weekends
    get their own level (partialled out of load and hinges alike). None with fewer than 200 days or under 10 K of
    spread between cold and warm days.
    """
    known = np.isfinite(load) & np.isfinite(temperature)
    load, temperature, weekend = load[known], temperature[known], weekend[known]
    if load.size < MINIMUM_DAYS or np.ptp(np.quantile(temperature, (0.05, 0.95))) < SEASON_SPAN:
        return None
    heating = np.maximum(HEATING_POINTS - temperature[:, None], 0)
    cooling = np.maximum(temperature[:, None] - COOLING_POINTS, 0)
    best = min(_candidates(load, heating, cooling, weekend), key=lambda found: found[0])
    return _describe(load, heating, cooling, weekend, best[1], best[2])


def _within(values: Array, weekend: Flags) -> Array:
    """Deviations from the mean of the same kind of day."""
    out = np.array(values, dtype=float)
    for kind in (weekend, ~weekend):
        if kind.any():
            out[kind] -= out[kind].mean(axis=0)
    return out


def _candidates(
    load: Array, heating: Array, cooling: Array, weekend: Flags
) -> Iterable[tuple[float, int | None, int | None]]:
    """(criterion, heating point, cooling point) of the best model of each form."""
    y, h, c = _within(load, weekend), _within(heating, weekend), _within(cooling, weekend)
    n, total = load.size, float(y @ y)
    floor = max(total, 1e-12) * 1e-9
    hh, cc, hc, hy, cy = (h * h).sum(0), (c * c).sum(0), h.T @ c, h.T @ y, c.T @ y
    heat_ok = (heating > 0).sum(0) >= MINIMUM_ACTIVE_DAYS
    cool_ok = (cooling > 0).sum(0) >= MINIMUM_ACTIVE_DAYS

    def criterion(left: float, parameters: int) -> float:
        return n * float(np.log(max(left, floor) / n)) + parameters * float(np.log(n))

    yield criterion(total, 2), None, None
    for gram, cross, usable, is_heat in ((hh, hy, heat_ok, True), (cc, cy, cool_ok, False)):
        gain = np.where(usable & (cross > 0), cross**2 / np.maximum(gram, 1e-9), 0)
        at = int(gain.argmax())
        if gain[at] > 0:
            yield criterion(total - float(gain[at]), 4), at if is_heat else None, None if is_heat else at
    determinant = np.outer(hh, cc) - hc**2
    slope_h = (hy[:, None] * cc - cy * hc) / np.maximum(determinant, 1e-9)
    slope_c = (cy * hh[:, None] - hy[:, None] * hc) / np.maximum(determinant, 1e-9)
    apart = HEATING_POINTS[:, None] <= COOLING_POINTS
    usable = apart & np.outer(heat_ok, cool_ok) & (slope_h > 0) & (slope_c > 0) & (determinant > 1e-6)
    gain = np.where(usable, slope_h * hy[:, None] + slope_c * cy, 0)
    at = int(gain.argmax())
    if gain.flat[at] > 0:
        row, column = np.unravel_index(at, gain.shape)
        yield criterion(total - float(gain.flat[at]), 6), int(row), int(column)


def _describe(
    load: Array, heating: Array, cooling: Array, weekend: Flags, at_h: int | None, at_c: int | None
) -> ChangePoint:
    columns = [np.ones(load.size), weekend.astype(float)]
    columns += [heating[:, at_h]] if at_h is not None else []
    columns += [cooling[:, at_c]] if at_c is not None else []
    design = np.column_stack(columns)
    solution = np.linalg.lstsq(design, load, rcond=None)[0]
    residual = load - design @ solution
    slopes = [float(value) for value in solution[2:]]
    spread = float(((load - load.mean()) ** 2).sum())
    mean = float(load.mean())
    return ChangePoint(
        base=float(solution[0]),
        weekend_step=float(solution[1]),
        heating_slope=slopes[0] if at_h is not None else 0.0,
        heating_balance=float(HEATING_POINTS[at_h]) if at_h is not None else None,
        cooling_slope=slopes[-1] if at_c is not None else 0.0,
        cooling_balance=float(COOLING_POINTS[at_c]) if at_c is not None else None,
        r2=1 - float(residual @ residual) / spread if spread > 0 else 0.0,
        cvrmse=float(np.sqrt(residual @ residual / max(load.size - len(solution), 1))) / mean if mean > 0 else 0.0,
        days=load.size,
    )
