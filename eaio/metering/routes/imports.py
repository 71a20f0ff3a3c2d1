"""JSON API of imports and data quality."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.openapi import ResponseSpec
from litestar.params import FromPath, FromQuery, QueryParameter
from litestar.status_codes import HTTP_202_ACCEPTED

from eaio.infra.web.handlers import Config, Conn, Who
from eaio.infra.web.problems import Problem
from eaio.metering import service
from eaio.metering.jobs import CHECK, IMPORT, LARGEST_BODY, Upload, importers_only, keep_upload
from eaio.metering.models import ImportRecord, MeterCoverage

TAGS = ["Imports"]
NOT_FOUND = {404: ResponseSpec(Problem, description="Not there, or not this organisation's")}


class CoverageOfMeter(MeterCoverage, frozen=True):
    """How complete a meter is, with the share."""

    share: float = 0.0


@post(
    "/api/imports",
    tags=TAGS,
    summary="Import a file",
    status_code=HTTP_202_ACCEPTED,
    request_max_body_size=LARGEST_BODY,
    guards=[importers_only],
)
async def upload(
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
