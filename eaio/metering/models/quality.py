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
