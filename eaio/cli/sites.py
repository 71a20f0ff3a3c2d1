"""Verbs for portfolios and sites."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import typer

from eaio.accounts import service as accounts
from eaio.buildings import service
from eaio.buildings.models import Portfolio, Site, SiteDraft, SiteFilter
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid

portfolio_app = typer.Typer(help="Portfolios, groups of sites: list, add, rename, remove.", no_args_is_help=True)
site_app = typer.Typer(help="Sites: list, show, add, change, archive.", no_args_is_help=True)

TimeZone = typer.Option(None, help="IANA name, for example Europe/London.")
Country = typer.Option(None, help="Two letters, for holidays.")
Region = typer.Option(None, "--region", help="For holidays, for example TX or BY; by default where the site lies.")
GridRegion = typer.Option(None, help="For carbon factors, for example CAMX.")
Latitude = typer.Option(None, min=-90, max=90)
Longitude = typer.Option(None, min=-180, max=180)
InPortfolio = typer.Option(None, "--portfolio", help="Name of its portfolio.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(portfolio_app, name="portfolio")
    app.add_typer(site_app, name="site")


@portfolio_app.command("list")
def list_portfolios(organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show portfolios by name."""

    async def work(conn: Connection) -> Sequence[Portfolio]:
        return await service.portfolios(conn, (await accounts.organisation_for(conn, organisation)).id)

    found = in_transaction(work)
    lines = (f"{p.name:36}{p.sites:>6} sites{p.buildings:>8} buildings" for p in found)
    answer(found, as_json, "\n".join(lines))


@portfolio_app.command("create")
def create_portfolio(name: str, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Add a portfolio; `eaio site edit SITE --portfolio NAME` moves a site into it."""

    async def work(conn: Connection) -> Portfolio:
        owner = await accounts.own_organisation(conn, organisation)
        return await service.create_portfolio(conn, owner.id, name)

    answer(in_transaction(work), as_json, f"Added {name}")


@portfolio_app.command("rename")
def rename_portfolio(name: str, new_name: str, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Give a portfolio another name."""

    async def work(conn: Connection) -> Portfolio:
        owner = (await accounts.organisation_for(conn, organisation)).id
        found = await service.portfolio_by_name(conn, owner, name)
        return await service.rename_portfolio(conn, owner, found.id, new_name)

    answer(in_transaction(work), as_json, f"{name} is now {new_name}")


@portfolio_app.command("remove")
def remove_portfolio(name: str, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Remove a portfolio that holds no site."""

    async def work(conn: Connection) -> Portfolio:
        owner = (await accounts.organisation_for(conn, organisation)).id
        found = await service.portfolio_by_name(conn, owner, name)
        await service.delete_portfolio(conn, owner, found.id)
        return found

    answer({"id": in_transaction(work).id, "removed": True}, as_json, f"Removed {name}")


@site_app.command("list")
def list_sites(
    search: str = typer.Option(None, help="Part of a name."),
    portfolio: str = InPortfolio,
    archived: bool = typer.Option(False, "--archived", help="Archived ones instead."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Show sites by name."""

    async def work(conn: Connection) -> Sequence[Site]:
        owner = (await accounts.organisation_for(conn, organisation)).id
        group = (await service.portfolio_by_name(conn, owner, portfolio)).id if portfolio else None
        return await service.find_sites(conn, owner, SiteFilter(search=search, portfolio=group, archived=archived))

    sites = in_transaction(work)
    lines = (f"{site.name:24}{site.portfolio:24}{site.time_zone:24}{site.buildings:>6} buildings" for site in sites)
    answer([_public(site) for site in sites], as_json, "\n".join(lines))


@site_app.command("show")
def show_site(name: str, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show what is known about a site."""

    async def work(conn: Connection) -> Site:
        owner = await accounts.organisation_for(conn, organisation)
        return await service.site_by_name(conn, owner.id, name)

    public = _public(in_transaction(work))
    answer(public, as_json, "\n".join(f"{key:16}{value}" for key, value in public.items() if value is not None))


def _public(site: Site) -> dict[str, Any]:
    return {field: getattr(site, field) for field in Site.__struct_fields__ if field != "key"}


@site_app.command("create")
def create_site(
    name: str,
    time_zone: str = typer.Option(..., help="IANA name, for example Europe/London."),
    country: str = Country,
    region: str = Region,
    grid_region: str = GridRegion,
    latitude: float = Latitude,
    longitude: float = Longitude,
    portfolio: str = InPortfolio,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Add a site."""
    given = {"time_zone": time_zone, "country": country, "subdivision": region, "grid_region": grid_region}
    draft = draft_of({**given, "portfolio": portfolio, "name": name, "latitude": latitude, "longitude": longitude})

    async def work(conn: Connection) -> Site:
        owner = await accounts.own_organisation(conn, organisation)
        return await service.create_site(conn, owner.id, draft)

    answer(_public(in_transaction(work)), as_json, f"Added {name}")


@site_app.command("edit")
def edit_site(
    name: str,
    new_name: str = typer.Option(None, "--name", help="Another name."),
    time_zone: str = TimeZone,
    country: str = Country,
    region: str = Region,
    grid_region: str = GridRegion,
    latitude: float = Latitude,
    longitude: float = Longitude,
    portfolio: str = InPortfolio,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Change what is given; the rest stays. `--portfolio` moves it."""
    given = {"name": new_name, "time_zone": time_zone, "country": country, "subdivision": region}
    changes: dict[str, Any] = {
        **given,
        "grid_region": grid_region,
        "latitude": latitude,
        "longitude": longitude,
        "portfolio": portfolio,
    }

    async def work(conn: Connection) -> Site:
        owner = (await accounts.organisation_for(conn, organisation)).id
        before = await service.site_by_name(conn, owner, name)
        known = {field: getattr(before, field) for field in SiteDraft.__struct_fields__}
        draft = draft_of({**known, **{field: value for field, value in changes.items() if value is not None}})
        return await service.edit_site(conn, owner, before.id, draft)

    answer(_public(in_transaction(work)), as_json, f"Saved {new_name or name}")


@site_app.command("archive")
def archive_site(
    name: str,
    undo: bool = typer.Option(False, "--undo", help="Bring it back."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Hide a site without active buildings."""

    async def work(conn: Connection) -> Site:
        owner = (await accounts.organisation_for(conn, organisation)).id
        site = await service.site_by_name(conn, owner, name)
        await service.archive_site(conn, owner, site.id, archived=not undo)
        return site

    found = in_transaction(work)
    answer({"id": found.id, "archived": not undo}, as_json, f"{name} is {'back' if undo else 'archived'}")


def draft_of(values: Mapping[str, Any]) -> SiteDraft:
    """A site from options; raises Invalid for a value that does not fit."""
    try:
        return msgspec.convert(dict(values), SiteDraft)
    except msgspec.ValidationError as error:
        raise Invalid(f"A value does not fit: {error}") from error
