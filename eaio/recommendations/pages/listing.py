"""The ranked list, its file, its chart, and a building's part of it."""

from collections.abc import Sequence
from uuid import UUID

import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from eaio.buildings import service as buildings
from eaio.infra.charts.models import Step, WaterfallChart, about
from eaio.infra.identity import Action
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import is_htmx, page
from eaio.recommendations import service
from eaio.recommendations.models import Baseline, Effort, Filters, MeasureSum, Status
from eaio.recommendations.pages.asked import filters_of, state_of
from eaio.timeseries.format import money

MOST_ROWS = 20_000
STEPS = 8
PAGE_OF_BUILDING = 40
PAYBACKS = (1, 2, 3, 5, 10)
FIELDS = {
    "rank": ("rank in building", pl.Int64),
    "building": ("building", pl.String),
    "site": ("site", pl.String),
    "use": ("use", pl.String),
    "measure": ("code", pl.String),
    "name": ("measure", pl.String),
    "end_use": ("end use", pl.String),
    "sentence": ("evidence", pl.String),
    "money": ("saves USD a year", pl.Float64),
    "money_low": ("saves at least", pl.Float64),
    "money_high": ("saves at most", pl.Float64),
    "cost": ("cost USD", pl.Float64),
    "payback": ("payback years", pl.Float64),
    "npv": ("net present value USD", pl.Float64),
    "co2": ("kgCO2e a year", pl.Float64),
    "energy_kwh": ("kWh a year", pl.Float64),
    "confidence": ("confidence", pl.Float64),
    "value": ("risk-adjusted value USD", pl.Float64),
    "effort": ("effort", pl.String),
    "disruption": ("disruption", pl.String),
    "status": ("status", pl.String),
    "owner": ("owner", pl.String),
    "due": ("due", pl.Date),
    "counted": ("in totals", pl.Boolean),
    "added": ("adds USD a year", pl.Float64),
}


@get("/recommendations", include_in_schema=False)
async def recommendation_list(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """Every measure found, best first, with what all of them come to."""
    wanted = filters_of(request)
    organisation = principal.organisation
    return page(
        request,
        "recommendations/list.html",
        found=await service.list_recommendations(conn, organisation, wanted),
        baseline=await service.savings_baseline(conn, organisation, wanted),
        run=await service.latest_run(conn, organisation),
        building=await buildings.building_of(conn, organisation, wanted.building) if wanted.building else None,
        sites=await buildings.sites_of(conn, organisation),
        uses=await buildings.primary_uses(conn, organisation),
        measures=service.measures(),
        statuses=list(Status),
        efforts=list(Effort),
        paybacks=PAYBACKS,
        state=state_of(wanted),
    )


@get(both("/recommendations"), include_in_schema=False)
async def recommendation_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """What the list shows, all pages, as a table."""
    found = await service.list_recommendations(conn, principal.organisation, filters_of(request, MOST_ROWS))
    rows = [[getattr(item, name) for name in FIELDS] for item in found.items]
    return table_file("recommendations", dict(FIELDS.values()), rows, kind_of(request))


@get(drawn("/recommendations/waterfall"), include_in_schema=False)
async def waterfall(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """From the cost of a year to what would be left of it, measure by measure, overlaps counted once."""
    wanted = filters_of(request)
    found = await service.savings_by_measure(conn, principal.organisation, wanted)
    baseline = await service.savings_baseline(conn, principal.organisation, wanted)
    return chart_answer(request, "savings_by_measure", waterfall_of(found, baseline, principal.currency))


def waterfall_of(found: Sequence[MeasureSum], baseline: Baseline, currency: str) -> WaterfallChart:
    """The largest measures one by one, the rest together."""
    shown = [(service.measure_of(row.measure).short, row.money) for row in found[:STEPS] if row.money > 0]
    rest = found[len(shown) :]
    if any(row.money for row in rest):
        shown.append((f"{len(rest)} more", sum(row.money for row in rest)))
    left = baseline.money - sum(value for _, value in shown)
    return WaterfallChart(
        unit=f"{currency} a year",
        steps=[
            Step("Now", baseline.money, money(baseline.money, currency), True),
            *(Step(name, -value, f"-{money(value, currency)}") for name, value in shown),
            Step("After", left, money(left, currency), True),
        ],
        about=about(
            f"Cost of a year of {baseline.buildings:,} building{'' if baseline.buildings == 1 else 's'} and the likely "
            "savings of open recommendations, overlaps counted once"
        ),
    )


@post("/recommendations/generate", include_in_schema=False)
async def generate(request: WebRequest, conn: Conn, principal: Who) -> Redirect:
    """Look at all buildings again, in the background; or at one, at once."""
    principal.require(Action.ANALYZE)
    wanted = filters_of(request)
    if wanted.building is None:
        await service.request_run(conn, principal.organisation, None, principal.actor)
        return Redirect("/recommendations", status_code=303)
    await service.generate(conn, principal.organisation, [wanted.building], principal.actor)
    return Redirect(f"/recommendations?building={wanted.building}", status_code=303)


@get("/recommendations/run", include_in_schema=False)
async def run_state(request: WebRequest, conn: Conn, principal: Who) -> Template | Response[None]:
    """How far the newest run has come; the page is loaded anew once it has ended."""
    run = await service.latest_run(conn, principal.organisation)
    if run is None or run.finished_at is not None:
        return Response(None, status_code=200, headers={"HX-Refresh": "true"})
    return page(request, "recommendations/run.html", run=run)


@get("/buildings/{building_id:uuid}/recommendations", include_in_schema=False)
async def of_building(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Template | Redirect:
    """A building's measures for its page; the list narrowed to it for whoever opens the address itself."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    if not is_htmx(request):
        return Redirect(f"/recommendations?building={building_id}", status_code=303)
    wanted = Filters(building=building_id, limit=PAGE_OF_BUILDING)
    return page(
        request,
        "recommendations/of_building.html",
        building=building,
        found=await service.list_recommendations(conn, principal.organisation, wanted),
        baseline=await service.savings_baseline(conn, principal.organisation, wanted),
    )


HANDLERS = [recommendation_list, recommendation_file, waterfall, generate, run_state, of_building]
