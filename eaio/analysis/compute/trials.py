"""What another set of parameters would find on a sample of meters, beside what one finds now."""

from collections.abc import Collection, Iterable, Sequence
from datetime import date, datetime, timedelta
from datetime import time as clock
from uuid import UUID

import numpy as np
import polars as pl
from msgspec import Struct
from numpy.typing import NDArray

from eaio.analysis.compute.detection import Detection, DetectionParams, detect
from eaio.analysis.models import KIND_LABEL, AnomalyKind, Finding
from eaio.analysis.models.tuning import OfMeter, Told
from eaio.infra.charts import models as charts
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY, UNIT_OF, Carrier

SHOWN = timedelta(weeks=6)


class Sampled(Struct, frozen=True, kw_only=True):
    """A meter of the sample with its gapless HOURLY frame and both sets, calibrated for it."""

    meter_id: UUID
    meter: str
    carrier: Carrier
    hourly: pl.DataFrame
    rates: Rates | None
    holidays: Collection[date]
    before: DetectionParams
    after: DetectionParams


def both(one: Sampled) -> tuple[Detection, Detection]:
    """What each set finds; computed once where they are the same."""
    before = detect(one.hourly, one.carrier, one.rates, one.holidays, one.before)
    return before, before if one.after == one.before else detect(
        one.hourly, one.carrier, one.rates, one.holidays, one.after
    )


def effect(sample: Sequence[Sampled]) -> tuple[OfMeter, ...]:
    """The effect on each meter of a sample."""
    return tuple(_of_meter(one, *both(one)) for one in sample)


def _of_meter(one: Sampled, before: Detection, after: Detection) -> OfMeter:
    return OfMeter(
        meter_id=one.meter_id,
        meter=one.meter,
        carrier=one.carrier,
        before=_told(before),
        after=_told(after),
        gained=unmatched(after.findings, before.findings),
        lost=unmatched(before.findings, after.findings),
        thresholds=(one.before.threshold, one.after.threshold),
    )


def _told(found: Detection) -> Told:
    kinds = [finding.kind for finding in found.findings]
    counted = {kind: kinds.count(kind) for kind in AnomalyKind if kind in kinds}
    return Told(events=len(kinds), hours=int(found.anomalous.sum()), kinds=counted)


def summed(parts: Iterable[Told]) -> Told:
    """Several meters together."""
    listed = list(parts)
    kinds = [kind for kind in AnomalyKind if any(kind in one.kinds for one in listed)]
    return Told(
        events=sum(one.events for one in listed),
        hours=sum(one.hours for one in listed),
        kinds={kind: sum(one.kinds.get(kind, 0) for one in listed) for kind in kinds},
    )


def unmatched(found: Sequence[Finding], other: Sequence[Finding]) -> tuple[Finding, ...]:
    """Events without one of the same kind in ``other`` that overlaps them."""
    return tuple(
        one
        for one in found
        if not any(one.kind == two.kind and one.start < two.end and two.start < one.end for two in other)
    )


def chart(one: Sampled, first: date | None = None) -> charts.TrialChart:
    """Six weeks of the load with the events of both sets; by default those in which they differ most."""
    before, after = both(one)
    begin = _window(one.hourly, before, after) if first is None else datetime.combine(first, clock())
    rows = one.hourly.with_columns(expected=pl.Series(after.expected)).filter(
        pl.col("local").is_between(begin, begin + SHOWN, closed="left")
    )
    points = list(rows.select("local", "value", pl.col("expected").fill_nan(None)).iter_rows())
    unit = UNIT_OF[one.carrier]
    return charts.TrialChart(
        carrier=one.carrier,
        unit="kW" if one.carrier in IMPORTED_ENERGY or one.carrier == Carrier.SOLAR else f"{unit} an hour",
        load=[charts.Reading(charts.wall_clock(local), value) for local, value, _ in points],
        expected=[charts.Expected(charts.wall_clock(local), normal) for local, _, normal in points],
        anomalies=_spans(rows, after.findings),
        before=_spans(rows, before.findings),
        about=charts.about(
            f"{CARRIER_LABEL[one.carrier]} of the first ticked meter",
            (begin.date(), (begin + SHOWN).date()),
            "the site's own zone",
            (rows["value"].count(), rows.height),
        ),
    )


def _window(hourly: pl.DataFrame, before: Detection, after: Detection) -> datetime:
    """The Monday from which the sets differ most within the window; else the newest event's, else the last weeks'."""
    local: list[datetime] = hourly["local"].to_list()
    hours = int(SHOWN.total_seconds() // 3600)
    differ: NDArray[np.bool_] = np.not_equal(_covered(hourly, before.findings), _covered(hourly, after.findings))
    if not differ.any():
        newest = max((finding.start for finding in after.findings), default=None)
        at = int(hourly["time"].search_sorted(newest)) - hours // 2 if newest else len(local) - hours
    else:
        added = np.concatenate(([0.0], np.cumsum(differ.astype(float))))
        within = added[np.minimum(np.arange(differ.size) + hours, differ.size)] - added[:-1]
        at = int(np.median(np.flatnonzero(within == within.max())))
    day = local[min(max(at, 0), max(len(local) - hours, 0))]
    return datetime.combine(day, clock()) - timedelta(days=day.weekday())


def _covered(hourly: pl.DataFrame, found: Sequence[Finding]) -> NDArray[np.bool_]:
    flags = np.zeros(hourly.height, bool)
    first: datetime = hourly["time"][0]
    for finding in found:
        start, end = (int((at - first) / timedelta(hours=1)) for at in (finding.start, finding.end))
        flags[start:end] = True
    return flags


def _spans(rows: pl.DataFrame, found: Sequence[Finding]) -> list[charts.Span]:
    """The events that touch the rows, on the wall clock and cut to the rows."""
    if rows.is_empty():
        return []
    start, end = rows["time"][0], rows["time"][-1] + timedelta(hours=1)
    shift = {row[0]: row[1] for row in rows.select("time", "local").iter_rows()}
    last = rows["local"][-1] + timedelta(hours=1)
    return [
        charts.Span(
            charts.wall_clock(shift.get(max(one.start, start), rows["local"][0])),
            charts.wall_clock(shift.get(min(one.end, end), last)),
            KIND_LABEL[one.kind],
        )
        for one in found
        if one.start < end and one.end > start
    ]
