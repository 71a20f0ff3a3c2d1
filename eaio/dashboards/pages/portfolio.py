"""Pages of the portfolio and of a site."""

from typing import Any
from uuid import UUID

import polars as pl
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Template

from eaio.analysis import service as analysis
from eaio.buildings import service as buildings
from eaio.dashboards.compute.quantities import unit_of
from eaio.dashboards.models import Asked, Portfolio, RankBy, Ranking, View
from eaio.dashboards.pages.context import asked_of, asked_scope, bar
from eaio.dashboards.service import portfolio as service
from eaio.dashboards.service.source import Source, source
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData
from eaio.infra.identity import Principal
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering.models import Level, Scope
from eaio.metering.models import View as Readings

EVERYTHING = 1_000_000


def _sort(request: WebRequest, view: View) -> tuple[str, RankBy, bool]:
    usual = service.RANKED_BY[view.unit]
    text = request.query_params.get("sort") or f"-{usual.value}"
    key = text.lstrip("-")
    by = RankBy(key) if key in set(RankBy) else usual
    return text, by, text.startswith("-")


def _offset(request: WebRequest) -> int:
    text = request.query_params.get("offset", "")
    return min(int(text), EVERYTHING) if text.isdecimal() else 0


def _narrowed(request: WebRequest) -> dict[str, str | None]:
    """Search and use of the ranking, as the address has them."""
    return {name: (request.query_params.get(name) or "")[:200] or None for name in ("search", "use")}


async def _ranked(request: WebRequest, known: Source, found: Portfolio, scope: Scope, limit: int) -> Ranking:
    _, by, descending = _sort(request, found.view)
    offset = _offset(request) if limit == service.PAGE else 0
    return await service.ranking(
        known,
        found.view,
        by=by,
        descending=descending,
        scope=scope,
        offset=offset,
        limit=limit,
        **_narrowed(request),
    )


async def _shown(
    request: WebRequest, conn: Connection, principal: Principal, template: str, scope: Scope, **more: Any
) -> Template:
    asked = asked_of(request)
    known = await source(conn, principal.organisation, asked.readings)
    more["groups"] = await buildings.portfolios(conn, principal.organisation)
    try:
        found = await service.portfolio(known, asked, scope)
    except InsufficientData as reason:
        return page(request, template, found=None, reason=reason.detail, **more)
    sort, _, _ = _sort(request, found.view)
    usual = f"-{service.RANKED_BY[found.view.unit].value}"
    return page(
        request,
        template,
        found=found,
        view=found.view,
        ranking=await _ranked(request, known, found, scope, service.PAGE),
        uses=await service.uses(known),
        findings=None if scope.id else await analysis.anomaly_totals(conn, principal.organisation),
        bar=_bar(found, scope),
        state={**asked.state, **_group(scope), **_narrowed(request), "sort": None if sort == usual else sort},
        sort=sort,
        ranked_by=service.RANKED_BY[found.view.unit].value,
        unit_text=unit_of(found.view.unit, found.unit, principal.currency),
        **more,
    )


@get("/portfolio", include_in_schema=False)
async def portfolio_page(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """Everything, or the portfolio asked for: totals, months, sites, ranking."""
    scope = await asked_scope(request, conn, principal)
    return await _shown(request, conn, principal, "dashboards/portfolio.html", scope, site=None, group=scope.id)


def _group(scope: Scope) -> dict[str, str | None]:
    return {"portfolio": str(scope.id) if scope.id and scope.level is Level.PORTFOLIO else None}


def _bar(found: Portfolio, scope: Scope) -> dict[str, Any]:
    made = bar(found.view, found.present, "All energy")
    return {**made, "state": {**made["state"], **_group(scope)}}


@get("/sites/{site_id:uuid}", include_in_schema=False)
async def site_page(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> Template:
    """A site: the same for its buildings."""
    site = await buildings.site_of(conn, principal.organisation, site_id)
    scope = Scope(Level.SITE, site_id)
    return await _shown(request, conn, principal, "dashboards/portfolio.html", scope, site=site, group=None)


@get(both("/portfolio/buildings"), include_in_schema=False)
async def portfolio_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """The whole ranking as a file."""
    return await _file(request, conn, principal, asked_of(request), await asked_scope(request, conn, principal))


@get(both("/sites/{site_id:uuid}/buildings"), include_in_schema=False)
async def site_file(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> Response[bytes]:
    """A site's ranking as a file."""
    await buildings.site_of(conn, principal.organisation, site_id)
    return await _file(request, conn, principal, asked_of(request), Scope(Level.SITE, site_id))


async def _file(
    request: WebRequest, conn: Connection, principal: Principal, asked: Asked, scope: Scope
) -> Response[bytes]:
    known = await source(conn, principal.organisation, asked.readings)
    found = await service.portfolio(known, asked, scope)
    ranking = await _ranked(request, known, found, scope, EVERYTHING)
    unit = found.unit
    texts = ("building", "site", "primary_use")
    numbers = ("floor_area_m2", f"use_{unit}", f"{unit}_per_m2_a_year", f"cost_{principal.currency}", "kgCO2e",
               "change", "coverage", "estimated_share")  # fmt: skip
    columns = dict.fromkeys(texts, pl.String()) | dict.fromkeys(numbers, pl.Float64())
    rows = [
        (b.name, b.site, b.use, b.area_m2, b.energy, b.intensity, b.money, b.co2_kg, b.change, b.coverage, b.estimated)
        for b in ranking.lines
    ]
    kind = "raw_buildings" if known.readings is Readings.RAW else "buildings"
    return table_file(f"{kind}_{found.view.start}_{found.view.final}", columns, rows, kind_of(request))


HANDLERS = [portfolio_page, site_page, portfolio_file, site_file]
