"""Generation in the background."""

from uuid import UUID

from eaio.infra.jobs import Blueprint, JobContext, database
from eaio.recommendations import service

blueprint = Blueprint()


@blueprint.task(name="generate", pass_context=True, queue=service.QUEUE)
async def generate(context: JobContext, organisation: str, run: str, buildings: list[str] | None = None) -> None:
    """Look at the readings of some or all buildings; a failure is written to the run before it is raised."""
    ids = None if buildings is None else [UUID(building) for building in buildings]
    db = database(context)
    try:
        await service.generate_in_batches(db, UUID(organisation), UUID(run), ids)
    except Exception as error:
        async with db.transaction() as conn:
            await service.fail_run(conn, UUID(organisation), UUID(run), str(error))
        raise


@blueprint.task(name="refresh", pass_context=True, queue=service.QUEUE)
async def refresh(context: JobContext, organisation: str) -> None:
    """Look at every building again: its readings or the findings on them have changed."""
    await service.refresh(database(context), UUID(organisation))


@blueprint.task(name="rerank", pass_context=True, queue=service.QUEUE)
async def rerank(context: JobContext, organisation: str, site: str | None = None) -> None:
    """Price every building of a site, or all, again: a figure has changed."""
    await service.rerank_site(database(context), UUID(organisation), UUID(site) if site else None)
