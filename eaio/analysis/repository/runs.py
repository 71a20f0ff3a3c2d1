"""Records of the analyses of one building."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec
from msgspec import Struct

from eaio.analysis.models import AnalysisStep, BuildingAnalysis
from eaio.analysis.models.insights import Insights, PortfolioInsights
from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional, load_queries

SQL = load_queries("eaio.analysis")


class KeptInsights(Struct, frozen=True):
    """The newest answer about a building, undecoded; None before one."""

    id: UUID
    name: str
    analysed_at: datetime | None
    result: str | None

    @property
    def insights(self) -> Insights | None:
        """The part of the answer that is asked for most; the rest is passed over, not decoded."""
        return msgspec.json.decode(self.result, type=_Answer).insights if self.result is not None else None


class _Answer(Struct, frozen=True):
    insights: Insights | None = None


class KeptPortfolio(Struct, frozen=True):
    """What the newest analysis of everything left, undecoded."""

    id: UUID
    analysed_at: datetime
    result: str

    @property
    def insights(self) -> PortfolioInsights:
        """Scores and peak."""
        return msgspec.json.decode(self.result, type=PortfolioInsights)


async def start_building_run(conn: Connection, organisation: UUID, building: UUID, author: str) -> UUID:
    """Open the record of an analysis of one building; NotFound if it is not the organisation's."""
    return await fetch_one(
        conn,
        SQL["start_building_run"],
        UUID,
        "No such building",
        organisation=organisation,
        building=building,
        author=author,
    )


async def running_building(conn: Connection, organisation: UUID, building: UUID) -> UUID | None:
    """The analysis of a building that waits or runs."""
    return await fetch_optional(conn, SQL["running_building"], UUID, organisation=organisation, building=building)


async def add_step(conn: Connection, organisation: UUID, run_id: UUID, *, done: int, total: int, text: str) -> None:
    """Write down a step of a run."""
    params = {"run": run_id, "done": done, "total": total, "text": text}
    await execute(conn, SQL["add_step"], organisation=organisation, **params)


async def steps_after(conn: Connection, organisation: UUID, run_id: UUID, after: int) -> Sequence[AnalysisStep]:
    """Steps of a run beyond a number, in order."""
    return await fetch_all(conn, SQL["steps_after"], AnalysisStep, organisation=organisation, run=run_id, after=after)


async def save_result(
    conn: Connection, organisation: UUID, run_id: UUID, analysed: BuildingAnalysis | PortfolioInsights
) -> None:
    """Keep what an analysis of one building, or of all, answered."""
    document = msgspec.json.encode(analysed).decode()
    await execute(conn, SQL["save_result"], organisation=organisation, run=run_id, result=document)


async def keep_result(conn: Connection, organisation: UUID, analysed: BuildingAnalysis, author: str) -> None:
    """Keep what an analysis of everything answered about one building, as a run of its own that is over."""
    params = {"building": analysed.building_id, "author": author, "result": msgspec.json.encode(analysed).decode()}
    await execute(conn, SQL["keep_building_result"], organisation=organisation, **params)


async def kept_insights(conn: Connection, organisation: UUID, buildings: Sequence[UUID]) -> Sequence[KeptInsights]:
    """The newest answers about buildings of the organisation, by name."""
    return await fetch_all(
        conn, SQL["building_insights"], KeptInsights, organisation=organisation, buildings=list(buildings)
    )


async def kept_portfolio(conn: Connection, organisation: UUID) -> KeptPortfolio | None:
    """What the newest analysis of everything left; None before one."""
    return await fetch_optional(conn, SQL["portfolio_insights"], KeptPortfolio, organisation=organisation)


async def result(conn: Connection, organisation: UUID, run_id: UUID) -> BuildingAnalysis | None:
    """What a run answered, None where it has not."""
    return _decoded(await fetch_optional(conn, SQL["result"], str, organisation=organisation, run=run_id))


async def latest_result(conn: Connection, organisation: UUID, building: UUID) -> BuildingAnalysis | None:
    """What the newest finished run of a building answered, None before one."""
    found = await fetch_optional(conn, SQL["latest_result"], str, organisation=organisation, building=building)
    return _decoded(found)


def _decoded(document: str | None) -> BuildingAnalysis | None:
    return None if document is None else msgspec.json.decode(document, type=BuildingAnalysis)


async def forget_building_runs(conn: Connection, organisation: UUID, building: UUID, kept: int) -> None:
    """Delete all but the newest records of a building's analyses."""
    await execute(conn, SQL["forget_building_runs"], organisation=organisation, building=building, kept=kept)
