"""In what a page shows use: energy as metered, per floor area, money, carbon."""

from collections.abc import Sequence

import msgspec
import polars as pl

from eaio.dashboards.models import Quantity
from eaio.infra.charts.models import LoadChart
from eaio.infra.errors import InsufficientData
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import CARRIER_LABEL, KWH, Carrier

CARBON = "kgCO2e"
NO_AREA = "Use per floor area needs a floor area that is not known; enter it with the building"


def unit_of(quantity: Quantity, unit: str, currency: str) -> str:
    """The unit of an amount whose metered unit is ``unit``."""
    of = {Quantity.ENERGY: unit, Quantity.AREA: f"{unit}/m²", Quantity.MONEY: currency, Quantity.CO2: CARBON}
    return of[quantity]


def rate_unit_of(quantity: Quantity, unit: str, currency: str) -> str:
    """The unit of the same per hour: kWh in an hour are kW."""
    if unit == KWH and quantity in {Quantity.ENERGY, Quantity.AREA}:
        return "kW" if quantity is Quantity.ENERGY else "W/m²"
    return f"{unit_of(quantity, unit, currency)} per hour"


def factor(quantity: Quantity, carrier: Carrier, rates: Rates | None, area_m2: float | None) -> float:
    """What an amount in a carrier's unit is multiplied by.

    Raises:
        InsufficientData: the floor area, the price or the carbon factor is not known.
    """
    if quantity is Quantity.ENERGY:
        return 1.0
    if quantity is Quantity.AREA:
        if not area_m2:
            raise InsufficientData(NO_AREA)
        return 1 / area_m2
    known = None if rates is None else (rates.money if quantity is Quantity.MONEY else rates.co2)(carrier, 1.0)
    if known is None:
        what = "price" if quantity is Quantity.MONEY else "carbon factor"
        raise InsufficientData(f"There is no {what} of {CARRIER_LABEL[carrier].lower()} for this site; enter one")
    return known


def scaled(chart: LoadChart, by: float, unit: str) -> LoadChart:
    """A load chart in another quantity."""

    def times(value: float | None) -> float | None:
        return None if value is None else value * by

    replace = msgspec.structs.replace
    return replace(
        chart,
        unit=unit,
        load=[replace(row, value=times(row.value), low=times(row.low), high=times(row.high)) for row in chart.load],
        expected=[
            replace(row, value=times(row.value), low=times(row.low), high=times(row.high)) for row in chart.expected
        ],
        comparison=[replace(row, value=times(row.value)) for row in chart.comparison],
    )


def months_per_area(months: pl.DataFrame, area_m2: float | None) -> pl.DataFrame:
    """Metering's ``MONTHLY`` per floor area; raises InsufficientData where that is not known."""
    if not area_m2:
        raise InsufficientData(NO_AREA)
    return months.with_columns(pl.col("total") / area_m2)


def months_priced(
    of_sites: Sequence[tuple[str, pl.DataFrame]], rates: pl.DataFrame, quantity: Quantity
) -> pl.DataFrame:
    """``MONTHLY`` of several sites, each at its own rates (``RATES``), added up; null where no rate is known."""
    column = "price" if quantity is Quantity.MONEY else "carbon"
    placed = [months.with_columns(site_id=pl.lit(site)) for site, months in of_sites]
    total = pl.col("total") * pl.col(column)
    return (
        pl.concat(placed)
        .join(rates, on=["site_id", "carrier"], how="left")
        .group_by("carrier", "month")
        .agg(pl.when(total.count() > 0).then(total.sum()).alias("total"), pl.col("readings", "expected").sum())
        .sort("month", "carrier")
    )
