"""What the list was asked for: filters from the address, and back into it."""

from collections.abc import Mapping
from typing import Any, TypeVar
from uuid import UUID

from eaio.infra.web.handlers import WebRequest
from eaio.recommendations.models import Effort, Filters, Order, Status

Choice = TypeVar("Choice", Status, Effort)
PAGE = 50
NATURAL = {Order.PAYBACK, Order.COST, Order.BUILDING}
"""Orders in which the least comes first; in the address a leading minus says that the most does."""


def filters_of(request: WebRequest, limit: int = PAGE) -> Filters:
    """Filters from a query string; what is not understood is left out, as a shared address may be old."""
    query = request.query_params
    sort = query.get("sort", "-value")
    key = sort.lstrip("-")
    order = Order(key) if key in set(Order) else Order.VALUE
    return Filters(
        site=_uuid(query.get("site")),
        building=_uuid(query.get("building")),
        use=(query.get("use") or "")[:200] or None,
        measure=(query.get("measure") or "")[:60] or None,
        status=_choice(query.get("status"), Status),
        effort=_choice(query.get("effort"), Effort),
        payback=_number(query.get("payback")),
        budget=_number(query.get("budget")),
        search=(query.get("search") or "")[:200] or None,
        withdrawn=query.get("withdrawn") == "true",
        sort=order,
        reverse=sort.startswith("-") == (order in NATURAL),
        limit=limit,
        offset=int(_number(query.get("offset")) or 0),
    )


def state_of(wanted: Filters) -> Mapping[str, Any]:
    """The same filters as fields of an address, without defaults."""
    most_first = (wanted.sort in NATURAL) == wanted.reverse
    return {
        "site": wanted.site,
        "building": wanted.building,
        "use": wanted.use,
        "measure": wanted.measure,
        "status": wanted.status.value if wanted.status else None,
        "effort": wanted.effort.value if wanted.effort else None,
        "payback": f"{wanted.payback:g}" if wanted.payback is not None else None,
        "budget": f"{wanted.budget:g}" if wanted.budget is not None else None,
        "search": wanted.search,
        "withdrawn": "true" if wanted.withdrawn else None,
        "sort": f"{'-' if most_first else ''}{wanted.sort.value}",
    }


def _uuid(text: str | None) -> UUID | None:
    try:
        return UUID(text) if text else None
    except ValueError:
        return None


def _number(text: str | None) -> float | None:
    try:
        value = float(text) if text else None
    except ValueError:
        return None
    return value if value is not None and 0 <= value < 1e12 else None


def _choice(text: str | None, kind: type[Choice]) -> Choice | None:
    return kind(text) if text in {member.value for member in kind} else None
