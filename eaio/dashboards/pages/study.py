"""One study of savings: its result or its refusal, its charts, its events, its points as a file."""

from collections.abc import Awaitable, Callable
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.analysis import service as analysis
from eaio.analysis.compute.statement import Grade, statement
from eaio.analysis.models import METHOD_LABEL, Interval, Method, Refused, Treatment, WrongPeriods
from eaio.analysis.models.studies import EventDraft, StudyResult
from eaio.dashboards.compute import verification as compute
from eaio.dashboards.pages.study_form import TREATMENTS, event_of
from eaio.dashboards.service.source import source
from eaio.infra.charts.models import Payload
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Forbidden, NotFound
from eaio.infra.identity import Action, Principal
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.recommendations import service as recommendations

Form = URLEncodedBody[dict[str, str]]
TONES = {Grade.PROVEN: "good", Grade.INDICATIVE: "warn", Grade.UNPROVEN: "open", Grade.MORE: "bad"}


@get("/savings/{study_id:uuid}", include_in_schema=False)
async def study_page(request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Template:
    """The whole study, or why there is no result and what would help."""
    return await _shown(request, conn, principal, study_id)


async def _shown(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    study_id: UUID,
    problem: EaioError | None = None,
    entered: dict[str, str] | None = None,
) -> Template:
    of = await analysis.study(conn, principal.organisation, study_id)
    common: dict[str, Any] = {
        "study": of,
        "problem": problem,
        "entered": entered or {},
        "treatments": TREATMENTS,
        "methods": METHOD_LABEL,
        "status": problem.status if problem else 200,
    }
    try:
        found = await analysis.study_result(conn, principal.organisation, study_id)
    except (Refused, WrongPeriods, EaioError) as refusal:
        if isinstance(refusal, NotFound | Forbidden):
            raise
        events = await analysis.study_events(conn, principal.organisation, study_id)
        return page(request, "savings/refused.html", **common, refusal=refusal, events=events)
    return page(request, "savings/study.html", **common, **await _context(conn, principal, found))


async def _context(conn: Connection, principal: Principal, found: StudyResult) -> dict[str, Any]:
    verified = found.result
    saved, model = verified.savings, verified.baseline.model
    worth = await recommendations.savings_worth(conn, principal.organisation, found.study, saved.avoided, saved.band)
    said = statement(verified, found.study.unit)
    return {
        "found": found,
        "verified": verified,
        "saved": saved,
        "model": model,
        "fitness": model.fitness,
        "statement": said,
        "tone": TONES[said.grade],
        "worth": worth,
        "events": found.events,
        "proposals": found.undecided,
        "point": "months" if model.interval == Interval.MONTHLY else "days",
        "per": compute.per_day(found.study.unit, model.interval),
        "method_label": METHOD_LABEL[Method(type(model).__struct_config__.tag)],
    }


async def _drawn(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    study_id: UUID,
    name: str,
    make: Callable[[], Awaitable[Payload]],
) -> Response[bytes]:
    """A chart's numbers; as JSON they are kept while the readings and the study are as they are."""
    if not request.url.path.endswith(".json"):
        return chart_answer(request, name, await make())
    of = await analysis.study(conn, principal.organisation, study_id)

    async def encoded() -> bytes:
        return msgspec.json.encode(await make())

    kept = await source(conn, principal.organisation)
    body = await kept.keep_body((name, study_id, of.revision), encoded)
    return Response(body, media_type="application/json")


@get(drawn("/savings/{study_id:uuid}/use"), include_in_schema=False)
async def use_numbers(request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Response[bytes]:
    """Actual use and counterfactual of both periods."""

    async def make() -> Payload:
        known = await analysis.study_points(conn, principal.organisation, study_id)
        return compute.use_chart(known.result, known.daily())

    return await _drawn(request, conn, principal, study_id, "study-use", make)


@get(drawn("/savings/{study_id:uuid}/cumulative"), include_in_schema=False)
async def cumulative_numbers(
    request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]
) -> Response[bytes]:
    """Savings added up, with their band."""
    found = await analysis.study_result(conn, principal.organisation, study_id)
    return chart_answer(request, "study-cumulative", compute.cumulative_chart(found))


@get(drawn("/savings/{study_id:uuid}/residuals"), include_in_schema=False)
async def residual_numbers(
    request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]
) -> Response[bytes]:
    """Residuals of both periods with their temperatures."""

    async def make() -> Payload:
        known = await analysis.study_points(conn, principal.organisation, study_id)
        return compute.residual_chart(known.result, known.daily())

    return await _drawn(request, conn, principal, study_id, "study-residuals", make)


@get(both("/savings/{study_id:uuid}/points"), include_in_schema=False)
async def points_file(request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Response[bytes]:
    """Every point of both periods: actual, counterfactual, residual, temperature, flags."""
    known = await analysis.study_points(conn, principal.organisation, study_id)
    return table_file(known.name, known.columns, known.points.iter_rows(), kind_of(request))


@post("/savings/{study_id:uuid}/events", include_in_schema=False)
async def declare(
    request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Declare an event, or decline a proposed one; the page again with what is wrong."""
    principal.require(Action.VERIFY)
    try:
        draft = event_of(data)
        if data.get("decline"):
            await analysis.decline_event(conn, principal.organisation, study_id, draft, principal.actor)
        else:
            await _declared(conn, principal, study_id, draft)
    except NotFound:
        raise
    except EaioError as problem:
        return await _shown(request, conn, principal, study_id, problem, data)
    return Redirect(f"/savings/{study_id}#events", status_code=303)


async def _declared(conn: Connection, principal: Principal, study_id: UUID, draft: EventDraft) -> None:
    """Declare an event whose effect can be computed; one that cannot leaves the study as it was."""
    async with conn.transaction():
        await analysis.declare_event(conn, principal.organisation, study_id, draft, principal.actor)
        if draft.treatment == Treatment.ESTIMATE:
            await analysis.study_result(conn, principal.organisation, study_id)


@post("/savings/{study_id:uuid}/events/{event_id:uuid}/undone", include_in_schema=False)
async def undo(conn: Conn, principal: Who, study_id: FromPath[UUID], event_id: FromPath[UUID]) -> Redirect:
    """Let an event no longer count; it stays on record."""
    principal.require(Action.VERIFY)
    await analysis.undo_event(conn, principal.organisation, study_id, event_id, principal.actor)
    return Redirect(f"/savings/{study_id}#events", status_code=303)


@post("/savings/{study_id:uuid}/baseline", include_in_schema=False)
async def fit_again(conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Redirect:
    """Fit the baseline to the readings as they are now."""
    principal.require(Action.VERIFY)
    await analysis.fit_again(conn, principal.organisation, study_id, principal.actor)
    return Redirect(f"/savings/{study_id}", status_code=303)


@post("/savings/{study_id:uuid}/archived", include_in_schema=False)
async def archive(conn: Conn, principal: Who, study_id: FromPath[UUID], data: Form) -> Redirect:
    """Put a study aside, or bring it back."""
    principal.require(Action.VERIFY)
    archived = data.get("archived") == "true"
    await analysis.archive_study(conn, principal.organisation, study_id, principal.actor, archived=archived)
    return Redirect("/savings" if archived else f"/savings/{study_id}", status_code=303)


HANDLERS = [
    study_page,
    use_numbers,
    cumulative_numbers,
    residual_numbers,
    points_file,
    declare,
    undo,
    fit_again,
    archive,
]
