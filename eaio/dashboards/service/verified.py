"""What the studies of an organisation have proven."""

from collections.abc import Mapping, Sequence
from datetime import date
from uuid import UUID

from msgspec import Struct

from eaio.analysis import service as analysis
from eaio.analysis.models.studies import Study, StudyLine
from eaio.infra.db import Connection
from eaio.recommendations import service as recommendations
from eaio.recommendations.models.worth import Worth


class Proven(Struct, frozen=True, kw_only=True):
    """Proven savings together; different carriers add up only as money and carbon."""

    studies: int
    proven: int
    money: float | None
    co2: float | None
    refused: int
    """Studies whose data carry no result."""
    waiting: int
    """Studies without a result of the newest readings."""


async def proven_savings(conn: Connection, organisation: UUID) -> Proven:
    """What all active studies come to."""
    lines = await analysis.studies(conn, organisation)
    return totals(lines, await recommendations.worth_by_study(conn, organisation, lines) if lines else {})


def totals(lines: Sequence[StudyLine], worth: Mapping[UUID, Worth]) -> Proven:
    """What some studies, the newest first, come to; of a meter each day of savings counts once, in its newest study."""
    counted: list[StudyLine] = []
    for line in lines:
        if line.significant and not any(_overlap(line.study, one.study) for one in counted):
            counted.append(line)
    proven = [worth[line.study.id] for line in counted if line.study.id in worth]
    money = [one.money for one in proven if one.money is not None]
    co2 = [one.co2_kg for one in proven if one.co2_kg is not None]
    return Proven(
        studies=len(lines),
        proven=sum(bool(line.significant) for line in lines),
        money=sum(money) if money else None,
        co2=sum(co2) if co2 else None,
        refused=sum(line.refusal is not None for line in lines),
        waiting=sum(line.refusal is None and not line.current for line in lines),
    )


def _overlap(one: Study, other: Study) -> bool:
    """Whether both would count the same days of the same meter."""
    ends = (study.reporting_last or date.max for study in (one, other))
    starts = (one.reporting_first, other.reporting_first)
    return one.meter_id == other.meter_id and max(starts) <= min(ends)
