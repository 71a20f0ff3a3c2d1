"""Avoided use as money and carbon."""

from eaio.recommendations.models.worth import Worth
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import Carrier


def worth_of(rates: Rates, carrier: Carrier, avoided: float | None, band: float | None) -> Worth:
    """Avoided use (kWh or litres) at a site's prices and carbon factors, with its band."""
    return Worth(
        money=rates.money(carrier, avoided),
        money_band=rates.money(carrier, band),
        co2_kg=rates.co2(carrier, avoided),
        co2_band=rates.co2(carrier, band),
        price=rates.price.get(carrier),
        factor=rates.carbon.get(carrier),
    )
