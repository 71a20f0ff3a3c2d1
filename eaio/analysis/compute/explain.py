"""An event in a sentence that its reader can act on."""

from collections.abc import Mapping
from datetime import datetime, timedelta

import msgspec
import numpy as np
from numpy.typing import NDArray

from eaio.analysis.models import AnomalyKind, Finding
from eaio.timeseries import format as written
from eaio.timeseries.units import UNIT_OF, Carrier

Floats = NDArray[np.float64]

NOTHING_NORMAL = 20.0
"""An excess that is this many times what is normal is not told as a multiple."""

SENTENCES: dict[AnomalyKind, str] = {
    AnomalyKind.MISSING: "No readings for {length}, {when}; about {normal} went unrecorded",
    AnomalyKind.ZERO: "Reads zero for {length}, {when}, where {normal} is normal: probably missing data",
    AnomalyKind.STUCK: "Stuck at {level} for {length}, {when}: the meter or its link has stopped updating",
    AnomalyKind.SPIKE: "Jumped to {level} for {length}, {when}: {times} what is normal, probably a reading error",
    AnomalyKind.NEGATIVE: "Negative readings for {length}, {when}: down to {level}; check wiring and sign",
    AnomalyKind.SCALE: "Reads {times} its usual level for {length}, {when}: probably a change of unit or multiplier",
    AnomalyKind.OUTAGE: "Down to {level} for {length}, {when}, where {normal} is normal: power or the meter was off",
    AnomalyKind.NIGHT: "Left on out of hours {when}: {excess} more than normal{money}{rate}",
    AnomalyKind.WEEKEND: "Ran as on a working day {when}: {excess} more than a normal weekend{money}",
    AnomalyKind.HIGH: "Higher than usual {when}: {excess}{over}{money}",
    AnomalyKind.LOW: "Lower than usual {when}: {excess} or {share} under normal, as if partly closed",
    AnomalyKind.PEAK: "Peak of {level} {when}, above what one hour in two hundred reaches: {excess}{over}{money}",
    AnomalyKind.SCHEDULE: "Use {moved} than before {when}, {days} working days; it was {hours}: {excess} more{money}",
    AnomalyKind.DRIFT: (
        "Use {how} {way} {when}: in the end {size} {side} the year before at the same weather, {excess} in all{money}"
    ),
    AnomalyKind.LEAK: (
        "Water never stopped for {length}, {when}: {rate} an hour beyond the usual night flow, {excess} in all{money}"
    ),
    AnomalyKind.SIMULTANEOUS: (
        "Heating against cooling {when}: {excess} of {heat} and as much chilled water "
        "beyond what is usual at those temperatures{money}"
    ),
}

BY_CARRIER: dict[tuple[AnomalyKind, Carrier], str] = {
    (AnomalyKind.LOW, Carrier.SOLAR): "Lower yield than usual {when}: {excess} or {share} under normal{money}",
    (AnomalyKind.ZERO, Carrier.SOLAR): (
        "Yields nothing for {length}, {when}, where {normal} is normal: "
        "an inverter that is off, snow cover in winter, or missing data"
    ),
    (AnomalyKind.NIGHT, Carrier.WATER): "Water ran out of hours {when}: {excess} more than normal{money}{rate}",
}


def explained(
    finding: Finding,
    carrier: Carrier,
    when: tuple[datetime, datetime],
    readings: Floats,
    words: Mapping[str, str | float] | None = None,
) -> Finding:
    """The finding with its sentence; ``when`` is its first and last local hours, ``words`` what its cause adds."""
    first, last = when
    said = dict(words or {})
    if "rate" in said:
        said["rate"] = _amount(float(said["rate"]), carrier)
    if "size" in said:
        said["size"] = written.percent(float(said["size"]))
    template = BY_CARRIER.get((finding.kind, carrier), SENTENCES[finding.kind])
    text = template.format(
        length=_length(finding.hours),
        when=_when(first, last + timedelta(hours=1), finding),
        normal=_amount(finding.normal_kwh, carrier),
        excess=_amount(abs(finding.kwh), carrier),
        share=written.percent(abs(finding.kwh) / finding.normal_kwh) if finding.normal_kwh > 0 else written.MISSING,
        level=_level(finding.kind, readings, carrier),
        over=_over(finding),
        times=_times(finding),
        money=_money(finding),
        **{"rate": _rate(finding), **said},
    )
    return msgspec.structs.replace(finding, explanation=text)


def _amount(amount: float, carrier: Carrier) -> str:
    return written.quantity(amount, UNIT_OF[carrier])


def _level(kind: AnomalyKind, readings: Floats, carrier: Carrier) -> str:
    known = readings[np.isfinite(readings)]
    if not known.size:
        return written.MISSING
    level = {AnomalyKind.SPIKE: np.max, AnomalyKind.PEAK: np.max, AnomalyKind.NEGATIVE: np.min}.get(kind, np.median)(
        known
    )
    return f"{_amount(float(level), carrier)} an hour"


def _over(finding: Finding) -> str:
    """How much the excess is: as a share, as a multiple, or more than a multiple can say."""
    if finding.normal_kwh <= 0 or finding.kwh > NOTHING_NORMAL * finding.normal_kwh:
        return " where next to nothing is normal"
    if finding.kwh > 3 * finding.normal_kwh:
        return f" more than normal, {_times(finding)} as much"
    return f" or {written.percent(finding.kwh / finding.normal_kwh)} over normal"


def _times(finding: Finding) -> str:
    ratio = (finding.kwh + finding.normal_kwh) / finding.normal_kwh if finding.normal_kwh > 0 else float("nan")
    if not np.isfinite(ratio) or ratio <= 0:
        return "far from"
    factor = written.number(float(f"{max(ratio, 1 / ratio):.2g}"), 2)
    return f"{factor} times" if ratio >= 1 else f"1/{factor} of"


def _money(finding: Finding) -> str:
    return f", {written.money(finding.money)}" if finding.money is not None and finding.money >= 1 else ""


def _rate(finding: Finding) -> str:
    if finding.spells < 2 or finding.money is None or finding.money < 1:
        return ""
    return f", {written.money(finding.money / finding.spells)} a night"


def _length(hours: int) -> str:
    if hours < 48:
        return f"{hours} hour{'s' if hours != 1 else ''}"
    return f"{written.number(hours / 24, 2)} days"


def _when(first: datetime, end: datetime, finding: Finding) -> str:
    """On Tue 3 May 2016, 19:00 to 07:00; or, for a longer one, from Tue 3 May to Fri 6 May 2016 on 3 nights."""
    last = end - timedelta(hours=1)
    if end - first <= timedelta(hours=24):
        return f"on {first:%a} {written.day(first)}, {first:%H:%M} to {end:%H:%M}"
    noun = {AnomalyKind.NIGHT: "nights", AnomalyKind.WEEKEND: "days"}.get(finding.kind)
    nights = f" on {finding.spells} {noun}" if noun and finding.spells > 1 else ""
    return f"from {first:%a} {written.day(first)} to {last:%a} {written.day(last)}{nights}"
