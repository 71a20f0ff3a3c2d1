"""Verbs for meters."""

import typer

from eaio.accounts import service as accounts
from eaio.buildings import service
from eaio.buildings.models import Meter, MeterDraft, MeterEdit, MeterFilter
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction
from eaio.infra.db import Connection
from eaio.infra.errors import NotFound
from eaio.timeseries.format import day
from eaio.timeseries.units import Carrier

meter_app = typer.Typer(help="Meters: list, add, change, archive.", no_args_is_help=True)

OfBuilding = typer.Argument(..., help="Name of the building.")
Called = typer.Option("main", "--name", help="Which meter of that carrier.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(meter_app, name="meter")


@meter_app.command("list")
def list_meters(
    search: str = typer.Option(None, help="Part of the name of a meter or building."),
    building: str = typer.Option(None, help="Only of this building."),
    site: str = typer.Option(None, help="Only of this site."),
    carrier: Carrier = typer.Option(None, help="Only of this carrier."),
    archived: bool = typer.Option(False, "--archived", help="Archived ones instead."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Show meters with the span of their readings."""

    async def work(conn: Connection) -> list[Meter]:
        owner = (await accounts.organisation_for(conn, organisation)).id
        wanted = MeterFilter(
            search=search,
            building=(await service.building_by_name(conn, owner, building)).id if building else None,
            site=(await service.site_by_name(conn, owner, site)).id if site else None,
            carrier=carrier,
            archived=archived,
        )
        return list(await service.find_meters(conn, owner, wanted))

    meters = in_transaction(work)
    lines = (
        f"{meter.building:36}{meter.carrier:14}{meter.name:20}{day(meter.first_reading)} – {day(meter.last_reading)}"
        for meter in meters
    )
    answer([_public(meter) for meter in meters], as_json, "\n".join(lines))


def _public(meter: Meter) -> dict[str, object]:
    shown = ("id", "building_id", "building", "name", "carrier", "unit", "interval_minutes", "first_reading")
    return {field: getattr(meter, field) for field in (*shown, "last_reading")}


@meter_app.command("create")
def create_meter(
    building: str = OfBuilding,
    carrier: Carrier = typer.Option(...),
    name: str = Called,
    interval: int = typer.Option(60, min=1, help="Minutes between readings."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Add a meter to a building; its unit follows from the carrier."""
    draft = MeterDraft(building=building, carrier=carrier, name=name, interval_minutes=interval)

    async def work(conn: Connection) -> Meter:
        owner = (await accounts.organisation_for(conn, organisation)).id
        return await service.create_meter(conn, owner, draft)

    answer(_public(in_transaction(work)), as_json, f"Added {carrier} meter {name} to {building}")


@meter_app.command("rename")
def rename_meter(
    building: str = OfBuilding,
    new_name: str = typer.Argument(...),
    carrier: Carrier = typer.Option(...),
    name: str = Called,
    interval: int = typer.Option(None, min=1, help="Minutes between readings; only before the first one."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Give a meter another name, or before its first reading another interval."""
    edit = MeterEdit(name=new_name, interval_minutes=interval)

    async def work(conn: Connection) -> Meter:
        meter = await _meter(conn, organisation, building, carrier, name)
        return await service.edit_meter(conn, meter.organisation_id, meter.id, edit)

    answer(_public(in_transaction(work)), as_json, f"{name} is now {new_name}")


@meter_app.command("archive")
def archive_meter(
    building: str = OfBuilding,
    carrier: Carrier = typer.Option(...),
    name: str = Called,
    undo: bool = typer.Option(False, "--undo", help="Bring it back."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Hide a meter from every list; its readings stay."""

    async def work(conn: Connection) -> Meter:
        meter = await _meter(conn, organisation, building, carrier, name)
        await service.archive_meter(conn, meter.organisation_id, meter.id, archived=not undo)
        return meter

    state = "back" if undo else "archived"
    answer(_public(in_transaction(work)), as_json, f"{carrier} meter {name} of {building} is {state}")


async def _meter(conn: Connection, organisation: str | None, building: str, carrier: Carrier, name: str) -> Meter:
    owner = (await accounts.organisation_for(conn, organisation)).id
    of = await service.building_by_name(conn, owner, building)
    for archived in (False, True):
        wanted = MeterFilter(building=of.id, carrier=carrier, archived=archived)
        for meter in await service.find_meters(conn, owner, wanted):
            if meter.name == name:
                return meter
    raise NotFound(f"{building} has no {carrier} meter called {name!r}")
