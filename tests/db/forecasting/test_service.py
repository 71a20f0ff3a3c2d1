"""Specification of forecasts that are asked for: right, cached, renewed, refused, private."""

from datetime import timedelta
from time import perf_counter
from uuid import UUID

import polars as pl
import pytest

from eaio.forecasting import service
from eaio.forecasting.models import EngineName, SummaryFilter
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid, NotFound
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier
from tests.db.forecasting.conftest import AUTHOR, FIRST, WEEKS, MeterWithLoad, OneConnection, office_load


async def made_at(conn: Connection, meter_id: UUID) -> tuple[object, int]:
    cursor = await conn.execute("SELECT xmin::text, count(*) OVER () FROM forecasts WHERE meter_id = %s", [meter_id])
    row = await cursor.fetchone()
    assert row is not None
    return row[0], row[1]


async def test_a_week_ahead_starts_after_the_last_reading_and_keeps_the_pattern(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    outlook = await service.meter_outlook(conn, organisation, meter.id, horizon=168, level=95)
    assert (outlook.origin, len(outlook.points), len(outlook.days)) == (FIRST + timedelta(weeks=WEEKS), 168, 7)
    noon_monday, midnight = outlook.points[12].value, outlook.points[0].value
    assert noon_monday == pytest.approx(100, rel=0.1)
    assert midnight == pytest.approx(20, rel=0.1)
    assert all(point.low < point.value < point.high for point in outlook.points)
    assert outlook.error < 0.1


async def test_the_second_answer_comes_from_the_cache_within_20_ms(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    first = await service.meter_outlook(conn, organisation, meter.id)
    warm: list[float] = []
    for _ in range(5):
        started = perf_counter()
        assert await service.meter_outlook(conn, organisation, meter.id) == first
        warm.append(perf_counter() - started)
    assert min(warm) < 0.02


async def test_new_readings_make_a_new_forecast_and_keep_the_old_one(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    before = await service.meter_outlook(conn, organisation, meter.id)
    await metering.record_readings(conn, organisation, {meter.id: office_load(WEEKS + 1)}, AUTHOR)
    after = await service.meter_outlook(conn, organisation, meter.id)
    assert after.origin - before.origin == timedelta(weeks=1)
    assert (await made_at(conn, meter.id))[1] == 2


async def test_a_corrected_history_is_forecast_anew_from_the_same_origin(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    before = await service.meter_outlook(conn, organisation, meter.id)
    doubled = office_load().with_columns(pl.col("value") * 2)
    await metering.record_readings(conn, organisation, {meter.id: doubled}, AUTHOR)
    after = await service.meter_outlook(conn, organisation, meter.id)
    assert after.origin == before.origin
    assert after.days[0].value == pytest.approx(2 * before.days[0].value, rel=0.01)


async def test_a_change_elsewhere_leaves_the_forecast_as_it_is(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    before = await service.meter_outlook(conn, organisation, meter.id)
    await conn.execute("UPDATE forecasts SET created_at = '2000-01-01' WHERE meter_id = %s", [meter.id])
    await conn.execute("UPDATE organisations SET data_version = data_version + 1 WHERE id = %s", [organisation])
    assert await service.meter_outlook(conn, organisation, meter.id) == before
    cursor = await conn.execute(
        "SELECT extract(year FROM f.created_at)::int, f.data_version = o.data_version FROM forecasts f"
        " JOIN organisations o ON o.id = f.organisation_id WHERE meter_id = %s",
        [meter.id],
    )
    assert await cursor.fetchone() == (2000, True)


async def test_a_building_is_the_sum_of_its_meters_of_one_carrier(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    one = await meter_with_load("north")
    two = await meter_with_load("south", office_load(seed=8))
    await meter_with_load("boiler", carrier=Carrier.GAS)
    whole = await service.building_outlook(conn, organisation, one.building_id, horizon=24)
    parts = [await service.meter_outlook(conn, organisation, key, horizon=24) for key in (one.id, two.id)]
    assert whole.carrier is Carrier.ELECTRICITY
    assert whole.days[0].value == pytest.approx(sum(part.days[0].value for part in parts))
    assert whole.points[9].high == pytest.approx(sum(part.points[9].high for part in parts))
    assert {part.meter for part in whole.meters} == {"north", "south"}


async def test_a_meter_without_history_is_refused_and_the_others_still_count(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    good = await meter_with_load("north")
    new = await meter_with_load("new", office_load().tail(48))
    with pytest.raises(InsufficientData, match="2 days of usable history; a forecast needs 28"):
        await service.meter_outlook(conn, organisation, new.id)
    whole = await service.building_outlook(conn, organisation, good.building_id)
    assert [(bad.meter, bad.meter_id) for bad in whole.refused] == [("new", new.id)]
    assert any("1 of 2 meters" in note for note in whole.notes)


async def test_requests_outside_what_is_offered_name_the_limits(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    for horizon in (0, 23, 337, -24):
        with pytest.raises(Invalid, match="24 to 336 hours"):
            await service.meter_outlook(conn, organisation, meter.id, horizon=horizon)
    with pytest.raises(Invalid, match="80 or 95 percent"):
        await service.meter_outlook(conn, organisation, meter.id, level=50)
    with pytest.raises(Invalid, match="no gas meter; it has electricity"):
        await service.building_outlook(conn, organisation, meter.building_id, Carrier.GAS)


async def test_another_organisation_sees_nothing(
    conn: Connection, organisation: UUID, stranger: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    await service.meter_outlook(conn, organisation, meter.id)
    assert (await service.summaries(conn, stranger)).total == 0
    for ask, key in ((service.meter_outlook, meter.id), (service.building_outlook, meter.building_id)):
        with pytest.raises(NotFound):
            await ask(conn, stranger, key)


async def test_the_list_shows_forecasts_and_refusals(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load("north")
    await meter_with_load("new", office_load().tail(48))
    assert await service.refresh_building(conn, organisation, meter.building_id) == 1
    lines = {line.meter: line for line in (await service.summaries(conn, organisation)).items}
    assert lines["north"].next_day is not None
    assert lines["north"].next_day.low95 < lines["north"].next_day.value < lines["north"].next_day.high95
    assert lines["new"].refusal is not None
    assert (await service.summaries(conn, organisation, SummaryFilter(carrier=Carrier.GAS))).total == 0


async def test_a_model_over_all_meters_is_learned_once_there_are_enough_and_then_used(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    """Ten meters of eight months; the pool is one that hands out this test's own connection."""
    meters = [await meter_with_load(f"meter {n}", office_load(33, seed=n)) for n in range(10)]
    pool = OneConnection(conn)
    before = await service.meter_outlook(conn, organisation, meters[0].id)
    assert await service.train_if_due(pool, organisation, rounds=20)
    assert not await service.train_if_due(pool, organisation)
    assert await service.refresh_organisation(pool, organisation) == 10
    after = await service.meter_outlook(conn, organisation, meters[0].id)
    assert EngineName.BOOSTING not in before.meters[0].weights
    assert EngineName.BOOSTING in after.meters[0].weights
    assert after.meters[0].backtest.windows == 98
    await conn.execute("UPDATE forecast_models SET trained_until = '2030-01-01'")
    await conn.execute("UPDATE organisations SET data_version = data_version + 1 WHERE id = %s", [organisation])
    await metering.record_readings(conn, organisation, {meters[0].id: office_load(33, seed=99)}, AUTHOR)
    alone = await service.meter_outlook(conn, organisation, meters[0].id)
    assert EngineName.BOOSTING not in alone.meters[0].weights, "a model that saw every day must not be judged on them"


async def test_a_damaged_model_is_left_aside(
    conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad
) -> None:
    meter = await meter_with_load()
    await conn.execute(
        "INSERT INTO forecast_models (organisation_id, engine, trained_until, meters, artefact, checksum)"
        " VALUES (%s, 'boosting', '2017-01-01', 10, 'not arrays', 'not its hash')",
        [organisation],
    )
    outlook = await service.meter_outlook(conn, organisation, meter.id)
    assert EngineName.BOOSTING not in outlook.meters[0].weights


async def test_few_meters_learn_no_model(conn: Connection, organisation: UUID, meter_with_load: MeterWithLoad) -> None:
    await meter_with_load(load=office_load(40))
    assert not await service.train_if_due(OneConnection(conn), organisation)
