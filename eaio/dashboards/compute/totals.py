"""Totals of members and carriers into what pages list: money, carbon, change, intensity, coverage.

``now`` and ``before`` are frames of metering's ``TOTALS``; ``facts`` has id, name, site_id, site, use, area_m2 of every
building; ``rates`` has site_id, carrier, price, carbon. Identifiers are strings.
"""

from collections.abc import Collection, Iterable, Mapping

import polars as pl

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


def carriers_shown(carrier: Carrier | None) -> frozenset[Carrier]:
    """The carriers that a view adds up: the chosen one, or all energy that is bought."""
    return frozenset({carrier}) if carrier else IMPORTED_ENERGY


def unit_shown(carrier: Carrier | None) -> str:
    """The unit of a view's amounts."""
    return UNIT_OF[carrier] if carrier else KWH


def rates_frame(rates: Mapping[str, Rates]) -> pl.DataFrame:
    """Price and carbon factor by site and carrier; columns of ``RATES``."""
    rows = [
        (site, carrier.value, _value(found.price, carrier), _value(found.carbon, carrier))
        for site, found in rates.items()
        for carrier in Carrier
    ]
    return pl.DataFrame(rows, schema=RATES, orient="row")


def _value(table: Mapping[Carrier, object], carrier: Carrier) -> float | None:
    found = table.get(carrier)
    return None if found is None else float(getattr(found, "value"))  # noqa: B009 - Sourced, seen as an object


def priced(totals: pl.DataFrame, rates: pl.DataFrame, site: str = "site_id") -> pl.DataFrame:
    """Add ``money`` and ``co2_kg``; null where the rate is unknown or nothing was measured."""
    return totals.join(rates, left_on=[site, "carrier"], right_on=["site_id", "carrier"], how="left").with_columns(
        money=pl.col("total") * pl.col("price"), co2_kg=pl.col("total") * pl.col("carbon")
    )


def amount(now: pl.DataFrame, before: pl.DataFrame | None, column: str = "total") -> Amount:
    """All rows of a frame in one amount, against the same of the period before."""
    earlier = None if before is None else _summed(before, column)
    value, readings, expected, estimated = _summed(now, column)
    return Amount(
        value=value,
        readings=readings,
        expected=expected,
        estimated=estimated,
        before=earlier[0] if earlier else None,
        before_coverage=earlier[1] / earlier[2] if earlier and earlier[2] else None,
    )


def _summed(frame: pl.DataFrame, column: str) -> tuple[float | None, int, int, int]:
    values = frame[column].drop_nulls()
    counts = (int(frame[name].sum() or 0) for name in ("readings", "expected", "estimated"))
    readings, expected, estimated = counts
    return (float(values.sum()) if len(values) else None), readings, expected, estimated


def carrier_lines(now: pl.DataFrame, before: pl.DataFrame | None) -> list[CarrierLine]:
    """One line per carrier that has a meter, in the order of ``Carrier``; frames are priced."""
    lines: list[CarrierLine] = []
    for carrier in present(now):
        rows = now.filter(pl.col("carrier") == carrier)
        earlier = None if before is None else before.filter(pl.col("carrier") == carrier)
        lines.append(
            CarrierLine(
                carrier=carrier,
                unit=UNIT_OF[carrier],
                amount=amount(rows, earlier),
                money=_summed(rows, "money")[0],
                co2_kg=_summed(rows, "co2_kg")[0],
            )
        )
    return lines


def present(totals: pl.DataFrame) -> list[Carrier]:
    """Carriers that have a meter, in the order of ``Carrier``."""
    known = set(totals["carrier"].unique())
    return [carrier for carrier in Carrier if carrier.value in known]


def chosen(totals: pl.DataFrame, carriers: Collection[Carrier]) -> pl.DataFrame:
    """The rows of some carriers."""
    return totals.filter(pl.col("carrier").is_in([carrier.value for carrier in carriers]))


def building_lines(
    now: pl.DataFrame, before: pl.DataFrame | None, facts: pl.DataFrame, carrier: Carrier | None, days: int
) -> pl.DataFrame:
    """One row per building that has a meter of the view's carriers; columns as the fields of ``BuildingLine``.

    ``now`` is priced. Change and intensity are null where a tenth of the readings is missing.
    """
    shown = carriers_shown(carrier)
    lines = _members(chosen(now, shown)).join(facts, on="id", how="inner")
    if before is None:
        lines = lines.with_columns(before=pl.lit(None, pl.Float64), before_coverage=pl.lit(None, pl.Float64))
    else:
        earlier = _members(chosen(before, shown)).select("id", before="energy", before_coverage="coverage")
        lines = lines.join(earlier, on="id", how="left")
    fair = pl.col("coverage") >= FAIR_COVERAGE
    return lines.with_columns(
        change=pl.when(fair & (pl.col("before_coverage") >= FAIR_COVERAGE) & (pl.col("before") > 0)).then(
            pl.col("energy") / pl.col("before") - 1
        ),
        intensity=pl.when(fair).then(pl.col("energy") / pl.col("area_m2") * DAYS_IN_YEAR / days),
    )


def _members(totals: pl.DataFrame) -> pl.DataFrame:
    """Carriers of one member added up: id, energy, money, co2_kg, coverage."""

    def whole(name: str) -> pl.Expr:
        return pl.when(pl.col(name).count() > 0).then(pl.col(name).sum())

    columns = {"energy": whole("total")}
    columns |= {name: whole(name) for name in ("money", "co2_kg") if name in totals.columns}
    readings, expected = pl.col("readings").sum(), pl.col("expected").sum()
    return totals.group_by("id").agg(**columns, coverage=pl.when(expected > 0).then(readings / expected))


def facts_frame(rows: Iterable[tuple[str, str, str, str, str | None, float | None]]) -> pl.DataFrame:
    """Buildings' facts as a frame; columns of ``FACTS``."""
    return pl.DataFrame(list(rows), schema=FACTS, orient="row")
