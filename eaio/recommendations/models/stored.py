"""Recommendations as stored: what people decide about them, the figures that an organisation sets, the runs."""

from collections.abc import Mapping
from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.recommendations.models.measures import Disruption, Effort, EndUse, InputUsed, Opportunity


class Status(StrEnum):
    """How far a recommendation has come."""

    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    SCHEDULED = "scheduled"
    IN_PROGRESS = "in_progress"
    DONE = "done"
    VERIFIED = "verified"
    REJECTED = "rejected"


NEXT: Mapping[Status, tuple[Status, ...]] = {
    Status.PROPOSED: (Status.ACCEPTED, Status.REJECTED),
    Status.ACCEPTED: (Status.SCHEDULED, Status.IN_PROGRESS, Status.REJECTED, Status.PROPOSED),
    Status.SCHEDULED: (Status.IN_PROGRESS, Status.ACCEPTED, Status.REJECTED),
    Status.IN_PROGRESS: (Status.DONE, Status.SCHEDULED, Status.REJECTED),
    Status.DONE: (Status.VERIFIED, Status.IN_PROGRESS),
    Status.VERIFIED: (Status.DONE,),
    Status.REJECTED: (Status.PROPOSED,),
}
"""Where a recommendation may go from where it stands."""


class Summary(Struct, frozen=True, kw_only=True):
    """A row of the list. Money is USD a year, energy kWh a year; the net figures count overlaps once."""

    id: UUID
    building_id: UUID
    building: str
    site_id: UUID
    site: str
    use: str | None
    measure: str
    name: str
    end_use: EndUse
    effort: Effort
    disruption: Disruption
    status: Status
    owner: str
    due: date | None
    current: bool
    """Whether the latest run still finds it."""
    rank: int
    """Within its building."""
    sentence: str
    """What in the data triggered it."""
    money: float
    money_low: float
    money_high: float
    cost: float | None
    npv: float | None
    payback: float | None
    co2: float
    energy_kwh: float
    value: float
    confidence: float
    counted: bool
    """False when a better measure does the same job, or when it cannot be priced."""
    added: float | None
    """Money a year that it adds to the better-ranked measures of its building; None when it does not count."""


class Recommendation(Summary, frozen=True, kw_only=True):
    """A measure proposed for a building with its whole case; regeneration renews the case and keeps what people did."""

    reason: str
    """Why it was rejected; empty otherwise."""
    notes: str
    time_zone: str
    as_of: datetime
    """Last reading that the case rests on."""
    generated_at: datetime
    detail: Opportunity


class Event(Struct, frozen=True):
    """A step in a recommendation's history."""

    at: datetime
    actor: str
    action: str
    old: str
    new: str
    note: str


class Decision(Struct, frozen=True, kw_only=True):
    """A change that somebody makes; what is left out stays."""

    status: Status | None = None
    reason: Annotated[str, Meta(max_length=1_000)] | None = None
    """Needed to reject."""
    owner: Annotated[str, Meta(max_length=200)] | None = None
    due: date | None = None
    notes: Annotated[str, Meta(max_length=5_000)] | None = None


class Assumption(Struct, frozen=True, kw_only=True):
    """An organisation's own figure in place of a default; without a site it holds for all of them."""

    id: UUID
    key: str
    site_id: UUID | None
    site: str | None
    low: float
    likely: float
    high: float
    unit: str
    source: str
    dated: date
    author: str
    changed_at: datetime


class AssumptionDraft(Struct, frozen=True, kw_only=True):
    """A figure as somebody enters it; low and high default to the likely value."""

    key: Annotated[str, Meta(min_length=1, max_length=100)]
    likely: float
    source: Annotated[str, Meta(min_length=1, max_length=400)]
    dated: date
    low: float | None = None
    high: float | None = None
    site_id: UUID | None = None


class InputRow(Struct, frozen=True):
    """A figure in force, the default behind it, and the own figure where there is one."""

    figure: InputUsed
    default: InputUsed
    own: Assumption | None


class Order(StrEnum):
    """What the list can be ordered by, the best first."""

    VALUE = "value"
    MONEY = "money"
    NPV = "npv"
    PAYBACK = "payback"
    COST = "cost"
    CO2 = "co2"
    CONFIDENCE = "confidence"
    BUILDING = "building"


class Filters(Struct, frozen=True, kw_only=True):
    """What the list of recommendations is narrowed to; None means any."""

    site: UUID | None = None
    building: UUID | None = None
    use: str | None = None
    measure: str | None = None
    status: Status | None = None
    effort: Effort | None = None
    payback: float | None = None
    """Years at most."""
    budget: float | None = None
    """USD that one measure may cost at most."""
    search: str | None = None
    withdrawn: bool = False
    """Show also what the latest run no longer finds."""
    sort: Order = Order.VALUE
    reverse: bool = False
    """The worst first."""
    limit: int = 50
    offset: int = 0


class Totals(Struct, frozen=True):
    """What the recommendations of a filter come to, overlaps counted once, on all pages."""

    count: int
    counted: int
    buildings: int
    money: float
    cost: float
    npv: float
    co2: float
    energy_kwh: float

    @property
    def payback(self) -> float | None:
        """Simple payback of all of them together, years."""
        return self.cost / self.money if self.money > 0 else None


class Page(Struct, frozen=True):
    """One page of recommendations with the totals of all pages."""

    items: tuple[Summary, ...]
    totals: Totals
    limit: int
    offset: int


class MeasureSum(Struct, frozen=True):
    """One measure over all buildings of a filter; money and NPV count overlaps once."""

    measure: str
    name: str
    count: int
    money: float
    cost: float
    npv: float
    value: float
    """Risk-adjusted, what the lists are ranked by."""
    largest: str
    """The building where it saves most."""

    @property
    def payback(self) -> float | None:
        """Years until the savings have paid for it; None where it saves nothing."""
        return self.cost / self.money if self.money > 0 else None


class Baseline(Struct, frozen=True):
    """What the buildings of a filter cost and emit a year, as far as their meters show."""

    buildings: int
    money: float
    co2: float
    without_signals: int
    """Buildings whose readings do not suffice, or that have not been looked at."""


class Run(Struct, frozen=True, kw_only=True):
    """A generation over some or all buildings."""

    id: UUID
    status: str
    total: int
    done: int
    proposed: int
    withdrawn: int
    skipped: int
    author: str
    started_at: datetime
    finished_at: datetime | None = None
    error: str | None = None
