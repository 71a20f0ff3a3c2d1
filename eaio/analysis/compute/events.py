"""Hours into events: what kind each spell is, which spells are one cause, what it cost and how to say it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.compute import explain, recurring
from eaio.analysis.compute.causes import Cause
from eaio.analysis.compute.faults import Fault
from eaio.analysis.compute.profile import occupied_hours
from eaio.analysis.models import AnomalyKind, Finding
from eaio.metering.compute.quality.rules import SCALE_TOLERANCE
from eaio.timeseries import weeks
from eaio.timeseries.metrics import runs
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]
Mask = tuple[AnomalyKind, Bools]

WEEKEND_STARTS = 5 * 24
DAY = (6, 20)
"""Hours of the day outside which running is a matter of the night."""
RECURS_WITHIN_HOURS = {
    AnomalyKind.NIGHT: 30,
    AnomalyKind.WEEKEND: 156,
    AnomalyKind.MISSING: 6,
    AnomalyKind.ZERO: 24,
    AnomalyKind.STUCK: 24,
}
"""Spells of a kind this close together have one cause; other kinds 12 h. Night after night, weekend after weekend."""
RECURS_DEFAULT = 12
MOSTLY = 0.6
BURSTS = {Carrier.IRRIGATION: 12.0}
"""Watering comes in bursts: how many times the smallest excess of other carriers its events must move."""
STRENGTH, SHARE_MARKED = (0.0, 2.0, 3.0, 6.0), (0.33, 0.42, 0.8, 0.9)
LOW_DISCOUNT = 0.8
CERTAIN = {
    AnomalyKind.MISSING: 1.0,
    AnomalyKind.NEGATIVE: 0.95,
    AnomalyKind.ZERO: 0.9,
    AnomalyKind.SCALE: 0.9,
    AnomalyKind.SPIKE: 0.85,
    AnomalyKind.OUTAGE: 0.85,
    AnomalyKind.STUCK: 0.75,
}


class WorthParams(Struct, frozen=True):
    """Which events are worth anyone's time."""

    smallest_hours: float = 2.0
    """Excess in hours of mean load."""
    smallest_share: float = 0.05
    """Excess as a share of what is normal: in smaller ones what is high and what is low cancels."""


class Hours(NamedTuple):
    """The series that events are cut from."""

    first: datetime
    local: pl.Series
    values: Floats
    expected: Floats
    score: Floats
    clock: weeks.Clock
    holiday: Bools


EXPLAINS = {
    AnomalyKind.LEAK: frozenset({AnomalyKind.NIGHT, AnomalyKind.WEEKEND, AnomalyKind.HIGH, AnomalyKind.PEAK}),
    AnomalyKind.SCHEDULE: frozenset({AnomalyKind.NIGHT, AnomalyKind.HIGH}),
    AnomalyKind.DRIFT: frozenset({AnomalyKind.HIGH, AnomalyKind.LOW}),
    AnomalyKind.STUCK: frozenset({AnomalyKind.NIGHT, AnomalyKind.WEEKEND, AnomalyKind.HIGH, AnomalyKind.PEAK}),
}
"""Which spells a lasting cause is the reason of, where it holds for half of their hours and in their direction."""
LONGEST_PEAK_HOURS = 24
THROUGH_HOURS = 24
SHORTEST_SCALED_HOURS = 48


class Setting(NamedTuple):
    """What a spell is judged by besides its own hours."""

    carrier: Carrier
    bridge: int
    """Hours between a spell and an outage that it belongs to."""
    peak_over: float = 1.08
    lasting: Sequence[Cause] = ()


def masks(hours: Hours, faults: Sequence[Fault], unusual: Bools, setting: Setting) -> list[Mask]:
    """Every hour's kind: the faults of the rules, and contextual spells as night, weekend, high or low.

    A low spell beside an outage is the outage's own edge. Sun and rain keep no working hours, so that for solar and
    irrigation there is only high and low; less irrigation and more sun than usual are no anomalies.
    """
    sorted_out = {fault.kind: fault.hours.copy() for fault in faults}
    sorted_out |= {kind: np.zeros(unusual.shape, bool) for kind in CONTEXTUAL}
    when = When.of(hours)
    near_outage = _widened(sorted_out[AnomalyKind.OUTAGE], setting.bridge)
    high = setting.peak_over * weeks.quantile(hours.values, 0.995)
    carrier = setting.carrier
    usual = weeks.median(hours.clock.fold(hours.values))[hours.clock.hour_of_week()]
    ratio = np.where((usual > 0) & (hours.values > 0), hours.values / np.where(usual > 0, usual, 1.0), np.nan)
    for start, end in runs(unusual):
        here = slice(start, end)
        kind = _kind(np.nan_to_num(hours.values - hours.expected)[here], when.part(here))
        if kind == AnomalyKind.LOW and near_outage[here].any():
            kind = AnomalyKind.OUTAGE
        if carrier in UNSCHEDULED and kind != AnomalyKind.LOW:
            kind = AnomalyKind.HIGH
        elif kind == AnomalyKind.HIGH and end - start >= SHORTEST_SCALED_HOURS and _whole_decades(ratio[here]):
            kind = AnomalyKind.SCALE
        elif kind == AnomalyKind.HIGH and end - start <= LONGEST_PEAK_HOURS and np.nanmax(hours.values[here]) > high:
            kind = AnomalyKind.PEAK
        if (carrier, kind) in UNREMARKABLE or _explained(kind, here, hours.values, setting.lasting):
            continue
        sorted_out[kind][here] = True
    _join_nights(sorted_out)
    return list(sorted_out.items())


UNSCHEDULED = frozenset({Carrier.SOLAR, Carrier.IRRIGATION})
UNREMARKABLE = frozenset({(Carrier.IRRIGATION, AnomalyKind.LOW), (Carrier.SOLAR, AnomalyKind.HIGH)})
CONTEXTUAL = (AnomalyKind.NIGHT, AnomalyKind.WEEKEND, AnomalyKind.HIGH, AnomalyKind.LOW, AnomalyKind.PEAK)


def _whole_decades(ratio: Floats) -> bool:
    """Whether a spell reads ten, a hundred or a thousand times what its hours of the week usually read."""
    decades = np.log10(ratio[np.isfinite(ratio)])
    if decades.size < SHORTEST_SCALED_HOURS:
        return False
    middle = float(np.median(decades))
    return round(middle) >= 1 and abs(middle - round(middle)) <= SCALE_TOLERANCE


def _join_nights(sorted_out: dict[AnomalyKind, Bools]) -> None:
    """A weekend that ran through, nights included, between nights that did is plant left on, not a working weekend."""
    nights = sorted_out[AnomalyKind.NIGHT]
    near = _widened(nights, RECURS_WITHIN_HOURS[AnomalyKind.NIGHT])
    for start, end in runs(sorted_out[AnomalyKind.WEEKEND]):
        if end - start >= THROUGH_HOURS and near[[start, end - 1]].any():
            nights[start:end] = True
            sorted_out[AnomalyKind.WEEKEND][start:end] = False


def _explained(kind: AnomalyKind, here: slice, values: Floats, lasting: Sequence[Cause]) -> bool:
    for cause in lasting:
        if kind in EXPLAINS[cause.kind] and cause.hours[here].mean() >= 0.5:
            affected = np.flatnonzero(cause.hours)
            rises = float(np.nansum(values[affected] - cause.normal[affected])) > 0
            if rises == (kind != AnomalyKind.LOW):
                return True
    return False


class When(NamedTuple):
    """What sort of time each hour is."""

    occupied: Bools
    weekend: Bools
    daytime: Bools

    @classmethod
    def of(cls, hours: Hours) -> "When":
        """From the load's own week and the calendar; holidays count as weekend."""
        hour_of_week = hours.clock.hour_of_week()
        week = weeks.median(hours.clock.fold(hours.values))
        occupied = occupied_hours(week)[hour_of_week] & ~hours.holiday
        hour = hour_of_week % 24
        return cls(occupied, (hour_of_week >= WEEKEND_STARTS) | hours.holiday, (hour >= DAY[0]) & (hour < DAY[1]))

    def part(self, here: slice) -> "When":
        """The same for a stretch of hours."""
        return When(*(flags[here] for flags in self))


def _kind(excess: Floats, when: When) -> AnomalyKind:
    """By sign and by when most of the excess falls."""
    if excess.sum() < 0:
        return AnomalyKind.LOW
    weight = np.maximum(excess, 0)
    total = max(float(weight.sum()), 1e-9)

    def mostly(hours: Bools) -> bool:
        return float(weight[hours].sum()) / total >= MOSTLY

    if mostly(when.weekend & ~when.occupied) and float(weight[when.daytime].sum()) / total >= 1 - MOSTLY:
        return AnomalyKind.WEEKEND
    return AnomalyKind.NIGHT if mostly(~when.occupied) else AnomalyKind.HIGH


def _widened(flags: Bools, hours: int) -> Bools:
    return np.convolve(flags, np.ones(2 * hours + 1), "same") > 0


class Valuation(NamedTuple):
    """What turns hours into money and carbon, and a score into confidence."""

    carrier: Carrier
    rates: Rates | None
    threshold: float
    least: WorthParams = WorthParams()

    def worth(self, kind: AnomalyKind, kwh: float) -> tuple[float | None, float | None]:
        """Money and kgCO2e of an excess; unknown for faults, and a loss of solar output costs."""
        if self.rates is None or kind.is_data_fault or kind == AnomalyKind.OUTAGE:
            return None, None
        spent = -kwh if self.carrier == Carrier.SOLAR else kwh
        return self.rates.money(self.carrier, spent), self.rates.co2(self.carrier, spent)


def findings(hours: Hours, marked: list[Mask], value: Valuation, lasting: Sequence[Cause] = ()) -> tuple[Finding, ...]:
    """One Finding per cause, in order of time."""
    smallest = value.least.smallest_hours * BURSTS.get(value.carrier, 1.0) * _usual(hours, value.carrier)
    found = [
        _finding(hours, Cause(kind, mask, _normal(hours, kind), -1.0, {}), slice(start, end), value)
        for kind, mask in marked
        for start, end in _merged(runs(mask), RECURS_WITHIN_HOURS.get(kind, RECURS_DEFAULT))
    ]
    found += [_finding(hours, cause, _extent(cause.hours), value) for cause in lasting if cause.hours.any()]
    worth_telling = (
        f for f in found if f.kind in CERTAIN or abs(f.kwh) >= max(smallest, value.least.smallest_share * f.normal_kwh)
    )
    return tuple(sorted(worth_telling, key=lambda finding: (finding.start, finding.kind)))


def _usual(hours: Hours, carrier: Carrier) -> float:
    """Mean normal load; of watering, which is normally off at any one hour, mean of what ran but for extremes."""
    if carrier == Carrier.IRRIGATION:
        load = np.clip(hours.values, 0, weeks.quantile(hours.values, 0.995))
    else:
        load = np.abs(hours.expected)
    known = load[np.isfinite(load)]
    return float(known.mean()) if known.size else 0.0


def _merged(spells: NDArray[np.int64], within: int) -> list[tuple[int, int]]:
    merged: list[tuple[int, int]] = []
    for start, end in spells.tolist():
        if merged and start - merged[-1][1] <= within:
            merged[-1] = (merged[-1][0], end)
        else:
            merged.append((start, end))
    return merged


def _normal(hours: Hours, kind: AnomalyKind) -> Floats:
    """What is expected; of readings scaled up for weeks, whose expected level came along, what the week usually is."""
    if kind != AnomalyKind.SCALE:
        return hours.expected
    usual = weeks.median(hours.clock.fold(hours.values))[hours.clock.hour_of_week()]
    return np.where(hours.values > hours.expected, np.fmin(hours.expected, usual), hours.expected)


def _extent(mask: Bools) -> slice:
    affected = np.flatnonzero(mask)
    return slice(int(affected[0]), int(affected[-1]) + 1)


def _finding(hours: Hours, cause: Cause, here: slice, value: Valuation) -> Finding:
    kind, affected = cause.kind, cause.hours[here]
    readings, score = hours.values[here][affected], hours.score[here][affected]
    normal = float(np.nan_to_num(cause.normal[here])[affected].sum())
    kwh = float(np.nan_to_num(readings).sum()) - normal
    money, co2 = value.worth(kind, kwh)
    draft = Finding(
        kind=kind,
        start=hours.first + timedelta(hours=here.start),
        end=hours.first + timedelta(hours=here.stop),
        hours=int(affected.sum()),
        spells=len(runs(affected)),
        kwh=kwh,
        normal_kwh=normal,
        money=money,
        co2_kg=co2,
        confidence=_confidence(kind, score, value.threshold) if cause.confidence < 0 else cause.confidence,
        explanation="",
        strength=float(score.max()) if kind in CONTEXTUAL else 0.0,
        week=recurring.week_of_hours(hours.clock.hour_of_week()[here][affected]),
    )
    when = hours.local[here.start], hours.local[here.stop - 1]
    return explain.explained(draft, value.carrier, when, readings, cause.words)


def _confidence(kind: AnomalyKind, score: Floats, threshold: float) -> float:
    """Rules are nearly certain; of contextual events the share that people had marked on LEAD at that strength.

    57 events: a third up to two standard deviations over the threshold, four in five from three on; low spells fewer.
    """
    if kind in CERTAIN:
        return CERTAIN[kind]
    share = float(np.interp(float(score.max()) - threshold, STRENGTH, SHARE_MARKED))
    return share * LOW_DISCOUNT if kind == AnomalyKind.LOW else share
