"""What an anomaly looked like, as 384 numbers: events of one cause lie near each other, whatever the building's size.

Everything is relative to the normal load of the event's own hours, so that a school and a tower can be compared.
"""

from datetime import timedelta
from zlib import crc32

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.compute.blocks import Block, Floats, assemble
from eaio.analysis.models import AnomalyKind, Finding
from eaio.timeseries.calendar import HOURS_IN_WEEK, hour_of_week
from eaio.timeseries.units import Carrier

MODEL = "anomaly-signature-1"
SIZE = 384
COURSE = 48
MARGIN = 24
LONGEST_HOURS = 4096.0
BLOCKS = (
    Block("week", 0, HOURS_IN_WEEK, 0.25, 0.5, "excess over normal by hour of the week, affected hours only"),
    Block("course", 168, COURSE, 0.15, 0.5, "excess over normal from the first hour to the last, in 48 steps"),
    Block("around", 216, 2 * MARGIN, 0.10, 0.2, "excess over normal in the day before and the day after"),
    Block("hours", 264, 24, 0.15, 0.1, "share of the affected hours by hour of the day"),
    Block("days", 288, 7, 0.10, 0.1, "share of the affected hours by day of the week"),
    Block("season", 295, 12, 0.05, 0.1, "month, shared with its neighbours"),
    Block("carrier", 307, 8, 0.05, 0.1, "carrier"),
    Block("kind", 315, 32, 0.10, 0.1, "kind of event, as a direction of its own"),
    Block("size", 347, 37, 0.05, 0.2, "how long, how often, how much and which way"),
)
_CARRIERS = tuple(Carrier)


def signature(hourly: pl.DataFrame, expected: Floats, finding: Finding, carrier: Carrier) -> Floats | None:
    """The signature of a finding in the HOURLY frame that it was found in; None where nothing was normal to compare.

    Args:
        hourly: gapless.
        expected: what would have been normal, one per hour of the frame.
        finding: with its extent in UTC.
        carrier: of the meter.
    """
    first = int((finding.start - hourly["time"][0]) / timedelta(hours=1))
    last = int((finding.end - hourly["time"][0]) / timedelta(hours=1))
    normal = np.abs(expected[first:last])
    scale = float(np.nanmean(normal)) if np.isfinite(normal).any() else 0.0
    if scale <= 0:
        return None
    values = hourly["value"].to_numpy().astype(float)
    excess = np.clip(np.nan_to_num((values - expected) / scale), -10, 10)
    within = hourly.slice(first, last - first)
    week_hour = within.select(hour_of_week()).to_series().to_numpy()
    months: NDArray[np.int64] = within["local"].dt.month().to_numpy() - 1
    features = {
        "week": _by_hour(excess[first:last], week_hour),
        "course": _course(excess[first:last]),
        "around": _around(excess, first, last),
        "hours": _shares(week_hour % 24, 24),
        "days": _shares(week_hour // 24, 7),
        "season": _season(months),
        "carrier": np.array([float(one == carrier) for one in _CARRIERS]),
        "kind": _direction(finding.kind),
        "size": _size(finding),
    }
    return assemble(BLOCKS, features, SIZE)


def _by_hour(excess: Floats, week_hour: NDArray[np.int64]) -> Floats:
    total, count = np.zeros(HOURS_IN_WEEK), np.zeros(HOURS_IN_WEEK)
    np.add.at(total, week_hour, excess)
    np.add.at(count, week_hour, 1)
    return total / np.maximum(count, 1)


def _course(excess: Floats) -> Floats:
    """Means of equal stretches of the event; a short event is stretched."""
    edges = np.linspace(0, excess.size, COURSE + 1)
    summed = np.interp(edges, np.arange(excess.size + 1), np.concatenate(([0.0], np.cumsum(excess))))
    return np.diff(summed) / np.diff(edges)


def _around(excess: Floats, first: int, last: int) -> Floats:
    """The hours beyond the ends of the series are unknown, and so ordinary."""
    padded = np.pad(excess, MARGIN)
    return np.concatenate((padded[first : first + MARGIN], padded[last + MARGIN : last + 2 * MARGIN]))


def _shares(index: NDArray[np.int64], size: int) -> Floats:
    """Relative to even shares: 0 where an hour or day is as frequent as any other."""
    counted = np.bincount(index, minlength=size) / max(index.size, 1)
    return counted - 1 / size


def _season(months: NDArray[np.int64]) -> Floats:
    counted = np.bincount(months, minlength=12) / max(months.size, 1)
    return counted + 0.5 * (np.roll(counted, 1) + np.roll(counted, -1)) - 2 / 12


def _direction(kind: AnomalyKind) -> Floats:
    """A fixed direction for each kind, nearly at right angles to every other; kinds to come need no place kept free."""
    return np.random.default_rng(crc32(kind.value.encode())).normal(size=32)


def _size(finding: Finding) -> Floats:
    """Steps that are reached, so that 8 hours are nearer to 16 than to 400."""
    length = np.log2(np.array([finding.hours, finding.spells], float).clip(1, LONGEST_HOURS))
    relative = finding.kwh / finding.normal_kwh if finding.normal_kwh else np.sign(finding.kwh)
    long, often = (one >= np.arange(12) for one in length)
    much = np.abs(relative) >= np.array([0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 3, 5, 10])
    return np.concatenate((long, often, np.sign(relative) * much, [np.sign(relative)])).astype(float) - 0.0
