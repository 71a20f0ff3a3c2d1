"""JSON API of imports and data quality."""

from collections.abc import Sequence
from typing import Annotated, Any
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.openapi import ResponseSpec
from litestar.params import Body, FromPath, FromQuery, QueryParameter
from litestar.status_codes import HTTP_202_ACCEPTED

from eaio.infra.db import Connection
from eaio.infra.errors import Forbidden, Invalid, TooLarge
from eaio.infra.identity import Action, Principal
from eaio.infra.jobs import defer
from eaio.infra.web.handlers import Config, Conn, WebRequest, Who
from eaio.infra.web.problems import Problem
from eaio.metering import service
from eaio.metering.jobs import CHECK, IMPORT, QUEUE, upload_place
from eaio.metering.models import ImportOptions, ImportRecord, MeterCoverage
from eaio.settings import Settings

TAGS = ["Imports"]
LARGEST_BODY = 10 * 1024**3
"""Beyond any upload limit; the limit itself is a setting and is checked against the announced size."""

NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}

Upload = Annotated[dict[str, Any], Body(media_type=RequestEncodingType.MULTI_PART)]


class CoverageOfMeter(MeterCoverage, frozen=True):
    """How complete a meter is, with the share."""

    share: float = 0.0


def refuse_oversize(request: WebRequest, settings: Settings) -> None:
    """Look at the announced size before anything is read.

    Raises:
        Invalid: the size is not announced.
        TooLarge: it is beyond the limit.
    """
    announced = request.content_length
    if announced is None:
        raise Invalid("Say the size of the upload with Content-Length")
    if announced > settings.upload_limit + 1_000_000:
        raise TooLarge(
            f"The upload has {announced / 1e6:,.0f} MB; at most {settings.upload_limit / 1e6:,.0f} MB are accepted. "
            "Split it by year or by meter, or raise EAIO_UPLOAD_LIMIT"
        )


def may_import(principal: Principal) -> None:
    """Raise Forbidden unless the caller may import here: never into the synthetic portfolio."""
    principal.require(Action.IMPORT)
    if principal.demo:
        raise Forbidden("Real data do not mix with the synthetic portfolio; sign in to your own organisation")


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


@post(
    "/api/imports",
    tags=TAGS,
    summary="Import a file",
    status_code=HTTP_202_ACCEPTED,
    request_max_body_size=LARGEST_BODY,
)
async def upload(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    settings: Config,
    data: Upload,
    dry_run: FromQuery[bool] = False,
) -> ImportRecord:
    """Multipart: ``file`` (CSV, .gz, or a zip of a BDG2 folder) and any field of the import options.

    The answer comes at once; poll ``GET /api/imports/{id}`` until its status is ``done`` or ``failed``. With
    ``dry_run`` nothing is written: the status stays ``waiting`` and the report says what would be kept and dropped.
    """
    may_import(principal)
    refuse_oversize(request, settings)
    import_id = await keep_upload(conn, principal, settings, data, CHECK if dry_run else IMPORT)
    return await service.import_record(conn, principal.organisation, import_id)


@get("/api/imports", tags=TAGS, summary="The newest imports")
async def imports(
    conn: Conn, principal: Who, limit: Annotated[int, QueryParameter(ge=1, le=200)] = 50
) -> Sequence[ImportRecord]:
    """Newest first, without their reports."""
    return await service.imports(conn, principal.organisation, limit)


@get("/api/imports/{import_id:uuid}", tags=TAGS, summary="An import with its report", responses=NOT_FOUND)
async def import_record(conn: Conn, principal: Who, import_id: FromPath[UUID]) -> ImportRecord:
    """Status, progress and, once it is over, the report: rows read, kept, replaced, dropped, by reason and meter."""
    return await service.import_record(conn, principal.organisation, import_id)


@get("/api/data-quality", tags=TAGS, summary="How complete the meters are")
async def data_quality(
    conn: Conn, principal: Who, building: FromQuery[UUID | None] = None, site: FromQuery[UUID | None] = None
) -> list[CoverageOfMeter]:
    """Readings present and expected between each meter's first and last reading, zero days, replaced values."""
    found = await service.coverage(conn, principal.organisation, building, site)
    return [CoverageOfMeter(**msgspec.structs.asdict(meter), share=meter.coverage) for meter in found]


HANDLERS = [upload, imports, import_record, data_quality]
