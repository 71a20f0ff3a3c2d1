"""JSON API of data quality: meters, proposals, corrections, the ledger."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, JSONBody, QueryParameter
from msgspec import Meta, Struct

from eaio.infra.identity import Action
from eaio.infra.web.handlers import Conn, Who
from eaio.infra.web.problems import Problem
from eaio.metering import service
from eaio.metering.compute.quality.propose import PROPOSABLE
from eaio.metering.models import (
    Edit,
    EditBatch,
    IssueKind,
    MeterQuality,
    NewEdit,
    Proposal,
    ProposalDetail,
    ProposalStatus,
    QualityFilter,
    QualityReport,
    QualitySort,
    QualitySummary,
)
from eaio.timeseries.units import Carrier

TAGS = ["Data quality"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}
REFUSED = NOT_FOUND | {422: ResponseSpec(Problem, description="The input does not fit; the detail says what and why")}
CLASHES = NOT_FOUND | {409: ResponseSpec(Problem, description="Decided or undone already, or readings changed since")}
Reason = Annotated[str, Meta(min_length=3, max_length=500)]


class QualityRanking(Struct, frozen=True):
    """Meters by data quality, and all of them together."""

    summary: QualitySummary
    meters: Sequence[MeterQuality]


class ProposalRequest(Struct, frozen=True, kw_only=True):
    """What to propose corrections for; everything by default."""

    kinds: tuple[IssueKind, ...] = PROPOSABLE
    start: datetime | None = None
    end: datetime | None = None


class OneEdit(Struct, frozen=True):
    """A value that shall count; null takes the reading away."""

    time: datetime
    value: float | None
    reason: Annotated[str, Meta(max_length=500)] = ""


class EditRequest(Struct, frozen=True):
    """Values that somebody knows, as one batch."""

    reason: Reason
    edits: Annotated[list[OneEdit], Meta(min_length=1, max_length=50_000)]


class Undo(Struct, frozen=True):
    """Why something is taken back."""

    reason: Annotated[str, Meta(max_length=500)] = ""


@get("/api/quality/meters", tags=TAGS, summary="Meters by data quality", responses=REFUSED)
async def ranking(
    conn: Conn,
    principal: Who,
    site: FromQuery[UUID | None] = None,
    building: FromQuery[UUID | None] = None,
    carrier: FromQuery[Carrier | None] = None,
    sort: FromQuery[QualitySort] = QualitySort.SCORE,
    descending: FromQuery[bool] = False,
    limit: Annotated[int, QueryParameter(ge=1, le=5000)] = 100,
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> QualityRanking:
    """Score 0 to 100 with every ingredient, readings present, estimated and found wrong; the worst first."""
    wanted = QualityFilter(
        site=site, building=building, carrier=carrier, sort=sort, descending=descending, limit=limit, offset=offset
    )
    owner = principal.organisation
    summary = await service.quality_summary(conn, owner, site, carrier)
    return QualityRanking(summary, await service.quality_ranking(conn, owner, wanted))


@get("/api/quality/meters/{meter_id:uuid}", tags=TAGS, summary="A meter with its issues", responses=NOT_FOUND)
async def meter(conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> QualityReport:
    """What the checks found when the meter was last checked, in order of time."""
    return await service.meter_quality(conn, principal.organisation, meter_id)


@post(
    "/api/quality/meters/{meter_id:uuid}/check", tags=TAGS, summary="Check a meter now", status_code=200,
    responses=REFUSED,
)  # fmt: skip
async def check(conn: Conn, principal: Who, meter_id: FromPath[UUID]) -> QualityReport:
    """Looks at all readings of the meter; otherwise that happens after readings came in."""
    principal.require(Action.ANALYZE)
    await service.check_meter(conn, principal.organisation, meter_id)
    return await service.meter_quality(conn, principal.organisation, meter_id)


@post("/api/quality/meters/{meter_id:uuid}/proposals", tags=TAGS, summary="Propose corrections", responses=REFUSED)
async def propose(
    conn: Conn, principal: Who, meter_id: FromPath[UUID], data: JSONBody[ProposalRequest]
) -> Sequence[Proposal]:
    """One proposal per kind and method, in place of those still open; nothing changes until one is applied.

    Short gaps are interpolated, longer ones follow the weekly profile and, where it helps, temperature; wrong scales
    are divided, counts of a register become use, moved clocks are moved back.
    """
    principal.require(Action.CORRECT)
    return await service.propose(
        conn, principal.organisation, meter_id, author=principal.actor, kinds=data.kinds, start=data.start, end=data.end
    )


@get("/api/quality/proposals", tags=TAGS, summary="Proposed corrections")
async def proposals(
    conn: Conn,
    principal: Who,
    meter: FromQuery[UUID | None] = None,
    status: FromQuery[ProposalStatus | None] = None,
) -> Sequence[Proposal]:
    """The newest 200, of a meter or of all."""
    return await service.proposals(conn, principal.organisation, meter=meter, status=status)


@get("/api/quality/proposals/{proposal_id:uuid}", tags=TAGS, summary="A proposal", responses=NOT_FOUND)
async def proposal(conn: Conn, principal: Who, proposal_id: FromPath[UUID]) -> ProposalDetail:
    """Every reading that it would change, before and after."""
    return await service.proposal(conn, principal.organisation, proposal_id)


@post(
    "/api/quality/proposals/{proposal_id:uuid}/applied", tags=TAGS, summary="Apply a proposal", status_code=200,
    responses=CLASHES,
)  # fmt: skip
async def apply_proposal(conn: Conn, principal: Who, proposal_id: FromPath[UUID]) -> EditBatch:
    """Writes its corrections as one batch of the ledger; the raw readings stay, totals follow at once."""
    principal.require(Action.CORRECT)
    return await service.apply_proposal(conn, principal.organisation, proposal_id, author=principal.actor)


@post(
    "/api/quality/proposals/{proposal_id:uuid}/rejected", tags=TAGS, summary="Reject a proposal", status_code=200,
    responses=CLASHES,
)  # fmt: skip
async def reject_proposal(conn: Conn, principal: Who, proposal_id: FromPath[UUID]) -> Proposal:
    """It stays on record as rejected."""
    principal.require(Action.CORRECT)
    return await service.reject_proposal(conn, principal.organisation, proposal_id, author=principal.actor)


@post("/api/quality/meters/{meter_id:uuid}/edits", tags=TAGS, summary="Correct readings by hand", responses=REFUSED)
async def edit(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: JSONBody[EditRequest]) -> EditBatch:
    """Values in kWh or litres of the interval that begins at ``time``, as one batch of the ledger."""
    principal.require(Action.CORRECT)
    edits = [NewEdit(one.time, one.value, one.reason or data.reason) for one in data.edits]
    return await service.apply_edits(
        conn, principal.organisation, meter_id, edits, author=principal.actor, reason=data.reason
    )


@get("/api/quality/batches", tags=TAGS, summary="Batches of corrections")
async def batches(
    conn: Conn,
    principal: Who,
    meter: FromQuery[UUID | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=1000)] = 100,
) -> Sequence[EditBatch]:
    """The newest first, with how many of their corrections are active."""
    return await service.edit_batches(conn, principal.organisation, meter=meter, limit=limit)


@post(
    "/api/quality/batches/{batch_id:uuid}/undone", tags=TAGS, summary="Undo a batch", status_code=200,
    responses=CLASHES,
)  # fmt: skip
async def undo_batch(conn: Conn, principal: Who, batch_id: FromPath[UUID], data: JSONBody[Undo]) -> EditBatch:
    """What counted before counts again; the ledger keeps both."""
    principal.require(Action.CORRECT)
    return await service.undo_batch(conn, principal.organisation, batch_id, author=principal.actor, reason=data.reason)


@get("/api/quality/ledger", tags=TAGS, summary="The ledger")
async def ledger(
    conn: Conn,
    principal: Who,
    meter: FromQuery[UUID | None] = None,
    batch: FromQuery[UUID | None] = None,
    limit: Annotated[int, QueryParameter(ge=1, le=5000)] = 200,
    offset: Annotated[int, QueryParameter(ge=0, le=100_000_000)] = 0,
) -> Sequence[Edit]:
    """Corrections, undos and values that imports replaced: raw, old, new, method, author, reason, time."""
    return await service.ledger(conn, principal.organisation, meter=meter, batch=batch, limit=limit, offset=offset)


@post("/api/quality/ledger/{edit_id:int}/undone", tags=TAGS, summary="Undo one correction", status_code=200,
      responses=CLASHES)  # fmt: skip
async def undo_edit(conn: Conn, principal: Who, edit_id: FromPath[int], data: JSONBody[Undo]) -> Edit:
    """What counted before at that time counts again."""
    principal.require(Action.CORRECT)
    return await service.undo_edit(conn, principal.organisation, edit_id, author=principal.actor, reason=data.reason)


HANDLERS = [
    ranking, meter, check, propose, proposals, proposal, apply_proposal, reject_proposal, edit, batches, undo_batch,
    ledger, undo_edit,
]  # fmt: skip
