"""What a computation says. Energies are kWh, or litres for water and irrigation; temperatures degC."""

from datetime import date, datetime
from enum import StrEnum

from msgspec import Struct


class LoadProfile(Struct, frozen=True):
    """The typical week of a meter and its characteristic loads, per hour."""

    week: tuple[float | None, ...]
    """Median by hour of week, 168 values, Monday 00:00 first; None where no reading exists."""
    low: tuple[float | None, ...]
    """10th percentile by hour of week."""
    high: tuple[float | None, ...]
    """90th percentile by hour of week."""
    near_base: float
    """2.5th percentile of the hours."""
    near_peak: float
    """97.5th percentile of the hours."""
    mean: float
    peak: float
    load_factor: float
    """Mean over peak, 0 to 1."""
    occupied: tuple[bool, ...]
    """Which hours of the week are in use, as the load itself shows (168 values)."""
    occupied_hours: str
    """The same in words: Mon-Fri 7-19."""
    unoccupied_ratio: float | None
    """Mean load out of use over mean load in use; None when the week shows no rhythm."""
    coverage: float
    """Share of the hours with a reading."""
    hours: int


class Month(Struct, frozen=True):
    """A local calendar month."""

    month: date
    value: float | None
    present: int
    hours: int
    heating_degree_days: float | None
    cooling_degree_days: float | None
    temperature: float | None


class ModelKind(StrEnum):
    """Shapes of daily use over outdoor temperature (ASHRAE RP-1050), by number of parameters."""

    P2 = "2P"
    P3_COOLING = "3PC"
    P3_HEATING = "3PH"
    P4 = "4P"
    P5 = "5P"


class ChangePointModel(Struct, frozen=True):
    """Use = base + below * max(low - T, 0) + above * max(T - high, 0), per day and kelvin."""

    kind: ModelKind
    base: float
    below: float
    """Extra use for each kelvin under the lower balance point."""
    above: float
    """Extra use for each kelvin over the upper balance point."""
    low: float
    high: float
    n: int
    r2: float
    cvrmse: float
    nmbe: float
    rmse: float
    autocorrelation: float
    bic: float
    runner_up: ModelKind | None
    bic_gap: float
    """How much higher the runner-up's BIC is; 0 without a runner-up."""
    weather_sensitive: bool
    """False when a constant explains the days as well."""
    reason: str
    warnings: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None
    """The days between which the model was fitted, where they are known."""
    degree_hours: bool = False
    """The degrees beyond a balance point are means over the hours of a day, not those of the day's mean."""

    @property
    def heating_balance(self) -> float | None:
        """Outdoor temperature under which use rises; None where it does not."""
        return self.low if self.below > 0 and self.kind != ModelKind.P2 else None

    @property
    def cooling_balance(self) -> float | None:
        """Outdoor temperature over which use rises; None where it does not."""
        return self.high if self.above > 0 and self.kind != ModelKind.P2 else None


class AnomalyKind(StrEnum):
    """What an event is. The first group are faults of the data, the second things a building did."""

    MISSING = "missing"
    ZERO = "zero"
    STUCK = "stuck"
    SPIKE = "spike"
    NEGATIVE = "negative"
    SCALE = "scale"
    OUTAGE = "outage"
    NIGHT = "night"
    WEEKEND = "weekend"
    HIGH = "high"
    LOW = "low"
    PATTERN = "pattern"
    PEAK = "peak"
    SCHEDULE = "schedule"
    DRIFT = "drift"
    LEAK = "leak"
    SIMULTANEOUS = "simultaneous"

    @property
    def is_data_fault(self) -> bool:
        """The readings are wrong, so nothing was spent or saved."""
        return self in DATA_FAULTS


DATA_FAULTS = frozenset(
    {
        AnomalyKind.MISSING,
        AnomalyKind.ZERO,
        AnomalyKind.STUCK,
        AnomalyKind.SPIKE,
        AnomalyKind.NEGATIVE,
        AnomalyKind.SCALE,
    }
)

KIND_LABEL: dict[AnomalyKind, str] = {
    AnomalyKind.MISSING: "No readings",
    AnomalyKind.ZERO: "Reads zero",
    AnomalyKind.STUCK: "Stuck value",
    AnomalyKind.SPIKE: "Spike",
    AnomalyKind.NEGATIVE: "Negative",
    AnomalyKind.SCALE: "Wrong scale",
    AnomalyKind.OUTAGE: "Outage",
    AnomalyKind.NIGHT: "Left on out of hours",
    AnomalyKind.WEEKEND: "Weekend or holiday operation",
    AnomalyKind.HIGH: "Higher than usual",
    AnomalyKind.LOW: "Lower than usual",
    AnomalyKind.PATTERN: "Runs differently",
    AnomalyKind.PEAK: "Peak",
    AnomalyKind.SCHEDULE: "Hours of use moved",
    AnomalyKind.DRIFT: "Drift",
    AnomalyKind.LEAK: "Leak",
    AnomalyKind.SIMULTANEOUS: "Heating against cooling",
}


class Finding(Struct, frozen=True):
    """One event of one cause, as found in the readings of one meter."""

    kind: AnomalyKind
    start: datetime
    """First hour, aware UTC."""
    end: datetime
    """End of the last hour, aware UTC."""
    hours: int
    """Hours affected; fewer than end - start when the event comes back night after night."""
    spells: int
    """How many separate runs of hours the event consists of."""
    kwh: float
    """Recorded minus normal over the affected hours (litres for water); missing hours count as nothing recorded."""
    normal_kwh: float
    """What would have been normal over the same hours."""
    money: float | None
    """Cost of the excess; negative when less was used; None for a fault of the data or an unknown price."""
    co2_kg: float | None
    confidence: float
    """0 to 1: how sure that this is no ordinary variation."""
    explanation: str
    strength: float = 0.0
    """Largest smoothed score of its hours, in robust standard deviations; 0 for what no threshold decides."""
    week: str = ""
    """Which hours of the week it touched: 168 bits from Monday 00:00, as 42 hexadecimal digits; empty where unknown."""
