"""Tools about what comes: forecast, weather."""

from collections.abc import Sequence
from datetime import date, timedelta

import polars as pl

from eaio.agents.models import Chart, Consumption, Fact, Forecast, Link, Row, Scenario, ToolResult, WeatherAt
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.agents.service.using import consumption
from eaio.buildings import service as buildings
from eaio.forecasting import service as forecasting
from eaio.forecasting.models import DEFAULT_HORIZON, LONGEST, SHORTEST, Outlook, Total
from eaio.infra.errors import InsufficientData
from eaio.metering import service as metering
from eaio.recommendations import service as recommendations
from eaio.recommendations.models import Filters
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, KWH

DEGREE_DAY_BASE = 18.3
"""Degrees Celsius (65 F), as US utilities count degree days."""


async def forecast(ctx: Context, args: Forecast) -> ToolResult:
    """The coming load of a building with its band and past error; up to fourteen days."""
    building = await ctx.building(args.building)
    wanted = args.horizon_hours or DEFAULT_HORIZON
    if wanted > LONGEST:
        return await _beyond(ctx, args)
    hours = max(SHORTEST, wanted)
    outlook = await forecasting.building_outlook(ctx.conn, ctx.organisation, building.id, args.carrier, hours)
    query = {"carrier": outlook.carrier.value, "horizon": str(hours)}
    notes, said = facts.quoted("note", outlook.notes[:1])
    saved, optimised = await _optimised(ctx, building.id, hours) if args.scenario is Scenario.OPTIMISED else ({}, ())
    return ToolResult(
        headline=_course(args.scenario),
        detail=("Past day-ahead forecasts of this building missed by {error} (CV(RMSE)).",),
        action=(*optimised, "The highest hour is expected on {peak_at} with {peak}."),
        facts={"building": Fact(building.label)} | _outlook_facts(outlook) | notes | saved,
        rows=tuple(_day_row(outlook, day) for day in outlook.days),
        chart=Chart(
            "load",
            f"{CARRIER_LABEL[outlook.carrier]}, forecast",
            src=address(f"/buildings/{building.id}/forecast.json", None, **query),
        ),
        links=(Link(f"Forecast of {building.label}", address(f"/buildings/{building.id}/forecast", None, **query)),),
        caveats=said,
        next=(f"Anything unusual at {building.name}?", f"Peak demand of {building.name}"),
    )


def _course(scenario: Scenario | None) -> str:
    if scenario is Scenario.WORST_CASE:
        return (
            "At worst {building} will use {high} of {carrier} in the {hours} hours from {from}, with an hour of up to "
            "{worst_peak}; {total} is expected. The band held {level} of past hours."
        )
    return "{building} will use about {total} of {carrier} in the {hours} hours from {from}, between {low} and {high}."


def _outlook_facts(outlook: Outlook) -> dict[str, Fact]:
    top = max(outlook.points, key=lambda point: point.value)
    power = "kW" if outlook.unit == KWH else "L an hour"
    return {
        "carrier": Fact(CARRIER_LABEL[outlook.carrier].lower()),
        "total": facts.measured(sum(day.value for day in outlook.days), outlook.unit),
        "low": facts.measured(sum(day.low for day in outlook.days), outlook.unit),
        "high": facts.measured(sum(day.high for day in outlook.days), outlook.unit),
        "hours": facts.count(sum(day.hours for day in outlook.days)),
        "from": Fact(fmt.moment(outlook.points[0].local)),
        "peak": facts.number(top.value, power),
        "peak_at": Fact(fmt.moment(top.local)),
        "worst_peak": facts.number(max(point.high for point in outlook.points), power),
        "error": facts.share(outlook.error),
        "level": Fact(f"{outlook.level} %", outlook.level),
    }


def _day_row(outlook: Outlook, day: Total) -> Row:
    first = next(point.local for point in outlook.points if point.time == day.start)
    band = f"{fmt.quantity(day.low, outlook.unit)} to {fmt.quantity(day.high, outlook.unit)}"
    return Row(f"From {first:%a} {fmt.moment(first)}", fmt.quantity(day.value, outlook.unit), band)


async def _optimised(ctx: Context, building: object, hours: int) -> tuple[dict[str, Fact], tuple[str, ...]]:
    """What the measures on the table would save over the horizon, as the difference to the forecast."""
    wanted = Filters(building=building, limit=1)  # type: ignore[arg-type]
    totals = (await recommendations.list_recommendations(ctx.conn, ctx.organisation, wanted)).totals
    if not totals.energy_kwh:
        return {}, ("No measure is on the table yet that would lower this.",)
    saving = facts.measured(totals.energy_kwh * hours / 8760, KWH)
    sentence = (
        "With all {measures} measures on the table, all carriers together would use about {saving} less in that time."
    )
    return {"saving": saving, "measures": facts.count(totals.counted)}, (sentence,)


async def _beyond(ctx: Context, args: Forecast) -> ToolResult:
    """Further ahead than forecasts reach: say so, with the last twelve months as the best guide."""
    last = await consumption(ctx, Consumption(building=args.building, carrier=args.carrier))
    return ToolResult(
        headline="Forecasts reach {longest} days ahead so far, so this horizon has none yet. As a guide: "
        + last.headline,
        detail=last.detail,
        money=last.money,
        facts={**last.facts, "longest": facts.count(LONGEST // 24)},
        chart=last.chart,
        links=last.links,
        caveats=last.caveats,
        next=(f"Forecast the next 14 days for {args.building}",),
    )


async def weather(ctx: Context, args: WeatherAt) -> ToolResult:
    """Measured weather of a site by day; for days to come, what former years had."""
    site_id = ctx.site_id(args.site)
    if site_id is None and args.building:
        site_id = (await ctx.building(args.building)).site_id
    if site_id is None and len(ctx.names.sites) == 1:
        site_id = next(iter(ctx.names.sites.values()))
    if site_id is None:
        raise InsufficientData(f"Which site? There are {', '.join(list(ctx.names.sites)[:8])}.")
    site = await buildings.site_of(ctx.conn, ctx.organisation, site_id)
    end = args.end or ctx.names.today + timedelta(days=1)
    start = args.start or end - timedelta(days=7)
    days = await metering.weather_daily(ctx.conn, ctx.organisation, site.id, start, end)
    if days.is_empty():
        return await _former_years(ctx, site.id, site.name, start, end)
    known, rows = _weather_facts(days), _weather_rows(days)
    return ToolResult(
        headline="{site} had {mean} on average {period}, between {low} and {high}.",
        detail=("That makes {hdd} heating and {cdd} cooling degree days (base {base}).",),
        facts={"site": Fact(site.name)} | known,
        rows=rows,
        links=(Link(site.name, f"/sites/{site.id}"),),
        next=(f"Total consumption of site {site.name}",),
    )


def _weather_facts(days: pl.DataFrame) -> dict[str, Fact]:
    mean = days["mean"]
    first, last = days["day"][0], days["day"][-1]
    return {
        "mean": facts.degrees(_float(mean.mean())),
        "low": facts.degrees(_float(days["minimum"].min())),
        "high": facts.degrees(_float(days["maximum"].max())),
        "hdd": facts.number(float((DEGREE_DAY_BASE - mean).clip(0).sum()), "K d"),
        "cdd": facts.number(float((mean - DEGREE_DAY_BASE).clip(0).sum()), "K d"),
        "base": facts.degrees(DEGREE_DAY_BASE),
        "period": facts.during(first, last + timedelta(days=1)),
    }


def _float(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) else None


def _weather_rows(days: pl.DataFrame) -> tuple[Row, ...]:
    if days.height > 14:
        months = days.group_by(pl.col("day").dt.truncate("1mo"), maintain_order=True).agg(
            pl.col("mean").mean(), pl.col("minimum").min(), pl.col("maximum").max()
        )
        return tuple(
            Row(f"{day:%b %Y}", f"{mean:.1f} °C", f"{low:.1f} to {high:.1f} °C")
            for day, mean, low, high in months.tail(12).rows()
        )
    return tuple(
        Row(fmt.day(day), f"{mean:.1f} °C", f"{low:.1f} to {high:.1f} °C")
        for day, mean, low, high in days.select("day", "mean", "minimum", "maximum").rows()
    )


async def _former_years(ctx: Context, site_id: object, site: str, start: date, end: date) -> ToolResult:
    """No measured weather for these days: the same days of the latest year that has them."""
    for years in range(1, 6):
        try:
            first, last = start.replace(year=start.year - years), end.replace(year=end.year - years)
        except ValueError:
            first, last = start - timedelta(days=365 * years), end - timedelta(days=365 * years)
        days = await metering.weather_daily(ctx.conn, ctx.organisation, site_id, first, last)  # type: ignore[arg-type]
        if days.height:
            known = _weather_facts(days) | {"asked": facts.during(start, end), "site": Fact(site)}
            sentences: Sequence[str] = (
                "No weather forecast is connected, so the weather of {site} {asked} is not known.",
                "A year with readings had {mean} on average {period}, between {low} and {high}.",
            )
            return ToolResult(
                headline=" ".join(sentences),
                facts=known,
                rows=_weather_rows(days),
                links=(Link(site, f"/sites/{site_id}"),),
            )
    raise InsufficientData(f"There is no weather of {site} for {fmt.period(start, end)}.")
