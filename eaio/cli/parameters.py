"""``eaio parameters``: versions of the detection parameters."""

import typer

from eaio.accounts import service as accounts
from eaio.analysis import service
from eaio.analysis.compute.parameters import DEFAULTS, PARAMETERS
from eaio.analysis.models.tuning import ParameterDraft, ParameterSet
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid

OPERATOR = "operator on the command line"
parameter_app = typer.Typer(help="Detection parameters: list, show, set, activate.", no_args_is_help=True)
Version = typer.Argument(None, help="Number of a version; by default the active one.")
Values = typer.Argument(..., metavar="NAME=VALUE...", help="Parameters to change; `show` lists their names.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(parameter_app, name="parameters")


@parameter_app.command("list")
def list_parameters(organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show every version, the newest first; 0 is built in."""

    async def work(conn: Connection) -> tuple[ParameterSet, ...]:
        return await service.parameter_sets(conn, (await accounts.organisation_for(conn, organisation)).id)

    found = in_transaction(work)
    lines = (f"{'*' if one.active else ' '} {one.version:>4}  {one.author}: {one.note}" for one in found)
    answer(found, as_json, "\n".join(lines))


@parameter_app.command("show")
def show_parameters(version: int = Version, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show a version with the meaning and bounds of each parameter."""

    async def work(conn: Connection) -> ParameterSet:
        return await service.parameter_set(conn, (await accounts.organisation_for(conn, organisation)).id, version)

    found = in_transaction(work)
    lines = [f"Version {found.version}, {found.note}"]
    for one in PARAMETERS:
        bounds = f"{one.low:g} to {one.high:g}, default {one.default:g}"
        lines.append(f"{one.name:18}{found.values[one.name]:>8g} {one.unit:6} {one.meaning} ({bounds})")
    answer(found, as_json, "\n".join(lines))


@parameter_app.command("set")
def set_parameters(
    values: list[str] = Values,
    note: str = typer.Option(..., "--note", help="What the version is for."),
    activate: bool = typer.Option(False, "--activate", help="Use it from the next analysis on."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Save a new version: the active one with some values changed."""
    given = _read(values)

    async def work(conn: Connection) -> ParameterSet:
        owner = (await accounts.organisation_for(conn, organisation)).id
        base = await service.parameter_set(conn, owner)
        draft = ParameterDraft(values={**base.values, **given}, note=note, activate=activate)
        return await service.save_parameters(conn, owner, draft, author=OPERATOR)

    kept = in_transaction(work)
    answer(kept, as_json, f"Saved version {kept.version}" + (", in use from the next analysis on" if activate else ""))


@parameter_app.command("activate")
def activate_parameters(version: int, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Use a version, older ones and 0 too, from the next analysis on."""

    async def work(conn: Connection) -> ParameterSet:
        owner = (await accounts.organisation_for(conn, organisation)).id
        return await service.activate_parameters(conn, owner, version, actor=OPERATOR)

    answer(in_transaction(work), as_json, f"Version {version} is used from the next analysis on")


def _read(texts: list[str]) -> dict[str, float]:
    """NAME=VALUE pairs; Invalid names what does not fit and what there is."""
    found: dict[str, float] = {}
    for text in texts:
        name, _, value = text.partition("=")
        if name not in DEFAULTS:
            raise Invalid(f"There is no parameter {name!r}; there are {', '.join(DEFAULTS)}")
        try:
            found[name] = float(value)
        except ValueError as error:
            raise Invalid(f"{name} takes a number, not {value!r}; write {name}={DEFAULTS[name]:g}") from error
    return found
