"""From a building's signals to its ranked recommendations."""

from collections.abc import Sequence

from msgspec.structs import replace

from eaio.recommendations.compute import finance
from eaio.recommendations.compute.case import case_of, least_value
from eaio.recommendations.compute.catalogue import CATALOGUE
from eaio.recommendations.compute.combine import Pools, combine, pools_of
from eaio.recommendations.compute.inputs import Inputs
from eaio.recommendations.compute.peers import Peers
from eaio.recommendations.compute.rules import detect
from eaio.recommendations.compute.rules.view import View
from eaio.recommendations.compute.signals import Signals
from eaio.recommendations.models import Contribution, Opportunity, Range
from eaio.timeseries.format import money, number, percent
from eaio.timeseries.units import KWH, UNIT_OF

PART = 0.05
"""Below this share of its own saving a measure adds nothing to the one that it is part of."""


def recommend(
    signals: Signals, peers: Peers, inputs: Inputs, rejected: frozenset[str] = frozenset()
) -> tuple[Opportunity, ...]:
    """Everything the data of a building support, best first, each with what it adds to the better ones.

    ``rejected`` measures stay in the list and count for nothing.
    """
    view = View(signals, peers)
    found = [case_of(CATALOGUE[code], evidence, view, inputs) for code, evidence in detect(view)]
    ordered = sorted((case for case in found if case is not None), key=_order)
    return with_contributions(_marked(ordered, rejected), pools_of(view), inputs, rejected)


def _order(case: Opportunity) -> tuple[bool, float, float]:
    """Unpriced last; then by risk-adjusted value; then by confidence."""
    return case.cost is None, -case.value, -case.confidence


def _marked(ordered: Sequence[Opportunity], rejected: frozenset[str]) -> list[Opportunity]:
    """Number the measures and mark those that a better one makes unnecessary."""
    counted: list[Opportunity] = []
    marked: list[Opportunity] = []
    for rank, case in enumerate(ordered, start=1):
        rival = next((other for other in counted if _same_job(case.measure, other.measure)), None)
        if rival is None and pays(case) and case.measure not in rejected:
            counted.append(case)
        marked.append(
            replace(case, rank=rank, beaten_by=rival.measure if rival else "", reason=_reason(case, rank, rival))
        )
    return marked


def pays(case: Opportunity) -> bool:
    """Whether it can be priced and is worth more than it costs at the likely figures."""
    return case.cost is not None and case.finance.npv is not None and case.finance.npv.likely > 0


def _same_job(one: str, other: str) -> bool:
    return other in CATALOGUE[one].excludes or one in CATALOGUE[other].excludes


def _reason(case: Opportunity, rank: int, rival: Opportunity | None) -> str:
    """Why a measure stands where it does, in words."""
    if case.finance.npv is None or case.cost is None:
        return "Last, because it cannot be priced: enter the building's floor area."
    npv, least = case.finance.npv, least_value(case.money, case.cost, case.finance)
    text = (
        f"Rank {rank}: worth {money(case.value)} after risk. Net present value {money(npv.likely)} at the likely "
        f"figures, weighed with {percent(case.confidence)} confidence against {money(least)} "
        "if only the least saving comes."
    )
    if case.finance.payback is not None:
        text += f" It pays back in {years(case.finance.payback)} and lasts {case.finance.life} years."
    if not pays(case):
        text += " Not counted in totals: at these prices it does not pay; it is shown for the carbon that it saves."
    if rival is not None:
        text += f" Not counted in totals: “{CATALOGUE[rival.measure].name}” does this job too and is worth more here."
    return text


def years(value: float) -> str:
    """A time as people say it: months up to two years."""
    months = max(round(12 * value), 1)
    if months < 24:
        return f"{months} month{'' if months == 1 else 's'}"
    return f"{number(value, 2)} years"


def with_contributions(
    cases: Sequence[Opportunity], pools: Pools, inputs: Inputs, rejected: frozenset[str] = frozenset()
) -> tuple[Opportunity, ...]:
    """Each counted measure with what it adds to those ranked before it, so that no sum counts twice."""
    counted: list[Opportunity] = []
    before = combine([], pools, inputs)
    out: list[Opportunity] = []
    for case in cases:
        if case.beaten_by or case.cost is None or not pays(case) or case.measure in rejected:
            out.append(case)
            continue
        after = combine([*counted, case], pools, inputs)
        added = after.money.likely - before.money.likely
        umbrella = next((other.measure for other in counted if case.measure in CATALOGUE[other.measure].includes), None)
        if umbrella and added < PART * case.money.likely:
            out.append(replace(case, beaten_by=umbrella, reason=case.reason + _part_of(umbrella)))
            continue
        counted.append(case)
        factor = finance.uniform_present_value(case.finance.rate, case.finance.life, inputs.likely("escalation"))
        kwh = sum(_kwh(after.energy.get(c), before.energy.get(c)) for c in after.energy if UNIT_OF[c] == KWH)
        net = Contribution(added, after.co2.likely - before.co2.likely, kwh, added * factor - case.cost.likely)
        out.append(replace(case, net=net))
        before = after
    return tuple(out)


def _part_of(umbrella: str) -> str:
    return f" Not counted in totals: it is part of “{CATALOGUE[umbrella].name}”, which is."


def _kwh(after: Range | None, before: Range | None) -> float:
    return (after.likely if after else 0.0) - (before.likely if before else 0.0)
