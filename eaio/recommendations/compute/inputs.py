"""The prices, factors and costs that a business case rests on: defaults, replaced by own figures."""

from collections.abc import Mapping
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from eaio.recommendations.compute.catalogue import MEASURES
from eaio.recommendations.models import InputUsed, Measure, Range
from eaio.timeseries.rates import Checked, Rates, Sourced
from eaio.timeseries.units import CARRIER_LABEL, Carrier

FINANCE: tuple[InputUsed, ...] = (
    InputUsed("discount_rate", "Discount rate, real", 0.03, 0.03, 0.03, "per year", 2024,
              "NIST/FEMP annual supplement 2024, real rate", Checked.PRIMARY),
    InputUsed("escalation", "Energy price growth, real", 0.0, 0.0, 0.0, "per year", 2025,
              "prices keep pace with inflation", Checked.ASSUMED),
    InputUsed("demand_price", "Demand charge", 6.0, 12.0, 20.0, "USD/kW a month", 2025,
              "common US commercial tariffs; take it from the bill", Checked.ASSUMED),
    InputUsed("flexibility_price", "Payment for flexible load", 20.0, 40.0, 80.0, "USD/kW a year", 2025,
              "common US capacity programmes; ask the utility", Checked.ASSUMED),
)  # fmt: skip


class Inputs(Struct, frozen=True):
    """Every figure by key, and the rates made of them."""

    figures: Mapping[str, InputUsed]
    rates: Rates

    def __getitem__(self, key: str) -> InputUsed:
        return self.figures[key]

    def likely(self, key: str) -> float:
        """The likely value of a figure."""
        return self.figures[key].likely

    def range(self, key: str) -> Range:
        """Low, likely and high of a figure."""
        figure = self.figures[key]
        return Range(figure.low, figure.likely, figure.high)


def resolve(rates: Rates, overrides: Mapping[str, InputUsed]) -> Inputs:
    """Defaults of a region with an organisation's own figures in their place; a key that nobody knows is left out."""
    defaults = {figure.key: figure for figure in (*of_rates(rates), *FINANCE)} | of_catalogue()
    known = {key: figure for key, figure in overrides.items() if key in defaults}
    return Inputs(defaults | known, _rates_with(rates, known))


def of_rates(rates: Rates) -> list[InputUsed]:
    """Prices and carbon factors as figures."""
    tables = (("price", "Price of", rates.price), ("carbon", "Carbon of", rates.carbon))
    return [
        _figure(f"{kind}.{carrier}", f"{label} {CARRIER_LABEL[carrier].lower()}", sourced)
        for kind, label, table in tables
        for carrier, sourced in table.items()
    ]


def _figure(key: str, label: str, sourced: Sourced) -> InputUsed:
    value = sourced.value
    return InputUsed(key, label, value, value, value, sourced.unit, sourced.year, sourced.source, sourced.checked)


@cache
def of_catalogue() -> dict[str, InputUsed]:
    """Savings, costs, upkeep and lives of every measure as figures."""
    return {figure.key: figure for measure in MEASURES for figure in of_measure(measure)}


def of_measure(measure: Measure) -> tuple[InputUsed, ...]:
    """The figures of one measure."""
    code, unit = measure.code, measure.cost_unit.value
    cost = (measure.year, measure.cost_source, measure.cost_checked)
    life = Range(measure.life, measure.life, measure.life)
    rows = (
        (
            "saving",
            "saving",
            measure.saving,
            f"of {measure.saving_of}",
            (measure.year, measure.source, measure.checked),
        ),
        ("cost", "cost", measure.cost, unit, cost),
        ("cost_fixed", "fixed cost", measure.cost_fixed, "USD per building", cost),
        ("upkeep", "upkeep", measure.upkeep, f"{unit} a year", cost),
        ("life", "life", life, "years", (measure.year, "engineering practice", Checked.ASSUMED)),
    )
    return tuple(
        InputUsed(f"{kind}.{code}", f"{measure.name}: {label}", span.low, span.likely, span.high, of, *source)
        for kind, label, span, of, source in rows
    )


def _rates_with(rates: Rates, overrides: Mapping[str, InputUsed]) -> Rates:
    def table(kind: str, defaults: Mapping[Carrier, Sourced]) -> dict[Carrier, Sourced]:
        return {carrier: _sourced(overrides.get(f"{kind}.{carrier}"), sourced) for carrier, sourced in defaults.items()}

    return replace(rates, price=table("price", rates.price), carbon=table("carbon", rates.carbon))


def _sourced(figure: InputUsed | None, default: Sourced) -> Sourced:
    if figure is None:
        return default
    return Sourced(figure.likely, default.unit, figure.year, figure.source, figure.checked)
