"""Specification of local days, weeks and months."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import polars as pl
import pytest

from eaio.timeseries.calendar import daily, day_bounds, holiday_dates, hour_of_week, hours_in_day, monthly
from eaio.timeseries.grid import hourly_grid
from eaio.timeseries.places import holiday_region

LONDON = ZoneInfo("Europe/London")


def ones(start: datetime, end: datetime) -> pl.DataFrame:
    return hourly_grid(start, end, "Europe/London").with_columns(value=pl.lit(1.0), temperature=pl.lit(10.0))


@pytest.mark.parametrize(
    ("day", "hours"),
    [(date(2016, 3, 27), 23), (date(2016, 10, 30), 25), (date(2016, 6, 1), 24), (date(2016, 1, 1), 24)],
)
def test_a_local_day_has_as_many_hours_as_its_clocks_show(day: date, hours: int) -> None:
    assert hours_in_day(day, LONDON) == hours
    start, end = (instant.astimezone(UTC) for instant in day_bounds(day, LONDON))
    sums = daily(ones(start, end))
    assert sums.select("day", "value", "present", "hours").row(0) == (day, float(hours), hours, hours)
    assert sums.height == 1


def test_a_day_without_readings_has_no_total_but_its_hours() -> None:
    start, end = datetime(2016, 6, 1, tzinfo=UTC), datetime(2016, 6, 3, tzinfo=UTC)
    frame = ones(start, end).with_columns(
        value=pl.when(pl.col("time") < datetime(2016, 6, 1, 23, tzinfo=UTC)).then(1.0)
    )
    missing = daily(frame).row(1, named=True)
    assert (missing["day"], missing["value"], missing["present"], missing["hours"]) == (date(2016, 6, 2), None, 0, 24)


def test_months_are_local_too() -> None:
    sums = monthly(ones(datetime(2016, 5, 31, 22, tzinfo=UTC), datetime(2016, 6, 1, 1, tzinfo=UTC)))
    assert sums.select("month", "value").rows() == [(date(2016, 5, 1), 1.0), (date(2016, 6, 1), 2.0)]


def test_the_hour_of_the_week_counts_from_monday_on_the_wall_clock() -> None:
    frame = hourly_grid(datetime(2016, 7, 3, 22, tzinfo=UTC), datetime(2016, 7, 4, 0, tzinfo=UTC), "Europe/London")
    assert frame.select(hour_of_week())["local"].to_list() == [167, 0]


def test_holidays_depend_on_country_and_part_of_it() -> None:
    assert date(2016, 7, 4) in holiday_dates("US", {2016})
    assert date(2016, 11, 30) in holiday_dates("GB", {2016}, "SCT")
    assert date(2016, 11, 30) not in holiday_dates("GB", {2016}, "ENG")
    assert holiday_dates("ZZ", {2016}) == frozenset()
    assert holiday_dates("DE", {2016}, "XX") == holiday_dates("DE", {2016})


@pytest.mark.parametrize(
    ("said", "kept", "ordinary"),
    [
        (("US", "TX", None, None, "America/Chicago"), date(2016, 4, 21), date(2016, 8, 1)),
        (("US", None, 31.0, -97.0, "America/Chicago"), date(2016, 4, 21), date(2016, 8, 1)),
        (("GB", "SCT", None, None, "Europe/London"), date(2016, 8, 1), date(2016, 8, 29)),
        (("GB", None, 56.0, -4.0, "Europe/London"), date(2016, 8, 1), date(2016, 8, 29)),
        (("GB", None, None, None, "Europe/London"), date(2016, 8, 29), date(2016, 8, 1)),
        (("DE", "BY", 48.1, 11.6, "Europe/Berlin"), date(2016, 1, 6), date(2016, 10, 31)),
        (("DE", "SN", 51.0, 13.7, "Europe/Berlin"), date(2016, 10, 31), date(2016, 1, 6)),
    ],
)
def test_a_site_keeps_the_holidays_of_its_region_said_or_seen_from_where_it_lies(
    said: tuple[str, str | None, float | None, float | None, str], kept: date, ordinary: date
) -> None:
    country, region = holiday_region(*said)
    found = holiday_dates(country, {2016}, region)
    assert kept in found
    assert ordinary not in found
