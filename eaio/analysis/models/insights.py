"""What is kept of correlations, end uses, peaks and scores: of a building with its analysis, of all with theirs."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from eaio.analysis.models.loads import CorrelationTable, EndUses, PeakAnalysis, PortfolioPeak, RefusedCarrier


class Insights(Struct, frozen=True, kw_only=True):
    """How a building's loads relate to each other, to the weather and to the clock, over local days [start, end)."""

    start: date
    end: date
    time_zone: str
    meters: Mapping[str, int]
    """Meters with readings by carrier."""
    correlations: CorrelationTable
    end_uses: EndUses
    peaks: tuple[PeakAnalysis, ...]
    peaks_refused: tuple[RefusedCarrier, ...]


class BuildingInsights(Struct, frozen=True, kw_only=True):
    """Insights of a building as its newest analysis left them."""

    building_id: UUID
    building: str
    analysed_at: datetime
    insights: Insights

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.building.replace("_", " ")


class BuildingScore(Struct, frozen=True, kw_only=True):
    """A building's place among its own peers."""

    building_id: UUID
    compared: float
    """kWh/m2 of a typical year, of the weather as it was where ``normalised`` is false."""
    normalised: bool
    national_median: float
    percentile: float | None
    median: float | None
    peers: int
    rule: str
    energy: int | None
    """0 to 100."""
    efficiency: float | None
    """0 to 10."""


class PortfolioInsights(Struct, frozen=True, kw_only=True):
    """What only all buildings together show, as the newest analysis of everything left it."""

    scores: tuple[BuildingScore, ...]
    peak: PortfolioPeak | None
    peak_refused: str | None = None


class ScoredBuilding(Struct, frozen=True, kw_only=True):
    """One line of the ranking by score."""

    rank: int
    building_id: UUID
    building: str
    site: str
    use_type: str
    area_m2: float | None
    money_per_m2: float | None
    co2_per_m2: float | None
    load_factor: float | None
    unoccupied_ratio: float | None
    score: BuildingScore

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.building.replace("_", " ")


class Scores(Struct, frozen=True, kw_only=True):
    """The portfolio ranked by score, and the buildings that have none."""

    analysed_at: datetime | None
    """None before the first analysis of everything."""
    currency: str = "USD"
    buildings: tuple[ScoredBuilding, ...]
    without: int
    """Analysed buildings without an intensity to compare."""
