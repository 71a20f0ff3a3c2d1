"""Finding a site or building by a part of its name."""

from uuid import UUID

from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingFilter
from eaio.dashboards.models import Hit
from eaio.infra.db import Connection

MOST = 8


async def find(conn: Connection, organisation: UUID, text: str) -> list[Hit]:
    """At most eight sites and eight buildings; nothing for an empty text."""
    words = text.strip()[:200]
    if not words:
        return []
    sites = [site for site in await buildings.sites_of(conn, organisation) if words.lower() in site.name.lower()]
    found = await buildings.list_buildings(conn, organisation, BuildingFilter(search=words, limit=MOST))
    return [
        *(Hit(site.name, f"Site, {site.buildings} buildings", f"/sites/{site.id}") for site in sites[:MOST]),
        *(Hit(b.label, f"Building, {b.site}", f"/buildings/{b.id}") for b in found.items),
    ]
