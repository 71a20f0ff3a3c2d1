"""Checking meters: their readings looked at, score and issues kept."""

from collections.abc import Sequence
from datetime import UTC, datetime
from uuid import UUID

import numpy as np
import structlog
from numpy.typing import NDArray

from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.infra.errors import InsufficientData
from eaio.infra.jobs import defer
from eaio.metering.compute.quality.checks import Checked, check
from eaio.metering.compute.quality.score import score
from eaio.metering.compute.quality.series import Material, Native, material, native_series
from eaio.metering.models import Issue, MeterQuality, QualityFilter, QualityReport, QualityScore, QualitySummary
from eaio.metering.repository import quality as repository
from eaio.metering.repository import readings, storing
from eaio.metering.repository.quality import Target
from eaio.timeseries.units import Carrier

Weather = tuple[NDArray[np.int64], NDArray[np.float64]]

log = structlog.get_logger()

QUEUE = "quality"
JOB = "metering:check_quality"

MOST_ISSUES = 400
"""Kept of one meter, the longest ones."""
AT_ONCE = 200
"""Meters that one job checks before it queues behind the others."""


class Known:
    """What checking several meters of an organisation shares: duplicates of its imports, weather by site."""

    def __init__(self, conn: Connection, organisation: UUID) -> None:
        self._conn = conn
        self._organisation = organisation
        self._duplicates: dict[tuple[str, str, str], int] | None = None
        self._weather: dict[UUID, Weather] = {}

    def through(self, conn: Connection) -> "Known":
        """The same on another connection."""
        self._conn = conn
        return self

    async def duplicates(self, target: Target) -> int:
        """Readings of a meter that came in twice for one time."""
        if self._duplicates is None:
            found = await repository.duplicates(self._conn, self._organisation)
            self._duplicates = {(one.building, one.carrier, one.meter): one.readings for one in found}
        return self._duplicates.get((target.building, target.carrier.value, target.name), 0)

    async def weather(self, site: UUID) -> Weather:
        """Temperature of a site: microseconds since 1970 UTC, degC; the last site asked for is kept."""
        if site not in self._weather:
            found = await readings.temperatures(self._conn, self._organisation, [site], None, None)
            self._weather = {site: found[site]}
        return self._weather[site]


async def check_meter(conn: Connection, organisation: UUID, meter: UUID, known: Known | None = None) -> QualityScore:
    """Run the checks over all readings of a meter and keep what they say.

    Raises:
        NotFound: no such meter in this organisation.
        InsufficientData: it has no reading yet.
    """
    await repository.forget_unchecked(conn, organisation, meter)
    known = known or Known(conn, organisation)
    target, found = await material_of(conn, organisation, meter, known)
    if not len(found.native):
        raise InsufficientData("This meter has no readings to check yet; import some first")
    checked, judged, issues = await run_cpu(_judged, found, await known.duplicates(target))
    kept = sorted(sorted(issues, key=lambda one: -one.readings)[:MOST_ISSUES], key=lambda one: one.start)
    await repository.save(conn, organisation, meter, judged, kept, len(checked.found))
    return judged


async def material_of(
    conn: Connection, organisation: UUID, meter: UUID, known: Known | None = None
) -> tuple[Target, Material]:
    """Everything that a meter has, with the weather of its site; raises NotFound."""
    target = await repository.target(conn, organisation, meter)
    first, last = target.first or 0, target.last if target.last is not None else -1
    raw = await storing.stored_readings(conn, organisation, [target.key], first, last)
    corrections = await storing.stored_corrections(conn, organisation, [target.key], first, last)
    weather = await (known or Known(conn, organisation)).weather(target.site_id)

    def build() -> Material:
        native = native_series(raw, corrections, target.interval_minutes * 60)
        return material(native, target.carrier, target.time_zone, weather)

    return target, await run_cpu(build)


def _judged(found: Material, duplicates: int) -> tuple[Checked, QualityScore, list[Issue]]:
    checked = check(found)
    return checked, score(found.native, checked.claims, duplicates), issues_of(checked, found.native)


def issues_of(checked: Checked, native: Native) -> list[Issue]:
    """What the checks found as instants."""
    return [
        Issue(
            kind=one.kind,
            start=_instant(native.seconds[one.start]),
            end=_instant(native.seconds[one.end - 1] + native.every),
            readings=one.readings,
            detail=one.detail,
            corrected=int(native.corrected[one.start : one.end].sum()),
        )
        for one in checked.found
    ]


def _instant(second: int) -> datetime:
    return datetime.fromtimestamp(int(second), UTC)


async def check_meters(database: Database, organisation: UUID, *, every: bool = False, most: int | None = None) -> int:
    """Check the meters that need it, each in a transaction of its own; returns how many are left beyond ``most``."""
    async with database.transaction() as conn:
        due = await repository.meters_to_check(conn, organisation, every=every)
        known = Known(conn, organisation)
    for meter in due[:most]:
        async with database.transaction() as conn:
            await check_meter(conn, organisation, meter, known.through(conn))
    left = len(due) - len(due[:most])
    log.info("data quality checked", meters=len(due) - left, left=left)
    return left


async def ranking(conn: Connection, organisation: UUID, wanted: QualityFilter) -> Sequence[MeterQuality]:
    """Active meters by data quality; those never checked come last."""
    chosen = {"site": wanted.site, "building": wanted.building, "carrier": wanted.carrier, "by": wanted.sort.value}
    span = {"limit": wanted.limit, "offset": wanted.offset, "sign": -1 if wanted.descending else 1}
    return await repository.meters(conn, organisation, **chosen, **span)


async def summary(
    conn: Connection, organisation: UUID, site: UUID | None = None, carrier: Carrier | None = None
) -> QualitySummary:
    """All meters with readings together."""
    return await repository.summary(conn, organisation, site, carrier)


async def meter_quality(conn: Connection, organisation: UUID, meter: UUID) -> QualityReport:
    """One meter with its issues as last checked; raises NotFound."""
    await repository.target(conn, organisation, meter)
    found = await repository.meters(conn, organisation, meter=meter)
    return QualityReport(meter=found[0], issues=await repository.issues(conn, organisation, meter))


async def request_check(conn: Connection, organisation: UUID) -> None:
    """Put a check of the meters that need one on the queue."""
    await defer(conn, JOB, QUEUE, once=f"{JOB} {organisation}", organisation=str(organisation))
