"""Corrections of readings: what is asked for, what the ledger keeps."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID
from zoneinfo import ZoneInfo

from msgspec import Struct

from eaio.timeseries.units import CARRIER_LABEL, Carrier


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


ISSUE_LABEL: dict[IssueKind, str] = {
    IssueKind.GAP: "Missing",
    IssueKind.MISSING: "Missing for a day or longer",
    IssueKind.DUPLICATE: "Came in twice",
    IssueKind.ZERO: "Zeros",
    IssueKind.OUTAGE: "Supply or meter off",
    IssueKind.STUCK: "Stuck at one value",
    IssueKind.SPIKE: "Spike",
    IssueKind.NEGATIVE: "Negative",
    IssueKind.SCALE: "Wrong scale",
    IssueKind.REGISTER: "Counts instead of use",
    IssueKind.ROLLOVER: "Register rolled over",
    IssueKind.RESET: "Register set back",
    IssueKind.CLOCK: "Clock moved",
    IssueKind.DAYLIGHT: "Daylight saving",
    IssueKind.STRAIGHT: "Exactly straight",
}
"""As people read it."""


class Ingredient(Struct, frozen=True):
    """What takes points off a data-quality score."""

    name: str
    """A kind of issue, or ``estimated``."""
    readings: int
    share: float
    """Of the readings expected, 0 to 1."""
    weight: float
    points: float
    """Taken off 100."""

    @property
    def label(self) -> str:
        """As people read it."""
        return "Estimated" if self.name == "estimated" else ISSUE_LABEL[IssueKind(self.name)]


class QualityScore(Struct, frozen=True, kw_only=True):
    """How far a meter's readings can be relied upon."""

    value: float
    """0 to 100."""
    expected: int
    """Readings between the first and the last one."""
    present: int
    """Of those, how many count: measured, estimated or edited."""
    estimated: int
    wrong: int
    """Present, but found wrong and not corrected."""
    ingredients: tuple[Ingredient, ...]


class Issue(Struct, frozen=True):
    """Readings of a meter that a check finds wrong."""

    kind: IssueKind
    start: datetime
    """Beginning of the first reading, UTC."""
    end: datetime
    """End of the last one."""
    readings: int
    detail: str
    corrected: int = 0
    """How many of them have been corrected since."""

    def local(self, time_zone: str) -> tuple[datetime, datetime]:
        """Start and end on a wall clock, naive."""
        zone = ZoneInfo(time_zone)
        return self.start.astimezone(zone).replace(tzinfo=None), self.end.astimezone(zone).replace(tzinfo=None)


class MeterQuality(Struct, frozen=True, kw_only=True):
    """A meter in the ranking by data quality."""

    meter_id: UUID
    building_id: UUID
    building: str
    site: str
    meter: str
    carrier: str
    unit: str
    interval_minutes: int
    time_zone: str
    first: datetime | None
    last: datetime | None
    checked_at: datetime | None
    """None: never checked."""
    unchecked: int
    """Readings that came in or changed since."""
    score: float | None
    expected: int
    present: int
    estimated: int
    wrong: int
    ingredients: tuple[Ingredient, ...]
    issues: int
    edits: int
    """Active corrections."""
    proposals: int
    """Batches that wait for a decision."""

    @property
    def label(self) -> str:
        """Building and meter as people read them."""
        building = self.building.replace("_", " ")
        known = {"main", self.carrier, CARRIER_LABEL[Carrier(self.carrier)].lower()}
        own = "" if self.meter.lower() in known else f", {self.meter}"
        return f"{building}{own}"


class QualitySort(StrEnum):
    """Columns by which meters are ranked."""

    SCORE = "score"
    BUILDING = "building"
    PRESENT = "present"
    WRONG = "wrong"
    ESTIMATED = "estimated"
    ISSUES = "issues"
    PROPOSALS = "proposals"


class QualityFilter(Struct, frozen=True, kw_only=True):
    """Which meters of the ranking, in which order; the worst score first by default."""

    site: UUID | None = None
    building: UUID | None = None
    carrier: Carrier | None = None
    sort: QualitySort = QualitySort.SCORE
    descending: bool = False
    limit: int | None = None
    offset: int = 0


class QualitySummary(Struct, frozen=True, kw_only=True):
    """All meters with readings together."""

    meters: int
    checked: int
    mean: float | None
    """Of the scores."""
    below: int
    """Meters with a score under 90."""
    expected: int
    present: int
    estimated: int
    wrong: int
    proposals: int


class QualityReport(Struct, frozen=True, kw_only=True):
    """One meter with its issues, the largest first where there are too many to keep."""

    meter: MeterQuality
    issues: tuple[Issue, ...]


class NewEdit(Struct, frozen=True):
    """One value that shall count in place of the raw reading."""

    time: datetime
    value: float | None
    """kWh or litres of the interval that begins at ``time``; None = no valid value."""
    reason: str
    method: str = "by hand"
    estimated: bool = False
    """Made by a method, not known by a person."""


class ProposalStatus(StrEnum):
    """What became of proposed corrections."""

    OPEN = "open"
    APPLIED = "applied"
    REJECTED = "rejected"
    REPLACED = "replaced"
    """By newer proposals for the same meter."""


class Proposal(Struct, frozen=True, kw_only=True):
    """Corrections of one kind by one method that somebody may apply as a batch or reject."""

    id: UUID
    meter_id: UUID
    building: str
    meter: str
    carrier: str
    unit: str
    kind: IssueKind
    method: str
    reason: str
    author: str
    made_at: datetime
    readings: int
    first: datetime
    """Beginning of the first reading that it would change."""
    last: datetime
    estimated: bool
    status: ProposalStatus
    decided_at: datetime | None
    decided_by: str | None
    batch: UUID | None
    """Of the ledger, once applied."""


class ProposedEdit(Struct, frozen=True):
    """One reading that a proposal would change; None = no valid value."""

    time: datetime
    before: float | None
    after: float | None

    def local(self, time_zone: str) -> datetime:
        """Its time on a wall clock, naive."""
        return self.time.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)


class ProposalDetail(Struct, frozen=True):
    """A proposal with everything that it would change."""

    proposal: Proposal
    edits: tuple[ProposedEdit, ...]


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

    def local(self, time_zone: str) -> datetime:
        """Its time on a wall clock, naive."""
        return self.time.astimezone(ZoneInfo(time_zone)).replace(tzinfo=None)
