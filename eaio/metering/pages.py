"""Pages of imports and data quality."""

from collections.abc import Sequence
from operator import attrgetter
from typing import Annotated, Any
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template
from msgspec import Struct

from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, EaioError
from eaio.infra.identity import Principal
from eaio.infra.jobs import defer
from eaio.infra.web.handlers import Config, Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering import service
from eaio.metering.jobs import (
    CHECK,
    IMPORT,
    LARGEST_BODY,
    QUEUE,
    Upload,
    importers_only,
    keep_upload,
    may_import,
    options_of,
)
from eaio.metering.models import REMEDY, Clock, DateOrder, ImportRecord, MeterCoverage, Reason
from eaio.settings import Settings
from eaio.timeseries.format import number
from eaio.timeseries.units import CARRIER_LABEL

Form = URLEncodedBody[dict[str, str]]

CLOCKS = [
    (Clock.AUTO, "Find out"),
    (Clock.WALL, "Local time with daylight saving"),
    (Clock.STANDARD, "Standard time all year"),
    (Clock.UTC, "UTC"),
]
DATES = [
    (DateOrder.AUTO, "Find out"),
    (DateOrder.YEAR_FIRST, "2024-01-31"),
    (DateOrder.DAY_FIRST, "31/01/2024"),
    (DateOrder.MONTH_FIRST, "1/31/2024"),
]
CARRIERS = [("", "As the file says"), *((carrier.value, label) for carrier, label in CARRIER_LABEL.items())]
ROWS_SHOWN = 200
_PAGE = 100


class Explained(Struct, frozen=True):
    """A reason for dropped readings, in words."""

    count: int
    what: str
    remedy: str


def explained(reasons: dict[str, int]) -> list[Explained]:
    """The reasons of a report, the commonest first."""
    return [Explained(count, *REMEDY[Reason(name)]) for name, count in sorted(reasons.items(), key=lambda r: -r[1])]


async def _choices(conn: Connection, principal: Principal) -> dict[str, Any]:
    """What the forms offer."""
    sites = await buildings.sites_of(conn, principal.organisation)
    return {"sites": [site.name for site in sites], "clocks": CLOCKS, "dates": DATES, "carriers": CARRIERS}


@get("/imports", include_in_schema=False)
async def import_list(request: WebRequest, conn: Conn, principal: Who, settings: Config) -> Template:
    """Bring data in, and what came in before."""
    return await _list(request, conn, principal, settings)


async def _list(
    request: WebRequest, conn: Connection, principal: Principal, settings: Settings, problem: EaioError | None = None
) -> Template:
    return page(
        request,
        "metering/list.html",
        status=problem.status if problem else 200,
        found=await service.imports(conn, principal.organisation),
        limit=f"{number(settings.upload_limit / 1e9)} GB",
        problem=problem,
        **await _choices(conn, principal),
    )


@post("/imports", include_in_schema=False, request_max_body_size=LARGEST_BODY, guards=[importers_only])
async def upload(
    request: WebRequest, conn: Conn, principal: Who, settings: Config, data: Upload
) -> Template | Redirect:
    """Take a file and look at it first; nothing is imported yet."""
    try:
        import_id = await keep_upload(conn, principal, settings, data, CHECK)
    except EaioError as problem:
        return await _list(request, conn, principal, settings, problem)
    return Redirect(f"/imports/{import_id}", status_code=303)


async def _detail(conn: Connection, principal: Principal, record: ImportRecord) -> dict[str, Any]:
    report = record.report
    return {
        "record": record,
        "report": report,
        "reasons": explained(report.reasons) if report else [],
        "by_meter": list(report.dropped_by_meter.items())[:ROWS_SHOWN] if report else [],
        "mapping": report.mapping[:ROWS_SHOWN] if report else (),
        "remedy": REMEDY,
        **await _choices(conn, principal),
    }


@get("/imports/{import_id:uuid}", include_in_schema=False)
async def import_detail(request: WebRequest, conn: Conn, principal: Who, import_id: FromPath[UUID]) -> Template:
    """One import: what it would do, how far it is, what it did."""
    record = await service.import_record(conn, principal.organisation, import_id)
    return page(request, "metering/detail.html", **await _detail(conn, principal, record))


@get("/imports/{import_id:uuid}/state", include_in_schema=False)
async def import_state(request: WebRequest, conn: Conn, principal: Who, import_id: FromPath[UUID]) -> Template:
    """The part of the page that changes; asks for itself again while something happens."""
    record = await service.import_record(conn, principal.organisation, import_id)
    return page(request, "metering/state.html", **await _detail(conn, principal, record))


@post("/imports/{import_id:uuid}/check", include_in_schema=False)
async def check_again(conn: Conn, principal: Who, import_id: FromPath[UUID], data: Form) -> Redirect:
    """Look at the file again with other answers."""
    may_import(principal)
    await service.check_again(conn, principal.organisation, import_id, options_of(data))
    await defer(conn, CHECK, QUEUE, organisation=str(principal.organisation), import_id=str(import_id))
    return Redirect(f"/imports/{import_id}", status_code=303)


@post("/imports/{import_id:uuid}/start", include_in_schema=False)
async def start(conn: Conn, principal: Who, import_id: FromPath[UUID]) -> Redirect:
    """Import what was looked at."""
    may_import(principal)
    record = await service.import_record(conn, principal.organisation, import_id)
    if not record.checked:
        raise Conflict("This file is being looked at or imported; wait for it, or upload it again")
    key = f"import {import_id}"
    await defer(conn, IMPORT, QUEUE, once=key, organisation=str(principal.organisation), import_id=str(import_id))
    await service.mark_started(conn, principal.organisation, import_id)
    return Redirect(f"/imports/{import_id}", status_code=303)


@get("/imports/coverage", include_in_schema=False)
async def coverage(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    sort: Annotated[str, QueryParameter(max_length=20)] = "coverage",
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> Template:
    """How complete every meter is, the emptiest first."""
    found = _sorted(await service.coverage(conn, principal.organisation), sort)
    readings, expected = sum(meter.readings for meter in found), sum(meter.expected for meter in found)
    return page(
        request,
        "metering/coverage.html",
        meters=found[offset : offset + _PAGE],
        total=len(found),
        readings=readings,
        expected=expected,
        zero_days=sum(meter.zero_days for meter in found if meter.carrier == "electricity"),
        edits=sum(meter.edits for meter in found),
        silent=sum(meter.first is None for meter in found),
        state={"sort": sort, "offset": offset or None},
        sort=sort,
        limit=_PAGE,
        offset=offset,
    )


_SORTS = ("coverage", "building", "carrier", "zero_days", "edits")


def _sorted(meters: Sequence[MeterCoverage], sort: str) -> list[MeterCoverage]:
    wanted = sort.lstrip("-")
    return sorted(meters, key=attrgetter(wanted if wanted in _SORTS else "coverage"), reverse=sort.startswith("-"))


HANDLERS = [import_list, upload, coverage, import_detail, import_state, check_again, start]
