"""Tools about the shape of a load: peak demand, load profile, weather sensitivity."""

import polars as pl

from eaio.agents.models import Chart, Fact, Link, OverCarrier, Row, ToolResult
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.analysis import service as analysis
from eaio.analysis.models import ModelKind
from eaio.infra.cpu import run_cpu
from eaio.infra.errors import InsufficientData
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL


async def peak_demand(ctx: Context, args: OverCarrier) -> ToolResult:
    """The highest hour of a building, faulty hours left out, and how it stands to the mean."""
    building = await ctx.building(args.building)
    meters = await ctx.meters(building, args.carrier)
    views = [await analysis.meter_view(ctx.conn, ctx.organisation, meter.id, args.start, args.end) for meter in meters]
    whole = await run_cpu(_added, [view.clean for view in views])
    if whole.is_empty():
        raise InsufficientData(f"{building.label} has no trusted hours in that period.")
    top = whole.sort("value", descending=True).row(0, named=True)
    mean = float(whole["value"].mean() or 0)  # type: ignore[arg-type]
    carrier, unit = meters[0].carrier, "kW" if meters[0].unit == "kWh" else "L an hour"
    asked = ctx.asked(args, carrier=carrier)
    months = whole.group_by(pl.col("local").dt.truncate("1mo"), maintain_order=True).agg(pl.col("value").max()).tail(12)
    return ToolResult(
        headline="The {carrier} peak of {building} {period} was {peak}, in the hour from {moment}.",
        detail=("The mean was {mean}, a load factor of {factor}.",),
        facts={
            "building": Fact(building.label),
            "carrier": Fact(CARRIER_LABEL[carrier].lower()),
            "period": facts.during(views[0].start, views[0].end),
            "peak": facts.number(top["value"], unit),
            "moment": Fact(fmt.moment(top["local"])),
            "mean": facts.number(mean, unit),
            "factor": facts.share(mean / top["value"] if top["value"] else None),
        },
        rows=tuple(Row(f"{month:%b %Y}", f"{fmt.number(value)} {unit}") for month, value in months.rows()),
        chart=Chart(
            "load", f"{CARRIER_LABEL[carrier]} load", src=address(f"/buildings/{building.id}/load.json", asked)
        ),
        links=(
            Link(f"{building.label}, {CARRIER_LABEL[carrier].lower()}", address(f"/buildings/{building.id}", asked)),
        ),
        caveats=("Hours that look faulty are left out; hourly values hide shorter peaks.",),
        next=(f"Show the load profile of {building.name}", f"Forecast the next 7 days for {building.name}"),
    )


def _added(frames: list[pl.DataFrame]) -> pl.DataFrame:
    """Hours in which every meter has a trusted value, added up: time, local, value."""
    return (
        pl.concat([frame.select("time", "local", "value") for frame in frames])
        .group_by("time", maintain_order=True)
        .agg(pl.col("local").first(), pl.col("value").sum(), known=pl.col("value").count())
        .filter(pl.col("known") == len(frames))
        .drop("known")
        .sort("time")
    )


async def load_profile(ctx: Context, args: OverCarrier) -> ToolResult:
    """The typical week: base, peak, hours of use, weekday against weekend."""
    building = await ctx.building(args.building)
    meter = (await ctx.meters(building, args.carrier))[0]
    view = await analysis.meter_view(ctx.conn, ctx.organisation, meter.id, args.start, args.end)
    profile = await run_cpu(view.profile)
    unit = "kW" if meter.unit == "kWh" else "L an hour"
    week = [value for value in profile.week[:120] if value is not None]
    weekend = [value for value in profile.week[120:] if value is not None]
    known = {
        "building": Fact(building.label),
        "carrier": Fact(CARRIER_LABEL[meter.carrier].lower()),
        "period": facts.during(view.start, view.end),
        "base": facts.number(profile.near_base, unit),
        "peak": facts.number(profile.near_peak, unit),
        "hours": Fact(profile.occupied_hours or "no clear rhythm"),
        "factor": facts.share(profile.load_factor),
        "weekday": facts.number(sum(week) / len(week) if week else None, unit),
        "weekend": facts.number(sum(weekend) / len(weekend) if weekend else None, unit),
        "ratio": facts.share(profile.unoccupied_ratio),
        "coverage": facts.share(profile.coverage),
    }
    asked = ctx.asked(args, carrier=meter.carrier)
    return ToolResult(
        headline="{building} runs between {base} and {peak} of {carrier}; hours of use: {hours}.",
        detail=("Weekdays average {weekday}, weekends {weekend}; load factor {factor}, {period}.",),
        action=("Outside those hours it still draws {ratio} of its load in use.",) if profile.unoccupied_ratio else (),
        facts=known,
        chart=Chart("profile", "Typical week", src=address(f"/meters/{meter.id}/profile.json", asked)),
        links=(Link(f"Profile of {building.label}", address(f"/meters/{meter.id}", asked)),),
        caveats=("Only {coverage} of the hours have a trusted reading.",) if profile.coverage < facts.ENOUGH else (),
        next=(f"What should we fix first at {building.name}?", f"How weather sensitive is {building.name}?"),
    )


async def weather_sensitivity(ctx: Context, args: OverCarrier) -> ToolResult:
    """How use depends on outdoor temperature: change-point model with its balance points and slopes."""
    building = await ctx.building(args.building)
    meter = (await ctx.meters(building, args.carrier))[0]
    view = await analysis.meter_view(ctx.conn, ctx.organisation, meter.id, args.start, args.end)
    model = await run_cpu(view.model)
    asked = ctx.asked(args, carrier=meter.carrier)
    known = {
        "building": Fact(building.label),
        "carrier": Fact(CARRIER_LABEL[meter.carrier].lower()),
        "period": facts.during(view.start, view.end),
        "heating": facts.degrees(model.heating_balance),
        "cooling": facts.degrees(model.cooling_balance),
        "below": facts.number(model.below, f"{meter.unit} a day"),
        "above": facts.number(model.above, f"{meter.unit} a day"),
        "r2": facts.share(model.r2),
        "cvrmse": facts.share(model.cvrmse),
        "days": facts.count(model.n),
        "kind": Fact(model.kind.value),
    }
    slopes: list[str] = []
    if model.weather_sensitive and model.heating_balance is not None:
        slopes.append("Below {heating} outdoors it uses {below} more for each degree colder.")
    if model.weather_sensitive and model.cooling_balance is not None:
        slopes.append("Above {cooling} it uses {above} more for each degree warmer.")
    if model.weather_sensitive and model.kind == ModelKind.P2:
        known["slope"] = facts.number(model.above or -model.below, f"{meter.unit} a day")
        slopes.append("Each degree warmer changes it by {slope}.")
    verdict = (
        "The {carrier} use of {building} depends on the weather: temperature explains {r2} of the daily variation."
    )
    if not model.weather_sensitive:
        verdict = "The {carrier} use of {building} hardly depends on the weather: temperature explains {r2} of it."
    return ToolResult(
        headline=" ".join([verdict, *slopes]),
        detail=("Change-point model {kind} on {days} days, {period}; CV(RMSE) {cvrmse}.",),
        facts=known,
        chart=Chart("scatter", "Daily use over temperature", src=address(f"/meters/{meter.id}/scatter.json", asked)),
        links=(Link(f"Weather model of {building.label}", address(f"/meters/{meter.id}", asked)),),
        next=(f"What should we fix first at {building.name}?", f"Forecast the next 7 days for {building.name}"),
    )
