"""Forecasts made ahead of the question."""

from uuid import UUID

from eaio.forecasting import service
from eaio.infra.jobs import Blueprint, JobContext, database

blueprint = Blueprint()

REFRESH = "forecasting:refresh"
"""Name under which others defer :func:`refresh` after an import, with ``organisation`` as text."""
QUEUE = "forecasting"


@blueprint.task(name="refresh", pass_context=True, queue=QUEUE)
async def refresh(context: JobContext, organisation: str) -> None:
    """Bring every forecast of an organisation up to date."""
    await service.refresh_organisation(database(context), UUID(organisation))
