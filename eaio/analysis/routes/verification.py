"""JSON API of measurement and verification: studies, events, results, baselines, degree days, normalised use."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, FromPath, JSONBody, QueryParameter

from eaio.analysis import service
from eaio.analysis.compute.series import DEFAULT_BASE, DegreeDayBase
from eaio.analysis.compute.studies import Way
from eaio.analysis.models import DegreeDayView, Interval, Method, Period
from eaio.analysis.models.studies import (
    BaselineView,
    DeclaredEvent,
    EventDraft,
    NormalisedMeter,
    Study,
    StudyDraft,
    StudyLine,
    StudyResult,
)
from eaio.infra.errors import Invalid
from eaio.infra.identity import Action
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.problems import Problem

TAGS = ["Measurement and verification"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}
REFUSED = NOT_FOUND | {
    422: ResponseSpec(
        Problem,
        description="`insufficient-data`: what is missing, with `fields.reason` as a word and `fields.remedy`; "
        "`wrong-periods`: periods or events contradict each other",
    )
}
STUDY_EXAMPLE = Example(
    summary="A year before the measure against the year after it",
    value={
        "meter_id": "0b6a1f0e-4a55-4c4e-8d4e-2d4b2c2c7d11",
        "name": "New chillers",
        "baseline": {"first": "2016-01-01", "last": "2016-12-31"},
        "reporting_first": "2017-01-01",
        "reporting_last": "2017-12-31",
        "method": "change-point",
        "interval": "daily",
        "confidence": 0.9,
    },
)
EVENT_EXAMPLE = Example(
    summary="Two weeks that count neither way",
    value={"first": "2017-08-07", "last": "2017-08-20", "treatment": "exclude", "reason": "Closed after the flood"},
)
First = Annotated[
    date | None,
    QueryParameter(description="First day; default: a year before the last", examples=[Example(value="2016-01-01")]),
]
Last = Annotated[
    date | None,
    QueryParameter(
        description="Last day, included; default: that of the readings", examples=[Example(value="2016-12-31")]
    ),
]


class NewStudy(StudyDraft, frozen=True, kw_only=True):
    """A study to set up."""

    meter_id: UUID


@get("/api/verification/studies", summary="List studies", tags=TAGS)
async def list_studies(
    conn: Conn,
    principal: Who,
    meter: Annotated[UUID | None, QueryParameter(description="Only of this meter")] = None,
    building: Annotated[UUID | None, QueryParameter(description="Only of this building")] = None,
    archived: Annotated[bool, QueryParameter(description="Archived ones too")] = False,
) -> Sequence[StudyLine]:
    """The newest first, with the headline of the newest result; `current` says whether it still holds."""
    return await service.studies(conn, principal.organisation, meter=meter, building=building, archived=archived)


@post("/api/verification/studies", summary="Set up a study", tags=TAGS, responses=REFUSED)
async def create_study(conn: Conn, principal: Who, data: Annotated[NewStudy, Body(examples=[STUDY_EXAMPLE])]) -> Study:
    """Baseline and reporting period of a meter; without a method the surest of all models is taken."""
    principal.require(Action.VERIFY)
    return await service.create_study(conn, principal.organisation, data.meter_id, data, principal.actor)


@get("/api/verification/studies/{study_id:uuid}", summary="Result of a study", tags=TAGS, responses=REFUSED)
async def study_result(conn: Conn, principal: Who, study_id: FromPath[UUID]) -> StudyResult:
    """Model with rivals, savings with band, normalised savings, events, proposals; computed anew when data changed."""
    return await service.study_result(conn, principal.organisation, study_id)


@patch("/api/verification/studies/{study_id:uuid}", summary="Change a study", tags=TAGS, responses=REFUSED)
async def edit_study(conn: Conn, principal: Who, study_id: FromPath[UUID], data: JSONBody[StudyDraft]) -> Study:
    """All of its fields; the baseline is fitted anew where it is concerned."""
    principal.require(Action.VERIFY)
    return await service.edit_study(conn, principal.organisation, study_id, data, principal.actor)


@post(
    "/api/verification/studies/{study_id:uuid}/archived",
    summary="Archive a study, or bring it back",
    tags=TAGS,
    status_code=200,
    responses=NOT_FOUND,
)
async def archive_study(
    conn: Conn, principal: Who, study_id: FromPath[UUID], archived: Annotated[bool, QueryParameter()] = True
) -> Study:
    """Nothing is deleted."""
    principal.require(Action.VERIFY)
    return await service.archive_study(conn, principal.organisation, study_id, principal.actor, archived=archived)


@post(
    "/api/verification/studies/{study_id:uuid}/baseline",
    summary="Fit the baseline of a study again",
    tags=TAGS,
    status_code=200,
    responses=REFUSED,
)
async def fit_again(conn: Conn, principal: Who, study_id: FromPath[UUID]) -> StudyResult:
    """To the readings as they are now; until then a study keeps the model it was first computed with."""
    principal.require(Action.VERIFY)
    await service.fit_again(conn, principal.organisation, study_id, principal.actor)
    return await service.study_result(conn, principal.organisation, study_id)


@get("/api/verification/studies/{study_id:uuid}/events", summary="Declared events", tags=TAGS, responses=NOT_FOUND)
async def list_events(conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Sequence[DeclaredEvent]:
    """Undone ones too, with who undid them."""
    return await service.study_events(conn, principal.organisation, study_id)


@post("/api/verification/studies/{study_id:uuid}/events", summary="Declare an event", tags=TAGS, responses=REFUSED)
async def declare_event(
    conn: Conn, principal: Who, study_id: FromPath[UUID], data: Annotated[EventDraft, Body(examples=[EVENT_EXAMPLE])]
) -> DeclaredEvent:
    """A change that has nothing to do with the measure: left out, or normal use adjusted while it lasts."""
    principal.require(Action.VERIFY)
    return await service.declare_event(conn, principal.organisation, study_id, data, principal.actor)


@delete(
    "/api/verification/studies/{study_id:uuid}/events/{event_id:uuid}",
    summary="Undo an event",
    tags=TAGS,
    responses=NOT_FOUND,
)
async def undo_event(conn: Conn, principal: Who, study_id: FromPath[UUID], event_id: FromPath[UUID]) -> None:
    """It no longer counts and stays on record."""
    principal.require(Action.VERIFY)
    await service.undo_event(conn, principal.organisation, study_id, event_id, principal.actor)


@post(
    "/api/verification/studies/{study_id:uuid}/declined",
    summary="Decline a proposed event",
    tags=TAGS,
    responses=REFUSED,
)
async def decline_event(
    conn: Conn, principal: Who, study_id: FromPath[UUID], data: Annotated[EventDraft, Body(examples=[EVENT_EXAMPLE])]
) -> DeclaredEvent:
    """On record that these days hold no event: they never count as one, and are not proposed again."""
    principal.require(Action.VERIFY)
    return await service.decline_event(conn, principal.organisation, study_id, data, principal.actor)


@get(
    both("/api/verification/studies/{study_id:uuid}/points"),
    summary="Points of a study as CSV or Parquet",
    tags=TAGS,
    responses=REFUSED,
)
async def study_points(request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Response[bytes]:
    """Every point of both periods: time, actual, counterfactual, residual, temperature, counted, flags."""
    known = await service.study_points(conn, principal.organisation, study_id)
    return table_file(known.name, known.columns, known.points.iter_rows(), kind_of(request))


@get("/api/analysis/meter/{meter_id:uuid}/baseline", summary="Baseline of a meter", tags=TAGS, responses=REFUSED)
async def meter_baseline(
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    first: First = None,
    last: Last = None,
    method: Annotated[Method | None, QueryParameter(description="Default: the surest of all")] = None,
    interval: Annotated[Interval | None, QueryParameter(description="Of the method asked for")] = None,
) -> BaselineView:
    """Model with reason, fit, verdict and limits, the rivals' figures, and every day beside the model."""
    return await service.baseline_view(
        conn, principal.organisation, meter_id, asked_period(first, last), Way(method, interval)
    )


@get("/api/analysis/meter/{meter_id:uuid}/degree-days", summary="Use by degree day", tags=TAGS, responses=REFUSED)
async def meter_degree_days(
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    first: First = None,
    last: Last = None,
    heating_base: Annotated[float, QueryParameter(ge=-10, le=40, description="degC")] = DEFAULT_BASE,
    cooling_base: Annotated[float, QueryParameter(ge=-10, le=40, description="degC")] = DEFAULT_BASE,
    by_hour: Annotated[bool, QueryParameter(description="Degree days from hours instead of daily means")] = False,
) -> DegreeDayView:
    """Months with degree days; use split into base load, heating and cooling by regression on days."""
    base = DegreeDayBase(heating_base, cooling_base)
    return await service.degree_day_use(
        conn, principal.organisation, meter_id, asked_period(first, last), base, by_hour=by_hour
    )


@get(
    "/api/analysis/building/{building_id:uuid}/normalised",
    summary="Weather-normalised consumption",
    tags=TAGS,
    responses=NOT_FOUND,
)
async def normalised(
    conn: Conn, principal: Who, building_id: FromPath[UUID], last: Last = None
) -> Sequence[NormalisedMeter]:
    """Of each meter of a building: what a model of its last year uses in a typical year, or why there is none."""
    return await service.normalised_use(conn, principal.organisation, building_id, last=last)


def asked_period(first: date | None, last: date | None) -> Period | None:
    """The period between two days; a year when only one of them is given.

    Raises:
        WrongPeriods: it ends before it begins.
    """
    if last is None and first is None:
        return None
    if last is None:
        raise Invalid("Name the last day of the period too", last="missing")
    return Period(first, last) if first else Period.of_year(last)


HANDLERS = [
    list_studies,
    create_study,
    study_result,
    edit_study,
    archive_study,
    fit_again,
    list_events,
    declare_event,
    undo_event,
    decline_event,
    study_points,
    meter_baseline,
    meter_degree_days,
    normalised,
]
