"""From a path to a plan, and from a plan to meters with keys."""

from pathlib import Path
from uuid import UUID

from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.metering.importers.bdg2 import bdg2_plan, looks_like_bdg2
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.plan import Catalogue, KnownMeter, MeterName, Plan, Workplace
from eaio.metering.importers.sources import unpack_archive
from eaio.metering.importers.tables import table_plan
from eaio.metering.models import Format, ImportOptions

_ZIP = b"PK\x03\x04"


async def catalogue_of(conn: Connection, organisation: UUID) -> Catalogue:
    """The meters, buildings and sites that columns can be matched with."""
    meters = await buildings.meters_of(conn, organisation)
    sites = await buildings.sites_of(conn, organisation)
    zones = {site.id: site.time_zone for site in sites}
    leaves = [site for portfolio in await buildings.tree(conn, organisation) for site in portfolio.sites]
    return Catalogue(
        meters=tuple(
            KnownMeter(m.building, m.carrier, m.name, m.time_zone, m.interval_minutes, m.first_reading is not None)
            for m in meters
        ),
        building_zones={building.name: zones[site.id] for site in leaves for building in site.buildings},
        site_zones={site.name: site.time_zone for site in sites},
    )


def make_plan(path: Path, options: ImportOptions, catalogue: Catalogue, place: Workplace, findings: Findings) -> Plan:
    """Find out what a folder, a zip of one, or a file holds.

    Raises:
        NotFound: there is no such file.
        Invalid, TooLarge: it cannot be imported; the message names file, row, column and remedy.
    """
    if not (path.is_file() or path.is_dir()):
        raise NotFound(f"There is no file or folder {path}")
    try:
        return _plan(path, options, catalogue, place, findings)
    except OSError as error:
        reason = (error.strerror or str(error)).lower()
        raise Invalid(f"{path.name} cannot be read: {reason}; make it readable, or copy it elsewhere") from error


def _plan(path: Path, options: ImportOptions, catalogue: Catalogue, place: Workplace, findings: Findings) -> Plan:
    name = path.name
    if path.is_file() and _is_zip(path):
        path = unpack_archive(path, place.scratch / "unpacked", place.limit)
    if path.is_dir():
        folder = _bdg2_folder(path)
        if folder is None or options.format not in {Format.AUTO, Format.BDG2}:
            raise Invalid(
                f"{name} has neither metadata/metadata.csv nor meters/raw; import a BDG2 folder, or one CSV file at a "
                "time"
            )
        return bdg2_plan(folder, catalogue, options, place, findings)
    if options.format is Format.BDG2:
        raise Invalid(f"{path.name} is a file; BDG2 is imported as a folder with metadata and meters")
    return table_plan(path, catalogue, options, place, findings)


def _is_zip(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == _ZIP


def _bdg2_folder(path: Path) -> Path | None:
    """The folder itself, or the one folder inside it, as archives often have it."""
    return next((folder for folder in (path, *sorted(path.iterdir())) if looks_like_bdg2(folder)), None)


async def create(conn: Connection, organisation: UUID, plan: Plan) -> dict[MeterName, UUID]:
    """Create the sites, buildings and meters of a plan that are missing; returns the meters' ids."""
    if plan.sites:
        await buildings.upsert_sites(conn, organisation, plan.sites)
    if plan.buildings:
        await buildings.upsert_buildings(conn, organisation, plan.buildings)
    found: dict[MeterName, UUID] = {}
    for table in plan.tables:  # a table's meters get neighbouring keys, so that its readings lie together
        known = await buildings.upsert_meters(conn, organisation, table.meters)
        wanted = [(draft.building, draft.carrier, draft.name) for draft in table.meters]
        found |= {name: known[name].id for name in wanted}
    return found
