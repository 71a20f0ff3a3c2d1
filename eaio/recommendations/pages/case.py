"""One recommendation: what the data show, what to do, what it is worth, what was decided."""

from datetime import date, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from litestar import get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.analysis import service as analysis
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Invalid
from eaio.infra.identity import Action, Principal
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.recommendations import service
from eaio.recommendations.models import NEXT, Decision, Recommendation, Status
from eaio.timeseries.rates import Checked
from eaio.timeseries.units import CARRIER_LABEL, UNIT_OF, Carrier

MARKS = {
    Checked.PRIMARY: ("good", "read in the source"),
    Checked.SECONDARY: ("open", "second-hand"),
    Checked.ASSUMED: ("warn", "assumed"),
}
STREAMS = {"demand": "Demand charge", "flexibility": "Payment for flexibility", "bill": "Bill", "upkeep": "Upkeep"}


@get("/recommendations/{id_:uuid}", include_in_schema=False)
async def recommendation(request: WebRequest, conn: Conn, principal: Who, id_: FromPath[UUID]) -> Template:
    """The whole case."""
    return await _shown(request, conn, principal, id_)


async def _shown(
    request: WebRequest, conn: Connection, principal: Principal, id_: UUID, problem: EaioError | None = None
) -> Template:
    found = await service.recommendation_of(conn, principal.organisation, id_)
    return page(
        request,
        "recommendations/case.html",
        status=problem.status if problem else 200,
        found=found,
        case=found.detail,
        measure=service.measure_of(found.measure),
        history=await service.history(conn, principal.organisation, id_),
        steps=[
            (found.status.value, _words(found.status)),
            *((step.value, _words(step)) for step in NEXT[found.status]),
        ],
        streams=[(_stream(name), span) for name, span in found.detail.streams.items()],
        energy=[(CARRIER_LABEL[carrier], UNIT_OF[carrier], span) for carrier, span in found.detail.energy.items()],
        rivals=_rival(found),
        as_of=found.as_of.astimezone(ZoneInfo(found.time_zone)) - timedelta(seconds=1),
        marks=MARKS,
        studies=await analysis.studies(conn, principal.organisation, building=found.building_id),
        error=problem.detail if problem else None,
        wrong=problem.fields if problem else {},
    )


def _words(status: Status) -> str:
    return status.value.replace("_", " ").capitalize()


def _stream(name: str) -> str:
    return STREAMS[name] if name in STREAMS else CARRIER_LABEL[Carrier(name)]


def _rival(found: Recommendation) -> str | None:
    return service.measure_of(found.detail.beaten_by).name if found.detail.beaten_by else None


@post("/recommendations/{id_:uuid}/decision", include_in_schema=False)
async def decide(
    request: WebRequest, conn: Conn, principal: Who, id_: FromPath[UUID], data: URLEncodedBody[dict[str, str]]
) -> Template | Redirect:
    """Save what was decided, or show the page again with what is wrong."""
    principal.require(Action.DECIDE)
    try:
        await service.decide(conn, principal.organisation, id_, _decision(data), principal.actor)
    except (Invalid, EaioError) as problem:
        if problem.status == 404:
            raise
        return await _shown(request, conn, principal, id_, problem)
    return Redirect(f"/recommendations/{id_}", status_code=303)


def _decision(data: dict[str, str]) -> Decision:
    """A decision from a form.

    Raises:
        Invalid: unknown status, or a date that is none.
    """
    values: dict[str, Any] = {name: data[name][:5_000] for name in ("reason", "owner", "notes") if name in data}
    if data.get("status"):
        if data["status"] not in {status.value for status in Status}:
            raise Invalid("That is not a status", status="unknown")
        values["status"] = Status(data["status"])
    if data.get("due"):
        try:
            values["due"] = date.fromisoformat(data["due"])
        except ValueError as error:
            raise Invalid("The date must look like 2018-03-01", due="not a date") from error
    return Decision(**values)


HANDLERS = [recommendation, decide]
