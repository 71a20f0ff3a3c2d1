"""Specification of periods in plain words; today is Sunday, 31 December 2017, unless a test says otherwise."""

from datetime import date

import pytest

from eaio.agents.compute.periods import find_periods

TODAY = date(2017, 12, 31)


@pytest.mark.parametrize(
    ("words", "start", "end"),
    [
        ("in 2016", "2016-01-01", "2017-01-01"),
        ("march 2017 daily", "2017-03-01", "2017-04-01"),
        ("Q2 2017", "2017-04-01", "2017-07-01"),
        ("the second quarter of 2016", "2016-04-01", "2016-07-01"),
        ("2017 Q3", "2017-07-01", "2017-10-01"),
        ("first half of 2017", "2017-01-01", "2017-07-01"),
        ("3 to 5 Feb", "2017-02-03", "2017-02-06"),
        ("Feb 3-5, 2016", "2016-02-03", "2016-02-06"),
        ("from 3 Feb to 5 March 2017", "2017-02-03", "2017-03-06"),
        ("nov 2016 to feb 2017", "2016-11-01", "2017-03-01"),
        ("between march and may 2017", "2017-03-01", "2017-06-01"),
        ("2017-01-05 to 2017-01-09", "2017-01-05", "2017-01-10"),
        ("last month", "2017-11-01", "2017-12-01"),
        ("this week", "2017-12-25", "2018-01-01"),
        ("last week", "2017-12-18", "2017-12-25"),
        ("last weekend", "2017-12-23", "2017-12-25"),
        ("yesterday", "2017-12-30", "2017-12-31"),
        ("the last 30 days", "2017-12-02", "2018-01-01"),
        ("past week", "2017-12-25", "2018-01-01"),
        ("last quarter", "2017-07-01", "2017-10-01"),
        ("year to date", "2017-01-01", "2018-01-01"),
        ("since march", "2017-03-01", "2018-01-01"),
        ("last winter", "2016-12-01", "2017-03-01"),
        ("summer 2016", "2016-06-01", "2016-09-01"),
        ("on 14 June 2017", "2017-06-14", "2017-06-15"),
        ("June 14th", "2017-06-14", "2017-06-15"),
        ("2016-2017", "2016-01-01", "2018-01-01"),
    ],
)
def test_words_become_half_open_days(words: str, start: str, end: str) -> None:
    (found,) = find_periods(words, TODAY)
    assert (found.start, found.end) == (date.fromisoformat(start), date.fromisoformat(end))


@pytest.mark.parametrize(
    ("words", "hours"),
    [
        ("tomorrow", 24),
        ("over the next 7 days", 168),
        ("next 48 hours", 48),
        ("next week", 168),
        ("next year", 8760),
        ("day-ahead", 24),
        ("two weeks ahead", 336),
    ],
)
def test_what_lies_ahead_has_a_horizon(words: str, hours: int) -> None:
    (found,) = find_periods(words, TODAY)
    assert found.horizon_hours == hours
    assert found.start > TODAY


@pytest.mark.parametrize(
    "words",
    [
        "$2017 a month",
        "more than 2000 kWh",
        "over 12 years at 6%",
        "30000 a year",
        "may I ask",
        "payback under 2 years",
    ],
)
def test_amounts_lives_and_verbs_are_no_periods(words: str) -> None:
    assert find_periods(words, TODAY) == ()


def test_two_periods_keep_their_places_in_the_sentence() -> None:
    text = "baseline 2016, reporting 2017"
    first, second = find_periods(text, TODAY)
    assert (text[first.left : first.right], text[second.left : second.right]) == ("2016", "2017")


def test_a_month_without_a_year_is_the_latest_that_has_begun() -> None:
    (found,) = find_periods("in november", date(2017, 3, 10))
    assert found.start == date(2016, 11, 1)


def test_a_day_that_no_calendar_has_is_not_invented() -> None:
    assert all(found.start != date(2017, 3, 3) for found in find_periods("on 31 Feb 2017", TODAY))
