"""Patterns of load with their mean week and members, and buildings that behave like one."""

from datetime import timedelta
from uuid import UUID

import polars as pl
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import Redirect, Template

from eaio.analysis import service
from eaio.analysis.models.patterns import Patterns
from eaio.buildings import service as buildings
from eaio.infra.charts.models import Hour, ProfileChart, about
from eaio.infra.errors import InsufficientData, Invalid, Unavailable
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import is_htmx, page
from eaio.timeseries.units import CARRIER_LABEL, Carrier

OF_MEAN = "× mean"
SHOWN_MEMBERS = 8
COLUMNS = {
    "carrier": pl.String, "pattern": pl.String, "site": pl.String, "building": pl.String, "meter": pl.String,
    "use": pl.String, "likeness": pl.Float64, "first_day": pl.Date, "last_day": pl.Date,
}  # fmt: skip


def _carrier_of(request: WebRequest) -> Carrier | None:
    asked = request.query_params.get("carrier")
    if not asked:
        return None
    try:
        return Carrier(asked)
    except ValueError as error:
        known = ", ".join(CARRIER_LABEL.values())
        raise Invalid(f"There is no carrier called {asked}; there are {known}", carrier="unknown") from error


@get("/patterns", include_in_schema=False)
async def pattern_list(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The patterns of a carrier, the largest first."""
    found = await service.load_patterns(conn, principal.organisation, _carrier_of(request))
    return page(request, "analysis/patterns.html", found=found, labels=CARRIER_LABEL, shown=SHOWN_MEMBERS)


@get(drawn("/patterns/{pattern_id:uuid}/week"), include_in_schema=False)
async def pattern_week(request: WebRequest, conn: Conn, principal: Who, pattern_id: FromPath[UUID]) -> Response[bytes]:
    """The mean week of a pattern's members, each over its own mean."""
    found = await service.pattern_week(conn, principal.organisation, pattern_id)
    hours = [Hour(hour, value) for hour, value in enumerate(found.week)]
    over = about(f"Mean week of the members' last analysed year, {found.name}, each over its own mean")
    return chart_answer(
        request, "pattern_week", ProfileChart(carrier=found.carrier, unit=OF_MEAN, profile=hours, about=over)
    )


def _rows(found: Patterns) -> list[tuple[object, ...]]:
    return [
        (
            found.carrier.value,
            pattern.name,
            member.site,
            member.building,
            member.meter,
            member.use,
            member.likeness,
            member.first_day,
            member.last_day,
        )
        for pattern in found.patterns
        for member in pattern.members
    ]


@get(both("/patterns"), include_in_schema=False)
async def pattern_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """Every member with its pattern as a table."""
    found = await service.load_patterns(conn, principal.organisation, _carrier_of(request))
    return table_file(f"patterns-{found.carrier}", COLUMNS, _rows(found), kind_of(request))


@get("/buildings/{building_id:uuid}/alike", include_in_schema=False)
async def alike(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template | Redirect:
    """Buildings that behave like this one, for its page; the page itself for whoever opens the address."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    if not is_htmx(request):
        return Redirect(f"/buildings/{building_id}?tab=peers", status_code=303)
    found, refusal = None, ""
    try:
        found = await service.similar_buildings(conn, principal.organisation, building_id)
    except (InsufficientData, Unavailable) as error:
        refusal = error.detail
    return page(request, "analysis/alike.html", building=building, found=found, refusal=refusal)


@get(drawn("/buildings/{building_id:uuid}/alike/{other_id:uuid}/week"), include_in_schema=False)
async def alike_week(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID], other_id: FromPath[UUID]
) -> Response[bytes]:
    """The typical week of a building that behaves like this one, with this one's thin and grey."""
    found = await service.similar_buildings(conn, principal.organisation, building_id)
    other = next((one for one in found.alike if one.building_id == other_id), None)
    if other is None:
        raise Invalid("That building is not among the most alike")
    carrier = CARRIER_LABEL[found.carrier].lower()
    chart = ProfileChart(
        carrier=found.carrier,
        unit=OF_MEAN,
        profile=[Hour(hour, value) for hour, value in enumerate(other.week)],
        comparison=[Hour(hour, value) for hour, value in enumerate(found.week)],
        about=about(
            f"Mean week of {carrier} of both buildings, each over its own mean",
            (found.first_day, found.last_day + timedelta(days=1)),
            "each site's own zone",
        ),
    )
    return chart_answer(request, "weeks_alike", chart)


HANDLERS = [pattern_list, pattern_week, pattern_file, alike, alike_week]
