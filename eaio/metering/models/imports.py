"""An import: what the user asks for, what is found, what becomes of it."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from eaio.timeseries.units import Carrier


class Clock(StrEnum):
    """What the stamps of a file mean."""

    AUTO = "auto"
    STANDARD = "standard"
    """The site's standard time all year, as loggers and BDG2 keep it."""
    WALL = "wall"
    """What the clock on the wall shows, with daylight saving."""
    UTC = "utc"


class DateOrder(StrEnum):
    """Which part of a date comes first."""

    AUTO = "auto"
    YEAR_FIRST = "year-first"
    MONTH_FIRST = "month-first"
    DAY_FIRST = "day-first"


class Format(StrEnum):
    """What an import is made of."""

    AUTO = "auto"
    BDG2 = "bdg2"
    WIDE_CSV = "wide-csv"
    LONG_CSV = "long-csv"


class ImportOptions(Struct, frozen=True, kw_only=True):
    """What the user says beyond the file itself; everything has a detected default that the mapping shows."""

    format: Format = Format.AUTO
    site: str | None = None
    """Create unknown buildings and meters at this site."""
    time_zone: str | None = None
    """Of a site that does not exist yet, an IANA name."""
    building: str | None = None
    """The building of columns that are named after a quantity only."""
    carrier: Carrier | None = None
    """Of columns that do not say."""
    clock: Clock = Clock.AUTO
    dates: DateOrder = DateOrder.AUTO
    time_column: str | None = None
    cleaned: bool = False
    """Prefer BDG2's cleaned files over the raw ones."""


class Reason(StrEnum):
    """Why a reading was dropped."""

    NOT_A_NUMBER = "not-a-number"
    OUT_OF_RANGE = "out-of-range"
    DUPLICATE_TIME = "duplicate-time"
    UNKNOWN_METER = "unknown-meter"
    BEFORE_1970 = "before-1970"
    AFTER_TOMORROW = "after-tomorrow"
    UNREADABLE_TIME = "unreadable-time"
    NO_SUCH_TIME = "no-such-time"
    OTHER_INTERVAL = "other-interval"
    NOT_ENERGY = "not-energy"


REMEDY: dict[Reason, tuple[str, str]] = {
    Reason.NOT_A_NUMBER: (
        "a cell that is not a number",
        "correct it, or leave the cell empty where there is no reading",
    ),
    Reason.OUT_OF_RANGE: ("a number that no meter can measure", "correct it, or the unit in the header"),
    Reason.DUPLICATE_TIME: ("a second reading of one meter at one time", "the last one counts; remove the others"),
    Reason.UNKNOWN_METER: ("no meter of this name", "create it first, or import with --site to create it there"),
    Reason.BEFORE_1970: ("a reading before 1970", "correct the date"),
    Reason.AFTER_TOMORROW: ("a reading after tomorrow", "correct the date, or import it when its time has come"),
    Reason.UNREADABLE_TIME: ("a row without a readable time", "correct or remove the row"),
    Reason.NO_SUCH_TIME: (
        "an hour that daylight saving leaves out",
        "if the file keeps standard time, use --clock standard",
    ),
    Reason.OTHER_INTERVAL: ("another interval than the meter has", "import it as a meter of its own"),
    Reason.NOT_ENERGY: ("neither energy nor volume", "name carrier and unit in the header, such as 'Gas (therm)'"),
}
"""What each reason means, and what to do about it."""


LARGEST_READING = 1e15
"""In kWh or litres; the whole world uses less in an hour."""


class Example(Struct, frozen=True):
    """One place where readings were dropped, as a person finds it."""

    reason: Reason
    file: str
    row: int | None
    column: str
    text: str


class MappedColumn(Struct, frozen=True):
    """What a column of a file is taken for."""

    file: str
    column: str
    building: str | None
    carrier: str | None
    meter: str | None
    unit: str
    interval_minutes: int | None
    skipped: Reason | None = None


class Progress(Struct, frozen=True):
    """How far an import is."""

    stage: str = "reading the file"
    done: int = 0
    total: int = 0
    per_second: float = 0.0

    @property
    def share(self) -> float:
        """0 to 1."""
        return min(1.0, self.done / self.total) if self.total else 0.0

    @property
    def seconds_left(self) -> float | None:
        """At the speed so far; None while that is unknown."""
        return (self.total - self.done) / self.per_second if self.per_second else None


class ImportReport(Struct, frozen=True, kw_only=True):
    """What became of an import.

    ``readings_read`` = ``readings_kept`` + ``readings_dropped``; kept ones are new, replaced or unchanged.
    """

    format: Format
    dry_run: bool
    files: tuple[str, ...]
    readings_read: int
    readings_kept: int
    readings_new: int
    readings_replaced: int
    readings_unchanged: int
    readings_dropped: int
    weather_hours: int
    sites: int
    buildings: int
    meters: int
    reasons: dict[str, int]
    """Readings dropped, by reason."""
    dropped_by_meter: dict[str, dict[str, int]]
    examples: tuple[Example, ...]
    notes: tuple[str, ...]
    """What was corrected or assumed, in sentences."""
    mapping: tuple[MappedColumn, ...]
    first: datetime | None
    last: datetime | None
    seconds: float
    readings_per_s: float


class ImportRecord(Struct, frozen=True):
    """An import as it is remembered."""

    id: UUID
    source: str
    format: Format
    status: str
    author: str
    options: ImportOptions
    started_at: datetime
    finished_at: datetime | None
    progress: Progress
    report: ImportReport | None
    """None in a list, which gives ``kept`` and ``dropped`` alone."""
    error: str | None
    kept: int | None = None
    dropped: int | None = None

    @property
    def checked(self) -> bool:
        """A file that was looked at and waits for somebody to say go."""
        return self.status == "waiting" and self.report is not None

    @property
    def active(self) -> bool:
        """Something is being done with it right now, or will be."""
        return self.status == "running" or (self.status == "waiting" and self.report is None)
