"""Pages that list, add, edit and archive sites, buildings and meters."""

from collections.abc import Mapping
from typing import Annotated, Any, TypeVar
from uuid import UUID

import msgspec
from litestar import get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.buildings import service
from eaio.buildings.models import (
    Building,
    BuildingDraft,
    BuildingFacts,
    BuildingFilter,
    MeterDraft,
    MeterEdit,
    PortfolioDraft,
    SiteDraft,
    SiteFilter,
    SortKey,
)
from eaio.infra.db import Connection
from eaio.infra.errors import Conflict, EaioError, Invalid
from eaio.infra.identity import Action, Principal
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.timeseries.units import CARRIER_LABEL, Carrier

Form = URLEncodedBody[dict[str, str]]
Draft = TypeVar("Draft", PortfolioDraft, SiteDraft, BuildingDraft, MeterDraft, MeterEdit)
PAGE = 50

FIELDS = (
    ("primary_use", "Primary use", "text", None),
    ("sub_use", "Sub-use", "text", None),
    ("industry", "Industry", "text", None),
    ("sub_industry", "Sub-industry", "text", None),
    ("area_m2", "Floor area", "number", "m²"),
    ("area_ft2", "or floor area", "number", "ft²"),
    ("year_built", "Year built", "number", None),
    ("year_renovated", "Year renovated", "number", None),
    ("date_opened", "Date opened", "date", None),
    ("floors", "Floors", "number", None),
    ("occupants", "Occupants", "number", None),
    ("heating_type", "Heating type", "text", None),
    ("energy_sources", "Energy sources, separated by commas", "text", None),
    ("operating_hours", "Operating hours", "text", None),
    ("occupancy_type", "Occupancy type", "text", None),
    ("address", "Address", "text", None),
    ("latitude", "Latitude", "number", "°"),
    ("longitude", "Longitude", "number", "°"),
    ("energy_star_score", "ENERGY STAR score", "number", None),
    ("leed_level", "LEED level", "text", None),
    ("rating", "Rating", "text", None),
    ("has_renewable", "Renewable energy on site, true or false", "text", None),
    ("published_eui", "Published intensity", "number", "kWh/m²"),
    ("published_site_eui", "Published site intensity", "number", "kWh/m²"),
    ("published_source_eui", "Published source intensity", "number", "kWh/m²"),
    ("bdg2_kaggle_id", "Number in the GEPIII set", "number", None),
)
"""Field, label, kind of input, unit: what the form of a building asks for, in this order."""


def read_form(data: Mapping[str, str], kind: type[Draft]) -> Draft:
    """A draft from a form: empty fields are unknown, numbers are parsed, lists split at commas.

    Raises:
        Invalid: a field does not fit; it is named.
    """
    values: dict[str, Any] = {name: text.strip() for name, text in data.items() if text.strip()}
    if "energy_sources" in values:
        values["energy_sources"] = [part.strip() for part in values["energy_sources"].split(",") if part.strip()]
    try:
        return msgspec.convert(values, kind, strict=False)
    except msgspec.ValidationError as error:
        text, _, path = str(error).partition(" - at `$.")
        field = path.rstrip("`").split("[")[0] or text.split("`")[1]
        message = "is needed" if "missing required" in text else text
        raise Invalid("Some fields need another look", **{field: message}) from error


@get("/buildings", include_in_schema=False)
async def building_list(
    request: WebRequest,
    conn: Conn,
    principal: Who,
    search: Annotated[str | None, QueryParameter(max_length=200)] = None,
    site: Annotated[str | None, QueryParameter(max_length=40)] = None,
    portfolio: Annotated[str | None, QueryParameter(max_length=40)] = None,
    primary_use: Annotated[str | None, QueryParameter(max_length=200)] = None,
    carrier: Annotated[str | None, QueryParameter(max_length=20)] = None,
    archived: FromQuery[bool] = False,
    sort: Annotated[str, QueryParameter(max_length=20)] = "name",
    offset: Annotated[int, QueryParameter(ge=0, le=10_000_000)] = 0,
) -> Template:
    """All buildings, narrowed by search, portfolio, site, use and carrier."""
    key = sort.lstrip("-")
    wanted = BuildingFilter(
        search=search,
        portfolio=_uuid(portfolio),
        site=_uuid(site),
        primary_use=primary_use or None,
        carrier=Carrier(carrier) if carrier in set(Carrier) else None,
        archived=archived,
        sort=SortKey(key) if key in set(SortKey) else SortKey.NAME,
        descending=sort.startswith("-"),
        limit=PAGE,
        offset=offset,
    )
    state = {"search": search, "site": site, "portfolio": portfolio, "primary_use": primary_use, "carrier": carrier}
    return page(
        request,
        "buildings/list.html",
        found=await service.list_buildings(conn, principal.organisation, wanted),
        sites=await service.sites_of(conn, principal.organisation),
        portfolios=await service.portfolios(conn, principal.organisation),
        uses=await service.primary_uses(conn, principal.organisation),
        carriers=[(carrier.value, label) for carrier, label in CARRIER_LABEL.items()],
        state={**state, "sort": sort, "archived": "true" if archived else None},
    )


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


@get("/portfolio/tree", include_in_schema=False)
async def portfolio_tree(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The organisation from portfolio to meter, with what was archived at the end."""
    return await _tree(request, conn, principal)


async def _tree(
    request: WebRequest, conn: Connection, principal: Principal, problem: EaioError | None = None
) -> Template:
    return page(
        request,
        "buildings/tree.html",
        status=problem.status if problem else 200,
        portfolios=await service.tree(conn, principal.organisation),
        archived=await service.find_sites(conn, principal.organisation, SiteFilter(archived=True)),
        error=problem.detail if problem else None,
    )


@post("/portfolios", include_in_schema=False)
async def add_portfolio(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Add a portfolio."""
    principal.require(Action.EDIT_BUILDINGS)
    try:
        await service.create_portfolio(conn, principal.organisation, read_form(data, PortfolioDraft).name)
    except EaioError as problem:
        return await _tree(request, conn, principal, problem)
    return Redirect("/portfolio/tree", status_code=303)


@post("/portfolios/{portfolio_id:uuid}/name", include_in_schema=False)
async def rename_portfolio(
    request: WebRequest, conn: Conn, principal: Who, portfolio_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Give a portfolio another name."""
    principal.require(Action.EDIT_BUILDINGS)
    try:
        name = read_form(data, PortfolioDraft).name
        await service.rename_portfolio(conn, principal.organisation, portfolio_id, name)
    except (Invalid, Conflict) as problem:
        return await _tree(request, conn, principal, problem)
    return Redirect("/portfolio/tree", status_code=303)


@post("/portfolios/{portfolio_id:uuid}/removed", include_in_schema=False)
async def remove_portfolio(
    request: WebRequest, conn: Conn, principal: Who, portfolio_id: FromPath[UUID]
) -> Template | Redirect:
    """Remove a portfolio that holds nothing."""
    principal.require(Action.EDIT_BUILDINGS)
    try:
        await service.delete_portfolio(conn, principal.organisation, portfolio_id)
    except Conflict as problem:
        return await _tree(request, conn, principal, problem)
    return Redirect("/portfolio/tree", status_code=303)


async def _building_form(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    values: Mapping[str, Any],
    before: Building | None = None,
    problem: EaioError | None = None,
) -> Template:
    return page(
        request,
        "buildings/form.html",
        status=422 if problem else 200,
        fields=FIELDS,
        values=values,
        building_id=before.id if before else None,
        archived=before is not None and before.archived_at is not None,
        sites=[(site.name, site.name) for site in await service.sites_of(conn, principal.organisation)],
        error=problem.detail if problem else None,
        wrong=problem.fields if problem else {},
    )


@get("/buildings/new", include_in_schema=False)
async def new_building(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """An empty form."""
    principal.require(Action.EDIT_BUILDINGS)
    return await _building_form(request, conn, principal, {})


@post("/buildings/new", include_in_schema=False)
async def add_building(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Add it, or show the form again with what is wrong."""
    principal.require(Action.EDIT_BUILDINGS)
    try:
        building = await service.create_building(conn, principal.organisation, read_form(data, BuildingDraft))
    except EaioError as problem:
        return await _building_form(request, conn, principal, data, problem=problem)
    return Redirect(f"/buildings/{building.id}", status_code=303)


@get("/buildings/{building_id:uuid}/edit", include_in_schema=False)
async def edit_form(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template:
    """The form, filled in."""
    principal.require(Action.EDIT_BUILDINGS)
    building = await service.building_of(conn, principal.organisation, building_id)
    shown = (*BuildingFacts.__struct_fields__, "area_ft2", "name", "site")
    values: dict[str, Any] = {name: getattr(building, name) for name in shown}
    values["has_renewable"] = None if building.has_renewable is None else str(building.has_renewable).lower()
    values["energy_sources"] = ", ".join(building.energy_sources)
    return await _building_form(request, conn, principal, values, building)


@post("/buildings/{building_id:uuid}/edit", include_in_schema=False)
async def save_building(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Save it, or show the form again with what is wrong."""
    principal.require(Action.EDIT_BUILDINGS)
    before = await service.building_of(conn, principal.organisation, building_id)
    try:
        draft = read_form(data, BuildingDraft)
        if draft.area_ft2 == before.area_ft2 and draft.area_m2 is not None:
            draft = msgspec.structs.replace(draft, area_ft2=None)  # only the other unit was changed
        await service.edit_building(conn, principal.organisation, building_id, draft)
    except EaioError as problem:
        return await _building_form(request, conn, principal, data, before, problem)
    return Redirect(f"/buildings/{building_id}", status_code=303)


@post("/buildings/{building_id:uuid}/archived", include_in_schema=False)
async def archive_building(conn: Conn, principal: Who, building_id: FromPath[UUID], data: Form) -> Redirect:
    """Hide a building, or bring it back."""
    principal.require(Action.EDIT_BUILDINGS)
    archived = data.get("archived") == "true"
    await service.archive_building(conn, principal.organisation, building_id, archived)
    return Redirect("/buildings" if archived else f"/buildings/{building_id}", status_code=303)


@get("/sites/new", include_in_schema=False)
async def new_site(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """An empty form."""
    principal.require(Action.EDIT_BUILDINGS)
    return await _site_form(request, conn, principal, {})


@post("/sites/new", include_in_schema=False)
async def add_site(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Add it, or show the form again with what is wrong."""
    principal.require(Action.EDIT_BUILDINGS)
    try:
        site = await service.create_site(conn, principal.organisation, read_form(data, SiteDraft))
    except EaioError as problem:
        return await _site_form(request, conn, principal, data, problem=problem)
    return Redirect(f"/sites/{site.id}", status_code=303)


@get("/sites/{site_id:uuid}/edit", include_in_schema=False)
async def site_form(request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID]) -> Template:
    """The form, filled in."""
    principal.require(Action.EDIT_BUILDINGS)
    site = await service.site_of(conn, principal.organisation, site_id)
    return await _site_form(request, conn, principal, msgspec.structs.asdict(site), site_id)


@post("/sites/{site_id:uuid}/edit", include_in_schema=False)
async def save_site(
    request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Save it, or show the form again with what is wrong."""
    principal.require(Action.EDIT_BUILDINGS)
    try:
        await service.edit_site(conn, principal.organisation, site_id, read_form(data, SiteDraft))
    except EaioError as problem:
        return await _site_form(request, conn, principal, data, site_id, problem)
    return Redirect(f"/sites/{site_id}", status_code=303)


@post("/sites/{site_id:uuid}/archived", include_in_schema=False)
async def archive_site(
    request: WebRequest, conn: Conn, principal: Who, site_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Hide a site, or bring it back; one that still has buildings stays."""
    principal.require(Action.EDIT_BUILDINGS)
    archived = data.get("archived") == "true"
    try:
        await service.archive_site(conn, principal.organisation, site_id, archived)
    except Conflict as problem:
        site = await service.site_of(conn, principal.organisation, site_id)
        return await _site_form(request, conn, principal, msgspec.structs.asdict(site), site_id, problem)
    return Redirect("/portfolio/tree" if archived else f"/sites/{site_id}", status_code=303)


async def _site_form(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    values: Mapping[str, Any],
    site_id: UUID | None = None,
    problem: EaioError | None = None,
) -> Template:
    return page(
        request,
        "buildings/site_form.html",
        status=problem.status if problem else 200,
        values=values,
        site_id=site_id,
        portfolios=[(p.name, p.name) for p in await service.portfolios(conn, principal.organisation)],
        error=problem.detail if problem else None,
        wrong=problem.fields if problem else {},
    )


@post("/buildings/{building_id:uuid}/meters", include_in_schema=False)
async def add_meter(conn: Conn, principal: Who, building_id: FromPath[UUID], data: Form) -> Redirect:
    """Add a meter to a building."""
    principal.require(Action.EDIT_BUILDINGS)
    building = await service.building_of(conn, principal.organisation, building_id)
    draft = read_form({**data, "building": building.name}, MeterDraft)
    meter = await service.create_meter(conn, principal.organisation, draft)
    return Redirect(f"/meters/{meter.id}", status_code=303)


@post("/meters/{meter_id:uuid}/name", include_in_schema=False)
async def edit_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: Form) -> Redirect:
    """Give a meter another name."""
    principal.require(Action.EDIT_BUILDINGS)
    await service.edit_meter(conn, principal.organisation, meter_id, read_form(data, MeterEdit))
    return Redirect(f"/meters/{meter_id}", status_code=303)


@post("/meters/{meter_id:uuid}/archived", include_in_schema=False)
async def archive_meter(conn: Conn, principal: Who, meter_id: FromPath[UUID], data: Form) -> Redirect:
    """Hide a meter, or bring it back."""
    principal.require(Action.EDIT_BUILDINGS)
    meter = await service.meter_of(conn, principal.organisation, meter_id)
    await service.archive_meter(conn, principal.organisation, meter_id, data.get("archived") == "true")
    return Redirect(f"/buildings/{meter.building_id}", status_code=303)


HANDLERS = [
    building_list,
    portfolio_tree,
    add_portfolio,
    rename_portfolio,
    remove_portfolio,
    new_building,
    add_building,
    edit_form,
    save_building,
    archive_building,
    new_site,
    add_site,
    site_form,
    save_site,
    archive_site,
    add_meter,
    edit_meter,
    archive_meter,
]
