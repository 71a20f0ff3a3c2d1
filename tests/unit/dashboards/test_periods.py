"""Periods that pages speak of."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eaio.dashboards.compute.periods import DAY, last_complete, months_earlier, view
from eaio.dashboards.models import Asked, Compare, Preset
from eaio.infra.errors import Invalid

FIRST, LAST = date(2016, 1, 1), date(2017, 12, 31)


def test_twelve_months_that_end_with_a_year_are_that_year_and_compare_with_the_one_before() -> None:
    found = view(Asked(period=Preset.YEAR), FIRST, LAST, Preset.MONTH)
    assert (found.start, found.end) == (date(2017, 1, 1), date(2018, 1, 1))
    assert found.before == (date(2016, 1, 1), date(2017, 1, 1))
    assert found.text == "1 Jan – 31 Dec 2017"


def test_thirty_days_compare_with_the_thirty_before() -> None:
    found = view(Asked(), FIRST, LAST, Preset.MONTH)
    assert (found.start, found.final) == (date(2017, 12, 2), LAST)
    assert found.before == (date(2017, 11, 2), date(2017, 12, 2))
    assert found.days == 30


@pytest.mark.parametrize(
    ("start", "end", "before"),
    [
        (date(2017, 3, 1), date(2017, 3, 31), (date(2017, 2, 1), date(2017, 3, 1))),
        (date(2017, 4, 1), date(2017, 6, 30), (date(2017, 1, 1), date(2017, 4, 1))),
        (date(2017, 3, 2), date(2017, 3, 31), (date(2017, 1, 31), date(2017, 3, 2))),
    ],
)
def test_whole_months_compare_with_as_many_whole_months(start: date, end: date, before: tuple[date, date]) -> None:
    assert view(Asked(start=start, end=end), FIRST, LAST, Preset.MONTH).before == before


def test_the_year_before_is_the_same_dates() -> None:
    asked = Asked(start=date(2017, 2, 1), end=date(2017, 2, 28), compare=Compare.YEAR)
    assert view(asked, FIRST, LAST, Preset.MONTH).before == (date(2016, 2, 1), date(2016, 3, 1))


def test_chosen_dates_win_over_a_preset_and_both_ends_are_included() -> None:
    asked = Asked(period=Preset.WEEK, start=date(2017, 3, 1), end=date(2017, 3, 1))
    found = view(asked, FIRST, LAST, Preset.MONTH)
    assert (found.preset, found.start, found.end) == (None, date(2017, 3, 1), date(2017, 3, 2))


def test_comparing_with_nothing_has_no_period_before() -> None:
    assert view(Asked(compare=Compare.NONE), FIRST, LAST, Preset.WEEK).before is None


@pytest.mark.parametrize(("start", "end"), [(date(2017, 3, 2), date(2017, 3, 1)), (date(1900, 1, 1), date(2017, 1, 1))])
def test_an_impossible_period_is_refused_and_names_the_field(start: date, end: date) -> None:
    with pytest.raises(Invalid) as refused:
        view(Asked(start=start, end=end), FIRST, LAST, Preset.MONTH)
    assert set(refused.value.fields) <= {"start", "end"}
    assert refused.value.fields


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2017, 3, 31), 1, date(2017, 2, 28)),
        (date(2016, 3, 31), 1, date(2016, 2, 29)),
        (date(2017, 1, 15), 1, date(2016, 12, 15)),
        (date(2018, 1, 1), 12, date(2017, 1, 1)),
    ],
)
def test_months_earlier_keeps_the_day_or_takes_the_last_of_a_shorter_month(
    day: date, months: int, expected: date
) -> None:
    assert months_earlier(day, months) == expected


@given(st.dates(date(1950, 1, 1), date(2090, 1, 1)), st.integers(0, 600))
def test_months_earlier_never_lands_in_another_month(day: date, months: int) -> None:
    found = months_earlier(day, months)
    assert (day.year * 12 + day.month) - (found.year * 12 + found.month) == months
    assert found.day <= day.day


def test_a_day_is_complete_with_its_last_hour_only() -> None:
    evening = datetime(2017, 12, 31, 23)  # noqa: DTZ001 - a wall clock
    assert last_complete(evening) == LAST
    assert last_complete(evening.replace(hour=22)) == LAST - DAY
