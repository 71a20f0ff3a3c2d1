"""JSON API of recommendations, of the catalogue behind them and of the figures that they rest on."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post, put
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, JSONBody, QueryParameter
from msgspec import Meta, Struct

from eaio.infra.identity import Action
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem
from eaio.recommendations import service
from eaio.recommendations.models import (
    Assumption,
    AssumptionDraft,
    Decision,
    Effort,
    Event,
    Filters,
    InputRow,
    Measure,
    Order,
    Page,
    Recommendation,
    Run,
    Status,
)
from eaio.recommendations.models.worth import Worth

TAGS = ["Recommendations"]
FIGURES = ["Figures"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}
AT_ONCE = 20
"""So many buildings are answered in the request; more run in the background."""


class Wanted(Struct, frozen=True):
    """Which buildings to look at; left out, all of them."""

    buildings: Annotated[tuple[UUID, ...], Meta(max_length=5_000)] | None = None


@post(
    "/api/recommendations/generate",
    summary="Look at the readings and renew the recommendations",
    tags=TAGS,
    responses={202: ResponseSpec(Run, description="Queued: ask for the run until its status is done"), **NOT_FOUND},
)
async def generate(conn: Conn, principal: Who, data: JSONBody[Wanted | None] = None) -> Response[Run]:
    """Up to twenty buildings are answered at once (201); more, or the whole portfolio, run in the background (202)."""
    principal.require(Action.ANALYZE)
    ids = None if data is None or data.buildings is None else list(data.buildings)
    if ids is not None and len(ids) <= AT_ONCE:
        run = await service.generate(conn, principal.organisation, ids, principal.actor)
        return Response(run, status_code=201)
    run = await service.request_run(conn, principal.organisation, ids, principal.actor)
    return Response(run, status_code=202, headers={"location": f"/api/recommendations/runs/{run.id}"})


@get("/api/recommendations/runs/{run_id:uuid}", summary="How far a run has come", tags=TAGS, responses=NOT_FOUND)
async def get_run(conn: Conn, principal: Who, run_id: FromPath[UUID]) -> Run:
    """``status`` is waiting, running, done or failed."""
    return await service.run_of(conn, principal.organisation, run_id)


@get("/api/recommendations", summary="Ranked recommendations", tags=TAGS)
async def list_recommendations(
    conn: Conn,
    principal: Who,
    site: Annotated[UUID | None, QueryParameter(description="Only this site")] = None,
    building: Annotated[UUID | None, QueryParameter(description="Only this building")] = None,
    use: Annotated[
        str | None, QueryParameter(description="Primary use", max_length=200, examples=[Example(value="Office")])
    ] = None,
    measure: Annotated[
        str | None, QueryParameter(description="Code of a measure", max_length=60, examples=[Example(value="led")])
    ] = None,
    status: Annotated[Status | None, QueryParameter(description="Left out: all but rejected ones")] = None,
    effort: Annotated[Effort | None, QueryParameter(description="Who it takes")] = None,
    payback: Annotated[
        float | None, QueryParameter(description="Years at most", ge=0, examples=[Example(value=3)])
    ] = None,
    budget: Annotated[float | None, QueryParameter(description="Cost of one measure at most, USD", ge=0)] = None,
    search: Annotated[
        str | None, QueryParameter(description="Part of a building's or measure's name", max_length=200)
    ] = None,
    withdrawn: Annotated[bool, QueryParameter(description="Show also what is no longer found")] = False,
    sort: Annotated[Order, QueryParameter(description="Best first")] = Order.VALUE,
    limit: Annotated[int, QueryParameter(ge=1, le=500)] = 50,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> Page:
    """One page with the totals of all pages; in the totals, savings that overlap are counted once."""
    wanted = Filters(
        site=site, building=building, use=use, measure=measure, status=status, effort=effort, payback=payback,
        budget=budget, search=search, withdrawn=withdrawn, sort=sort, limit=limit, offset=offset,
    )  # fmt: skip
    return await service.list_recommendations(conn, principal.organisation, wanted)


@get("/api/recommendations/{id_:uuid}", summary="One recommendation with its case", tags=TAGS, responses=NOT_FOUND)
async def get_recommendation(conn: Conn, principal: Who, id_: FromPath[UUID]) -> Recommendation:
    """Evidence, savings by carrier, cost, cash flow, rank with its reason, and every figure used with its source."""
    return await service.recommendation_of(conn, principal.organisation, id_)


@patch("/api/recommendations/{id_:uuid}", summary="Decide on a recommendation", tags=TAGS, responses=NOT_FOUND)
async def decide(conn: Conn, principal: Who, id_: FromPath[UUID], data: JSONBody[Decision]) -> Recommendation:
    """Status, owner, due date, notes; what is left out stays. A rejection needs a reason."""
    principal.require(Action.DECIDE)
    return await service.decide(conn, principal.organisation, id_, data, principal.actor)


@get("/api/recommendations/{id_:uuid}/history", summary="What happened to it", tags=TAGS, responses=NOT_FOUND)
async def get_history(conn: Conn, principal: Who, id_: FromPath[UUID]) -> Sequence[Event]:
    """Newest first."""
    await service.recommendation_of(conn, principal.organisation, id_)
    return await service.history(conn, principal.organisation, id_)


@get("/api/measures", summary="The catalogue of measures", tags=TAGS)
async def list_measures(principal: Who) -> Sequence[Measure]:  # noqa: ARG001 - asking for the caller requires one
    """All measures with savings, cost, life and source; ``needs`` says what must be metered to detect one."""
    return service.measures()


@get("/api/assumptions", summary="Prices, factors and costs in force", tags=FIGURES, responses=NOT_FOUND)
async def list_assumptions(
    conn: Conn,
    principal: Who,
    site: Annotated[UUID | None, QueryParameter(description="In force at this site")] = None,
) -> Sequence[InputRow]:
    """Each with its default, its source and year, how far the source was followed, and the own figure, if any."""
    return await service.list_inputs(conn, principal.organisation, site)


@get("/api/assumptions/own", summary="The organisation's own figures", tags=FIGURES)
async def list_own(conn: Conn, principal: Who) -> Sequence[Assumption]:
    """Figures that replace defaults, with author and date."""
    return await service.own_figures(conn, principal.organisation)


class Saved(Struct, frozen=True):
    """Where the figure is kept."""

    id: UUID


@put("/api/assumptions", summary="Put an own figure in place of a default", tags=FIGURES, responses=NOT_FOUND)
async def set_assumption(conn: Conn, principal: Who, data: JSONBody[AssumptionDraft]) -> Saved:
    """The cases that rest on it are priced again in the background."""
    principal.require(Action.EDIT_ASSUMPTIONS)
    saved = await service.set_assumption(conn, principal.organisation, data, principal.actor)
    await service.request_rerank(conn, principal.organisation, data.site_id)
    return Saved(saved)


@delete("/api/assumptions/{id_:uuid}", summary="Return to the default", tags=FIGURES, responses=NOT_FOUND)
async def remove_assumption(conn: Conn, principal: Who, id_: FromPath[UUID]) -> None:
    """The cases that rested on it are priced again in the background."""
    principal.require(Action.EDIT_ASSUMPTIONS)
    site = await service.remove_assumption(conn, principal.organisation, id_)
    await service.request_rerank(conn, principal.organisation, site)


@get(
    "/api/verification/studies/{study_id:uuid}/worth",
    summary="What the savings of a study are worth",
    tags=["Measurement and verification"],
    responses={**NOT_FOUND, 422: ResponseSpec(Problem, description="The study has no result; the detail says why")},
)
async def study_worth(conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Worth:
    """Money and kgCO2e of the avoided use with their bands, at the price and factor of the site, with their sources."""
    return await service.study_worth(conn, principal.organisation, study_id)


HANDLERS = [
    generate,
    get_run,
    list_recommendations,
    get_recommendation,
    decide,
    get_history,
    list_measures,
    list_assumptions,
    list_own,
    set_assumption,
    remove_assumption,
    study_worth,
]
