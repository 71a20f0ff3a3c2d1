"""Prices, factors and costs: what is in force, where it comes from, and the organisation's own figures."""

from datetime import date
from uuid import UUID

from litestar import get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Invalid, NotFound
from eaio.infra.identity import Action, Principal
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.recommendations import service
from eaio.recommendations.models import AssumptionDraft, InputRow
from eaio.recommendations.pages.case import MARKS

ADDRESS = "/settings/assumptions"
GROUPS = (
    ("Prices", ("price",)),
    ("Carbon", ("carbon",)),
    ("Finance and demand", ("discount_rate", "escalation", "demand_price", "flexibility_price")),
    ("Savings by measure", ("saving",)),
    ("Costs by measure", ("cost", "cost_fixed", "upkeep")),
    ("Lives by measure", ("life",)),
)


def _site(request: WebRequest) -> UUID | None:
    try:
        return UUID(request.query_params.get("site", ""))
    except ValueError:
        return None


@get(ADDRESS, include_in_schema=False)
async def figures(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """Every figure in force at a site, or in general."""
    site = _site(request)
    rows = await service.list_inputs(conn, principal.organisation, site)
    groups = [
        (name, [row for row in rows if row.figure.key.split(".")[0] in kinds and _matters(row)])
        for name, kinds in GROUPS
    ]
    return page(
        request,
        "recommendations/figures.html",
        groups=groups,
        site=site,
        sites=await buildings.sites_of(conn, principal.organisation),
        own=sum(row.own is not None for row in rows),
        marks=MARKS,
    )


def _matters(row: InputRow) -> bool:
    """Costs of nothing are shown only once somebody has entered one."""
    return row.figure.high > 0 or row.own is not None or not row.figure.key.startswith(("cost", "upkeep"))


@get(f"{ADDRESS}/edit", include_in_schema=False)
async def edit(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The form of one figure."""
    principal.require(Action.EDIT_ASSUMPTIONS)
    return await _form(request, conn, principal, request.query_params.get("key", ""), _site(request))


async def _form(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    key: str,
    site: UUID | None,
    problem: EaioError | None = None,
    entered: dict[str, str] | None = None,
) -> Template:
    rows = {row.figure.key: row for row in await service.list_inputs(conn, principal.organisation, site)}
    if key not in rows:
        raise NotFound("There is no such figure")
    row = rows[key]
    values = {"low": row.figure.low, "likely": row.figure.likely, "high": row.figure.high}
    values |= {"source": row.own.source if row.own else "", "dated": row.own.dated.isoformat() if row.own else ""}
    return page(
        request,
        "recommendations/figure.html",
        status=422 if problem else 200,
        row=row,
        values=values | (entered or {}),
        site=site,
        sites=await buildings.sites_of(conn, principal.organisation),
        error=problem.detail if problem else None,
        wrong=problem.fields if problem else {},
        marks=MARKS,
    )


@post(ADDRESS, include_in_schema=False)
async def save(
    request: WebRequest, conn: Conn, principal: Who, data: URLEncodedBody[dict[str, str]]
) -> Template | Redirect:
    """Save an own figure and price the cases again; or show the form with what is wrong."""
    principal.require(Action.EDIT_ASSUMPTIONS)
    site = UUID(data["site"]) if data.get("site") else None
    try:
        draft = _draft(data, site)
        await service.set_assumption(conn, principal.organisation, draft, principal.actor)
    except Invalid as problem:
        return await _form(request, conn, principal, data.get("key", ""), site, problem, data)
    await service.request_rerank(conn, principal.organisation, site)
    return Redirect(ADDRESS + (f"?site={site}" if site else ""), status_code=303)


def _draft(data: dict[str, str], site: UUID | None) -> AssumptionDraft:
    """A figure from a form.

    Raises:
        Invalid: a field is missing or not a number or date; it is named.
    """
    wrong: dict[str, str] = {}
    numbers: dict[str, float | None] = {}
    for name in ("low", "likely", "high"):
        text = data.get(name, "").strip().replace(",", "")
        try:
            numbers[name] = float(text) if text else None
        except ValueError:
            wrong[name] = "not a number"
    try:
        dated = date.fromisoformat(data.get("dated", ""))
    except ValueError:
        wrong["dated"], dated = "a date is needed", date.min
    source = data.get("source", "").strip()[:400]
    if not source:
        wrong["source"] = "say where the figure comes from"
    if numbers.get("likely") is None and "likely" not in wrong:
        wrong["likely"] = "is needed"
    if wrong:
        raise Invalid("Some fields need another look", **wrong)
    return AssumptionDraft(
        key=data.get("key", "")[:100], likely=numbers["likely"] or 0.0, low=numbers["low"], high=numbers["high"],
        source=source, dated=dated, site_id=site,
    )  # fmt: skip


@post(f"{ADDRESS}/{{id_:uuid}}/removed", include_in_schema=False)
async def remove(conn: Conn, principal: Who, id_: FromPath[UUID]) -> Redirect:
    """Return to the default."""
    principal.require(Action.EDIT_ASSUMPTIONS)
    site = await service.remove_assumption(conn, principal.organisation, id_)
    await service.request_rerank(conn, principal.organisation, site)
    return Redirect(ADDRESS + (f"?site={site}" if site else ""), status_code=303)


HANDLERS = [figures, edit, save, remove]
