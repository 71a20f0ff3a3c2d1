"""What a page shows and what its address says."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import UUID

from msgspec import Struct, structs

from eaio.analysis.models import AnomalyEvent
from eaio.metering.models import View as Readings
from eaio.timeseries import format as fmt
from eaio.timeseries.units import Carrier


class Compare(StrEnum):
    """With which period one compares."""

    BEFORE = "before"
    YEAR = "year"
    NONE = "none"


class Preset(StrEnum):
    """Periods that end with the newest reading."""

    WEEK = "7d"
    MONTH = "30d"
    YEAR = "12m"
    ALL = "all"


class Quantity(StrEnum):
    """In what use is shown."""

    ENERGY = "energy"
    """As metered: kWh, or litres of water."""
    AREA = "area"
    """The same per square metre of floor area."""
    MONEY = "money"
    CO2 = "co2"


class Asked(Struct, frozen=True, kw_only=True):
    """The context of a page as its address carries it."""

    period: Preset | None = None
    start: date | None = None
    end: date | None = None
    """The last day, inclusive, as people write it."""
    carrier: Carrier | None = None
    compare: Compare | None = None
    unit: Quantity | None = None
    readings: Readings | None = None
    """Validated unless raw is asked for."""

    @property
    def state(self) -> dict[str, str | None]:
        """The fields of the address, for links that keep them."""
        return {
            "period": self.period.value if self.period else None,
            "start": self.start.isoformat() if self.start else None,
            "end": self.end.isoformat() if self.end else None,
            "carrier": self.carrier.value if self.carrier else None,
            "compare": self.compare.value if self.compare else None,
            "unit": self.unit.value if self.unit else None,
            "readings": self.readings.value if self.readings else None,
        }


class View(Struct, frozen=True, kw_only=True):
    """The context of a page, resolved: half-open local days."""

    asked: Asked
    preset: Preset | None
    start: date
    end: date
    first: date
    """First day with readings."""
    last: date
    """Last complete day with readings."""
    compare: Compare
    before: tuple[date, date] | None
    carrier: Carrier | None

    @property
    def unit(self) -> Quantity:
        """In what use is shown."""
        return self.asked.unit or Quantity.ENERGY

    @property
    def days(self) -> int:
        """How many."""
        return (self.end - self.start).days

    @property
    def final(self) -> date:
        """The last day, inclusive."""
        return self.end - timedelta(days=1)

    @property
    def text(self) -> str:
        """As people write it."""
        return fmt.period(self.start, self.end)

    @property
    def before_text(self) -> str:
        """The period compared with, as people write it."""
        return fmt.period(*self.before) if self.before else ""


class Amount(Struct, frozen=True, kw_only=True):
    """An amount over a period with what is missing, and the same of the period before."""

    value: float | None
    readings: int
    expected: int
    estimated: int = 0
    before: float | None = None
    before_coverage: float | None = None

    @property
    def coverage(self) -> float | None:
        """Share of the expected readings that are present."""
        return self.readings / self.expected if self.expected else None

    @property
    def estimated_share(self) -> float | None:
        """Share of the present readings that are estimated or edited."""
        return self.estimated / self.readings if self.readings else None

    @property
    def change(self) -> float | None:
        """Against the period before, as a share; None where either period misses a tenth of its readings."""
        covered = min(self.coverage or 0, self.before_coverage or 0)
        if self.value is None or not self.before or covered < FAIR_COVERAGE:
            return None
        return self.value / self.before - 1

    def over(self, area_m2: float | None) -> "Amount":
        """The same per square metre; unknown where the area is."""
        value, before = (None if one is None or not area_m2 else one / area_m2 for one in (self.value, self.before))
        return structs.replace(self, value=value, before=before)


FAIR_COVERAGE = 0.9
"""Below it a change says more about the meters than about the building."""


class CarrierLine(Struct, frozen=True, kw_only=True):
    """One carrier of a scope."""

    carrier: Carrier
    unit: str
    amount: Amount
    money: float | None
    co2_kg: float | None


class SiteLine(Struct, frozen=True, kw_only=True):
    """A site in the strip."""

    id: UUID
    name: str
    buildings: int
    amount: Amount
    share: float
    """Of the largest site, 0 to 1."""


class BuildingLine(Struct, frozen=True, kw_only=True):
    """A building in the ranking."""

    id: UUID
    name: str
    site_id: UUID
    site: str
    use: str | None
    area_m2: float | None
    energy: float | None
    share: float
    """Of the largest building shown, 0 to 1."""
    intensity: float | None
    """kWh/m2 scaled to a year; None below nine tenths of the readings or a floor area that is not known."""
    money: float | None
    co2_kg: float | None
    change: float | None
    coverage: float | None
    estimated: float | None = None
    """Share of the present readings that are estimated or edited."""

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")


class RankBy(StrEnum):
    """Columns by which the ranking is ordered."""

    NAME = "name"
    SITE = "site"
    USE = "use"
    AREA = "area_m2"
    ENERGY = "energy"
    INTENSITY = "intensity"
    MONEY = "money"
    CARBON = "co2_kg"
    CHANGE = "change"
    COVERAGE = "coverage"
    ESTIMATED = "estimated"


class Ranking(Struct, frozen=True):
    """A page of the ranking."""

    lines: Sequence[BuildingLine]
    total: int
    offset: int
    limit: int


class Portfolio(Struct, frozen=True, kw_only=True):
    """What the portfolio and site pages show besides the ranking."""

    view: View
    carriers: Sequence[CarrierLine]
    present: Sequence[Carrier]
    """Carriers that have a meter at all."""
    energy: Amount
    unit: str
    money: Amount
    co2: Amount
    sites: Sequence[SiteLine]
    buildings: int
    area_m2: float | None


class MeterLine(Struct, frozen=True, kw_only=True):
    """A meter of a building over the period."""

    id: UUID
    name: str
    carrier: Carrier
    unit: str
    interval_minutes: int
    amount: Amount
    first_reading: datetime | None
    """On the site's wall clock."""
    last_reading: datetime | None


class Place(Struct, frozen=True, kw_only=True):
    """What the building and meter pages show of the period, besides findings and figures."""

    view: View
    carriers: Sequence[CarrierLine]
    meters: Sequence[MeterLine]
    energy: Amount
    unit: str
    money: Amount
    co2: Amount


class Silent(Struct, frozen=True, kw_only=True):
    """A meter that stopped before the others."""

    meter_id: UUID
    building_id: UUID
    building: str
    carrier: Carrier
    since: datetime
    """On the site's wall clock."""
    days: int

    @property
    def label(self) -> str:
        """The building's name as people read it."""
        return self.building.replace("_", " ")


class DayLine(Struct, frozen=True, kw_only=True):
    """A site on the last complete day against the same weekday of the four weeks before."""

    id: UUID
    name: str
    value: float | None
    usual: float | None
    coverage: float | None

    @property
    def change(self) -> float | None:
        """Against the usual, as a share; None where a tenth of the readings is missing."""
        if self.value is None or not self.usual or (self.coverage or 0) < FAIR_COVERAGE:
            return None
        return self.value / self.usual - 1


class Mover(Struct, frozen=True, kw_only=True):
    """A building whose use changed, and what that is worth."""

    line: BuildingLine
    money: float
    """More (positive) or less than in the period before."""


class Today(Struct, frozen=True, kw_only=True):
    """What a facility manager asks first."""

    day: date
    """The last complete day."""
    last: datetime
    """The newest reading on its site's wall clock."""
    whole: DayLine
    sites: Sequence[DayLine]
    movers: Sequence[Mover]
    silent: Sequence[Silent]
    silent_total: int


class League(Struct, frozen=True, kw_only=True):
    """Buildings that fell and rose most over the year, by money."""

    praise: Sequence[Mover]
    fix: Sequence[Mover]


class Task(Struct, frozen=True, kw_only=True):
    """What needs somebody now: the dearest finding of its kind on a meter, and the others beside it."""

    event: AnomalyEvent
    others: tuple[UUID, ...]
    since: datetime
    """When the first of them began, on the site's clock."""
    money: float
    """Of all of them together."""
    advice: tuple[str, ...]
    """Likely causes and the next step."""


class Hit(Struct, frozen=True):
    """A result of the palette."""

    title: str
    detail: str
    href: str
