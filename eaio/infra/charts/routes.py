"""Where browsers fetch chart specifications."""

from litestar import Response, get
from litestar.params import FromPath, FromQuery

from eaio.infra.charts.catalogue import specification
from eaio.infra.charts.theme import Theme
from eaio.infra.web.handlers import WebRequest


@get("/charts/{name:str}", include_in_schema=False, sync_to_thread=False)
def get_specification(
    request: WebRequest, name: FromPath[str], theme: FromQuery[Theme] = Theme.LIGHT
) -> Response[bytes]:
    """A chart's Vega-Lite specification without data; the browser asks again only whether it changed."""
    found = specification(name.removesuffix(".json"), theme)
    etag = f'"{found.digest}"'
    headers = {"etag": etag, "cache-control": "no-cache"}
    if request.headers.get("if-none-match") == etag:
        return Response(b"", status_code=304, headers=headers, media_type="application/json")
    return Response(found.body, headers=headers, media_type="application/json")


HANDLERS = [get_specification]
