"""A portfolio's league and its totals, from the figures of its buildings."""

from collections.abc import Sequence
from datetime import date

import msgspec
import numpy as np

from eaio.analysis.models import PortfolioTotals, RankBy, RankedBuilding

WORST_IS_LEAST = frozenset({RankBy.LOAD_FACTOR, RankBy.COVERAGE})


def ranked(buildings: Sequence[RankedBuilding], by: RankBy) -> list[RankedBuilding]:
    """Most first (least first for load factor and coverage), unknown last, ties by name; ranks from 1."""
    sign = 1 if by in WORST_IS_LEAST else -1

    def key(building: RankedBuilding) -> tuple[bool, float, str]:
        value: float | None = getattr(building, by.value)
        return value is None, sign * (value or 0.0), building.building

    in_order = sorted(buildings, key=key)
    return [msgspec.structs.replace(building, rank=rank) for rank, building in enumerate(in_order, start=1)]


def totals(buildings: Sequence[RankedBuilding], every: int, span: tuple[date | None, date | None]) -> PortfolioTotals:
    """Sums of what is known; ``every`` counts buildings that were not analysed too."""
    euis = [building.eui for building in buildings if building.eui is not None]
    coverage = [building.coverage for building in buildings]

    def added(name: str) -> float:
        return float(sum(getattr(building, name) or 0.0 for building in buildings))

    return PortfolioTotals(
        buildings=every,
        analysed=len(buildings),
        area_m2=added("area_m2"),
        annual_kwh=added("annual_kwh"),
        money=added("money"),
        co2_kg=added("co2_kg"),
        excess_kwh=added("excess_kwh"),
        excess_money=added("excess_money"),
        eui_median=float(np.median(euis)) if euis else None,
        coverage=float(np.mean(coverage)) if coverage else None,
        period_start=span[0],
        period_end=span[1],
    )
