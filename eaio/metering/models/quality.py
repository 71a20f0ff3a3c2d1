"""Corrections of readings: what is asked for, what the ledger keeps."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct


class View(StrEnum):
    """Which readings one looks at."""

    VALIDATED = "validated"
    """With the active corrections over them."""
    RAW = "raw"
    """As they came in."""


class IssueKind(StrEnum):
    """What may be wrong with readings."""

    GAP = "gap"
    """Readings that are not there."""
    MISSING = "missing"
    """A gap of a day or longer."""
    DUPLICATE = "duplicate"
    """Several readings of one time came in; the last one counts."""
    ZERO = "zero"
    """Zeros that the carrier cannot have."""
    OUTAGE = "outage"
    """Next to nothing where a load never rests: the supply or the meter was off."""
    STUCK = "stuck"
    """One value for longer than the load can hold it."""
    SPIKE = "spike"
    """Far beyond anything that the meter usually reads, and back."""
    NEGATIVE = "negative"
    """Less than nothing."""
    SCALE = "scale"
    """A step by ten, a hundred or a thousand: a wrong factor or unit."""
    REGISTER = "register"
    """Counts of a register that should have been taken as use."""
    ROLLOVER = "rollover"
    """A register that began again at 0 after its last digit."""
    RESET = "reset"
    """A register that was set back or replaced."""
    CLOCK = "clock"
    """Hours of the day that stand earlier or later than before."""
    DAYLIGHT = "daylight"
    """Stamps that do not follow the clock where daylight saving begins or ends."""
    STRAIGHT = "straight"
    """Exactly straight lines: filled in somewhere, not measured."""


class NewEdit(Struct, frozen=True):
    """One value that shall count in place of the raw reading."""

    time: datetime
    value: float | None
    """kWh or litres of the interval that begins at ``time``; None = no valid value."""
    reason: str
    method: str = "by hand"
    estimated: bool = False
    """Made by a method, not known by a person."""


class EditBatch(Struct, frozen=True):
    """Edits that were made together and can be undone together."""

    id: UUID
    author: str
    method: str
    reason: str
    at: datetime
    undone_at: datetime | None
    undone_by: str | None
    readings: int
    active: int
    """How many of the edits have neither been undone nor given way to a reading that arrived."""
    meters: int


class Edit(Struct, frozen=True):
    """An entry of the ledger; values in kWh or litres, None = no valid value."""

    id: int
    meter_id: UUID
    building: str
    meter: str
    carrier: str
    unit: str
    time: datetime
    raw: float | None
    old: float | None
    new: float | None
    quality: int
    """0 measured, 1 estimated, 2 edited by hand."""
    method: str
    author: str
    reason: str
    at: datetime
    batch: UUID | None
    """None: a value that an import replaced, which cannot be undone here."""
    undoes: int | None
    undone: bool
