"""Specification of what the readings answer."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import polars as pl
import pytest

from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.metering import service
from eaio.metering.models import DAILY, MONTHLY, TOTALS, Author, Level, Scope
from eaio.timeseries.frames import HOURLY
from eaio.timeseries.units import Carrier
from tests.db.metering.conftest import MakeMeter

TEST = Author(name="tester", method="import", reason="test")


def frame(first: datetime, values: Sequence[float | None], minutes: int = 60) -> pl.DataFrame:
    times = [first + timedelta(minutes=minutes * step) for step in range(len(values))]
    return pl.DataFrame(
        {"time": times, "value": values}, schema={"time": pl.Datetime("us", "UTC"), "value": pl.Float64}
    )


async def test_a_gap_is_null_and_the_autumn_hour_occurs_twice(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    values = frame(datetime(2016, 10, 29, 23, tzinfo=UTC), [10, 11, None, 13])
    await service.record_readings(conn, organisation, {meter.id: values}, TEST)
    hourly = await service.hourly_frame(conn, organisation, meter.id)
    assert hourly.schema == HOURLY
    assert hourly["value"].to_list() == [10, 11, None, 13]
    assert hourly["local"].dt.hour().to_list() == [0, 1, 1, 2]


async def test_a_period_is_half_open_and_covered_in_full(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    first = datetime(2016, 1, 1, tzinfo=UTC)
    await service.record_readings(conn, organisation, {meter.id: frame(first, [1, 2, 3])}, TEST)
    hourly = await service.hourly_frame(
        conn, organisation, meter.id, first + timedelta(hours=1), first + timedelta(hours=5)
    )
    assert hourly["value"].to_list() == [2, 3, None, None]


async def test_temperature_is_the_sites(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    meter = await make_meter()
    first = datetime(2016, 1, 1, tzinfo=UTC)
    await service.record_readings(conn, organisation, {meter.id: frame(first, [1, 2, 3])}, TEST)
    weather = frame(first, [4.4, None, 5.5]).rename({"value": "temperature"})
    assert await service.record_weather(conn, organisation, meter.site_id, weather) == 3
    assert await service.record_weather(conn, organisation, meter.site_id, weather) == 0
    hourly = await service.hourly_frame(conn, organisation, meter.id)
    assert hourly["temperature"].to_list() == [4.4, None, 5.5]
    daily = await service.weather_daily(conn, organisation, meter.site_id)
    assert daily.rows() == [(date(2016, 1, 1), 4.95, 4.4, 5.5, 2)]
    observed = await service.weather_hourly(conn, organisation, meter.site_id)
    assert observed["temperature"].to_list() == [4.4, None, 5.5]


async def test_an_hour_of_a_finer_meter_is_whole_or_missing(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter(interval=15)
    values = frame(datetime(2016, 1, 1, tzinfo=UTC), [1, 1, 1, 1, 2, None, 2, 2, 3, 3, 3, 3], minutes=15)
    await service.record_readings(conn, organisation, {meter.id: values}, TEST)
    hourly = await service.hourly_frame(conn, organisation, meter.id)
    assert hourly["value"].to_list() == [4, None, 12]
    daily = await service.daily_series(conn, organisation, Scope(Level.METER, meter.id))
    assert daily.row(0, named=True) | {"carrier": ""} == {
        "carrier": "", "day": date(2016, 1, 1), "total": 22.0, "readings": 11, "expected": 96, "estimated": 0,
    }  # fmt: skip


async def test_totals_never_hide_a_gap(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    main, other = await make_meter("main"), await make_meter("annex")
    gas = await make_meter("boiler", carrier=Carrier.GAS)
    first = datetime(2016, 1, 1, tzinfo=UTC)
    values = {main.id: frame(first, [1.0] * 48), other.id: frame(first, [2.0] * 24)}
    await service.record_readings(conn, organisation, values, TEST)
    period = date(2016, 1, 1), date(2016, 1, 3)
    for level, member in (
        (Level.BUILDING, main.building_id),
        (Level.SITE, main.site_id),
        (Level.PORTFOLIO, organisation),
    ):
        totals = await service.totals(conn, organisation, level, *period)
        assert totals.schema == TOTALS
        assert totals.rows() == [
            (str(member), "electricity", 96.0, 72, 96, 0, 0.75),
            (str(member), "gas", None, 0, 48, 0, 0.0),
        ]
    by_meter = await service.totals(conn, organisation, Level.METER, *period)
    assert {row[0]: row[2] for row in by_meter.rows()} == {str(main.id): 48, str(other.id): 48, str(gas.id): None}


async def test_every_level_tells_the_same_days(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    meter = await make_meter()
    await service.record_readings(
        conn, organisation, {meter.id: frame(datetime(2016, 1, 1, tzinfo=UTC), [1.0] * 24 + [None] * 24 + [1.0])}, TEST
    )
    for level, member in ((Level.METER, meter.id), (Level.BUILDING, meter.building_id), (Level.SITE, meter.site_id)):
        scope = Scope(level, member)
        daily = await service.daily_series(conn, organisation, scope)
        assert daily.schema == DAILY
        assert daily["total"].to_list() == [24.0, None, 1.0]
        assert daily["readings"].to_list() == [24, 0, 1]
        monthly = await service.monthly_series(conn, organisation, scope)
        assert monthly.schema == MONTHLY
        assert monthly.row(0)[1:] == (date(2016, 1, 1), 25.0, 25, 72, 0)


async def test_building_totals_of_any_period_match_its_days(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    first = datetime(2016, 1, 1, tzinfo=UTC)
    await service.record_readings(conn, organisation, {meter.id: frame(first, [1.0] * 24 * 120)}, TEST)
    for start, end in (((1, 1), (5, 1)), ((1, 10), (4, 5)), ((2, 3), (2, 7)), ((1, 31), (3, 1)), ((3, 1), (4, 1))):
        period = date(2016, *start), date(2016, *end)
        totals = await service.totals(conn, organisation, Level.BUILDING, *period)
        daily = await service.daily_series(conn, organisation, Scope(Level.BUILDING, meter.building_id), *period)
        assert totals["total"].to_list() == [daily["total"].sum()]
        assert totals["expected"].to_list() == [daily["expected"].sum()]


async def test_now_is_the_last_reading(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    assert (await service.extent(conn, organisation)).last is None
    meter = await make_meter(zone="US/Pacific")
    first = datetime(2016, 1, 1, tzinfo=UTC)
    await service.record_readings(conn, organisation, {meter.id: frame(first, [1, 2])}, TEST)
    assert (await service.extent(conn, organisation)).last == first + timedelta(hours=1)
    local = await service.local_extent(conn, organisation, Scope(Level.SITE, meter.site_id))
    assert local.first == datetime(2015, 12, 31, 16)  # noqa: DTZ001  # a wall clock


async def test_a_long_history_is_reduced_for_a_chart(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    values = [float(hour % 24) for hour in range(24 * 60)]
    await service.record_readings(conn, organisation, {meter.id: frame(datetime(2016, 1, 1, tzinfo=UTC), values)}, TEST)
    points = await service.load_points(conn, organisation, meter.id, points=100)
    assert points.height == 60
    assert points.row(0) == (datetime(2016, 1, 1), 0.0, 11.5, 23.0)  # noqa: DTZ001  # a wall clock


async def test_a_correction_keeps_the_old_value_and_updates_the_rollups(
    conn: Connection, organisation: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    first = datetime(2016, 1, 1, tzinfo=UTC)
    await service.record_readings(conn, organisation, {meter.id: frame(first, [1.0] * 48)}, TEST)
    correction = {meter.id: frame(first + timedelta(hours=5), [1.0, 7.0])}
    stored = await service.record_readings(conn, organisation, correction, TEST)
    assert (stored.new, stored.changed, stored.unchanged) == (0, 1, 1)
    daily = await service.daily_series(conn, organisation)
    assert daily["total"].to_list() == [30.0, 24.0]
    rows = await (await conn.execute("SELECT time, old_value, new_value, author FROM reading_edits")).fetchall()
    assert rows == [(first + timedelta(hours=6), 1.0, 7.0, "tester")]


async def test_nobody_sees_another_organisations_readings(
    conn: Connection, organisation: UUID, stranger: UUID, make_meter: MakeMeter
) -> None:
    meter = await make_meter()
    values = {meter.id: frame(datetime(2016, 1, 1, tzinfo=UTC), [1.0] * 48)}
    await service.record_readings(conn, organisation, values, TEST)
    with pytest.raises(NotFound):
        await service.hourly_frame(conn, stranger, meter.id)
    with pytest.raises(NotFound):
        await service.record_readings(conn, stranger, values, TEST)
    with pytest.raises(NotFound):
        await service.weather_hourly(conn, stranger, meter.site_id)
    period = date(2016, 1, 1), date(2016, 1, 3)
    assert (await service.hourly_frames(conn, stranger, meter.building_id)) == {}
    for level in Level:
        assert (await service.totals(conn, stranger, level, *period)).is_empty()
    for scope in (
        Scope(Level.METER, meter.id),
        Scope(Level.BUILDING, meter.building_id),
        Scope(Level.SITE, meter.site_id),
    ):
        assert (await service.daily_series(conn, stranger, scope, *period)).is_empty()


async def test_a_daily_meter_has_no_hours(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    meter = await make_meter(interval=1440)
    with pytest.raises(InsufficientData, match="1440 minutes"):
        await service.hourly_frame(conn, organisation, meter.id)
    with pytest.raises(NotFound):
        await service.hourly_frame(conn, organisation, uuid4())


async def test_readings_go_with_their_organisation(conn: Connection, organisation: UUID, make_meter: MakeMeter) -> None:
    meter = await make_meter()
    values = {meter.id: frame(datetime(2016, 1, 1, tzinfo=UTC), [1.0] * 48)}
    await service.record_readings(conn, organisation, values, TEST)
    await conn.execute("DELETE FROM energy_meters WHERE id = %s", [meter.id])
    row = await (await conn.execute("SELECT count(*) FROM meter_readings WHERE meter_key = %s", [meter.key])).fetchone()
    assert row == (0,)
