"""Scores, issues, and which meters are to be checked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

import msgspec
import numpy as np
from msgspec import Struct

from eaio.infra.db import Connection, execute, fetch_all, fetch_one, fetch_optional
from eaio.metering.models import Issue, MeterQuality, QualityScore, QualitySummary
from eaio.metering.repository.arrays import execute_arrays
from eaio.metering.repository.readings import SQL
from eaio.timeseries.units import Carrier


class Target(Struct, frozen=True):
    """A meter to be checked; ``first`` and ``last`` in seconds since 1970 UTC."""

    key: int
    id: UUID
    building_id: UUID
    site_id: UUID
    time_zone: str
    interval_minutes: int
    carrier: Carrier
    building: str
    name: str
    first: int | None
    last: int | None


class Duplicates(Struct, frozen=True):
    """Readings of a meter that came in twice for one time."""

    building: str
    carrier: str
    meter: str
    readings: int


async def note_unchecked(conn: Connection, counts: dict[int, int]) -> None:
    """Count readings that came in or changed, by the meter's key."""
    keys = np.array(sorted(counts), np.int32)
    readings = np.array([counts[key] for key in sorted(counts)], np.int64)
    await execute_arrays(conn, SQL["note_unchecked"], keys=keys, readings=readings)


async def forget_unchecked(conn: Connection, organisation: UUID, meter: UUID) -> None:
    """The meter is being checked in this transaction."""
    await execute(conn, SQL["forget_unchecked"], organisation=organisation, meter=meter)


async def meters_to_check(conn: Connection, organisation: UUID, *, every: bool) -> Sequence[UUID]:
    """Meters never checked or with a day's readings since, the longest unchecked first; or all with readings."""
    query = "meters_with_readings" if every else "meters_to_check"
    return await fetch_all(conn, SQL[query], UUID, organisation=organisation)


async def target(conn: Connection, organisation: UUID, meter: UUID) -> Target:
    """What checking must know of a meter; raises NotFound."""
    return await fetch_one(conn, SQL["quality_target"], Target, "No such meter", organisation=organisation, meter=meter)


async def duplicates(conn: Connection, organisation: UUID) -> Sequence[Duplicates]:
    """Out of the reports of finished imports, by meter."""
    return await fetch_all(conn, SQL["duplicates"], Duplicates, organisation=organisation)


async def save(
    conn: Connection, organisation: UUID, meter: UUID, score: QualityScore, issues: Sequence[Issue], count: int
) -> None:
    """Keep what the checks said, in place of what they said before."""
    await execute(
        conn,
        SQL["save_quality"],
        organisation=organisation,
        meter=meter,
        score=score.value,
        expected=score.expected,
        present=score.present,
        estimated=score.estimated,
        wrong=score.wrong,
        ingredients=msgspec.json.encode(score.ingredients).decode(),
        issue_count=count,
        issues=msgspec.json.encode(list(issues)).decode(),
    )


async def meters(conn: Connection, organisation: UUID, **chosen: Any) -> Sequence[MeterQuality]:
    """In the order asked for; ``chosen`` are meter, building, site, carrier, by, sign, limit and offset."""
    params: dict[str, Any] = _NOTHING | chosen
    return await fetch_all(conn, SQL["meters_by_quality"], MeterQuality, organisation=organisation, **params)


_NOTHING: dict[str, Any] = {
    **dict.fromkeys(("meter", "building", "site", "carrier", "limit")), "by": "score", "sign": 1, "offset": 0,
}  # fmt: skip


async def summary(conn: Connection, organisation: UUID, site: UUID | None, carrier: Carrier | None) -> QualitySummary:
    """All meters with readings together."""
    params: dict[str, Any] = {"organisation": organisation, "site": site, "carrier": carrier}
    return await fetch_one(conn, SQL["quality_summary"], QualitySummary, **params)


class _Issues(Struct, frozen=True):
    issues: tuple[Issue, ...]


async def issues(conn: Connection, organisation: UUID, meter: UUID) -> tuple[Issue, ...]:
    """Of the last check, in order of time; none where it was never checked."""
    found = await fetch_optional(conn, SQL["quality_issues"], _Issues, organisation=organisation, meter=meter)
    return found.issues if found else ()
