"""Verbs for buildings."""

from typing import Any
from uuid import UUID

import msgspec
import typer

from eaio.accounts import service as accounts
from eaio.buildings import service
from eaio.buildings.models import Building, BuildingDraft, BuildingFacts, BuildingFilter, SortKey
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid
from eaio.timeseries.format import number
from eaio.timeseries.units import Carrier

building_app = typer.Typer(help="Buildings: list, show, add, change, archive.", no_args_is_help=True)

Facts = typer.Option([], "--set", metavar="FIELD=VALUE", help="A fact, for example area_m2=1200 or primary_use=Office.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(building_app, name="building")


@building_app.command("list")
def list_buildings(
    search: str = typer.Option(None, help="Part of a name or address."),
    site: str = typer.Option(None, help="Only of this site."),
    portfolio: str = typer.Option(None, help="Only of this portfolio."),
    primary_use: str = typer.Option(None, help="Only of this use."),
    carrier: Carrier = typer.Option(None, help="Only with a meter of this carrier."),
    archived: bool = typer.Option(False, "--archived", help="Archived ones instead."),
    sort: SortKey = typer.Option(SortKey.NAME, help="Order."),
    descending: bool = typer.Option(False, "--descending", help="Largest or last first."),
    limit: int = typer.Option(50, min=1, max=service.LARGEST_PAGE),
    offset: int = typer.Option(0, min=0),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Show buildings, filtered and sorted."""

    async def work(conn: Connection) -> Any:
        owner = (await accounts.organisation_for(conn, organisation)).id
        wanted = BuildingFilter(
            search=search,
            portfolio=(await service.portfolio_by_name(conn, owner, portfolio)).id if portfolio else None,
            site=(await service.site_by_name(conn, owner, site)).id if site else None,
            primary_use=primary_use,
            carrier=carrier,
            archived=archived,
            sort=sort,
            descending=descending,
            limit=limit,
            offset=offset,
        )
        return await service.list_buildings(conn, owner, wanted)

    found = in_transaction(work)
    lines = [f"{_line(building)}" for building in found.items]
    answer(found, as_json, "\n".join([*lines, f"{len(found.items)} of {found.total}"]))


def _line(building: Building) -> str:
    carriers = ", ".join(building.carriers)
    return f"{building.name:36}{building.primary_use or '–':28}{number(building.area_m2):>10} m²  {carriers}"


@building_app.command("show")
def show_building(name: str, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show everything that is known about a building."""

    async def work(conn: Connection) -> Building:
        owner = await accounts.organisation_for(conn, organisation)
        return await service.building_by_name(conn, owner.id, name)

    building = in_transaction(work)
    known = {key: value for key, value in msgspec.structs.asdict(building).items() if value not in (None, ())}
    answer(building, as_json, "\n".join(f"{key:24}{value}" for key, value in known.items()))


@building_app.command("create")
def create_building(
    name: str,
    site: str = typer.Option(..., help="Name of an existing site."),
    facts: list[str] = Facts,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Add a building."""
    draft = read_facts(facts, {"name": name, "site": site})

    async def work(conn: Connection) -> Building:
        owner = await accounts.own_organisation(conn, organisation)
        return await service.create_building(conn, owner.id, draft)

    building = in_transaction(work)
    answer(building, as_json, f"Added {building.name}")


@building_app.command("edit")
def edit_building(
    name: str, facts: list[str] = Facts, organisation: OfOrganisation = None, as_json: AsJson = False
) -> None:
    """Change facts of a building; the others stay. `name=` and `site=` rename and move it."""

    async def work(conn: Connection) -> Building:
        owner = await accounts.organisation_for(conn, organisation)
        before = await service.building_by_name(conn, owner.id, name)
        kept = {field: getattr(before, field) for field in (*BuildingFacts.__struct_fields__, "name", "site")}
        return await service.edit_building(conn, owner.id, before.id, read_facts(facts, kept))

    building = in_transaction(work)
    answer(building, as_json, f"Saved {building.name}")


@building_app.command("archive")
def archive_building(
    name: str,
    undo: bool = typer.Option(False, "--undo", help="Bring it back."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Hide a building from every list; its readings and findings stay."""

    async def work(conn: Connection) -> UUID:
        owner = await accounts.organisation_for(conn, organisation)
        building = await service.building_by_name(conn, owner.id, name)
        await service.archive_building(conn, owner.id, building.id, archived=not undo)
        return building.id

    found = in_transaction(work)
    answer({"id": found, "archived": not undo}, as_json, f"{name} is {'back' if undo else 'archived'}")


def read_facts(facts: list[str], known: dict[str, Any]) -> BuildingDraft:
    """A draft from ``FIELD=VALUE`` words over what is known; an empty value makes a field unknown.

    Raises:
        Invalid: a word has no equals sign, a field does not exist, or a value does not fit.
    """
    values = dict(known)
    if any(word.startswith("area_ft2=") for word in facts) and not any(word.startswith("area_m2=") for word in facts):
        values.pop("area_m2", None)
    for word in facts:
        field, sign, text = word.partition("=")
        if not sign or field not in BuildingDraft.__struct_fields__:
            raise Invalid(f"{word!r} is not FIELD=VALUE; fields are {', '.join(BuildingDraft.__struct_fields__)}")
        values[field] = text.split(",") if field == "energy_sources" and text else text or None
    present = {field: value for field, value in values.items() if value is not None}
    try:
        return msgspec.convert(present, BuildingDraft, strict=False)
    except msgspec.ValidationError as error:
        raise Invalid(f"A value does not fit: {error}") from error
