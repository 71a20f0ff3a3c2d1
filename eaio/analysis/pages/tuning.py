"""Parameters of detection: every one with its meaning, tried on a sample at once, kept as versions; calibration."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Template
from msgspec import Struct

from eaio.analysis import service
from eaio.analysis.compute.parameters import DEFAULTS, PARAMETERS
from eaio.analysis.models import KIND_LABEL, RankBy
from eaio.analysis.models.tuning import Parameter, ParameterDraft, ParameterSet, TryDraft
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.infra.db import Connection
from eaio.infra.errors import EaioError, Invalid
from eaio.infra.identity import Action, Principal
from eaio.infra.web.charts import chart_answer, drawn
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import is_htmx, page
from eaio.timeseries.units import CARRIER_LABEL

Form = URLEncodedBody[dict[str, str]]
OFFERED, MOST_METERS, RECENT, LISTED = 60, 4, 20, 12


class _Sample(Struct, frozen=True):
    """What the page tries values on."""

    building: UUID | None
    choices: Sequence[tuple[UUID, str]]
    meters: Sequence[Meter]
    picked: tuple[UUID, ...]


def _values(given: Mapping[str, str], known: Mapping[str, float]) -> dict[str, float]:
    """The parameters among the fields of a form, the others as known; Invalid names a field that is no number."""
    values, wrong = dict(known), dict[str, str]()
    for name in DEFAULTS:
        text = given.get(name, "").strip()
        if text:
            try:
                values[name] = float(text.replace(",", "."))
            except ValueError:
                wrong[name] = "must be a number"
    if wrong:
        raise Invalid("Some values are no numbers: " + ", ".join(wrong), **wrong)
    return values


def _uuids(texts: Sequence[str]) -> tuple[UUID, ...]:
    found: list[UUID] = []
    for text in texts:
        try:
            found.append(UUID(text))
        except ValueError as error:
            raise Invalid(f"{text[:40]!r} names no meter or building", meter="no identifier") from error
    return tuple(found)


def _version(request: WebRequest, name: str) -> int | None:
    text = request.query_params.get(name) or ""
    if not text:
        return None
    if not text.isdecimal() or len(text) > 9:
        raise Invalid(f"{name} is the number of a version", **{name: "no number"})
    return int(text)


async def _sample(conn: Connection, principal: Principal, request: WebRequest) -> _Sample:
    """The building asked for, else the one with most unexplained use; its meters, the first of them ticked."""
    league = await service.portfolio_analysis(conn, principal.organisation, RankBy.EXCESS, limit=OFFERED)
    choices = [(line.building_id, line.label) for line in league.buildings]
    asked = _uuids([text for text in [request.query_params.get("building") or ""] if text])
    if not asked and not choices:
        names = await buildings.building_names(conn, principal.organisation)
        choices = [(key, name) for name, key in sorted(names.items())[:OFFERED]]
    chosen = asked[0] if asked else next((key for key, _ in choices), None)
    if chosen is None:
        return _Sample(None, (), (), ())
    building = await buildings.building_of(conn, principal.organisation, chosen)
    if all(key != chosen for key, _ in choices):
        choices.insert(0, (chosen, building.label))
    meters = [m for m in await buildings.meters_of(conn, principal.organisation, chosen) if m.first_reading]
    wanted = _uuids(request.query_params.getall("meter", []))
    picked = [m.id for m in meters if m.id in wanted] or [m.id for m in meters[:1]]
    return _Sample(chosen, choices, meters, tuple(picked[:MOST_METERS]))


@get("/parameters", include_in_schema=False)
async def parameter_page(request: WebRequest, conn: Conn, principal: Who) -> Template:
    """Every parameter, the versions, a sample to try them on, and what feedback calibrates."""
    base = await service.parameter_set(conn, principal.organisation, _version(request, "version"))
    values = _values(request.query_params, base.values)
    return await _page(request, conn, principal, base, values)


async def _page(
    request: WebRequest,
    conn: Connection,
    principal: Principal,
    base: ParameterSet,
    values: Mapping[str, Any],
    problem: EaioError | None = None,
    note: str = "",
) -> Template:
    versions = await service.parameter_sets(conn, principal.organisation)
    against = await service.parameter_set(conn, principal.organisation, _version(request, "against"))
    built_in = versions[-1]
    feedback = await service.feedback_of(conn, principal.organisation)
    return page(
        request,
        "analysis/parameters.html",
        status=problem.status if problem else 200,
        groups=_groups(),
        base=base,
        against=against,
        values=values,
        versions=[(one, service.differences(one, built_in)) for one in versions],
        labels={one.name: one for one in PARAMETERS},
        sample=await _sample(conn, principal, request),
        calibration=await service.calibrations(conn, principal.organisation),
        feedback=feedback[:RECENT],
        judged=len(feedback),
        run=await service.latest_run(conn, principal.organisation),
        kinds=KIND_LABEL,
        carriers=CARRIER_LABEL,
        problem=problem,
        wrong=problem.fields if problem else {},
        note=note,
    )


def _groups() -> list[tuple[str, list[Parameter]]]:
    names = dict.fromkeys(one.group for one in PARAMETERS)
    return [(name, [one for one in PARAMETERS if one.group == name]) for name in names]


def _draft(request: WebRequest) -> TryDraft:
    meters = _uuids(request.query_params.getall("meter", []))
    if not meters:
        raise Invalid("Tick a meter to try the parameters on", meter="none is ticked")
    values = _values(request.query_params, DEFAULTS)
    return TryDraft(meters=list(meters[:MOST_METERS]), values=values, against=_version(request, "against"))


@get("/parameters/sample", include_in_schema=False)
async def sample(request: WebRequest, conn: Conn, principal: Who) -> Template | Redirect:
    """What the values in the address would find on the ticked meters; the whole page for whoever opens it."""
    if not is_htmx(request):
        return Redirect(f"/parameters?{request.url.query}", status_code=303)
    effect, problem = None, None
    try:
        effect = await service.try_parameters(conn, principal.organisation, _draft(request))
    except EaioError as error:
        problem = error
    return page(
        request,
        "analysis/trial.html",
        effect=effect,
        problem=problem,
        asked=request.url.query,
        kinds=KIND_LABEL,
        listed=LISTED,
    )


@get(drawn("/parameters/trial"), include_in_schema=False)
async def trial(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """Six weeks of the first meter with the events of both sets; ``from`` names their first day."""
    text = request.query_params.get("from") or ""
    try:
        first = date.fromisoformat(text) if text else None
    except ValueError as error:
        raise Invalid("The first day is written 2017-03-01", **{"from": "no date"}) from error
    chart = await service.trial_chart(conn, principal.organisation, _draft(request), first)
    return chart_answer(request, "trial", chart)


@post("/parameters", include_in_schema=False)
async def save(request: WebRequest, conn: Conn, principal: Who, data: Form) -> Template | Redirect:
    """Keep a new version, or show the form again with what is wrong."""
    principal.require(Action.TUNE)
    base = await service.parameter_set(conn, principal.organisation)
    note = (data.get("note") or "").strip()[:500]
    try:
        if not note:
            raise Invalid("Say in a few words what the version is for", note="missing")
        draft = ParameterDraft(
            values=_values(data, base.values), note=note, activate=data.get("activate", "") == "true"
        )
        kept = await service.save_parameters(conn, principal.organisation, draft, author=principal.actor)
    except EaioError as problem:
        shown = {**base.values, **{name: data[name] for name in DEFAULTS if data.get(name)}}
        return await _page(request, conn, principal, base, shown, problem, note)
    return Redirect(f"/parameters?version={kept.version}", status_code=303)


@post("/parameters/{version:int}/activate", include_in_schema=False)
async def activate(conn: Conn, principal: Who, version: FromPath[int]) -> Redirect:
    """Use a version from the next analysis on."""
    principal.require(Action.TUNE)
    await service.activate_parameters(conn, principal.organisation, version, actor=principal.actor)
    return Redirect(f"/parameters?version={version}", status_code=303)


@post("/parameters/feedback/{feedback_id:uuid}/undone", include_in_schema=False)
async def undo_feedback(conn: Conn, principal: Who, feedback_id: FromPath[UUID]) -> Redirect:
    """Undo a verdict and what it silenced and moved."""
    principal.require(Action.DECIDE)
    await service.withdraw_one(conn, principal.organisation, feedback_id, actor=principal.actor)
    return Redirect("/parameters#feedback", status_code=303)


HANDLERS = [parameter_page, sample, trial, save, activate, undo_feedback]
