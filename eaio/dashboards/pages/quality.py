"""Data quality: meters ranked, and one meter with its issues."""

from typing import Any
from uuid import UUID

import msgspec
import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect, Template

from eaio.buildings import service as buildings
from eaio.dashboards.pages.context import asked_of, bar
from eaio.dashboards.service import quality as service
from eaio.dashboards.service.source import source
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid
from eaio.infra.identity import Action, Principal
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import INSTANT, both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering import service as metering
from eaio.metering.compute.quality.carriers import CARRIERS
from eaio.metering.compute.quality.propose import PROPOSABLE
from eaio.metering.models import ISSUE_LABEL, MeterQuality, ProposalStatus, QualityFilter, QualitySort
from eaio.timeseries.units import CARRIER_LABEL, Carrier

PAGE = 50
ISSUES_SHOWN = 100
BATCHES_SHOWN = 20
RANKING_COLUMNS = {
    "building": pl.String, "site": pl.String, "meter": pl.String, "carrier": pl.String, "score": pl.Float64,
    "expected": pl.Int64, "present": pl.Int64, "estimated": pl.Int64, "wrong": pl.Int64, "issues": pl.Int64,
    "active_corrections": pl.Int64, "open_proposals": pl.Int64, "first_reading": INSTANT, "last_reading": INSTANT,
    "checked_at": INSTANT, "points_off": pl.String,
}  # fmt: skip
ISSUE_COLUMNS = {
    "kind": pl.String, "start": INSTANT, "end": INSTANT, "readings": pl.Int64, "corrected": pl.Int64,
    "detail": pl.String,
}  # fmt: skip


def _filter(request: WebRequest, limit: int | None) -> QualityFilter:
    """What the address asks for; raises Invalid with the field that does not fit."""
    given = {
        name: request.query_params[name] for name in ("site", "carrier", "offset") if request.query_params.get(name)
    }
    sort = request.query_params.get("sort") or "score"
    wanted = {**given, "sort": sort.lstrip("-"), "descending": sort.startswith("-"), "limit": limit}
    try:
        found = msgspec.convert(wanted, QualityFilter, strict=False)
    except msgspec.ValidationError as error:
        text, _, field = str(error).partition(" - at `$.")
        raise Invalid("The address asks for what is not offered", **{field.rstrip("`") or "query": text}) from error
    return msgspec.structs.replace(found, offset=max(0, found.offset) if limit else 0)


@get("/quality", include_in_schema=False)
async def quality_ranking(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """Meters by data-quality score, the worst first."""
    wanted = _filter(request, PAGE)
    owner = principal.organisation
    summary = await metering.quality_summary(conn, owner, wanted.site, wanted.carrier)
    state = {
        "site": str(wanted.site) if wanted.site else None,
        "carrier": wanted.carrier.value if wanted.carrier else None,
        "sort": request.query_params.get("sort"),
        "offset": wanted.offset or None,
    }
    return page(
        request,
        "dashboards/quality.html",
        meters=await metering.quality_ranking(conn, owner, wanted),
        summary=summary,
        sites=await buildings.sites_of(conn, owner),
        carriers=[(carrier.value, CARRIER_LABEL[carrier]) for carrier in Carrier],
        state=state,
        sort=request.query_params.get("sort") or QualitySort.SCORE.value,
        limit=PAGE,
        offset=wanted.offset,
    )


@get(both("/quality/meters"), include_in_schema=False)
async def quality_ranking_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """The whole ranking as a table."""
    found = await metering.quality_ranking(conn, principal.organisation, _filter(request, None))
    return table_file("data_quality", RANKING_COLUMNS, [_row(one) for one in found], kind_of(request))


def _row(one: MeterQuality) -> tuple[object, ...]:
    off = "; ".join(f"{part.label} {part.points:.2f}" for part in one.ingredients)
    facts = (one.building, one.site, one.meter, one.carrier, one.score, one.expected, one.present, one.estimated)
    return (*facts, one.wrong, one.issues, one.edits, one.proposals, one.first, one.last, one.checked_at, off)


@post("/quality/check", include_in_schema=False)
async def check_all(conn: Conn, principal: Who) -> Redirect:
    """Put a check of the meters that need one on the queue."""
    principal.require(Action.ANALYZE)
    await metering.request_check(conn, principal.organisation)
    return Redirect("/quality", status_code=303)


@get("/meters/{meter_id:uuid}/quality", include_in_schema=False)
async def meter_page(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Template:
    """A meter's score with its ingredients, the issues on a chart and in a table."""
    context = await meter_context(request, conn, principal, meter_id)
    return page(request, "dashboards/meter_quality.html", **context)


async def meter_context(request: WebRequest, conn: Connection, principal: Principal, meter_id: UUID) -> dict[str, Any]:
    """What the page of a meter shows."""
    report = await metering.meter_quality(conn, principal.organisation, meter_id)
    building = await buildings.building_of(conn, principal.organisation, report.meter.building_id)
    context: dict[str, Any] = {
        "meter": report.meter,
        "building": building,
        "issues": report.issues,
        "shown": ISSUES_SHOWN,
        "labels": ISSUE_LABEL,
        "rule": CARRIERS[Carrier(report.meter.carrier)],
        "view": None,
        "kinds": [(kind.value, ISSUE_LABEL[kind]) for kind in PROPOSABLE],
        "proposals": await metering.proposals(conn, principal.organisation, meter=meter_id, status=ProposalStatus.OPEN),
        "batches": await metering.edit_batches(conn, principal.organisation, meter=meter_id, limit=BATCHES_SHOWN),
    }
    try:
        asked = asked_of(request)
        view = await service.quality_view(await source(conn, principal.organisation), meter_id, asked)
    except InsufficientData:
        return context
    return {
        **context,
        "view": view,
        "bar": {**bar(view, [], None), "compares": [], "units": [], "readings": []},
        "state": asked.state,
    }


@get(drawn("/meters/{meter_id:uuid}/quality"), include_in_schema=False)
async def meter_chart(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """The readings with the issues as spans."""
    known = await source(conn, principal.organisation)
    return chart_answer(request, "quality", await service.quality_chart(known, meter_id, asked_of(request)))


@get(both("/meters/{meter_id:uuid}/issues"), include_in_schema=False)
async def issue_file(request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Response[bytes]:
    """The issues of a meter as a table."""
    report = await metering.meter_quality(conn, principal.organisation, meter_id)
    rows = [(one.kind, one.start, one.end, one.readings, one.corrected, one.detail) for one in report.issues]
    name = f"{report.meter.building}_{report.meter.carrier}_issues"
    return table_file(name, ISSUE_COLUMNS, rows, kind_of(request))


@post("/meters/{meter_id:uuid}/quality/check", include_in_schema=False)
async def check_one(conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> Redirect:
    """Check a meter now."""
    principal.require(Action.ANALYZE)
    await metering.check_meter(conn, principal.organisation, meter_id)
    return Redirect(f"/meters/{meter_id}/quality", status_code=303)


HANDLERS = [quality_ranking, quality_ranking_file, check_all, meter_page, meter_chart, issue_file, check_one]
