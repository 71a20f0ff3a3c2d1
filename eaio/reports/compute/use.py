"""What was used, what it cost, and what can be compared with the year before."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from itertools import chain

import polars as pl
from msgspec import Struct

from eaio.reports.models import ENOUGH, KeyFigures, Use
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import IMPORTED_ENERGY, Carrier

SHORTEST_YEAR = 330
"""Days from which a period may be scaled to a year: less would leave a season out."""
DAYS_IN_YEAR = 365.25


def year_before(day: date) -> date:
    """The same day of the year before; 29 February becomes the 28th."""
    try:
        return day.replace(year=day.year - 1)
    except ValueError:
        return day.replace(year=day.year - 1, day=28)


class Year(Struct, frozen=True):
    """One member over one period: metering's TOTALS, a row per carrier, and the hours that are not to be believed."""

    totals: pl.DataFrame
    doubted: Mapping[Carrier, float] = {}
    hours: int = 1
    """Length of the period."""

    def trusted(self, carrier: Carrier) -> float:
        """Share of the expected readings that are present and believed; of several meters a careful estimate."""
        for row in self.totals.filter(pl.col("carrier") == carrier.value).iter_rows(named=True):
            present = row["readings"] / row["expected"] if row["expected"] else 0.0
            return max(0.0, present - self.doubted.get(carrier, 0.0) / self.hours)
        return 0.0


def uses_of(now: Year, before: Year, rates: Rates) -> tuple[Use, ...]:
    """A member's uses by carrier; the year before counts where both years hold ``ENOUGH`` readings to believe.

    Args:
        now: the period.
        before: the same days a year earlier.
        rates: what a unit costs and emits there.
    """
    earlier = {row["carrier"]: row for row in before.totals.iter_rows(named=True)}
    found: list[Use] = []
    for row in now.totals.iter_rows(named=True):
        carrier = Carrier(row["carrier"])
        compares = min(now.trusted(carrier), before.trusted(carrier)) >= ENOUGH
        faulty = now.doubted.get(carrier, 0.0)
        found.append(_use(row, earlier.get(row["carrier"]) if compares else None, rates, faulty))
    return tuple(sorted(found, key=lambda use: list(Carrier).index(use.carrier)))


def _use(row: Mapping[str, object], earlier: Mapping[str, object] | None, rates: Rates, faulty: float) -> Use:
    carrier, total = Carrier(str(row["carrier"])), _number(row["total"])
    return Use(
        carrier=carrier,
        total=total,
        money=None if carrier is Carrier.SOLAR else rates.money(carrier, total),
        co2=None if carrier is Carrier.SOLAR else rates.co2(carrier, total),
        readings=_count(row["readings"]),
        expected=_count(row["expected"]),
        estimated=_count(row["estimated"]),
        faulty_hours=faulty,
        comparable=total if earlier else None,
        before=_number(earlier["total"]) if earlier else None,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _count(value: object) -> int:
    return value if isinstance(value, int) else 0


def combined(members: Iterable[Sequence[Use]]) -> tuple[Use, ...]:
    """Uses of several members added up by carrier; unknown amounts add nothing, coverage tells how much that is."""
    every = list(chain.from_iterable(members))
    return tuple(
        Use(
            carrier=carrier,
            total=total(use.total for use in same),
            money=total(use.money for use in same),
            co2=total(use.co2 for use in same),
            readings=sum(use.readings for use in same),
            expected=sum(use.expected for use in same),
            estimated=sum(use.estimated for use in same),
            faulty_hours=sum(use.faulty_hours for use in same),
            comparable=total(use.comparable for use in same),
            before=total(use.before for use in same),
        )
        for carrier in Carrier
        if (same := [use for use in every if use.carrier is carrier])
    )


def total(values: Iterable[float | None]) -> float | None:
    """The sum of what is known; None if nothing is."""
    known = [value for value in values if value is not None]
    return sum(known) if known else None


def key_figures(uses: Sequence[Use], area_m2: float | None, days: int) -> KeyFigures:
    """Bought energy, its cost and carbon, all carriers' coverage; ``days`` is the length of the period."""
    energy = [use for use in uses if use.carrier in IMPORTED_ENERGY]
    amount = total(use.total for use in energy)
    return KeyFigures(
        energy=amount,
        money=total(use.money for use in uses),
        co2=total(use.co2 for use in uses),
        change=change(energy),
        area_m2=area_m2,
        eui=intensity(amount, area_m2, days),
        readings=sum(use.readings for use in uses),
        expected=sum(use.expected for use in uses),
        estimated=sum(use.estimated for use in uses),
        faulty_hours=sum(use.faulty_hours for use in uses),
    )


def change(uses: Sequence[Use]) -> float | None:
    """Change of several carriers together, like for like: only what has a counterpart in the year before."""
    pairs = [(use.comparable, use.before) for use in uses if use.comparable is not None and use.before is not None]
    before = sum(earlier for _, earlier in pairs)
    return sum(now for now, _ in pairs) / before - 1 if before > 0 else None


def intensity(energy: float | None, area_m2: float | None, days: int) -> float | None:
    """kWh/m2 a year; None without a floor area or for a period that misses a season."""
    if energy is None or not area_m2 or days < SHORTEST_YEAR:
        return None
    return energy / area_m2 * DAYS_IN_YEAR / days
