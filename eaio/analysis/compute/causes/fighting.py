"""Heating and cooling at the same hours, beyond what is usual for a building at that temperature and hour."""

from collections.abc import Sequence
from datetime import timedelta
from typing import NamedTuple
from uuid import UUID

import msgspec
import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.compute import explain
from eaio.analysis.compute.causes.scene import CauseParams
from eaio.analysis.compute.recurring import week_of
from eaio.analysis.models import AnomalyKind, Finding, MeterAnalysis
from eaio.timeseries import weeks
from eaio.timeseries.metrics import runs
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import CARRIER_LABEL, Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

HEAT = (Carrier.HOTWATER, Carrier.STEAM, Carrier.GAS)
BIN = 2.0
"""Kelvin within which temperatures count as the same."""
PARTS_OF_DAY = 4
FEWEST_IN_BIN = 20
FEWEST_DAYS = 90
BRIDGE_DAYS = 2
CAUSED = frozenset({AnomalyKind.HIGH, AnomalyKind.PEAK, AnomalyKind.NIGHT, AnomalyKind.WEEKEND, AnomalyKind.DRIFT})
"""What the single meters say of the same thing."""


class Metered(NamedTuple):
    """The trusted hours of one meter with what was found in it."""

    analysis: MeterAnalysis
    clean: pl.DataFrame
    rates: Rates | None
    expected: Floats
    """What would have been normal, one per hour."""


def with_fighting(meters: Sequence[Metered], params: CauseParams | None = None) -> list[MeterAnalysis]:
    """The analyses of a building's meters with the fights between heat and cold, told once, at the chilled water.

    What the single meters said of those hours goes. Without outdoor temperature nothing is usual, and the refusal
    says so.
    """
    pair = _pair(meters)
    if pair is None:
        return [meter.analysis for meter in meters]
    heat, cold = pair
    frame = _together(heat, cold)
    cooling = cold.analysis.figures.meter_id
    if frame["temperature"].count() < FEWEST_DAYS * 24:
        why = "Heating against cooling is judged by outdoor temperature, of which too little is known"
        return [_refused(m.analysis, why) if m.analysis.figures.meter_id == cooling else m.analysis for m in meters]
    found = _findings(frame, heat, cold, params or CauseParams())
    involved = {meter.analysis.figures.meter_id for meter in pair}
    return [_renewed(m.analysis, found, involved, cooling) for m in meters]


def _pair(meters: Sequence[Metered]) -> tuple[Metered, Metered] | None:
    """The largest heat meter and the largest chilled-water meter."""

    def largest(carriers: Sequence[Carrier]) -> Metered | None:
        of = [m for m in meters if m.analysis.figures.carrier in carriers and m.analysis.figures.mean]
        return max(of, key=lambda m: m.analysis.figures.mean or 0.0, default=None)

    heat, cold = largest(HEAT), largest((Carrier.CHILLEDWATER,))
    return (heat, cold) if heat and cold else None


def _together(heat: Metered, cold: Metered) -> pl.DataFrame:
    other = heat.clean.select("time", heat=pl.col("value"))
    return cold.clean.rename({"value": "cold"}).join(other, on="time", how="left").sort("time")


def _findings(frame: pl.DataFrame, heat: Metered, cold: Metered, params: CauseParams) -> tuple[Finding, ...]:
    hot, chilled, temperature = (frame[name].to_numpy().astype(float) for name in ("heat", "cold", "temperature"))
    both = np.minimum(np.maximum(hot, 0), np.maximum(chilled, 0))
    usual = _usual(both, temperature, frame["local"].dt.hour().to_numpy())
    days = frame["local"].dt.date().rle_id().to_numpy()
    excess = both - usual
    daily: Floats = np.bincount(days, np.nan_to_num(excess)).astype(np.float64)
    known = np.bincount(days, np.isfinite(excess)) >= 12
    spread = float(np.nan_to_num(weeks.mad(daily[known], np.array(np.median(daily[known]))))) if known.any() else 0.0
    least = params.fight_share * 24 * min(float(np.nan_to_num(np.nanmean(side))) for side in (hot, chilled))
    if known.sum() < FEWEST_DAYS or least <= 0:
        return ()
    flagged = known & (daily > max(params.fight_strength * spread, least))
    spans = [span for span in _joined(flagged) if span[1] - span[0] >= params.fight_days]
    strength = daily / max(spread, least / params.fight_strength)
    return tuple(_finding(frame, excess, usual, _Span(days, flagged, span, strength), heat, cold) for span in spans)


def _usual(both: Floats, temperature: Floats, hour: NDArray[np.int8]) -> Floats:
    """Median of what ran together at the same temperature and part of the day; NaN where that is not known."""
    band = np.where(np.isfinite(temperature), np.floor(np.nan_to_num(temperature) / BIN), np.nan)
    usual = np.full(both.shape, np.nan)
    part = hour // (24 // PARTS_OF_DAY)
    for at in np.unique(band[np.isfinite(band)]):
        for when in range(PARTS_OF_DAY):
            here = (band == at) & (part == when)
            known = both[here & np.isfinite(both)]
            if known.size >= FEWEST_IN_BIN:
                usual[here] = np.median(known)
    return usual


class _Span(NamedTuple):
    days: NDArray[np.int64]
    flagged: Bools
    span: tuple[int, int]
    strength: Floats


def _joined(flagged: Bools) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in runs(flagged).tolist():
        if joined and start - joined[-1][1] <= BRIDGE_DAYS:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _finding(frame: pl.DataFrame, excess: Floats, usual: Floats, at: _Span, heat: Metered, cold: Metered) -> Finding:
    inside = (at.days >= at.span[0]) & (at.days < at.span[1]) & at.flagged[at.days] & np.isfinite(excess)
    hours = np.flatnonzero(inside)
    kwh = float(excess[hours].sum())
    carrier = heat.analysis.figures.carrier
    sides = [(heat.rates, carrier), (cold.rates, Carrier.CHILLEDWATER)]
    money, co2 = (
        sum(known) if len(known := [v for v in values if v is not None]) == len(sides) else None
        for values in (
            [rates.money(c, kwh) if rates else None for rates, c in sides],
            [rates.co2(c, kwh) if rates else None for rates, c in sides],
        )
    )
    first, last = int(hours[0]), int(hours[-1])
    draft = Finding(
        kind=AnomalyKind.SIMULTANEOUS,
        start=frame["time"][first],
        end=frame["time"][last] + timedelta(hours=1),
        hours=hours.size,
        spells=len(runs(inside)),
        kwh=kwh,
        normal_kwh=float(usual[hours].sum()),
        money=money,
        co2_kg=co2,
        confidence=float(np.clip(0.4 + 0.05 * at.strength[at.span[0] : at.span[1]].max(), 0.5, 0.9)),
        explanation="",
        week=week_of(frame["local"].gather(hours)),
    )
    when = frame["local"][first], frame["local"][last]
    words = {"heat": CARRIER_LABEL[carrier].lower()}
    return explain.explained(draft, Carrier.CHILLEDWATER, when, frame["cold"].to_numpy()[hours], words)


def _renewed(one: MeterAnalysis, found: Sequence[Finding], involved: set[UUID], cooling: UUID) -> MeterAnalysis:
    if one.figures.meter_id not in involved or not found:
        return one
    kept = [f for f in one.findings if not (f.kind in CAUSED and any(_within(f, other) for other in found))]
    added = found if one.figures.meter_id == cooling else ()
    together = sorted((*kept, *added), key=lambda finding: (finding.start, finding.kind))
    return msgspec.structs.replace(one, findings=tuple(together))


def _within(finding: Finding, fight: Finding) -> bool:
    """Whether half of a finding's time lies in the fight, or the fight in spells that reach beyond it."""
    shared = min(finding.end, fight.end) - max(finding.start, fight.start)
    length = finding.end - finding.start
    if finding.kind != AnomalyKind.DRIFT:
        length = min(length, fight.end - fight.start)
    return shared >= length / 2


def _refused(one: MeterAnalysis, why: str) -> MeterAnalysis:
    refusals = (*one.figures.refusals, why)
    return msgspec.structs.replace(one, figures=msgspec.structs.replace(one.figures, refusals=refusals))
