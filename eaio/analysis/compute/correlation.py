"""How closely the daily loads of a building's carriers go together, and with the weather.

Neighbouring days are alike, so that a year of days is worth fewer: the sample size behind interval and significance is
n (1 - r1 r2) / (1 + r1 r2) with the lag-1 autocorrelations of both series (Bretherton et al. 1999, Journal of Climate
12, 1990-2009). Intervals by Fisher's z; significance over all pairs by Holm's step-down at 5 %.
"""

from collections.abc import Mapping, Sequence
from itertools import combinations

import numpy as np
import polars as pl
from msgspec import structs
from numpy.typing import NDArray

from eaio.analysis.compute.fitness import lag_one
from eaio.analysis.compute.series import DEFAULT_BASE
from eaio.analysis.models.loads import Correlation

Floats = NDArray[np.float64]

LEAST_DAYS = 30
LEAST_INDEPENDENT = 4.0
LONGEST_LAG = 3
LEVEL = 0.05
QUANTILE = 1.959964
WORDS = ((0.8, "very closely"), (0.6, "closely"), (0.4, "moderately"), (0.2, "weakly"))
METHOD = (
    "Pearson correlation of daily totals on days that are known of both; the interval and the significance count "
    "fewer days than there are, because neighbouring days are alike (Bretherton 1999), and all pairs together "
    "(Holm, 5 %). A lag is named only where it fits better beyond chance. Degrees are those of the mean day beyond "
    f"{DEFAULT_BASE} °C."
)


def carrier_pairs(days: pl.DataFrame, labels: Mapping[str, str], degrees: str | None = None) -> list[Correlation]:
    """Every pair of columns of daily loads.

    Args:
        days: gapless, one row per local day, a column per series, null or NaN where unknown.
        labels: column to name, in the order of the pairs.
        degrees: the column with the mean outdoor temperature, for the correlation under the same weather.
    """
    return [_pair(days, (one, other), (labels[one], labels[other]), degrees) for one, other in combinations(labels, 2)]


def weather_pairs(days: pl.DataFrame, loads: Mapping[str, str], weather: Mapping[str, str]) -> list[Correlation]:
    """Each load with each weather variable; the load may follow the weather by some days."""
    return [_pair(days, (cause, load), (weather[cause], loads[load]), None) for load in loads for cause in weather]


def judged(pairs: Sequence[Correlation]) -> tuple[Correlation, ...]:
    """The pairs with their significance among all of them (Holm 1979)."""
    tested = sorted((pair.p_value, at) for at, pair in enumerate(pairs) if pair.p_value is not None)
    kept: set[int] = set()
    for rank, (p_value, at) in enumerate(tested):
        if p_value > LEVEL / (len(tested) - rank):
            break
        kept.add(at)
    return tuple(_said(structs.replace(pair, significant=at in kept)) for at, pair in enumerate(pairs))


def _pair(days: pl.DataFrame, columns: tuple[str, str], names: tuple[str, str], degrees: str | None) -> Correlation:
    x, y = (days[name].cast(pl.Float64).fill_null(np.nan).to_numpy() for name in columns)
    both = np.isfinite(x) & np.isfinite(y)
    refusal = _refusal(x[both], y[both], names)
    empty = Correlation(first=names[0], second=names[1], days=int(both.sum()), refusal=refusal, statement="")
    if refusal:
        return empty
    r, independent = _correlated(x, y)
    if independent < LEAST_INDEPENDENT:
        return structs.replace(empty, refusal="Each day repeats the one before: the days are worth too few")
    low, high = _interval(r, independent)
    found = structs.replace(empty, independent=independent, r=r, low=low, high=high, p_value=_p_value(r, independent))
    if degrees is not None:
        t = days[degrees].cast(pl.Float64).fill_null(np.nan).to_numpy()
        found = structs.replace(found, same_weather=_cleared(x, y, t))
    return _with_lag(found, x, y)


def _refusal(x: Floats, y: Floats, names: tuple[str, str]) -> str | None:
    if x.size < LEAST_DAYS:
        return f"{x.size} days are known of both; a correlation needs {LEAST_DAYS}"
    for values, name in zip((x, y), names, strict=True):
        if not values.any():
            return f"{name} reads zero every day"
        if np.ptp(values) <= 1e-9 * max(1.0, float(np.abs(values).max())):
            return f"{name} is the same every day"
    return None


def _correlated(x: Floats, y: Floats) -> tuple[float, float]:
    """Correlation and the independent days it rests on."""
    both = np.isfinite(x) & np.isfinite(y)
    a, b, day = x[both], y[both], np.flatnonzero(both)
    r = float(np.corrcoef(a, b)[0, 1])
    alike = lag_one(a - a.mean(), day) * lag_one(b - b.mean(), day)
    return float(np.clip(r, -1, 1)), float(min(a.size, a.size * (1 - alike) / (1 + alike)))


def _interval(r: float, n: float) -> tuple[float, float]:
    if abs(r) >= 1:
        return r, r
    z, half = np.arctanh(r), QUANTILE / np.sqrt(max(n - 3, 1e-9))
    return float(np.tanh(z - half)), float(np.tanh(z + half))


def _p_value(r: float, n: float) -> float:
    from scipy.stats import t as student

    freedom = n - 2
    if abs(r) >= 1:
        return 0.0
    return float(2 * student.sf(abs(r) * np.sqrt(freedom / (1 - r * r)), freedom))


def _cleared(x: Floats, y: Floats, t: Floats) -> float | None:
    """Correlation of what heating and cooling degrees do not explain; None where too few days are left."""
    known = np.isfinite(x) & np.isfinite(y) & np.isfinite(t)
    if known.sum() < LEAST_DAYS:
        return None
    degrees = t[known]
    columns = [np.ones(degrees.size), np.maximum(DEFAULT_BASE - degrees, 0), np.maximum(degrees - DEFAULT_BASE, 0)]
    design = np.column_stack(columns)
    left = [values[known] - design @ np.linalg.lstsq(design, values[known], rcond=None)[0] for values in (x, y)]
    scale = [float(values[known].std()) for values in (x, y)]
    if any(one.std() <= 1e-6 * size for one, size in zip(left, scale, strict=True)):
        return None
    return float(np.corrcoef(left[0], left[1])[0, 1])


def _with_lag(found: Correlation, x: Floats, y: Floats) -> Correlation:
    """Name the lag at which the second series follows the first best, where it beats the same day beyond chance."""
    if found.r is None or found.independent is None or abs(found.r) >= 1:
        return found
    best, at = abs(found.r), 0
    for lag in (*range(-LONGEST_LAG, 0), *range(1, LONGEST_LAG + 1)):
        a, b = (x[:-lag], y[lag:]) if lag > 0 else (x[-lag:], y[:lag])
        if (np.isfinite(a) & np.isfinite(b)).sum() >= LEAST_DAYS:
            r = abs(_correlated(a, b)[0])
            best, at = (r, lag) if r > best else (best, at)
    gain = np.arctanh(min(best, 1 - 1e-12)) - np.arctanh(abs(found.r))
    if at == 0 or gain <= QUANTILE * np.sqrt(2 / max(found.independent - 3, 1e-9)):
        return found
    a, b = (x[:-at], y[at:]) if at > 0 else (x[-at:], y[:at])
    return structs.replace(found, lag_days=at, lag_r=_correlated(a, b)[0])


def _said(pair: Correlation) -> Correlation:
    if pair.r is None:
        return structs.replace(pair, statement=pair.refusal or "")
    if not pair.significant:
        return structs.replace(pair, statement=f"{pair.second} and {_within(pair.first)}: not told from chance")
    word = next((word for least, word in WORDS if abs(pair.r) >= least), "hardly")
    way = "rises with" if pair.r > 0 else "falls with"
    later = f", {_days(pair.lag_days)} after it" if pair.lag_days and pair.lag_days > 0 else ""
    earlier = f", {_days(-pair.lag_days)} before it" if pair.lag_days and pair.lag_days < 0 else ""
    return structs.replace(pair, statement=f"{pair.second} {word} {way} {_within(pair.first)}{later}{earlier}")


def _within(name: str) -> str:
    """A name within a sentence."""
    return name[:1].lower() + name[1:]


def _days(count: int) -> str:
    return "a day" if count == 1 else f"{count} days"
