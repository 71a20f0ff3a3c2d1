"""Pages of a building and of a meter, and the views under their tabs."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from litestar import get
from litestar.params import FromPath
from litestar.response import Template

from eaio.analysis import service as analysis
from eaio.analysis.models import KIND_LABEL, Benchmark, EventFilter, EventSort, EventStatus
from eaio.buildings import service as buildings
from eaio.buildings.models import Building, Meter
from eaio.dashboards.compute.quantities import rate_unit_of, unit_of
from eaio.dashboards.models import Asked
from eaio.dashboards.pages.context import asked_of, bar
from eaio.dashboards.service import place
from eaio.dashboards.service.charts import keys_of
from eaio.dashboards.service.source import source
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.infra.identity import Principal
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering.models import Level, Scope

TABS = (
    ("week", "Typical week"),
    ("days", "Hour by day"),
    ("weather", "Temperature"),
    ("months", "Months"),
    ("actions", "Measures"),
    ("peers", "Peers"),
    ("quality", "Meters and data"),
)
METER_TABS = tuple(tab for tab in TABS if tab[0] in {"week", "days", "weather", "quality"})
FEW = 5


@get("/buildings/{building_id:uuid}", include_in_schema=False)
async def building_page(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template:
    """A building: figures, load, findings, views."""
    context = await building_context(request, conn, principal, building_id)
    return page(request, "dashboards/building.html", **context)


async def building_context(
    request: WebRequest, conn: Connection, principal: Principal, building_id: UUID
) -> dict[str, Any]:
    """What the building page shows, and the analyst's first page too."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    meters = await buildings.meters_of(conn, principal.organisation, building_id)
    scope = Scope(Level.BUILDING, building_id)
    return {
        **await _context(request, conn, principal, scope, building, meters),
        "figures": await analysis.building_figures(conn, principal.organisation, building_id),
        "totals": await analysis.anomaly_totals(conn, principal.organisation, building_id),
        "meter": None,
    }


@get("/meters/{meter_id:uuid}", include_in_schema=False)
async def meter_page(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Template:
    """A meter: the same for one register."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    building = await buildings.building_of(conn, principal.organisation, meter.building_id)
    context = await _context(request, conn, principal, Scope(Level.METER, meter_id), building, [meter])
    return page(request, "dashboards/building.html", **context, figures=None, totals=None, meter=meter)


async def _context(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    scope: Scope,
    building: Building,
    meters: Sequence[Meter],
) -> dict[str, Any]:
    asked = asked_of(request)
    one = scope.level is Level.METER
    context: dict[str, Any] = {"building": building, "found": None, "reason": "No meter has a reading yet."}
    if not any(meter.first_reading is not None for meter in meters):
        return context
    try:
        found = await place.place(await source(conn, principal.organisation, asked.readings), scope, meters, asked)
    except InsufficientData as reason:
        return {**context, "reason": reason.detail}
    wanted = EventFilter(
        building_id=None if one else building.id,
        meter_id=scope.id if one else None,
        carrier=found.view.carrier,
        status=EventStatus.OPEN,
        sort=EventSort.MONEY,
        limit=FEW,
    )
    events = await analysis.anomalies(conn, principal.organisation, wanted)
    known = await analysis.meter_figures(conn, principal.organisation, building.id)
    tab = _tab(request, METER_TABS if one else TABS)
    return {
        **context,
        "found": found,
        "view": found.view,
        "events": events.items,
        "meter_figures": {figures.meter_id: figures for figures in known},
        "bar": bar(found.view, [] if one else [line.carrier for line in found.carriers], None),
        "kinds": KIND_LABEL,
        "keys": keys_of(found.view),
        "rate_unit": rate_unit_of(found.view.unit, found.unit, principal.currency),
        "tabs_offered": METER_TABS if one else TABS,
        **await _view(conn, principal, building, meters, asked, tab, found),
    }


def _tab(request: WebRequest, offered: Sequence[tuple[str, str]]) -> str:
    asked = request.query_params.get("tab")
    return asked if asked in {key for key, _ in offered} else offered[0][0]


async def _view(
    conn: Connection,
    principal: Principal,
    building: Building,
    meters: Sequence[Meter],
    asked: Asked,
    tab: str,
    found: Any,
) -> dict[str, Any]:
    """What the view under a tab needs."""
    shown = [m for m in meters if m.carrier is found.view.carrier and m.first_reading is not None]
    compared, refusal = await _benchmark(conn, principal, building) if tab == "peers" else (None, None)
    state = {**asked.state, "carrier": found.view.carrier.value if found.view.carrier else None}
    unit = unit_of(found.view.unit, found.unit, principal.currency)
    return {"tab": tab, "unit_text": unit, "shown": shown, "benchmark": compared, "refusal": refusal, "state": state}


async def _benchmark(conn: Connection, principal: Principal, building: Building) -> tuple[Benchmark | None, str | None]:
    try:
        return await analysis.benchmark(conn, principal.organisation, building.id), None
    except (InsufficientData, NotFound) as reason:
        return None, reason.detail


@get("/buildings/{building_id:uuid}/views/{tab:str}", include_in_schema=False)
async def building_view(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID], tab: FromPath[str]
) -> Template:
    """The fragment under a tab of the building page."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    meters = await buildings.meters_of(conn, principal.organisation, building_id)
    return await _fragment(request, conn, principal, Scope(Level.BUILDING, building_id), building, meters, tab)


@get("/meters/{meter_id:uuid}/views/{tab:str}", include_in_schema=False)
async def meter_view(
    request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID], tab: FromPath[str]
) -> Template:
    """The fragment under a tab of the meter page."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    building = await buildings.building_of(conn, principal.organisation, meter.building_id)
    return await _fragment(request, conn, principal, Scope(Level.METER, meter_id), building, [meter], tab)


async def _fragment(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    scope: Scope,
    building: Building,
    meters: Sequence[Meter],
    tab: str,
) -> Template:
    one = scope.level is Level.METER
    if tab not in {key for key, _ in (METER_TABS if one else TABS)}:
        raise NotFound("There is no such view")
    asked = asked_of(request)
    found = await place.place(await source(conn, principal.organisation, asked.readings), scope, meters, asked)
    known = await analysis.meter_figures(conn, principal.organisation, building.id)
    view = await _view(conn, principal, building, meters, asked, tab, found)
    return page(
        request,
        "dashboards/view.html",
        building=building,
        meter=meters[0] if one else None,
        found=found,
        view=found.view,
        meter_figures={figures.meter_id: figures for figures in known},
        **view,
    )


HANDLERS = [building_page, meter_page, building_view, meter_view]
