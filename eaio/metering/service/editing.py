"""Corrections over the raw readings: applied in batches, kept in the ledger, undone."""

import math
from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np

from eaio.buildings import service as buildings
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, InsufficientData, Invalid, NotFound
from eaio.infra.events import Event, publish
from eaio.metering.compute.batch import Batch, Codes, encode
from eaio.metering.compute.overlay import EDITED, ESTIMATED, overlay
from eaio.metering.compute.rollup import MeterClock, Rollup, daily_rollup, hourly_rollup
from eaio.metering.models import LARGEST_READING, Edit, EditBatch, NewEdit
from eaio.metering.repository import edits as repository
from eaio.metering.repository import storing
from eaio.metering.repository.storing import MeterState
from eaio.metering.service.checking import check_meter
from eaio.metering.service.storing import MARGIN, refresh_totals

MOST_EDITS = 200_000
"""In one batch; five years of quarter hours."""


async def apply_edits(
    conn: Connection, organisation: UUID, meter_id: UUID, edits: Sequence[NewEdit], *, author: str, reason: str
) -> EditBatch:
    """Put corrections over a meter's readings as one batch; the raw readings stay, the totals follow at once.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: the meter has no readings to correct.
        Invalid: no edit, too many, no reason, a time outside the readings, off the meter's grid or twice, or a value
            that no meter can measure; ``fields`` name what and what to do.
        Conflict: readings are being imported.
    """
    await buildings.between_imports(conn, organisation)
    meter = await _meter(conn, organisation, meter_id)
    batch = _checked(meter, edits, reason)
    methods = [edit.method for edit in sorted(edits, key=lambda edit: edit.time)]
    reasons = [edit.reason or reason for edit in sorted(edits, key=lambda edit: edit.time)]
    method = ", ".join(sorted(set(methods)))
    made = await repository.start_batch(conn, organisation, author, method, reason.strip())
    await repository.correct(conn, organisation, made, batch, methods=methods, reasons=reasons)
    await _follow(conn, organisation, meter, batch.codes)
    await publish(conn, Event.READINGS_CHANGED, organisation)
    return (await repository.batches(conn, organisation, batch=made))[0]


async def undo_batch(conn: Connection, organisation: UUID, batch: UUID, *, author: str, reason: str = "") -> EditBatch:
    """Take back what is still active of a batch: what counted before counts again.

    Raises:
        NotFound: no such batch in this organisation.
        Conflict: it is undone already, or later edits of the same readings must be undone first.
    """
    found = await repository.batches(conn, organisation, batch=batch)
    if not found:
        raise NotFound("No such batch of edits")
    if found[0].undone_at is not None:
        raise Conflict("This batch is undone already")
    await _undo(conn, organisation, batch, None, author, reason)
    return (await repository.batches(conn, organisation, batch=batch))[0]


async def undo_edit(conn: Connection, organisation: UUID, edit: int, *, author: str, reason: str = "") -> Edit:
    """Take back one edit: what counted before counts again.

    Raises:
        NotFound: no such entry in this organisation's ledger.
        Conflict: it is no correction, is undone already, or a later edit must be undone first.
    """
    found = await repository.ledger(conn, organisation, edit=edit)
    if not found:
        raise NotFound("No such entry in the ledger")
    entry = found[0]
    if entry.batch is None:
        raise Conflict("An import replaced this reading; import the right value, or edit it by hand")
    if entry.undoes is not None:
        raise Conflict("This entry takes back another one; make a new edit instead")
    if entry.undone:
        raise Conflict("This edit is undone already, or has given way to the reading itself")
    await _undo(conn, organisation, entry.batch, edit, author, reason)
    return (await repository.ledger(conn, organisation, edit=edit))[0]


async def _undo(conn: Connection, organisation: UUID, batch: UUID, edit: int | None, author: str, reason: str) -> None:
    await buildings.between_imports(conn, organisation)
    above = await repository.edits_above(conn, organisation, batch, edit)
    if above:
        names = ", ".join(str(other) for other in above)
        raise Conflict(f"Later edits correct the same readings again; undo them first: {names}", batch=names)
    for undone in await repository.undo(conn, organisation, batch, edit, author, reason or "undone"):
        meter = await _meter(conn, organisation, undone.id)
        seconds = np.array([int(time.timestamp()) for time in undone.times], np.int64)
        await _follow(conn, organisation, meter, encode(meter.key, seconds))
    await publish(conn, Event.READINGS_CHANGED, organisation)


async def edit_batches(
    conn: Connection, organisation: UUID, *, meter: UUID | None = None, limit: int = 100
) -> Sequence[EditBatch]:
    """The newest batches, of a meter or of all."""
    return await repository.batches(conn, organisation, meter=meter, limit=limit)


async def ledger(
    conn: Connection,
    organisation: UUID,
    *,
    meter: UUID | None = None,
    batch: UUID | None = None,
    limit: int = 200,
    offset: int = 0,
) -> Sequence[Edit]:
    """Entries of the ledger, newest first: edits, undos, and values that an import replaced."""
    return await repository.ledger(conn, organisation, meter=meter, batch=batch, limit=limit, offset=offset)


async def _meter(conn: Connection, organisation: UUID, meter_id: UUID) -> MeterState:
    states = await storing.meter_states(conn, organisation, [meter_id])
    if not states:
        raise NotFound("No such meter")
    return states[0]


async def _follow(conn: Connection, organisation: UUID, meter: MeterState, touched: Codes) -> None:
    """Recompute the rollups of exactly the touched hours and days, the totals above them, and the meter's score."""
    seconds = touched & 0xFFFFFFFF
    first, last = int(seconds.min()), int(seconds.max())
    span = {"first": first - MARGIN, "last": last + MARGIN}
    raw = await storing.stored_readings(conn, organisation, [meter.key], **span)
    corrections = await storing.stored_corrections(conn, organisation, [meter.key], **span)
    daily, hourly = await run_cpu(_rollups, meter, raw, corrections, touched)
    await storing.merge_daily(conn, daily)
    if len(hourly):
        await storing.merge_hours(conn, hourly)
    await refresh_totals(conn, organisation, [meter], first, last)
    await check_meter(conn, organisation, meter.id)


def _rollups(meter: MeterState, raw: Batch, corrections: Batch, touched: Codes) -> tuple[Rollup, Rollup]:
    validated = overlay(raw, corrections, touched)
    flags = np.isin(validated.codes, touched)
    clocks = {meter.key: MeterClock(meter.time_zone, meter.interval_minutes)}
    return daily_rollup(validated, flags, clocks), hourly_rollup(validated, flags, clocks)


def _checked(meter: MeterState, edits: Sequence[NewEdit], reason: str) -> Batch:
    """The edits in order of time, or what is wrong with them."""
    if meter.first is None or meter.last is None:
        raise InsufficientData("This meter has no readings yet; import some before correcting them")
    if not reason.strip():
        raise Invalid("Say why the readings are corrected; the ledger keeps it", reason="needed")
    if not 0 < len(edits) <= MOST_EDITS:
        raise Invalid(f"Give 1 to {MOST_EDITS:,} edits, not {len(edits):,}", edits="too few or too many")
    ordered = sorted(edits, key=lambda edit: edit.time)
    for edit in ordered:
        _refuse_wrong(meter, meter.first, meter.last, edit)
    seconds = np.array([int(edit.time.timestamp()) for edit in ordered], np.int64)
    twice = np.flatnonzero(np.diff(seconds) == 0)
    if len(twice):
        raise Invalid(f"{_stamp(int(seconds[twice[0]]))} is there twice; give each time once", time="twice")
    values = np.array([math.nan if edit.value is None else edit.value for edit in ordered])
    quality = np.array([ESTIMATED if edit.estimated else EDITED for edit in ordered], np.int16)
    return Batch(encode(meter.key, seconds), values, quality)


def _refuse_wrong(meter: MeterState, first: int, last: int, edit: NewEdit) -> None:
    if edit.time.tzinfo is None:
        raise Invalid(f"{edit.time} has no offset from UTC; write 2024-01-31T13:00:00+00:00", time="needs an offset")
    second = edit.time.timestamp()
    if not first <= second <= last:
        raise Invalid(
            f"{_stamp(second)} lies outside the meter's readings, {_stamp(first)} to {_stamp(last)}; import it instead",
            time="outside the readings",
        )
    if (second - first) % (60 * meter.interval_minutes):
        raise Invalid(
            f"{_stamp(second)} is no reading of this meter, which begins one every {meter.interval_minutes} minutes "
            f"from {_stamp(first)} on",
            time="not on the meter's grid",
        )
    if edit.value is not None and not (math.isfinite(edit.value) and abs(edit.value) <= LARGEST_READING):
        raise Invalid(f"{edit.value} at {_stamp(second)} is no amount that a meter can measure", value="out of range")


def _stamp(second: float) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="minutes")
