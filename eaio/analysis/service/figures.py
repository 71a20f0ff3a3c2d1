"""Stored figures: a building's, its meters', its peers', the portfolio's."""

from collections.abc import Iterator, Sequence
from uuid import UUID

import msgspec

from eaio.analysis import repository
from eaio.analysis.compute.benchmark import NATIONAL_MEDIAN
from eaio.analysis.compute.peer_groups import peer_group
from eaio.analysis.compute.ranking import ranked, totals
from eaio.analysis.models import (
    Benchmark,
    BuildingFigures,
    Candidate,
    MeterFigures,
    PeerChange,
    PeerGroup,
    PortfolioAnalysis,
    RankBy,
    RankedBuilding,
)
from eaio.analysis.repository import peers
from eaio.analysis.service.insights import rescore
from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid, NotFound
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

    Peers share use, metered carriers, climate and size band; with fewer than five of those the rule is widened, and
    what somebody decided about single peers stands above it (``peer_groups``).
    """
    if figures.eui is None:
        return None
    choices = await peers.choices(conn, organisation, figures.building_id)
    included = [choice.peer_id for choice in choices if choice.include]
    excluded = [choice.peer_id for choice in choices if not choice.include]
    every = await peers.candidates(conn, organisation, figures.use_type, [*included, figures.building_id])
    own = next((one for one in every if one.building_id == figures.building_id), None) or _candidate(figures)
    median = NATIONAL_MEDIAN[figures.use_type]
    group = peer_group(own, every, median.value, excluded, included)
    partial = len(IMPORTED_ENERGY.intersection(figures.carriers)) == 1
    return Benchmark(
        eui=figures.eui,
        normalised_eui=own.normalised_eui,
        normalisation=figures.normalised_reason,
        compared=own.compared or figures.eui,
        carriers=figures.carriers,
        use_type=figures.use_type,
        national_median=median.value,
        national_source=median.source,
        national_checked=median.checked,
        percentile=group.percentile,
        peer_median=group.median,
        peer_rule=group.rule,
        peers=group.peers,
        group=group,
        choices=tuple(choices),
        warnings=tuple(_warnings(own, group, partial)),
    )


def _candidate(figures: BuildingFigures) -> Candidate:
    """An archived building, which is no candidate for others, as one for itself."""
    known = msgspec.structs.asdict(figures)
    taken = {name: known[name] for name in Candidate.__struct_fields__ if name in known}
    return Candidate(name="", site="", **taken)


def _warnings(own: Candidate, group: PeerGroup, partial: bool) -> Iterator[str]:
    if partial:
        yield "Only one carrier is metered; the national median counts all of them"
    plain = sum(not peer.normalised for peer in group.peers)
    if own.normalised_eui is None:
        yield "The figure of this building is that of the weather as it was, not of a typical year"
    if plain:
        yield f"{plain} of {len(group.peers)} peers are compared by their weather as it was"


async def choose_peer(
    conn: Connection, organisation: UUID, building_id: UUID, change: PeerChange, author: str
) -> Benchmark:
    """Keep a building out of another one's peers or put it in, in place of what was decided about it before.

    Raises:
        NotFound: either building is not this organisation's.
        Invalid: a building is not its own peer, or the one to put in has no intensity to compare.
    """
    if change.peer == building_id:
        raise Invalid("A building is not its own peer; choose another one", peer="the building itself")
    if not change.reason.strip():
        raise Invalid("Say why, in a few words", reason="empty")
    await buildings.building_of(conn, organisation, building_id)
    if change.include:
        known = await building_figures(conn, organisation, change.peer)
        other = await buildings.building_of(conn, organisation, change.peer)
        if known is None or known.eui is None:
            raise Invalid(f"{other.label} has no energy use intensity to compare", peer="nothing to compare")
    await peers.undo(conn, organisation, building_id, author, peer=change.peer)
    await peers.choose(conn, organisation, building_id, change, author)
    return await _compared_again(conn, organisation, building_id)


async def undo_peer_choice(
    conn: Connection, organisation: UUID, building_id: UUID, choice_id: UUID, author: str
) -> Benchmark:
    """Take a decision about a peer back; it stays on record. NotFound if there is no such standing decision."""
    if not await peers.undo(conn, organisation, building_id, author, choice=choice_id):
        raise NotFound("No such decision about a peer, or it was taken back already")
    return await _compared_again(conn, organisation, building_id)


async def _compared_again(conn: Connection, organisation: UUID, building_id: UUID) -> Benchmark:
    found = await benchmark(conn, organisation, building_id)
    await rescore(conn, organisation, building_id, found)
    return found


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
