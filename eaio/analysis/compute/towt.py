"""Hourly use by time of week and outdoor temperature.

The 168 levels are eliminated first (Frisch and Waugh): inside an hour of the week everything is measured from its mean,
which leaves two small systems, of occupied and of other hours, whatever the length of the history. Mathieu, Price,
Kiliccote and Piette (2011), IEEE Trans. Smart Grid 2(3), 507-518; CalTRACK 2.0, section 3.
"""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from eaio.analysis.models import TowtModel, Weighting
from eaio.timeseries.calendar import HOURS_IN_WEEK

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

EDGES = tuple((f - 32) / 1.8 for f in (30.0, 45.0, 55.0, 65.0, 75.0, 90.0))
"""degC; CalTRACK 2.0, 3.9.1: 30, 45, 55, 65, 75 and 90 F."""
HEATING_BASE, COOLING_BASE = (50 - 32) / 1.8, (65 - 32) / 1.8
OCCUPIED_SHARE = 0.65
"""An hour of the week is occupied when a model of weather alone falls short more often than this."""
LEAST_HOURS = 20
"""A temperature segment with fewer hours joins its neighbour."""
NEIGHBOUR = 0.5
MONTHS = 12


class Hours(NamedTuple):
    """Hours with use and temperature, in order of time."""

    use: Floats
    temperature: Floats
    of_week: Ints
    """0 for Monday 00:00 to 167."""
    month: Ints
    """0 for January to 11."""


class Fitted(NamedTuple):
    """A model with what it says for its own hours and how many coefficients that took."""

    model: TowtModel
    predicted: Floats
    parameters: float


def fit(hours: Hours, weighting: Weighting = Weighting.YEAR, edges: tuple[float, ...] = EDGES) -> Fitted:
    """Fit the model; the caller has made sure that every hour of the week occurs.

    With ``Weighting.MONTHS`` every calendar month has a model of its own, in which its hours count 1 and those of the
    months before and after it 0.5; a month without hours takes the model of the year.
    """
    occupied = occupancy(hours)
    features = segments(hours.temperature, edges)
    whole = _solve(features, hours, np.ones(hours.use.size), occupied)
    solved = [whole]
    if weighting == Weighting.MONTHS:
        solved = [_month(features, hours, month, occupied) or whole for month in range(MONTHS)]
    model = TowtModel(
        weighting=weighting,
        occupied=tuple(bool(one) for one in occupied),
        edges=edges,
        levels=tuple(tuple(None if np.isnan(x) else float(x) for x in one.levels) for one in solved),
        slopes=tuple((tuple(one.slopes[0].tolist()), tuple(one.slopes[1].tolist())) for one in solved),
    )
    return Fitted(model, predict(model, hours.temperature, hours.of_week, hours.month), _parameters(solved, hours))


def predict(model: TowtModel, temperature: Floats, of_week: Ints, month: Ints) -> Floats:
    """Use of each hour; NaN where the temperature is unknown or the hour of the week was never seen."""
    row = month if len(model.levels) == MONTHS else np.zeros_like(month)
    levels = np.array(model.levels, float)
    slopes = np.array(model.slopes, float)
    group = np.array(model.occupied, int)[of_week]
    features = segments(temperature, model.edges)
    return levels[row, of_week] + np.einsum("hk,hk->h", features, slopes[row, group])


def occupancy(hours: Hours) -> Bools:
    """Hours of the week that use more than the weather explains in over 65 % of their weeks (CalTRACK 2.0, 3.8)."""
    t = hours.temperature
    weather = np.column_stack((np.ones(t.size), np.maximum(HEATING_BASE - t, 0), np.maximum(t - COOLING_BASE, 0)))
    found = np.linalg.lstsq(weather, hours.use, rcond=None)[0]
    above = (hours.use - weather @ found) > 0
    count = np.bincount(hours.of_week, minlength=HOURS_IN_WEEK)
    return np.bincount(hours.of_week, above, HOURS_IN_WEEK) > OCCUPIED_SHARE * np.maximum(count, 1)


def segments(temperature: Floats, edges: tuple[float, ...]) -> Floats:
    """Temperature cut into one column per segment, shape (hours, edges + 1), which add up to the temperature."""
    lower = np.array(edges)
    upper = np.append(lower[1:], np.inf)
    inner = np.clip(temperature[:, None] - lower, 0, upper - lower)
    return np.column_stack((np.minimum(temperature, edges[0]), inner))


class _Solved(NamedTuple):
    levels: Floats
    slopes: Floats
    """(2, segments): of other hours, of occupied hours."""
    rank: int
    own: float = 1.0
    """Share of the weight that the hours predicted by this model have."""


def _month(features: Floats, hours: Hours, month: int, occupied: Bools) -> _Solved | None:
    apart = np.minimum((hours.month - month) % MONTHS, (month - hours.month) % MONTHS)
    weight = np.where(apart == 0, 1.0, np.where(apart == 1, NEIGHBOUR, 0.0))
    near = weight > 0
    own = float((apart == 0).sum() / max(weight.sum(), 1))
    if not own:
        return None
    few = Hours(hours.use[near], hours.temperature[near], hours.of_week[near], hours.month[near])
    solved = _solve(features[near], few, weight[near], occupied)
    return None if np.isnan(solved.levels).any() else solved._replace(own=own)


def _solve(features: Floats, hours: Hours, weight: Floats, occupied: Bools) -> _Solved:
    total = np.bincount(hours.of_week, weight, HOURS_IN_WEEK)
    seen = np.where(total > 0, total, np.nan)
    mean = np.bincount(hours.of_week, weight * hours.use, HOURS_IN_WEEK) / seen
    columns = [np.bincount(hours.of_week, weight * column, HOURS_IN_WEEK) / seen for column in features.T]
    centre = np.column_stack(columns)
    x, y = features - centre[hours.of_week], hours.use - mean[hours.of_week]
    group = occupied[hours.of_week]
    pairs = [_slopes(x[mask], y[mask], weight[mask], features[mask]) for mask in (~group, group)]
    slopes = np.array([slope for slope, _ in pairs])
    levels = mean - np.einsum("wk,wk->w", centre, slopes[occupied.astype(int)])
    return _Solved(levels, slopes, int((total > 0).sum()) + sum(rank for _, rank in pairs))


def _slopes(x: Floats, y: Floats, weight: Floats, features: Floats) -> tuple[Floats, int]:
    """Slope of each segment; neighbours with too few hours share one."""
    joined = _joined(features)
    weighted = (x * weight[:, None]).T
    gram, target = joined.T @ (weighted @ x) @ joined, joined.T @ (weighted @ y)
    found, _, rank, _ = np.linalg.lstsq(gram, target, rcond=1e-11)
    return joined @ found, int(rank)


def _joined(features: Floats) -> Floats:
    """(segments, groups) of zeros and ones: which segments share a slope."""
    beyond = np.concatenate(([features.shape[0]], (features[:, 1:] > 0).sum(0), [0]))
    inside = -np.diff(beyond)
    group, groups, gathered = [0] * inside.size, 0, 0
    for segment, count in enumerate(inside):
        group[segment] = groups
        gathered += count
        if gathered >= LEAST_HOURS:
            groups, gathered = groups + 1, 0
    last = max(groups - 1, 0)
    return np.eye(max(groups, 1))[[min(one, last) for one in group]]


def _parameters(solved: list[_Solved], hours: Hours) -> float:
    """Coefficients; of overlapping monthly models each counts by the share of weight of its own month's hours."""
    return float(min(sum(one.rank * one.own for one in solved), hours.use.size - 1))
