"""Specification of proposals: nothing changes before one is applied; then the ledger holds it and can undo it."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

import numpy as np
import pytest

from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, InsufficientData, Invalid, NotFound
from eaio.metering import service
from eaio.metering.compute.quality.propose import PROPOSABLE
from eaio.metering.models import IssueKind, NewEdit, Proposal, ProposalStatus, View
from tests.db.metering.conftest import MakeMeter
from tests.db.metering.test_quality import MONDAY, TEST, faulty, metered
from tests.db.metering.test_reading_side import frame
from tests.unit.analysis.conftest import Floats, office


async def proposed(
    conn: Connection, organisation: UUID, make_meter: MakeMeter, values: Floats, *kinds: IssueKind
) -> tuple[UUID, Sequence[Proposal]]:
    meter = await metered(conn, organisation, make_meter, values)
    return meter, await service.propose(conn, organisation, meter, author="ann", kinds=kinds or PROPOSABLE)


async def hours(conn: Connection, organisation: UUID, meter: UUID, view: View = View.VALIDATED) -> Floats:
    found = await service.hourly_frame(conn, organisation, meter, view=view)
    return found["value"].to_numpy().astype(float)


async def test_nothing_changes_before_a_proposal_is_applied_and_all_of_it_can_be_undone(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter, made = await proposed(conn, organisation, make_meter, faulty())
    assert {(one.kind, one.method, one.readings) for one in made} == {
        (IssueKind.ZERO, "weekly profile", 30),
        (IssueKind.GAP, "interpolation", 3),
    }
    before = await hours(conn, organisation, meter)
    assert before[400:430].sum() == 0
    assert np.isnan(before[800:803]).all()
    batches = [await service.apply_proposal(conn, organisation, one.id, author="bo") for one in made]
    after = await hours(conn, organisation, meter)
    truth = office(12 * 168)
    assert np.abs(after[400:430] - truth[400:430]).mean() < 0.1 * truth.mean()
    assert np.isfinite(after).all()
    entry = (await service.ledger(conn, organisation, meter=meter, batch=batches[0].id))[0]
    assert (entry.author, entry.quality, entry.batch) == ("bo", 1, batches[0].id)
    assert all(one.status is ProposalStatus.APPLIED for one in await service.proposals(conn, organisation, meter=meter))
    raw = await hours(conn, organisation, meter, View.RAW)
    assert np.array_equal(raw, before, equal_nan=True)
    for batch in reversed(batches):
        await service.undo_batch(conn, organisation, batch.id, author="bo")
    assert np.array_equal(await hours(conn, organisation, meter), before, equal_nan=True)


async def test_a_wrong_scale_is_divided_and_not_called_estimated(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    values = office(20 * 168)
    values[5 * 168 : 8 * 168] *= 1000
    meter, (made,) = await proposed(conn, organisation, make_meter, values)
    assert (made.kind, made.method, made.estimated) == (IssueKind.SCALE, "divided by 1,000", False)
    await service.apply_proposal(conn, organisation, made.id, author="ann")
    assert await hours(conn, organisation, meter) == pytest.approx(office(20 * 168))
    assert (await service.meter_quality(conn, organisation, meter)).meter.score == 100.0


async def test_counts_of_a_register_become_use(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    use = office(4 * 168)
    counts = 95_000 + np.concatenate(([0.0], np.cumsum(use[:-1])))
    meter, (made,) = await proposed(conn, organisation, make_meter, counts % 100_000)
    assert made.kind is IssueKind.REGISTER
    await service.apply_proposal(conn, organisation, made.id, author="ann")
    found = await hours(conn, organisation, meter)
    assert found[:-1] == pytest.approx(use[: found.size][:-1], rel=1e-6)


async def test_a_moved_clock_is_moved_back(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    truth = office(40 * 168)
    values = truth.copy()
    values[15 * 168 : 20 * 168] = np.roll(truth, 6)[15 * 168 : 20 * 168]
    meter, (made,) = await proposed(conn, organisation, make_meter, values, IssueKind.CLOCK)
    assert made.method == "moved 6 h earlier"
    await service.apply_proposal(conn, organisation, made.id, author="ann")
    inside = slice(15 * 168 + 24, 20 * 168 - 24)
    assert (await hours(conn, organisation, meter))[inside] == pytest.approx(truth[inside])


async def test_quarter_hours_are_filled_one_by_one(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    quarters = np.repeat(office(4 * 168) / 4, 4)
    readings = [None if 2000 <= place < 2200 else float(value) for place, value in enumerate(quarters)]
    meter = await make_meter(interval=15)
    await service.record_readings(conn, organisation, {meter.id: frame(MONDAY, readings, 15)}, TEST)
    (made,) = await service.propose(conn, organisation, meter.id, author="ann")
    assert (made.kind, made.readings) == (IssueKind.GAP, 200)
    detail = await service.proposal(conn, organisation, made.id)
    assert detail.edits[1].time - detail.edits[0].time == timedelta(minutes=15)
    assert detail.edits[0].before is None


async def test_new_proposals_replace_the_open_ones_and_what_is_corrected_is_left_alone(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter, made = await proposed(conn, organisation, make_meter, faulty())
    zeros = next(one for one in made if one.kind is IssueKind.ZERO)
    await service.apply_proposal(conn, organisation, zeros.id, author="ann")
    (left,) = await service.propose(conn, organisation, meter, author="ann")
    assert left.kind is IssueKind.GAP
    states = {one.id: one.status for one in await service.proposals(conn, organisation, meter=meter)}
    assert sorted(states.values()) == ["applied", "open", "replaced"]


async def test_a_period_bounds_what_is_proposed(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    meter = await metered(conn, organisation, make_meter, faulty())
    end = MONDAY + timedelta(hours=410)
    (made,) = await service.propose(conn, organisation, meter, author="ann", end=end)
    assert (made.kind, made.readings) == (IssueKind.ZERO, 10)


async def test_a_proposal_is_decided_once_and_never_over_readings_that_changed(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter, made = await proposed(conn, organisation, make_meter, faulty())
    zeros, gap = sorted(made, key=lambda one: -one.readings)
    assert (await service.reject_proposal(conn, organisation, gap.id, author="bo")).decided_by == "bo"
    with pytest.raises(Conflict, match="rejected already"):
        await service.apply_proposal(conn, organisation, gap.id, author="bo")
    edit = NewEdit(MONDAY + timedelta(hours=405), 33.0, "known")
    await service.apply_edits(conn, organisation, meter, [edit], author="ann", reason="known")
    with pytest.raises(Conflict, match="1 of its readings have changed"):
        await service.apply_proposal(conn, organisation, zeros.id, author="bo")


async def test_what_cannot_be_proposed_is_refused_in_words(
    conn: Connection, organisation: UUID, stranger: UUID, make_meter: MakeMeter
) -> None:
    meter, made = await proposed(conn, organisation, make_meter, faulty())
    with pytest.raises(Invalid, match="Nothing can be proposed for outage"):
        await service.propose(conn, organisation, meter, author="ann", kinds=[IssueKind.OUTAGE])
    with pytest.raises(Invalid, match="offset"):
        await service.propose(conn, organisation, meter, author="ann", start=MONDAY.replace(tzinfo=None))
    with pytest.raises(Invalid, match="before the start"):
        await service.propose(conn, organisation, meter, author="ann", start=MONDAY, end=MONDAY)
    with pytest.raises(InsufficientData, match="no readings"):
        await service.propose(conn, organisation, (await make_meter("new")).id, author="ann")
    with pytest.raises(NotFound):
        await service.propose(conn, stranger, meter, author="eve")
    for refused in (service.apply_proposal, service.reject_proposal):
        with pytest.raises(NotFound):
            await refused(conn, stranger, made[0].id, author="eve")
    assert await service.proposals(conn, stranger) == []
