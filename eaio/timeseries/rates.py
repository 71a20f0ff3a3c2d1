"""Default energy prices and carbon factors: dated, sourced, and meant to be overridden.

Every figure carries its year, its source and how far it was checked. An organisation's own tariffs and factors replace
these; nothing here is a quotation for a building. All money is US dollars, so that a portfolio adds up; foreign prices
say at what rate they were converted.
"""

from collections.abc import Mapping
from enum import StrEnum

from msgspec import Struct

from eaio.timeseries.units import Carrier


class Checked(StrEnum):
    """How far a figure was followed to its source."""

    PRIMARY = "primary"
    """Read in the publication itself."""
    SECONDARY = "secondary"
    """Read in a copy or a summary of the publication."""
    ASSUMED = "assumed"
    """An engineering assumption or a figure not yet read in its source: replace it before deciding on it."""


class Sourced(Struct, frozen=True):
    """A figure, its unit, its year and where it comes from."""

    value: float
    unit: str
    year: int
    source: str
    checked: Checked


class Rates(Struct, frozen=True):
    """What a unit of each carrier costs and emits in one region; an absent carrier is unknown, not free."""

    region: str
    currency: str
    price: Mapping[Carrier, Sourced]
    carbon: Mapping[Carrier, Sourced]

    def money(self, carrier: Carrier, amount: float | None) -> float | None:
        """Cost of an amount in the carrier's unit (kWh or litres); None when price or amount is unknown."""
        rate = self.price.get(carrier)
        return None if rate is None or amount is None else amount * rate.value

    def co2(self, carrier: Carrier, amount: float | None) -> float | None:
        """Emissions of an amount in kgCO2e; None when factor or amount is unknown."""
        factor = self.carbon.get(carrier)
        return None if factor is None or amount is None else amount * factor.value


NIST = "NIST BLCC energy price data 2025, commercial sector"
EGRID = "US EPA eGRID, total output emission rate"
BOILER_EFFICIENCY = 0.80
PLANT_COP = 4.5

_PRICES: dict[str, tuple[float, float]] = {
    "US": (0.1285, 0.0291),
    "New England": (0.2247, 0.0365),
    "Mid Atlantic": (0.1624, 0.0274),
    "South Atlantic": (0.1062, 0.0308),
    "East North Central": (0.1216, 0.0235),
    "West North Central": (0.1061, 0.0260),
    "East South Central": (0.1179, 0.0303),
    "West South Central": (0.0937, 0.0271),
    "Mountain": (0.1098, 0.0281),
    "Pacific": (0.2037, 0.0428),
}
"""USD per kWh of electricity and gas by census division."""

_ABROAD: dict[str, tuple[float, float, str]] = {
    "United Kingdom": (0.33, 0.083, "DESNZ non-domestic prices 2024, about 26 and 6.5 p/kWh, at 1.28 USD/GBP"),
    "Ireland": (0.28, 0.081, "SEAI business prices 2024, about 26 and 7.5 c/kWh, at 1.08 USD/EUR"),
    "Ontario": (0.11, 0.028, "Ontario commercial bills 2024, about 15 and 3.8 c/kWh, at 0.73 USD/CAD"),
}

_GRID: dict[str, tuple[tuple[int, float], ...]] = {
    "US": ((2024, 0.3408), (2023, 0.3497)),
    "FRCC": ((2024, 0.3473), (2023, 0.3560)),
    "AZNM": ((2024, 0.3030), (2023, 0.3203)),
    "RFCE": ((2024, 0.2817), (2023, 0.2718)),
    "CAMX": ((2024, 0.1837), (2023, 0.1950)),
    "NYUP": ((2024, 0.1236), (2023, 0.1101)),
    "ERCT": ((2024, 0.3191), (2023, 0.3341)),
    "MROW": ((2024, 0.3940), (2023, 0.4203)),
    "UK": ((2026, 0.131), (2025, 0.177)),
    "Ireland": ((2024, 0.23),),
    "Ontario": ((2024, 0.04),),
}
"""kgCO2e per kWh of electricity used, by year, newest first."""

GRID_REGIONS = frozenset(_GRID)

_GRID_SOURCE: dict[str, tuple[str, Checked]] = {
    "UK": ("UK government conversion factors for company reporting", Checked.SECONDARY),
    "Ireland": ("SEAI emission factors", Checked.ASSUMED),
    "Ontario": ("Canada national inventory report", Checked.ASSUMED),
}

GAS_CARBON = {
    "US": Sourced(0.1812, "kgCO2e/kWh", 2024, "US EPA emission factors hub", Checked.SECONDARY),
    "UK": Sourced(0.1823, "kgCO2e/kWh", 2026, "UK government conversion factors", Checked.SECONDARY),
}
DISTRICT_HEAT_CARBON = Sourced(
    0.2266, "kgCO2e/kWh", 2024, "US EPA emission factors hub, steam and heat", Checked.SECONDARY
)
WATER_PRICE = Sourced(0.0026, "USD/L", 2024, "US water and sewer, about 10 USD per 1,000 gal", Checked.ASSUMED)
IRRIGATION_PRICE = Sourced(0.0013, "USD/L", 2024, "US water without sewer, about 5 USD per 1,000 gal", Checked.ASSUMED)
WATER_CARBON = Sourced(0.00034, "kgCO2e/L", 2024, "UK conversion factors, supply and treatment", Checked.ASSUMED)
IRRIGATION_CARBON = Sourced(0.00015, "kgCO2e/L", 2024, "UK conversion factors, supply", Checked.ASSUMED)


def grid_factor(grid: str, year: int | None = None) -> Sourced:
    """Carbon of a kWh from a grid: the newest factor, or the newest that is not later than ``year``."""
    vintages = _GRID[grid]
    vintage, value = next((v for v in vintages if year is None or v[0] <= year), vintages[-1])
    source, checked = _GRID_SOURCE.get(grid, (EGRID, Checked.SECONDARY))
    return Sourced(value, "kgCO2e/kWh", vintage, f"{source}, {grid}", checked)


def regional_rates(prices: str, grid: str, year: int | None = None) -> Rates:
    """Rates of a price region (census division or country) on a grid (eGRID subregion or country).

    District heat is priced as gas through a boiler of 80 %, chilled water as electricity through a plant of COP 4.5.
    """
    electricity, gas = _energy_prices(prices)
    cold = f"electricity / plant COP {PLANT_COP}"
    heat = _derived(gas, 1 / BOILER_EFFICIENCY, f"gas / boiler efficiency {BOILER_EFFICIENCY}")
    power = grid_factor(grid, year)
    return Rates(
        region=prices if prices == grid else f"{prices} / {grid}",
        currency="USD",
        price={
            Carrier.ELECTRICITY: electricity,
            Carrier.SOLAR: electricity,
            Carrier.GAS: gas,
            Carrier.STEAM: heat,
            Carrier.HOTWATER: heat,
            Carrier.CHILLEDWATER: _derived(electricity, 1 / PLANT_COP, cold),
            Carrier.WATER: WATER_PRICE,
            Carrier.IRRIGATION: IRRIGATION_PRICE,
        },
        carbon={
            Carrier.ELECTRICITY: power,
            Carrier.SOLAR: power,
            Carrier.GAS: GAS_CARBON["UK" if grid in {"UK", "Ireland"} else "US"],
            Carrier.STEAM: DISTRICT_HEAT_CARBON,
            Carrier.HOTWATER: DISTRICT_HEAT_CARBON,
            Carrier.CHILLEDWATER: _derived(power, 1 / PLANT_COP, cold),
            Carrier.WATER: WATER_CARBON,
            Carrier.IRRIGATION: IRRIGATION_CARBON,
        },
    )


def _energy_prices(region: str) -> tuple[Sourced, Sourced]:
    if region in _ABROAD:
        electricity, gas, source = _ABROAD[region]
        year, checked = 2024, Checked.ASSUMED
    else:
        (electricity, gas), source = _PRICES[region], f"{NIST}, {region}"
        year, checked = 2025, Checked.PRIMARY
    return Sourced(electricity, "USD/kWh", year, source, checked), Sourced(gas, "USD/kWh", year, source, checked)


def _derived(base: Sourced, factor: float, how: str) -> Sourced:
    return Sourced(round(base.value * factor, 5), base.unit, base.year, f"{how}; {base.source}", Checked.ASSUMED)
