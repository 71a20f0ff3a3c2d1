"""Tools about what to do: measures, reports."""

from datetime import timedelta

from eaio.agents.models import Chart, CreateReport, Fact, Link, RecommendMeasures, Row, ToolResult
from eaio.agents.service import context as facts
from eaio.agents.service.context import Context, address
from eaio.infra.charts.models import Bar, RankingChart, about
from eaio.recommendations import service as recommendations
from eaio.recommendations.models import Filters
from eaio.recommendations.models.stored import Summary
from eaio.timeseries import format as fmt

LISTED = 6


async def recommend_measures(ctx: Context, args: RecommendMeasures) -> ToolResult:
    """Measures by worth, each with what in the data triggered it, savings, cost and payback."""
    building = await ctx.building(args.building) if args.building else None
    wanted = Filters(
        building=building.id if building else None,
        site=ctx.site_id(args.site),
        payback=args.max_payback_years,
        limit=LISTED,
    )
    page = await recommendations.list_recommendations(ctx.conn, ctx.organisation, wanted)
    scope = building.label if building else args.site or "the portfolio"
    link = f"/buildings/{building.id}/recommendations" if building else "/recommendations"
    query = {"site": str(wanted.site) if wanted.site else None, "payback": _plain(args.max_payback_years)}
    known = {"scope": Fact(scope), "count": facts.count(page.totals.count)}
    limit = ""
    if args.max_payback_years is not None:
        known["payback"] = Fact(f"{args.max_payback_years:g} years", args.max_payback_years)
        limit = " with a payback under {payback}"
    if not page.items:
        return ToolResult(
            headline=f"No measures{limit} are on the table for {{scope}}.",
            facts=known,
            links=(Link("Recommendations", address(link, None, **query)),),
            caveats=("They are found from the readings; run an analysis if readings came in just now.",),
        )
    top = page.items[0]
    known |= _measure_facts(top) | {
        "money": facts.money(page.totals.money),
        "saved_co2": facts.co2(page.totals.co2),
        "npv": facts.money(page.totals.npv),
        "cost": facts.money(page.totals.cost),
    }
    where = "" if building else " at {where}"
    return ToolResult(
        headline=f"{{count}} measures{limit} are on the table for {{scope}}; start with {{first}}{where}: {{why}}",
        detail=(
            "This one saves {first_low} to {first_high} a year; all of them cost {cost}, net present value {npv}.",
        ),
        money=("Together they would save about {money} and {saved_co2} a year.",),
        facts=known,
        rows=tuple(_row(item, with_building=building is None) for item in page.items),
        chart=_chart(page.items, with_building=building is None),
        links=(
            Link("Recommendations", address(link, None, **query)),
            Link("The first one", f"/recommendations/{top.id}"),
        ),
        caveats=("Overlapping savings are counted once; prices and costs are the editable figures under Settings.",),
        next=(f"Anything unusual at {top.building}?", f"Is {top.building} efficient compared with its peers?"),
    )


def _plain(years: float | None) -> str | None:
    return None if years is None else f"{years:g}"


def _measure_facts(top: Summary) -> dict[str, Fact]:
    return {
        "first": Fact(top.name),
        "where": Fact(top.building.replace("_", " ")),
        "why": Fact(facts.sentence(top.sentence)),
        "first_low": facts.money(top.money_low),
        "first_high": facts.money(top.money_high),
    }


def _row(item: Summary, *, with_building: bool) -> Row:
    where = f"{item.building.replace('_', ' ')}: " if with_building else ""
    terms = [
        *([f"cost {fmt.money(item.cost)}"] if item.cost is not None else []),
        *([f"payback {fmt.number(item.payback)} years"] if item.payback is not None else []),
    ]
    return Row(
        f"{where}{item.name}", f"{fmt.money(item.money)} a year", ", ".join(terms), f"/recommendations/{item.id}"
    )


def _chart(items: tuple[Summary, ...], *, with_building: bool) -> Chart:
    bars = [
        Bar(
            f"{item.name}, {item.building.replace('_', ' ')}" if with_building else item.name,
            item.money,
            fmt.money(item.money),
            f"/recommendations/{item.id}",
        )
        for item in items
    ]
    over = about(f"Likely savings of {len(bars)} recommendations, from the readings of the last analysed year")
    return Chart("ranking", "Savings a year", data=RankingChart(unit="USD a year", bars=bars, about=over))


async def create_report(ctx: Context, args: CreateReport) -> ToolResult:
    """The address of a report about a building or the portfolio; it is made when it is opened."""
    building = await ctx.building(args.building) if args.building else None
    form = args.format or "pdf"
    last = args.end - timedelta(days=1) if args.end else None
    query = {
        "subject": "building" if building else "portfolio",
        "building": str(building.id) if building else None,
        "start": args.start.isoformat() if args.start else None,
        "end": last.isoformat() if last else None,
        "format": form,
    }
    period = facts.during(args.start, args.end) if args.start and args.end else Fact("over the last twelve months")
    return ToolResult(
        headline="The {form} report on {scope} {period} is ready to open.",
        facts={
            "form": Fact(form.upper()),
            "scope": Fact(building.label if building else "the portfolio"),
            "period": period,
        },
        links=(
            Link(f"Open the {form.upper()}", address("/reports/download", None, **query)),
            Link("Reports", "/reports"),
        ),
    )
