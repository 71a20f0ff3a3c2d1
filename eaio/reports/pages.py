"""The page that asks what to report on, and the addresses behind the Report buttons of other pages."""

from datetime import date, timedelta
from typing import Annotated, Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath, QueryParameter
from litestar.response import Template

from eaio.buildings import service as buildings
from eaio.infra.db import Database
from eaio.infra.doctor import pango
from eaio.infra.errors import EaioError, Invalid, NotFound
from eaio.infra.identity import Principal
from eaio.infra.web.handlers import Db, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering import service as metering
from eaio.reports import service
from eaio.reports.compute.use import year_before
from eaio.reports.models import Format, Table, Wanted, owner_of

PORTFOLIO = "portfolio"
Day = Annotated[str | None, QueryParameter(max_length=10)]
Name = Annotated[str | None, QueryParameter(max_length=200)]


async def _answered(db: Database, principal: Principal, wanted: Wanted) -> Response[bytes]:
    _, file = await service.make_report(db, owner_of(principal), wanted)
    return Response(file.body, media_type=file.media_type, headers=file.headers)


@get("/reports", include_in_schema=False)
async def reports(
    request: WebRequest, db: Db, principal: Who, building: Name = None, start: Day = None, end: Day = None
) -> Template:
    """What to report on, over which days, in which form."""
    return await _form(request, db, principal, {"building": building, "start": start, "end": end})


async def _form(
    request: WebRequest, db: Database, principal: Principal, values: dict[str, Any], problem: EaioError | None = None
) -> Template:
    async with db.transaction() as conn:
        names = await buildings.building_names(conn, principal.organisation)
        known = await metering.local_extent(conn, principal.organisation)
    last = known.last.date() if known.last else None
    return page(
        request,
        "reports/form.html",
        status=problem.status if problem else 200,
        names=sorted(names),
        values={**values, "building": _shown(values.get("building"), names)},
        periods=_periods(known.first.date(), last) if known.first and last else (),
        first=known.first.date() if known.first else None,
        last=last,
        tables=[(table.value, table.value.capitalize()) for table in Table],
        pango=pango(),
        error=problem.detail if problem else None,
        wrong=problem.fields if problem else {},
    )


def _shown(given: str | None, names: dict[str, UUID]) -> str:
    """A building given by its id, as its name."""
    return next((name for name, key in names.items() if str(key) == given), given or "")


def _periods(first: date, last: date) -> list[tuple[str, date, date]]:
    """Ready periods that have readings: the last twelve months, the last whole month, calendar years."""
    month_end = last.replace(day=1) - timedelta(days=1)
    ready = [("Last 12 months", max(first, year_before(last) + timedelta(days=1)), last)]
    if month_end >= first:
        ready.append((f"{month_end:%B %Y}", month_end.replace(day=1), month_end))
    years = range(last.year, max(first.year, last.year - 5) - 1, -1)
    ready += [(str(year), max(first, date(year, 1, 1)), min(last, date(year, 12, 31))) for year in years]
    return ready


@get("/reports/download", include_in_schema=False)
async def download(
    request: WebRequest,
    db: Db,
    principal: Who,
    subject: Annotated[str, QueryParameter(max_length=20)] = PORTFOLIO,
    building: Name = None,
    start: Day = None,
    end: Day = None,
    form: Annotated[str, QueryParameter(name="format", max_length=10)] = Format.PDF.value,
    table: Annotated[str, QueryParameter(max_length=20)] = Table.ALL.value,
) -> Response[bytes] | Template:
    """The file, or the form again with what is wrong."""
    values = {"building": building, "start": start, "end": end, "subject": subject, "format": form, "table": table}
    try:
        wanted = Wanted(
            building=None if subject == PORTFOLIO else await _building(db, principal, building),
            start=_day(start, "start"),
            end=_day(end, "end"),
            format=Format.CSV if form == Format.CSV else Format.PDF,
            table=Table(table) if table in set(Table) else Table.ALL,
        )
        return await _answered(db, principal, wanted)
    except EaioError as problem:
        return await _form(request, db, principal, values, problem)


async def _building(db: Database, principal: Principal, given: str | None) -> UUID:
    async with db.transaction() as conn:
        names = await buildings.building_names(conn, principal.organisation)
    found = names.get(given or "") or next((key for key in names.values() if str(key) == given), None)
    if found is None:
        detail = f"There is no building called {given!r}" if given else "Choose a building"
        raise NotFound(detail, building="choose one from the list")
    return found


def _day(text: str | None, name: str) -> date | None:
    try:
        return date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("Dates are written as 2017-12-31", **{name: "not a date"}) from error


@get("/buildings/{building_id:uuid}/report.pdf", include_in_schema=False)
async def building_report(
    db: Db, principal: Who, building_id: FromPath[UUID], start: Day = None, end: Day = None
) -> Response[bytes]:
    """The building's paper, from its page's button."""
    wanted = Wanted(building=building_id, start=_day(start, "start"), end=_day(end, "end"))
    return await _answered(db, principal, wanted)


@get("/portfolio/report.pdf", include_in_schema=False)
async def portfolio_report(db: Db, principal: Who, start: Day = None, end: Day = None) -> Response[bytes]:
    """The portfolio's paper, from the board's button."""
    wanted = Wanted(start=_day(start, "start"), end=_day(end, "end"))
    return await _answered(db, principal, wanted)


@get("/savings/{study_id:uuid}/audit.pdf", include_in_schema=False)
async def audit_report(db: Db, principal: Who, study_id: FromPath[UUID]) -> Response[bytes]:
    """A study's audit pack, from its page's button."""
    file = await service.audit_pack(db, owner_of(principal), study_id)
    return Response(file.body, media_type=file.media_type, headers=file.headers)


HANDLERS = [reports, download, building_report, portfolio_report, audit_report]
