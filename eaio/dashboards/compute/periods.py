"""Periods that pages speak of: local days, ending with the newest reading."""

from calendar import monthrange
from datetime import date, datetime, timedelta

from eaio.dashboards.models import Asked, Compare, Preset, View
from eaio.infra.errors import Invalid
from eaio.timeseries.units import Carrier

DAY = timedelta(days=1)
LONGEST = 366 * 60


def view(asked: Asked, first: date, last: date, default: Preset, carrier: Carrier | None = None) -> View:
    """The context of a page over readings of the local days ``first`` to ``last``, both included.

    Raises:
        Invalid: the last day lies before the first, or the period is longer than sixty years.
    """
    preset = None if asked.start or asked.end else asked.period or default
    start, end = _preset(preset, first, last) if preset else _chosen(asked, first, last)
    compare = asked.compare or Compare.BEFORE
    return View(
        asked=asked,
        preset=preset,
        start=start,
        end=end,
        first=first,
        last=last,
        compare=compare,
        before=_before(compare, start, end),
        carrier=asked.carrier or carrier,
    )


def last_complete(last: datetime) -> date:
    """The last local day that the newest reading completes, so that totals never count hours yet to come as missing."""
    return last.date() if last.hour == 23 else last.date() - DAY


def _preset(preset: Preset, first: date, last: date) -> tuple[date, date]:
    end = last + DAY
    starts = {
        Preset.WEEK: end - 7 * DAY,
        Preset.MONTH: end - 30 * DAY,
        Preset.YEAR: months_earlier(end, 12),
        Preset.ALL: first,
    }
    return starts[preset], end


def _chosen(asked: Asked, first: date, last: date) -> tuple[date, date]:
    start, final = asked.start or first, asked.end or last
    if final < start:
        raise Invalid("The last day lies before the first", end="before the first day")
    if (final - start).days > LONGEST:
        raise Invalid("A period has at most sixty years", start="too early")
    return start, final + DAY


def _before(compare: Compare, start: date, end: date) -> tuple[date, date] | None:
    if compare is Compare.NONE:
        return None
    months = 12 if compare is Compare.YEAR or start == months_earlier(end, 12) else _whole_months(start, end)
    if months:
        return months_earlier(start, months), months_earlier(end, months)
    return start - (end - start), start


def _whole_months(start: date, end: date) -> int:
    """How many calendar months a period consists of; 0 if it begins or ends within one."""
    return 0 if start.day != 1 or end.day != 1 else 12 * (end.year - start.year) + end.month - start.month


def months_earlier(day: date, months: int) -> date:
    """The same day some months before, or the last one of a shorter month."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))
