"""Tools about one building, and the list of them: details, benchmark, list."""

from eaio.agents.models import Chart, Fact, Link, ListBuildings, OnBuilding, Over, Row, ToolResult
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.analysis import service as analysis
from eaio.buildings import service as buildings
from eaio.buildings.models import BuildingFilter
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL


async def benchmark(ctx: Context, args: Over) -> ToolResult:
    """A building's energy use intensity against its peers and the national median."""
    building = await ctx.building(args.building)
    found = await analysis.benchmark(ctx.conn, ctx.organisation, building.id)
    figures = await analysis.building_figures(ctx.conn, ctx.organisation, building.id)
    known = {
        "building": Fact(building.label),
        "eui": facts.number(found.eui, "kWh/m² a year"),
        "median": facts.number(found.national_median, "kWh/m² a year"),
        "gap": facts.change(found.eui / found.national_median - 1),
        "use": Fact(found.use_type.lower().replace("_", " ")),
        "source": Fact(found.national_source),
        "peers": facts.count(len(found.peers)),
        "rule": Fact(found.peer_rule),
        "carriers": Fact(", ".join(CARRIER_LABEL[carrier].lower() for carrier in found.carriers)),
    }
    headline = "{building} uses {eui}, {gap} than the national median of {median} for its use ({use})."
    if found.percentile is not None:
        known |= {
            "better": facts.share(found.percentile),
            "peer_median": facts.number(found.peer_median, "kWh/m² a year"),
        }
        headline += " {better} of its {peers} peers in this portfolio use less; their median is {peer_median}."
    detail = (
        "Counted: {carriers}"
        + (", {period}" if figures else "")
        + ", faulty readings left out. Peers: {rule}. Source: {source}."
    )
    if found.normalised_eui is not None:
        known["typical"] = facts.number(found.normalised_eui, "kWh/m² a year")
        detail += " In a year of typical weather it would be {typical}, which is what is compared with the peers."
    score = found.group.score
    if score.energy is not None and score.efficiency is not None:
        known |= {"score": facts.count(score.energy), "efficiency": Fact(f"{score.efficiency:.1f}", score.efficiency)}
        detail += " Score {score} of 100; efficiency {efficiency} of 10."
    warned, said = facts.quoted("warning", found.warnings)
    known |= warned
    if figures:
        known["period"] = facts.during(figures.period_start, figures.period_end)
    return ToolResult(
        headline=headline,
        detail=(detail,),
        facts=known,
        chart=Chart("benchmark", "Among its peers", src=f"/buildings/{building.id}/benchmark.json"),
        links=(Link(building.label, f"/buildings/{building.id}"),),
        caveats=said,
        next=(f"What should we fix first at {building.name}?", f"Show the load profile of {building.name}"),
    )


async def list_buildings(ctx: Context, args: ListBuildings) -> ToolResult:
    """Which buildings there are, narrowed by site, use and carrier."""
    wanted = BuildingFilter(site=ctx.site_id(args.site), primary_use=args.primary_use, carrier=args.carrier, limit=12)
    page = await buildings.list_buildings(ctx.conn, ctx.organisation, wanted)
    conditions = [
        *([f"used as {args.primary_use.lower()}"] if args.primary_use else []),
        *([f"with a {CARRIER_LABEL[args.carrier].lower()} meter"] if args.carrier else []),
        *([f"at {args.site}"] if args.site else []),
    ]
    query = {
        "site": str(wanted.site) if wanted.site else None,
        "primary_use": args.primary_use,
        "carrier": args.carrier,
    }
    return ToolResult(
        headline={0: "There is no building", 1: "{count} building"}.get(page.total, "{count} buildings")
        + (" {conditions}." if conditions else "."),
        facts={"count": facts.count(page.total), "conditions": Fact(" ".join(conditions))},
        rows=tuple(
            Row(
                b.label,
                fmt.quantity(b.area_m2, "m²") if b.area_m2 else "",
                b.sub_use or b.primary_use or "",
                f"/buildings/{b.id}",
            )
            for b in page.items
        ),
        links=(Link("All of them", address("/buildings", None, **query)),),
        next=("Which buildings are the worst by EUI?",),
    )


async def building_details(ctx: Context, args: OnBuilding) -> ToolResult:
    """What is known about a building."""
    building = await ctx.building(args.building)
    known = {
        "Floor area": fmt.quantity(building.area_m2, "m²") if building.area_m2 else "",
        "Use": building.sub_use or building.primary_use or "",
        "Year built": str(building.year_built or ""),
        "Floors": str(building.floors or ""),
        "Occupants": fmt.number(building.occupants) if building.occupants else "",
        "Heating": building.heating_type or "",
        "Metered": ", ".join(CARRIER_LABEL[carrier] for carrier in building.carriers),
        "Site": building.site,
        "Time zone": building.time_zone,
    }
    return ToolResult(
        headline="{building} at {site}" + (" has {area}." if building.area_m2 else " has no floor area on record."),
        facts={
            "building": Fact(building.label),
            "site": Fact(building.site),
            "area": Fact(known["Floor area"], building.area_m2, "m²"),
        },
        rows=tuple(Row(label, text) for label, text in known.items() if text),
        links=(Link(building.label, f"/buildings/{building.id}"),),
        next=(f"Is {building.name} efficient compared with its peers?", f"Anything unusual at {building.name}?"),
    )
