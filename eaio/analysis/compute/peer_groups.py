"""Peers by use, carriers, climate and size, widened where they are too few; how a building stands among them."""

from bisect import bisect_right
from collections.abc import Callable, Collection, Sequence
from uuid import UUID

import numpy as np

from eaio.analysis.compute.benchmark import FEWEST_PEERS, standing
from eaio.analysis.models.peers import (
    Candidate,
    Criterion,
    Indicator,
    Ingredient,
    Peer,
    PeerGroup,
    Score,
    Widening,
)
from eaio.timeseries.format import number, percent
from eaio.timeseries.units import CARRIER_LABEL

SIZES = (1_000.0, 5_000.0, 10_000.0, 25_000.0)
"""m2 between the size bands."""
DEGREE_DAYS_APART, SHARE_APART = 300.0, 0.25
"""Climates are alike where heating and cooling degree days each differ by no more than either."""
STAGES = (
    (Criterion.USE, Criterion.CARRIERS, Criterion.CLIMATE, Criterion.SIZE),
    (Criterion.USE, Criterion.CARRIERS, Criterion.CLIMATE),
    (Criterion.USE, Criterion.CARRIERS),
    (Criterion.USE,),
)
"""Tried in this order until five peers are found: size matters least, then climate, since use per m2 in a typical year
is compared, then the carriers."""
WATT = 1_000.0


def peer_group(
    own: Candidate,
    others: Sequence[Candidate],
    national_median: float,
    excluded: Collection[UUID] = (),
    included: Collection[UUID] = (),
) -> PeerGroup:
    """The first stage with five peers, else the last; then the building's place in it.

    Args:
        own: the building, with an intensity.
        others: every building it might be compared with.
        national_median: of its use, kWh/m2 a year.
        excluded: buildings that somebody keeps out.
        included: buildings that somebody puts in whatever the rule says.
    """
    usable = [one for one in others if one.compared is not None and one.building_id != own.building_id]
    by_rule = [one for one in usable if one.building_id not in excluded and one.building_id not in included]
    tried: list[Widening] = []
    chosen: list[Candidate] = []
    for criteria in STAGES:
        missing = [criterion for criterion in criteria if not _known(own, criterion)]
        chosen = [] if missing else [one for one in by_rule if all(_ALIKE[c](own, one) for c in criteria)]
        tried.append(_attempt(criteria, len(chosen), missing))
        if tried[-1].enough:
            break
    added = [one for one in usable if one.building_id in included]
    group = sorted((*chosen, *added), key=lambda one: (one.compared or 0.0, one.name))
    values = [one.compared for one in group if one.compared is not None]
    place = standing(own.compared, values) if own.compared is not None else None
    lower, upper = _quartiles(values)
    indicators = tuple(_indicator(measure, own, group) for measure in _MEASURES)
    return PeerGroup(
        criteria=tried[-1].criteria,
        rule=tried[-1].rule,
        reason=_reason(tried),
        widening=tuple(tried),
        peers=tuple(_peer(one, one.building_id in included) for one in group),
        percentile=place and place.percentile,
        median=place and place.median,
        lower=lower,
        upper=upper,
        indicators=indicators,
        score=_score(own, place.percentile if place else None, national_median, indicators),
        facts=_facts(own),
    )


def size_band(area_m2: float) -> str:
    """In words: 1,000 to 5,000 m²."""
    at = bisect_right(SIZES, area_m2)
    if at == 0:
        return f"below {SIZES[0]:,.0f} m²"
    return f"{SIZES[-1]:,.0f} m² and more" if at == len(SIZES) else f"{SIZES[at - 1]:,.0f} to {SIZES[at]:,.0f} m²"


def _same_climate(own: Candidate, other: Candidate) -> bool:
    pairs = (
        (own.heating_degree_days, other.heating_degree_days),
        (own.cooling_degree_days, other.cooling_degree_days),
    )
    return all(
        a is not None and b is not None and abs(a - b) <= max(DEGREE_DAYS_APART, SHARE_APART * max(a, b))
        for a, b in pairs
    )


def _same_size(own: Candidate, other: Candidate) -> bool:
    return bool(own.area_m2 and other.area_m2) and size_band(own.area_m2 or 0) == size_band(other.area_m2 or 0)


_ALIKE: dict[Criterion, Callable[[Candidate, Candidate], bool]] = {
    Criterion.USE: lambda own, other: own.use_type == other.use_type,
    Criterion.CARRIERS: lambda own, other: set(own.carriers) == set(other.carriers),
    Criterion.CLIMATE: _same_climate,
    Criterion.SIZE: _same_size,
}
_WORD = {
    Criterion.USE: "use",
    Criterion.CARRIERS: "metered carriers",
    Criterion.CLIMATE: "climate",
    Criterion.SIZE: "size band",
}


def _known(own: Candidate, criterion: Criterion) -> bool:
    if criterion == Criterion.CLIMATE:
        return own.heating_degree_days is not None and own.cooling_degree_days is not None
    return criterion != Criterion.SIZE or bool(own.area_m2)


def _attempt(criteria: tuple[Criterion, ...], peers: int, missing: Sequence[Criterion]) -> Widening:
    words = [_WORD[criterion] for criterion in criteria]
    rule = "same " + (f"{', '.join(words[:-1])} and {words[-1]}" if len(words) > 1 else words[0])
    if missing:
        why = "no year of weather is known for the site" if Criterion.CLIMATE in missing else "no floor area is known"
        return Widening(criteria, rule, 0, enough=False, reason=f"not possible: {why}")
    enough = peers >= FEWEST_PEERS
    found = f"{peers} {'building' if peers == 1 else 'buildings'}"
    reason = f"{found}, enough" if enough else f"{found}, fewer than {FEWEST_PEERS}"
    return Widening(criteria, rule, peers, enough, reason)


def _reason(tried: Sequence[Widening]) -> str:
    last = tried[-1]
    before = "; ".join(f"{one.rule}: {one.reason}" for one in tried[:-1])
    found = f"{last.rule}: {last.reason}"
    return f"Widened. {before}; so {found}" if before else found[:1].upper() + found[1:]


def _peer(one: Candidate, added: bool) -> Peer:
    return Peer(
        building_id=one.building_id,
        name=one.name,
        site=one.site,
        eui=one.compared or 0.0,
        normalised=one.normalised_eui is not None,
        area_m2=one.area_m2 or 0.0,
        carriers=one.carriers,
        added=added,
    )


def _per_area(name: str, factor: float = 1.0) -> Callable[[Candidate], float | None]:
    def measure(one: Candidate) -> float | None:
        value: float | None = getattr(one, name)
        return factor * value / one.area_m2 if value is not None and one.area_m2 else None

    return measure


_MEASURES: tuple[tuple[str, str, str, Callable[[Candidate], float | None], bool], ...] = (
    ("intensity", "Energy of a typical year", "kWh/m²", lambda one: one.compared, True),
    ("peak", "Peak demand", "W/m²", _per_area("peak", WATT), True),
    ("base", "Base load", "W/m²", _per_area("near_base", WATT), True),
    ("load_factor", "Load factor", "", lambda one: one.load_factor, False),
    ("night", "Night ratio", "", lambda one: one.unoccupied_ratio, True),
    ("cost", "Cost", "USD/m²", _per_area("money"), True),
    ("carbon", "Carbon", "kgCO2e/m²", _per_area("co2_kg"), True),
)
"""Key, label, unit, figure, and whether less is better."""


def _indicator(
    measure: tuple[str, str, str, Callable[[Candidate], float | None], bool], own: Candidate, group: Sequence[Candidate]
) -> Indicator:
    key, label, unit, figure, less_is_better = measure
    value, values = figure(own), [v for v in map(figure, group) if v is not None]
    place = standing(value, values) if value is not None else None
    lower, upper = _quartiles(values)
    return Indicator(
        key=key,
        label=label,
        unit=unit,
        value=value,
        lower=lower,
        median=float(np.median(values)) if lower is not None else None,
        upper=upper,
        peers=len(values),
        better=None if place is None else 1 - place.percentile if less_is_better else place.percentile,
    )


def _quartiles(values: Sequence[float]) -> tuple[float | None, float | None]:
    if len(values) < FEWEST_PEERS:
        return None, None
    return float(np.percentile(values, 25)), float(np.percentile(values, 75))


WEIGHTS = {"peers": 0.4, "national": 0.2, "night": 0.2, "load_factor": 0.1, "base": 0.1}
"""Shares of the efficiency score, a convention of this software: use per m2 counts for six tenths."""


def _score(own: Candidate, percentile: float | None, national_median: float, indicators: Sequence[Indicator]) -> Score:
    by_key = {one.key: one for one in indicators}
    ratio = own.compared / national_median if own.compared is not None else None
    parts = [
        _part(
            "peers", "Among its peers", number(own.compared) + " kWh/m²",
            "peers that use more" if percentile is None else f"{percent(1 - percentile)} of the peers use more",
            None if percentile is None else 10 * (1 - percentile), "10 × share of the peers that use more",
        ),
        _part(
            "national", "Against the national median", number(own.compared) + " kWh/m²",
            f"{number(national_median)} kWh/m²",
            None if ratio is None else float(np.clip(10 * (1.5 - ratio), 0, 10)),
            "10 at half the median or below, 5 at the median, 0 from one and a half on",
        ),
        *(
            _part(
                key, by_key[key].label, f"{number(by_key[key].value)} {by_key[key].unit}".strip(),
                f"median of peers {number(by_key[key].median)} {by_key[key].unit}".strip(),
                _points(by_key[key].better), "10 × share of the peers that do worse",
            )
            for key in ("night", "load_factor", "base")
        ),
    ]  # fmt: skip
    known = sum(part.weight for part in parts if part.points is not None)
    counted = tuple(_counted(part, known) for part in parts)
    total = sum(part.weight * part.points for part in counted if part.points is not None)
    return Score(
        energy=None if percentile is None else round(100 * (1 - percentile)),
        efficiency=round(total, 1) if known else None,
        ingredients=counted,
    )


def _points(share: float | None) -> float | None:
    return None if share is None else 10 * share


def _part(key: str, label: str, value: str, against: str, points: float | None, how: str) -> Ingredient:
    return Ingredient(label=label, value=value, against=against, points=points, weight=WEIGHTS[key], how=how)


def _counted(part: Ingredient, known: float) -> Ingredient:
    weight = part.weight / known if part.points is not None and known else 0.0
    return Ingredient(
        label=part.label, value=part.value, against=part.against, points=part.points, weight=weight, how=part.how
    )


def _facts(own: Candidate) -> dict[str, str]:
    if own.heating_degree_days is None or own.cooling_degree_days is None:
        climate = "not known: no year of weather at the site"
    else:
        climate = (
            f"{own.heating_degree_days:,.0f} heating and {own.cooling_degree_days:,.0f} cooling degree days (18.3 °C)"
        )
    return {
        "Use": own.use_type,
        "Carriers": ", ".join(CARRIER_LABEL[carrier].lower() for carrier in own.carriers),
        "Climate": climate,
        "Size": size_band(own.area_m2) if own.area_m2 else "not known",
    }
