"""The one registry of tools: what each does, takes, may do, and who may use it."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from msgspec import Struct

from eaio.agents.models import ARGUMENTS, Risk, ToolResult
from eaio.agents.service import acting, ahead, comparing, describing, finding, loads, using, verifying
from eaio.agents.service.context import Context
from eaio.infra.identity import Role

EVERYBODY = frozenset(Role)
Run = Callable[[Context, Any], Awaitable[ToolResult]]


class Tool(Struct, frozen=True):
    """A tool as the graph, the command line and other callers see it."""

    name: str
    description: str
    run: Run
    risk: Risk = Risk.READ
    roles: frozenset[Role] = EVERYBODY
    timeout_seconds: float = 20.0
    row_limit: int = 12

    @property
    def arguments(self) -> type[Struct]:
        """The struct that its arguments are validated into."""
        return ARGUMENTS[self.name]


def _tool(name: str, run: Run, risk: Risk = Risk.READ, **more: Any) -> Tool:
    """A tool described by the first line of its function's documentation."""
    return Tool(name, (run.__doc__ or "").strip().splitlines()[0], run, risk, **more)


REGISTRY: Mapping[str, Tool] = {
    tool.name: tool
    for tool in (
        _tool("list_buildings", describing.list_buildings),
        _tool("building_details", describing.building_details),
        _tool("consumption", using.consumption),
        _tool("portfolio_summary", using.portfolio_summary),
        _tool("carbon", using.carbon),
        _tool("peak_demand", loads.peak_demand, Risk.COMPUTE),
        _tool("load_profile", loads.load_profile, Risk.COMPUTE),
        _tool("weather_sensitivity", loads.weather_sensitivity, Risk.COMPUTE),
        _tool("compare_buildings", comparing.compare_buildings),
        _tool("rank_buildings", comparing.rank_buildings),
        _tool("benchmark", describing.benchmark),
        _tool("similar_buildings", comparing.similar_buildings),
        _tool("data_quality", finding.data_quality),
        _tool("find_anomalies", finding.find_anomalies),
        _tool("explain_anomaly", finding.explain_anomaly),
        _tool("forecast", ahead.forecast, Risk.COMPUTE, timeout_seconds=30.0),
        _tool("weather", ahead.weather),
        _tool("recommend_measures", acting.recommend_measures),
        _tool("verify_savings", verifying.verify_savings, Risk.COMPUTE, timeout_seconds=30.0),
        _tool("create_report", acting.create_report, Risk.COMPUTE),
    )
}
"""What can be run today; a tool that can be asked for (``ARGUMENTS``) but is not here is answered honestly."""

NOT_YET: Mapping[str, str] = {
    "project_finance": "work out NPV, IRR and payback of a project you describe",
    "list_alerts": "keep alerts",
    "acknowledge_alert": "keep alerts",
    "search_documents": "search documents",
    "audit_bill": "check utility bills",
    "market_prices": "follow market prices",
    "project_status": "track projects",
    "equipment_health": "judge single pieces of equipment",
}
"""What the others will do, in the words of the answer."""
