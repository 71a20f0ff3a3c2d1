"""Correlations, end uses and peaks of a building and of all, and asking for a new analysis of one."""

from collections.abc import Iterable, Sequence
from typing import Annotated, Any
from uuid import UUID

import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter
from litestar.response import Redirect, Template

from eaio.analysis import service
from eaio.analysis.compute import drawings
from eaio.analysis.models.insights import BuildingInsights
from eaio.analysis.models.loads import END_USE_LABEL, Correlation, EndUseSplit, PeakAnalysis
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingFilter
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.infra.identity import Action, Principal
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.downloads import INSTANT, WALL_TIME, both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.timeseries.units import CARRIER_LABEL, Carrier

PAGE = 50
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
FLOAT, WHOLE = pl.Float64(), pl.Int64()
PAIRS = {
    "series": pl.String(), "with": pl.String(), "r": FLOAT, "low_95": FLOAT, "high_95": FLOAT, "days": WHOLE,
    "independent_days": FLOAT, "p_value": FLOAT, "stands_against_chance": pl.Boolean(), "under_same_weather": FLOAT,
    "lag_days": WHOLE, "lag_r": FLOAT, "statement": pl.String(),
}  # fmt: skip
PARTS = {
    "carrier": pl.String(), "month": pl.Date(), "part": pl.String(), "kWh": FLOAT, "days": WHOLE, "of_days": WHOLE,
}  # fmt: skip
PEAKS = {
    "carrier": pl.String(), "local_time": WALL_TIME, "load": FLOAT, "unit": pl.String(), "outdoor_C": FLOAT,
    "of_highest": FLOAT,
}  # fmt: skip
SHARES = {
    "building": pl.String(), "site": pl.String(), "kW_at_peak": FLOAT, "of_peak": FLOAT, "of_energy": FLOAT,
    "own_peak_kW": FLOAT, "own_peak_utc": INSTANT, "hours": WHOLE,
}  # fmt: skip


async def of_building(conn: Connection, principal: Principal, building_id: UUID) -> dict[str, Any]:
    """A building with its insights, or why it has none."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    context: dict[str, Any] = {"building": building, "found": None, "refusal": "", "labels": CARRIER_LABEL}
    try:
        context["found"] = await service.building_insights(conn, principal.organisation, building_id)
    except InsufficientData as reason:
        context["refusal"] = reason.detail
    context["run"] = await service.running_analysis(conn, principal.organisation, building_id)
    return context


@get("/correlations", include_in_schema=False)
async def correlation_list(
    request: WebRequest, conn: Conn, principal: Who, offset: Annotated[int, QueryParameter(ge=0, le=100_000)] = 0
) -> Template:
    """Buildings with what their loads follow most."""
    listed = await buildings.list_buildings(conn, principal.organisation, BuildingFilter(limit=PAGE, offset=offset))
    known = await service.every_insight(conn, principal.organisation, [one.id for one in listed.items])
    return page(
        request,
        "analysis/correlations.html",
        listed=listed,
        lines=[(one, *_strongest(known.get(one.id))) for one in listed.items],
    )


def _strongest(
    found: BuildingInsights | None,
) -> tuple[BuildingInsights | None, Correlation | None, Correlation | None]:
    if found is None:
        return None, None, None
    table = found.insights.correlations
    return found, drawings.strongest(table.weather), drawings.strongest(table.carriers)


@get("/buildings/{building_id:uuid}/correlations", include_in_schema=False)
async def correlation_page(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template:
    """A building's carriers with each other and with the weather."""
    context = await of_building(conn, principal, building_id)
    found: BuildingInsights | None = context["found"]
    rows = drawings.rows_of(found.insights.correlations) if found else 0
    return page(request, "analysis/building_correlations.html", **context, rows=rows)


@get(drawn("/buildings/{building_id:uuid}/correlations/matrix"), include_in_schema=False)
async def matrix(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Response[bytes]:
    """The heat map of correlations."""
    found = await service.building_insights(conn, principal.organisation, building_id)
    return chart_answer(request, f"{found.building}_correlations", drawings.matrix(found.insights, found.label))


@get(both("/buildings/{building_id:uuid}/correlations"), include_in_schema=False)
async def correlation_file(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[bytes]:
    """Every pair as a table."""
    found = await service.building_insights(conn, principal.organisation, building_id)
    table = found.insights.correlations
    rows = [_pair(one) for one in (*table.carriers, *table.weather)]
    return table_file(f"{found.building}_correlations", PAIRS, rows, kind_of(request))


def _pair(one: Correlation) -> tuple[object, ...]:
    return (
        one.second, one.first, one.r, one.low, one.high, one.days, one.independent, one.p_value, one.significant,
        one.same_weather, one.lag_days, one.lag_r, one.statement,
    )  # fmt: skip


@get("/buildings/{building_id:uuid}/end-uses", include_in_schema=False)
async def end_use_page(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template:
    """What a building's energy serves, estimated from its meters."""
    context = await of_building(conn, principal, building_id)
    return page(request, "analysis/building_end_uses.html", **context, uses=END_USE_LABEL)


@get(drawn("/buildings/{building_id:uuid}/end-uses/{carrier:str}/months"), include_in_schema=False)
async def end_use_months(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID], carrier: FromPath[str]
) -> Response[bytes]:
    """Months of a carrier, stacked."""
    found = await service.building_insights(conn, principal.organisation, building_id)
    split: EndUseSplit = _of_carrier(found.insights.end_uses.splits, carrier)
    body = drawings.months(found.insights, split, found.label)
    return chart_answer(request, f"{found.building}_{split.carrier}_end_uses", body)


def _of_carrier(some: Iterable[Any], carrier: str) -> Any:
    one = next((one for one in some if one.carrier.value == carrier), None)
    if one is None:
        raise NotFound("Nothing is known of that carrier here")
    return one


@get(both("/buildings/{building_id:uuid}/end-uses"), include_in_schema=False)
async def end_use_file(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Response[bytes]:
    """Every month and part of every carrier as a table."""
    found = await service.building_insights(conn, principal.organisation, building_id)
    rows = [
        (split.carrier, month.month, label, getattr(month, use.value), month.days, month.expected_days)
        for split in found.insights.end_uses.splits
        for month in split.months
        for use, label in END_USE_LABEL.items()
    ]
    return table_file(f"{found.building}_end_uses", PARTS, rows, kind_of(request))


@get("/buildings/{building_id:uuid}/peaks", include_in_schema=False)
async def peak_page(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template:
    """When and how often a building peaks, one carrier at a time."""
    context = await of_building(conn, principal, building_id)
    found: BuildingInsights | None = context["found"]
    asked = request.query_params.get("carrier")
    shown: PeakAnalysis | None = None
    if found is not None and found.insights.peaks:
        known = found.insights.peaks
        first = next((one for one in known if one.carrier is Carrier.ELECTRICITY), known[0])
        shown = next((one for one in known if one.carrier.value == asked), first)
    counted = _counted(shown) if shown else ()
    return page(
        request, "analysis/building_peaks.html", **context, shown=shown, counted=counted, load=drawings.load_text
    )


def _counted(shown: PeakAnalysis) -> Sequence[tuple[str, Sequence[tuple[str, int]]]]:
    """Hours near the peak by hour of day, weekday and month; hours of day without any are left out."""
    hours = [(f"{hour:02d}:00", count) for hour, count in enumerate(shown.by_hour) if count]
    weekdays = list(zip(WEEKDAYS, shown.by_weekday, strict=True))
    return (
        ("By hour of day", hours),
        ("By weekday", weekdays),
        ("By month", list(zip(MONTHS, shown.by_month, strict=True))),
    )


@get(drawn("/buildings/{building_id:uuid}/peaks/{carrier:str}/days"), include_in_schema=False)
async def peak_calendar(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID], carrier: FromPath[str]
) -> Response[bytes]:
    """The highest hour of every day of a carrier."""
    found = await service.building_insights(conn, principal.organisation, building_id)
    peak: PeakAnalysis = _of_carrier(found.insights.peaks, carrier)
    body = drawings.calendar(found.insights, peak, found.label)
    return chart_answer(request, f"{found.building}_{peak.carrier}_peaks_by_day", body)


@get(both("/buildings/{building_id:uuid}/peaks"), include_in_schema=False)
async def peak_file(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Response[bytes]:
    """The highest hours of the highest days of every carrier as a table."""
    found = await service.building_insights(conn, principal.organisation, building_id)
    rows = [
        (one.carrier, top.local, top.value, drawings.power_unit(one.carrier), top.temperature, top.share)
        for one in found.insights.peaks
        for top in one.top
    ]
    return table_file(f"{found.building}_peaks", PEAKS, rows, kind_of(request))


@get("/peaks", include_in_schema=False)
async def portfolio_peaks(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """The hour in which all buildings together draw most, and who drives it."""
    found, refusal = None, ""
    try:
        found = await service.portfolio_peak_of(conn, principal.organisation)
    except InsufficientData as reason:
        refusal = reason.detail
    return page(request, "analysis/peaks.html", found=found, refusal=refusal, shown=PAGE)


@get(drawn("/peaks/drivers"), include_in_schema=False)
async def drivers(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """The buildings that draw most in that hour."""
    found = await service.portfolio_peak_of(conn, principal.organisation)
    return chart_answer(request, "peak_drivers", drawings.drivers(found))


@get(both("/peaks"), include_in_schema=False)
async def portfolio_peak_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """Every building's part in the peak as a table."""
    found = await service.portfolio_peak_of(conn, principal.organisation)
    rows = [
        (one.building, one.site, one.at_peak, one.share, one.energy_share, one.own_peak, one.own_peak_at, one.hours)
        for one in found.shares
    ]
    return table_file("portfolio_peak", SHARES, rows, kind_of(request))


@post("/buildings/{building_id:uuid}/analyse", include_in_schema=False)
async def analyse(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Redirect:
    """Analyse a building in the background and go back to where one was."""
    principal.require(Action.ANALYZE)
    await service.request_building_analysis(conn, principal.organisation, building_id, principal.actor)
    shown = request.query_params.get("view", "benchmark")
    view = shown if shown in {"benchmark", "correlations", "end-uses", "peaks"} else "benchmark"
    return Redirect(f"/buildings/{building_id}/{view}", status_code=303)


@get("/buildings/{building_id:uuid}/analysis-state", include_in_schema=False)
async def analysis_state(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Template | Response[None]:
    """How far the analysis of a building has come; the page is loaded anew once it has ended."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    run = await service.running_analysis(conn, principal.organisation, building_id)
    if run is None:
        return Response(None, status_code=200, headers={"HX-Refresh": "true"})
    return page(request, "analysis/state.html", run=run, building=building)


HANDLERS = [
    correlation_list,
    correlation_page,
    matrix,
    correlation_file,
    end_use_page,
    end_use_months,
    end_use_file,
    peak_page,
    peak_calendar,
    peak_file,
    portfolio_peaks,
    drivers,
    portfolio_peak_file,
    analyse,
    analysis_state,
]
