"""Measurement and verification studies: what is compared with what, on which meter, and what was declared about it."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.analysis.models.baselines import AnyBaseline, Fitness, Interval, Method, Period
from eaio.analysis.models.verification import (
    NonRoutineEvent,
    NormalisedSavings,
    NormalisedUse,
    ProposedEvent,
    Savings,
    Treatment,
)
from eaio.timeseries.units import Carrier

LEAST_CONFIDENCE, MOST_CONFIDENCE = 0.5, 0.99
Title = Annotated[str, Meta(min_length=1, max_length=200)]
Confidence = Annotated[float, Meta(ge=LEAST_CONFIDENCE, le=MOST_CONFIDENCE)]


class StudyDraft(Struct, frozen=True, kw_only=True):
    """What a study is to compare. Without ``method`` the models are compared and the surest is taken."""

    name: Title
    baseline: Period
    reporting_first: date
    reporting_last: date | None = None
    """None: to the last day with readings, and on as they come."""
    method: Method | None = None
    interval: Interval | None = None
    """Of the method asked for; None: hourly for time of week and temperature, daily for the others."""
    confidence: Confidence = 0.9


class Study(Struct, frozen=True, kw_only=True):
    """A measurement and verification study of one meter (IPMVP option C)."""

    id: UUID
    meter_id: UUID
    meter: str
    carrier: Carrier
    unit: str
    building_id: UUID
    building: str
    site_id: UUID
    site: str
    time_zone: str
    name: str
    baseline_first: date
    baseline_last: date
    reporting_first: date
    reporting_last: date | None
    method: Method | None
    interval: Interval | None
    confidence: float
    revision: int
    """Raised by every change of the study or its events: an older result no longer holds."""
    created_by: str
    created_at: datetime
    changed_by: str
    changed_at: datetime
    archived_at: datetime | None = None

    @property
    def baseline(self) -> Period:
        """The baseline period."""
        return Period(self.baseline_first, self.baseline_last)

    @property
    def building_label(self) -> str:
        """The building's name as people read it."""
        return self.building.replace("_", " ")


class StudyLine(Struct, frozen=True, kw_only=True):
    """A study in a list with its newest result, as far as one was computed."""

    study: Study
    avoided: float | None = None
    fraction: float | None = None
    band: float | None = None
    significant: bool | None = None
    refusal: str | None = None
    """Why there is no result."""
    current: bool = False
    """The result stands on the newest readings and the study as it is."""


class EventDraft(Struct, frozen=True, kw_only=True):
    """A non-routine event to declare: a change that has nothing to do with the measure."""

    first: date
    last: date
    treatment: Treatment = Treatment.EXCLUDE
    amount: float | None = None
    """kWh a day of a constant, a multiple of normal use of a factor."""
    reason: Annotated[str, Meta(min_length=3, max_length=1000)]


class DeclaredEvent(Struct, frozen=True, kw_only=True):
    """A declared event; undone ones stay on record."""

    id: UUID
    first_day: date
    last_day: date
    treatment: Treatment
    amount: float | None
    reason: str
    declared_by: str
    declared_at: datetime
    undone_by: str | None = None
    undone_at: datetime | None = None

    @property
    def event(self) -> NonRoutineEvent:
        """As the computation takes it."""
        return NonRoutineEvent(Period(self.first_day, self.last_day), self.treatment, self.amount, self.reason)

    @property
    def declined(self) -> bool:
        """It was a proposal and never counted: declared and undone in one step."""
        return self.undone_at == self.declared_at


class DataWindow(Struct, frozen=True):
    """The readings and temperatures that a baseline was fitted to."""

    first_day: date
    last_day: date
    points: int
    present: float
    """Share of the baseline period's points that have use and temperature, 0 to 1."""
    sha256: str
    """Of day, use and temperature of every point, in order: any changed reading changes it."""


class Rival(Struct, frozen=True):
    """A model that could have been the baseline."""

    method: str
    label: str
    fitness: Fitness


class FittedBaseline(Struct, frozen=True, kw_only=True):
    """A baseline as it is kept: the model, what it was fitted to, and what it was chosen among."""

    model: AnyBaseline
    data: DataWindow
    rivals: tuple[Rival, ...] = ()
    refusals: tuple[str, ...] = ()
    """Why the other candidates could not be fitted."""


class StoredBaseline(Struct, frozen=True, kw_only=True):
    """A kept baseline and when it was fitted."""

    fitted: FittedBaseline
    fitted_at: datetime


class Verified(Struct, frozen=True, kw_only=True):
    """The result of a study."""

    baseline: FittedBaseline
    savings: Savings
    normalised: NormalisedSavings | None
    normalised_refusal: str | None
    """Why there are no normalised savings."""
    proposed: tuple[ProposedEvent, ...] = ()
    """Stretches of the reporting period that look like non-routine events; for a person to declare or not."""
    proposed_baseline: tuple[ProposedEvent, ...] = ()
    """The same of the baseline period."""


class StudyResult(Struct, frozen=True, kw_only=True):
    """A study with its events and result."""

    study: Study
    events: tuple[DeclaredEvent, ...]
    result: Verified
    fitted_at: datetime
    computed_at: datetime
    history_changed: str | None = None
    """What is to be said when the readings of the baseline are no longer those that it was fitted to."""

    @property
    def undecided(self) -> tuple[ProposedEvent, ...]:
        """Proposed events that nobody has declined."""
        declined = [one.event.period for one in self.events if one.declined]
        proposed = (*self.result.proposed, *self.result.proposed_baseline)
        return tuple(one for one in proposed if not any(one.period.overlaps(period) for period in declined))


class StoredResult(Struct, frozen=True, kw_only=True):
    """A kept result, or the refusal in its place, and what it stands on."""

    data_version: int
    revision: int
    computed_at: datetime
    result: Verified | None
    refusal: str | None


class ModelPoint(Struct, frozen=True):
    """A day (or month) of a baseline period beside what the model says of it, kWh a day."""

    day: date
    temperature: float
    actual: float
    expected: float


class BaselineView(Struct, frozen=True, kw_only=True):
    """A baseline of a meter computed for looking at it, kept nowhere."""

    meter_id: UUID
    unit: str
    fitted: FittedBaseline
    points: tuple[ModelPoint, ...]


class NormalisedMeter(Struct, frozen=True, kw_only=True):
    """Weather-normalised consumption of a meter, or why there is none."""

    meter_id: UUID
    meter: str
    carrier: Carrier
    unit: str
    period: Period | None = None
    """The year that the model was fitted to."""
    label: str | None = None
    used: float | None = None
    """As metered in the days of the period that have readings."""
    days: int = 0
    """Days with readings."""
    normalised: NormalisedUse | None = None
    refusal: str | None = None
