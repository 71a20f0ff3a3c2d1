"""The portfolio ranked by score, a building among its peers with every ingredient, and the list of peers to edit."""

from typing import Annotated, Any
from uuid import UUID

import polars as pl
from litestar import Response, get, post
from litestar.params import FromPath, QueryParameter, URLEncodedBody
from litestar.response import Redirect, Template

from eaio.analysis import service
from eaio.analysis.models import Benchmark, PeerChange
from eaio.analysis.models.insights import ScoredBuilding
from eaio.buildings import service as buildings
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, Invalid
from eaio.infra.identity import Action, Principal
from eaio.infra.web.downloads import both, kind_of, table_file
from eaio.infra.web.handlers import Conn, WebRequest, Who
from eaio.infra.web.rendering import page

PAGE = 50
FLOAT, WHOLE = pl.Float64(), pl.Int64()
RANKING = {
    "rank": WHOLE, "building": pl.String(), "site": pl.String(), "use": pl.String(), "efficiency_0_to_10": FLOAT,
    "score_0_to_100": WHOLE, "kWh_per_m2": FLOAT, "typical_year": pl.Boolean(), "uses_more_than_share_of_peers": FLOAT,
    "peer_median_kWh_per_m2": FLOAT, "national_median_kWh_per_m2": FLOAT, "peers": WHOLE, "peer_rule": pl.String(),
    "load_factor": FLOAT, "night_ratio": FLOAT, "cost_per_m2": FLOAT, "kgCO2e_per_m2": FLOAT,
}  # fmt: skip
INDICATORS = {
    "figure": pl.String(), "unit": pl.String(), "value": FLOAT, "lower_quartile": FLOAT, "median": FLOAT,
    "upper_quartile": FLOAT, "peers": WHOLE, "better_than_share": FLOAT,
}  # fmt: skip
PEERS = {
    "building": pl.String(), "site": pl.String(), "kWh_per_m2": FLOAT, "typical_year": pl.Boolean(), "m2": FLOAT,
    "carriers": pl.String(), "put_in_by_hand": pl.Boolean(),
}  # fmt: skip


@get("/benchmarks", include_in_schema=False)
async def ranking(
    request: WebRequest, conn: Conn, principal: Who, offset: Annotated[int, QueryParameter(ge=0, le=100_000)] = 0
) -> Template:
    """Buildings by efficiency score, best first, or narrowed to a use."""
    found = await service.scores(conn, principal.organisation, principal.currency)
    use = request.query_params.get("use") or None
    shown = [one for one in found.buildings if use is None or one.use_type == use]
    return page(
        request,
        "analysis/benchmarks.html",
        found=found,
        shown=shown[offset : offset + PAGE],
        total=len(shown),
        limit=PAGE,
        offset=offset,
        uses=sorted({one.use_type for one in found.buildings}),
        state={"use": use},
        run=await service.latest_run(conn, principal.organisation),
    )


@get(both("/benchmarks"), include_in_schema=False)
async def ranking_file(request: WebRequest, conn: Conn, principal: Who) -> Response[bytes]:
    """The whole ranking as a table, or that of a use."""
    found = await service.scores(conn, principal.organisation, principal.currency)
    use = request.query_params.get("use") or None
    rows = [_line(one) for one in found.buildings if use is None or one.use_type == use]
    return table_file("benchmarks", RANKING, rows, kind_of(request))


def _line(one: ScoredBuilding) -> tuple[object, ...]:
    score = one.score
    return (
        one.rank, one.building, one.site, one.use_type, score.efficiency, score.energy, score.compared,
        score.normalised, score.percentile, score.median, score.national_median, score.peers, score.rule,
        one.load_factor, one.unoccupied_ratio, one.money_per_m2, one.co2_per_m2,
    )  # fmt: skip


@get("/buildings/{building_id:uuid}/benchmark", include_in_schema=False)
async def benchmark_page(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Template:
    """A building among its peers: percentile, medians, score with its ingredients, indicators, who the peers are."""
    return await _shown(request, conn, principal, building_id, {})


async def _shown(
    request: WebRequest, conn: Connection, principal: Principal, building_id: UUID, wrong: dict[str, Any]
) -> Template:
    building = await buildings.building_of(conn, principal.organisation, building_id)
    found, refusal = None, ""
    try:
        found = await service.benchmark(conn, principal.organisation, building_id)
    except InsufficientData as reason:
        refusal = reason.detail
    names = await buildings.building_names(conn, principal.organisation) if found else {}
    return page(
        request,
        "analysis/building_benchmark.html",
        status=422 if wrong else 200,
        building=building,
        found=found,
        refusal=refusal,
        figures=await service.building_figures(conn, principal.organisation, building_id),
        run=await service.running_analysis(conn, principal.organisation, building_id),
        others=_others(names, found, building_id),
        wrong=wrong,
    )


def _others(names: dict[str, UUID], found: Benchmark | None, building_id: UUID) -> list[str]:
    """Buildings that are no peers yet."""
    known = [peer.building_id for peer in found.peers] if found else []
    return sorted(name for name, key in names.items() if key not in known and key != building_id)


@get(both("/buildings/{building_id:uuid}/indicators"), include_in_schema=False)
async def indicator_file(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]
) -> Response[bytes]:
    """The building's figures beside the quartiles of its peers as a table."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    found = await service.benchmark(conn, principal.organisation, building_id)
    rows = [
        (one.label, one.unit, one.value, one.lower, one.median, one.upper, one.peers, one.better)
        for one in found.group.indicators
    ]
    return table_file(f"{building.name}_indicators", INDICATORS, rows, kind_of(request))


@get(both("/buildings/{building_id:uuid}/peers"), include_in_schema=False)
async def peer_file(request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID]) -> Response[bytes]:
    """The peers as a table."""
    building = await buildings.building_of(conn, principal.organisation, building_id)
    found = await service.benchmark(conn, principal.organisation, building_id)
    rows = [
        (one.name, one.site, one.eui, one.normalised, one.area_m2, " ".join(one.carriers), one.added)
        for one in found.peers
    ]
    return table_file(f"{building.name}_peers", PEERS, rows, kind_of(request))


@post("/buildings/{building_id:uuid}/peers", include_in_schema=False)
async def choose_peer(
    request: WebRequest, conn: Conn, principal: Who, building_id: FromPath[UUID], data: URLEncodedBody[dict[str, str]]
) -> Redirect | Template:
    """Keep a building out of the peers or put one in; what is wrong is said beside the form."""
    principal.require(Action.ANALYZE)
    await buildings.building_of(conn, principal.organisation, building_id)
    try:
        change = await _change(conn, principal, data)
        await service.choose_peer(conn, principal.organisation, building_id, change, principal.actor)
    except Invalid as reason:
        typed = {name: data.get(name, "") for name in ("peer", "reason")}
        wrong = {"detail": reason.detail, "data": typed}
        return await _shown(request, conn, principal, building_id, wrong)
    return Redirect(f"/buildings/{building_id}/benchmark#peers", status_code=303)


async def _change(conn: Connection, principal: Principal, data: dict[str, str]) -> PeerChange:
    """The form as a decision; the peer is named by its name, as people know it."""
    name, reason = data.get("peer", "").strip(), data.get("reason", "").strip()
    names = await buildings.building_names(conn, principal.organisation)
    peer = names.get(name) or names.get(name.replace(" ", "_"))
    if peer is None:
        raise Invalid(f'There is no building called "{name}"; choose one of the list', peer="unknown")
    if not 3 <= len(reason) <= 500:
        raise Invalid("Say why, in a few words", reason="3 to 500 letters")
    return PeerChange(peer, data.get("include") == "yes", reason)


@post("/buildings/{building_id:uuid}/peers/{choice_id:uuid}/undone", include_in_schema=False)
async def undo_choice(conn: Conn, principal: Who, building_id: FromPath[UUID], choice_id: FromPath[UUID]) -> Redirect:
    """Take a decision about a peer back."""
    principal.require(Action.ANALYZE)
    await service.undo_peer_choice(conn, principal.organisation, building_id, choice_id, principal.actor)
    return Redirect(f"/buildings/{building_id}/benchmark#peers", status_code=303)


HANDLERS = [
    ranking,
    ranking_file,
    benchmark_page,
    indicator_file,
    peer_file,
    choose_peer,
    undo_choice,
]
