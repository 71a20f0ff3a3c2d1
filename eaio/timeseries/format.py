"""How a number, a date and a period are written: the one formatter for pages, reports, chat and command line."""

from datetime import date, datetime, timedelta
from math import floor, isfinite, log10
from typing import TypeVar

Cell = TypeVar("Cell")

MISSING = "–"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
_PREFIXES = ((1e9, {"kWh": "TWh"}), (1e6, {"kWh": "GWh", "L": "ML"}), (1e3, {"kWh": "MWh", "L": "m³"}))
_CURRENCY_SIGN = {"USD": "$", "EUR": "€", "GBP": "£"}


def number(value: float | None, digits: int = 3) -> str:
    """Three significant digits, thousands separated; integers beyond that stay whole: 1,234 not 1,230."""
    if value is None or not isfinite(value):
        return MISSING
    if value == 0:
        return "0"
    decimals = max(0, digits - 1 - floor(log10(abs(value))))
    return f"{value:,.{decimals}f}"


def quantity(value: float | None, unit: str) -> str:
    """A number with its unit, scaled to a readable prefix: 12,345 kWh becomes 12.3 MWh."""
    if value is None or not isfinite(value):
        return MISSING
    for factor, names in _PREFIXES:
        if abs(value) >= factor and unit in names:
            return f"{number(value / factor)} {names[unit]}"
    return f"{number(value)} {unit}"


def power(value: float | None) -> str:
    """Kilowatts with a readable prefix: 12,345 kW becomes 12.3 MW."""
    return quantity(value, "kWh").removesuffix("h") if value is not None and isfinite(value) else MISSING


def money(value: float | None, currency: str = "USD") -> str:
    """Money with its sign, cents below ten but for nothing, millions shortened from a million on."""
    if value is None or not isfinite(value):
        return MISSING
    sign, amount = ("-" if value < 0 else ""), abs(value)
    symbol = _CURRENCY_SIGN.get(currency, f"{currency} ")
    if amount >= 1e6:
        return f"{sign}{symbol}{number(amount / 1e6)} M"
    return f"{sign}{symbol}{amount:,.2f}" if 0 < amount < 10 else f"{sign}{symbol}{amount:,.0f}"


def percent(share: float | None, signed: bool = False) -> str:
    """A share of one as percent, never rounded up to all of it; signed for a change."""
    if share is None or not isfinite(share):
        return MISSING
    if not signed and 0.995 <= share < 1:
        return f"{floor(1000 * share) / 10:.1f} %"
    text = f"{100 * share:{'+' if signed else ''}.{0 if abs(share) >= 0.1 else 1}f}"
    return f"{text} %"


def signed(value: float | None, decimals: int = 2) -> str:
    """A figure that may be negative, with its sign but for zero: +0.87, -0.31, 0.00."""
    if value is None or not isfinite(value):
        return MISSING
    text = f"{value:+.{decimals}f}"
    return text[1:] if float(text) == 0 else text


def co2(kilograms: float | None) -> str:
    """Carbon dioxide equivalent in kilograms, tonnes, or kilotonnes from ten of them on."""
    if kilograms is None or not isfinite(kilograms):
        return MISSING
    if abs(kilograms) >= 1e7:
        return f"{number(kilograms / 1e6)} kt CO2e"
    return f"{number(kilograms / 1000)} t CO2e" if abs(kilograms) >= 1000 else f"{number(kilograms)} kg CO2e"


def spreadsheet_safe(cell: Cell) -> Cell | str:
    """A cell of a CSV that no spreadsheet takes for a formula (OWASP, CSV injection); only text is touched."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def day(value: date | datetime | None) -> str:
    """A calendar day: 3 Feb 2017."""
    return f"{value.day} {value:%b %Y}" if value else MISSING


def moment(value: datetime | None) -> str:
    """An instant in the zone it carries: 3 Feb 2017 14:00."""
    return f"{day(value)} {value:%H:%M}" if value else MISSING


def period(start: date, end: date) -> str:
    """A half-open period of days, as people write it: 1 Jan – 31 Dec 2017."""
    last = end - timedelta(days=1)
    if start == last:
        return day(start)
    first = f"{start.day} {start:%b}" if start.year == last.year else day(start)
    return f"{first} – {day(last)}"
