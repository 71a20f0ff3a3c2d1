"""What people say of findings, and what follows from it."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.analysis.models.results import AnomalyKind


class FindingVerdict(StrEnum):
    """What somebody who knows the building says of a finding."""

    REAL = "real"
    """It happened and deserves attention."""
    FALSE = "false"
    """Nothing happened, or nothing out of the ordinary."""
    KNOWN = "known"
    """It happened, and its reason is known and accepted."""

    @property
    def is_right(self) -> bool:
        """The detector was right to notice."""
        return self != FindingVerdict.FALSE

    @property
    def silences(self) -> bool:
        """Repeats need not be told again."""
        return self != FindingVerdict.REAL


class FeedbackDraft(Struct, frozen=True, kw_only=True):
    """A verdict as somebody gives it."""

    verdict: FindingVerdict
    note: Annotated[str, Meta(max_length=1000)] | None = None


class Feedback(Struct, frozen=True, kw_only=True):
    """A stored verdict with what its event was when it was given."""

    id: UUID
    event_id: UUID | None
    """None where the event is there no longer."""
    meter_id: UUID
    building_id: UUID
    building: str
    kind: AnomalyKind
    verdict: FindingVerdict
    started_at: datetime
    ended_at: datetime
    note: str | None
    author: str
    given_at: datetime


class Occurrence(Struct, frozen=True, kw_only=True):
    """What tells whether an event repeats another."""

    id: UUID
    kind: AnomalyKind
    started_at: datetime
    hours: int
    kwh: float
    week: str
    shown: bool
    """Somebody asked to see it although it repeats a judged one."""


class Silencing(Struct, frozen=True, kw_only=True):
    """A verdict that silences, with what its event was."""

    id: UUID
    event_id: UUID | None
    kind: AnomalyKind
    verdict: FindingVerdict
    started_at: datetime
    hours: int
    kwh: float
    week: str


class Repeat(Struct, frozen=True):
    """An event and the feedback that silences it."""

    event: UUID
    feedback: UUID


class Judged(Struct, frozen=True, kw_only=True):
    """A verdict as calibration sees it."""

    meter_id: UUID
    kind: AnomalyKind
    verdict: FindingVerdict
    strength: float
    """Of the event, in robust standard deviations; 0 where no threshold decides."""
