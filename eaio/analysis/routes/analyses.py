"""JSON API of analyses and anomalies."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, JSONBody, QueryParameter
from litestar.response import ServerSentEvent
from msgspec import Meta, Struct

from eaio.analysis import service
from eaio.analysis.models import (
    AnalysisRun,
    AnomalyEvent,
    AnomalyKind,
    Benchmark,
    BuildingAnalysis,
    EventFilter,
    EventPage,
    EventSort,
    EventStatus,
    MeterFigures,
    PeerChange,
    PortfolioAnalysis,
    RankBy,
)
from eaio.analysis.models.patterns import Patterns, SimilarBuildings
from eaio.buildings import service as buildings
from eaio.infra.errors import NotFound
from eaio.infra.identity import Action
from eaio.infra.web.events import Look, Message, last_seen, stream
from eaio.infra.web.handlers import Conn, Db, WebRequest, Who
from eaio.infra.web.problems import Problem
from eaio.timeseries.units import Carrier

TAGS = ["Analysis"]
ANOMALIES = ["Anomalies"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}
REFUSED = NOT_FOUND | {422: ResponseSpec(Problem, description="Too little data; the detail says what is missing")}


class StatusChange(Struct, frozen=True):
    """Where an anomaly stands now, and why."""

    status: EventStatus
    note: Annotated[str, Meta(max_length=1000)] | None = None


class ExplainedAnomaly(Struct, frozen=True):
    """An anomaly with the sentences that explain it: what, against what, how sure, why, what next."""

    anomaly: AnomalyEvent
    explanation: tuple[str, ...]


@post(
    "/api/analysis/building/{building_id:uuid}",
    summary="Analyse a building in the background",
    tags=TAGS,
    status_code=202,
    responses=REFUSED,
)
async def analyze_building(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Response[AnalysisRun]:
    """Queues profiles, weather models, benchmark and anomalies of the last year; ``Location`` is the run to follow.

    Its progress streams from ``/events`` under that address and its answer lies under ``/result``. Asking again while
    one is under way returns that one.
    """
    principal.require(Action.ANALYZE)
    run = await service.request_building_analysis(conn, principal.organisation, building_id, principal.actor)
    return Response(run, status_code=202, headers={"location": f"/api/analysis/runs/{run.id}"})


@get(
    "/api/analysis/building/{building_id:uuid}",
    summary="The newest analysis of a building",
    tags=TAGS,
    responses=NOT_FOUND,
)
async def latest_analysis(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> BuildingAnalysis:
    """What the newest finished run of this building answered."""
    return await service.latest_analysis(conn, principal.organisation, building_id)


@get("/api/analysis/runs/{run_id:uuid}", summary="Progress of an analysis", tags=TAGS, responses=NOT_FOUND)
async def analysis_run(conn: Conn, principal: Who, run_id: FromPath[UUID]) -> AnalysisRun:
    """Waiting, running, done or failed, and how many steps or buildings of how many."""
    return await service.analysis_run(conn, principal.organisation, run_id)


@get(
    "/api/analysis/runs/{run_id:uuid}/events",
    summary="Follow the analysis of a building",
    tags=TAGS,
    responses=NOT_FOUND,
)
async def follow_run(
    request: WebRequest, conn: Conn, db: Db, principal: Who, run_id: FromPath[UUID]
) -> ServerSentEvent:
    """Server-sent events: ``step`` for each step as it begins, then ``done`` or ``failed`` with the run.

    A reader who comes back with ``Last-Event-ID`` gets what it has missed; a comment every ten seconds keeps proxies
    from closing the line.
    """
    owner = principal.organisation
    await service.analysis_run(conn, owner, run_id)

    async def look(after: int) -> Look:
        async with db.transaction() as own:
            run, steps = await service.steps_after(own, owner, run_id, after)
        messages = [Message(step.number, "step", step) for step in steps]
        if run.is_over:
            messages.append(Message(max([after, *(step.number for step in steps)]) + 1, run.status, run))
        return Look(messages, run.is_over)

    return stream(look, last_seen(request))


@get(
    "/api/analysis/runs/{run_id:uuid}/result",
    summary="What the analysis of a building answered",
    tags=TAGS,
    responses=REFUSED | {409: ResponseSpec(Problem, description="Not over yet")},
)
async def run_result(conn: Conn, principal: Who, run_id: FromPath[UUID]) -> BuildingAnalysis:
    """Figures, meters with profiles, models and anomalies, and the benchmark."""
    return await service.run_result(conn, principal.organisation, run_id)


@post("/api/analysis/portfolio", summary="Analyse every building in the background", tags=TAGS, status_code=202)
async def analyze_portfolio(conn: Conn, principal: Who) -> AnalysisRun:
    """Queues one run per organisation; asking again while one is under way returns that one."""
    principal.require(Action.ANALYZE)
    return await service.request_analysis(conn, principal.organisation, principal.actor)


@get("/api/analysis/runs/latest", summary="Progress of the newest portfolio analysis", tags=TAGS, responses=NOT_FOUND)
async def latest_run(conn: Conn, principal: Who) -> AnalysisRun:
    """Buildings done of all, buildings without enough data, anomalies found."""
    run = await service.latest_run(conn, principal.organisation)
    if run is None:
        raise NotFound("No analysis has run yet")
    return run


@get("/api/analysis/portfolio", summary="Rank the buildings", tags=TAGS)
async def portfolio(
    conn: Conn,
    principal: Who,
    by: Annotated[RankBy, QueryParameter(description="Most first", examples=[Example(value="eui")])] = RankBy.EXCESS,
    site: Annotated[UUID | None, QueryParameter(description="Only of this site")] = None,
    use_type: Annotated[
        str | None, QueryParameter(max_length=60, description="Only of this use", examples=[Example(value="office")])
    ] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=5000, description="How many lines of the league")] = 100,
) -> PortfolioAnalysis:
    """Totals over all analysed buildings and a league with percentiles among peers, from stored figures."""
    return await service.portfolio_analysis(
        conn, principal.organisation, by, site_id=site, use_type=use_type, limit=limit
    )


@get(
    "/api/analysis/building/{building_id:uuid}/benchmark",
    summary="A building among its peers",
    tags=TAGS,
    responses=REFUSED,
)
async def benchmark(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Benchmark:
    """EUI, national median of the use with its source, percentile, and every peer it was compared with."""
    await buildings.building_of(conn, principal.organisation, building_id)
    return await service.benchmark(conn, principal.organisation, building_id)


@post(
    "/api/analysis/building/{building_id:uuid}/peers",
    summary="Keep a building out of the peers, or put one in",
    tags=TAGS,
    status_code=200,
    responses=REFUSED,
)
async def choose_peer(conn: Conn, principal: Who, building_id: FromPath[UUID], data: JSONBody[PeerChange]) -> Benchmark:
    """Answers with the comparison as it stands then; the decision stays until it is taken back."""
    principal.require(Action.ANALYZE)
    return await service.choose_peer(conn, principal.organisation, building_id, data, principal.actor)


@delete(
    "/api/analysis/building/{building_id:uuid}/peers/{choice_id:uuid}",
    summary="Take a decision about a peer back",
    tags=TAGS,
    status_code=200,
    responses=REFUSED,
)
async def undo_peer_choice(
    conn: Conn, principal: Who, building_id: FromPath[UUID], choice_id: FromPath[UUID]
) -> Benchmark:
    """The decision stays on record with who took it back and when."""
    principal.require(Action.ANALYZE)
    return await service.undo_peer_choice(conn, principal.organisation, building_id, choice_id, principal.actor)


@get(
    "/api/analysis/building/{building_id:uuid}/meters",
    summary="Figures of a building's meters",
    tags=TAGS,
    responses=NOT_FOUND,
)
async def meter_figures(conn: Conn, principal: Who, building_id: FromPath[UUID]) -> list[MeterFigures]:
    """Near-base, near-peak, load factor, ratio, weather model and yearly totals as last analysed."""
    await buildings.building_of(conn, principal.organisation, building_id)
    return list(await service.meter_figures(conn, principal.organisation, building_id))


@get(
    "/api/analysis/building/{building_id:uuid}/similar",
    summary="Buildings that behave like this one",
    tags=TAGS,
    responses=REFUSED,
)
async def similar(
    conn: Conn,
    principal: Who,
    building_id: FromPath[UUID],
    carrier: Annotated[Carrier | None, QueryParameter(description="By default electricity, else what there is")] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=50)] = 5,
) -> SimilarBuildings:
    """Nearest by the cosine of their load shapes, whatever their size; what they share most, and their patterns."""
    return await service.similar_buildings(conn, principal.organisation, building_id, carrier=carrier, limit=limit)


@get("/api/analysis/patterns", summary="Patterns that meters fall into", tags=TAGS)
async def patterns(
    conn: Conn,
    principal: Who,
    carrier: Annotated[Carrier | None, QueryParameter(description="By default the one with most meters")] = None,
) -> Patterns:
    """Groups of meters with like load shapes: name, mean week, members, and why there are so many."""
    return await service.load_patterns(conn, principal.organisation, carrier)


@get("/api/anomalies", summary="List anomalies", tags=ANOMALIES)
async def list_anomalies(
    conn: Conn,
    principal: Who,
    status: Annotated[EventStatus | None, QueryParameter(description="Only of this status")] = None,
    kind: Annotated[
        AnomalyKind | None, QueryParameter(description="Only of this kind", examples=[Example(value="night")])
    ] = None,
    carrier: Annotated[Carrier | None, QueryParameter(description="Only of this carrier")] = None,
    building: Annotated[UUID | None, QueryParameter(description="Only of this building")] = None,
    site: Annotated[UUID | None, QueryParameter(description="Only of this site")] = None,
    meter: Annotated[UUID | None, QueryParameter(description="Only of this meter")] = None,
    start: Annotated[datetime | None, QueryParameter(description="Only those that end after this")] = None,
    end: Annotated[datetime | None, QueryParameter(description="Only those that begin before this")] = None,
    faults: Annotated[
        bool | None, QueryParameter(description="true: faults of the data; false: what buildings did")
    ] = None,
    least_confidence: Annotated[float, QueryParameter(ge=0, le=1)] = 0.0,
    silenced: Annotated[
        bool | None, QueryParameter(description="true: only those that feedback silences; by default none of them")
    ] = False,
    sort: Annotated[EventSort, QueryParameter(description="Order")] = EventSort.NEWEST,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000)] = 0,
) -> EventPage:
    """Events of one cause each, with energy, money, carbon, confidence and a sentence; ``total`` stops at 10,000."""
    wanted = EventFilter(
        status=status,
        kind=kind,
        carrier=carrier,
        building_id=building,
        site_id=site,
        meter_id=meter,
        start=start,
        end=end,
        faults=faults,
        least_confidence=least_confidence,
        silenced=silenced,
        sort=sort,
        limit=limit,
        offset=offset,
    )
    return await service.anomalies(conn, principal.organisation, wanted)


@get("/api/anomalies/{event_id:uuid}", summary="Explain an anomaly", tags=ANOMALIES, responses=NOT_FOUND)
async def explain_anomaly(conn: Conn, principal: Who, event_id: FromPath[UUID]) -> ExplainedAnomaly:
    """What happened, against what it was measured, how sure, likely cause and next step."""
    event = await service.anomaly(conn, principal.organisation, event_id)
    return ExplainedAnomaly(event, await service.explain_anomaly(conn, principal.organisation, event_id))


@post(
    "/api/anomalies/{event_id:uuid}/status",
    summary="Acknowledge, resolve or reopen an anomaly",
    tags=ANOMALIES,
    status_code=200,
    responses=NOT_FOUND,
)
async def set_status(
    conn: Conn, principal: Who, event_id: FromPath[UUID], data: JSONBody[StatusChange]
) -> AnomalyEvent:
    """The decision stays with the event when the building is analysed again."""
    principal.require(Action.DECIDE)
    return await service.set_anomaly_status(
        conn, principal.organisation, event_id, data.status, actor=principal.actor, note=data.note
    )


HANDLERS = [
    analyze_building,
    latest_analysis,
    analysis_run,
    follow_run,
    run_result,
    analyze_portfolio,
    latest_run,
    portfolio,
    benchmark,
    choose_peer,
    undo_peer_choice,
    meter_figures,
    similar,
    patterns,
    list_anomalies,
    explain_anomaly,
    set_status,
]
