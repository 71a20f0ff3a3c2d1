"""The first page of each role."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.response import Template

from eaio.analysis import service as analysis
from eaio.analysis.models import KIND_LABEL, RankBy
from eaio.buildings import service as buildings
from eaio.dashboards.models import Asked, Preset
from eaio.dashboards.pages.building import building_context
from eaio.dashboards.service import portfolio, today
from eaio.dashboards.service.source import source
from eaio.dashboards.service.verified import proven_savings
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.infra.identity import Principal, Role
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.recommendations import service as recommendations
from eaio.recommendations.models import Filters, Status

DECISIONS = 5
PICKED = 14


@get("/", include_in_schema=False)
async def home(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """What the role asks first: the day, the evidence, or the money."""
    makers = {Role.ENERGY_ANALYST: _workbench, Role.EXECUTIVE: _board}
    make = makers.get(principal.role, _today)
    try:
        template, context = await make(request, conn, principal)
    except InsufficientData as reason:
        return page(request, "dashboards/start.html", reason=reason.detail)
    return page(request, template, **context)


@get(drawn("/today"), include_in_schema=False)
async def today_chart(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """The last four weeks by day against the usual."""
    return chart_answer(request, "four_weeks", await today.day_chart(await source(conn, principal.organisation)))


@get(drawn("/today/load"), include_in_schema=False)
async def load_chart(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """Electricity of the last day and of the next, against what is usual at each hour of the week."""
    return chart_answer(request, "last_day", await today.load_chart(await source(conn, principal.organisation)))


async def _today(_: WebRequest, conn: Connection, principal: Principal) -> tuple[str, dict[str, Any]]:
    known = await source(conn, principal.organisation)
    day = await today.today(known)
    return "dashboards/today.html", {
        "day": day,
        "tasks": await today.tasks(known, day.last),
        "totals": await analysis.anomaly_totals(conn, principal.organisation),
        "run": await analysis.latest_run(conn, principal.organisation),
        "kinds": KIND_LABEL,
    }


async def _workbench(request: WebRequest, conn: Connection, principal: Principal) -> tuple[str, dict[str, Any]]:
    league = await analysis.portfolio_analysis(conn, principal.organisation, RankBy.EXCESS, limit=PICKED)
    picked = _uuid(request.query_params.get("building"))
    if picked is None and league.buildings:
        picked = league.buildings[0].building_id
    if picked is None:
        picked = next(iter((await buildings.building_names(conn, principal.organisation)).values()), None)
    if picked is None:
        raise InsufficientData("There is no building yet; import some data to begin")
    context = await building_context(request, conn, principal, picked)
    if "bar" in context:
        context["bar"]["state"]["building"] = str(picked)
    return "dashboards/workbench.html", {"league": league, "picked": picked, **context}


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


async def _board(_: WebRequest, conn: Connection, principal: Principal) -> tuple[str, dict[str, Any]]:
    organisation = principal.organisation
    known = await source(conn, organisation)
    found = await portfolio.portfolio(known, Asked(period=Preset.YEAR))
    view = found.view
    last = (await today.last_day(known))[1]
    proposed = await recommendations.savings_by_measure(conn, organisation, Filters(status=Status.PROPOSED))
    return "dashboards/board.html", {
        "found": found,
        "view": view,
        "league": await today.league(known, (view.start, view.end), view.before or (view.start, view.end)),
        "identified": await recommendations.list_recommendations(conn, organisation),
        "verified": await proven_savings(conn, organisation),
        "waiting": sorted(proposed, key=lambda measure: -measure.value)[:DECISIONS],
        "totals": await analysis.anomaly_totals(conn, organisation),
        "silent": len(await today.silent_meters(known, last)),
        "own_figures": len(await recommendations.own_figures(conn, organisation)),
    }


HANDLERS = [home, today_chart, load_chart]
