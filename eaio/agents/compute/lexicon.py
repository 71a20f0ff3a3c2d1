"""Words that name things: carriers, uses, regions, metrics, resolutions. One table each."""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import TypeVar

from eaio.timeseries.units import Carrier

Value = TypeVar("Value")

CARRIER_WORDS: Mapping[str, Carrier] = {
    "electricity": Carrier.ELECTRICITY,
    "electric": Carrier.ELECTRICITY,
    "electrical": Carrier.ELECTRICITY,
    "elec": Carrier.ELECTRICITY,
    "power": Carrier.ELECTRICITY,
    "natural gas": Carrier.GAS,
    "gas": Carrier.GAS,
    "steam": Carrier.STEAM,
    "hot water": Carrier.HOTWATER,
    "hotwater": Carrier.HOTWATER,
    "district heat": Carrier.HOTWATER,
    "district heating": Carrier.HOTWATER,
    "chilled water": Carrier.CHILLEDWATER,
    "chilledwater": Carrier.CHILLEDWATER,
    "district cooling": Carrier.CHILLEDWATER,
    "cooling water": Carrier.CHILLEDWATER,
    "cold water": Carrier.WATER,
    "tap water": Carrier.WATER,
    "drinking water": Carrier.WATER,
    "water": Carrier.WATER,
    "irrigation": Carrier.IRRIGATION,
    "sprinkler": Carrier.IRRIGATION,
    "solar": Carrier.SOLAR,
    "pv": Carrier.SOLAR,
    "photovoltaic": Carrier.SOLAR,
    "photovoltaics": Carrier.SOLAR,
}

USE_WORDS: Mapping[str, str] = {
    word: use
    for use, words in {
        "Education": "education educational school schools classroom classrooms university universities college "
        "colleges library libraries kindergarten academic academy",
        "Office": "office offices",
        "Entertainment/public assembly": "assembly entertainment theatre theatres theater theaters stadium stadiums "
        "museum museums gym gyms gymnasium arena arenas gallery galleries cinema recreation leisure",
        "Lodging/residential": "lodging residential residence residences dormitory dormitories dorm dorms hotel hotels "
        "housing apartments hostel hostels",
        "Healthcare": "healthcare hospital hospitals clinic clinics medical",
        "Parking": "parking garage garages carpark carparks",
        "Warehouse/storage": "warehouse warehouses storage depot depots",
        "Manufacturing/industrial": "manufacturing industrial factory factories",
        "Retail": "retail shop shops store stores mall malls supermarket supermarkets",
        "Technology/science": "laboratory laboratories lab labs science datacentre datacenter",
        "Food sales and service": "restaurant restaurants canteen canteens cafeteria",
        "Religious worship": "church churches worship religious chapel mosque temple",
        "Utility": "utility utilities",
        "Public services": "courthouse courthouses courts police firehouse",
    }.items()
    for word in words.split()
}
USE_PHRASES: Mapping[str, str] = {
    "public services": "Public services",
    "public service": "Public services",
    "fire stations": "Public services",
    "food service": "Food sales and service",
    "public assembly": "Entertainment/public assembly",
    "data centre": "Technology/science",
    "data center": "Technology/science",
    "data centres": "Technology/science",
}

REGIONS = (
    "New England",
    "Mid Atlantic",
    "South Atlantic",
    "East North Central",
    "West North Central",
    "East South Central",
    "West South Central",
    "Mountain",
    "Pacific",
    "United States",
    "United Kingdom",
    "Ireland",
    "Ontario",
    "Germany",
    "California",
    "Texas",
    "Florida",
    "New York",
    "Arizona",
)

METRICS: Mapping[str, str] = {
    "night_base": r"night|overnight|baseload|base load|out of hours|unoccupied|after hours|when (?:empty|closed)",
    "load_factor": r"load factor",
    "peak_demand": r"peak|maximum (?:load|demand)|max (?:load|demand)|highest (?:load|demand)|\bkw\b|demand",
    "carbon": r"carbon|co2e?|emission|emit|greenhouse|ghg|footprint",
    "cost": r"cost|spend|money|expensive|bill|cheap|dollar|price",
    "eui": r"\beui\b|intensity|intensive|per m2|per sqm|per square|/m2|kwh/m|efficien|per unit area|floor area",
    "consumption": r"consum|usage|\buse[sd]?\b|\busing\b|energy|kwh|mwh|electricity|\bgas\b|water",
}
"""Metric to the words that ask for it; the first that matches wins."""

RESOLUTIONS: Mapping[str, str] = {
    "hour": r"hourly|(?:per|by|each|every|an) hour|hour by hour",
    "day": r"daily|(?:per|by|each|every|a) day|day by day",
    "week": r"weekly|(?:per|by|each|every|a) week|week by week",
    "month": r"monthly|(?:per|by|each|every|a) month|month by month",
    "year": r"yearly|annual|annually|(?:per|by|each|every) year|year by year",
}

SCENARIOS: Mapping[str, str] = {
    "worst_case": r"worst.?case|pessimistic|bad case|upper bound|at worst|go(?:es)? (?:badly|wrong)",
    "optimised": r"optimi[sz]ed|best.?case|optimistic|at best|go(?:es)? well"
    r"|(?:with|after) (?:all )?(?:the )?(?:measures|savings)"
    r"|(?:if|once|when) (?:we|all|the) .*\b(?:measures|savings)\b",
    "baseline": r"baseline|business as usual|base case|as usual|\bbau\b",
}

STATUSES: Mapping[str, str] = {
    "open": r"\bopen\b|unacknowledged|outstanding|pending|\bnew\b|\bactive\b|current|unresolved|waiting|\bunread\b"
    r"|\bunseen\b|unhandled",
    "acknowledged": r"\backnowledged\b|\backed\b",
    "resolved": r"\bresolved\b|\bsolved\b",
    "closed": r"\bclosed\b|\bdone\b|\bold\b|past",
}

FORMATS: Mapping[str, str] = {"csv": r"\bcsv\b|spreadsheet|excel|raw data|readings", "pdf": r"\bpdf\b"}

_NUMBERS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty
"""
NUMBER_WORDS: Mapping[str, int] = {word: number for number, word in enumerate(_NUMBERS.split())} | {
    "couple": 2,
    "dozen": 12,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "hundred": 100,
}

UNSAFE = re.compile(
    r"\b(?:ignore|disregard|forget|override|bypass)\b.{0,40}\b(?:instruction|rule|prompt|guideline|above|previous|training)"
    r"|\bsystem prompt\b|\bapi[ _-]?keys?\b|\bpasswords?\b|\bcredentials?\b|\bsecrets?\b|\bdeveloper mode\b|\bjailbreak"
    r"|\b(?:drop|truncate|alter)\s+table\b|\bselect\s+.+\s+from\s+\w+|\brm\s+-rf\b|<\s*script|'\s*or\s+1\s*=\s*1"
    r"|\b(?:delete|erase|wipe|destroy|purge|drop|remove|truncate|overwrite|uninstall)\b\s+(?:\w+\s+){0,4}?"
    r"(?:building|data|reading|meter|user|alert|table|histor|report|site|organi[sz]ation|everything|record|database|account)"
    r"|\b(?:turn|switch|shut|power)\s+(?:\w+\s+){0,3}?(?:off|on|down)\b\s+(?:the|all|every)\b"
    r"|^\W*(?:please\s+|can you\s+|could you\s+)?(?:turn|switch|shut|power)\s+(?:off|on|down)\b"
    r"|\b(?:set|raise|lower|increase|decrease|change)\s+(?:the\s+)?(?:\w+\s+)?(?:setpoint|thermostat)"
    r"|\b(?:another|other)\s+(?:organi[sz]ation|compan|customer|tenant)",
    re.IGNORECASE,
)
"""What no tool here may do, whatever else the sentence asks for: destroy, control plant, reveal, escape the rules."""


CARRIER_SEQUENCES = {tuple(phrase.split()): carrier for phrase, carrier in CARRIER_WORDS.items()}
USE_SEQUENCES = {tuple(phrase.split()): use for phrase, use in {**USE_WORDS, **USE_PHRASES}.items()}


def sequences(words: Sequence[str], table: Mapping[tuple[str, ...], Value]) -> Iterator[tuple[int, int, Value]]:
    """Place, length and value of the longest known sequences of one or two words; ``greenhouse gas`` is no carrier."""
    at = 0
    while at < len(words):
        size = next((n for n in (2, 1) if tuple(words[at : at + n]) in table and at + n <= len(words)), 0)
        if size and not (at and words[at - 1] == "greenhouse"):
            yield at, size, table[tuple(words[at : at + size])]
        at += max(size, 1)


def first_match(text: str, table: Mapping[str, str]) -> str | None:
    """The first key whose pattern occurs in the text."""
    return next((key for key, pattern in table.items() if re.search(pattern, text, re.IGNORECASE)), None)


def entity_words() -> frozenset[str]:
    """Every single word of the tables of names, so that spelling and name search know them."""
    phrases = [*CARRIER_WORDS, *USE_WORDS, *USE_PHRASES, *(region.lower() for region in REGIONS), *NUMBER_WORDS]
    return frozenset(word for phrase in phrases for word in phrase.split())
