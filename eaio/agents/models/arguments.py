"""What each tool takes. Days are local days of the site; periods are half-open."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

from msgspec import Struct

from eaio.timeseries.units import Carrier


class Metric(StrEnum):
    """What buildings are compared and ranked by."""

    EUI = "eui"
    CONSUMPTION = "consumption"
    PEAK_DEMAND = "peak_demand"
    LOAD_FACTOR = "load_factor"
    NIGHT_BASE = "night_base"
    CARBON = "carbon"
    COST = "cost"


class Resolution(StrEnum):
    """The step of a series."""

    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    YEAR = "year"


class Scenario(StrEnum):
    """Which course of a forecast."""

    BASELINE = "baseline"
    OPTIMISED = "optimised"
    WORST_CASE = "worst_case"


class NoArguments(Struct, frozen=True, kw_only=True):
    """A tool that needs nothing."""


class OnBuilding(Struct, frozen=True, kw_only=True):
    """About one building, by its full name."""

    building: str | None = None


class Over(OnBuilding, frozen=True, kw_only=True):
    """About one building (or, where a tool allows it, the portfolio) over half-open local days."""

    start: date | None = None
    end: date | None = None


class OverCarrier(Over, frozen=True, kw_only=True):
    """The same for one carrier."""

    carrier: Carrier | None = None


class Consumption(OverCarrier, frozen=True, kw_only=True):
    """Use of a building, or of a site."""

    site: str | None = None
    resolution: Resolution | None = None


class FindAnomalies(OverCarrier, frozen=True, kw_only=True):
    """Events of a building, a site, or everywhere."""

    site: str | None = None


class ExplainAnomaly(OverCarrier, frozen=True, kw_only=True):
    """What stood behind a day, or a period."""

    at: date | None = None


class CompareBuildings(Struct, frozen=True, kw_only=True):
    """Two buildings or more, side by side."""

    buildings: tuple[str, ...] = ()
    metric: Metric | None = None
    carrier: Carrier | None = None
    start: date | None = None
    end: date | None = None


class RankBuildings(Struct, frozen=True, kw_only=True):
    """Buildings in order of a metric."""

    metric: Metric | None = None
    limit: int | None = None
    best: bool | None = None
    """The lowest first, where the highest would come first."""
    carrier: Carrier | None = None
    site: str | None = None
    primary_use: str | None = None
    start: date | None = None
    end: date | None = None


class Forecast(OnBuilding, frozen=True, kw_only=True):
    """The coming load of a building."""

    carrier: Carrier | None = None
    horizon_hours: int | None = None
    scenario: Scenario | None = None


class RecommendMeasures(OnBuilding, frozen=True, kw_only=True):
    """What to do, for a building or everywhere."""

    site: str | None = None
    max_payback_years: float | None = None


class CarbonOf(OverCarrier, frozen=True, kw_only=True):
    """Emissions of a building, a site or the portfolio."""

    site: str | None = None


class PortfolioSummary(Struct, frozen=True, kw_only=True):
    """Totals over all buildings, or those of a site."""

    site: str | None = None
    carrier: Carrier | None = None
    start: date | None = None
    end: date | None = None


class ListBuildings(Struct, frozen=True, kw_only=True):
    """Which buildings there are."""

    site: str | None = None
    primary_use: str | None = None
    carrier: Carrier | None = None


class WeatherAt(Over, frozen=True, kw_only=True):
    """Weather of a site, named or that of a building."""

    site: str | None = None


class CreateReport(Over, frozen=True, kw_only=True):
    """A document about a building or the portfolio."""

    format: str | None = None


class SimilarBuildings(OnBuilding, frozen=True, kw_only=True):
    """Buildings that behave alike."""

    limit: int | None = None


class ProjectFinance(Struct, frozen=True, kw_only=True):
    """An investment in the organisation's currency; rates are shares of one."""

    capex: float | None = None
    annual_savings: float | None = None
    years: float | None = None
    discount_rate: float | None = None


class VerifySavings(OnBuilding, frozen=True, kw_only=True):
    """Avoided use of a reporting period against a baseline period."""

    carrier: Carrier | None = None
    baseline_start: date | None = None
    baseline_end: date | None = None
    reporting_start: date | None = None
    reporting_end: date | None = None


class ListAlerts(Over, frozen=True, kw_only=True):
    """Alerts by status."""

    status: str | None = None


class AcknowledgeAlert(Struct, frozen=True, kw_only=True):
    """One alert by number."""

    alert: int | None = None


class SearchDocuments(Struct, frozen=True, kw_only=True):
    """A topic to look up."""

    query: str | None = None


class MarketPrices(Struct, frozen=True, kw_only=True):
    """Prices of a carrier in a region."""

    region: str | None = None
    carrier: Carrier | None = None


class OnPlant(OnBuilding, frozen=True, kw_only=True):
    """A project or a piece of plant, somewhere."""

    site: str | None = None


ARGUMENTS: Mapping[str, type[Struct]] = {
    "list_buildings": ListBuildings,
    "building_details": OnBuilding,
    "consumption": Consumption,
    "peak_demand": OverCarrier,
    "load_profile": OverCarrier,
    "compare_buildings": CompareBuildings,
    "rank_buildings": RankBuildings,
    "benchmark": Over,
    "similar_buildings": SimilarBuildings,
    "weather_sensitivity": OverCarrier,
    "data_quality": OverCarrier,
    "find_anomalies": FindAnomalies,
    "explain_anomaly": ExplainAnomaly,
    "forecast": Forecast,
    "recommend_measures": RecommendMeasures,
    "project_finance": ProjectFinance,
    "verify_savings": VerifySavings,
    "carbon": CarbonOf,
    "portfolio_summary": PortfolioSummary,
    "list_alerts": ListAlerts,
    "acknowledge_alert": AcknowledgeAlert,
    "create_report": CreateReport,
    "search_documents": SearchDocuments,
    "audit_bill": OverCarrier,
    "weather": WeatherAt,
    "market_prices": MarketPrices,
    "project_status": OnPlant,
    "equipment_health": OnPlant,
}
"""Every tool that a question can ask for, and what it takes; whether it can be run is the registry's to say."""

NEEDS_BUILDING = frozenset(
    {
        "building_details",
        "consumption",
        "peak_demand",
        "load_profile",
        "benchmark",
        "similar_buildings",
        "weather_sensitivity",
        "explain_anomaly",
        "forecast",
        "verify_savings",
        "audit_bill",
    }
)
"""Tools that are about one building and nothing else."""
