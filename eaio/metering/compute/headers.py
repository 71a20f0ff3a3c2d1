"""What a column's name says: time or value, carrier, unit, energy or power."""

import re
from enum import StrEnum

from msgspec import Struct

from eaio.timeseries.units import TO_KWH, TO_LITRES, UNIT_OF, Carrier


class Role(StrEnum):
    """What a column holds."""

    TIME = "time"
    METER = "meter"
    BUILDING = "building"
    CARRIER = "carrier"
    UNIT = "unit"
    VALUE = "value"
    OTHER = "other"


class Quantity(Struct, frozen=True):
    """A measured quantity: what one unit of the column is in the unit that is stored."""

    carrier: Carrier
    unit: str
    """As the file has it."""
    factor: float
    """To kWh or litres; of a power, per hour."""
    is_power: bool


_TIME = re.compile(
    r"^(date|time|timestamp|date ?(&|and|/)? ?time|interval (start|beginning)|start( time)?|reading (time|date)|utc"
    r"|local ?time|ts|hour beginning|period start)$"
)
_ROLES: tuple[tuple[Role, re.Pattern[str]], ...] = (
    (Role.TIME, _TIME),
    (Role.CARRIER, re.compile(r"^(carrier|circuit type|energy type|fuel|commodity|meter type|type|utility)$")),
    (Role.UNIT, re.compile(r"^(unit|units|uom)$")),
    (Role.BUILDING, re.compile(r"^(building( id| name)?)$")),
    (Role.METER, re.compile(r"^(meter( id| name)?|channel|point|series|sensor( id)?|mpan|mprn|tag)$")),
    (Role.VALUE, re.compile(r"^(value|reading|meter reading|usage|consumption|energy|amount|quantity)$")),
)
_CARRIERS: tuple[tuple[Carrier, re.Pattern[str]], ...] = (
    (Carrier.SOLAR, re.compile(r"\b(solar|pv|photovoltaics?|generation)\b")),
    (Carrier.IRRIGATION, re.compile(r"\b(irrigation|sprinklers?)\b")),
    (Carrier.CHILLEDWATER, re.compile(r"\b(chilled ?water|chw|cooling|chiller|chilled)\b")),
    (Carrier.HOTWATER, re.compile(r"\b(hot ?water|hhw|heating|district heat|heat)\b")),
    (Carrier.STEAM, re.compile(r"\bsteam\b")),
    (Carrier.GAS, re.compile(r"\b(natural ?gas|gas)\b")),
    (Carrier.WATER, re.compile(r"\b(water|domestic)\b")),
    (
        Carrier.ELECTRICITY,
        re.compile(r"\b(electric|electricity|elec|real ?power|active ?power|power|kw|kwh|mains|load)\b"),
    ),
)
_UNIT = re.compile(
    r"\b(kwh|mwh|gwh|wh|kw|mw|kbtu/h|kbtu|mmbtu|btu|mj|gj|therms?|ton-hours?|l|litres?|liters?|m3|m³|gal|gallons?|kgal|ccf|ft3|w)\b"
)
_BRACKETED = re.compile(r"[(\[][^)\]]*[)\]]$")
_CANONICAL = {
    "therms": "therm",
    "ton-hours": "ton-hour",
    "litre": "l",
    "litres": "l",
    "liter": "l",
    "liters": "l",
    "m³": "m3",
    "gallon": "gal",
    "gallons": "gal",
}
_POWER = {"w": 0.001, "kw": 1.0, "mw": 1_000.0, "kbtu/h": TO_KWH["kbtu"]}
_NOT_ENERGY = re.compile(
    r"\b(reactive|kvarh?|kvah?|power ?factor|voltage|volts?|current|amps?|amperes?|frequency|temperature|temp|humidity"
    r"|occupancy)\b"
)
_SYMBOLS = {
    "kwh": "kWh",
    "mwh": "MWh",
    "gwh": "GWh",
    "wh": "Wh",
    "kw": "kW",
    "mw": "MW",
    "w": "W",
    "mj": "MJ",
    "gj": "GJ",
    "l": "L",
    "kbtu": "kBtu",
    "mmbtu": "MMBtu",
    "btu": "Btu",
}

GEPIII_CODES = {"0": Carrier.ELECTRICITY, "1": Carrier.CHILLEDWATER, "2": Carrier.STEAM, "3": Carrier.HOTWATER}
"""Meter codes of the ASHRAE Great Energy Predictor III files."""


def words(title: str) -> str:
    """A column's name in plain lower-case words: ``RealPower`` becomes ``real power``, ``meter_id`` ``meter id``."""
    spaced = re.sub(r"(?<=[a-z]{2})(?=[A-Z][a-z])", " ", title)
    return re.sub(r"[\s_]+", " ", spaced).strip().lower()


def role_of(title: str) -> Role:
    """What a column holds, by its name alone; OTHER where the name does not say."""
    plain = words(title)
    found = next((role for role, pattern in _ROLES if pattern.match(plain)), None)
    if found is not None:
        return found
    return Role.VALUE if quantity_of(title) is not None else Role.OTHER


def carrier_of(text: str) -> Carrier | None:
    """A carrier out of words: its own name, what people call it, or None."""
    plain = words(text)
    if plain.replace(" ", "") in set(Carrier):
        return Carrier(plain.replace(" ", ""))
    return next((carrier for carrier, pattern in _CARRIERS if pattern.search(plain)), None)


def quantity_of(title: str, carrier: Carrier | None = None) -> Quantity | None:
    """Carrier and unit of a column, None if its name tells neither or it is no energy or volume.

    ``carrier`` is what is known from elsewhere, a unit column or the file's name. Without a unit in the name the
    readings are taken in the unit that is stored.
    """
    plain = words(title)
    if _NOT_ENERGY.search(plain):
        return None
    carrier = carrier_of(title) if carrier is None else carrier
    if carrier is None:
        return None
    return quantity(carrier, unit_of(title) or ("kw" if re.search(r"\bpower\b", plain) else None))


def unit_of(title: str) -> str | None:
    """The unit that a column's name mentions, in brackets if it has some: 'M3 (kWh)' is in kWh."""
    plain = words(title)
    bracketed = _BRACKETED.search(plain)
    found = (_UNIT.search(bracketed.group()) if bracketed else None) or _UNIT.search(plain)
    return found.group(1) if found else None


def quantity(carrier: Carrier, unit: str | None) -> Quantity | None:
    """A carrier in a unit; None if the unit does not fit the carrier or is unknown."""
    if unit is None:
        return Quantity(carrier, UNIT_OF[carrier], 1.0, is_power=False)
    plain = _CANONICAL.get(unit.strip().lower(), unit.strip().lower())
    volumes = UNIT_OF[carrier] == "L"
    if not volumes and plain in _POWER:
        return Quantity(carrier, _SYMBOLS.get(plain, plain), _POWER[plain], is_power=True)
    factor = (TO_LITRES if volumes else TO_KWH).get(plain)
    return None if factor is None else Quantity(carrier, _SYMBOLS.get(plain, plain), factor, is_power=False)
