"""Finding a site or building by a part of its name, and what stands beside a site, building or meter."""

from uuid import UUID

from eaio.buildings import service as buildings
from eaio.buildings.models import Building, BuildingFilter, Site
from eaio.dashboards.models import Hit
from eaio.infra.db import Connection
from eaio.timeseries.units import CARRIER_LABEL

MOST = 8
LOOKED_AT = 50
MOST_SIBLINGS = 200


async def find(conn: Connection, organisation: UUID, text: str) -> list[Hit]:
    """At most eight sites and eight buildings, those with a word that begins so first; nothing for an empty text."""
    words = text.strip().lower()[:200]
    if not words:
        return []
    sites = [site for site in await buildings.sites_of(conn, organisation) if words in site.name.lower()]
    # names of imported buildings hold underscores where people read spaces; the pattern's _ stands for either
    wanted = BuildingFilter(search=words.replace(" ", "_"), limit=LOOKED_AT)
    found = sorted((await buildings.list_buildings(conn, organisation, wanted)).items, key=lambda b: _late(b, words))
    return [*map(_site, sites[:MOST]), *map(_building, found[:MOST])]


def _late(building: Building, words: str) -> bool:
    return f" {words}" not in f" {building.label.lower()}"


async def sites(conn: Connection, organisation: UUID) -> list[Hit]:
    """Every site."""
    return [_site(site) for site in await buildings.sites_of(conn, organisation)]


async def of_site(conn: Connection, organisation: UUID, site: UUID) -> list[Hit]:
    """The buildings of a site by name, at most 200."""
    page = await buildings.list_buildings(conn, organisation, BuildingFilter(site=site, limit=MOST_SIBLINGS))
    return [_building(building) for building in page.items]


async def of_building(conn: Connection, organisation: UUID, building: UUID) -> list[Hit]:
    """The meters of a building."""
    meters = await buildings.meters_of(conn, organisation, building)
    return [
        Hit(meter.name, f"Meter, {CARRIER_LABEL[meter.carrier].lower()}", f"/meters/{meter.id}") for meter in meters
    ]


def _site(site: Site) -> Hit:
    return Hit(site.name, f"Site, {site.buildings} building{'' if site.buildings == 1 else 's'}", f"/sites/{site.id}")


def _building(building: Building) -> Hit:
    return Hit(building.label, f"Building, {building.site}", f"/buildings/{building.id}")
