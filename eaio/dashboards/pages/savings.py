"""Studies of savings: the list, and the form that sets one up or changes it."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Annotated, Any
from uuid import UUID

import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath, FromQuery, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.analysis import service as analysis
from eaio.analysis.models.studies import Study, StudyLine
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.dashboards.compute.verification import Suggested, suggested
from eaio.dashboards.pages.study_form import CONFIDENCES, draft_of, values_of, ways
from eaio.dashboards.service.verified import totals
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Invalid, NotFound
from eaio.infra.identity import Action, Principal
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations
from eaio.recommendations.models.worth import Worth
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL

Form = URLEncodedBody[dict[str, str]]
Key = Annotated[str | None, QueryParameter(max_length=200)]

COLUMNS = {
    "study": pl.String,
    "site": pl.String,
    "building": pl.String,
    "meter": pl.String,
    "carrier": pl.String,
    "baseline_first": pl.Date,
    "baseline_last": pl.Date,
    "reporting_first": pl.Date,
    "reporting_last": pl.Date,
    "avoided": pl.Float64,
    "band": pl.Float64,
    "confidence": pl.Float64,
    "unit": pl.String,
    "fraction": pl.Float64,
    "proven": pl.Boolean,
    "money_usd": pl.Float64,
    "co2_kg": pl.Float64,
    "current": pl.Boolean,
    "refusal": pl.String,
}


@get("/savings", include_in_schema=False)
async def study_list(
    request: WebRequest, conn: Conn, principal: Who, building: Key = None, archived: FromQuery[bool] = False
) -> Template:
    """Every study with its newest result, and what the proven ones come to."""
    lines, worth = await _lines(conn, principal, building, archived)
    return page(
        request,
        "savings/list.html",
        lines=lines,
        worth=worth,
        totals=totals(lines, worth),
        building=await buildings.building_of(conn, principal.organisation, UUID(building)) if building else None,
        archived=archived,
    )


async def _lines(
    conn: Connection, principal: Principal, building: str | None, archived: bool
) -> tuple[Sequence[StudyLine], Mapping[UUID, Worth]]:
    try:
        wanted = UUID(building) if building else None
    except ValueError as error:
        raise NotFound("There is no such building") from error
    if wanted:
        await buildings.building_of(conn, principal.organisation, wanted)
    lines = await analysis.studies(conn, principal.organisation, building=wanted, archived=archived)
    shown = [line for line in lines if (line.study.archived_at is not None) == archived]
    return shown, await recommendations.worth_by_study(conn, principal.organisation, shown)


@get(both("/savings"), include_in_schema=False)
async def study_file(
    request: WebRequest, conn: Conn, principal: Who, building: Key = None, archived: FromQuery[bool] = False
) -> Response[bytes]:
    """The list as a table."""
    lines, worth = await _lines(conn, principal, building, archived)
    return table_file("savings", COLUMNS, [_row(line, worth) for line in lines], kind_of(request))


def _row(line: StudyLine, worth: Mapping[UUID, Worth]) -> list[object]:
    of, value = line.study, worth.get(line.study.id, Worth())
    periods = [of.baseline_first, of.baseline_last, of.reporting_first, of.reporting_last]
    known: list[object] = [of.name, of.site, of.building, of.meter, of.carrier.value, *periods]
    found = [line.avoided, line.band, of.confidence, of.unit, line.fraction, line.significant]
    return [*known, *found, value.money, value.co2_kg, line.current, line.refusal]


@get("/savings/new", include_in_schema=False)
async def new_study(
    request: WebRequest, conn: Conn, principal: Who, building: Key = None, meter: Key = None, recommendation: Key = None
) -> Template:
    """The form, with the periods that the meter's readings, or a measure's dates, suggest."""
    principal.require(Action.VERIFY)
    given = await _measure(conn, principal, recommendation)
    values: dict[str, Any] = {"building": building or "", "meter": meter or "", **given}
    return await _form(request, conn, principal, values)


async def _measure(conn: Connection, principal: Principal, key: str | None) -> dict[str, Any]:
    """Name, building and dates of a recommendation that is to be verified."""
    if not key:
        return {}
    try:
        wanted = UUID(key)
    except ValueError as error:
        raise NotFound("There is no such recommendation") from error
    found = await recommendations.recommendation_of(conn, principal.organisation, wanted)
    steps = await recommendations.history(conn, principal.organisation, wanted)
    reached = {step.new: step.at.date() for step in steps if step.action == "status"}
    done = reached.get("done")
    return {
        "recommendation": key,
        "name": found.name,
        "building": found.building,
        "began": reached.get("in_progress", done),
        "ended": done,
    }


async def _form(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    values: Mapping[str, Any],
    problem: EaioError | None = None,
    before: Study | None = None,
) -> Template:
    names = {} if before else await buildings.building_names(conn, principal.organisation)
    meters: Sequence[Meter] = () if before else await _meters(conn, principal, values, names)
    chosen = _chosen(meters, str(values.get("meter") or ""))
    known = await _suggestion(conn, principal, chosen, values)
    periods = _fields(known) if known else {}
    return page(
        request,
        "savings/form.html",
        status=problem.status if problem else 200,
        names=sorted(names),
        meters=_offered(meters),
        values={"confidence": "90", **periods, **values, "building": _shown(values, meters, names)},
        chosen=chosen,
        before=before,
        ways=ways(),
        confidences=CONFIDENCES,
        error=problem.detail if problem else None,
        wrong=problem.fields if problem else {},
    )


async def _meters(
    conn: Connection, principal: Principal, values: Mapping[str, Any], names: Mapping[str, UUID]
) -> Sequence[Meter]:
    """The meters to choose from: those of the building, or the one that was named."""
    given, meter = str(values.get("building") or ""), str(values.get("meter") or "")
    found = names.get(given) or next((key for key in names.values() if str(key) == given), None)
    if found is not None:
        return await buildings.meters_of(conn, principal.organisation, found)
    try:
        return [await buildings.meter_of(conn, principal.organisation, UUID(meter))] if meter else []
    except ValueError:
        return []


def _chosen(meters: Sequence[Meter], meter: str) -> Meter | None:
    with_readings = [one for one in meters if one.first_reading is not None]
    return next((one for one in meters if str(one.id) == meter), with_readings[0] if with_readings else None)


def _offered(meters: Sequence[Meter]) -> list[tuple[str, str]]:
    return [(str(one.id), _label(one)) for one in meters]


def _label(one: Meter) -> str:
    if one.first_reading is None or one.last_reading is None:
        return f"{CARRIER_LABEL[one.carrier]}, {one.name}: no readings"
    return f"{CARRIER_LABEL[one.carrier]}, {one.name}: {fmt.day(one.first_reading)} to {fmt.day(one.last_reading)}"


def _shown(values: Mapping[str, Any], meters: Sequence[Meter], names: Mapping[str, UUID]) -> str:
    """A building given by its id, or through its meter, as its name."""
    given = str(values.get("building") or "")
    by_id = next((name for name, key in names.items() if str(key) == given), None)
    return by_id or given or (meters[0].building if meters else "")


async def _suggestion(
    conn: Connection, principal: Principal, chosen: Meter | None, values: Mapping[str, Any]
) -> Suggested | None:
    if chosen is None:
        return None
    known = await metering.local_extent(conn, principal.organisation, Scope(Level.METER, chosen.id))
    if known.first is None or known.last is None:
        return None
    began, ended = (value if isinstance(value := values.get(key), date) else None for key in ("began", "ended"))
    return suggested(known.first.date(), known.last.date(), began, ended)


def _fields(known: Suggested) -> dict[str, str]:
    return {
        "baseline_first": known.baseline.first.isoformat(),
        "baseline_last": known.baseline.last.isoformat(),
        "reporting_first": known.reporting.first.isoformat(),
    }


@get("/savings/new/meters", include_in_schema=False)
async def meters_of_building(request: WebRequest, conn: Conn, principal: Who, building: Key = None) -> Template:
    """The part of the form that depends on the building: its meters, and periods that fit the first of them."""
    principal.require(Action.VERIFY)
    names = await buildings.building_names(conn, principal.organisation)
    meters = await _meters(conn, principal, {"building": building}, names)
    chosen = _chosen(meters, "")
    known = await _suggestion(conn, principal, chosen, {})
    return page(
        request,
        "savings/periods.html",
        meters=_offered(meters),
        chosen=chosen,
        values={**(_fields(known) if known else {}), "building": building or ""},
        before=None,
        wrong={},
    )


@post("/savings/new", include_in_schema=False)
async def add_study(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Set the study up and show it, or show the form again with what is wrong."""
    principal.require(Action.VERIFY)
    try:
        draft = draft_of(data)
        meter = _meter_id(data)
        made = await analysis.create_study(conn, principal.organisation, meter, draft, principal.actor)
    except EaioError as problem:
        return await _form(request, conn, principal, data, problem)
    return Redirect(f"/savings/{made.id}", status_code=303)


def _meter_id(data: Mapping[str, str]) -> UUID:
    try:
        return UUID(data.get("meter", ""))
    except ValueError as error:
        raise Invalid("Choose a building and one of its meters", meter="choose one") from error


@get("/savings/{study_id:uuid}/edit", include_in_schema=False)
async def study_form(request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID]) -> Template:
    """The form, filled in."""
    principal.require(Action.VERIFY)
    found = await analysis.study(conn, principal.organisation, study_id)
    return await _form(request, conn, principal, values_of(found), before=found)


@post("/savings/{study_id:uuid}/edit", include_in_schema=False)
async def save_study(
    request: WebRequest, conn: Conn, principal: Who, study_id: FromPath[UUID], data: Form
) -> Template | Redirect:
    """Save it, or show the form again with what is wrong."""
    principal.require(Action.VERIFY)
    before = await analysis.study(conn, principal.organisation, study_id)
    try:
        await analysis.edit_study(conn, principal.organisation, study_id, draft_of(data), principal.actor)
    except EaioError as problem:
        return await _form(request, conn, principal, data, problem, before)
    return Redirect(f"/savings/{study_id}", status_code=303)


HANDLERS = [study_list, study_file, new_study, meters_of_building, add_study, study_form, save_study]
