"""The numbers behind charts as JSON, and the same as CSV."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.dashboards.models import Asked
from eaio.dashboards.pages.context import asked_of, asked_scope
from eaio.dashboards.service import charts, portfolio
from eaio.dashboards.service.source import source
from eaio.infra.charts import models
from eaio.infra.db import Connection
from eaio.infra.identity import Principal
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.protection import plain
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
    body = await charts.load_body(await source(conn, principal.organisation), meters, asked)
    return Response(body, media_type="application/json")


@get("/meters/{meter_id:uuid}/load.csv", include_in_schema=False)
async def meter_load_file(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[str]:
    """The points of the load chart as a file."""
    meters = await _meter(conn, principal, meter_id)
    chart = await charts.load_chart(await source(conn, principal.organisation), meters, asked_of(request))
    return _load_file(meters[0], chart)


@get("/buildings/{building_id:uuid}/load.csv", include_in_schema=False)
async def building_load_file(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[str]:
    """The points of the load chart as a file."""
    asked = asked_of(request)
    meters = await charts.meters_for(conn, principal.organisation, building_id, asked.carrier)
    return _load_file(meters[0], await charts.load_chart(await source(conn, principal.organisation), meters, asked))


def _load_file(meter: Meter, chart: models.LoadChart) -> Response[str]:
    head = [f"local_time ({meter.time_zone})", f"mean_{chart.unit}", f"minimum_{chart.unit}", f"maximum_{chart.unit}"]
    rows = [
        (
            _local(row.time),
            row.value,
            row.value if row.low is None else row.low,
            row.value if row.high is None else row.high,
        )
        for row in chart.load
    ]
    return csv_file(f"{meter.building}_{meter.carrier}_load", head, rows)


def _local(milliseconds: int) -> str:
    return f"{datetime.fromtimestamp(milliseconds / 1000, UTC):%Y-%m-%d %H:%M}"


def csv_file(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> Response[str]:
    """A CSV (RFC 4180) that is offered as a download; cells that a spreadsheet would run are made plain."""
    import csv
    from io import StringIO

    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows(
        [plain(cell) if isinstance(cell, str) else "" if cell is None else cell for cell in row] for row in rows
    )
    safe = "".join(c if c.isascii() and (c.isalnum() or c in "-_") else "_" for c in name)
    headers = {"content-disposition": f'attachment; filename="{safe}.csv"'}
    return Response(text.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


@get("/meters/{meter_id:uuid}/profile.json", include_in_schema=False)
async def meter_profile(
    request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]
) -> models.ProfileChart:
    """The typical week."""
    return await charts.profile_chart(await source(conn, principal.organisation), meter_id, asked_of(request))


@get("/meters/{meter_id:uuid}/heatmap.json", include_in_schema=False)
async def meter_heatmap(
    request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]
) -> models.HeatmapChart:
    """Hour of day by day."""
    return await charts.heatmap_chart(await source(conn, principal.organisation), meter_id, asked_of(request))


@get("/meters/{meter_id:uuid}/scatter.json", include_in_schema=False)
async def meter_scatter(
    request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]
) -> models.ScatterChart:
    """Daily use over outdoor temperature."""
    return await charts.scatter_chart(await source(conn, principal.organisation), meter_id, asked_of(request))


@get("/buildings/{building_id:uuid}/benchmark.json", include_in_schema=False)
async def building_benchmark(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> models.BenchmarkChart:
    """The building among its peers."""
    return await charts.benchmark_chart(conn, principal.organisation, building_id)


@get("/portfolio/monthly.json", include_in_schema=False)
async def portfolio_months(request: WebRequest, conn: Conn, principal: Who) -> models.MonthlyChart:
    """Months of everything, or of the portfolio asked for."""
    scope = await asked_scope(request, conn, principal)
    return await portfolio.monthly_chart(await source(conn, principal.organisation), asked_of(request), scope)


@get("/sites/{site_id:uuid}/monthly.json", include_in_schema=False)
async def site_months(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> models.MonthlyChart:
    """Months of a site."""
    scope = Scope(Level.SITE, (await buildings.site_of(conn, principal.organisation, site_id)).id)
    return await portfolio.monthly_chart(await source(conn, principal.organisation), asked_of(request), scope)


@get("/buildings/{building_id:uuid}/monthly.json", include_in_schema=False)
async def building_months(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> models.MonthlyChart:
    """Months of a building."""
    scope = Scope(Level.BUILDING, (await buildings.building_of(conn, principal.organisation, building_id)).id)
    return await portfolio.monthly_chart(await source(conn, principal.organisation), asked_of(request), scope)


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
