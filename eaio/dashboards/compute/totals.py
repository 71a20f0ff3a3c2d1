"""Totals of members and carriers into what pages list: money, carbon, change, intensity, coverage.

Few members (sites, the meters of a building) are handled as rows, all buildings of a portfolio as frames: polars needs
a fifth of a millisecond for the smallest step, which is much for ten rows and nothing for ten thousand.
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import polars as pl
from msgspec import Struct

from eaio.dashboards.models import FAIR_COVERAGE, Amount, CarrierLine
from eaio.timeseries.rates import Rates
from eaio.timeseries.units import IMPORTED_ENERGY, KWH, UNIT_OF, Carrier

RATES = pl.Schema({"site_id": pl.String(), "carrier": pl.String(), "price": pl.Float64(), "carbon": pl.Float64()})
FACTS = pl.Schema(
    {
        "id": pl.String(),
        "name": pl.String(),
        "site_id": pl.String(),
        "site": pl.String(),
        "use": pl.String(),
        "area_m2": pl.Float64(),
    }
)
DAYS_IN_YEAR = 365.0


class Row(Struct, frozen=True):
    """A member's total of one carrier; money and carbon are None where the rate or the total is unknown."""

    id: str
    carrier: str
    total: float | None
    readings: int
    expected: int
    estimated: int
    money: float | None
    co2_kg: float | None


def carriers_shown(carrier: Carrier | None) -> frozenset[Carrier]:
    """The carriers that a view adds up: the chosen one, or all energy that is bought."""
    return frozenset({carrier}) if carrier else IMPORTED_ENERGY


def unit_shown(carrier: Carrier | None) -> str:
    """The unit of a view's amounts."""
    return UNIT_OF[carrier] if carrier else KWH


def priced_rows(totals: pl.DataFrame, rates_of: Callable[[str], Rates | None]) -> list[Row]:
    """Rows of metering's ``TOTALS``, each at the rates of its member."""
    found: list[Row] = []
    names = ("id", "carrier", "total", "readings", "expected", "estimated")
    for member, carrier, total, readings, expected, estimated in totals.select(names).iter_rows():
        rates, kind = rates_of(member), Carrier(carrier)
        money = rates.money(kind, total) if rates else None
        co2 = rates.co2(kind, total) if rates else None
        found.append(Row(member, carrier, total, readings, expected, estimated, money, co2))
    return found


def amount(now: Iterable[Row], before: Iterable[Row] | None, column: str = "total") -> Amount:
    """All rows in one amount, against the same of the period before."""
    value, readings, expected, estimated = _summed(now, column)
    earlier = None if before is None else _summed(before, column)
    return Amount(
        value=value,
        readings=readings,
        expected=expected,
        estimated=estimated,
        before=earlier[0] if earlier else None,
        before_coverage=earlier[1] / earlier[2] if earlier and earlier[2] else None,
    )


def _summed(rows: Iterable[Row], column: str) -> tuple[float | None, int, int, int]:
    value: float | None = None
    readings = expected = estimated = 0
    for row in rows:
        one = getattr(row, column)
        value = value if one is None else (value or 0.0) + one
        readings, expected, estimated = readings + row.readings, expected + row.expected, estimated + row.estimated
    return value, readings, expected, estimated


def carrier_lines(now: Sequence[Row], before: Sequence[Row] | None) -> list[CarrierLine]:
    """One line per carrier that has a meter, in the order of ``Carrier``."""
    lines: list[CarrierLine] = []
    for carrier in present(now):
        rows = chosen(now, {carrier})
        line = CarrierLine(
            carrier=carrier,
            unit=UNIT_OF[carrier],
            amount=amount(rows, None if before is None else chosen(before, {carrier})),
            money=_summed(rows, "money")[0],
            co2_kg=_summed(rows, "co2_kg")[0],
        )
        lines.append(line)
    return lines


def present(rows: Iterable[Row]) -> list[Carrier]:
    """Carriers that have a meter, in the order of ``Carrier``."""
    known = {row.carrier for row in rows}
    return [carrier for carrier in Carrier if carrier.value in known]


def chosen(rows: Iterable[Row], carriers: Collection[Carrier]) -> list[Row]:
    """The rows of some carriers."""
    return [row for row in rows if row.carrier in carriers]


def of_member(rows: Iterable[Row], member: object) -> list[Row]:
    """The rows of one member."""
    key = str(member)
    return [row for row in rows if row.id == key]


def rates_frame(rates: Mapping[str, Rates]) -> pl.DataFrame:
    """Price and carbon factor by site and carrier; columns of ``RATES``."""
    rows = [
        (site, carrier.value, found.money(carrier, 1.0), found.co2(carrier, 1.0))
        for site, found in rates.items()
        for carrier in Carrier
    ]
    return pl.DataFrame(rows, schema=RATES, orient="row")


def priced(totals: pl.DataFrame, rates: pl.DataFrame) -> pl.DataFrame:
    """Add ``money`` and ``co2_kg`` to totals with a ``site_id``; null where the rate is unknown or nothing measured."""
    return totals.join(rates, on=["site_id", "carrier"], how="left").with_columns(
        money=pl.col("total") * pl.col("price"), co2_kg=pl.col("total") * pl.col("carbon")
    )


def building_lines(
    now: pl.DataFrame, before: pl.DataFrame | None, facts: pl.DataFrame, carrier: Carrier | None, days: int
) -> pl.DataFrame:
    """One row per building that has a meter of the view's carriers; columns as the fields of ``BuildingLine``.

    ``now`` is priced. Change and intensity are null where a tenth of the readings is missing.
    """
    shown = carriers_shown(carrier)
    lines = _members(now, shown).join(facts, on="id", how="inner")
    if before is None:
        lines = lines.with_columns(before=pl.lit(None, pl.Float64), before_coverage=pl.lit(None, pl.Float64))
    else:
        earlier = _members(before, shown).select("id", before="energy", before_coverage="coverage")
        lines = lines.join(earlier, on="id", how="left")
    fair = pl.col("coverage") >= FAIR_COVERAGE
    return lines.with_columns(
        change=pl.when(fair & (pl.col("before_coverage") >= FAIR_COVERAGE) & (pl.col("before") > 0)).then(
            pl.col("energy") / pl.col("before") - 1
        ),
        intensity=pl.when(fair).then(pl.col("energy") / pl.col("area_m2") * DAYS_IN_YEAR / days),
    )


def _members(totals: pl.DataFrame, carriers: Collection[Carrier]) -> pl.DataFrame:
    """Some carriers of each member added up: id, energy, money, co2_kg, coverage."""

    def whole(name: str) -> pl.Expr:
        return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())

    columns = {"energy": whole("total")}
    columns |= {name: whole(name) for name in ("money", "co2_kg") if name in totals.columns}
    readings, expected = pl.col("readings").sum(), pl.col("expected").sum()
    kept = totals.filter(pl.col("carrier").is_in([carrier.value for carrier in carriers]))
    return kept.group_by("id").agg(
        **columns,
        coverage=pl.when(expected > 0).then(readings / expected),
        estimated=pl.when(readings > 0).then(pl.col("estimated").sum() / readings),
    )


def facts_frame(rows: Iterable[tuple[str, str, str, str, str | None, float | None]]) -> pl.DataFrame:
    """Buildings' facts as a frame; columns of ``FACTS``."""
    return pl.DataFrame(list(rows), schema=FACTS, orient="row")
