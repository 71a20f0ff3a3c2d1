"""Proposals of corrections: made from what the checks find, applied through the ledger or rejected."""

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, InsufficientData, Invalid, NotFound
from eaio.metering.compute.batch import Numbers, encode
from eaio.metering.compute.overlay import overlay
from eaio.metering.compute.quality.checks import check
from eaio.metering.compute.quality.propose import PROPOSABLE, Draft, drafts
from eaio.metering.compute.quality.series import Material
from eaio.metering.models import EditBatch, IssueKind, NewEdit, Proposal, ProposalDetail, ProposalStatus, ProposedEdit
from eaio.metering.repository import proposals as repository
from eaio.metering.repository import quality, storing
from eaio.metering.repository.proposals import ProposedValues
from eaio.metering.service.checking import material_of
from eaio.metering.service.editing import MOST_EDITS, apply_edits


async def propose(
    conn: Connection,
    organisation: UUID,
    meter: UUID,
    *,
    author: str,
    kinds: Collection[IssueKind] = PROPOSABLE,
    start: datetime | None = None,
    end: datetime | None = None,
) -> Sequence[Proposal]:
    """Propose corrections of a meter's issues within [start, end); those still open give way to the new ones.

    One proposal per kind and method, so that each can be applied or rejected by itself. Nothing changes before.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: it has no readings, or reports less than once an hour.
        Invalid: a kind for which nothing can be proposed, a bound without offset, or an end before its start.
    """
    _refuse_wrong(kinds, start, end)
    _, found = await material_of(conn, organisation, meter)
    if not len(found.native):
        raise InsufficientData("This meter has no readings to correct yet; import some first")
    if not found.native.per_hour:
        raise InsufficientData("Corrections are proposed for meters that report at least hourly; edit by hand instead")
    made = await run_cpu(_drafted, found, kinds, start, end)
    await repository.replace_open(conn, organisation, meter, author)
    for draft in made:
        values = ProposedValues(found.native.seconds[draft.places], found.native.validated[draft.places], draft.after)
        facts = {"kind": draft.kind.value, "method": draft.method, "reason": draft.reason}
        await repository.keep(conn, organisation, meter, values, author=author, estimated=draft.estimated, **facts)
    return await repository.proposals(conn, organisation, meter=meter, status=ProposalStatus.OPEN.value)


def _refuse_wrong(kinds: Collection[IssueKind], start: datetime | None, end: datetime | None) -> None:
    wrong = [kind.value for kind in kinds if kind not in PROPOSABLE]
    if wrong:
        offered = ", ".join(kind.value for kind in PROPOSABLE)
        raise Invalid(f"Nothing can be proposed for {', '.join(wrong)}; kinds are {offered}", kinds="not offered")
    for name, bound in (("start", start), ("end", end)):
        if bound is not None and bound.tzinfo is None:
            raise Invalid(
                f"{bound} has no offset from UTC; write 2024-01-31T13:00:00+00:00", **{name: "needs an offset"}
            )
    if start and end and end <= start:
        raise Invalid("The end lies before the start", end="before the start")


def _drafted(
    found: Material, kinds: Collection[IssueKind], start: datetime | None, end: datetime | None
) -> list[Draft]:
    seconds = found.native.seconds
    within = np.ones(len(seconds), bool)
    if start is not None:
        within &= seconds >= start.timestamp()
    if end is not None:
        within &= seconds < end.timestamp()
    made = drafts(found, check(found), kinds, within)
    return [draft for draft in made if draft.places.size <= MOST_EDITS]


async def proposals(
    conn: Connection, organisation: UUID, *, meter: UUID | None = None, status: ProposalStatus | None = None
) -> Sequence[Proposal]:
    """The newest proposals, of a meter or of all."""
    return await repository.proposals(conn, organisation, meter=meter, status=status.value if status else None)


async def proposal(conn: Connection, organisation: UUID, proposal_id: UUID) -> ProposalDetail:
    """One proposal with every value; raises NotFound."""
    found = await _proposal(conn, organisation, proposal_id)
    values = await repository.values_of(conn, organisation, proposal_id)
    rows = zip(values.seconds.tolist(), values.before.tolist(), values.after.tolist(), strict=True)
    edits = tuple(
        ProposedEdit(datetime.fromtimestamp(second, UTC), _known(before), _known(after))
        for second, before, after in rows
    )
    return ProposalDetail(proposal=found, edits=edits)


async def _proposal(conn: Connection, organisation: UUID, proposal_id: UUID) -> Proposal:
    found = await repository.proposals(conn, organisation, proposal=proposal_id)
    if not found:
        raise NotFound("No such proposal")
    return found[0]


def _known(value: float) -> float | None:
    return None if value != value else value  # noqa: PLR0124  # NaN is the one value that differs from itself


async def apply_proposal(conn: Connection, organisation: UUID, proposal_id: UUID, *, author: str) -> EditBatch:
    """Put a proposal's corrections over the readings, as one batch of the ledger.

    Raises:
        NotFound: no such proposal in this organisation.
        Conflict: it is decided already, or readings have changed since it was made.
    """
    await storing.lock_imports(conn, organisation)
    found = await _open(conn, organisation, proposal_id)
    values = await repository.values_of(conn, organisation, proposal_id)
    changed = int((~_same(await _counting(conn, organisation, found.meter_id, values), values.before)).sum())
    if changed:
        raise Conflict(f"{changed:,} of its readings have changed since this was proposed; propose again")
    edits = [
        NewEdit(datetime.fromtimestamp(second, UTC), _known(after), found.reason, found.method, found.estimated)
        for second, after in zip(values.seconds.tolist(), values.after.tolist(), strict=True)
    ]
    batch = await apply_edits(conn, organisation, found.meter_id, edits, author=author, reason=found.reason)
    await repository.decide(conn, organisation, proposal_id, ProposalStatus.APPLIED.value, author, batch.id)
    return batch


async def reject_proposal(conn: Connection, organisation: UUID, proposal_id: UUID, *, author: str) -> Proposal:
    """Turn a proposal down; raises NotFound, or Conflict where it is decided already."""
    await _open(conn, organisation, proposal_id)
    await repository.decide(conn, organisation, proposal_id, ProposalStatus.REJECTED.value, author)
    return await _proposal(conn, organisation, proposal_id)


async def _open(conn: Connection, organisation: UUID, proposal_id: UUID) -> Proposal:
    await repository.lock(conn, organisation, proposal_id)
    found = await _proposal(conn, organisation, proposal_id)
    if found.status is not ProposalStatus.OPEN:
        raise Conflict(f"This proposal is {found.status.value} already")
    return found


async def _counting(conn: Connection, organisation: UUID, meter: UUID, values: ProposedValues) -> Numbers:
    """What counts now at the times of a proposal, NaN for none."""
    key = (await quality.target(conn, organisation, meter)).key
    span = {"first": int(values.seconds[0]), "last": int(values.seconds[-1])}
    raw = await storing.stored_readings(conn, organisation, [key], **span)
    corrections = await storing.stored_corrections(conn, organisation, [key], **span)
    codes = encode(key, values.seconds)
    now = overlay(raw, corrections, codes)
    return now.values[np.searchsorted(now.codes, codes)]


def _same(one: Numbers, other: Numbers) -> np.ndarray:
    return (one == other) | (np.isnan(one) & np.isnan(other))
