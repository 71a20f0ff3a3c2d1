"""Use by degree day: months with heating and cooling degree days of any base, kWh per degree day, base load."""

from datetime import date

import numpy as np
import polars as pl
from numpy.typing import NDArray

from eaio.analysis.compute import balance, points
from eaio.analysis.compute.series import DEFAULT_BASE, DegreeDayBase
from eaio.analysis.models import DegreeDayMonth, DegreeDayView, Interval, Period, RefusalReason, Refused
from eaio.timeseries import metrics

Floats = NDArray[np.float64]

BASES = (
    ("United States, 65 F", DegreeDayBase(DEFAULT_BASE, DEFAULT_BASE)),
    ("United Kingdom, 15.5 C", DegreeDayBase(15.5, 15.5)),
    ("Europe, heating 15 C, cooling 24 C (Eurostat)", DegreeDayBase(15.0, 24.0)),
    ("ASHRAE 10 C", DegreeDayBase(10.0, 10.0)),
)
"""Usual bases, degC; the balance points of a fitted model describe a building better."""
LEAST_DAYS = 60


def degree_day_view(data: points.Points, period: Period, base: DegreeDayBase, by_hour: bool = False) -> DegreeDayView:
    """Months of a period with degree days, and use split into base, heating and cooling by regression on days.

    kWh per degree day are the regression's slopes, since use divided by degree days would count the base load as
    heating. A slope against physics is left out and the others fitted again.

    Args:
        data: the meter's points; the daily ones are used.
        period: local days.
        base: bases of the degree days, degC.
        by_hour: degree days as means over the hours of each day instead of from the day's mean.

    Raises:
        Refused: fewer than 60 days, or no hourly temperatures for ``by_hour``.
    """
    rows = points.within(points.of_interval(data, Interval.DAILY), period)
    if rows.height < LEAST_DAYS:
        raise Refused(
            RefusalReason.TOO_FEW,
            f"A degree-day view needs {LEAST_DAYS} days with use and temperature; there are {rows.height}",
            "Choose a longer period, or import readings and weather for it",
        )
    if by_hour and rows["temperatures"].null_count() == rows.height:
        raise Refused(RefusalReason.NO_WEATHER, "There are no hourly outdoor temperatures", "Import hourly weather")
    t = points.hour_matrix(rows) if by_hour else rows["temperature"].to_numpy()
    hdd, cdd = balance.cold(t, base.heating), balance.warm(t, base.cooling)
    use = rows["value"].to_numpy()
    load, heating, cooling = _split(use, hdd, cdd)
    return DegreeDayView(
        heating_base=base.heating,
        cooling_base=base.cooling,
        by_hour=by_hour,
        days=rows.height,
        base_load=load,
        per_hdd=heating,
        per_cdd=cooling,
        r2=float(np.nan_to_num(metrics.r2(use, load + heating * hdd + cooling * cdd))),
        months=_months(rows, hdd, cdd),
    )


def normalise(view: DegreeDayView, hdd: float, cdd: float, days: int = 365) -> float:
    """Use of so many days with so many degree days, kWh: the classic weather correction."""
    return view.base_load * days + view.per_hdd * hdd + view.per_cdd * cdd


def _split(use: Floats, hdd: Floats, cdd: Floats) -> tuple[float, float, float]:
    columns: list[Floats] = [np.ones(use.size)]
    names = [index for index, column in enumerate((hdd, cdd)) if column.any()]
    slopes = [0.0, 0.0]
    while True:
        found = np.linalg.lstsq(np.column_stack([*columns, *((hdd, cdd)[i] for i in names)]), use, rcond=None)[0]
        negative = [(value, name) for value, name in zip(found[1:], names, strict=True) if value < 0]
        if not negative:
            break
        names.remove(min(negative)[1])
    for value, name in zip(found[1:], names, strict=True):
        slopes[name] = float(value)
    return float(found[0]), slopes[0], slopes[1]


def _months(rows: pl.DataFrame, hdd: Floats, cdd: Floats) -> tuple[DegreeDayMonth, ...]:
    frame = rows.select("day", "value", "temperature").with_columns(hdd=pl.Series(hdd), cdd=pl.Series(cdd))
    months = frame.group_by(month=pl.col("day").dt.month_start(), maintain_order=True).agg(
        pl.len().alias("days"), pl.col("value", "hdd", "cdd").sum(), pl.col("temperature").mean()
    )
    return tuple(
        DegreeDayMonth(
            month=row["month"],
            days=row["days"],
            calendar_days=_length(row["month"]),
            use=row["value"],
            hdd=row["hdd"],
            cdd=row["cdd"],
            temperature=row["temperature"],
        )
        for row in months.iter_rows(named=True)
    )


def _length(month: date) -> int:
    following = date(month.year + month.month // 12, month.month % 12 + 1, 1)
    return (following - month).days
