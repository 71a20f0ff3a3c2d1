"""Measures of the catalogue, the evidence for them in a building, and what they are worth there."""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from eaio.timeseries.rates import Checked
from eaio.timeseries.units import KWH, UNIT_OF, Carrier


class EndUse(StrEnum):
    """What the energy of a measure does; savings within one end use are combined, never added."""

    WHOLE = "whole building"
    HVAC = "heating, ventilation and cooling"
    COOLING = "cooling"
    HEATING = "heating"
    FANS = "fans and pumps"
    LIGHTING = "lighting"
    PLUGS = "plug loads"
    DEMAND = "peak demand"
    GENERATION = "generation"
    WATER = "water"
    IRRIGATION = "irrigation"
    BILL = "tariff"


class Effort(StrEnum):
    """Who it takes."""

    LOW = "low"
    """Settings that the operator changes."""
    MEDIUM = "medium"
    """A contractor for days to weeks."""
    HIGH = "high"
    """A capital project."""


class Disruption(StrEnum):
    """What the occupants notice."""

    NONE = "none"
    SOME = "some"
    MUCH = "much"


class Pays(StrEnum):
    """How a measure earns."""

    ENERGY = "energy"
    """Units of carriers that are not bought."""
    DEMAND = "demand"
    """Kilowatts off the monthly demand charge."""
    FLEXIBILITY = "flexibility"
    """A yearly payment for kilowatts that can be dropped."""
    BILL = "bill"
    """A share of the money, the energy staying the same."""


class CostUnit(StrEnum):
    """What a measure's cost is counted in."""

    M2 = "USD/m2"
    BUILDING = "USD per building"
    KW_PV = "USD/kW of panels"
    KW_BATTERY = "USD/kW of battery, two hours"
    KW_HEAT = "USD/kW of heat"
    KW_COLD = "USD/kW of cold"
    KW_SHED = "USD/kW that can be shed"


class Range(Struct, frozen=True):
    """A figure that is known within limits."""

    low: float
    likely: float
    high: float

    def times(self, factor: float) -> "Range":
        """The range scaled; a negative factor swaps the ends, so that low stays the smallest."""
        low, high = sorted((self.low * factor, self.high * factor))
        return Range(low, self.likely * factor, high)


class Measure(Struct, frozen=True, kw_only=True):
    """One row of the catalogue."""

    code: str
    number: int
    short: str
    """Two words for a chart."""
    name: str
    action: str
    """What to do, in one sentence."""
    check: str
    """How to confirm it on site before spending."""
    end_use: EndUse
    carriers: tuple[Carrier, ...]
    saving: Range
    """Share of what ``saving_of`` names."""
    saving_of: str
    pays: Pays = Pays.ENERGY
    cost: Range
    """Per ``cost_unit``, installed."""
    cost_fixed: Range
    """USD per building on top: visit, engineering, commissioning."""
    cost_unit: CostUnit
    upkeep: Range
    """USD a year per ``cost_unit``."""
    life: int
    """Years."""
    source: str
    """Where the saving share comes from."""
    checked: Checked
    year: int
    cost_source: str = "engineering practice; replace by a quotation"
    cost_checked: Checked = Checked.ASSUMED
    effort: Effort
    disruption: Disruption
    excludes: tuple[str, ...] = ()
    """Codes of measures that do the same job; the better one of a building counts in its totals."""
    includes: tuple[str, ...] = ()
    """Codes whose savings are part of this one's."""
    for_carbon: bool = False
    """Shown although it may never pay, for the carbon that it saves."""
    needs: str = ""
    """What has to be metered before the data can show it; empty when a rule exists."""


class Fact(Struct, frozen=True):
    """One number that triggered a measure, as it is shown."""

    label: str
    value: float
    unit: str
    compared: float | None = None
    """The figure that it is judged against, in the same unit."""
    compared_with: str = ""
    """What that figure is: median of 23 offices in this portfolio."""


class Evidence(Struct, frozen=True, kw_only=True):
    """Why a measure is proposed, and how much the data let it save."""

    sentence: str
    facts: tuple[Fact, ...]
    basis: Mapping[Carrier, float]
    """Annual amount (kWh or litres) of each carrier that the saving share applies to; negative where use is added."""
    basis_name: str
    strength: float
    """How clearly the data show it, 0 to 1."""
    share: Range | None = None
    """Saving share where the data say more than the catalogue."""
    demand_kw: Range | None = None
    """Kilowatts off the monthly peak."""
    size: float | None = None
    """How much is to be bought, in the measure's cost unit (kW); None for area and building."""
    caveat: str = ""


class InputUsed(Struct, frozen=True):
    """A price, factor or cost that a business case rests on."""

    key: str
    label: str
    low: float
    likely: float
    high: float
    unit: str
    year: int
    source: str
    checked: Checked
    overridden: bool = False


class CashFlow(Struct, frozen=True):
    """What an investment returns; a figure is None when it cannot be computed or is never reached."""

    npv: Range | None
    """Low: least saving at the highest cost; high: the reverse."""
    irr: float | None
    payback: float | None
    """Simple, in years, at the likely figures."""
    payback_low: float | None
    payback_high: float | None
    discounted_payback: float | None
    sir: float | None
    """Savings-to-investment ratio."""
    life: int
    rate: float


class Opportunity(Struct, frozen=True, kw_only=True):
    """A measure for one building with its case."""

    measure: str
    evidence: Evidence
    energy: Mapping[Carrier, Range]
    """Savings a year by carrier, kWh or litres; negative where the measure adds use."""
    streams: Mapping[str, Range]
    """Money a year by what earns it: a carrier, demand, flexibility, bill; upkeep is negative."""
    money: Range
    """Their sum."""
    co2: Range
    """kgCO2e a year."""
    cost: Range | None
    """None when the size needed to price it (floor area) is unknown."""
    finance: CashFlow
    confidence: float
    """0 to 1."""
    value: float
    """Risk-adjusted net present value: what it is ranked by."""
    rank: int = 0
    reason: str = ""
    """Why it stands at this rank."""
    beaten_by: str = ""
    """A measure that does the same job and is worth more here; this one then counts in no total."""
    net: "Contribution | None" = None
    """What it adds to the better-ranked measures; None when it does not count."""
    inputs: tuple[InputUsed, ...] = ()

    @property
    def energy_kwh(self) -> float:
        """Likely energy saved, all energy carriers together."""
        return sum(span.likely for carrier, span in self.energy.items() if UNIT_OF[carrier] == KWH)


class Contribution(Struct, frozen=True):
    """What a measure adds to those ranked before it, a year: savings that overlap are counted once."""

    money: float
    co2: float
    energy_kwh: float
    npv: float


class Combined(Struct, frozen=True, kw_only=True):
    """What a set of measures saves together, after overlap."""

    energy: Mapping[Carrier, Range]
    money: Range
    co2: Range
    overlap: float
    """Money a year that adding up the measures would have counted twice."""


class BuildingFacts(Struct, frozen=True, kw_only=True):
    """What is known of a building besides its meters."""

    id: str
    name: str
    use: str
    sub_use: str
    site: str
    area_m2: float | None = None
    year_built: int | None = None
    floors: int | None = None
    latitude: float | None = None
    longitude: float | None = None
    heating_type: str | None = None
    has_solar: bool = False
