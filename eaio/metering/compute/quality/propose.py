"""Corrections to propose for what the checks found: nothing is changed by proposing."""

from collections.abc import Collection, Iterator

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.metering.compute.quality import daylight, registers
from eaio.metering.compute.quality.checks import Checked, scale_factor
from eaio.metering.compute.quality.clocks import shifts
from eaio.metering.compute.quality.estimate import estimates
from eaio.metering.compute.quality.series import Material, local_clock, local_times
from eaio.metering.models import ISSUE_LABEL, IssueKind
from eaio.timeseries.metrics import runs
from eaio.timeseries.weeks import Clock

Floats = NDArray[np.float64]
Bools = NDArray[np.bool_]

ESTIMABLE = (IssueKind.GAP, IssueKind.ZERO, IssueKind.STUCK, IssueKind.SPIKE, IssueKind.NEGATIVE)
"""What is replaced by an estimate."""
PROPOSABLE = (*ESTIMABLE, IssueKind.SCALE, IssueKind.REGISTER, IssueKind.CLOCK, IssueKind.DAYLIGHT)
_TIMES = {IssueKind.CLOCK, IssueKind.DAYLIGHT, IssueKind.STRAIGHT, IssueKind.OUTAGE}
"""Kinds whose values are good enough as evidence for others."""


class Draft(Struct, frozen=True):
    """Corrections of one kind by one method; arrays of one length in order of time."""

    kind: IssueKind
    method: str
    reason: str
    places: NDArray[np.int64]
    """Of the readings in the series."""
    after: Floats
    """What shall count, NaN for none."""
    estimated: bool


def drafts(material: Material, checked: Checked, kinds: Collection[IssueKind], within: Bools) -> list[Draft]:
    """What to do about the issues of some kinds, for readings ``within`` that no correction stands over yet.

    Gaps too long to estimate, outages and straight lines get none.
    """
    open_ = within & ~material.native.corrected
    found = [
        *_estimated(material, checked, [kind for kind in ESTIMABLE if kind in kinds], open_),
        *(_scaled(material, checked, open_) if IssueKind.SCALE in kinds else ()),
        *(_differences(material, checked, open_) if IssueKind.REGISTER in kinds else ()),
        *(_moved(material, checked, kinds, open_)),
    ]
    return [draft for draft in found if draft.places.size]


def _claimed(checked: Checked, kind: IssueKind, size: int) -> Bools:
    return checked.claims.get(kind, np.zeros(size, bool))


def _estimated(material: Material, checked: Checked, kinds: Collection[IssueKind], open_: Bools) -> Iterator[Draft]:
    native = material.native
    size = len(native)
    if registers.is_register(native.raw) or not native.per_hour:
        return
    wrong = np.zeros(size, bool)
    for kind, claimed in checked.claims.items():
        if kind not in _TIMES:
            wrong |= claimed & ~native.corrected
    unknown = wrong | ~np.isfinite(native.validated)
    temperature = np.full(size, np.nan)
    temperature[: material.temperature.size * native.per_hour] = np.repeat(material.temperature, native.per_hour)
    local = local_times(native.seconds, material.time_zone).dt.epoch("s").to_numpy()
    cell = (local - _MONDAY) // native.every
    values, methods = np.full(size, np.nan), np.full(size, "", object)
    for one in estimates(native.validated, unknown, cell, temperature, native.every):
        values[one.start : one.end], methods[one.start : one.end] = one.values, one.method
    for kind in kinds:
        claimed = _claimed(checked, kind, size) & open_ & np.isfinite(values)
        for method in sorted(set(methods[claimed])):
            places = np.flatnonzero(claimed & (methods == method))
            spells = len(runs(np.isin(np.arange(size), places)))
            reason = f"{ISSUE_LABEL[kind]}: {spells} {'spell' if spells == 1 else 'spells'}"
            yield Draft(kind, str(method), reason, places, values[places], True)


_MONDAY = 4 * 86_400
"""5 January 1970, the first Monday of the epoch."""


def _scaled(material: Material, checked: Checked, open_: Bools) -> Iterator[Draft]:
    native = material.native
    claimed = _claimed(checked, IssueKind.SCALE, len(native))
    good = ~np.any(list(checked.claims.values()), axis=0)
    for start, end in runs(claimed):
        part = np.zeros(len(native), bool)
        part[start:end] = True
        factor = scale_factor(np.where(part | good, native.raw, np.nan), part)
        places = np.flatnonzero(part & open_ & np.isfinite(native.raw))
        if factor != 1:
            method = f"divided by {factor:,.0f}" if factor > 1 else f"multiplied by {1 / factor:,.0f}"
            yield Draft(IssueKind.SCALE, method, "Wrong scale", places, native.raw[places] / factor, False)


def _differences(material: Material, checked: Checked, open_: Bools) -> Iterator[Draft]:
    native = material.native
    if IssueKind.REGISTER not in checked.claims:
        return
    use = registers.read_register(native.raw).use
    places = np.flatnonzero(open_ & np.isfinite(native.raw))
    reason = "Counts instead of use; roll-overs are counted through, resets and the last reading have no use"
    yield Draft(IssueKind.REGISTER, "difference of counts", reason, places, use[places], False)


def _moved(material: Material, checked: Checked, kinds: Collection[IssueKind], open_: Bools) -> Iterator[Draft]:
    """Readings of spells whose clock stands off, put where they belong; hours that this leaves empty have none."""
    if not material.native.per_hour or not {IssueKind.CLOCK, IssueKind.DAYLIGHT} & set(kinds):
        return
    clock = local_clock(material.starts, material.time_zone)
    claims = checked.claims
    if IssueKind.DAYLIGHT in claims and IssueKind.DAYLIGHT in kinds:
        off = daylight.summers_off(material.hours, clock, material.starts, material.time_zone)
        for start, end in runs(daylight.summers(material.starts, material.time_zone)) if off else ():
            yield _shifted(material, open_, IssueKind.DAYLIGHT, (int(start), int(end), off))
    if IssueKind.CLOCK in claims and IssueKind.CLOCK in kinds:
        fixed = IssueKind.DAYLIGHT in claims and claims[IssueKind.DAYLIGHT].sum() > material.hours.size / 4
        for one in shifts(material.hours, Clock.regular(0, material.hours.size) if fixed else clock):
            yield _shifted(material, open_, IssueKind.CLOCK, one)


def _shifted(material: Material, open_: Bools, kind: IssueKind, spell: tuple[int, int, int]) -> Draft:
    native, size = material.native, material.native.per_hour or 1
    start, end, by = (part * size for part in spell)
    moved = np.full(len(native), np.nan)
    source = np.arange(start, end) + by
    inside = (source >= start) & (source < end)
    moved[np.arange(start, end)[inside]] = native.raw[source[inside]]
    places = np.flatnonzero(open_[start:end] & (np.isfinite(native.raw[start:end]) | np.isfinite(moved[start:end])))
    places += start
    hours = abs(spell[2])
    method = f"moved {hours} h {'earlier' if by > 0 else 'later'}"
    reason = (
        "Summer stands an hour off; if the site has no daylight saving, correct its time zone instead"
        if kind is IssueKind.DAYLIGHT
        else f"The clock stood {hours} h {'late' if by > 0 else 'early'}"
    )
    return Draft(kind, method, reason, places, moved[places], False)
