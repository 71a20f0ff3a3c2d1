"""What is kept of an analysis, and how it is asked for."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.analysis.models.feedback import FindingVerdict
from eaio.analysis.models.insights import Insights
from eaio.analysis.models.peers import Peer, PeerChoice, PeerGroup
from eaio.analysis.models.results import AnomalyKind, ChangePointModel, Finding, LoadProfile, Month
from eaio.timeseries.units import Carrier


class EventStatus(StrEnum):
    """Where an anomaly stands with its people."""

    OPEN = "open"
    ACKNOWLEDGED = "acknowledged"
    RESOLVED = "resolved"


class AnomalyEvent(Struct, frozen=True, kw_only=True):
    """A stored anomaly of one meter."""

    id: UUID
    building_id: UUID
    building: str
    site: str
    meter_id: UUID
    meter: str
    carrier: Carrier
    unit: str
    time_zone: str
    kind: AnomalyKind
    started_at: datetime
    ended_at: datetime
    hours: int
    spells: int
    kwh: float
    """Recorded minus normal; litres for water and irrigation."""
    normal_kwh: float
    money: float | None
    co2_kg: float | None
    confidence: float
    explanation: str
    status: EventStatus
    status_by: str | None = None
    status_at: datetime | None = None
    note: str | None = None
    detected_at: datetime
    found_confidence: float | None = None
    """Before calibration by feedback; None where that changed nothing."""
    verdict: FindingVerdict | None = None
    """What somebody said of it."""
    silenced_by: UUID | None = None
    """The feedback that silences it: its own, or one on an event that it repeats."""
    shown_by: str | None = None
    """Who asked to see it although it repeats a judged one."""

    @property
    def building_label(self) -> str:
        """The building's name as people read it."""
        return self.building.replace("_", " ")


class KnownEvent(Struct, frozen=True):
    """What re-analysis needs of an event that is stored already."""

    id: UUID
    kind: AnomalyKind
    started_at: datetime
    ended_at: datetime
    status: EventStatus
    judged: bool = False
    """Somebody has said whether it is real."""


class Reconciled(Struct, frozen=True):
    """Found events against stored ones: which is which, which are new, which are there no longer."""

    same: tuple[tuple[UUID, Finding], ...]
    new: tuple[Finding, ...]
    gone: tuple[UUID, ...]


class EventSort(StrEnum):
    """Orders of a list of anomalies."""

    NEWEST = "newest"
    MONEY = "money"


class EventFilter(Struct, frozen=True, kw_only=True):
    """Which anomalies, in which order, which page; every field narrows further."""

    status: EventStatus | None = None
    kind: AnomalyKind | None = None
    carrier: Carrier | None = None
    building_id: UUID | None = None
    site_id: UUID | None = None
    meter_id: UUID | None = None
    start: datetime | None = None
    """Only events that end after this."""
    end: datetime | None = None
    """Only events that begin before this."""
    faults: bool | None = None
    """True: only faults of the data; False: only what buildings did."""
    least_confidence: Annotated[float, Meta(ge=0, le=1)] = 0.0
    silenced: bool | None = False
    """True: only those that feedback silences; None: these too."""
    sort: EventSort = EventSort.NEWEST
    limit: Annotated[int, Meta(ge=1, le=500)] = 50
    offset: Annotated[int, Meta(ge=0)] = 0


class EventPage(Struct, frozen=True):
    """One page of anomalies; ``total`` counts no further than ten thousand."""

    items: tuple[AnomalyEvent, ...]
    total: int
    limit: int
    offset: int


class EventTotals(Struct, frozen=True):
    """Open anomalies of a portfolio or building in one line."""

    open: int
    faults: int
    money: float
    """Excess cost of the open ones that cost something."""
    co2_kg: float
    newest: datetime | None


class MeterFigures(Struct, frozen=True, kw_only=True):
    """Figures of one meter over its analysed period; None is unknown, with the reason among ``refusals``."""

    meter_id: UUID
    building_id: UUID
    carrier: Carrier
    period_start: date
    period_end: date
    coverage: float
    annual: float | None = None
    money: float | None = None
    co2_kg: float | None = None
    near_base: float | None = None
    near_peak: float | None = None
    mean: float | None = None
    peak: float | None = None
    load_factor: float | None = None
    unoccupied_ratio: float | None = None
    occupied_hours: str | None = None
    model: ChangePointModel | None = None
    refusals: tuple[str, ...] = ()
    parameters: int | None = None
    """Version of the parameter set that the anomalies were found with; None before there were versions."""
    threshold: float | None = None
    """Of detection, calibration by feedback included; robust standard deviations."""


class BuildingFigures(Struct, frozen=True, kw_only=True):
    """Figures of one building over its analysed period."""

    building_id: UUID
    period_start: date
    period_end: date
    use_type: str
    carriers: tuple[Carrier, ...]
    """Energy carriers that the EUI adds up."""
    area_m2: float | None
    annual_kwh: float | None
    eui: float | None
    money: float | None
    co2_kg: float | None
    coverage: float
    load_factor: float | None
    near_base: float | None
    near_peak: float | None
    unoccupied_ratio: float | None
    cvrmse: float | None
    heating_sensitivity: float | None
    cooling_sensitivity: float | None
    excess_kwh: float
    excess_money: float
    peak: float | None = None
    """kW of the electricity meters together."""
    normalised_kwh: float | None = None
    """Energy of a typical year of the site's weather."""
    normalised_reason: str = ""
    """How it was made, or why it is not known."""
    heating_degree_days: float | None = None
    cooling_degree_days: float | None = None


class MeterAnalysis(Struct, frozen=True, kw_only=True):
    """Everything computed for one meter."""

    figures: MeterFigures
    profile: LoadProfile | None
    months: tuple[Month, ...]
    findings: tuple[Finding, ...]


class Benchmark(Struct, frozen=True, kw_only=True):
    """How a building's energy use intensity compares."""

    eui: float
    """kWh/m2 a year over the carriers that are metered, in the weather as it was."""
    normalised_eui: float | None
    """kWh/m2 of a typical year of the site's weather; None with the reason in ``normalisation``."""
    normalisation: str
    compared: float
    """What percentile and score compare: the weather-normalised figure, the plain one where there is none."""
    carriers: tuple[Carrier, ...]
    use_type: str
    national_median: float
    """kWh/m2 a year; all carriers of a building together."""
    national_source: str
    national_checked: str
    percentile: float | None
    """Share of the peers that use less, 0 to 1; None with fewer than five peers."""
    peer_median: float | None
    peer_rule: str
    peers: tuple[Peer, ...]
    group: PeerGroup
    """The rule, how it was widened, quartiles, indicators, score with its ingredients."""
    choices: tuple[PeerChoice, ...] = ()
    """Who was kept out or put in by hand."""
    warnings: tuple[str, ...] = ()


class BuildingAnalysis(Struct, frozen=True, kw_only=True):
    """The typed answer about one building."""

    building_id: UUID
    building: str
    figures: BuildingFigures
    meters: tuple[MeterAnalysis, ...]
    benchmark: Benchmark | None
    anomalies: EventTotals
    insights: Insights | None = None
    """Correlations, end uses and peaks; None in an answer from before they were part of it."""


class RankBy(StrEnum):
    """What a portfolio can be ranked by, most first."""

    MONEY = "money"
    EXCESS = "excess_money"
    EUI = "eui"
    PERCENTILE = "percentile"
    ENERGY = "annual_kwh"
    CARBON = "co2_kg"
    UNOCCUPIED = "unoccupied_ratio"
    LOAD_FACTOR = "load_factor"
    COVERAGE = "coverage"


class RankedBuilding(Struct, frozen=True, kw_only=True):
    """One line of the portfolio's league."""

    rank: int
    building_id: UUID
    building: str
    site_id: UUID
    site: str
    use_type: str
    area_m2: float | None
    annual_kwh: float | None
    eui: float | None
    percentile: float | None
    """Share of the buildings of the same use and the same carriers that use less."""
    peers: int
    money: float | None
    co2_kg: float | None
    coverage: float
    load_factor: float | None
    unoccupied_ratio: float | None
    cvrmse: float | None
    cooling_sensitivity: float | None
    heating_sensitivity: float | None
    excess_kwh: float
    excess_money: float
    open_anomalies: int

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.building.replace("_", " ")


class PortfolioTotals(Struct, frozen=True):
    """The portfolio in one line."""

    buildings: int
    analysed: int
    area_m2: float
    annual_kwh: float
    money: float
    co2_kg: float
    excess_kwh: float
    excess_money: float
    eui_median: float | None
    coverage: float | None
    period_start: date | None
    period_end: date | None


class PortfolioAnalysis(Struct, frozen=True):
    """Totals and ranking of a portfolio, a site, or a use."""

    totals: PortfolioTotals
    ranked_by: RankBy
    buildings: tuple[RankedBuilding, ...]


class AnalysisRun(Struct, frozen=True, kw_only=True):
    """Progress of an analysis: ``total`` counts buildings, or the steps of the one that ``building_id`` names."""

    id: UUID
    status: str
    total: int
    done: int
    failed: int
    events: int
    author: str
    started_at: datetime
    finished_at: datetime | None = None
    error: str | None = None
    building_id: UUID | None = None
    parameters: int | None = None
    """Version of the parameter set; 0 is built in, None before there were versions."""

    @property
    def is_over(self) -> bool:
        """Done or failed."""
        return self.status in {"done", "failed"}


class AnalysisStep(Struct, frozen=True, kw_only=True):
    """A step of a building's analysis, as its followers see it."""

    number: int
    """Counts from 1; following again from a number skips what was seen."""
    done: int
    total: int
    text: str
    at: datetime
