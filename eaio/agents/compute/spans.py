"""What a matched phrase of the calendar means: readers from a match and today to half-open days."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from re import Match

from eaio.agents.compute.holidays import holiday
from eaio.agents.compute.lexicon import NUMBER_WORDS

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
HOURS_OF = {"hour": 1, "day": 24, "week": 168, "month": 720, "quarter": 2190, "year": 8760}
"""Length of a coming period as a forecast horizon."""
_SEASON_START = {"spring": 3, "summer": 6, "autumn": 9, "fall": 9, "winter": 12}

Span = tuple[date, date]
Reader = Callable[[Match[str], date], Span]


def count_of(word: str) -> int:
    """A number in digits or words; ``a`` is one."""
    return 1 if word == "a" else int(word) if word.isdigit() else NUMBER_WORDS[word]


def horizon_hours(count: int, unit: str) -> int:
    """Hours of a coming period; twelve months are a year."""
    years, months = divmod(count, 12) if unit == "month" else (0, count)
    return years * HOURS_OF["year"] + months * HOURS_OF[unit]


def _month_number(word: str) -> int:
    return MONTHS.index(word.strip(". ")[:3]) + 1


def _month(year: int, month: int) -> Span:
    return date(year, month, 1), date(year + month // 12, month % 12 + 1, 1)


def add_months(day: date, months: int) -> date:
    """The first day of the month that lies so many months on."""
    total = day.year * 12 + day.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)


def _year_of(word: str | None, month: int, today: date, day: int = 1) -> int:
    """The year named, or the latest in which the day has begun."""
    if word:
        return int(word)
    return today.year if date(today.year, month, min(day, 28)) <= today else today.year - 1


def _day_number(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _one_day(day: str, month: str, year: str | None, today: date) -> date:
    number, month_number = _day_number(day), _month_number(month)
    return date(_year_of(year, month_number, today, number), month_number, number)


def _after(day: date) -> date:
    return day + timedelta(days=1)


def _days(first: date, last: date) -> Span:
    return first, _after(last)


def read_month_range(match: Match[str], today: date) -> Span:
    """``january to march 2017``; a first month after the last one lies in the year before."""
    last_month = _month_number(match["m2"])
    last_year = _year_of(match["y2"] or match["y1"], last_month, today)
    first_month = _month_number(match["m1"])
    first_year = int(match["y1"] or (last_year if first_month <= last_month else last_year - 1))
    return date(first_year, first_month, 1), _month(last_year, last_month)[1]


def read_day_range(match: Match[str], today: date) -> Span:
    """``3 Feb to 5 March 2017``, ``Feb 3-5 2017``: the last month and year hold for what does not say otherwise."""
    parts = match.groupdict()
    month = parts.get("m2") or match["m1"]
    last = _one_day(match["d2"], month, match["y"], today)
    first_month = _month_number(match["m1"] or month)
    first = date(last.year - (first_month > last.month), first_month, _day_number(match["d1"]))
    return _days(first, last)


def read_quarter(match: Match[str], today: date) -> Span:
    """``Q2 2017``, ``second quarter of 2017``."""
    words = {"first": 1, "1st": 1, "second": 2, "2nd": 2, "third": 3, "3rd": 3, "fourth": 4, "4th": 4, "last": 4}
    name = match["q"]
    number = words.get(name) or int(name[-1])
    first = 3 * number - 2
    start = date(_year_of(match["y"] or match.groupdict().get("y0"), first, today), first, 1)
    return start, add_months(start, 3)


def read_half(match: Match[str], today: date) -> Span:
    """``first half of 2017``, ``H2``."""
    first = 1 if match["h"] in {"first", "1st", "h1"} else 7
    start = date(_year_of(match["y"], first, today), first, 1)
    return start, add_months(start, 6)


def read_season(match: Match[str], today: date) -> Span:
    """``summer 2017``, ``last winter``: three whole months."""
    month = _SEASON_START[match[2]]
    year = _year_of(match["y"], month, today)
    if match[1] == "next":
        year += 1
    elif match[1] in {"last", "previous"} and add_months(date(year, month, 1), 3) > today:
        year -= 1
    start = date(year, month, 1)
    return start, add_months(start, 3)


def read_trailing(match: Match[str], today: date) -> Span:
    """The last n days end with today; months and years are whole calendar ones when they are "last", not "past"."""
    count, unit = count_of(match[2] or "a"), match[3]
    days = {"hour": 1, "day": count, "week": 7 * count}.get(unit)
    if unit == "hour":
        days = max(1, -(-count // 24))
    if days is not None:
        return _after(today - timedelta(days=days)), _after(today)
    months = count * {"month": 1, "quarter": 3, "year": 12}[unit]
    first = add_months(today, -months)
    last_day = (add_months(first, 1) - timedelta(days=1)).day
    return _after(first.replace(day=min(today.day, last_day))), _after(today)


def read_leading(match: Match[str], today: date) -> Span:
    """``next 3 days``: from tomorrow on."""
    hours = horizon_hours(count_of(match["n"] or "a"), match["unit"])
    return _after(today), _after(today) + timedelta(days=-(-hours // 24))


def read_calendar(match: Match[str], today: date) -> Span:
    """This, last or next week, month, quarter, year, weekend."""
    step = {"this": 0, "current": 0, "next": 1, "coming": 1, "upcoming": 1, "following": 1}.get(match[1], -1)
    unit = match[2]
    if unit == "week":
        start = today - timedelta(days=today.weekday()) + timedelta(weeks=step)
        return start, start + timedelta(days=7)
    if unit == "weekend":
        start = today - timedelta(days=(today.weekday() - 5) % 7) + timedelta(weeks=max(step, 0))
        start -= timedelta(weeks=1 if step < 0 and today.weekday() >= 5 else 0)
        return start, start + timedelta(days=2)
    months = {"month": 1, "quarter": 3, "year": 12}[unit]
    first = today.replace(day=1)
    start = add_months(first, -((first.month - 1) % months) + step * months)
    return start, add_months(start, months)


def read_named_day(match: Match[str], today: date) -> Span:
    """``yesterday``, ``day after tomorrow``."""
    offset = {"today": 0, "tonight": 0, "yesterday": -1, "tomorrow": 1, "last night": -1}
    words = re.sub(r"\s+", " ", match[0])
    shift = {"day before yesterday": -2, "day after tomorrow": 2}.get(words, offset.get(words, 0))
    day = today + timedelta(days=shift)
    return day, _after(day)


def read_weekday(match: Match[str], today: date) -> Span:
    """``last tuesday``, ``next friday``."""
    target = WEEKDAYS.index(match[2][:3])
    if match[1] in {"next", "coming"}:
        day = today + timedelta(days=(target - today.weekday() - 1) % 7 + 1)
    else:
        day = today - timedelta(days=(today.weekday() - target) % 7)
        day -= timedelta(days=7 if match[1] == "last" and day == today else 0)
    return day, _after(day)


def read_last_named_month(match: Match[str], today: date) -> Span:
    """``last march``, ``next june``."""
    month = _month_number(match[2])
    year = _year_of(None, month, today)
    if match[1] == "next":
        year += 1
    elif match[1] in {"last", "previous"} and (year, month) == (today.year, today.month):
        year -= 1
    return _month(year, month)


def read_since(match: Match[str], today: date) -> Span:
    """``since march``, ``since 3 May 2016``: up to today."""
    if match["m"] and match["d"]:
        return _one_day(match["d"], match["m"], match["y"], today), _after(today)
    if match["m"]:
        month = _month_number(match["m"])
        return date(_year_of(match["y"], month, today), month, 1), _after(today)
    return date(int(match["y"]), 1, 1), _after(today)


def read_to_date(match: Match[str], today: date) -> Span:
    """``year to date``."""
    unit = "month" if "month" in match[0] or "mtd" in match[0] else "year"
    return (today.replace(day=1) if unit == "month" else date(today.year, 1, 1)), _after(today)


def read_bare_month(match: Match[str], today: date) -> Span:
    """``march 2017``, ``march``."""
    month = _month_number(match["m1"])
    return _month(_year_of(match["y1"], month, today), month)


def read_years(match: Match[str], _: date) -> Span:
    """``2016-2017``: whole years."""
    return date(int(match[1]), 1, 1), date(int(match[2]) + 1, 1, 1)


def read_iso_range(match: Match[str], _: date) -> Span:
    """``2017-01-05 to 2017-01-09``, both included."""
    return _days(date.fromisoformat(match[1]), date.fromisoformat(match[2]))


def read_iso_day(match: Match[str], _: date) -> Span:
    """``2017-01-05``."""
    return _days(date.fromisoformat(match[1]), date.fromisoformat(match[1]))


def read_numeric_day(match: Match[str], _: date) -> Span:
    """``14/06/2017``, ``14.6.17``: one day."""
    day = _numeric(match["a"], match["b"], match["y"])
    return _days(day, day)


def read_year_first_day(match: Match[str], _: date) -> Span:
    """``2017/06/14``, ``2017.6.14``, ``20170614``."""
    day = date(int(match["y"]), int(match["m"]), int(match["d"]))
    return _days(day, day)


def _numeric(first: str, second: str, year: str) -> date:
    """Day first, as on most of the world's bills, unless the second number can be no month."""
    day, month = (int(second), int(first)) if int(second) > 12 else (int(first), int(second))
    return date(int(year) + (2000 if len(year) == 2 else 0), month, day)


def read_numeric_month(match: Match[str], _: date) -> Span:
    """``06/2017``."""
    return _month(int(match["y"]), int(match["m"]))


def read_iso_week(match: Match[str], today: date) -> Span:
    """``week 23 of 2017``, ``2017-W23``: Monday to Sunday, numbered as ISO 8601 does."""
    start = date.fromisocalendar(int(match["y"] or today.isocalendar().year), int(match["w"]), 1)
    return start, start + timedelta(days=7)


def read_part_of_month(match: Match[str], today: date) -> Span:
    """``first two weeks of March 2017``, ``last week of May``: counted from the first or the last day."""
    month = _month_number(match["m"])
    start, end = _month(_year_of(match["y"], month, today), month)
    days = count_of(match["n"] or "a") * (7 if match["unit"].startswith("week") else 1)
    return (start, start + timedelta(days=days)) if match["which"] == "first" else (end - timedelta(days=days), end)


def read_part_of_year(match: Match[str], _: date) -> Span:
    """``last three months of 2016``."""
    start, months = date(int(match["y"]), 1, 1), count_of(match["n"])
    end = add_months(start, 12)
    return (start, add_months(start, months)) if match["which"] == "first" else (add_months(end, -months), end)


def read_numeric_range(match: Match[str], _: date) -> Span:
    """``1/3/2017 - 15/3/2017``, both days included; a first day without year is of the second's."""
    last = _numeric(match["a2"], match["b2"], match["y2"])
    return _days(_numeric(match["a"], match["b"], match["y"] or match["y2"]), last)


def read_iso_month(match: Match[str], _: date) -> Span:
    """``2017-03``."""
    return _month(int(match[1]), int(match[2]))


def read_day(match: Match[str], today: date) -> Span:
    """``14 June 2017``, ``June 14th``: groups d, m and y."""
    day = _one_day(match["d"], match["m"], match["y"], today)
    return _days(day, day)


def read_holiday(match: Match[str], today: date) -> Span:
    """``Christmas Day 2016``, ``last Thanksgiving``."""
    day = holiday(match["name"], int(match["y"]) if match["y"] else None, today)
    return _days(day, day)


def read_year(match: Match[str], _: date) -> Span:
    """``2017``."""
    return date(int(match[1]), 1, 1), date(int(match[1]) + 1, 1, 1)
