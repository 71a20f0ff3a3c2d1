"""Findings: the list with its filters, one finding with its evidence, decisions, the list as a file."""

from collections.abc import Sequence
from datetime import UTC
from typing import Annotated, Any
from uuid import UUID
from zoneinfo import ZoneInfo

import msgspec
import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.analysis import service
from eaio.analysis.models import (
    KIND_LABEL,
    AnomalyEvent,
    AnomalyKind,
    EventFilter,
    EventSort,
    EventStatus,
    MeterFigures,
    SimilarEvent,
)
from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, Unavailable
from eaio.infra.identity import Action, Principal
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import INSTANT, both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import is_htmx, page
from eaio.timeseries.units import CARRIER_LABEL

Form = URLEncodedBody[dict[str, str]]
PAGE = 50
ROWS_AT_ONCE = 500
MOST_ROWS = 10_000
ALL = "all"
SHOW = (("", "Everything"), ("acts", "What buildings did"), ("faults", "Faults of the data"))
SILENCED = "silenced"
STATUSES = (
    ("open", "Open"),
    ("acknowledged", "Acknowledged"),
    ("resolved", "Resolved"),
    (SILENCED, "Silenced"),
    (ALL, "All"),
)
SORTS = ((EventSort.NEWEST.value, "Newest first"), (EventSort.MONEY.value, "Dearest first"))
FIELDS = {
    "site": ("site", pl.String),
    "building": ("building", pl.String),
    "meter": ("meter", pl.String),
    "carrier": ("carrier", pl.String),
    "kind": ("kind", pl.String),
    "started_at": ("start (UTC)", INSTANT),
    "ended_at": ("end (UTC)", INSTANT),
    "hours": ("hours affected", pl.Int64),
    "kwh": ("excess", pl.Float64),
    "normal_kwh": ("normal", pl.Float64),
    "unit": ("unit", pl.String),
    "money": ("cost", pl.Float64),
    "co2_kg": ("kgCO2e", pl.Float64),
    "confidence": ("confidence", pl.Float64),
    "status": ("status", pl.String),
    "verdict": ("feedback", pl.String),
    "explanation": ("explanation", pl.String),
}


class Asked(msgspec.Struct, frozen=True, kw_only=True):
    """The query of the list, as it stands in the address; unknown words fall back to the default."""

    status: str | None = None
    show: str | None = None
    kind: str | None = None
    carrier: str | None = None
    site: str | None = None
    building: str | None = None
    sort: str | None = None

    def wanted(self, limit: int, offset: int) -> EventFilter:
        """The same as a filter; Invalid names a field that means nothing."""
        given = {name: value for name, value in msgspec.structs.asdict(self).items() if value}
        status = given.pop("status", EventStatus.OPEN.value)
        names = {"site": "site_id", "building": "building_id"}
        shown = {"acts": False, "faults": True}.get(given.pop("show", ""))
        fields: dict[str, Any] = {names.get(name, name): value for name, value in given.items()}
        silenced = {ALL: None, SILENCED: True}.get(status, False)
        fields |= {"status": None if status in {ALL, SILENCED} else status, "faults": shown, "silenced": silenced}
        fields |= {"limit": limit, "offset": offset}
        try:
            return msgspec.convert(fields, EventFilter)
        except msgspec.ValidationError as error:
            field = str(error).partition("`$.")[2].rstrip("`")
            raise Invalid(
                "The filter has a value that means nothing here", **{field or "filter": str(error)}
            ) from error


def asked_of(request: WebRequest) -> Asked:
    """The query of an address; empty fields count as absent, unknown ones are ignored."""
    return Asked(**{name: request.query_params.get(name) or None for name in Asked.__struct_fields__})


@get("/findings", include_in_schema=False)
async def finding_list(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000)] = 0,
) -> Template:
    """Findings of the organisation, narrowed and paged; the address holds all of it."""
    asked = asked_of(request)
    found = await service.anomalies(conn, principal.organisation, asked.wanted(PAGE, offset))
    return page(
        request,
        "analysis/findings.html",
        found=found,
        totals=await service.anomaly_totals(conn, principal.organisation),
        analysed=await service.is_analysed(conn, principal.organisation),
        run=await service.latest_run(conn, principal.organisation),
        state=msgspec.structs.asdict(asked),
        choices=await _choices(conn, principal, asked),
        when=local_span,
        kinds=KIND_LABEL,
    )


async def _choices(conn: Connection, principal: Principal, asked: Asked) -> dict[str, Any]:
    """What the filters offer; the building is named when the list is narrowed to one."""
    sites = await buildings.sites_of(conn, principal.organisation)
    wanted = asked.wanted(1, 0).building_id
    return {
        "statuses": STATUSES,
        "shows": SHOW,
        "sorts": SORTS,
        "kinds": [("", "Any kind"), *((kind.value, KIND_LABEL[kind]) for kind in AnomalyKind)],
        "carriers": [("", "Any carrier"), *((carrier.value, label) for carrier, label in CARRIER_LABEL.items())],
        "sites": [("", "Any site"), *((str(site.id), site.name) for site in sites)],
        "building": await buildings.building_of(conn, principal.organisation, wanted) if wanted else None,
    }


def local_span(event: AnomalyEvent) -> tuple[Any, Any]:
    """First and last instant of an event on the site's clock."""
    zone = ZoneInfo(event.time_zone)
    start, end = (t if t.tzinfo else t.replace(tzinfo=UTC) for t in (event.started_at, event.ended_at))
    return start.astimezone(zone), end.astimezone(zone)


@get(both("/findings"), include_in_schema=False)
async def finding_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """What the list shows, all pages up to ten thousand findings, as a table."""
    asked = asked_of(request)
    rows: list[list[object]] = []
    for offset in range(0, MOST_ROWS, ROWS_AT_ONCE):
        found = await service.anomalies(conn, principal.organisation, asked.wanted(ROWS_AT_ONCE, offset))
        rows += [[getattr(event, name) for name in FIELDS] for event in found.items]
        if offset + ROWS_AT_ONCE >= found.total:
            break
    return table_file("findings", dict(FIELDS.values()), rows, kind_of(request))


@get("/findings/{event_id:uuid}", include_in_schema=False)
async def finding_page(request: WebRequest, conn: Conn, principal: Who, event_id: FromPath[UUID]) -> Template:
    """One finding: what happened, the hours around it, why, what next, and what people decided."""
    event = await service.anomaly(conn, principal.organisation, event_id)
    explanation = await service.explain_anomaly(conn, principal.organisation, event_id)
    own, silencing = await service.feedback_on(conn, principal.organisation, event)
    return page(
        request,
        "analysis/finding.html",
        event=event,
        own=own,
        silencing=silencing,
        figures=await _figures_of(conn, principal, event),
        explanation=explanation,
        similar=await _similar(conn, principal, event_id),
        when=local_span,
        kinds=KIND_LABEL,
    )


async def _figures_of(conn: Connection, principal: Principal, event: AnomalyEvent) -> MeterFigures | None:
    """The stored figures of the event's meter: they say what the analysis was made with."""
    known = await service.meter_figures(conn, principal.organisation, event.building_id)
    return next((one for one in known if one.meter_id == event.meter_id), None)


async def _similar(conn: Connection, principal: Principal, event_id: UUID) -> Sequence[SimilarEvent] | None:
    """None where the vector store is away: the finding is shown without."""
    try:
        return await service.similar_events(conn, principal.organisation, event_id)
    except Unavailable:
        return None


@get(drawn("/findings/{event_id:uuid}/load"), include_in_schema=False)
async def finding_load(request: WebRequest, conn: Conn, principal: Who, event_id: FromPath[UUID]) -> Response[bytes]:
    """The hours around a finding with what would have been normal."""
    return chart_answer(request, "finding", await service.anomaly_chart(conn, principal.organisation, event_id))


@post("/findings/{event_id:uuid}/status", include_in_schema=False)
async def decide(
    request: WebRequest, conn: Conn, principal: Who, event_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Acknowledge, resolve or reopen, ``also`` others with it; answers with the row for HTMX, else with the page."""
    principal.require(Action.DECIDE)
    try:
        status = EventStatus(data.get("status", ""))
    except ValueError as error:
        raise Invalid("A finding is open, acknowledged or resolved", status="none of these") from error
    note = (data.get("note") or "").strip()[:1000] or None
    event = await service.set_anomaly_status(
        conn, principal.organisation, event_id, status, actor=principal.actor, note=note
    )
    for other in _identifiers(data.get("also", "")):
        await service.set_anomaly_status(conn, principal.organisation, other, status, actor=principal.actor, note=note)
    if is_htmx(request):
        return page(request, "analysis/row.html", event=event, when=local_span, kinds=KIND_LABEL)
    return Redirect(f"/findings/{event_id}", status_code=303)


def _identifiers(text: str) -> list[UUID]:
    try:
        return [UUID(part) for part in text.split(",") if part]
    except ValueError as error:
        raise Invalid("Findings are named by their identifiers, separated by commas", also="not identifiers") from error


@post("/findings/analyse", include_in_schema=False)
async def analyse(conn: Conn, principal: Who) -> Redirect:
    """Queue an analysis of every building."""
    principal.require(Action.ANALYZE)
    await service.request_analysis(conn, principal.organisation, principal.actor)
    return Redirect("/findings", status_code=303)


HANDLERS = [finding_list, finding_file, finding_page, finding_load, decide, analyse]
