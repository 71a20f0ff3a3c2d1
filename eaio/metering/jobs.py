"""Imports in the background."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import cast
from uuid import UUID

from eaio.infra.db import Connection
from eaio.infra.jobs import Blueprint, JobContext, database, defer
from eaio.metering import service
from eaio.metering.service.uploads import UploadPlace
from eaio.settings import Settings

blueprint = Blueprint()

QUEUE = "import"
CHECK = "metering:check_upload"
IMPORT = "metering:import_upload"


def upload_place(settings: Settings) -> UploadPlace:
    """Where this installation keeps uploads."""
    return UploadPlace(settings.home, settings.upload_limit)


def _settings(context: JobContext) -> Settings:
    return cast("Settings", context.additional_context["settings"])


@blueprint.task(name="check_upload", pass_context=True, queue=QUEUE)
async def check_upload(context: JobContext, organisation: str, import_id: str) -> None:
    """Find out what an uploaded file would do."""
    place = upload_place(_settings(context))
    await service.look_at(database(context), place, UUID(organisation), UUID(import_id), datetime.now(UTC))


@blueprint.task(name="import_upload", pass_context=True, queue=QUEUE)
async def import_upload(context: JobContext, organisation: str, import_id: str) -> None:
    """Import an uploaded file, then have everything that builds on readings done again."""
    place, db = upload_place(_settings(context)), database(context)
    imported = await service.import_upload(db, place, UUID(organisation), UUID(import_id), datetime.now(UTC))
    if imported is not None and imported.touched:
        async with db.transaction() as conn:
            jobs = cast("Sequence[tuple[str, str]]", context.additional_context.get("after_import", ()))
            await follow_up(conn, UUID(organisation), jobs)


async def follow_up(conn: Connection, organisation: UUID, jobs: Sequence[tuple[str, str]]) -> None:
    """Defer the (task, queue) pairs that the application names; of each only one waits per organisation."""
    for task, queue in jobs:
        await defer(conn, task, queue, once=f"{task} {organisation}", organisation=str(organisation))
