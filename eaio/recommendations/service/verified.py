"""Verified savings in money and carbon, at the prices and factors in force at the site."""

from collections.abc import Sequence
from uuid import UUID

from eaio.analysis import service as analysis
from eaio.analysis.models.studies import Study, StudyLine
from eaio.infra.db import Connection
from eaio.recommendations.compute.worth import worth_of
from eaio.recommendations.models.worth import Worth
from eaio.recommendations.service.assumptions import inputs_by_site, rates_for


async def savings_worth(conn: Connection, organisation: UUID, study: Study, avoided: float, band: float) -> Worth:
    """What the avoided use of a study is worth."""
    return worth_of(await rates_for(conn, organisation, study.site_id), study.carrier, avoided, band)


async def study_worth(conn: Connection, organisation: UUID, study_id: UUID) -> Worth:
    """What the avoided use of a study is worth. Raises as ``study_result`` of the analysis."""
    found = await analysis.study_result(conn, organisation, study_id)
    saved = found.result.savings
    return await savings_worth(conn, organisation, found.study, saved.avoided, saved.band)


async def worth_by_study(conn: Connection, organisation: UUID, lines: Sequence[StudyLine]) -> dict[UUID, Worth]:
    """What each of some studies with a result is worth, by the study's id."""
    inputs = await inputs_by_site(conn, organisation)
    return {
        line.study.id: worth_of(inputs[line.study.site_id].rates, line.study.carrier, line.avoided, line.band)
        for line in lines
        if line.avoided is not None and line.study.site_id in inputs
    }
