"""Figures out of metering's frames: months, hours, days."""

from collections.abc import Callable, Collection, Iterable, Sequence
from math import ceil, floor, log10

import msgspec
import polars as pl
from msgspec import Struct

from eaio.infra.charts import models as charts
from eaio.infra.charts.models import wall_clock
from eaio.reports.compute.use import year_before
from eaio.reports.models import ENOUGH, Figure, MonthUse, Panel
from eaio.timeseries.format import number, quantity
from eaio.timeseries.units import CARRIER_LABEL, KWH, UNIT_OF, Carrier

FEW = 4
"""Carriers up to which a month's panel is tall."""
LONGEST_HEATMAP = 366
"""Days that a heat map on paper shows: the last ones of a longer period."""
SHADES = 24
"""Steps of a heat map on paper; more cannot be told apart in print and make the file heavy."""


def panel(chart: str, payload: Struct, title: str = "", height: int | None = None, alternative: str = "") -> Panel:
    """A chart with its data, ready to travel."""
    raw = msgspec.Raw(msgspec.json.encode(payload))
    return Panel(chart=chart, payload=raw, title=title, height=height, alternative=alternative)


def numbered(figures: Iterable[Figure | None]) -> tuple[Figure, ...]:
    """The figures that could be drawn, numbered in the order of the paper."""
    drawn = [figure for figure in figures if figure is not None]
    return tuple(msgspec.structs.replace(figure, number=place) for place, figure in enumerate(drawn, 1))


def month_uses(months: pl.DataFrame) -> tuple[MonthUse, ...]:
    """Rows of metering's MONTHLY, by carrier and month."""
    found = (
        MonthUse(
            month=row["month"],
            carrier=Carrier(row["carrier"]),
            total=row["total"],
            readings=row["readings"],
            expected=row["expected"],
            estimated=row["estimated"],
        )
        for row in months.iter_rows(named=True)
    )
    return tuple(sorted(found, key=lambda month: (list(Carrier).index(month.carrier), month.month)))


def months_figure(
    now: Sequence[MonthUse], before: Sequence[MonthUse], comparable: Collection[Carrier]
) -> Figure | None:
    """A panel of monthly bars per carrier; where the years compare, the one before as a line across each month."""
    carriers = list(dict.fromkeys(month.carrier for month in now if month.total is not None))
    before = [month for month in before if month.carrier in comparable]
    if not carriers:
        return None
    single = len({month.month for month in now}) == 1
    return Figure(
        name="months",
        title="Use by month and carrier",
        note="Bars: this period; dark line across a bar: the same month a year earlier, where the years compare. "
        "Paler bars are months of which under 90 % of the readings are present; a month that the period "
        "cuts counts only its days within." + (" The period holds a single month." if single else ""),
        panels=tuple(_months_panel(carrier, now, before, 112 if len(carriers) <= FEW else 88) for carrier in carriers),
    )


def _months_panel(carrier: Carrier, now: Sequence[MonthUse], before: Sequence[MonthUse], height: int) -> Panel:
    own = [month for month in now if month.carrier is carrier]
    earlier = {month.month: month for month in before if month.carrier is carrier and _share(month) >= ENOUGH}
    compared = [
        charts.Compared(wall_clock(month.month), earlier[known].total)
        for month in own
        if (known := year_before(month.month)) in earlier
    ]
    bars = [charts.Month(wall_clock(month.month), carrier, month.total, _share(month)) for month in own]
    payload = charts.MonthlyChart(unit=UNIT_OF[carrier], months=bars, comparison=compared)
    most = max(own, key=lambda month: month.total or 0.0)
    return panel(
        "monthly",
        payload,
        title=CARRIER_LABEL[carrier],
        height=height,
        alternative=f"{CARRIER_LABEL[carrier]} by month; most in {most.month:%B %Y}: "
        + quantity(most.total, UNIT_OF[carrier]),
    )


def _share(month: MonthUse) -> float:
    return month.readings / month.expected if month.expected else 0.0


def summed(frames: Sequence[pl.DataFrame]) -> pl.DataFrame | None:
    """Several meters' HOURLY frames over the same hours added up; an hour in which one is missing is missing."""
    known = [frame for frame in frames if frame.height]
    if not known or len({frame.height for frame in known}) > 1:
        return known[0] if len(known) == 1 else None
    together = pl.sum_horizontal([frame["value"] for frame in known], ignore_nulls=False)
    return known[0].with_columns(value=pl.select(together).to_series())


def heatmap_figure(hourly: pl.DataFrame, carrier: Carrier) -> Figure | None:
    """Hour of day by day, in ``SHADES`` even steps between the 1st and 99th percentile."""
    last = hourly["local"].max() if hourly.height else None
    if last is None or hourly["value"].null_count() == hourly.height:
        return None
    cells = hourly.select(day=pl.col("local").dt.date(), hour=pl.col("local").dt.hour(), value=pl.col("value")).filter(
        pl.col("day") > pl.col("day").max() - pl.duration(days=LONGEST_HEATMAP)
    )
    low = _round(cells["value"].quantile(0.01) or 0.0, floor)
    high = _round(cells["value"].quantile(0.99) or 0.0, ceil)
    stepped = cells.with_columns(value=_stepped(low, high))
    rows = [charts.Cell(wall_clock(day), hour, value) for day, hour, value in stepped.iter_rows()]
    shortened = " The last 366 days of the period." if hourly.height > cells.height else ""
    return Figure(
        name="heatmap",
        title=f"{CARRIER_LABEL[carrier]}: every hour of every day",
        note=f"One column a day, midnight at the top; the darker, the more, from {_power(low, carrier)} to "
        f"{_power(high, carrier)} (about the 1st and 99th percentile). Hatched: no reading. "
        "Horizontal bands are the daily rhythm, light columns are days off; dark hours at night are use out of "
        f"hours.{shortened}",
        panels=(panel("heatmap", charts.HeatmapChart(unit=rate(carrier), cells=rows), height=190),),
    )


def _stepped(low: float, high: float) -> pl.Expr:
    value = pl.col("value").clip(low, high)
    width = (high - low) / SHADES
    return value if width <= 0 else (((value - low) / width).round() * width + low).round_sig_figs(6)


def _round(value: float, to: Callable[[float], int]) -> float:
    """Two significant digits, outwards."""
    if value == 0:
        return 0.0
    step = 10.0 ** (floor(log10(abs(value))) - 1)
    return to(value / step) * step


def rate(carrier: Carrier) -> str:
    """The unit of an hour's value: kW for energy, litres an hour for water."""
    return "kW" if UNIT_OF[carrier] == KWH else "L/h"


def _power(value: float | None, carrier: Carrier) -> str:
    return f"{number(value)} {rate(carrier)}"
