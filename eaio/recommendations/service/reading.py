"""Lists, totals and cases of recommendations."""

from collections.abc import Sequence
from uuid import UUID

from eaio.infra.db import Connection
from eaio.recommendations import repository
from eaio.recommendations.compute.catalogue import CATALOGUE, MEASURES
from eaio.recommendations.models import Baseline, Event, Filters, Measure, MeasureSum, Page, Recommendation, Run

_EVERYTHING = Filters()


async def list_recommendations(conn: Connection, organisation: UUID, wanted: Filters = _EVERYTHING) -> Page:
    """One page, with the totals of all pages. Rejected ones are shown only when asked for by status."""
    found = await repository.recommendations(conn, organisation, wanted)
    totals = await repository.totals(conn, organisation, wanted)
    return Page(tuple(found), totals, wanted.limit, wanted.offset)


async def recommendation_of(conn: Connection, organisation: UUID, id_: UUID) -> Recommendation:
    """One recommendation with its case; NotFound if it is not this organisation's."""
    return await repository.recommendation(conn, organisation, id_)


async def history(conn: Connection, organisation: UUID, id_: UUID) -> Sequence[Event]:
    """What happened to a recommendation, newest first."""
    return await repository.history(conn, organisation, id_)


async def savings_by_measure(
    conn: Connection, organisation: UUID, wanted: Filters = _EVERYTHING
) -> Sequence[MeasureSum]:
    """What each measure comes to over the buildings of a filter (site, building, use, status)."""
    return await repository.sums_by_measure(conn, organisation, wanted)


async def savings_baseline(conn: Connection, organisation: UUID, wanted: Filters = _EVERYTHING) -> Baseline:
    """What these buildings cost and emit a year, as far as their meters show."""
    return await repository.baseline(conn, organisation, wanted)


async def run_of(conn: Connection, organisation: UUID, id_: UUID) -> Run:
    """One run; NotFound if it is not this organisation's."""
    return await repository.run(conn, organisation, id_)


async def latest_run(conn: Connection, organisation: UUID) -> Run | None:
    """The newest run."""
    return await repository.latest_run(conn, organisation)


def measures() -> Sequence[Measure]:
    """The catalogue by number."""
    return MEASURES


def measure_of(code: str) -> Measure:
    """One measure of the catalogue."""
    return CATALOGUE[code]
