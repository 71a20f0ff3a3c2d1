"""What the command palette finds."""

from litestar import get
from litestar.params import FromQuery

from eaio.dashboards.models import Hit
from eaio.dashboards.service import search
from eaio.infra.web.handlers import Conn, Who


@get("/search", include_in_schema=False)
async def find(conn: Conn, principal: Who, q: FromQuery[str] = "") -> list[Hit]:
    """Sites, buildings and meters whose name holds the words."""
    return await search.find(conn, principal.organisation, q)


HANDLERS = [find]
