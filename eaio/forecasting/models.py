"""Forecasts, their error and the requests that lead to them."""

from datetime import datetime
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from eaio.timeseries.units import Carrier

SHORTEST = 24
LONGEST = 336
DEFAULT_HORIZON = 168
DEFAULT_LEVEL = 95
LEVELS = (80, 95)
"""Bands that are computed and stored, percent."""


class EngineName(StrEnum):
    """Ways to forecast; ``MIX`` is the weighted combination that is served."""

    PREVIOUS_DAY = "previous_day"
    PREVIOUS_WEEK = "previous_week"
    WEEK_MEAN = "week_mean"
    SLOT_MEAN = "slot_mean"
    SLOT_MEDIAN = "slot_median"
    RIDGE = "ridge"
    BOOSTING = "boosting"
    MSTL = "mstl"
    MIX = "mix"


ENGINE_LABEL: dict[EngineName, str] = {
    EngineName.PREVIOUS_DAY: "Previous day",
    EngineName.PREVIOUS_WEEK: "Previous week",
    EngineName.WEEK_MEAN: "Mean of seven days",
    EngineName.SLOT_MEAN: "Mean of four weeks",
    EngineName.SLOT_MEDIAN: "Median of four weeks",
    EngineName.RIDGE: "Calendar, lags and temperature",
    EngineName.BOOSTING: "Gradient boosting over all meters",
    EngineName.MSTL: "Seasonal decomposition",
    EngineName.MIX: "Weighted mix",
}


class Backtest(Struct, frozen=True):
    """How the forecast would have done on past days that it had not seen."""

    windows: int
    """Past origins, one a day; the last third is replayed with nothing but what was known at the time."""
    test_windows: int
    nrmse: float
    """CV(RMSE) of the first 24 hours, a fraction."""
    nrmse_by_day: tuple[float, ...]
    """The same for each of the fourteen lead days; NaN-free, shorter where the history is."""
    nmbe: float
    """Bias of the first 24 hours, positive when the forecast says too little."""
    coverage80: float
    coverage95: float
    """Share of measured hours, all leads, inside the bands."""
    engines: dict[str, float]
    """CV(RMSE) of the first 24 hours per engine, on the same windows."""


class DayTotal(Struct, frozen=True):
    """24 hours of the forecast summed; the bands are calibrated on such sums, not added up from hours."""

    start: datetime
    value: float
    low80: float
    high80: float
    low95: float
    high95: float


class Forecast(Struct, frozen=True):
    """Fourteen days ahead, hour by hour; serve as much of it as is asked for."""

    origin: datetime
    """First hour, UTC."""
    local: tuple[datetime, ...]
    """Wall clock of every hour, naive."""
    value: tuple[float, ...]
    low80: tuple[float, ...]
    high80: tuple[float, ...]
    low95: tuple[float, ...]
    high95: tuple[float, ...]
    days: tuple[DayTotal, ...]
    weights: dict[str, float]
    """Engine to its share in the first 24 hours."""
    backtest: Backtest
    notes: tuple[str, ...] = ()
    """What a reader must know: assumptions and weaknesses, in sentences."""


class StoredForecast(Struct, frozen=True, kw_only=True):
    """A forecast or a refusal as the database keeps it, with what it was made from."""

    meter_id: UUID
    origin: datetime
    data_version: int
    fingerprint: bytes
    forecast: Forecast | None = None
    refusal: str | None = None


class StoredModel(Struct, frozen=True, kw_only=True):
    """A model over all meters as the database keeps it."""

    id: UUID
    trained_until: datetime
    """It learned nothing from this instant on."""
    artefact: bytes
    checksum: bytes
    """SHA-256 of the artefact."""


class Point(Struct, frozen=True):
    """One hour of a forecast: the amount in that hour, and its band."""

    time: datetime
    """Start of the hour, UTC."""
    local: datetime
    """The same on the site's wall clock, naive."""
    value: float
    low: float
    high: float


class Total(Struct, frozen=True):
    """A sum over several hours, and its band."""

    start: datetime
    """UTC."""
    hours: int
    value: float
    low: float
    high: float


class MeterPart(Struct, frozen=True):
    """A meter's share in a forecast and how well it was forecast before."""

    meter_id: UUID
    meter: str
    value: float
    """Sum over the horizon."""
    weights: dict[str, float]
    """Engine to its share in the first 24 hours."""
    backtest: Backtest


class RefusedMeter(Struct, frozen=True):
    """A meter without a forecast, and why."""

    meter_id: UUID
    meter: str
    reason: str


class Outlook(Struct, frozen=True, kw_only=True):
    """A forecast as it is served: of a meter, or of a building's meters of one carrier."""

    building_id: UUID
    building: str
    carrier: Carrier
    unit: str
    time_zone: str
    origin: datetime
    """First hour forecast, UTC: the hour after the building's last reading."""
    horizon: int
    level: int
    """Percent of past hours that the band was calibrated to hold."""
    points: tuple[Point, ...]
    days: tuple[Total, ...]
    """24 hours each, with bands calibrated on such sums."""
    meters: tuple[MeterPart, ...]
    refused: tuple[RefusedMeter, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def error(self) -> float:
        """Day-ahead CV(RMSE) of the backtest; of several meters the mean weighted by their share."""
        whole = sum(abs(part.value) for part in self.meters)
        if not whole:
            return self.meters[0].backtest.nrmse
        return sum(part.backtest.nrmse * abs(part.value) for part in self.meters) / whole


class MeterSummary(Struct, frozen=True, kw_only=True):
    """One line of the list of forecasts."""

    meter_id: UUID
    meter: str
    building_id: UUID
    building: str
    carrier: Carrier
    unit: str
    time_zone: str
    origin: datetime
    refusal: str | None = None
    next_day: DayTotal | None = None
    weights: dict[str, float] = {}
    """Engine to its share in the first 24 hours; empty for a refusal."""
    backtest: Backtest | None = None


class SummaryOrder(StrEnum):
    """What the list of forecasts can be ordered by; figures largest first."""

    NAME = "name"
    NEXT_DAY = "next_day"
    ERROR = "error"


class SummaryFilter(Struct, frozen=True, kw_only=True):
    """Which lines of the list, in which order, which page."""

    carrier: Carrier | None = None
    search: str | None = None
    sort: SummaryOrder = SummaryOrder.NAME
    limit: int = 50
    offset: int = 0


class SummaryPage(Struct, frozen=True):
    """One page of the list and how many lines there are in all."""

    items: tuple[MeterSummary, ...]
    total: int
    limit: int
    offset: int


def engine_text(weights: dict[str, float], most: int = 9) -> str:
    """The engines behind a forecast, largest share first: "Mean of four weeks 60 %, previous week 40 %"."""
    shares = [(name, share) for name, share in sorted(weights.items(), key=lambda item: -item[1]) if share >= 0.05]
    text = ", ".join(
        f"{ENGINE_LABEL[EngineName(name)].lower()} {100 * share:.0f}\u00a0%" for name, share in shares[:most]
    )
    return text[:1].upper() + text[1:]
