"""How loads relate to each other, to the weather and to the clock. Loads are kW, or litres an hour for water."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from eaio.analysis.models.refusals import RefusalReason
from eaio.timeseries.units import Carrier


class Correlation(Struct, frozen=True, kw_only=True):
    """How closely two daily series go together."""

    first: str
    second: str
    days: int
    """Days on which both are known."""
    independent: float | None = None
    """Days that the correlation is worth once each series' likeness to its own day before is taken off."""
    r: float | None = None
    low: float | None = None
    high: float | None = None
    """95 % interval of ``r``."""
    p_value: float | None = None
    significant: bool = False
    """Stands against all pairs that were looked at (Holm, 5 %)."""
    same_weather: float | None = None
    """Between two carriers: the correlation left once both are cleared of heating and cooling degrees."""
    lag_days: int | None = None
    """The second follows the first by so many days more closely than on the day itself; None where it does not."""
    lag_r: float | None = None
    refusal: str | None = None
    """Why there is no figure."""
    statement: str


class CorrelationTable(Struct, frozen=True, kw_only=True):
    """All pairs of a building's carriers, and of each with the weather."""

    start: date
    end: date
    carriers: tuple[Correlation, ...]
    weather: tuple[Correlation, ...]
    coverage: dict[str, float]
    """Share of the days of the period on which each series is known, by its name."""
    method: str
    refusals: tuple[str, ...] = ()
    """What is missing altogether, such as the weather."""


class EndUse(StrEnum):
    """What a carrier's use is estimated to serve."""

    BASE = "base"
    SCHEDULE = "schedule"
    HEATING = "heating"
    COOLING = "cooling"


END_USE_LABEL: dict[EndUse, str] = {
    EndUse.BASE: "Always on",
    EndUse.SCHEDULE: "Follows the schedule",
    EndUse.HEATING: "Follows cold",
    EndUse.COOLING: "Follows heat",
}


class EndUsePart(Struct, frozen=True):
    """One part of a carrier's use over the days that are known."""

    use: EndUse
    value: float
    """kWh."""
    share: float
    low: float | None
    high: float | None
    """90 % interval of the share over resampled weeks; None where it was not estimated."""


class EndUseMonth(Struct, frozen=True, kw_only=True):
    """The parts of a local month, kWh over the days that are known."""

    month: date
    base: float
    schedule: float
    heating: float
    cooling: float
    days: int
    expected_days: int


class EndUseSplit(Struct, frozen=True, kw_only=True):
    """A carrier's use as base, schedule, heating and cooling; the parts add up to ``total``."""

    carrier: Carrier
    start: date
    end: date
    days: int
    """Days that are added up."""
    expected_days: int
    total: float
    parts: tuple[EndUsePart, ...]
    months: tuple[EndUseMonth, ...] = ()
    method: str
    warnings: tuple[str, ...] = ()


class RefusedCarrier(Struct, frozen=True):
    """A carrier about which nothing can be said, and why."""

    carrier: Carrier
    reason: RefusalReason
    detail: str


class EndUses(Struct, frozen=True):
    """The splits of a building's carriers."""

    splits: tuple[EndUseSplit, ...]
    refused: tuple[RefusedCarrier, ...]


class Peak(Struct, frozen=True):
    """The highest hour of a day."""

    local: datetime
    """Wall clock of the site, naive."""
    value: float
    temperature: float | None
    share: float
    """Of the highest peak."""


class DayPeak(Struct, frozen=True):
    """A day of the calendar of peaks."""

    day: date
    value: float | None
    """The highest hour; None on a day without a known one."""
    hour: int | None


class MeterPeak(Struct, frozen=True):
    """A meter's own peak beside what it draws when the building peaks."""

    name: str
    peak: float
    peak_local: datetime
    at_building_peak: float


class PeakAnalysis(Struct, frozen=True, kw_only=True):
    """When and how often a load peaks, its meters added up hour by hour."""

    carrier: Carrier
    start: date
    end: date
    hours: int
    """Hours in which every meter is known."""
    expected_hours: int
    mean: float
    peak: float
    load_factor: float
    """Mean over peak of the meters together."""
    sum_of_peaks: float
    coincidence: float
    """Peak of the sum over the sum of the peaks, 0 to 1."""
    near_base: float
    """2.5th percentile."""
    near_peak: float
    """97.5th percentile."""
    top: tuple[Peak, ...]
    """The highest hour of each of the highest days."""
    hours_near: int
    days_near: int
    """Hours and days within a tenth of the peak."""
    by_hour: tuple[int, ...]
    by_weekday: tuple[int, ...]
    by_month: tuple[int, ...]
    """Hours near the peak by hour of day (24), weekday (7, Monday first) and month (12, January first)."""
    clipped: tuple[tuple[int, float], ...]
    """(hours, load): without the highest so many hours the peak would be that."""
    meters: tuple[MeterPeak, ...]
    calendar: tuple[DayPeak, ...] = ()
    """Every day of the period."""
    statement: str


class PeakShare(Struct, frozen=True, kw_only=True):
    """What a building adds to the portfolio's peak."""

    building_id: UUID
    building: str
    site: str
    at_peak: float
    share: float
    """Of the portfolio's peak."""
    own_peak: float
    own_peak_at: datetime
    energy_share: float
    """Of the portfolio's use; a share of the peak above it makes a building a driver of the peak."""
    hours: int

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.building.replace("_", " ")


class PortfolioPeak(Struct, frozen=True, kw_only=True):
    """The hour in which all buildings together draw most electricity, and who draws it."""

    at: datetime
    """UTC."""
    start: datetime
    end: datetime
    peak: float
    mean: float
    load_factor: float
    sum_of_peaks: float
    coincidence: float
    known: int
    buildings: int
    """Buildings whose load of that hour is known, of all with an analysed electricity load."""
    top: tuple[tuple[datetime, float], ...]
    """The highest hour of each of the highest days, UTC."""
    shares: tuple[PeakShare, ...]
    statement: str
