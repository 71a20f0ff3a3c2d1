"""Baseline models and how well they fit. Energies are kWh, or litres for water and irrigation; temperatures degC."""

from datetime import date, timedelta
from enum import StrEnum

from msgspec import Struct

from eaio.analysis.models.refusals import WrongPeriods
from eaio.analysis.models.results import ChangePointModel


class Interval(StrEnum):
    """How long a point of a model is."""

    HOURLY = "hourly"
    DAILY = "daily"
    MONTHLY = "monthly"


class Method(StrEnum):
    """How a baseline is modelled."""

    CHANGE_POINT = "change-point"
    DEGREE_HOURS = "degree-hours"
    """Change points on the hourly temperatures of each day."""
    CALTRACK = "caltrack"
    TOWT = "towt"
    OPENDSM = "opendsm"


METHOD_LABEL: dict[Method, str] = {
    Method.CHANGE_POINT: "Change point",
    Method.DEGREE_HOURS: "Change point on degree hours",
    Method.CALTRACK: "CalTRACK 2.0 daily",
    Method.TOWT: "Time of week and temperature",
    Method.OPENDSM: "OpenDSM",
}


class Period(Struct, frozen=True):
    """Local calendar days, first and last included."""

    first: date
    last: date

    def __post_init__(self) -> None:
        """Refuse a period that ends before it begins."""
        if self.last < self.first:
            raise WrongPeriods(f"The period ends on {self.last} before it begins on {self.first}; swap them")

    @property
    def days(self) -> int:
        """Calendar days, present in the data or not."""
        return (self.last - self.first).days + 1

    def overlaps(self, other: "Period") -> bool:
        """Whether some day lies in both."""
        return self.first <= other.last and other.first <= self.last

    @classmethod
    def of_year(cls, last: date) -> "Period":
        """The 365 days that end with ``last``."""
        return cls(last - timedelta(days=364), last)


class Verdict(Struct, frozen=True):
    """ASHRAE Guideline 14's answer for a model, with the limits it was judged by."""

    passed: bool
    cvrmse_limit: float
    nmbe_limit: float
    reason: str


class Fitness(Struct, frozen=True):
    """How well a model reproduces its own baseline; all ratios are fractions."""

    interval: Interval
    n: int
    parameters: float
    """Coefficients fitted; of overlapping monthly models the mean leverage times n."""
    mean: float
    """Mean use of a point: kWh per hour of an hourly model, per day of the others."""
    r2: float
    cvrmse: float
    nmbe: float
    rmse: float
    autocorrelation: float
    """Lag-1 correlation of the residuals of neighbouring points."""
    expected_uncertainty: float
    """Fractional savings uncertainty, 90 % confidence, of a 10 % saving over one year: for comparing models."""
    verdict: Verdict


class DegreeDayModel(Struct, frozen=True):
    """CalTRACK 2.0 daily: use = base + below * HDD(low) + above * CDD(high), all coefficients positive."""

    kind: str
    """intercept, hdd, cdd or hdd+cdd."""
    base: float
    below: float
    """kWh a day for each kelvin of heating degree day."""
    above: float
    low: float
    high: float
    adjusted_r2: float


class Weighting(StrEnum):
    """Which hours a time-of-week model of a month is fitted on."""

    YEAR = "year"
    """One model of all hours."""
    MONTHS = "months"
    """CalTRACK 2.0, 3.10: a model per calendar month, its hours counting 1, those of both neighbours 0.5."""


class TowtModel(Struct, frozen=True):
    """Use of an hour = level of its hour of week + piecewise linear temperature, apart for occupied and other hours.

    Mathieu, Price, Kiliccote and Piette (2011), IEEE Trans. Smart Grid 2(3); CalTRACK 2.0, section 3.
    """

    weighting: Weighting
    occupied: tuple[bool, ...]
    """Which of the 168 hours of the week, Monday 00:00 first, are in use as the load shows."""
    edges: tuple[float, ...]
    """degC between the temperature segments."""
    levels: tuple[tuple[float | None, ...], ...]
    """1 or 12 (January first) rows of 168 levels, None for an hour of the week never seen."""
    slopes: tuple[tuple[tuple[float, ...], tuple[float, ...]], ...]
    """1 or 12 rows: slopes by segment, kWh per hour and kelvin, of other hours and of occupied hours."""


class Baseline(Struct, frozen=True, kw_only=True, tag_field="method"):
    """A fitted baseline model that can be stored as JSON and asked for a counterfactual later."""

    label: str
    """5P, 5P on degree hours, hdd+cdd, TOWT."""
    period: Period
    """The baseline period asked for."""
    fitness: Fitness
    reason: str
    """Why this model, in words."""
    zero_is_missing: bool = False
    warnings: tuple[str, ...] = ()

    @property
    def interval(self) -> Interval:
        """How long its points are."""
        return self.fitness.interval


class ChangePointBaseline(Baseline, frozen=True, kw_only=True, tag=Method.CHANGE_POINT.value):
    """2P to 5P, daily or monthly."""

    model: ChangePointModel


class CaltrackBaseline(Baseline, frozen=True, kw_only=True, tag=Method.CALTRACK.value):
    """CalTRACK 2.0 daily."""

    model: DegreeDayModel


class TowtBaseline(Baseline, frozen=True, kw_only=True, tag=Method.TOWT.value):
    """Hourly time of week and temperature."""

    model: TowtModel


class OpendsmBaseline(Baseline, frozen=True, kw_only=True, tag=Method.OPENDSM.value):
    """A model of the optional OpenDSM engine, as its own JSON document."""

    document: str


AnyBaseline = ChangePointBaseline | CaltrackBaseline | TowtBaseline | OpendsmBaseline
