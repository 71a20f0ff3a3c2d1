"""Energy carriers and their units: the one table of conversions."""

from enum import StrEnum


class Carrier(StrEnum):
    """What flows through a meter, in BDG2's words."""

    ELECTRICITY = "electricity"
    GAS = "gas"
    STEAM = "steam"
    HOTWATER = "hotwater"
    CHILLEDWATER = "chilledwater"
    WATER = "water"
    IRRIGATION = "irrigation"
    SOLAR = "solar"


LITRES = "L"
KWH = "kWh"

UNIT_OF: dict[Carrier, str] = {
    carrier: LITRES if carrier in {Carrier.WATER, Carrier.IRRIGATION} else KWH for carrier in Carrier
}
"""The unit in which a carrier's readings are stored."""

CARRIER_LABEL: dict[Carrier, str] = {
    Carrier.ELECTRICITY: "Electricity",
    Carrier.GAS: "Gas",
    Carrier.STEAM: "Steam",
    Carrier.HOTWATER: "Hot water",
    Carrier.CHILLEDWATER: "Chilled water",
    Carrier.WATER: "Water",
    Carrier.IRRIGATION: "Irrigation",
    Carrier.SOLAR: "Solar",
}

IMPORTED_ENERGY: frozenset[Carrier] = frozenset(
    {Carrier.ELECTRICITY, Carrier.GAS, Carrier.STEAM, Carrier.HOTWATER, Carrier.CHILLEDWATER}
)
"""Carriers that add up to a building's site energy; on-site solar is used inside the electricity figure."""

TO_KWH: dict[str, float] = {
    "wh": 0.001,
    "kwh": 1.0,
    "mwh": 1_000.0,
    "gwh": 1_000_000.0,
    "mj": 1 / 3.6,
    "gj": 1_000 / 3.6,
    "btu": 0.000_293_071,
    "kbtu": 0.293_071,
    "mmbtu": 293.071,
    "therm": 29.3071,
    "ton-hour": 3.516_85,
}
"""Energy units to kWh (NIST SP 811, table B.8; therm and ton-hour in their US definitions)."""

TO_LITRES: dict[str, float] = {
    "l": 1.0,
    "m3": 1_000.0,
    "gal": 3.785_412,
    "kgal": 3_785.412,
    "ccf": 2_831.685,
    "ft3": 28.316_85,
}
"""Volumes to litres (NIST SP 811)."""

SQFT_PER_M2 = 10.763_91
