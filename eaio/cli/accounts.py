"""Verbs for people and tokens."""

import sys

import typer

from eaio.accounts import service
from eaio.accounts.models import NewUser
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction, settings
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid
from eaio.infra.identity import Role

user_app = typer.Typer(help="People of an organisation.", no_args_is_help=True)
token_app = typer.Typer(help="Tokens for scripts.", no_args_is_help=True)

OPERATOR = "operator on the command line"


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(user_app, name="user")
    app.add_typer(token_app, name="token")


@user_app.command("create")
def create_user(
    email: str = typer.Option(..., help="Address to sign in with."),
    name: str = typer.Option(..., help="As it is shown."),
    role: Role = typer.Option(Role.FACILITY_MANAGER),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Give a person access; the password is asked for, or read from standard input when that is no terminal."""
    password = (
        typer.prompt("Password", hide_input=True, confirmation_prompt=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().rstrip("\n")
    )
    if len(password) < 12:
        raise Invalid("A password needs at least twelve characters")

    async def work(conn: Connection) -> str:
        owner = await service.own_organisation(conn, organisation)
        draft = NewUser(email=email, name=name, role=role, password=password)
        return str(await service.create_user(conn, owner.id, draft, OPERATOR))

    answer(
        {"id": in_transaction(work), "email": email, "role": role}, as_json, f"{email} may now sign in as {role.label}"
    )


@user_app.command("list")
def list_users(organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show who has access."""

    async def work(conn: Connection) -> list[object]:
        owner = await service.organisation_for(conn, organisation)
        return list(await service.members(conn, owner.id))

    people = in_transaction(work)
    answer(people, as_json, "\n".join(str(person) for person in people) or "Nobody yet")


@user_app.command("setup-link")
def setup_link(as_json: AsJson = False) -> None:
    """Print a fresh one-time link for the first administrator."""
    token = in_transaction(service.new_setup_link)
    if token is None:
        raise Invalid("There is an administrator already; sign in, or use `eaio user create`")
    url = f"{settings().base_url}/setup/{token}"
    answer({"url": url}, as_json, url)


@token_app.command("create")
def create_token(
    name: str = typer.Option("command line", help="What it is for."),
    role: Role = typer.Option(Role.ENERGY_ANALYST),
    days: int = typer.Option(90, min=1, max=3650, help="Days until it expires."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Make an API token; it is printed once."""

    async def work(conn: Connection) -> str:
        owner = await service.organisation_for(conn, organisation)
        _, secret = await service.create_api_token(conn, owner.id, None, name, role, days, OPERATOR)
        return secret

    secret = in_transaction(work)
    answer({"token": secret, "role": role, "days": days}, as_json, secret)
