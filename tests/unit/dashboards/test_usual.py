"""Specification of what is expected hour by hour: the same hour of the week in the four weeks before."""

from datetime import UTC, datetime, timedelta

import polars as pl

from eaio.dashboards.compute.usual import hour_chart, hour_spans
from eaio.metering.models import HOURS

LAST = datetime(2017, 11, 20, 15, tzinfo=UTC)


def hours(missing: frozenset[datetime] = frozenset()) -> pl.DataFrame:
    """Two meters whose sum is the hour of the day, 10 more for each week back, one of them silent in some hours."""
    rows: list[tuple[datetime, float, int]] = []
    for week, (start, end) in enumerate(hour_spans(LAST)):
        hour = start
        while hour < end and (week > 0 or hour <= LAST):
            rows.append((hour, hour.hour + 10.0 * week, 1 if hour in missing else 2))
            hour += timedelta(hours=1)
    return pl.DataFrame(rows, schema=HOURS, orient="row")


def test_a_day_back_is_measured_and_a_day_ahead_is_expected() -> None:
    measured, expected = hour_chart(hours(), LAST, "UTC")
    assert (len(measured), len(expected)) == (25, 49)
    assert [point.value for point in measured[-2:]] == [14.0, 15.0]
    ahead = expected[25]
    assert (ahead.value, ahead.low, ahead.high) == (16 + 25.0, 16 + 10.0, 16 + 40.0)


def test_an_hour_in_which_a_meter_is_silent_is_a_gap_and_no_example() -> None:
    week_before = LAST - timedelta(weeks=1)
    measured, expected = hour_chart(hours(frozenset({LAST, week_before})), LAST, "UTC")
    assert (measured[-1].value, measured[-1].coverage) == (None, 0.5)
    assert (expected[24].low, expected[24].value) == (15 + 20.0, 15 + 30.0)


def test_the_clock_is_that_of_the_zone() -> None:
    measured, _ = hour_chart(hours(), LAST, "America/New_York")
    assert datetime.fromtimestamp(measured[-1].time / 1000, UTC).hour == 10


def test_nothing_measured_draws_nothing() -> None:
    measured, expected = hour_chart(HOURS.to_frame(), LAST, "UTC")
    assert all(point.value is None for point in measured)
    assert all(point.value is None for point in expected)
