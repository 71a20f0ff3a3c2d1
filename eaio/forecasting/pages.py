"""The list of forecasts, and the forecast of a building or meter as a page, a fragment, a chart and a file."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated, Any
from uuid import UUID

import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from eaio.forecasting import service
from eaio.forecasting.jobs import QUEUE, REFRESH
from eaio.forecasting.models import (
    DEFAULT_HORIZON,
    DEFAULT_LEVEL,
    Outlook,
    SummaryFilter,
    SummaryOrder,
    engine_text,
)
from eaio.infra.charts.models import Expected, Gap, LoadChart, Reading, about, wall_clock
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.infra.identity import Action, Principal
from eaio.infra.jobs import defer
from eaio.infra.web.downloads import INSTANT, WALL_TIME, both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import is_htmx, page
from eaio.metering import service as metering
from eaio.timeseries.metrics import runs
from eaio.timeseries.units import CARRIER_LABEL, KWH, Carrier

PAGE = 50
HORIZONS = ((24, "24 hours"), (72, "3 days"), (168, "7 days"), (336, "14 days"))

Hours = Annotated[int, QueryParameter(description="Hours ahead, 24 to 336")]
Percent = Annotated[int, QueryParameter(description="80 or 95")]
OfCarrier = Annotated[Carrier | None, QueryParameter()]


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a page asks for; the same fields make its address."""

    kind: str
    key: UUID
    carrier: Carrier | None
    horizon: int
    level: int

    @property
    def path(self) -> str:
        """The page."""
        return f"/{self.kind}s/{self.key}/forecast"

    @property
    def state(self) -> dict[str, Any]:
        """Query fields that are not the default ones."""
        return {
            "carrier": self.carrier.value if self.carrier else None,
            "horizon": None if self.horizon == DEFAULT_HORIZON else self.horizon,
            "level": None if self.level == DEFAULT_LEVEL else self.level,
        }

    async def outlook(self, conn: Connection, principal: Principal) -> Outlook:
        """Ask the service."""
        if self.kind == "meter":
            return await service.meter_outlook(conn, principal.organisation, self.key, self.horizon, self.level)
        return await service.building_outlook(
            conn, principal.organisation, self.key, self.carrier, self.horizon, self.level
        )


@get("/forecasts", include_in_schema=False)
async def forecasts(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    carrier: Annotated[str | None, QueryParameter(max_length=20)] = None,
    search: Annotated[str | None, QueryParameter(max_length=200)] = None,
    sort: Annotated[str, QueryParameter(max_length=20)] = "name",
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> Template:
    """Every meter's next day, its band and its past error."""
    key = sort.lstrip("-")
    wanted = SummaryFilter(
        carrier=Carrier(carrier) if carrier in set(Carrier) else None,
        search=search or None,
        sort=SummaryOrder(key) if key in set(SummaryOrder) else SummaryOrder.NAME,
        limit=PAGE,
        offset=offset,
    )
    return page(
        request,
        "forecasting/list.html",
        found=await service.summaries(conn, principal.organisation, wanted),
        carriers=[(each.value, label) for each, label in CARRIER_LABEL.items()],
        state={"carrier": carrier or None, "search": search or None, "sort": sort},
        now=(await metering.extent(conn, principal.organisation)).last,
        time_of=_local,
    )


@post("/forecasts/refresh", include_in_schema=False)
async def refresh(conn: Conn, principal: Who) -> Redirect:
    """Bring every forecast up to date in the background."""
    principal.require(Action.ANALYZE)
    once = f"{REFRESH} {principal.organisation}"
    await defer(conn, REFRESH, QUEUE, once=once, organisation=str(principal.organisation))
    return Redirect("/forecasts", status_code=303)


@get("/buildings/{building_id:uuid}/forecast", include_in_schema=False)
async def building_forecast(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    building_id: FromPath[UUID],
    carrier: OfCarrier = None,
    horizon: Hours = DEFAULT_HORIZON,
    level: Percent = DEFAULT_LEVEL,
) -> Template:
    """A building's forecast: a fragment for HTMX, a page otherwise."""
    return await _shown(request, conn, principal, _Asked("building", building_id, carrier, horizon, level))


@get("/meters/{meter_id:uuid}/forecast", include_in_schema=False)
async def meter_forecast(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    horizon: Hours = DEFAULT_HORIZON,
    level: Percent = DEFAULT_LEVEL,
) -> Template:
    """A meter's forecast: a fragment for HTMX, a page otherwise."""
    return await _shown(request, conn, principal, _Asked("meter", meter_id, None, horizon, level))


async def _shown(request: WebRequest, conn: Connection, principal: Principal, asked: _Asked) -> Template:
    """The forecast, or why there is none."""
    outlook, refusal = None, None
    try:
        outlook = await asked.outlook(conn, principal)
    except InsufficientData as reason:
        refusal = reason.detail
    return page(
        request,
        "forecasting/outlook.html" if is_htmx(request) else "forecasting/page.html",
        asked=asked,
        outlook=outlook,
        refusal=refusal,
        horizons=HORIZONS,
        engines=engine_text,
        time_of=_local,
        last_hour=timedelta(hours=1),
    )


@get("/buildings/{building_id:uuid}/forecast.json", include_in_schema=False)
async def building_chart(
    conn: Conn,
    principal: Who,
    building_id: FromPath[UUID],
    carrier: OfCarrier = None,
    horizon: Hours = DEFAULT_HORIZON,
    level: Percent = DEFAULT_LEVEL,
) -> LoadChart:
    """What the chart of a building's forecast draws."""
    return await _chart(conn, principal, _Asked("building", building_id, carrier, horizon, level))


@get("/meters/{meter_id:uuid}/forecast.json", include_in_schema=False)
async def meter_chart(
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    horizon: Hours = DEFAULT_HORIZON,
    level: Percent = DEFAULT_LEVEL,
) -> LoadChart:
    """What the chart of a meter's forecast draws."""
    return await _chart(conn, principal, _Asked("meter", meter_id, None, horizon, level))


async def _chart(conn: Connection, principal: Principal, asked: _Asked) -> LoadChart:
    outlook = await asked.outlook(conn, principal)
    return load_chart(outlook, await service.recent_load(conn, principal.organisation, outlook))


def load_chart(outlook: Outlook, recent: pl.DataFrame) -> LoadChart:
    """Two weeks measured, then the forecast in its band; an hour's amount in kWh is its mean power in kW."""
    times = [wall_clock(local) for local in recent["local"]]
    hour = int(timedelta(hours=1).total_seconds() * 1000)
    missing: list[list[int]] = runs(recent["value"].is_null()).tolist()
    gaps = [Gap(times[start], times[end - 1] + hour) for start, end in missing]
    return LoadChart(
        carrier=outlook.carrier,
        unit="kW" if outlook.unit == KWH else f"{outlook.unit} an hour",
        load=[Reading(time, value) for time, value in zip(times, recent["value"], strict=True)],
        expected=[Expected(wall_clock(p.local), p.value, p.low, p.high) for p in outlook.points],
        gaps=gaps,
        about=about(
            f"Measured and expected {CARRIER_LABEL[outlook.carrier].lower()} of {outlook.building.replace('_', ' ')}",
            zone=outlook.time_zone,
            known=(recent["value"].count(), recent.height),
            noun="measured hours present",
        ),
    )


@get(both("/buildings/{building_id:uuid}/forecast"), include_in_schema=False)
async def building_file(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    building_id: FromPath[UUID],
    carrier: OfCarrier = None,
    horizon: Hours = DEFAULT_HORIZON,
    level: Percent = DEFAULT_LEVEL,
) -> Response[bytes]:
    """A building's forecast as a table."""
    return _file(request, await _Asked("building", building_id, carrier, horizon, level).outlook(conn, principal))


@get(both("/meters/{meter_id:uuid}/forecast"), include_in_schema=False)
async def meter_file(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    horizon: Hours = DEFAULT_HORIZON,
    level: Percent = DEFAULT_LEVEL,
) -> Response[bytes]:
    """A meter's forecast as a table."""
    return _file(request, await _Asked("meter", meter_id, None, horizon, level).outlook(conn, principal))


def _file(request: WebRequest, outlook: Outlook) -> Response[bytes]:
    unit, level = outlook.unit, outlook.level
    amounts = (f"forecast_{unit}", f"low_{level}_{unit}", f"high_{level}_{unit}")
    columns = {"local_time": WALL_TIME, "time_utc": INSTANT} | dict.fromkeys(amounts, pl.Float64())
    rows = [(p.local.replace(tzinfo=None), p.time, p.value, p.low, p.high) for p in outlook.points]
    return table_file(f"{outlook.building}_{outlook.carrier}_forecast", columns, rows, kind_of(request))


def _local(instant: Any, time_zone: str) -> Any:
    """An instant on the site's wall clock."""
    from zoneinfo import ZoneInfo

    return instant.astimezone(ZoneInfo(time_zone))


HANDLERS: list[Callable[..., Awaitable[Any]] | Any] = [
    forecasts,
    refresh,
    building_forecast,
    meter_forecast,
    building_chart,
    meter_chart,
    building_file,
    meter_file,
]
