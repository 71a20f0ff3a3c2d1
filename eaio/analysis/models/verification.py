"""Verified savings: what a building would have used, what it used, and how sure the difference is."""

from datetime import date
from enum import StrEnum

from msgspec import Struct

from eaio.analysis.models.baselines import Interval, Period


class Treatment(StrEnum):
    """What a declared non-routine event does to the figures."""

    EXCLUDE = "exclude"
    """Its days count neither in the baseline nor in the savings."""
    FACTOR = "factor"
    """Normal use times ``amount`` while it lasts: 1.2 for a fifth more floor area."""
    CONSTANT = "constant"
    """``amount`` kWh a day on top of normal use while it lasts; negative for less."""
    ESTIMATE = "estimate"
    """Like constant, with the amount estimated as an indicator variable from the residuals inside and outside."""


class NonRoutineEvent(Struct, frozen=True):
    """A change that has nothing to do with the measure: an outage, a new tenant, a building part added."""

    period: Period
    treatment: Treatment = Treatment.EXCLUDE
    amount: float | None = None
    note: str = ""


class AppliedEvent(Struct, frozen=True):
    """What an event did to a period's figures."""

    event: NonRoutineEvent
    points: int
    """Points of the period inside the event."""
    kwh: float
    """What it added to normal use over those points; 0 of excluded ones, which are left out."""


class ProposedEvent(Struct, frozen=True):
    """A stretch whose residuals stand on another level than the rest: a candidate for a non-routine event."""

    period: Period
    kwh_per_day: float
    """Level of the stretch less the level outside it."""
    share: float
    """The same over the expected use of the stretch."""
    days: int
    z: float
    """The shift over its standard error, autocorrelation considered."""
    p_value: float
    """Chance of such a shift somewhere in a series without any; Bonferroni over all stretches."""
    open_ended: bool
    """It lasts to the end of the data: a permanent step."""
    reason: str


class SuspectDay(Struct, frozen=True):
    """A day whose use is more likely a fault of the meter than a saving."""

    day: date
    actual: float
    expected: float
    reason: str


class CumulativePoint(Struct, frozen=True):
    """Savings added up to the end of a local day (or month), kWh, with the interval at the asked confidence."""

    day: date
    actual: float
    """Use of this day."""
    counterfactual: float
    """What the baseline expects of this day."""
    avoided: float
    """Added up from the start of the reporting period."""
    low: float
    high: float


class Savings(Struct, frozen=True):
    """Avoided use of a reporting period against a baseline model (IPMVP option C)."""

    method: str
    label: str
    interval: Interval
    baseline: Period
    reporting: Period
    baseline_points: int
    reporting_points: int
    coverage: float
    """Share of the reporting period that has use and temperature and is judged."""
    counterfactual: float
    actual: float
    avoided: float
    fraction: float
    """Avoided use over the counterfactual; negative when more was used."""
    band: float
    """Half-width of the interval of the avoided use at ``confidence``, kWh."""
    confidence: float
    uncertainty: float | None
    """Fractional savings uncertainty: band over avoided use; None when nothing was saved."""
    significant: bool
    """Guideline 14: the uncertainty at 68 % confidence is below half of the savings."""
    extrapolated: float
    """Share of the reporting points warmer or colder than any of the baseline."""
    suspect_days: tuple[SuspectDay, ...]
    fraction_without_suspect: float
    events: tuple[AppliedEvent, ...]
    cumulative: tuple[CumulativePoint, ...]
    statement: str
    """The result as a sentence."""
    warnings: tuple[str, ...] = ()


class TypicalYear(Struct, frozen=True):
    """A year of weather put together from a site's own record."""

    years: tuple[int, ...]
    """The year that each calendar month, January first, was taken from."""
    daily: tuple[float, ...]
    """Mean outdoor temperature of 365 days, 1 January first, degC."""
    hourly: tuple[float, ...]
    """8,760 hours, or empty when the record has days only."""
    statement: str
    """How it was made."""


class NormalisedSavings(Struct, frozen=True):
    """What the measure saves in a typical year: baseline and reporting model under the same weather."""

    baseline_annual: float
    reporting_annual: float
    avoided: float
    fraction: float
    band: float
    """Half-width at ``confidence``, both models' uncertainty in quadrature, kWh."""
    confidence: float
    months: tuple[tuple[float, float], ...]
    """Baseline and reporting use of each calendar month, January first."""
    weather: str
    """How the typical year was made."""
    statement: str
    warnings: tuple[str, ...] = ()


class NormalisedUse(Struct, frozen=True):
    """Weather-normalised consumption: what a modelled building uses in a typical year."""

    annual: float
    months: tuple[float, ...]
    """Use of each calendar month, January first."""
    band: float
    """Half-width at ``confidence``, kWh."""
    confidence: float
    weather: str
    """How the typical year was made."""


class DegreeDayMonth(Struct, frozen=True):
    """A month's use and degree days over the days that have both."""

    month: date
    days: int
    """Days with use and temperature; the figures are theirs."""
    calendar_days: int
    use: float
    hdd: float
    """K d below the heating base."""
    cdd: float
    temperature: float

    @property
    def use_per_hdd(self) -> float | None:
        """Use over heating degree days, base load included; None in a month without any."""
        return self.use / self.hdd if self.hdd > 0 else None

    @property
    def use_per_cdd(self) -> float | None:
        """Use over cooling degree days, base load included; None in a month without any."""
        return self.use / self.cdd if self.cdd > 0 else None


class DegreeDayView(Struct, frozen=True):
    """A period by degree days of given bases, and its use split by regression."""

    heating_base: float
    cooling_base: float
    by_hour: bool
    days: int
    base_load: float
    """kWh a day that depend on no weather."""
    per_hdd: float
    """kWh per heating degree day beyond the base load; 0 where use does not rise with cold."""
    per_cdd: float
    r2: float
    months: tuple[DegreeDayMonth, ...]
