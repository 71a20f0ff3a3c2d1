"""The numbers behind charts as JSON, and the same as a file."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import polars as pl
from litestar import Response, get
from litestar.params import FromPath

from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.dashboards.models import Asked
from eaio.dashboards.pages.context import asked_of, asked_scope
from eaio.dashboards.service import charts, portfolio
from eaio.dashboards.service.source import source
from eaio.infra.db import Connection
from eaio.infra.identity import Principal
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import WALL_TIME, both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.metering.models import Level, Scope


async def _meter(conn: Connection, principal: Principal, meter_id: UUID) -> list[Meter]:
    return [await buildings.meter_of(conn, principal.organisation, meter_id)]


@get("/meters/{meter_id:uuid}/load.json", include_in_schema=False)
async def meter_load(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """A meter's load, reduced to at most 2,000 points."""
    return await _load(conn, principal, await _meter(conn, principal, meter_id), asked_of(request))


@get("/buildings/{building_id:uuid}/load.json", include_in_schema=False)
async def building_load(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[bytes]:
    """The load of a building's meters of one carrier, added up."""
    asked = asked_of(request)
    meters = await charts.meters_for(conn, principal.organisation, building_id, asked.carrier)
    return await _load(conn, principal, meters, asked)


async def _load(conn: Connection, principal: Principal, meters: Sequence[Meter], asked: Asked) -> Response[bytes]:
    body = await charts.load_body(await source(conn, principal.organisation, asked.readings), meters, asked)
    return Response(body, media_type="application/json")


@get(both("/meters/{meter_id:uuid}/load"), include_in_schema=False)
async def meter_load_file(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """The points of the load chart as a table."""
    meters = await _meter(conn, principal, meter_id)
    return await _load_file(request, conn, principal, meters, asked_of(request))


@get(both("/buildings/{building_id:uuid}/load"), include_in_schema=False)
async def building_load_file(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[bytes]:
    """The points of the load chart as a table."""
    asked = asked_of(request)
    meters = await charts.meters_for(conn, principal.organisation, building_id, asked.carrier)
    return await _load_file(request, conn, principal, meters, asked)


async def _load_file(
    request: WebRequest, conn: Connection, principal: Principal, meters: Sequence[Meter], asked: Asked
) -> Response[bytes]:
    chart = await charts.load_chart(await source(conn, principal.organisation, asked.readings), meters, asked)
    first = meters[0]
    columns = {f"local_time ({first.time_zone})": WALL_TIME} | {
        f"{name}_{chart.unit}": pl.Float64() for name in ("mean", "minimum", "maximum")
    }
    rows = [
        (
            datetime.fromtimestamp(row.time / 1000, UTC).replace(tzinfo=None),
            row.value,
            row.value if row.low is None else row.low,
            row.value if row.high is None else row.high,
        )
        for row in chart.load
    ]
    return table_file(f"{first.building}_{first.carrier}_load", columns, rows, kind_of(request))


@get(drawn("/meters/{meter_id:uuid}/profile"), include_in_schema=False)
async def meter_profile(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """The typical week."""
    known = await source(conn, principal.organisation)
    return chart_answer(request, "profile", await charts.profile_chart(known, meter_id, asked_of(request)))


@get(drawn("/meters/{meter_id:uuid}/heatmap"), include_in_schema=False)
async def meter_heatmap(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """Hour of day by day."""
    known = await source(conn, principal.organisation)
    return chart_answer(request, "heatmap", await charts.heatmap_chart(known, meter_id, asked_of(request)))


@get(drawn("/meters/{meter_id:uuid}/scatter"), include_in_schema=False)
async def meter_scatter(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """Daily use over outdoor temperature."""
    known = await source(conn, principal.organisation)
    return chart_answer(request, "scatter", await charts.scatter_chart(known, meter_id, asked_of(request)))


@get(drawn("/buildings/{building_id:uuid}/benchmark"), include_in_schema=False)
async def building_benchmark(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[bytes]:
    """The building among its peers."""
    return chart_answer(request, "benchmark", await charts.benchmark_chart(conn, principal.organisation, building_id))


@get(drawn("/portfolio/monthly"), include_in_schema=False)
async def portfolio_months(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """Months of everything, or of the portfolio asked for."""
    scope = await asked_scope(request, conn, principal)
    return await _months(request, conn, principal, scope)


@get(drawn("/sites/{site_id:uuid}/monthly"), include_in_schema=False)
async def site_months(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> Response[bytes]:
    """Months of a site."""
    scope = Scope(Level.SITE, (await buildings.site_of(conn, principal.organisation, site_id)).id)
    return await _months(request, conn, principal, scope)


@get(drawn("/buildings/{building_id:uuid}/monthly"), include_in_schema=False)
async def building_months(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[bytes]:
    """Months of a building."""
    scope = Scope(Level.BUILDING, (await buildings.building_of(conn, principal.organisation, building_id)).id)
    return await _months(request, conn, principal, scope)


async def _months(request: WebRequest, conn: Connection, principal: Principal, scope: Scope) -> Response[bytes]:
    asked = asked_of(request)
    known = await source(conn, principal.organisation, asked.readings)
    return chart_answer(request, "months", await portfolio.monthly_chart(known, asked, scope))


HANDLERS = [
    meter_load,
    building_load,
    meter_load_file,
    building_load_file,
    meter_profile,
    meter_heatmap,
    meter_scatter,
    building_benchmark,
    portfolio_months,
    site_months,
    building_months,
]
