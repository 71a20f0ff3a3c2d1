"""Parameter sets of detection, what a set would find, and what feedback calibrates."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.analysis.models.results import AnomalyKind, Finding
from eaio.timeseries.units import Carrier


class Parameter(Struct, frozen=True, kw_only=True):
    """One parameter of detection."""

    name: str
    group: str
    label: str
    meaning: str
    unit: str
    low: float
    high: float
    step: float
    default: float
    whole: bool


class ParameterDraft(Struct, frozen=True, kw_only=True):
    """A set as somebody saves it; what is not given keeps its default."""

    values: dict[str, float]
    note: Annotated[str, Meta(min_length=1, max_length=500)]
    """Why: shown beside the version for good."""
    activate: bool = False


class ParameterSet(Struct, frozen=True, kw_only=True):
    """A stored version; 0 is what is built in."""

    version: int
    values: Mapping[str, float]
    note: str
    author: str
    created_at: datetime | None
    active: bool
    activated_by: str | None = None
    activated_at: datetime | None = None


class TryDraft(Struct, frozen=True, kw_only=True):
    """Values to be tried on the readings of some meters, against a stored version."""

    meters: Annotated[list[UUID], Meta(min_length=1, max_length=6)]
    values: dict[str, float]
    against: int | None = None
    """A version; by default the active one."""


class Told(Struct, frozen=True, kw_only=True):
    """What one set finds on the sample."""

    events: int
    hours: int
    """Hours with a reading that are flagged."""
    kinds: Mapping[AnomalyKind, int]


class OfMeter(Struct, frozen=True, kw_only=True):
    """What two sets find in one meter, and in what they differ."""

    meter_id: UUID
    meter: str
    carrier: Carrier
    before: Told
    after: Told
    gained: tuple[Finding, ...]
    lost: tuple[Finding, ...]
    thresholds: tuple[float, float]
    """Of both sets, calibration by feedback included."""


class Effect(Struct, frozen=True, kw_only=True):
    """What changed parameters would change on a sample of meters."""

    against: int
    meters: tuple[OfMeter, ...]
    before: Told
    after: Told
    seconds: float


class Tally(Struct, frozen=True, kw_only=True):
    """Verdicts counted."""

    real: int = 0
    known: int = 0
    false: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.real + self.known + self.false

    @property
    def right(self) -> int:
        """Those that found the detector right to notice."""
        return self.real + self.known

    @property
    def precision(self) -> float | None:
        """Share of the judged findings that were right; None without a verdict."""
        return self.right / self.total if self.total else None


class Calibration(Struct, frozen=True, kw_only=True):
    """By how much verdicts move a threshold, and why."""

    scope: str
    """Whose verdicts decide: "meter", "organisation", or "none" where there are too few."""
    tally: Tally
    shift: float
    """Added to the threshold of the parameter set, robust standard deviations."""
    reason: str


class MeterCalibration(Struct, frozen=True, kw_only=True):
    """The calibration of a meter by its own verdicts."""

    meter_id: UUID
    meter: str
    building: str
    calibration: Calibration


class KindCalibration(Struct, frozen=True, kw_only=True):
    """Verdicts on one kind of finding, and how far they move its confidence."""

    kind: AnomalyKind
    tally: Tally
    example: float
    """A confidence of 60 % becomes this."""


class CalibrationView(Struct, frozen=True, kw_only=True):
    """What feedback says so far and what follows from it."""

    applied: float
    """Share of it that the active parameter set applies."""
    organisation: Calibration
    meters: tuple[MeterCalibration, ...]
    kinds: tuple[KindCalibration, ...]
