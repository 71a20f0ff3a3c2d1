"""What each chart takes.

A payload's fields that hold rows become the chart's named data sources; its other fields become chart parameters.
Rows are encoded as arrays, ``[1483228800000, 12.3, …]``, and get their column names back in the browser from the
specification. Times are epoch milliseconds of the site's wall clock read as if it were UTC: ``wall_clock`` makes them.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime

from msgspec import Struct

from eaio.timeseries.format import period
from eaio.timeseries.units import Carrier


def wall_clock(local: datetime | date) -> int:
    """Epoch milliseconds of a local wall-clock time (naive, or aware in the site's zone) or of a day's start."""
    if not isinstance(local, datetime):
        return int(datetime(local.year, local.month, local.day, tzinfo=UTC).timestamp() * 1000)
    return int(local.replace(tzinfo=UTC).timestamp() * 1000)


def as_wall_clock(milliseconds: int) -> datetime:
    """The naive local time that ``wall_clock`` made the number of."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).replace(tzinfo=None)


def about(
    data: str,
    days: tuple[date, date] | None = None,
    zone: str | None = None,
    known: tuple[int, int] | None = None,
    noun: str = "hours present",
) -> str:
    """What a chart is drawn from, in a sentence or two: the same words under every chart.

    Args:
        data: meters or buildings, as they are called: "2 electricity meters of Agave Offices".
        days: local days [start, end).
        zone: whose wall clock the times are.
        known: how many are known of how many.
        noun: of what, and what is known of them.
    """
    parts = [data, *([period(*days)] if days else []), *([f"times in {zone}"] if zone else [])]
    present = f" {known[0]:,} of {known[1]:,} {noun}." if known else ""
    return f"{', '.join(parts)}.{present}"


class Payload(Struct, frozen=True, kw_only=True):
    """What every chart's data have in common."""

    about: str = ""
    """From which data, period and clock, and with which coverage; stands under the chart (``about``)."""


class Reading(Struct, frozen=True, array_like=True):
    """A point of a measured line; ``low`` and ``high`` span what a reduced point stands for; null is missing."""

    time: int
    value: float | None
    low: float | None = None
    high: float | None = None
    coverage: float | None = None
    """Share of the expected readings that are present, 0 to 1."""


class Expected(Struct, frozen=True, array_like=True):
    """A point of a forecast or of a counterfactual with its interval."""

    time: int
    value: float | None
    low: float | None = None
    high: float | None = None


class Compared(Struct, frozen=True, array_like=True):
    """A point of the comparison period, already shifted onto this period's time."""

    time: int
    value: float | None


class Span(Struct, frozen=True, array_like=True):
    """An anomaly: from ``start`` to ``end``, what it is in a few words, and the page that explains it."""

    start: int
    end: int
    label: str
    href: str | None = None


class Gap(Struct, frozen=True, array_like=True):
    """A stretch without readings."""

    start: int
    end: int


class Hour(Struct, frozen=True, array_like=True):
    """An hour of the typical week, 0 is Monday 00:00, with the middle half of its readings."""

    hour: int
    value: float | None
    low: float | None = None
    high: float | None = None


class Cell(Struct, frozen=True, array_like=True):
    """An hour of a day in a heat map; null is missing."""

    day: int
    hour: int
    value: float | None


class Dot(Struct, frozen=True, array_like=True):
    """A day's use against its mean outdoor temperature in degC."""

    temperature: float
    value: float
    day: int
    group: str = "Working day"


class Residual(Struct, frozen=True, array_like=True):
    """A day (or month) of use less what the model expects of it, with its mean outdoor temperature in degC."""

    time: int
    value: float
    temperature: float | None
    group: str = "Baseline"


class Fitted(Struct, frozen=True, array_like=True):
    """A point of the fitted temperature model with its interval."""

    temperature: float
    value: float
    low: float | None = None
    high: float | None = None


class Balance(Struct, frozen=True, array_like=True):
    """A balance point of the model: heating below or cooling above."""

    temperature: float
    label: str


class Peer(Struct, frozen=True, array_like=True):
    """A building on the benchmark strip; ``here`` marks the one being looked at."""

    value: float
    name: str
    href: str | None = None
    here: bool = False


class Mark(Struct, frozen=True, array_like=True):
    """A reference on the benchmark strip, such as the median of the peers."""

    value: float
    label: str


class Bar(Struct, frozen=True, array_like=True):
    """A bar of a ranking, in the order given; ``text`` is the value as people read it."""

    name: str
    value: float
    text: str
    href: str | None = None


class Step(Struct, frozen=True, array_like=True):
    """A step of a waterfall: a change, or a total that starts from zero."""

    label: str
    value: float
    text: str
    total: bool = False


class Month(Struct, frozen=True, array_like=True):
    """A carrier's use in a month."""

    month: int
    carrier: Carrier
    value: float | None
    coverage: float | None = None


class LoadChart(Payload, frozen=True, kw_only=True):
    """Power over time: measured, expected, compared, anomalies and gaps; several carriers together are None."""

    carrier: Carrier | None
    unit: str = "kW"
    load: Sequence[Reading]
    expected: Sequence[Expected] = ()
    comparison: Sequence[Compared] = ()
    anomalies: Sequence[Span] = ()
    gaps: Sequence[Gap] = ()


class TrialChart(Payload, frozen=True, kw_only=True):
    """Power over time with the events that changed parameters would find, and those that the present ones find."""

    carrier: Carrier | None
    unit: str = "kW"
    load: Sequence[Reading]
    expected: Sequence[Expected] = ()
    anomalies: Sequence[Span] = ()
    before: Sequence[Span] = ()


class ProfileChart(Payload, frozen=True, kw_only=True):
    """The typical week: 168 hours."""

    carrier: Carrier
    unit: str = "kW"
    profile: Sequence[Hour]
    comparison: Sequence[Hour] = ()


class HeatmapChart(Payload, frozen=True, kw_only=True):
    """Hour of day by day."""

    unit: str = "kW"
    cells: Sequence[Cell]


class ScatterChart(Payload, frozen=True, kw_only=True):
    """Daily use against outdoor temperature with the change-point model."""

    carrier: Carrier
    unit: str = "kWh a day"
    days: Sequence[Dot]
    fitted: Sequence[Fitted] = ()
    balance: Sequence[Balance] = ()


class ResidualChart(Payload, frozen=True, kw_only=True):
    """Residuals of a baseline model, of its own period and of the reporting period, around zero."""

    carrier: Carrier
    unit: str = "kWh a day"
    residuals: Sequence[Residual]


class BenchmarkChart(Payload, frozen=True, kw_only=True):
    """Peers on one line."""

    unit: str = "kWh/m² a year"
    peers: Sequence[Peer]
    marks: Sequence[Mark] = ()


class RankingChart(Payload, frozen=True, kw_only=True):
    """Bars from zero, longest first as given."""

    carrier: Carrier | None = None
    unit: str
    bars: Sequence[Bar]


class WaterfallChart(Payload, frozen=True, kw_only=True):
    """From one total to another in steps; a fall is good when the quantity is use or cost."""

    unit: str
    fall_is_good: bool = True
    steps: Sequence[Step]


class MonthlyChart(Payload, frozen=True, kw_only=True):
    """Stacked months by carrier, with the comparison period's total as a mark on each month."""

    unit: str = "kWh"
    months: Sequence[Month]
    comparison: Sequence[Compared] = ()


class CumulativeChart(Payload, frozen=True, kw_only=True):
    """Savings added up since the measure, with the interval."""

    unit: str = "kWh"
    saved: Sequence[Expected]


class StackedMonth(Struct, frozen=True, array_like=True):
    """A part of a month's use."""

    month: int
    part: str
    value: float
    coverage: float | None = None


class StackChart(Payload, frozen=True, kw_only=True):
    """Months as stacked parts: base at the bottom, then schedule, heating, cooling."""

    unit: str = "kWh"
    parts: Sequence[StackedMonth]


class PairCell(Struct, frozen=True, array_like=True):
    """A pair of series in a matrix; ``text`` is the figure as people read it, empty where there is none."""

    row: str
    column: str
    value: float | None
    text: str
    n: int
    significant: bool
    note: str


class MatrixChart(Payload, frozen=True, kw_only=True):
    """Correlations of rows with columns, -1 to 1."""

    unit: str = ""
    pairs: Sequence[PairCell]


class CalendarDay(Struct, frozen=True, array_like=True):
    """A day in a calendar: its week (the Monday), weekday (0 is Monday) and figure; null is missing."""

    day: int
    week: int
    weekday: int
    value: float | None
    note: str = ""


class CalendarChart(Payload, frozen=True, kw_only=True):
    """Days as a calendar, weeks along, weekdays downwards."""

    unit: str = "kW"
    dates: Sequence[CalendarDay]


class SparklineChart(Payload, frozen=True, kw_only=True):
    """A small line without axes."""

    carrier: Carrier
    unit: str = "kW"
    load: Sequence[Reading]
