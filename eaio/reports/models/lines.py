"""The lines of a report's tables: amounts with what is present beside them."""

from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from eaio.timeseries.rates import Checked
from eaio.timeseries.units import CARRIER_LABEL, UNIT_OF, Carrier


class Use(Struct, frozen=True, kw_only=True):
    """What was used of a carrier in the period, what it cost and emitted, and how much of it was measured."""

    carrier: Carrier
    total: float | None
    """kWh or litres, the sum of the readings that are present."""
    money: float | None = None
    co2: float | None = None
    readings: int = 0
    expected: int = 0
    estimated: int = 0
    faulty_hours: float = 0.0
    """Meter-hours that are present but lie in a fault of the data."""
    comparable: float | None = None
    """The part of ``total`` that has a counterpart in ``before``: the same where the period compares as a whole."""
    before: float | None = None
    """The same days a year earlier; None unless both periods hold ``ENOUGH`` readings that can be believed."""

    @property
    def label(self) -> str:
        """The carrier's name."""
        return CARRIER_LABEL[self.carrier]

    @property
    def unit(self) -> str:
        """The unit of ``total``."""
        return UNIT_OF[self.carrier]

    @property
    def coverage(self) -> float:
        """Readings present over readings expected, 0 to 1."""
        return self.readings / self.expected if self.expected else 0.0

    @property
    def estimated_share(self) -> float:
        """Readings that were estimated over readings present, 0 to 1."""
        return self.estimated / self.readings if self.readings else 0.0

    @property
    def change(self) -> float | None:
        """Change against the year before, a signed share; None where the two do not compare."""
        if self.comparable is None or not self.before or self.before < 0:
            return None
        return self.comparable / self.before - 1


class Member(Struct, frozen=True, kw_only=True):
    """A building's line in a portfolio."""

    id: UUID
    name: str
    site: str
    use: str | None
    area_m2: float | None
    uses: tuple[Use, ...]
    energy: float | None
    """kWh of all bought energy."""
    money: float | None
    co2: float | None
    eui: float | None
    """kWh/m2 in the period, scaled to a year."""
    change: float | None
    coverage: float


class KeyFigures(Struct, frozen=True, kw_only=True):
    """What the period comes to."""

    energy: float | None
    """kWh of all bought energy."""
    money: float | None
    co2: float | None
    change: float | None
    """Bought energy against the year before, like for like."""
    area_m2: float | None
    eui: float | None
    """kWh/m2, scaled to a year; None for periods far from a year and without a floor area."""
    readings: int
    expected: int
    estimated: int
    faulty_hours: float = 0.0
    """Meter-hours that are present but lie in a fault of the data."""

    @property
    def coverage(self) -> float:
        """Readings present over readings expected, 0 to 1."""
        return self.readings / self.expected if self.expected else 0.0

    @property
    def estimated_share(self) -> float:
        """Readings that were estimated over readings present, 0 to 1."""
        return self.estimated / self.readings if self.readings else 0.0


class FindingLine(Struct, frozen=True, kw_only=True):
    """An anomaly of the period."""

    building: str
    meter: str
    carrier: Carrier
    kind: str
    start: datetime
    """On the site's wall clock, naive."""
    end: datetime
    hours: int
    amount: float
    """Above (or, negative, below) normal over the affected hours, kWh or litres."""
    money: float | None
    co2: float | None
    confidence: float
    explanation: str
    status: str
    data_fault: bool

    @property
    def unit(self) -> str:
        """The unit of ``amount``."""
        return UNIT_OF[self.carrier]


class Fact(Struct, frozen=True):
    """A label and its text."""

    label: str
    text: str


class MeasureLine(Struct, frozen=True, kw_only=True):
    """A recommendation with its business case; money a year, kgCO2e a year."""

    rank: int
    building: str
    name: str
    action: str = ""
    """What to do, in one sentence."""
    check: str = ""
    """How to confirm it on site before spending."""
    sentence: str
    caveat: str = ""
    status: str
    evidence: tuple[Fact, ...] = ()
    money: tuple[float, float, float]
    """Low, likely, high."""
    cost: float | None
    cost_range: tuple[float, float, float] | None = None
    npv: float | None
    payback: float | None
    energy: float
    """kWh a year."""
    co2: float
    confidence: float
    counted: bool
    """Whether it is part of the totals; a measure that does the same job as a better one is not."""
    source: str = ""
    """Where the saving share comes from."""

    @property
    def pays(self) -> bool:
        """It counts, and is worth more than it costs over its life."""
        return self.counted and self.npv is not None and self.npv > 0


class Opportunity(Struct, frozen=True):
    """What the recommendations that pay come to together."""

    count: int
    buildings: int
    money: float
    cost: float
    npv: float
    co2: float
    energy: float

    @property
    def payback(self) -> float | None:
        """Years until the cost is earned back, simple."""
        return self.cost / self.money if self.money > 0 else None


class Assumption(Struct, frozen=True):
    """A price, factor or other input, with its source and date."""

    label: str
    value: float
    unit: str
    year: int
    source: str
    checked: Checked
    where: str
    own: bool = False
    """The organisation's own figure in place of a default."""


class Method(Struct, frozen=True):
    """How a part of the report was made, and where the method comes from."""

    subject: str
    text: str
    source: str


class QualityLine(Struct, frozen=True):
    """How complete a meter (of a building) or a building (of the portfolio) is."""

    name: str
    carrier: Carrier
    readings: int
    expected: int
    estimated: int

    @property
    def coverage(self) -> float:
        """Readings present over readings expected, 0 to 1."""
        return self.readings / self.expected if self.expected else 0.0


class MonthUse(Struct, frozen=True, kw_only=True):
    """A carrier's use in a calendar month, as far as the month lies in the period."""

    month: date
    carrier: Carrier
    total: float | None
    readings: int
    expected: int
    estimated: int

    @property
    def unit(self) -> str:
        """The unit of ``total``."""
        return UNIT_OF[self.carrier]
