"""From readings to events: rules, then context, then one event per cause."""

from collections.abc import Collection
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.compute import events
from eaio.analysis.compute.causes import CauseParams, Scene, lasting
from eaio.analysis.compute.context import ContextParams, Surroundings, context
from eaio.analysis.compute.faults import faults
from eaio.analysis.models import AnomalyKind, Finding
from eaio.metering.compute.quality.rules import Evidence, RuleParams
from eaio.timeseries import weeks
from eaio.timeseries.metrics import runs
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import Carrier

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

FLOOR_OF_PEAK: dict[Carrier, float] = {
    Carrier.GAS: 0.05,
    Carrier.STEAM: 0.03,
    Carrier.HOTWATER: 0.03,
    Carrier.CHILLEDWATER: 0.03,
    Carrier.WATER: 0.05,
    Carrier.IRRIGATION: 0.25,
    Carrier.SOLAR: 0.05,
}
"""Share of the near-peak load under which variation is no news: pulses and bursts are coarser than electricity."""
FEWEST_HOURS = 6 * 168
"""Below six weeks nothing is known of what is usual, and only the rules speak."""


class DetectionParams(Struct, frozen=True):
    """When an hour is an anomaly and when hours are one event."""

    threshold: float = 3.2
    """Smoothed robust standard deviations; chosen on LEAD, in the middle of a plateau."""
    bridge_hours: int = 3
    """A shorter lull does not end a spell."""
    shortest_hours: int = 3
    edge: float = 2.5
    """Smoothing widens a spell; its event begins and ends with an hour that by itself is this unusual."""
    context: ContextParams = ContextParams()
    causes: CauseParams = CauseParams()
    faults: RuleParams = RuleParams()
    worth: events.WorthParams = events.WorthParams()
    calibration: float = 1.0
    """How much of what the verdicts of people suggest is applied, 0 to 1."""


class Detection(NamedTuple):
    """Per hour: how unusual, what is normal, whether it is an anomaly, whether it can be trusted; then the events."""

    score: Floats
    expected: Floats
    anomalous: Bools
    trusted: Bools
    findings: tuple[Finding, ...]


def detect(
    hourly: pl.DataFrame,
    carrier: Carrier,
    rates: Rates | None = None,
    holidays: Collection[date] = (),
    params: DetectionParams | None = None,
) -> Detection:
    """Find the anomalies of one meter in a gapless HOURLY frame; an empty frame has none.

    ``rates`` gives events their money and carbon; ``holidays`` are local days on which a quiet building is normal.
    """
    chosen = params or DetectionParams()
    if hourly.is_empty():
        return Detection(np.empty(0), np.empty(0), np.empty(0, bool), np.empty(0, bool), ())
    values = hourly["value"].to_numpy().astype(float)
    temperature = hourly["temperature"].to_numpy().astype(float)
    found = faults(Evidence(carrier, values, temperature, chosen.faults))
    faulty = np.any([fault.hours for fault in found], axis=0)
    usable = np.where(faulty, np.nan, values)
    clock = weeks.Clock.of(hourly["local"])
    unread = ~np.isfinite(values)
    closed = _holiday_hours(hourly, holidays)
    shape = msgspec.structs.replace(
        chosen.context, floor_of_peak=FLOOR_OF_PEAK.get(carrier, chosen.context.floor_of_peak)
    )
    around = context(usable, clock, Surroundings(temperature, closed, faulty & ~unread), shape)
    enough = np.isfinite(usable).sum() >= FEWEST_HOURS
    unusual = (around.score > chosen.threshold) & ~faulty & ~unread if enough else np.zeros(values.shape, bool)
    unusual = _spells(unusual, faulty | unread, chosen)
    hours = events.Hours(hourly["time"][0], hourly["local"], values, around.expected, around.score, clock, closed)
    scene = Scene(carrier, hourly["local"], usable, temperature, around.expected, closed, clock)
    causes = lasting(scene, chosen.causes) if enough else []
    setting = events.Setting(carrier, chosen.bridge_hours, chosen.causes.peak_over, causes)
    masks = events.masks(hours, found, _trimmed(unusual, around.raw, chosen), setting)
    findings = events.findings(hours, masks, events.Valuation(carrier, rates, chosen.threshold, chosen.worth), causes)
    scaled = next(hours for kind, hours in masks if kind == AnomalyKind.SCALE)
    read_wrong = faulty & ~unread
    score = around.score + np.where(read_wrong, chosen.context.cap, 0.0)
    harmless = next(fault.hours for fault in found if fault.kind == AnomalyKind.OUTAGE)
    return Detection(score, around.expected, unusual | read_wrong, ~unread & (~faulty | harmless) & ~scaled, findings)


def _spells(unusual: Bools, blocked: Bools, params: DetectionParams) -> Bools:
    """Bridge short lulls and drop what is shorter than an event."""
    bridged = unusual.copy()
    for start, end in runs(~unusual):
        if start > 0 and end < unusual.size and end - start <= params.bridge_hours:
            bridged[start:end] = ~blocked[start:end]
    for start, end in runs(bridged):
        if end - start < params.shortest_hours:
            bridged[start:end] = False
    return bridged


def _trimmed(unusual: Bools, raw: Floats, params: DetectionParams) -> Bools:
    kept = np.zeros_like(unusual)
    for start, end in runs(unusual):
        telling = np.flatnonzero(raw[start:end] >= params.edge)
        if telling.size:
            kept[start + telling[0] : start + telling[-1] + 1] = True
    return kept


def _holiday_hours(hourly: pl.DataFrame, holidays: Collection[date]) -> Bools:
    if not holidays:
        return np.zeros(hourly.height, bool)
    return hourly["local"].dt.date().is_in(list(holidays)).to_numpy()
