"""Every check over one meter: who claims which readings, and why, in words."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from eaio.metering.compute.quality import clocks, daylight, lines, registers, rules
from eaio.metering.compute.quality.carriers import CARRIERS, Zeros
from eaio.metering.compute.quality.series import Material, local_clock, spread
from eaio.metering.models import IssueKind
from eaio.timeseries.metrics import runs
from eaio.timeseries.weeks import Clock

Bools = NDArray[np.bool_]

WHOLE_SPELLS = {IssueKind.DAYLIGHT, IssueKind.CLOCK}
"""Kinds told as whole spells, whatever else is wrong within them."""
FEWEST_HOURS = 168
"""Below a week only what a reading says by itself is checked."""


class Found(NamedTuple):
    """Readings [start, end) of a series that one check claims."""

    kind: IssueKind
    start: int
    end: int
    detail: str

    @property
    def readings(self) -> int:
        """How many."""
        return self.end - self.start


class Checked(Struct, frozen=True):
    """What the checks say of a meter."""

    found: tuple[Found, ...]
    """In order of time."""
    claims: dict[IssueKind, Bools]
    """Readings by kind; each belongs to one kind."""


def check(material: Material) -> Checked:
    """Run every check on the raw readings of a meter; a reading belongs to the first one that claims it."""
    free = np.ones(len(material.native), bool)
    claims: dict[IssueKind, Bools] = {}
    found: list[Found] = []
    for kind, claimed, words in _claimed(material):
        own = claimed & free
        free &= ~own
        claims[kind] = claims.get(kind, np.zeros(free.shape, bool)) | own
        spells = runs(claimed if kind in WHOLE_SPELLS and own.any() else own)
        found += [Found(kind, int(start), int(end), words(int(start), int(end))) for start, end in spells]
    return Checked(tuple(sorted(found, key=lambda one: (one.start, one.end))), claims)


Words = Callable[[int, int], str]
_Claimed = Iterator[tuple[IssueKind, Bools, Words]]


def _claimed(material: Material) -> _Claimed:
    """Kind, readings and words of each check, those that explain the others first."""
    values = material.native.raw
    if registers.is_register(values):
        yield from _of_register(values)
        return
    hourly = material.hours.size >= FEWEST_HOURS
    if hourly:
        artefacts = daylight.daylight_artefacts(material.hours, material.starts, material.time_zone)
        yield (
            IssueKind.DAYLIGHT,
            spread(artefacts, material),
            _said("an hour is missing or doubled where the clock changes"),
        )
    yield IssueKind.GAP, ~np.isfinite(values), _said("no reading")
    with np.errstate(invalid="ignore"):
        yield IssueKind.NEGATIVE, values < 0, lambda a, b: f"down to {np.nanmin(values[a:b]):.4g}"
    if hourly:
        yield from _of_rules(material)
        yield from _of_clocks(material)
    yield IssueKind.STRAIGHT, lines.straight(values), _said("exactly straight between two readings")


def _of_register(values: rules.Floats) -> _Claimed:
    register = registers.read_register(values)
    marks = {IssueKind.ROLLOVER: register.rollovers, IssueKind.RESET: register.resets}
    texts = {IssueKind.ROLLOVER: "the register began again at 0", IssueKind.RESET: "the register was set back"}
    for kind, places in marks.items():
        claimed = np.zeros(values.shape, bool)
        claimed[places] = True
        yield kind, claimed, _said(texts[kind])
    yield IssueKind.GAP, ~np.isfinite(values), _said("no reading")
    yield IssueKind.REGISTER, np.isfinite(values), _said("counts of a register, not use: they only grow")


def _of_rules(material: Material) -> _Claimed:
    evidence = rules.Evidence(material.carrier, material.hours, material.temperature)
    why = CARRIERS[material.carrier].why
    usual = float(np.nanmedian(np.abs(material.hours))) if np.isfinite(material.hours).any() else 0.0
    values = material.native.raw

    def level(start: int, end: int) -> float:
        return float(np.nanmax(values[start:end]))

    words: dict[IssueKind, Words] = {
        IssueKind.SCALE: lambda a, b: _step(material, a, b),
        IssueKind.SPIKE: lambda a, b: f"up to {level(a, b):.4g}, usually {usual / (material.native.per_hour or 1):.4g}",
        IssueKind.ZERO: lambda _a, _b: f"reads 0; {why}",
        IssueKind.OUTAGE: lambda a, b: f"at most {level(a, b):.4g}: the supply or the meter was off",
        IssueKind.STUCK: lambda a, b: f"always {level(a, b):.4g}",
    }
    claims = rules.claims(evidence)
    if _only_zero(material):
        claims = [rules.Claim(IssueKind.ZERO, material.hours == 0)]
    for claim in claims:
        if claim.kind in words:
            yield claim.kind, spread(claim.hours, material), words[claim.kind]


def _only_zero(material: Material) -> bool:
    known = material.hours[np.isfinite(material.hours)]
    return CARRIERS[material.carrier].zeros is Zeros.UNLESS_RESTING and known.size > 0 and not known.any()


def scale_factor(values: rules.Floats, wrong: Bools) -> float:
    """The power of ten by which marked readings are too large, from their daily medians; 1 if nobody can tell."""
    inside, outside = values[wrong & (values > 0)], values[~wrong & (values > 0)]
    if not inside.size or not outside.size:
        return 1.0
    return float(10.0 ** round(np.log10(np.median(inside) / np.median(outside))))


def _step(material: Material, start: int, end: int) -> str:
    wrong = np.zeros(len(material.native), bool)
    wrong[start:end] = True
    factor = scale_factor(material.native.raw, wrong)
    return f"{factor:,.0f} times too large" if factor > 1 else f"{1 / factor:,.0f} times too small"


def _of_clocks(material: Material) -> _Claimed:
    if not CARRIERS[material.carrier].follows_people:
        return
    values, starts = material.hours, material.starts
    clock = local_clock(starts, material.time_zone)
    off = daylight.summers_off(values, clock, starts, material.time_zone)
    if off:
        summers = daylight.summers(starts, material.time_zone)
        yield IssueKind.DAYLIGHT, spread(summers, material), _said(_off_by(off))
        clock = Clock.regular(0, values.size)
    for shift in clocks.shifts(values, clock):
        moved = np.zeros(values.shape, bool)
        moved[shift.start : shift.end] = True
        yield IssueKind.CLOCK, spread(moved, material), _said(f"{_later(shift.hours)} than before and after")


def _later(hours: int) -> str:
    return f"{abs(hours)} h {'later' if hours > 0 else 'earlier'}"


def _off_by(hours: int) -> str:
    return (
        f"summer stands {_later(hours)} than winter on the wall clock: the stamps do not keep the time that the import "
        "took them for, or the site has no daylight saving"
    )


def _said(text: str) -> Words:
    return lambda _start, _end: text
