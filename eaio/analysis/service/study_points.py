"""Every point of a study with its counterfactual, for exports, charts and the audit pack."""

from uuid import UUID
from zoneinfo import ZoneInfo

import polars as pl
from msgspec import Struct

from eaio.analysis.compute import study_points as compute
from eaio.analysis.models.studies import StudyResult
from eaio.analysis.service.material import material_of
from eaio.analysis.service.studies import study_result
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection


class StudyPoints(Struct, frozen=True):
    """A study's result with the points that it stands on."""

    result: StudyResult
    points: pl.DataFrame
    """STUDY_POINTS of ``compute.study_points``."""

    @property
    def name(self) -> str:
        """What a file of the points is called."""
        of = self.result.study
        return f"{of.building}_{of.carrier.value}_{of.name}"

    @property
    def columns(self) -> dict[str, pl.DataType]:
        """The columns of a file of the points, named with their units, and what they hold."""
        of, kinds = self.result.study, list(self.points.schema.values())
        names = [f"local_time ({of.time_zone})", "time", "period"]
        names += [f"{amount}_{of.unit}" for amount in ("actual", "counterfactual", "residual")]
        return dict(zip([*names, "temperature_degC", "counted", "flags"], kinds, strict=True))

    def daily(self) -> pl.DataFrame:
        """The points by local day, or by month of a monthly model."""
        return compute.daily(self.points)


async def study_points(conn: Connection, organisation: UUID, study_id: UUID) -> StudyPoints:
    """A study with all its points. Raises as ``study_result``."""
    result = await study_result(conn, organisation, study_id)
    found = await material_of(conn, organisation, result.study.meter_id)
    events = [one.event for one in result.events if one.undone_at is None]
    verified = result.result
    frame = await run_cpu(
        compute.study_points,
        found,
        verified.baseline.model,
        verified.savings.reporting,
        events,
        ZoneInfo(result.study.time_zone),
    )
    return StudyPoints(result, frame)
