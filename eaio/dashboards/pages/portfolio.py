"""Pages of the portfolio and of a site."""

from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from eaio.analysis import service as analysis
from eaio.buildings import service as buildings
from eaio.dashboards.models import Asked, Portfolio, RankBy, Ranking
from eaio.dashboards.pages.charts import csv_file
from eaio.dashboards.pages.context import asked_of, bar
from eaio.dashboards.service import portfolio as service
from eaio.dashboards.service.source import Source, source
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.infra.identity import Principal
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page

DEFAULT_SORT = "-energy"
EVERYTHING = 1_000_000


def _sort(request: WebRequest) -> tuple[str, RankBy, bool]:
    text = request.query_params.get("sort") or DEFAULT_SORT
    key = text.lstrip("-")
    by = RankBy(key) if key in set(RankBy) else RankBy.ENERGY
    return text, by, text.startswith("-")


def _offset(request: WebRequest) -> int:
    text = request.query_params.get("offset", "")
    return min(int(text), EVERYTHING) if text.isdecimal() else 0


def _narrowed(request: WebRequest) -> dict[str, str | None]:
    """Search and use of the ranking, as the address has them."""
    return {name: (request.query_params.get(name) or "")[:200] or None for name in ("search", "use")}


async def _ranked(request: WebRequest, known: Source, found: Portfolio, site_id: UUID | None, limit: int) -> Ranking:
    _, by, descending = _sort(request)
    offset = _offset(request) if limit == service.PAGE else 0
    return await service.ranking(
        known,
        found.view,
        by=by,
        descending=descending,
        site_id=site_id,
        offset=offset,
        limit=limit,
        **_narrowed(request),
    )


async def _shown(
    request: WebRequest, conn: Connection, principal: Principal, template: str, site_id: UUID | None, **more: Any
) -> Template:
    asked = asked_of(request)
    known = await source(conn, principal.organisation)
    try:
        found = await service.portfolio(known, asked, site_id)
    except InsufficientData as reason:
        return page(request, template, found=None, reason=reason.detail, **more)
    sort, _, _ = _sort(request)
    return page(
        request,
        template,
        found=found,
        view=found.view,
        ranking=await _ranked(request, known, found, site_id, service.PAGE),
        uses=await service.uses(known),
        findings=None if site_id else await analysis.anomaly_totals(conn, principal.organisation),
        bar=bar(found.view, found.present, "All energy"),
        state={**asked.state, **_narrowed(request), "sort": None if sort == DEFAULT_SORT else sort},
        sort=sort,
        **more,
    )


@get("/portfolio", include_in_schema=False)
async def portfolio_page(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The portfolio: totals, months, sites, ranking."""
    return await _shown(request, conn, principal, "dashboards/portfolio.html", None, site=None)


@get("/sites/{site_id:uuid}", include_in_schema=False)
async def site_page(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> Template:
    """A site: the same for its buildings."""
    site = await buildings.site_of(conn, principal.organisation, site_id)
    return await _shown(request, conn, principal, "dashboards/portfolio.html", site_id, site=site)


@get("/portfolio/buildings.csv", include_in_schema=False)
async def portfolio_file(request: WebRequest, conn: Conn, principal: Who) -> Response[str]:
    """The whole ranking as a file."""
    return await _file(request, conn, principal, asked_of(request), None)


@get("/sites/{site_id:uuid}/buildings.csv", include_in_schema=False)
async def site_file(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> Response[str]:
    """A site's ranking as a file."""
    await buildings.site_of(conn, principal.organisation, site_id)
    return await _file(request, conn, principal, asked_of(request), site_id)


async def _file(
    request: WebRequest, conn: Connection, principal: Principal, asked: Asked, site_id: UUID | None
) -> Response[str]:
    known = await source(conn, principal.organisation)
    found = await service.portfolio(known, asked, site_id)
    ranking = await _ranked(request, known, found, site_id, EVERYTHING)
    unit = found.unit
    head = ["building", "site", "primary_use", "floor_area_m2", f"use_{unit}", f"{unit}_per_m2_a_year",
            f"cost_{principal.currency}", "kgCO2e", "change", "coverage"]  # fmt: skip
    rows = [
        (b.name, b.site, b.use, b.area_m2, b.energy, b.intensity, b.money, b.co2_kg, b.change, b.coverage)
        for b in ranking.lines
    ]
    return csv_file(f"buildings_{found.view.start}_{found.view.final}", head, rows)


HANDLERS = [portfolio_page, site_page, portfolio_file, site_file]
