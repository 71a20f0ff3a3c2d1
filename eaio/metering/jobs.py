"""Imports in the background, and the uploads that they work on."""

from datetime import UTC, datetime
from typing import Annotated, Any, cast
from uuid import UUID

import msgspec
from litestar.connection import ASGIConnection
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.handlers import BaseRouteHandler
from litestar.params import Body

from eaio.infra.db import Connection
from eaio.infra.errors import Forbidden, Invalid, TooLarge
from eaio.infra.identity import Action, Principal
from eaio.infra.jobs import Blueprint, JobContext, database, defer
from eaio.metering import service
from eaio.metering.models import ImportOptions
from eaio.metering.service.checking import AT_ONCE
from eaio.metering.service.uploads import UploadPlace
from eaio.settings import Settings

blueprint = Blueprint()

LARGEST_BODY = 10 * 1024**3
"""Beyond any upload limit; the limit itself is a setting and is checked against the announced size."""

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]
_FIELDS_BYTES = 1_000_000

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
    """Import an uploaded file."""
    place, db = upload_place(_settings(context)), database(context)
    await service.import_upload(db, place, UUID(organisation), UUID(import_id), datetime.now(UTC))


@blueprint.task(name="check_quality", pass_context=True, queue="quality")
async def check_quality(context: JobContext, organisation: str) -> None:
    """Check some of the meters that need it, and queue again behind others if there are more."""
    owner = UUID(organisation)
    if await service.check_meters(database(context), owner, most=AT_ONCE):
        async with database(context).transaction() as conn:
            await service.request_check(conn, owner)


def refuse_oversize(announced: int | None, limit: int) -> None:
    """Look at the announced size before anything is read.

    Raises:
        Invalid: the size is not announced.
        TooLarge: it is beyond the limit.
    """
    if announced is None:
        raise Invalid("Say the size of the upload with Content-Length")
    if announced > limit + _FIELDS_BYTES:
        raise TooLarge(
            f"The upload has {announced / 1e6:,.0f} MB; at most {limit / 1e6:,.0f} MB are accepted. "
            "Split it by year or by meter, or raise EAIO_UPLOAD_LIMIT"
        )


def may_import(principal: Principal) -> None:
    """Raise Forbidden unless the caller may import here: never into the synthetic portfolio."""
    principal.require(Action.IMPORT)
    if principal.demo:
        raise Forbidden("Real data do not mix with the synthetic portfolio; sign in to your own organisation")


def importers_only(connection: ASGIConnection[Any, Any, Any, Any], _: BaseRouteHandler) -> None:
    """Litestar guard: who may not import, and what is too large, is refused before the upload is read."""
    caller = connection.scope.get("user")
    if isinstance(caller, Principal):
        may_import(caller)
    announced = connection.headers.get("content-length", "")
    refuse_oversize(int(announced) if announced.isdecimal() else None, connection.app.state.settings.upload_limit)


def options_of(fields: dict[str, Any]) -> ImportOptions:
    """What the form of an upload says; empty fields say nothing.

    Raises:
        Invalid: a field does not fit; it is named.
    """
    said = {name: value for name, value in fields.items() if isinstance(value, str) and value.strip()}
    wanted = {name: said[name] for name in ImportOptions.__struct_fields__ if name in said}
    try:
        return msgspec.convert(wanted, ImportOptions, strict=False)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        raise Invalid("An option does not fit", **{path.rstrip("`") or "options": text}) from error


async def keep_upload(
    conn: Connection, principal: Principal, settings: Settings, data: dict[str, Any], task: str
) -> UUID:
    """Keep an uploaded file and put the job for it on the queue.

    Raises:
        Invalid: there is no file among the fields.
    """
    file = data.get("file")
    if not isinstance(file, UploadFile) or not file.filename:
        raise Invalid("Choose a file to upload", file="needed")
    import_id = await service.receive(
        conn, principal.organisation, upload_place(settings), file.file, name=file.filename,
        options=options_of(data), author=principal.actor,
    )  # fmt: skip
    await defer(conn, task, QUEUE, organisation=str(principal.organisation), import_id=str(import_id))
    return import_id
