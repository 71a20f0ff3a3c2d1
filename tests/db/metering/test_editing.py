"""Specification of the ledger: corrections over raw readings, totals that follow, undo."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import LiteralString
from uuid import UUID, uuid4

import pytest

from eaio.buildings.models import Meter
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, EaioError, InsufficientData, Invalid, NotFound
from eaio.metering import service
from eaio.metering.models import Author, Level, NewEdit, Scope, View
from tests.db.metering.conftest import MakeMeter
from tests.db.metering.test_reading_side import frame

TEST = Author(name="tester", method="import", reason="test")
FIRST = datetime(2016, 1, 1, tzinfo=UTC)


def edit(hours: float, value: float | None, *, estimated: bool = False) -> NewEdit:
    return NewEdit(FIRST + timedelta(hours=hours), value, "a test", estimated=estimated)


async def record(
    conn: Connection, organisation: UUID, meter: Meter, hours: float, values: Sequence[float | None]
) -> None:
    readings = frame(FIRST + timedelta(hours=hours), values, meter.interval_minutes)
    await service.record_readings(conn, organisation, {meter.id: readings}, TEST)


async def apply(conn: Connection, organisation: UUID, meter: Meter, *edits: NewEdit) -> UUID:
    return (await service.apply_edits(conn, organisation, meter.id, edits, author="ann", reason="a test")).id


async def hours(conn: Connection, organisation: UUID, meter: Meter, view: View = View.VALIDATED) -> list[float | None]:
    return (await service.hourly_frame(conn, organisation, meter.id, view=view))["value"].to_list()


async def rows(conn: Connection, query: LiteralString, *params: object) -> list[tuple[object, ...]]:
    return await (await conn.execute(query, params)).fetchall()


async def state(conn: Connection, organisation: UUID, meter: Meter) -> list[object]:
    """Everything that the readings tell, at every level."""
    told: list[object] = [await hours(conn, organisation, meter)]
    told += await rows(
        conn,
        "SELECT hour, total, minimum, maximum, readings, estimated FROM meter_readings_hourly WHERE meter_key = %s"
        " ORDER BY hour",
        meter.key,
    )
    for scope in (Scope(Level.METER, meter.id), Scope(Level.BUILDING, meter.building_id), Scope()):
        told += (await service.daily_series(conn, organisation, scope)).rows()
    for level in Level:
        told += (await service.totals(conn, organisation, level, date(2015, 12, 1), date(2016, 3, 1))).rows()
    return told


async def test_corrections_change_every_total_and_leave_the_raw_readings(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    await record(conn, organisation, meter, 0, [1.0, 900.0, None, 4.0, 5.0])
    await apply(conn, organisation, meter, edit(1, 2), edit(2, 3, estimated=True), edit(3, None))
    assert await hours(conn, organisation, meter) == [1, 2, 3, None, 5]
    assert await hours(conn, organisation, meter, View.RAW) == [1, 900, None, 4, 5]
    assert await rows(conn, "SELECT value FROM meter_readings WHERE meter_key = %s ORDER BY time", meter.key) == [
        (1,), (900,), (4,), (5,),
    ]  # fmt: skip
    for level in Level:
        totals = await service.totals(conn, organisation, level, date(2016, 1, 1), date(2016, 1, 2))
        assert totals.select("total", "readings", "estimated").rows() == [(11.0, 4, 2)]
    daily = await service.daily_series(conn, organisation, Scope(Level.METER, meter.id))
    assert daily.select("total", "readings", "estimated").rows() == [(11.0, 4, 2)]


@pytest.mark.parametrize("interval", [15, 60])
async def test_undoing_a_batch_restores_the_state_before(
    conn: Connection, organisation: UUID, make_meter: MakeMeter, interval: int
) -> None:
    meter = await make_meter(interval=interval)
    await record(conn, organisation, meter, 0, [1.0, 2.0, 3.0, 4.0] * 24 + [None] * 96 + [7.0] * 8)
    before = await state(conn, organisation, meter)
    edits = [edit(n * interval / 60, None if n % 3 else 5.5, estimated=bool(n % 2)) for n in range(96 + 96)]
    batch = await apply(conn, organisation, meter, *edits)
    assert await state(conn, organisation, meter) != before
    undone = await service.undo_batch(conn, organisation, batch, author="bob")
    assert (undone.undone_by, undone.readings, undone.active) == ("bob", 192, 0)
    assert await state(conn, organisation, meter) == before


async def test_a_day_without_a_valid_reading_has_no_total(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter(interval=15)
    await record(conn, organisation, meter, 0, [1.0] * 96 * 2)
    await apply(conn, organisation, meter, *[edit(n / 4, None) for n in range(96)])
    daily = await service.daily_series(conn, organisation, Scope(Level.METER, meter.id))
    assert daily.select("total", "readings").rows() == [(None, 0), (96.0, 96)]
    view = "SELECT count(*), min(readings) FROM meter_readings_hourly WHERE meter_key = %s"
    assert await rows(conn, view, meter.key) == [(24, 4)]


async def test_one_edit_is_undone_and_the_rest_stays(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    await record(conn, organisation, meter, 0, [1.0] * 4)
    batch = await apply(conn, organisation, meter, edit(1, 7), edit(2, 8))
    entry = next(e for e in await service.ledger(conn, organisation, batch=batch) if e.new == 7)
    assert (entry.raw, entry.old, entry.author, entry.method) == (1, 1, "ann", "by hand")
    assert (await service.undo_edit(conn, organisation, entry.id, author="bob", reason="mistaken")).undone
    assert await hours(conn, organisation, meter) == [1, 1, 8, 1]
    with pytest.raises(Conflict, match="undone already"):
        await service.undo_edit(conn, organisation, entry.id, author="bob")
    assert [(e.method, e.old, e.new) for e in await service.ledger(conn, organisation, meter=meter.id, limit=1)] == [
        ("undo", 7, 1)
    ]
    await service.undo_batch(conn, organisation, batch, author="bob")
    assert await hours(conn, organisation, meter) == [1, 1, 1, 1]


async def test_an_edit_over_an_edit_gives_the_earlier_one_back(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    await record(conn, organisation, meter, 0, [1.0] * 4)
    below = await apply(conn, organisation, meter, edit(1, 7, estimated=True), edit(2, 8))
    between = await state(conn, organisation, meter)
    above = await apply(conn, organisation, meter, edit(1, None))
    with pytest.raises(Conflict, match=str(above)):
        await service.undo_batch(conn, organisation, below, author="bob")
    await service.undo_batch(conn, organisation, above, author="bob")
    assert await state(conn, organisation, meter) == between
    await service.undo_batch(conn, organisation, below, author="bob")
    assert await hours(conn, organisation, meter) == [1, 1, 1, 1]
    with pytest.raises(Conflict, match="undone already"):
        await service.undo_batch(conn, organisation, below, author="bob")


@pytest.mark.parametrize("interval", [15, 60])
async def test_an_import_into_corrected_days_keeps_the_corrections_in_every_total(
    conn: Connection, organisation: UUID, make_meter: MakeMeter, interval: int
) -> None:
    meter = await make_meter(interval=interval)
    steps = 24 * 60 // interval
    await record(conn, organisation, meter, 0, [1.0] * steps)
    batch = await apply(conn, organisation, meter, edit(0, 50), edit(1, None))
    await record(conn, organisation, meter, 0, [2.0] * steps)
    daily = await service.daily_series(conn, organisation, Scope(Level.METER, meter.id))
    assert daily["total"].to_list() == [50 + 2 * (steps - 2)]
    await service.undo_batch(conn, organisation, batch, author="bob")
    daily = await service.daily_series(conn, organisation)
    assert daily.select("total", "estimated").rows() == [(2.0 * steps, 0)]


async def test_an_estimate_gives_way_to_the_reading_when_it_arrives(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    await record(conn, organisation, meter, 0, [1.0, None, None, 4.0])
    batch = await apply(conn, organisation, meter, edit(1, 2, estimated=True), edit(2, 3, estimated=True))
    await record(conn, organisation, meter, 1, [20.0])
    assert await hours(conn, organisation, meter) == [1, 20, 3, 4]
    daily = await service.daily_series(conn, organisation)
    assert daily.select("total", "readings", "estimated").rows() == [(28.0, 4, 1)]
    newest = (await service.ledger(conn, organisation, batch=batch))[0]
    assert (newest.old, newest.new, newest.reason) == (2, 20, "the reading itself arrived")
    assert (await service.edit_batches(conn, organisation, meter=meter.id))[0].active == 1
    await service.undo_batch(conn, organisation, batch, author="bob")
    assert await hours(conn, organisation, meter) == [1, 20, None, 4]


@pytest.mark.parametrize(
    ("edits", "reason", "says"),
    [
        ([edit(0.5, 1)], "why", "every 60 minutes"),
        ([edit(-1, 1)], "why", "outside the meter's readings"),
        ([edit(4, 1)], "why", "outside the meter's readings"),
        ([edit(1, 1), edit(1, 2)], "why", "there twice"),
        ([edit(1, float("inf"))], "why", "no amount"),
        ([edit(1, 1)], " ", "Say why"),
        ([], "why", "Give 1 to"),
        ([NewEdit(datetime(2016, 1, 1, 1), 1, "naive")], "why", "no offset"),  # noqa: DTZ001  # that is the fault
    ],
)
async def test_a_wrong_edit_is_refused_with_the_remedy_and_nothing_is_written(
    conn: Connection, organisation: UUID, make_meter: MakeMeter, edits: list[NewEdit], reason: str, says: str
) -> None:
    meter = await make_meter()
    await record(conn, organisation, meter, 0, [1.0] * 4)
    with pytest.raises(Invalid, match=says):
        await service.apply_edits(conn, organisation, meter.id, edits, author="ann", reason=reason)
    assert await rows(conn, "SELECT FROM edit_batches WHERE organisation_id = %s", organisation) == []


async def test_a_meter_without_readings_has_nothing_to_correct(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    with pytest.raises(InsufficientData, match="no readings yet"):
        await apply(conn, organisation, meter, edit(1, 1))


async def test_nobody_corrects_or_sees_another_organisations_readings(
    conn: Connection, organisation: UUID, stranger: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    await record(conn, organisation, meter, 0, [1.0] * 4)
    batch = await apply(conn, organisation, meter, edit(1, 7))
    entry = (await service.ledger(conn, organisation))[0].id
    refused: list[type[EaioError]] = []
    for attempt in (
        service.apply_edits(conn, stranger, meter.id, [edit(1, 1)], author="eve", reason="why"),
        service.undo_batch(conn, stranger, batch, author="eve"),
        service.undo_edit(conn, stranger, entry, author="eve"),
        service.undo_batch(conn, organisation, uuid4(), author="ann"),
    ):
        with pytest.raises(NotFound) as error:
            await attempt
        refused.append(error.type)
    assert refused == [NotFound] * 4
    assert await service.ledger(conn, stranger) == []
    assert await service.edit_batches(conn, stranger) == []
    assert await hours(conn, organisation, meter) == [1, 7, 1, 1]


async def test_raw_totals_are_those_before_any_correction_at_every_level(
    conn: Connection, organisation: UUID, stranger: UUID, make_meter: MakeMeter
) -> None:
    hourly, fine = await make_meter(), await make_meter("fine", interval=15)
    await record(conn, organisation, hourly, 0, [1.0, 2.0, None, 4.0, 5.0] * 20)
    await record(conn, organisation, fine, 0, [1.0, None, 3.0, 4.0] * 50)
    period = date(2015, 12, 31), date(2016, 1, 10)

    async def told(owner: UUID, view: View) -> list[object]:
        found: list[object] = []
        for scope in (Scope(Level.METER, hourly.id), Scope(Level.BUILDING, hourly.building_id), Scope()):
            found += (await service.daily_series(conn, owner, scope, *period, view=view)).rows()
            found += (await service.monthly_series(conn, owner, scope, *period, view=view)).rows()
        for level in Level:
            found += (await service.totals(conn, owner, level, *period, view=view)).rows()
        return found

    before = await told(organisation, View.VALIDATED)
    assert await told(organisation, View.RAW) == before
    await apply(conn, organisation, hourly, edit(2, 99.0, estimated=True), edit(3, None), edit(0, 50.0))
    await apply(conn, organisation, hourly, edit(2, 77.0), edit(30, 8.0))
    await apply(conn, organisation, fine, edit(0.25, 9.0, estimated=True), edit(1, 0.5))
    assert await told(organisation, View.VALIDATED) != before
    assert await told(organisation, View.RAW) == before
    assert await told(stranger, View.RAW) == await told(stranger, View.VALIDATED)
