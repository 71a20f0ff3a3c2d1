"""Specification of the rollups and of what an import changes."""

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from eaio.metering.compute.batch import EMPTY, Batch, batch_of, encode, ordered
from eaio.metering.compute.diff import difference
from eaio.metering.compute.rollup import MeterClock, daily_rollup, hourly_rollup

LONDON = MeterClock("Europe/London", 60)
KOLKATA = MeterClock("Asia/Kolkata", 15)


def readings(key: int, first: datetime, values: list[float], minutes: int = 60) -> Batch:
    start = int(first.timestamp())
    seconds = start + 60 * minutes * np.arange(len(values), dtype=np.int64)
    return batch_of(encode(key, seconds), np.array(values))


def joined(*parts: Batch) -> Batch:
    return ordered(np.concatenate([part.codes for part in parts]), np.concatenate([part.values for part in parts]))[0]


def epoch_day(day: date) -> int:
    return (day - date(1970, 1, 1)).days


@pytest.mark.parametrize(("day", "hours"), [(date(2016, 3, 27), 23), (date(2016, 7, 1), 24), (date(2016, 10, 30), 25)])
def test_a_local_day_has_23_24_or_25_hours(day: date, hours: int) -> None:
    before = datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=1)
    batch = readings(7, before, [1.0] * 72)
    daily = daily_rollup(batch, np.ones(72, bool), {7: LONDON})
    row = daily.periods.tolist().index(epoch_day(day))
    assert (daily.total[row], daily.readings[row], daily.expected[row]) == (hours, hours, hours)


def test_meters_of_several_zones_keep_their_own_days() -> None:
    midnight = datetime(2016, 7, 1, tzinfo=UTC)
    batch = joined(readings(1, midnight, [1.0] * 24), readings(2, midnight, [1.0] * 24))
    daily = daily_rollup(batch, np.ones(48, bool), {1: LONDON, 2: MeterClock("US/Pacific", 60)})
    assert daily.keys.tolist() == [1, 1, 2, 2]
    assert daily.total.tolist() == [23.0, 1.0, 7.0, 17.0]


def test_only_touched_days_are_rolled_up() -> None:
    batch = readings(7, datetime(2016, 1, 1, tzinfo=UTC), [1.0] * 72)
    touched = np.zeros(72, bool)
    touched[30] = True
    daily = daily_rollup(batch, touched, {7: LONDON})
    assert (daily.periods.tolist(), daily.total.tolist()) == ([epoch_day(date(2016, 1, 2))], [24.0])


def test_quarter_hours_add_up_to_hours_of_the_wall_clock() -> None:
    batch = readings(3, datetime(2016, 1, 1, 18, 30, tzinfo=UTC), [1.0, 2.0, 3.0, 4.0, 5.0], minutes=15)
    hourly = hourly_rollup(batch, np.ones(5, bool), {3: KOLKATA})
    assert hourly.periods.tolist() == [int(datetime(2016, 1, 1, hour, 30, tzinfo=UTC).timestamp()) for hour in (18, 19)]
    assert (hourly.total.tolist(), hourly.readings.tolist(), hourly.maximum.tolist()) == ([10, 5], [4, 1], [4, 5])


def test_hourly_meters_need_no_hourly_rollup() -> None:
    assert (
        len(hourly_rollup(readings(7, datetime(2016, 1, 1, tzinfo=UTC), [1.0] * 5), np.ones(5, bool), {7: LONDON})) == 0
    )


def test_everything_is_new_where_nothing_is_stored() -> None:
    incoming = readings(1, datetime(2016, 1, 1, tzinfo=UTC), [1.0, 2.0])
    found = difference(incoming, EMPTY)
    assert (len(found.new), len(found.changed), found.unchanged, len(found.merged)) == (2, 0, 0, 2)


def test_the_same_readings_change_nothing() -> None:
    stored = readings(1, datetime(2016, 1, 1, tzinfo=UTC), [1.0, 2.0, 3.0])
    found = difference(stored, stored)
    assert (len(found.new), len(found.changed), found.unchanged, found.touched.any()) == (0, 0, 3, False)


def test_a_correction_replaces_one_value_and_keeps_the_rest() -> None:
    first = datetime(2016, 1, 1, tzinfo=UTC)
    stored = joined(readings(1, first, [1.0, 2.0, 3.0]), readings(2, first, [5.0]))
    incoming = joined(readings(1, first + timedelta(hours=1), [9.0, 3.0, 4.0]))
    found = difference(incoming, stored)
    assert found.changed.values.tolist() == [9.0]
    assert found.old_values.tolist() == [2.0]
    assert found.new.values.tolist() == [4.0]
    assert found.merged.values.tolist() == [1.0, 9.0, 3.0, 4.0, 5.0]
    assert found.touched.tolist() == [False, True, False, True, False]
    assert found.unchanged == 1


def test_the_quality_of_what_stays_is_kept() -> None:
    stored = readings(1, datetime(2016, 1, 1, tzinfo=UTC), [1.0, 2.0])
    stored = Batch(stored.codes, stored.values, np.array([1, 1], np.int16))
    incoming = Batch(stored.codes, np.array([1.0, 7.0]), np.zeros(2, np.int16))
    assert difference(incoming, stored).merged.quality.tolist() == [1, 0]


def test_the_later_of_two_readings_at_one_time_counts() -> None:
    codes = encode(1, np.array([60, 0, 60], np.int64))
    batch, dropped = ordered(codes, np.array([1.0, 2.0, 3.0]))
    assert (batch.values.tolist(), dropped.tolist()) == ([2.0, 3.0], [0])
