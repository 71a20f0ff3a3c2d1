"""Figures of money: where the cost lies, and how far the measures bring it down."""

from collections.abc import Mapping, Sequence

from eaio.infra.charts import models as charts
from eaio.recommendations.models import Baseline, MeasureSum
from eaio.reports.compute.figures import panel
from eaio.reports.models import Figure, Member
from eaio.timeseries.format import money

STEPS = 6
"""Measures with a bar of their own; the rest share one."""
BARS = 15


def waterfall_figure(
    baseline: Baseline, sums: Sequence[MeasureSum], names: Mapping[str, str], currency: str
) -> Figure | None:
    """From the yearly cost now, measure by measure, to the cost that remains."""
    saving = [item for item in sums if item.money > 0]
    if not saving or baseline.money <= 0:
        return None
    own, rest = saving[:STEPS], saving[STEPS:]
    steps = [charts.Step("Now", baseline.money, money(baseline.money, currency), True)]
    steps += [
        charts.Step(names.get(item.measure, item.measure), -item.money, money(-item.money, currency)) for item in own
    ]
    if rest:
        together = -sum(item.money for item in rest)
        steps.append(charts.Step(f"{len(rest)} more", together, money(together, currency)))
    after = baseline.money - sum(item.money for item in saving)
    steps.append(charts.Step("Then", after, money(after, currency), True))
    return Figure(
        name="waterfall",
        title=f"Cost a year, now and with every measure that counts, {currency}",
        note="Each bar hangs where the one before it ends. Savings that overlap are counted once, after upkeep. "
        "“Now” is a year of the readings behind the measures.",
        panels=(panel("waterfall", charts.WaterfallChart(unit=currency, steps=steps), height=190),),
    )


def ranking_figure(members: Sequence[Member], currency: str) -> Figure | None:
    """The buildings that cost most."""
    dear = sorted((member for member in members if member.money), key=lambda member: -(member.money or 0.0))[:BARS]
    if len(dear) < 2:
        return None
    bars = [charts.Bar(member.name, member.money or 0.0, money(member.money, currency)) for member in dear]
    few = f"the {len(dear)} most expensive of {len(members):,}" if len(members) > len(dear) else "all buildings"
    return Figure(
        name="ranking",
        title=f"Cost by building: {few}",
        note="All carriers at the prices of this report, over the period, of the readings that are present.",
        panels=(panel("ranking", charts.RankingChart(unit=currency, bars=bars)),),
    )


def intensity_figure(members: Sequence[Member]) -> Figure | None:
    """Energy use intensity of the buildings, most intense first."""
    known = sorted((member for member in members if member.eui), key=lambda member: -(member.eui or 0.0))[:BARS]
    if len(known) < 2:
        return None
    bars = [charts.Bar(member.name, member.eui or 0.0, f"{member.eui:,.0f}") for member in known]
    return Figure(
        name="intensity",
        title="Energy use intensity, kWh/m² a year",
        note="Bought energy of all metered carriers over the floor area, scaled to a year. Compare like with like: a "
        "laboratory takes several times what an office takes.",
        panels=(panel("ranking", charts.RankingChart(unit="kWh/m² a year", bars=bars)),),
    )
