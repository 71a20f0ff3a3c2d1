"""Correlations, end uses and peaks as the newest analysis left them; scores and the peak of all buildings together."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from uuid import UUID

import msgspec
import polars as pl

from eaio.analysis import repository
from eaio.analysis.compute.benchmark import NATIONAL_MEDIAN
from eaio.analysis.compute.insights import InsightsAsked, insights
from eaio.analysis.compute.peaks import Load
from eaio.analysis.compute.peer_groups import peer_group
from eaio.analysis.compute.portfolio_peak import BuildingLoad, portfolio_peak
from eaio.analysis.models import Benchmark, Candidate, PeerGroup, Refused
from eaio.analysis.models.insights import (
    BuildingInsights,
    BuildingScore,
    Insights,
    PortfolioInsights,
    ScoredBuilding,
    Scores,
)
from eaio.analysis.models.loads import PortfolioPeak
from eaio.analysis.repository import peers, runs
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter, Site
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.timeseries.units import Carrier


async def insights_of(
    conn: Connection,
    organisation: UUID,
    site: Site,
    meters: Mapping[UUID, Meter],
    trusted: Mapping[UUID, pl.DataFrame],
    asked: InsightsAsked,
) -> Insights:
    """Insights of a building from the trusted hours of its meters; CPU work off the event loop."""
    weather = await metering.weather_hourly(conn, organisation, site.id)
    loads: dict[Carrier, list[Load]] = defaultdict(list)
    for key, frame in trusted.items():
        loads[meters[key].carrier].append(Load(meters[key].name, frame))
    return await run_cpu(insights, loads, weather, asked)


async def building_insights(conn: Connection, organisation: UUID, building_id: UUID) -> BuildingInsights:
    """Correlations, end uses and peaks of a building as its newest analysis left them.

    Raises:
        NotFound: no such building in this organisation.
        InsufficientData: it has not been analysed yet.
    """
    building = await buildings.building_of(conn, organisation, building_id)
    kept = await runs.kept_insights(conn, organisation, [building_id])
    found = kept[0].insights if kept else None
    if found is None or kept[0].analysed_at is None:
        raise InsufficientData(f"{building.label} has not been analysed yet; analyse it to see this")
    return BuildingInsights(
        building_id=building_id, building=building.name, analysed_at=kept[0].analysed_at, insights=found
    )


async def every_insight(conn: Connection, organisation: UUID, wanted: Sequence[UUID]) -> dict[UUID, BuildingInsights]:
    """Insights of some buildings, those without left out."""
    kept = await runs.kept_insights(conn, organisation, wanted)
    return {
        one.id: BuildingInsights(building_id=one.id, building=one.name, analysed_at=one.analysed_at, insights=found)
        for one in kept
        if one.analysed_at is not None and (found := one.insights) is not None
    }


async def portfolio_peak_of(conn: Connection, organisation: UUID) -> PortfolioPeak:
    """The hour in which all buildings together draw most electricity, as the newest analysis of everything found it.

    Raises:
        InsufficientData: nothing was analysed as a whole yet, or no hour is known of enough buildings.
    """
    kept = await runs.kept_portfolio(conn, organisation)
    if kept is None:
        raise InsufficientData("The peak of all buildings is found when all of them are analysed; analyse them all")
    found = kept.insights
    if found.peak is None:
        raise InsufficientData(found.peak_refused or "The peak of all buildings is not known")
    return found.peak


async def scores(conn: Connection, organisation: UUID, currency: str = "USD") -> Scores:
    """The portfolio by efficiency score, best first; buildings without a score follow by intensity."""
    kept = await runs.kept_portfolio(conn, organisation)
    rows = {row.building_id: row for row in await repository.portfolio(conn, organisation, None, None)}
    known = {score.building_id: score for score in kept.insights.scores} if kept else {}
    lines = [_scored(rows[key], score) for key, score in known.items() if key in rows]
    lines.sort(key=lambda one: (one.score.efficiency is None, -(one.score.efficiency or 0.0), one.score.compared))
    ranked = (msgspec.structs.replace(line, rank=rank) for rank, line in enumerate(lines, start=1))
    return Scores(
        analysed_at=kept.analysed_at if kept else None,
        currency=currency,
        buildings=tuple(ranked),
        without=len(rows) - len(lines),
    )


def _scored(row: repository.RankedRow, score: BuildingScore) -> ScoredBuilding:
    return ScoredBuilding(
        rank=0,
        building_id=row.building_id,
        building=row.building,
        site=row.site,
        use_type=row.use_type,
        area_m2=row.area_m2,
        money_per_m2=row.money / row.area_m2 if row.money is not None and row.area_m2 else None,
        co2_per_m2=row.co2_kg / row.area_m2 if row.co2_kg is not None and row.area_m2 else None,
        load_factor=row.load_factor,
        unoccupied_ratio=row.unoccupied_ratio,
        score=score,
    )


async def refresh_portfolio(conn: Connection, organisation: UUID, run_id: UUID) -> PortfolioInsights:
    """Score every building among its peers, find the peak of all, and keep both with a run over everything."""
    every = await peers.candidates(conn, organisation)
    choices = await peers.standing_choices(conn, organisation)
    loads = await peers.loads(conn, organisation)
    lines = [BuildingLoad(one.building_id, one.building, one.site, one.first_hour, one.values) for one in loads]
    found = await run_cpu(_portfolio, every, choices, lines)
    await runs.save_result(conn, organisation, run_id, found)
    return found


async def rescore(conn: Connection, organisation: UUID, building_id: UUID, compared: Benchmark | None) -> None:
    """Put a building's new score among those that are kept, so that the ranking says what its own page says."""
    kept = await runs.kept_portfolio(conn, organisation)
    if kept is None:
        return
    found = kept.insights
    others = tuple(score for score in found.scores if score.building_id != building_id)
    own = () if compared is None else (_score_of(building_id, compared.compared, compared),)
    await runs.save_result(conn, organisation, kept.id, msgspec.structs.replace(found, scores=(*others, *own)))


def _score_of(building_id: UUID, value: float, compared: Benchmark) -> BuildingScore:
    normalised = compared.normalised_eui is not None
    return _score(building_id, value, normalised, compared.national_median, compared.group)


def _score(building_id: UUID, value: float, normalised: bool, national: float, group: PeerGroup) -> BuildingScore:
    return BuildingScore(
        building_id=building_id,
        compared=value,
        normalised=normalised,
        national_median=national,
        percentile=group.percentile,
        median=group.median,
        peers=len(group.peers),
        rule=group.rule,
        energy=group.score.energy,
        efficiency=group.score.efficiency,
    )


def _portfolio(
    every: Sequence[Candidate], choices: Sequence[peers.StandingChoice], loads: Sequence[BuildingLoad]
) -> PortfolioInsights:
    scores = _scores(every, choices)
    if not loads:
        return PortfolioInsights(scores=scores, peak=None, peak_refused="No building has an electricity load by hour")
    try:
        return PortfolioInsights(scores=scores, peak=portfolio_peak(loads))
    except Refused as refusal:
        return PortfolioInsights(scores=scores, peak=None, peak_refused=refusal.detail)


def _scores(every: Sequence[Candidate], choices: Sequence[peers.StandingChoice]) -> tuple[BuildingScore, ...]:
    by_use: dict[str, list[Candidate]] = defaultdict(list)
    for one in every:
        by_use[one.use_type].append(one)
    named = {one.building_id: one for one in every}
    kept_out: dict[UUID, set[UUID]] = defaultdict(set)
    put_in: dict[UUID, set[UUID]] = defaultdict(set)
    for choice in choices:
        (put_in if choice.include else kept_out)[choice.building_id].add(choice.peer_id)
    scores: list[BuildingScore] = []
    for own in every:
        if own.compared is None:
            continue
        added = [named[key] for key in put_in[own.building_id] if key in named and named[key].use_type != own.use_type]
        others, median = [*by_use[own.use_type], *added], NATIONAL_MEDIAN[own.use_type].value
        group = peer_group(own, others, median, kept_out[own.building_id], put_in[own.building_id])
        scores.append(_score(own.building_id, own.compared, own.normalised_eui is not None, median, group))
    return tuple(scores)
