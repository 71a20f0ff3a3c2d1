"""A building's line in a portfolio."""

from collections.abc import Sequence

from eaio.buildings.models import Building
from eaio.reports.compute.use import key_figures
from eaio.reports.models import Member, Use


def member_of(building: Building, uses: Sequence[Use], days: int) -> Member:
    """The line of a building that used ``uses`` in a period of ``days`` days."""
    key = key_figures(uses, building.area_m2, days)
    return Member(
        id=building.id,
        name=building.label,
        site=building.site,
        use=building.sub_use or building.primary_use,
        area_m2=building.area_m2,
        uses=tuple(uses),
        energy=key.energy,
        money=key.money,
        co2=key.co2,
        eui=key.eui,
        change=key.change,
        coverage=key.coverage,
    )
