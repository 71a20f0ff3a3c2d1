"""Figures of money: where the cost lies, and how far the measures bring it down."""

from collections.abc import Sequence

from eaio.infra.charts import models as charts
from eaio.reports.compute.figures import panel
from eaio.reports.models import Figure, MeasureLine, Member, Opportunity
from eaio.timeseries.format import money

STEPS = 6
"""Measures with a bar of their own; the rest share one."""
BARS = 15
LABEL = 13
"""Letters in a line of a waterfall's label."""


def opportunity_of(lines: Sequence[MeasureLine]) -> Opportunity | None:
    """What the measures that pay come to together; None without any. Overlaps are counted once in each line."""
    paying = [line for line in lines if line.pays]
    if not paying:
        return None
    return Opportunity(
        count=len(paying),
        buildings=len({line.building for line in paying}),
        money=sum(line.money[1] for line in paying),
        cost=sum(line.cost or 0.0 for line in paying),
        npv=sum(line.npv or 0.0 for line in paying),
        co2=sum(line.co2 for line in paying),
        energy=sum(line.energy for line in paying),
    )


def waterfall_figure(baseline: float, lines: Sequence[MeasureLine], currency: str) -> Figure | None:
    """From the yearly cost now, measure by measure, to the cost that remains when all that pay are done."""
    sums: dict[str, float] = {}
    for line in lines:
        if line.pays:
            sums[line.name] = sums.get(line.name, 0.0) + line.money[1]
    saving = sorted(((name, value) for name, value in sums.items() if value > 0), key=lambda pair: -pair[1])
    if not saving or baseline <= 0:
        return None
    own, rest = saving[:STEPS], saving[STEPS:]
    if rest:
        own.append((f"{len(rest)} more", sum(value for _, value in rest)))
    after = baseline - sum(value for _, value in saving)
    steps = [
        charts.Step("Now", baseline, money(baseline, currency), True),
        *(charts.Step(_packed(name), -value, money(-value, currency)) for name, value in own),
        charts.Step("Then", after, money(after, currency), True),
    ]
    return Figure(
        name="waterfall",
        title=f"Cost a year, now and with every measure that pays, {currency}",
        note="Each bar hangs where the one before it ends. Savings that overlap are counted once, after upkeep. "
        "“Now” is a year of the readings behind the measures, at the prices of this report.",
        panels=(panel("waterfall", charts.WaterfallChart(unit="", steps=steps), height=190),),
    )


def _packed(name: str) -> str:
    """A name in lines of about ``LABEL`` letters: the chart breaks at spaces, so those within a line do not break."""
    lines: list[str] = []
    for word in name.split():
        if lines and len(lines[-1]) + len(word) < LABEL:
            lines[-1] += f"\u00a0{word}"
        else:
            lines.append(word)
    return " ".join(lines)


def league_figure(members: Sequence[Member], currency: str) -> Figure | None:
    """The buildings that cost most, and those that take most for their floor area."""
    dear = _first(members, [member.money for member in members])
    intense = _first(members, [member.eui for member in members])
    if len(dear) < 2:
        return None
    costs = [charts.Bar(member.name, member.money or 0.0, money(member.money, currency)) for member in dear]
    rates = [charts.Bar(member.name, member.eui or 0.0, f"{member.eui:,.0f}") for member in intense]
    panels = [
        panel("ranking", charts.RankingChart(unit=currency, bars=costs), title=f"Cost over the period, {currency}")
    ]
    if len(rates) > 1:
        chart = charts.RankingChart(unit="kWh/m² a year", bars=rates)
        panels.append(panel("ranking", chart, title="Energy use intensity, kWh/m² a year"))
    few = f"the first {len(dear)} of {len(members):,} buildings" if len(members) > len(dear) else "all buildings"
    return Figure(
        name="league",
        title=f"Cost and intensity: {few}",
        note="All carriers at the prices of this report, of the readings that are present. Intensity: bought energy of "
        "all metered carriers over the floor area, as read, scaled to a year. Compare like with like: a laboratory "
        "takes several times what an office takes.",
        panels=tuple(panels),
    )


def _first(members: Sequence[Member], values: Sequence[float | None]) -> list[Member]:
    """The ``BARS`` members with the largest known values."""
    known = [(value, member) for value, member in zip(values, members, strict=True) if value]
    return [member for _, member in sorted(known, key=lambda pair: -pair[0])[:BARS]]
