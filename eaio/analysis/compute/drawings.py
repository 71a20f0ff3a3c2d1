"""Insights as what their charts take."""

from collections.abc import Sequence
from datetime import timedelta

from eaio.analysis.models.insights import Insights
from eaio.analysis.models.loads import (
    END_USE_LABEL,
    Correlation,
    CorrelationTable,
    EndUse,
    EndUseSplit,
    PeakAnalysis,
    PortfolioPeak,
)
from eaio.infra.charts import models as charts
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, KWH, UNIT_OF, Carrier

DRIVERS = 12


def meters_of(found: Insights, carrier: Carrier) -> str:
    """The meters behind a carrier's figures, in words."""
    count = found.meters.get(carrier.value, 0)
    return f"{count} {CARRIER_LABEL[carrier].lower()} meter{'' if count == 1 else 's'}"


def months(found: Insights, split: EndUseSplit, building: str) -> charts.StackChart:
    """Months of one carrier stacked by what they serve."""
    rows = [
        charts.StackedMonth(charts.wall_clock(month.month), END_USE_LABEL[use], value, month.days / month.expected_days)
        for month in split.months
        for use, value in zip(EndUse, (month.base, month.schedule, month.heating, month.cooling), strict=True)
    ]
    source = f"Estimated from {meters_of(found, split.carrier)} of {building} and the temperature of the site"
    over = charts.about(
        source, (split.start, split.end), found.time_zone, (split.days, split.expected_days), "days have every hour"
    )
    return charts.StackChart(unit=KWH, parts=rows, about=over)


def matrix(found: Insights, building: str) -> charts.MatrixChart:
    """Every carrier against every other one and against the weather."""
    table = found.correlations
    source = f"Daily totals of {', '.join(meters_of(found, Carrier(key)) for key in found.meters)} of {building}"
    days = (table.end - table.start).days
    least = round(min(table.coverage.values(), default=0.0) * days)
    words = charts.about(f"{source} and weather of the site", (table.start, table.end), found.time_zone)
    cells = [_cell(pair, pair.second, pair.first) for pair in (*table.carriers, *table.weather)]
    return charts.MatrixChart(pairs=cells, about=f"{words} Each series is known on {least:,} of {days:,} days or more.")


def _cell(pair: Correlation, row: str, column: str) -> charts.PairCell:
    note = f"{pair.statement}\n{pair.days:,} days"
    if pair.r is not None and pair.low is not None and pair.high is not None:
        note += f"\nr {fmt.signed(pair.r)}, 95 % between {fmt.signed(pair.low)} and {fmt.signed(pair.high)}"
    text = "" if pair.r is None else fmt.signed(pair.r)
    return charts.PairCell(row, column, pair.r, text, pair.days, pair.significant, note)


def rows_of(table: CorrelationTable) -> int:
    """How many rows the matrix has."""
    return len({pair.second for pair in (*table.carriers, *table.weather)})


def calendar(found: Insights, peak: PeakAnalysis, building: str) -> charts.CalendarChart:
    """The highest hour of every day."""
    rows = [
        charts.CalendarDay(
            charts.wall_clock(day.day),
            charts.wall_clock(day.day - timedelta(days=day.day.weekday())),
            day.day.weekday(),
            day.value,
            "" if day.hour is None else f"highest at {day.hour:02d}:00",
        )
        for day in peak.calendar
    ]
    source = f"Highest hour of each day of {meters_of(found, peak.carrier)} of {building} added up"
    over = charts.about(source, (peak.start, peak.end), found.time_zone, (peak.hours, peak.expected_hours))
    return charts.CalendarChart(unit=power_unit(peak.carrier), dates=rows, about=over)


def power_unit(carrier: Carrier) -> str:
    """KW, or litres an hour."""
    return "kW" if UNIT_OF[carrier] == KWH else f"{UNIT_OF[carrier]} an hour"


def load_text(value: float | None, carrier: Carrier) -> str:
    """A load as people read it."""
    return fmt.power(value) if UNIT_OF[carrier] == KWH else fmt.quantity(value, "L an hour")


def drivers(found: PortfolioPeak) -> charts.RankingChart:
    """The buildings that draw most when all together peak."""
    bars = [
        charts.Bar(
            one.label,
            one.at_peak,
            f"{fmt.power(one.at_peak)}, {fmt.percent(one.share)}, of energy {fmt.percent(one.energy_share)}",
            f"/buildings/{one.building_id}/peaks",
        )
        for one in found.shares[:DRIVERS]
    ]
    over = charts.about(
        f"Electricity of {found.buildings} analysed buildings added up hour by hour",
        (found.start.date(), found.end.date()),
        "UTC",
        (found.known, found.buildings),
        "buildings known in that hour",
    )
    return charts.RankingChart(carrier=Carrier.ELECTRICITY, unit="kW", bars=bars, about=over)


def strongest(pairs: Sequence[Correlation]) -> Correlation | None:
    """The closest pair that stands against chance."""
    known = [pair for pair in pairs if pair.significant and pair.r is not None]
    return max(known, key=lambda pair: abs(pair.r or 0.0), default=None)
