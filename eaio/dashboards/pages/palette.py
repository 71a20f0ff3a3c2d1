"""What the command palette finds."""

from uuid import UUID

from litestar import get
from litestar.params import FromQuery

from eaio.dashboards.models import Hit
from eaio.dashboards.service import search
from eaio.infra.web.handlers import Conn, Who


@get("/search", include_in_schema=False)
async def find(
    conn: Conn,
    principal: Who,
    q: FromQuery[str] = "",
    sites: FromQuery[bool] = False,
    site: FromQuery[UUID | None] = None,
    building: FromQuery[UUID | None] = None,
) -> list[Hit]:
    """Sites and buildings whose name holds the words; or every site, a site's buildings, a building's meters."""
    if building is not None:
        return await search.of_building(conn, principal.organisation, building)
    if site is not None:
        return await search.of_site(conn, principal.organisation, site)
    if sites:
        return await search.sites(conn, principal.organisation)
    return await search.find(conn, principal.organisation, q)


HANDLERS = [find]
