"""What verified savings are worth."""

from msgspec import Struct

from eaio.timeseries.rates import Sourced


class Worth(Struct, frozen=True, kw_only=True):
    """Money and carbon of avoided use; what has no price or factor is unknown, not nothing."""

    money: float | None = None
    money_band: float | None = None
    """Half-width at the confidence of the savings, from the use alone: the price is taken as certain."""
    co2_kg: float | None = None
    co2_band: float | None = None
    price: Sourced | None = None
    factor: Sourced | None = None
