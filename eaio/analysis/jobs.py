"""Analyses in the background."""

from uuid import UUID

from eaio.analysis import service
from eaio.infra.jobs import Blueprint, JobContext, database

blueprint = Blueprint()


@blueprint.task(name="refresh", pass_context=True, queue="analysis")
async def refresh(context: JobContext, organisation: str, run: str | None = None) -> None:
    """Analyse every building; without ``run`` the job opens its own record, as after an import."""
    await service.analyze_organisation(
        database(context), UUID(organisation), author="worker", run_id=UUID(run) if run else None
    )


@blueprint.task(name="building", pass_context=True, queue="analysis")
async def building(context: JobContext, organisation: str, run: str) -> None:
    """Analyse the building of a run."""
    await service.run_building_analysis(database(context), UUID(organisation), UUID(run))
