"""The business case of one measure: savings by carrier, money, carbon, cost, cash flow, confidence."""

from collections.abc import Iterable, Mapping

from eaio.recommendations.compute import finance
from eaio.recommendations.compute.inputs import Inputs
from eaio.recommendations.compute.rules.view import View
from eaio.recommendations.models import (
    CashFlow,
    CostUnit,
    Evidence,
    InputUsed,
    Measure,
    Opportunity,
    Pays,
    Range,
)
from eaio.timeseries.rates import Checked
from eaio.timeseries.units import Carrier

ZERO = Range(0, 0, 0)
TRUST: Mapping[Checked, float] = {Checked.PRIMARY: 1.0, Checked.SECONDARY: 0.95, Checked.ASSUMED: 0.85}
"""How far a saving share counts, by how far it was followed to its source."""
LEAST_CONFIDENCE = 0.15
MEASURED_TRUST = 0.95
"""Where the saving was derived from this meter's own hours rather than from the catalogue."""


def case_of(measure: Measure, evidence: Evidence, view: View, inputs: Inputs) -> Opportunity | None:
    """Price a measure; None when it is too unsure, or does not pay at the likely figures and is not for carbon."""
    share = evidence.share or inputs.range(f"saving.{measure.code}")
    energy = _energy(measure, evidence, share)
    streams = _streams(measure, evidence, share, energy, view, inputs)
    money = total(streams.values())
    co2 = total(_scaled(span, inputs.rates.co2(carrier, 1.0)) for carrier, span in energy.items())
    cost = _cost(measure, evidence, view, inputs)
    flow = cash_flow(money, cost, int(inputs.likely(f"life.{measure.code}")), inputs)
    pays = flow.npv.likely > 0 if flow.npv is not None else money.likely > 0
    if not pays and not (measure.for_carbon and co2.likely > 0):
        return None
    confidence = _confidence(measure, evidence, view)
    if confidence < LEAST_CONFIDENCE:
        return None
    return Opportunity(
        measure=measure.code,
        evidence=evidence,
        energy=energy,
        streams=streams,
        money=money,
        co2=co2,
        cost=cost,
        finance=flow,
        confidence=confidence,
        value=_risk_adjusted(money, cost, confidence, flow),
        inputs=_used(measure, evidence, energy, inputs),
    )


def _risk_adjusted(money: Range, cost: Range | None, confidence: float, flow: CashFlow) -> float:
    """Confidence times the likely present value, the rest of the weight on the least saving at the likely cost."""
    if flow.npv is None or cost is None:
        return 0.0
    return confidence * flow.npv.likely + (1 - confidence) * least_value(money, cost, flow)


def least_value(money: Range, cost: Range, flow: CashFlow) -> float:
    """Net present value when only the least saving comes, at the likely cost."""
    likely = flow.npv.likely if flow.npv is not None else 0.0
    factor = (likely + cost.likely) / money.likely if money.likely else 0.0
    return money.low * factor - cost.likely


def total(spans: Iterable[Range]) -> Range:
    """Ranges added end by end."""
    low = likely = high = 0.0
    for span in spans:
        low, likely, high = low + span.low, likely + span.likely, high + span.high
    return Range(low, likely, high)


def _scaled(span: Range, factor: float | None) -> Range:
    return span.times(factor) if factor is not None else ZERO


def _energy(measure: Measure, evidence: Evidence, share: Range) -> dict[Carrier, Range]:
    if measure.pays is Pays.BILL:
        return {}
    return {carrier: share.times(amount) for carrier, amount in evidence.basis.items() if amount}


def _streams(
    measure: Measure, evidence: Evidence, share: Range, energy: Mapping[Carrier, Range], view: View, inputs: Inputs
) -> dict[str, Range]:
    """Money a year by what earns it."""
    rates = inputs.rates
    found = {str(carrier): _scaled(span, rates.money(carrier, 1.0)) for carrier, span in energy.items()}
    if measure.pays is Pays.BILL:
        bill = sum(rates.money(carrier, amount) or 0.0 for carrier, amount in evidence.basis.items())
        found["bill"] = share.times(bill)
    if evidence.demand_kw is not None:
        demand = measure.pays is Pays.DEMAND
        price, times = inputs.range("demand_price" if demand else "flexibility_price"), 12 if demand else 1
        kw = evidence.demand_kw
        found[measure.pays.value] = Range(
            kw.low * price.low * times, kw.likely * price.likely * times, kw.high * price.high * times
        )
    upkeep, quantity = inputs.range(f"upkeep.{measure.code}"), quantity_of(measure, evidence, view)
    if upkeep.likely and quantity:
        found["upkeep"] = upkeep.times(-quantity)
    return found


def quantity_of(measure: Measure, evidence: Evidence, view: View) -> float | None:
    """How many cost units are bought; None when the building's metadata do not say."""
    if measure.cost_unit is CostUnit.M2:
        return view.facts.area_m2
    return 1.0 if measure.cost_unit is CostUnit.BUILDING else evidence.size


def _cost(measure: Measure, evidence: Evidence, view: View, inputs: Inputs) -> Range | None:
    quantity = quantity_of(measure, evidence, view)
    if quantity is None:
        return None
    return total([inputs.range(f"cost.{measure.code}").times(quantity), inputs.range(f"cost_fixed.{measure.code}")])


def cash_flow(money: Range, cost: Range | None, life: int, inputs: Inputs) -> CashFlow:
    """Present values and paybacks of a level saving over a life, in real terms."""
    rate, growth = inputs.likely("discount_rate"), inputs.likely("escalation")
    if cost is None:
        return CashFlow(None, None, None, None, None, None, None, life, rate)
    factor = finance.uniform_present_value(rate, life, growth)
    flows = finance.level_flows(cost.likely, money.likely, life, growth)
    return CashFlow(
        npv=Range(money.low * factor - cost.high, money.likely * factor - cost.likely, money.high * factor - cost.low),
        irr=finance.irr(flows).single,
        payback=_years(cost.likely, money.likely),
        payback_low=_years(cost.low, money.high),
        payback_high=_years(cost.high, money.low),
        discounted_payback=finance.discounted_payback(rate, flows),
        sir=finance.savings_to_investment(money.likely * factor, cost.likely),
        life=life,
        rate=rate,
    )


def _years(cost: float, saving: float) -> float | None:
    years = finance.simple_payback(cost, saving)
    return years if years < 1_000 else None


def _confidence(measure: Measure, evidence: Evidence, view: View) -> float:
    """Strength of the evidence, less for gaps in the data and for figures that nobody has traced."""
    loads = [view.signals.loads[carrier] for carrier in evidence.basis if carrier in view.signals.loads]
    coverage = min((load.coverage for load in loads), default=1.0)
    trust = MEASURED_TRUST if evidence.share is not None else TRUST[measure.checked]
    return round(min(max(evidence.strength * trust * (0.6 + 0.4 * coverage), 0.05), 0.95), 3)


def _used(
    measure: Measure, evidence: Evidence, energy: Mapping[Carrier, Range], inputs: Inputs
) -> tuple[InputUsed, ...]:
    """The figures that this case rests on."""
    carriers = energy or (evidence.basis if measure.pays is Pays.BILL else {})
    keys = [f"{kind}.{carrier}" for carrier in carriers for kind in ("price", "carbon")]
    keys += ["demand_price"] if measure.pays is Pays.DEMAND else []
    keys += ["flexibility_price"] if measure.pays is Pays.FLEXIBILITY else []
    keys += ["saving." + measure.code] if evidence.share is None and not evidence.demand_kw else []
    keys += [f"{kind}.{measure.code}" for kind in ("cost", "cost_fixed", "upkeep", "life")]
    keys += ["discount_rate", "escalation"]
    return tuple(figure for key in keys if (figure := inputs.figures.get(key)) is not None and _matters(figure))


def _matters(figure: InputUsed) -> bool:
    """Costs and upkeep of nothing are not listed."""
    return figure.high > 0 or not figure.key.startswith(("cost", "upkeep"))
