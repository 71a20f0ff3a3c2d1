"""JSON API of correlations, end uses, peaks and scores, as the newest analysis left them."""

from uuid import UUID

from litestar import get
from litestar.openapi import ResponseSpec
from litestar.params import FromPath
from msgspec import Struct

from eaio.analysis import service
from eaio.analysis.models.insights import Scores
from eaio.analysis.models.loads import CorrelationTable, EndUses, PeakAnalysis, PortfolioPeak, RefusedCarrier
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem

TAGS = ["Analysis"]
REFUSED = {
    404: ResponseSpec(Problem, description="Not there, or not this organisation's"),
    422: ResponseSpec(Problem, description="Not analysed yet, or too little data; the detail says what is missing"),
}


class Peaks(Struct, frozen=True):
    """Peaks of a building's carriers, and the carriers of which there are none with the reason."""

    peaks: tuple[PeakAnalysis, ...]
    refused: tuple[RefusedCarrier, ...]


@get(
    "/api/analysis/building/{building_id:uuid}/correlations",
    summary="How a building's carriers go together and with the weather",
    tags=TAGS,
    responses=REFUSED,
)
async def correlations(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> CorrelationTable:
    """Daily totals of every pair of carriers and of each with the weather: r, interval, days, lag, coverage."""
    return (await service.building_insights(conn, principal.organisation, building_id)).insights.correlations


@get(
    "/api/analysis/building/{building_id:uuid}/end-uses",
    summary="What a building's energy serves, estimated",
    tags=TAGS,
    responses=REFUSED,
)
async def end_uses(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> EndUses:
    """Each carrier as always on, following the schedule, cold and heat, by year and month, with the method."""
    return (await service.building_insights(conn, principal.organisation, building_id)).insights.end_uses


@get(
    "/api/analysis/building/{building_id:uuid}/peaks",
    summary="When and how often a building peaks",
    tags=TAGS,
    responses=REFUSED,
)
async def peaks(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Peaks:
    """Highest hours, load factor, coincidence of the meters, hours near the peak by hour, weekday and month."""
    found = (await service.building_insights(conn, principal.organisation, building_id)).insights
    return Peaks(found.peaks, found.peaks_refused)


@get(
    "/api/analysis/portfolio/peak",
    summary="Which building drives the portfolio's peak",
    tags=TAGS,
    responses={422: REFUSED[422]},
)
async def portfolio_peak(conn: Conn, principal: Who) -> PortfolioPeak:
    """The hour in which all buildings together draw most electricity, and each building's part in it."""
    return await service.portfolio_peak_of(conn, principal.organisation)


@get("/api/analysis/portfolio/scores", summary="Rank the buildings by score", tags=TAGS)
async def scores(conn: Conn, principal: Who) -> Scores:
    """Efficiency 0 to 10 and score 0 to 100 of each building among its own peers, best first."""
    return await service.scores(conn, principal.organisation, principal.currency)


HANDLERS = [correlations, end_uses, peaks, portfolio_peak, scores]
