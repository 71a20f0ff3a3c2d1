"""The verdict in one sentence and the points behind it, put together from the numbers."""

from collections.abc import Sequence
from math import floor

from eaio.reports.models import (
    FindingLine,
    Findings,
    KeyFigures,
    Kind,
    MeasureLine,
    Member,
    Opportunity,
    QualityLine,
    Use,
)
from eaio.timeseries.format import co2, money, number, percent, quantity
from eaio.timeseries.units import CARRIER_LABEL, IMPORTED_ENERGY, Carrier

WATER_WORDS = {Carrier.WATER: "water", Carrier.IRRIGATION: "irrigation water"}

EVEN = 0.01
"""Changes below this share are called the same."""
THIN = 0.9
"""Below this coverage the verdict says how much was measured."""


def verdict(
    kind: Kind,
    subject: str,
    key: KeyFigures,
    opportunity: Opportunity | None,
    currency: str,
    uses: Sequence[Use] = (),
) -> str:
    """One sentence: how much, what it cost, against what, and what can be saved."""
    used = f"used {quantity(key.energy, 'kWh')} of energy" if key.energy is not None else _besides_energy(uses)
    costs = key.money is not None and (key.energy is not None or key.money > 0)
    parts = [
        f"{subject} {used}",
        f" at a cost of {money(key.money, currency)}" if costs else "",
        f", {against(key.change)}" if key.change is not None else "",
        f", as far as {percent(key.coverage)} of the readings show" if 0 < key.coverage < THIN else "",
    ]
    sentence = "".join(parts)
    return f"{sentence}; {_worth(opportunity, currency, kind)}." if opportunity else f"{sentence}."


def _besides_energy(uses: Sequence[Use]) -> str:
    """What a subject did that buys no energy: it generated, or used water."""
    said = [
        f"{'generated' if use.carrier is Carrier.SOLAR else 'used'} {quantity(use.total, use.unit)} of "
        f"{'solar power' if use.carrier is Carrier.SOLAR else WATER_WORDS[use.carrier]}"
        for use in uses
        if use.total is not None and (use.carrier is Carrier.SOLAR or use.carrier in WATER_WORDS)
    ]
    return " and ".join(said) or "has no energy readings in this period"


def against(change: float) -> str:
    """A change in words."""
    if abs(change) < EVEN:
        return "as much as in the year before"
    return f"{percent(abs(change))} {'more' if change > 0 else 'less'} than in the year before"


def _worth(opportunity: Opportunity, currency: str, kind: Kind) -> str:
    count = "one measure" if opportunity.count == 1 else f"{opportunity.count:,} measures"
    where = f" in {opportunity.buildings:,} buildings" if kind is Kind.PORTFOLIO and opportunity.buildings > 1 else ""
    text = f"{count}{where} would save {money(opportunity.money, currency)} a year"
    if opportunity.payback is None:
        return text
    repaid = "at once" if opportunity.payback < 0.05 else f"in {number(opportunity.payback, 2)} years"
    return f"{text} and pay back {repaid}"


def change_point(key: KeyFigures, uses: Sequence[Use]) -> str | None:
    """Which carriers moved the total."""
    if key.change is None:
        return None
    moved = [
        f"{use.label.lower()} {percent(use.change, True)}"
        for use in uses
        if use.change is not None and use.carrier in IMPORTED_ENERGY
    ]
    together = f"Bought energy: {against(key.change)}" if abs(key.change) >= EVEN else "Bought energy is as before"
    return f"{together} ({', '.join(moved)})." if moved else f"{together}."


def findings_point(findings: Sequence[FindingLine], total: int, currency: str) -> str:
    """How many anomalies, and the most expensive one."""
    if not total:
        return "No anomalies were found in this period."
    count = "One anomaly was" if total == 1 else f"{total:,} anomalies were"
    dear = [line for line in findings if line.money is not None and line.money > 0]
    if not dear:
        return f"{count} found in this period; no cost above normal is known."
    worst = max(dear, key=lambda line: line.money or 0.0)
    at = f" at {worst.building}" if len({line.building for line in findings}) > 1 else ""
    told = worst.explanation.rstrip(".")
    return f"{count} found in this period. The most expensive one{at} ({money(worst.money, currency)}): {told}."


def measures_point(measures: Sequence[MeasureLine], opportunity: Opportunity | None, currency: str) -> str | None:
    """The best measure."""
    best = next((line for line in measures if line.pays), None)
    if best is None or opportunity is None:
        return None
    cost = f" for {money(best.cost, currency)}" if best.cost is not None else ""
    at = f" at {best.building}" if opportunity.buildings > 1 else ""
    return f"First in rank: {best.name.lower()}{at}, {money(best.money[1], currency)} a year{cost}. {best.sentence}"


def concentration_point(members: Sequence[Member], currency: str) -> str | None:
    """How much of the cost lies in few buildings."""
    costs = sorted((member.money for member in members if member.money), reverse=True)
    if len(costs) < 4:
        return None
    few = max(1, len(costs) // 5)
    share = sum(costs[:few]) / sum(costs)
    names = "the most expensive building" if few == 1 else f"the {few} most expensive buildings"
    return f"{percent(share)} of the cost, {money(sum(costs[:few]), currency)}, lies in {names}."


def quality_statement(key: KeyFigures, counted: str, worst: str | None) -> str:
    """How complete the data are, in words."""
    missing = max(0, key.expected - key.readings)
    sentences = [
        f"{key.readings:,} of {key.expected:,} {counted} present ({whole_percent(key.coverage)}), {missing:,} missing.",
        f"{100 * key.estimated_share:.1f} % of those present are estimated, the rest are as measured."
        if key.estimated
        else "None of those present are estimated: all are as measured.",
        *(
            [
                f"{key.faulty_hours:,.0f} meter-hours are present but faulty, as the analysis found (dead, stuck or "
                "wrongly scaled meters); they are summed as they stand and compare with nothing."
            ]
            if key.faulty_hours >= 1
            else []
        ),
        "Missing readings are not filled in: sums are of what is there, and so err on the low side.",
    ]
    if worst:
        sentences.append(worst)
    return " ".join(sentences)


def whole_percent(share: float) -> str:
    """A share present as percent, rounded down: only what is complete reads 100.0 %."""
    return f"{floor(share * 1000 + 1e-9) / 10:.1f} %"


def worst_point(lines: Sequence[QualityLine]) -> str | None:
    """The least complete line, where it is thin."""
    worst = min(lines, key=lambda line: line.coverage, default=None)
    if worst is None or worst.coverage >= THIN:
        return None
    label = CARRIER_LABEL[worst.carrier].lower()
    return f"Least complete: {worst.name}, {label}, {whole_percent(worst.coverage)} present."


def findings_text(found: Findings, currency: str) -> str:
    """What stands over the table of anomalies."""
    if not found.analysed:
        return "The readings have not been analysed yet; analyse the building, then print this report again."
    if not found.total:
        return "No anomalies were found in this period."
    faults = sum(line.data_fault for line in found.lines)
    cost = sum(line.money for line in found.lines if line.money is not None and line.money > 0)
    worth = f"cost {money(cost, currency)} above normal" if cost else "cost nothing above normal, as far as is known"
    if found.total == 1:
        return f"One anomaly overlaps this period{', a fault of the data' if faults else ''}. It {worth}."
    shown = "Of them," if len(found.lines) == found.total else f"Of the {len(found.lines)} shown here,"
    kinds = f"{faults or 'none'} {'are faults' if faults > 1 else 'is a fault'} of the data"
    return f"{found.total:,} anomalies overlap this period. {shown} {kinds}; together they {worth}."


def measures_text(opportunity: Opportunity | None, key: KeyFigures, days: int, currency: str) -> str:
    """What stands over the table of recommendations."""
    if opportunity is None:
        return (
            "No measures are proposed: none was found worth its cost, or nobody has searched the readings for any yet."
        )
    yearly = key.money * 365.25 / days if key.money and days >= 330 else None
    share = f", {percent(opportunity.money / yearly)} of what this period cost" if yearly else ""
    return (
        f"Together the measures that pay save {money(opportunity.money, currency)} a year{share}, "
        f"{quantity(opportunity.energy, 'kWh')} and {co2(opportunity.co2)}, for {money(opportunity.cost, currency)} "
        "once. Overlaps are counted once; a measure that does the same job as a better one, or that is worth less than "
        "it costs, is shown but not counted. Ranges run from the least saving to the most."
    )
