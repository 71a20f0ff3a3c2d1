"""JSON API's side of reports: PDF and CSV files."""

from datetime import date
from typing import Annotated
from uuid import UUID

from litestar import Response, get
from litestar.openapi import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import FromPath, QueryParameter

from eaio.infra.db import Database
from eaio.infra.errors import NotFound
from eaio.infra.identity import Principal
from eaio.infra.web.handlers import Db, Who
from eaio.infra.web.problems import Problem
from eaio.reports import service
from eaio.reports.models import Format, Table, Wanted, owner_of

TAGS = ["Reports"]
RESPONSES = {
    404: ResponseSpec(Problem, description="Not there, or not this organisation's"),
    422: ResponseSpec(Problem, description="No readings in the period, or the period is upside down"),
    503: ResponseSpec(Problem, description="PDF only: the Pango library is missing; the detail says how to install it"),
}
First = Annotated[
    date | None,
    QueryParameter(description="First day; default: a year before the last", examples=[Example(value="2017-01-01")]),
]
Last = Annotated[
    date | None,
    QueryParameter(
        description="Last day, included; default: the last complete day of readings",
        examples=[Example(value="2017-12-31")],
    ),
]
OfTable = Annotated[
    Table, QueryParameter(description="CSV only: one table in wide form, or `all` of them in long form")
]


async def _answered(db: Database, principal: Principal, wanted: Wanted) -> Response[bytes]:
    _, file = await service.make_report(db, owner_of(principal), wanted)
    return Response(file.body, media_type=file.media_type, headers=file.headers)


@get("/api/reports/building/{file:str}", summary="Report of a building", tags=TAGS, responses=RESPONSES)
async def building_file(
    db: Db, principal: Who, file: FromPath[str], start: First = None, end: Last = None, table: OfTable = Table.ALL
) -> Response[bytes]:
    """``{building's id}.pdf`` is the paper, ``{building's id}.csv`` its tables."""
    building, form = _parsed(file)
    wanted = Wanted(building=building, start=start, end=end, format=form, table=table)
    return await _answered(db, principal, wanted)


def _parsed(file: str) -> tuple[UUID, Format]:
    name, _, ending = file.rpartition(".")
    try:
        return UUID(name), Format(ending)
    except ValueError as error:
        raise NotFound("A building's report is called by the building's id with .pdf or .csv behind it") from error


@get("/api/reports/portfolio.pdf", summary="Report of the portfolio as PDF", tags=TAGS, responses=RESPONSES)
async def portfolio_pdf(db: Db, principal: Who, start: First = None, end: Last = None) -> Response[bytes]:
    """Cover, key figures, figures, buildings, findings, recommendations, inputs and their sources, data quality."""
    wanted = Wanted(start=start, end=end)
    return await _answered(db, principal, wanted)


@get("/api/reports/portfolio.csv", summary="Report of the portfolio as CSV", tags=TAGS, responses=RESPONSES)
async def portfolio_csv(
    db: Db, principal: Who, start: First = None, end: Last = None, table: OfTable = Table.ALL
) -> Response[bytes]:
    """The same numbers, every line of them."""
    wanted = Wanted(start=start, end=end, format=Format.CSV, table=table)
    return await _answered(db, principal, wanted)


@get(
    "/api/verification/studies/{study_id:uuid}/audit.pdf",
    summary="Audit pack of a study as PDF",
    tags=["Measurement and verification", *TAGS],
    responses=RESPONSES,
)
async def audit_pdf(db: Db, principal: Who, study_id: FromPath[UUID]) -> Response[bytes]:
    """Result, data with coverage and checksum, model with coefficients, residuals, events, methods, versions."""
    file = await service.audit_pack(db, owner_of(principal), study_id)
    return Response(file.body, media_type=file.media_type, headers=file.headers)


HANDLERS = [building_file, portfolio_pdf, portfolio_csv, audit_pdf]
