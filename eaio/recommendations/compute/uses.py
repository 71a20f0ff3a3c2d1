"""What is usual for a kind of building: opening hours, end-use shares, domestic hot water.

Building uses are BDG2's (ENERGY STAR property types). The figures are assumptions to start from, marked as such where
they reach a business case; measured peers replace them as soon as there are enough.
"""

from msgspec import Struct


class UseFacts(Struct, frozen=True):
    """Typical figures of one kind of building."""

    opening: tuple[float, float] | None
    """Hours between which plant is normally needed on a working day; None where people are in round the clock."""
    closes_at_weekends: bool
    lighting: float
    """Share of electricity (EIA CBECS 2018 end uses, rounded)."""
    plugs: float
    """Office equipment, computing and small appliances."""
    air: float
    """Ventilation fans and pumps."""
    hot_water: float
    """Domestic hot water, kWh of heat per m2 and year."""
    varying_occupancy: bool = False
    """Halls and rooms that are full for hours and empty for others."""


_USES: dict[str, UseFacts] = {
    "office": UseFacts((7, 18), True, 0.17, 0.24, 0.20, 6),
    "education": UseFacts((7, 20), True, 0.18, 0.15, 0.20, 8, varying_occupancy=True),
    "public services": UseFacts((7, 19), True, 0.18, 0.17, 0.18, 8),
    "entertainment/public assembly": UseFacts((8, 22), False, 0.18, 0.12, 0.20, 10, varying_occupancy=True),
    "religious worship": UseFacts((8, 21), False, 0.20, 0.08, 0.20, 4, varying_occupancy=True),
    "retail": UseFacts((8, 21), False, 0.24, 0.10, 0.16, 5, varying_occupancy=True),
    "services": UseFacts((7, 19), True, 0.22, 0.12, 0.15, 8),
    "warehouse/storage": UseFacts((6, 18), True, 0.30, 0.12, 0.12, 3),
    "technology/science": UseFacts((7, 20), False, 0.12, 0.25, 0.25, 10),
    "food sales and service": UseFacts((6, 23), False, 0.12, 0.06, 0.10, 60),
    "healthcare": UseFacts(None, False, 0.13, 0.16, 0.24, 45),
    "lodging/residential": UseFacts(None, False, 0.16, 0.14, 0.10, 40),
    "parking": UseFacts(None, False, 0.80, 0.02, 0.10, 0),
    "manufacturing/industrial": UseFacts(None, False, 0.10, 0.06, 0.12, 5),
    "utility": UseFacts(None, False, 0.08, 0.05, 0.10, 2),
}
_OTHER = UseFacts(None, False, 0.17, 0.14, 0.16, 8)
SOURCE = "EIA CBECS 2018 end uses, rounded; assumed for this building"


def use_facts(use: str) -> UseFacts:
    """Typical figures of a building use; cautious ones where the use is unknown."""
    return _USES.get(use.strip().lower(), _OTHER)
