"""Pages and fragments from Jinja templates, always escaped."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlencode

import msgspec
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar.plugins.jinja import JinjaTemplateEngine
from litestar.response import Template
from litestar.template.config import TemplateConfig
from markupsafe import Markup

from eaio.infra.assets import asset_folder
from eaio.infra.identity import Action, Principal, Role
from eaio.infra.web.handlers import WebRequest
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, Carrier

FILTERS = {
    "number": fmt.number,
    "quantity": fmt.quantity,
    "power": fmt.power,
    "signed": fmt.signed,
    "money": fmt.money,
    "percent": fmt.percent,
    "co2": fmt.co2,
    "day": fmt.day,
    "moment": fmt.moment,
}


def environment() -> Environment:
    """The one Jinja environment: templates of the installation, escaping on, unknown names are errors."""
    folder: Path = asset_folder("templates")
    env = Environment(
        loader=FileSystemLoader(folder),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
    )
    cast("dict[str, Any]", env.filters).update(FILTERS)
    env.filters["json_data"] = _json_data
    cast("dict[str, Any]", env.globals).update(
        period=fmt.period,
        carrier_label=_carrier_label,
        query=_query,
        roles=list(Role),
        role_choices=[(role.value, role.label) for role in Role],
        Action=Action,
        asset=_asset,
    )
    return env


def template_config() -> TemplateConfig[JinjaTemplateEngine]:
    """Litestar's template configuration around :func:`environment`."""
    return TemplateConfig(instance=JinjaTemplateEngine.from_environment(environment()))


def page(request: WebRequest, template: str, status: int = 200, **context: Any) -> Template:
    """A whole page or a fragment; ``principal`` and ``path`` are known to every template."""
    caller = request.scope.get("user")
    base: Mapping[str, Any] = {
        "principal": caller if isinstance(caller, Principal) else None,
        "path": request.url.path,
        "status": status,
        "htmx": is_htmx(request),
    }
    return Template(template, context={**base, **context}, status_code=status)


def is_htmx(request: WebRequest) -> bool:
    """Whether HTMX asks for a fragment."""
    return request.headers.get("hx-request") == "true" and request.headers.get("hx-boosted") != "true"


def _carrier_label(carrier: str) -> str:
    return CARRIER_LABEL[Carrier(carrier)]


def _json_data(value: Any) -> Markup:
    """JSON that may stand inside a script element: no character can end it."""
    text = msgspec.json.encode(value).decode()
    return Markup(text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026"))  # noqa: S704 - escaped here


def _query(current: Mapping[str, Any], **changes: Any) -> str:
    """The query string of ``current`` with changes; None removes a field."""
    merged = {**current, **changes}
    return "?" + urlencode({key: value for key, value in merged.items() if value is not None and value != ""})


_fingerprints: dict[str, str] = {}


def _asset(name: str) -> str:
    """The URL of a static file, carrying a fingerprint of its content so that browsers may keep it for good."""
    if name not in _fingerprints:
        from hashlib import sha256

        content = (asset_folder("static") / name).read_bytes()
        _fingerprints[name] = sha256(content).hexdigest()[:12]
    return f"/static/{name}?v={_fingerprints[name]}"
