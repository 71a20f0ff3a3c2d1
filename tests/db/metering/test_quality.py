"""Specification of checking: scores and issues are kept, follow what comes in and is corrected, and stay private."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering import service
from eaio.metering.models import Author, IssueKind, NewEdit, QualityFilter
from eaio.timeseries.units import Carrier
from tests.db.metering.conftest import MakeMeter
from tests.db.metering.test_reading_side import frame
from tests.unit.analysis.conftest import Floats, office

TEST = Author(name="tester", method="import", reason="test")
MONDAY = datetime(2016, 1, 4, tzinfo=UTC)


async def metered(conn: Connection, organisation: UUID, make_meter: MakeMeter, values: Floats) -> UUID:
    meter = await make_meter()
    readings = frame(MONDAY, [None if value != value else float(value) for value in values])  # noqa: PLR0124 - NaN
    await service.record_readings(conn, organisation, {meter.id: readings}, TEST)
    return meter.id


def faulty(weeks: int = 12) -> Floats:
    values = office(weeks * 168)
    values[400:430] = 0.0
    values[800:803] = float("nan")
    return values


async def test_a_meter_keeps_its_score_and_issues(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    meter = await metered(conn, organisation, make_meter, faulty())
    (before,) = await service.quality_ranking(conn, organisation, QualityFilter())
    assert (before.score, before.unchecked) == (None, 12 * 168 - 3)
    judged = await service.check_meter(conn, organisation, meter)
    report = await service.meter_quality(conn, organisation, meter)
    assert report.meter.score == judged.value == pytest.approx(100 * (1 - 33 / (12 * 168)))
    assert (report.meter.unchecked, report.meter.issues, report.meter.wrong) == (0, 2, 30)
    zeros, gap = report.issues
    assert (zeros.kind, zeros.start, zeros.readings) == (IssueKind.ZERO, MONDAY + timedelta(hours=400), 30)
    assert (gap.kind, gap.end) == (IssueKind.GAP, MONDAY + timedelta(hours=803))
    assert [one.name for one in report.meter.ingredients] == ["zero", "gap"]


async def test_the_score_follows_a_correction_and_its_undo_at_once(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await metered(conn, organisation, make_meter, faulty())
    first = await service.check_meter(conn, organisation, meter)
    edits = [NewEdit(MONDAY + timedelta(hours=h), 20.0, "zeros", estimated=True) for h in range(400, 430)]
    batch = await service.apply_edits(conn, organisation, meter, edits, author="ann", reason="zeros")
    fixed = (await service.meter_quality(conn, organisation, meter)).meter
    assert fixed.score == pytest.approx(first.value + 0.5 * 100 * 30 / (12 * 168))
    assert (fixed.wrong, fixed.estimated, fixed.edits) == (0, 30, 30)
    assert (await service.meter_quality(conn, organisation, meter)).issues[0].corrected == 30
    await service.undo_batch(conn, organisation, batch.id, author="ann")
    again = (await service.meter_quality(conn, organisation, meter)).meter
    assert (again.score, again.edits) == (first.value, 0)


async def test_readings_that_came_in_since_are_counted(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await metered(conn, organisation, make_meter, office(12 * 168))
    await service.check_meter(conn, organisation, meter)
    later = frame(MONDAY + timedelta(weeks=12), [20.0, 21.0])
    await service.record_readings(conn, organisation, {meter: later}, TEST)
    assert (await service.meter_quality(conn, organisation, meter)).meter.unchecked == 2


async def test_meters_are_ranked_filtered_and_added_up(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    bad = await metered(conn, organisation, make_meter, faulty())
    clean = await make_meter("gas", carrier=Carrier.GAS)
    readings = frame(MONDAY, office(12 * 168).tolist())
    await service.record_readings(conn, organisation, {clean.id: readings}, TEST)
    unread = await make_meter("new", carrier=Carrier.WATER)
    for meter in (bad, clean.id):
        await service.check_meter(conn, organisation, meter)
    ranked = await service.quality_ranking(conn, organisation, QualityFilter())
    assert [one.meter_id for one in ranked] == [bad, clean.id, unread.id]
    best = await service.quality_ranking(conn, organisation, QualityFilter(descending=True, limit=1))
    assert [one.meter_id for one in best] == [clean.id]
    gas = await service.quality_ranking(conn, organisation, QualityFilter(carrier=Carrier.GAS))
    assert [one.score for one in gas] == [100.0]
    summary = await service.quality_summary(conn, organisation)
    assert (summary.meters, summary.checked, summary.expected, summary.wrong) == (2, 2, 2 * 12 * 168, 30)


async def test_nobody_checks_or_sees_the_meter_of_another_organisation(
    conn: Connection, organisation: UUID, stranger: UUID, make_meter: MakeMeter
) -> None:
    meter = await metered(conn, organisation, make_meter, faulty())
    await service.check_meter(conn, organisation, meter)
    for refused in (service.check_meter, service.meter_quality):
        with pytest.raises(NotFound):
            await refused(conn, stranger, meter)
    assert await service.quality_ranking(conn, stranger, QualityFilter()) == []
    assert (await service.quality_summary(conn, stranger)).meters == 0


async def test_a_meter_without_readings_has_nothing_to_check(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    with pytest.raises(InsufficientData, match="no readings"):
        await service.check_meter(conn, organisation, (await make_meter()).id)
