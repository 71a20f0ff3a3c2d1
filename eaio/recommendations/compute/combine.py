"""What measures save together: shares of one end use multiply, 1 - prod(1 - s), and are never added.

End uses nest: a measure on heating, ventilation and cooling acts on what the measures on heating, cooling and fans have
left; one on the whole building acts on what all others have left. The total does not depend on the order.
"""

from collections.abc import Callable, Mapping, Sequence
from math import prod

from eaio.recommendations.compute.case import total
from eaio.recommendations.compute.catalogue import CATALOGUE
from eaio.recommendations.compute.inputs import Inputs
from eaio.recommendations.compute.rules.view import View
from eaio.recommendations.models import Combined, EndUse, Opportunity, Range
from eaio.timeseries.units import Carrier

LARGEST_SHARE = 0.95
HVAC_PARTS = (EndUse.COOLING, EndUse.HEATING, EndUse.FANS)
LEAVES = (*HVAC_PARTS, EndUse.LIGHTING, EndUse.PLUGS, EndUse.WATER, EndUse.IRRIGATION)

Pools = Mapping[tuple[Carrier, EndUse], float]
"""Annual amount of each end use of each carrier."""


def pools_of(view: View) -> dict[tuple[Carrier, EndUse], float]:
    """How a building's use splits into end uses: by the weather where a model shows it, else by what is usual."""
    found: dict[tuple[Carrier, EndUse], float] = {}
    for carrier, load in view.signals.loads.items():
        found[carrier, EndUse.WHOLE] = load.annual
        if carrier is Carrier.ELECTRICITY:
            usual = view.usual
            shares = {EndUse.LIGHTING: usual.lighting, EndUse.PLUGS: usual.plugs, EndUse.FANS: usual.air}
            found |= {(carrier, use): share * load.annual for use, share in shares.items()}
            found |= {(carrier, EndUse.COOLING): load.cooling, (carrier, EndUse.HEATING): load.heating}
        else:
            leaf = {
                Carrier.CHILLEDWATER: EndUse.COOLING,
                Carrier.WATER: EndUse.WATER,
                Carrier.IRRIGATION: EndUse.IRRIGATION,
            }
            found[carrier, leaf.get(carrier, EndUse.HEATING)] = load.annual
        found[carrier, EndUse.HVAC] = min(sum(found.get((carrier, part), 0) for part in HVAC_PARTS), load.annual)
    return found


def combine(opportunities: Sequence[Opportunity], pools: Pools, inputs: Inputs) -> Combined:
    """Savings of all these measures together; those that another one beats must be left out by the caller."""
    low, likely, high = (_energy(opportunities, pools, end) for end in _ENDS)
    energy = {c: Range(*sorted((low[c], likely[c], high[c]))) for c in likely}
    spans = [money_of(opportunities, pools, inputs, energy, end) for end in _ENDS]
    rates = inputs.rates
    co2 = total(span.times(rates.co2(carrier, 1.0) or 0.0) for carrier, span in energy.items())
    money = Range(*sorted(spans))
    return Combined(
        energy=energy, money=money, co2=co2, overlap=sum(o.money.likely for o in opportunities) - money.likely
    )


End = Callable[[Range], float]
_ENDS: tuple[End, End, End] = (lambda span: span.low, lambda span: span.likely, lambda span: span.high)


def _energy(opportunities: Sequence[Opportunity], pools: Pools, end: End) -> dict[Carrier, float]:
    carriers = {carrier for o in opportunities for carrier in o.energy}
    return {carrier: _carrier(opportunities, pools, carrier, end) for carrier in sorted(carriers)}


def _carrier(opportunities: Sequence[Opportunity], pools: Pools, carrier: Carrier, end: End) -> float:
    """Amount of one carrier saved by all measures."""
    saved = {o.measure: end(o.energy[carrier]) for o in opportunities if carrier in o.energy}
    use = pools.get((carrier, EndUse.WHOLE), 0.0)
    on_whole = {code: amount for code, amount in saved.items() if CATALOGUE[code].end_use is EndUse.WHOLE}
    whole = _parts(saved, pools, carrier)
    for code in [code for code in on_whole if CATALOGUE[code].includes]:
        whole = max(whole, _with_umbrella(code, saved, pools, carrier))
    whole += _nested([amount for code, amount in on_whole.items() if not CATALOGUE[code].includes], use, whole)
    made = sum(amount for code, amount in saved.items() if CATALOGUE[code].end_use is EndUse.GENERATION)
    added = -sum(min(amount, 0.0) for amount in saved.values())
    return min(whole + made, use + added) - added


def _parts(saved: Mapping[str, float], pools: Pools, carrier: Carrier) -> float:
    """Savings of all measures below the whole building."""
    by_use: dict[EndUse, list[float]] = {}
    for code, amount in saved.items():
        by_use.setdefault(CATALOGUE[code].end_use, []).append(amount)
    leaf = {use: _within(by_use.get(use, []), pools.get((carrier, use), 0.0)) for use in LEAVES}
    part = sum(leaf[use] for use in HVAC_PARTS)
    hvac = part + _nested(by_use.get(EndUse.HVAC, []), pools.get((carrier, EndUse.HVAC), 0.0), part)
    return hvac + sum(amount for use, amount in leaf.items() if use not in HVAC_PARTS)


def _with_umbrella(code: str, saved: Mapping[str, float], pools: Pools, carrier: Carrier) -> float:
    """Retro-commissioning in place of the schedules and setpoints that it finds anyway, beside all other measures."""
    others = {other: amount for other, amount in saved.items() if other not in CATALOGUE[code].includes}
    inner = _parts(others, pools, carrier)
    return inner + _nested([saved[code]], pools.get((carrier, EndUse.WHOLE), 0.0), inner)


def _remaining(amounts: Sequence[float], pool: float) -> float:
    """prod(1 - s) over the shares of a pool."""
    return prod(1 - min(max(amount, 0.0) / pool, LARGEST_SHARE) for amount in amounts)


def _within(amounts: Sequence[float], pool: float) -> float:
    """Savings inside one end use; a saving measured larger than the assumed pool widens the pool."""
    pool = max(pool, max(amounts, default=0.0) / LARGEST_SHARE)
    return pool * (1 - _remaining(amounts, pool)) if pool > 0 else 0.0


def _nested(amounts: Sequence[float], pool: float, inner: float) -> float:
    """Savings of measures on a pool of which ``inner`` is saved already by measures on its parts."""
    pool = max(pool, inner, max(amounts, default=0.0) / LARGEST_SHARE)
    return (pool - inner) * (1 - _remaining(amounts, pool)) if pool > 0 else 0.0


def money_of(
    opportunities: Sequence[Opportunity], pools: Pools, inputs: Inputs, energy: Mapping[Carrier, Range], end: End
) -> float:
    """Money a year: energy that is left unbought, demand and bill on what is left, payments and upkeep as they are."""
    by_energy = sum((inputs.rates.money(carrier, end(span)) or 0.0) for carrier, span in energy.items())
    streams = [(kind, end(span)) for o in opportunities for kind, span in o.streams.items()]
    as_is = sum(amount for kind, amount in streams if kind in {"flexibility", "upkeep", "demand"})
    use = pools.get((Carrier.ELECTRICITY, EndUse.WHOLE), 0.0)
    kept = 1 - end(energy[Carrier.ELECTRICITY]) / use if use > 0 and Carrier.ELECTRICITY in energy else 1.0
    bill = sum(amount for kind, amount in streams if kind == "bill") * max(kept, 0.0)
    return by_energy + as_is + bill
