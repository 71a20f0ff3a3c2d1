"""JSON API of forecasts."""

from typing import Annotated
from uuid import UUID

from litestar import get
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, QueryParameter

from eaio.forecasting import service
from eaio.forecasting.models import DEFAULT_HORIZON, DEFAULT_LEVEL, Outlook, SummaryFilter, SummaryOrder, SummaryPage
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem
from eaio.timeseries.units import Carrier

TAGS = ["Forecasting"]
RESPONSES = {
    404: ResponseSpec(Problem, description="Not there, or not this organisation's"),
    422: ResponseSpec(Problem, description="Outside the limits, or the history does not allow a forecast; says why"),
}
Horizon = Annotated[
    int,
    QueryParameter(
        description="Hours ahead, 24 to 336", examples=[Example("One day", value=24), Example("One week", value=168)]
    ),
]
BandLevel = Annotated[
    int, QueryParameter(description="Percent of hours the band should hold: 80 or 95", examples=[Example(value=80)])
]
OfCarrier = Annotated[
    Carrier | None,
    QueryParameter(description="Default: electricity, or the first carrier there is", examples=[Example(value="gas")]),
]


@get(
    "/api/forecasting/building/{building_id:uuid}",
    summary="Forecast of a building",
    tags=TAGS,
    responses=RESPONSES,
)
async def building_forecast(
    conn: Conn,
    principal: Who,
    building_id: FromPath[UUID],
    horizon: Horizon = DEFAULT_HORIZON,
    carrier: OfCarrier = None,
    level: BandLevel = DEFAULT_LEVEL,
) -> Outlook:
    """Hourly use ahead of the building's last reading, with a calibrated band, daily totals and the backtest beside it.

    Answered from the stored forecast while the history it was made from is unchanged.
    """
    return await service.building_outlook(conn, principal.organisation, building_id, carrier, horizon, level)


@get("/api/forecasting/meter/{meter_id:uuid}", summary="Forecast of a meter", tags=TAGS, responses=RESPONSES)
async def meter_forecast(
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    horizon: Horizon = DEFAULT_HORIZON,
    level: BandLevel = DEFAULT_LEVEL,
) -> Outlook:
    """The same for one meter."""
    return await service.meter_outlook(conn, principal.organisation, meter_id, horizon, level)


@get("/api/forecasting", summary="Newest forecast of every meter", tags=TAGS)
async def list_forecasts(
    conn: Conn,
    principal: Who,
    carrier: Annotated[Carrier | None, QueryParameter(description="Only of this carrier")] = None,
    search: Annotated[
        str | None, QueryParameter(description="Part of a building's or meter's name", max_length=200)
    ] = None,
    sort: Annotated[SummaryOrder, QueryParameter(description="Order; figures largest first")] = SummaryOrder.NAME,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> SummaryPage:
    """Next-day total with its bands and the backtest of each meter; meters that cannot be forecast carry the reason."""
    wanted = SummaryFilter(carrier=carrier, search=search or None, sort=sort, limit=limit, offset=offset)
    return await service.summaries(conn, principal.organisation, wanted)


HANDLERS = [building_forecast, meter_forecast, list_forecasts]
