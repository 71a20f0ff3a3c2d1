"""A year's use and a site's climate under the weather of a typical year."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import polars as pl
from msgspec import Struct

from eaio.analysis.compute import changepoint, normals, series
from eaio.analysis.compute.series import DEFAULT_BASE
from eaio.analysis.models import ChangePointModel, MeterFigures, Refused, TypicalYear
from eaio.timeseries import calendar
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY

DAYS = 365


class Normal(Struct, frozen=True, kw_only=True):
    """Weather-normalised use of a building and the climate of its site; None with the reason."""

    kwh: float | None = None
    heating_degree_days: float | None = None
    cooling_degree_days: float | None = None
    reason: str
    """How the figure was made, or why there is none."""


def normal_use(hourly: pl.DataFrame, meters: Sequence[MeterFigures], period: tuple[date, date]) -> Normal:
    """What a building would have used in a typical year: each meter's year, moved along its weather model.

    Args:
        hourly: any HOURLY frame of the site, for its temperatures.
        meters: the building's meters; those of bought energy count.
        period: local days [start, end) of the yearly totals.
    """
    try:
        year = normals.typical_year(hourly.select("local", "temperature"))
    except Refused as refusal:
        return Normal(reason=f"Not weather-normalised: {refusal.detail}")
    days = np.asarray(year.daily)
    climate = {
        "heating_degree_days": float(np.maximum(DEFAULT_BASE - days, 0).sum()),
        "cooling_degree_days": float(np.maximum(days - DEFAULT_BASE, 0).sum()),
    }
    energy = [one for one in meters if one.carrier in IMPORTED_ENERGY]
    unknown = sorted({CARRIER_LABEL[one.carrier].lower() for one in energy if one.annual is None or one.model is None})
    if unknown or not energy:
        what = ", ".join(unknown) or "bought energy"
        return Normal(**climate, reason=f"Not weather-normalised: no weather model or yearly total of {what}")
    daily = calendar.daily(hourly.filter(pl.col("local").is_between(*period, closed="left")))
    seen = pl.col("temperature_hours") >= series.MINIMUM_COVERAGE * pl.col("hours")
    actual = daily.filter(seen)["temperature"].drop_nulls().to_numpy()
    if actual.size < DAYS // 2:
        return Normal(**climate, reason=f"Not weather-normalised: {actual.size} days of the year have a temperature")
    added = sum(_moved(one.annual, one.model, year, actual) for one in energy if one.annual is not None and one.model)
    return Normal(kwh=max(added, 0.0), **climate, reason=f"Moved to a typical year. {year.statement}")


def _moved(annual: float, model: ChangePointModel, year: TypicalYear, actual: np.ndarray) -> float:
    if not model.weather_sensitive:
        return annual
    typical = changepoint.predict(model, np.asarray(year.daily)).sum()
    return annual + float(typical - DAYS * changepoint.predict(model, actual).mean())
