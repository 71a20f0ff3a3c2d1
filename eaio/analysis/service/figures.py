"""Stored figures: a building's, its meters', its peers', the portfolio's."""

from collections.abc import Sequence
from uuid import UUID

import msgspec

from eaio.analysis import repository
from eaio.analysis.compute.benchmark import FEWEST_PEERS, NATIONAL_MEDIAN, standing
from eaio.analysis.compute.ranking import ranked, totals
from eaio.analysis.models import (
    Benchmark,
    BuildingFigures,
    MeterFigures,
    PortfolioAnalysis,
    RankBy,
    RankedBuilding,
)
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.timeseries.units import IMPORTED_ENERGY


async def building_figures(conn: Connection, organisation: UUID, building_id: UUID) -> BuildingFigures | None:
    """Stored figures of a building, None before it is analysed."""
    return await repository.building_figures(conn, organisation, building_id)


async def is_analysed(conn: Connection, organisation: UUID) -> bool:
    """Whether any building has stored figures."""
    return await repository.has_figures(conn, organisation)


async def meter_figures(
    conn: Connection, organisation: UUID, building_id: UUID | None = None
) -> Sequence[MeterFigures]:
    """Stored figures of a building's meters, or of every meter."""
    return await repository.meter_figures(conn, organisation, building_id)


async def benchmark(conn: Connection, organisation: UUID, building_id: UUID) -> Benchmark:
    """A building's EUI against its use's national median and its peers.

    Raises:
        InsufficientData: it was not analysed, has no floor area, or too little data for a yearly total.
    """
    figures = await repository.building_figures(conn, organisation, building_id)
    if figures is None:
        raise InsufficientData("This building has not been analysed yet")
    compared = await benchmark_of(conn, organisation, figures)
    if compared is None:
        reason = "no floor area" if not figures.area_m2 else "too few trusted readings of a carrier for a yearly total"
        raise InsufficientData(f"The energy use intensity is unknown: {reason}")
    return compared


async def benchmark_of(conn: Connection, organisation: UUID, figures: BuildingFigures) -> Benchmark | None:
    """The comparison behind figures; None without an EUI.

    Peers are buildings of the same use that meter the same energy carriers; with fewer than five of those, of the
    same use whatever they meter.
    """
    if figures.eui is None:
        return None
    rule = f"same use ({figures.use_type}) and the same metered carriers"
    peers = await repository.peers(conn, organisation, figures.building_id, figures.use_type, figures.carriers)
    if len(peers) < FEWEST_PEERS:
        rule = f"same use ({figures.use_type}), whatever is metered"
        peers = await repository.peers(conn, organisation, figures.building_id, figures.use_type, None)
    place = standing(figures.eui, [peer.eui for peer in peers])
    median = NATIONAL_MEDIAN[figures.use_type]
    partial = len(IMPORTED_ENERGY.intersection(figures.carriers)) == 1
    return Benchmark(
        eui=figures.eui,
        carriers=figures.carriers,
        use_type=figures.use_type,
        national_median=median.value,
        national_source=median.source,
        national_checked=median.checked,
        percentile=place and place.percentile,
        peer_median=place and place.median,
        peer_rule=rule,
        peers=tuple(peers),
        warnings=("Only one carrier is metered; the national median counts all of them",) if partial else (),
    )


async def portfolio_analysis(
    conn: Connection,
    organisation: UUID,
    by: RankBy = RankBy.EXCESS,
    *,
    site_id: UUID | None = None,
    use_type: str | None = None,
    limit: int | None = None,
) -> PortfolioAnalysis:
    """Totals and ranking over all analysed buildings, or those of a site or use: one query on stored figures."""
    rows = await repository.portfolio(conn, organisation, site_id, use_type)
    every = await repository.count_buildings(conn, organisation, site_id)
    lines = [_line(row) for row in rows]
    league = ranked(lines, by)
    span = (min((r.period_start for r in rows), default=None), max((r.period_end for r in rows), default=None))
    return PortfolioAnalysis(totals(lines, every, span), by, tuple(league[:limit]))


def _line(row: repository.RankedRow) -> RankedBuilding:
    plain = msgspec.structs.asdict(row)
    del plain["period_start"], plain["period_end"]
    return RankedBuilding(rank=0, **plain)
