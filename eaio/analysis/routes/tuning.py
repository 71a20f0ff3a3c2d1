"""JSON API of detection parameters and of feedback on findings."""

from uuid import UUID

from litestar import delete, get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, JSONBody
from msgspec import Struct

from eaio.analysis import service
from eaio.analysis.compute.parameters import PARAMETERS
from eaio.analysis.models import AnomalyEvent
from eaio.analysis.models.feedback import Feedback, FeedbackDraft
from eaio.analysis.models.tuning import CalibrationView, Effect, Parameter, ParameterDraft, ParameterSet, TryDraft
from eaio.infra.identity import Action
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem

TAGS = ["Detection parameters"]
ANOMALIES = ["Anomalies"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}
REFUSED = NOT_FOUND | {422: ResponseSpec(Problem, description="A value does not fit; `fields` name it and its bounds")}


class Parameters(Struct, frozen=True):
    """Every parameter with meaning, unit, bounds and default; the versions, the newest first."""

    parameters: tuple[Parameter, ...]
    versions: tuple[ParameterSet, ...]


class Shown(Struct, frozen=True):
    """Whether a finding stays in view although it repeats one that was judged false or known."""

    shown: bool = True


@get("/api/parameters", summary="Parameters of detection and their versions", tags=TAGS)
async def list_parameters(conn: Conn, principal: Who) -> Parameters:
    """Version 0 is what is built in; the active one is used by the next analysis."""
    return Parameters(PARAMETERS, await service.parameter_sets(conn, principal.organisation))


@get("/api/parameters/{version:int}", summary="One version", tags=TAGS, responses=NOT_FOUND)
async def show_parameters(conn: Conn, principal: Who, version: FromPath[int]) -> ParameterSet:
    """All its values."""
    return await service.parameter_set(conn, principal.organisation, version)


@post("/api/parameters", summary="Save a new version", tags=TAGS, responses=REFUSED)
async def save_parameters(conn: Conn, principal: Who, data: JSONBody[ParameterDraft]) -> ParameterSet:
    """What is not given keeps its default; nothing is kept where a value does not fit."""
    principal.require(Action.TUNE)
    return await service.save_parameters(conn, principal.organisation, data, author=principal.actor)


@post(
    "/api/parameters/{version:int}/activate",
    summary="Use a version, older ones too",
    tags=TAGS,
    status_code=200,
    responses=NOT_FOUND,
)
async def activate_parameters(conn: Conn, principal: Who, version: FromPath[int]) -> ParameterSet:
    """From the next analysis on; stored findings stay until then."""
    principal.require(Action.TUNE)
    return await service.activate_parameters(conn, principal.organisation, version, actor=principal.actor)


@post("/api/parameters/try", summary="Try values on some meters", tags=TAGS, status_code=200, responses=REFUSED)
async def try_parameters(conn: Conn, principal: Who, data: JSONBody[TryDraft]) -> Effect:
    """Events and flagged hours before and after, over the whole history of up to six meters; nothing is stored."""
    principal.require(Action.ANALYZE)
    return await service.try_parameters(conn, principal.organisation, data)


@get("/api/parameters/calibration", summary="What feedback calibrates", tags=TAGS)
async def calibration(conn: Conn, principal: Who) -> CalibrationView:
    """Verdicts so far, by organisation, meter and kind, and how far they move thresholds and confidence."""
    return await service.calibrations(conn, principal.organisation)


@get("/api/anomalies/feedback", summary="Feedback that stands", tags=ANOMALIES)
async def list_feedback(conn: Conn, principal: Who) -> tuple[Feedback, ...]:
    """The newest first, at most 500."""
    return tuple(await service.feedback_of(conn, principal.organisation))


@post(
    "/api/anomalies/{event_id:uuid}/feedback",
    summary="Say whether an anomaly is real, false or known",
    tags=ANOMALIES,
    status_code=200,
    responses=NOT_FOUND,
)
async def give_feedback(
    conn: Conn, principal: Who, event_id: FromPath[UUID], data: JSONBody[FeedbackDraft]
) -> AnomalyEvent:
    """False and known silence it and its repeats: same meter and kind, similar time of week, not much stronger."""
    principal.require(Action.DECIDE)
    return await service.give_feedback(conn, principal.organisation, event_id, data, author=principal.actor)


@delete(
    "/api/anomalies/{event_id:uuid}/feedback",
    summary="Undo feedback on an anomaly",
    tags=ANOMALIES,
    status_code=200,
    responses=NOT_FOUND,
)
async def withdraw_feedback(conn: Conn, principal: Who, event_id: FromPath[UUID]) -> AnomalyEvent:
    """What it silenced is told again; the verdict stays on record as undone."""
    principal.require(Action.DECIDE)
    return await service.withdraw_feedback(conn, principal.organisation, event_id, actor=principal.actor)


@delete(
    "/api/anomalies/feedback/{feedback_id:uuid}",
    summary="Undo feedback whose anomaly may be gone",
    tags=ANOMALIES,
    responses=NOT_FOUND,
)
async def withdraw_one(conn: Conn, principal: Who, feedback_id: FromPath[UUID]) -> None:
    """The same by the feedback's own identity."""
    principal.require(Action.DECIDE)
    await service.withdraw_one(conn, principal.organisation, feedback_id, actor=principal.actor)


@post(
    "/api/anomalies/{event_id:uuid}/shown",
    summary="Keep a silenced anomaly in view",
    tags=ANOMALIES,
    status_code=200,
    responses=NOT_FOUND,
)
async def show_again(conn: Conn, principal: Who, event_id: FromPath[UUID], data: JSONBody[Shown]) -> AnomalyEvent:
    """Although it repeats one that was judged false or known; ``shown`` false takes that back."""
    principal.require(Action.DECIDE)
    return await service.show_again(conn, principal.organisation, event_id, actor=principal.actor, shown=data.shown)


HANDLERS = [
    list_parameters,
    show_parameters,
    save_parameters,
    activate_parameters,
    try_parameters,
    calibration,
    list_feedback,
    give_feedback,
    withdraw_feedback,
    withdraw_one,
    show_again,
]
