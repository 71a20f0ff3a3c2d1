"""Corrections of a meter: proposals to apply or reject, the ledger with undo."""

from typing import Annotated, Any
from uuid import UUID

import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.buildings import service as buildings
from eaio.dashboards.compute import proposed
from eaio.dashboards.service import quality as service
from eaio.infra.errors import Invalid
from eaio.infra.identity import Action
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import INSTANT, both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering import service as metering
from eaio.metering.compute.quality.propose import PROPOSABLE
from eaio.metering.models import IssueKind
from eaio.timeseries import format as fmt

Form = URLEncodedBody[dict[str, str]]
SHOWN = 100
PAGE = 200
MOST_ENTRIES = 200_000
VALUE_COLUMNS = {"time": INSTANT, "counts_now": pl.Float64, "proposed": pl.Float64}
LEDGER_COLUMNS = {
    "entry": pl.Int64, "time": INSTANT, "raw": pl.Float64, "before": pl.Float64, "after": pl.Float64,
    "quality": pl.Int64, "method": pl.String, "author": pl.String, "reason": pl.String, "made_at": INSTANT,
    "batch": pl.String, "undoes": pl.Int64, "undone": pl.Boolean,
}  # fmt: skip


@post("/meters/{meter_id:uuid}/quality/proposals", include_in_schema=False)
async def propose(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: Form) -> Redirect:
    """Propose corrections, of one kind or of all; those still open give way."""
    principal.require(Action.CORRECT)
    try:
        kinds = (IssueKind(data["kind"]),) if data.get("kind") else PROPOSABLE
    except ValueError as error:
        raise Invalid("There is no such kind of issue", kind="not offered") from error
    await metering.propose(conn, principal.organisation, meter_id, author=principal.actor, kinds=kinds)
    return Redirect(f"/meters/{meter_id}/quality#proposals", status_code=303)


@get("/quality/proposals/{proposal_id:uuid}", include_in_schema=False)
async def proposal_page(request: WebRequest, conn: Conn, principal: Who, proposal_id: FromPath[UUID]) -> Template:
    """A proposal: the readings before and after."""
    found = await metering.proposal(conn, principal.organisation, proposal_id)
    meter = await buildings.meter_of(conn, principal.organisation, found.proposal.meter_id)
    first, last = (edit.local(meter.time_zone).date() for edit in (found.edits[0], found.edits[-1]))
    return page(
        request,
        "dashboards/proposal.html",
        found=found,
        meter=meter,
        before=proposed.added_up([edit.before for edit in found.edits]),
        after=proposed.added_up([edit.after for edit in found.edits]),
        period_text=f"{fmt.day(first)} – {fmt.day(last)}",
        shown=SHOWN,
    )


@get(drawn("/quality/proposals/{proposal_id:uuid}/chart"), include_in_schema=False)
async def proposal_chart(
    request: WebRequest, conn: Conn, principal: Who, proposal_id: FromPath[UUID]
) -> Response[bytes]:
    """The readings around a proposal, and what it would make of them."""
    return chart_answer(request, "proposal", await service.proposal_chart(conn, principal.organisation, proposal_id))


@get(both("/quality/proposals/{proposal_id:uuid}/values"), include_in_schema=False)
async def proposal_file(
    request: WebRequest, conn: Conn, principal: Who, proposal_id: FromPath[UUID]
) -> Response[bytes]:
    """Every value of a proposal as a table."""
    found = await metering.proposal(conn, principal.organisation, proposal_id)
    rows = [(edit.time, edit.before, edit.after) for edit in found.edits]
    return table_file(
        f"{found.proposal.building}_{found.proposal.carrier}_proposal", VALUE_COLUMNS, rows, kind_of(request)
    )


@post("/quality/proposals/{proposal_id:uuid}/applied", include_in_schema=False)
async def apply_proposal(conn: Conn, principal: Who, proposal_id: FromPath[UUID]) -> Redirect:
    """Put a proposal's corrections over the readings."""
    principal.require(Action.CORRECT)
    found = await metering.proposal(conn, principal.organisation, proposal_id)
    await metering.apply_proposal(conn, principal.organisation, proposal_id, author=principal.actor)
    return Redirect(f"/meters/{found.proposal.meter_id}/quality#ledger", status_code=303)


@post("/quality/proposals/{proposal_id:uuid}/rejected", include_in_schema=False)
async def reject_proposal(conn: Conn, principal: Who, proposal_id: FromPath[UUID]) -> Redirect:
    """Turn a proposal down."""
    principal.require(Action.CORRECT)
    found = await metering.reject_proposal(conn, principal.organisation, proposal_id, author=principal.actor)
    return Redirect(f"/meters/{found.meter_id}/quality#proposals", status_code=303)


@get("/meters/{meter_id:uuid}/ledger", include_in_schema=False)
async def ledger(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    meter_id: FromPath[UUID],
    batch: FromQuery[UUID | None] = None,
    offset: Annotated[int, QueryParameter(ge=0, le=100_000_000)] = 0,
) -> Template:
    """Every value of a meter that was corrected, the newest first."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    entries = await metering.ledger(
        conn, principal.organisation, meter=meter_id, batch=batch, limit=PAGE, offset=offset
    )
    context: dict[str, Any] = {"meter": meter, "entries": entries, "batch": batch, "limit": PAGE, "offset": offset}
    return page(request, "dashboards/ledger.html", **context)


@get(both("/meters/{meter_id:uuid}/ledger/entries"), include_in_schema=False)
async def ledger_file(
    request: WebRequest, conn: Conn, principal: Who, meter_id: FromPath[UUID], batch: FromQuery[UUID | None] = None
) -> Response[bytes]:
    """The ledger of a meter as a table."""
    meter = await buildings.meter_of(conn, principal.organisation, meter_id)
    found = await metering.ledger(conn, principal.organisation, meter=meter_id, batch=batch, limit=MOST_ENTRIES)
    rows = [
        (e.id, e.time, e.raw, e.old, e.new, e.quality, e.method, e.author, e.reason, e.at, e.batch, e.undoes, e.undone)
        for e in found
    ]
    return table_file(f"{meter.building}_{meter.carrier}_ledger", LEDGER_COLUMNS, rows, kind_of(request))


@post("/meters/{meter_id:uuid}/ledger/batches/{batch_id:uuid}/undone", include_in_schema=False)
async def undo_batch(conn: Conn, principal: Who, meter_id: FromPath[UUID], batch_id: FromPath[UUID]) -> Redirect:
    """Take a batch back."""
    principal.require(Action.CORRECT)
    await metering.undo_batch(conn, principal.organisation, batch_id, author=principal.actor)
    return Redirect(f"/meters/{meter_id}/quality#ledger", status_code=303)


@post("/meters/{meter_id:uuid}/ledger/{edit_id:int}/undone", include_in_schema=False)
async def undo_edit(conn: Conn, principal: Who, meter_id: FromPath[UUID], edit_id: FromPath[int]) -> Redirect:
    """Take one correction back."""
    principal.require(Action.CORRECT)
    await metering.undo_edit(conn, principal.organisation, edit_id, author=principal.actor)
    return Redirect(f"/meters/{meter_id}/ledger", status_code=303)


HANDLERS = [
    propose, proposal_page, proposal_chart, proposal_file, apply_proposal, reject_proposal, ledger, ledger_file,
    undo_batch, undo_edit,
]  # fmt: skip
