"""Specification of time stamps: how they are written, what they mean."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eaio.infra.errors import Invalid
from eaio.metering.compute.clock import NO_INSTANT, detect_clock, standard_offset_us, to_seconds
from eaio.metering.compute.stamps import read_stamps
from eaio.metering.models import Clock, DateOrder

LONDON, NEW_YORK = "Europe/London", "America/New_York"


def read(texts: Sequence[str | None], order: DateOrder = DateOrder.AUTO) -> list[datetime | None]:
    times = read_stamps(pl.Series(texts, dtype=pl.String), "f.csv, column 'time'", 2, order).times
    return times.cast(pl.Datetime("us")).to_list()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("2024-01-31 00:00:00", "2024-01-31 01:00:00"),
        ("2024-01-31T00:00", "2024-01-31T01:00"),
        ("2024-01-31T01:00:00+01:00", "2024-01-31T02:00:00+01:00"),
        ("2024-01-31T00:00:00Z", "2024-01-31T01:00:00Z"),
        ("2024/01/31 0:00", "2024/01/31 1:00"),
        ("1/31/2024 0:00", "1/31/2024 1:00"),
        ("31/01/2024 00:00", "31/01/2024 01:00"),
        ("31.01.2024 00:00", "31.01.2024 01:00"),
        ("1/31/2024 12:00 AM", "1/31/2024 1:00 AM"),
        ("1706659200", "1706662800"),
        ("1706659200000", "1706662800000"),
    ],
)
def test_stamps_are_read_however_people_write_them(first: str, second: str) -> None:
    assert read([first, second]) == [datetime(2024, 1, 31), datetime(2024, 1, 31, 1)]  # noqa: DTZ001  # naive on purpose


def test_even_steps_tell_day_from_month() -> None:
    month_first = [f"1/{day}/2024" for day in range(1, 13)]
    day_first = [f"{day}/1/2024" for day in range(1, 13)]
    assert [stamp.day for stamp in read(month_first) if stamp] == list(range(1, 13))
    assert [stamp.day for stamp in read(day_first) if stamp] == list(range(1, 13))


def test_an_undecided_date_is_asked_back() -> None:
    with pytest.raises(Invalid, match="day-first or month-first"):
        read(["01/02/2024", "03/04/2024"])
    said = read(["01/02/2024", "03/04/2024"], DateOrder.DAY_FIRST)
    assert said[0] == datetime(2024, 2, 1)  # noqa: DTZ001  # naive on purpose


def test_an_empty_stamp_stays_unknown() -> None:
    assert read(["2024-01-31 00:00", None, "2024-01-31 02:00"])[1] is None


def test_standard_time_knows_no_summer() -> None:
    stamps = pl.Series([datetime(2016, 1, 1), datetime(2016, 7, 1)]).dt.epoch("us")  # noqa: DTZ001  # wall clock
    assert to_seconds(stamps, Clock.STANDARD, NEW_YORK).tolist() == [
        int(datetime(2016, month, 1, 5, tzinfo=UTC).timestamp()) for month in (1, 7)
    ]


@pytest.mark.parametrize(
    ("zone", "hours"),
    [(LONDON, 0), (NEW_YORK, -5), ("Europe/Dublin", 0), ("Australia/Sydney", 10), ("Asia/Kolkata", 5.5)],
)
def test_the_standard_offset_holds_on_both_hemispheres(zone: str, hours: float) -> None:
    assert standard_offset_us(zone, 2016) == hours * 3_600_000_000


@given(st.integers(0, 8783), st.sampled_from([LONDON, NEW_YORK, "Australia/Sydney", "Asia/Kolkata"]))
def test_every_instant_of_a_year_survives_the_wall_clock(hour: int, zone: str) -> None:
    """Two days around any hour, written as the wall shows them and read back."""
    instants = [datetime(2016, 1, 1, tzinfo=UTC) + timedelta(hours=hour + step) for step in range(48)]
    walls = [instant.astimezone(ZoneInfo(zone)).replace(tzinfo=None) for instant in instants]
    repeated_at_the_edge = walls[0].replace(fold=0) == walls[0] and instants[0].astimezone(ZoneInfo(zone)).fold == 1
    read_back = to_seconds(pl.Series(walls).dt.epoch("us"), Clock.WALL, zone).tolist()
    expected = [int(instant.timestamp()) for instant in instants]
    assert read_back[1:] == expected[1:]
    assert read_back[0] == expected[0] - (3600 if repeated_at_the_edge else 0)


def test_newest_first_files_keep_the_autumn_hours_apart() -> None:
    instants = [datetime(2023, 10, 29, hour, tzinfo=UTC) for hour in (3, 2, 1, 0)]
    walls = [instant.astimezone(ZoneInfo(LONDON)).replace(tzinfo=None) for instant in instants]
    read_back = to_seconds(pl.Series(walls).dt.epoch("us"), Clock.WALL, LONDON)
    assert read_back.tolist() == [int(instant.timestamp()) for instant in instants]


def test_the_hour_left_out_in_spring_is_no_instant() -> None:
    stamps = pl.Series([datetime(2024, 3, 31, 1, 30)]).dt.epoch("us")  # noqa: DTZ001  # wall clock
    assert to_seconds(stamps, Clock.WALL, LONDON).tolist() == [NO_INSTANT]


def hours_of(start: datetime, count: int, zone: str | None) -> pl.Series:
    instants = [start + timedelta(hours=step) for step in range(count)]
    walls = [(i.astimezone(ZoneInfo(zone)) if zone else i).replace(tzinfo=None) for i in instants]
    return pl.Series(walls).dt.epoch("us")


def test_the_file_itself_tells_which_clock_it_follows() -> None:
    start = datetime(2016, 3, 1, tzinfo=UTC)
    assert detect_clock(hours_of(start, 1000, None), LONDON)[0] is Clock.STANDARD
    assert detect_clock(hours_of(start, 1000, LONDON), LONDON)[0] is Clock.WALL
    assert "do not change" in detect_clock(hours_of(start, 100, LONDON), LONDON)[1]
    assert "do not change" in detect_clock(hours_of(start, 1000, None), "Asia/Kolkata")[1]


def test_years_of_two_digits_are_of_this_century() -> None:
    for texts in (["31/12/23 23:00", "01/01/24 00:00"], ["12/31/23 23:00", "1/1/24 00:00"], ["31.12.23", "01.01.24"]):
        times = read_stamps(pl.Series(texts), "file", 2).times.cast(pl.Datetime("us"))
        assert times.dt.year().to_list() == [2023, 2024]
