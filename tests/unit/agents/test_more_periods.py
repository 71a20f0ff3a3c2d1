from datetime import date

import pytest

from eaio.agents.compute.moving import moved
from eaio.agents.compute.periods import find_periods

TODAY = date(2017, 12, 31)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("on 14/06/2017", date(2017, 6, 14), date(2017, 6, 15)),
        ("on 6/14/2017", date(2017, 6, 14), date(2017, 6, 15)),
        ("25.11.2016", date(2016, 11, 25), date(2016, 11, 26)),
        ("week 21 2017", date(2017, 5, 22), date(2017, 5, 29)),
        ("first two weeks of august 2017", date(2017, 8, 1), date(2017, 8, 15)),
        ("last three months of 2016", date(2016, 10, 1), date(2017, 1, 1)),
        ("1.12.2016 - 28.2.2017", date(2016, 12, 1), date(2017, 3, 1)),
        ("on christmas day 2016", date(2016, 12, 25), date(2016, 12, 26)),
        ("at thanksgiving 2017", date(2017, 11, 23), date(2017, 11, 24)),
        ("last memorial day", date(2017, 5, 29), date(2017, 5, 30)),
        ("on easter sunday 2016", date(2016, 3, 27), date(2016, 3, 28)),
        ("new year's eve", date(2017, 12, 31), date(2018, 1, 1)),
        ("on thursday 14 september 2017", date(2017, 9, 14), date(2017, 9, 15)),
    ],
)
def test_a_date_may_be_written_in_many_ways(text: str, start: date, end: date) -> None:
    (found,) = find_periods(text, TODAY)
    assert (found.start, found.end) == (start, end)


def test_a_follow_up_moves_the_period_of_the_turn_before() -> None:
    assert moved("and the year before?", date(2017, 1, 1), date(2018, 1, 1)) == (date(2016, 1, 1), date(2017, 1, 1))
    assert moved("the month before", date(2017, 4, 1), date(2017, 5, 1)) == (date(2017, 3, 1), date(2017, 4, 1))
    assert moved("and Hannah?", date(2017, 4, 1), date(2017, 5, 1)) is None
