"""What every tool may lean on: the caller's connection, organisation and role, and the portfolio's own names and today.

Tools get these from here and never from their arguments, so that no question can reach another organisation.
"""

from collections.abc import Mapping
from datetime import date, timedelta
from urllib.parse import urlencode
from uuid import UUID

from msgspec import Struct

from eaio.agents.compute.names import Directory, Named, directory_of
from eaio.agents.models import Fact, Over
from eaio.buildings import service as buildings
from eaio.buildings.models import Building, Meter
from eaio.dashboards.models import Amount, Asked, Preset
from eaio.dashboards.service.source import Source, source
from eaio.infra.db import Connection
from eaio.infra.errors import InsufficientData, NotFound
from eaio.infra.identity import Principal
from eaio.metering.models import Scope
from eaio.timeseries import format as fmt
from eaio.timeseries.units import CARRIER_LABEL, Carrier

ENOUGH = 0.98
"""Share of readings from which on an answer does not mention what is missing."""


class Names(Struct, frozen=True):
    """The portfolio's names with their ids and its today."""

    directory: Directory
    buildings: Mapping[str, UUID]
    sites: Mapping[str, UUID]
    today: date


class Context(Struct, frozen=True):
    """The runtime of a tool."""

    source: Source
    principal: Principal
    names: Names

    @property
    def conn(self) -> Connection:
        """The caller's connection."""
        return self.source.conn

    @property
    def organisation(self) -> UUID:
        """Whose data."""
        return self.principal.organisation

    def building_id(self, name: str | None) -> UUID:
        """The id behind a full name; NotFound for any other."""
        found = self.names.buildings.get(name or "")
        if found is None:
            raise NotFound(f"There is no building called {name}" if name else "Which building?")
        return found

    def site_id(self, name: str | None) -> UUID | None:
        """The id of a site, None where none is named."""
        if name is None:
            return None
        if name not in self.names.sites:
            raise NotFound(f"There is no site called {name}")
        return self.names.sites[name]

    def asked(
        self,
        args: Over | None = None,
        *,
        start: date | None = None,
        end: date | None = None,
        carrier: Carrier | None = None,
    ) -> Asked:
        """A half-open period as pages ask for it (last day inclusive, today at most); the last year without one."""
        start, end = (args.start, args.end) if args else (start, end)
        if start is None and end is None:
            return Asked(period=Preset.YEAR, carrier=carrier)
        final = end - timedelta(days=1) if end else None
        if final and start and start <= self.names.today:
            final = min(final, self.names.today)
        return Asked(start=start, end=final, carrier=carrier)

    async def building(self, name: str | None) -> Building:
        """The building of that name."""
        return await buildings.building_of(self.conn, self.organisation, self.building_id(name))

    async def meters(self, building: Building, carrier: Carrier | None) -> list[Meter]:
        """Meters with readings of one carrier of a building: the one asked for, else electricity or its first.

        Raises:
            InsufficientData: it has none.
        """
        known = await buildings.meters_of(self.conn, self.organisation, building.id)
        read = [meter for meter in known if meter.first_reading is not None]
        carriers = [each for each in Carrier if any(meter.carrier == each for meter in read)]
        if not carriers:
            raise InsufficientData(f"{building.label} has no readings yet.")
        if carrier is not None and carrier not in carriers:
            metered = ", ".join(CARRIER_LABEL[each].lower() for each in carriers)
            raise InsufficientData(
                f"{building.label} has no {CARRIER_LABEL[carrier].lower()} meter; it meters {metered}."
            )
        return [meter for meter in read if meter.carrier == (carrier or carriers[0])]


async def context_of(conn: Connection, principal: Principal) -> Context:
    """The context of a caller; names are kept until the organisation's data change.

    Raises:
        InsufficientData: the organisation has no readings to speak of.
    """
    asked = await source(conn, principal.organisation)
    return Context(asked, principal, await asked.keep("names", lambda: _names(asked)))


async def _names(asked: Source) -> Names:
    known = await asked.facts()
    extent = await asked.extent(Scope())
    if extent.last is None:
        raise InsufficientData("There are no readings yet. Import some, then ask again.")
    rows = known.buildings.select("id", "name", "site").rows()
    return Names(
        directory=directory_of([Named(name, site) for _, name, site in rows], [site.name for site in known.sites]),
        buildings={name: UUID(key) for key, name, _ in rows},
        sites={site.name: site.id for site in known.sites},
        today=extent.last.date(),
    )


def address(path: str, asked: Asked | None = None, **more: str | None) -> str:
    """A page's address with its context."""
    state = {**(asked.state if asked else {}), **more}
    fields = {name: value for name, value in state.items() if value is not None}
    return f"{path}?{urlencode(fields)}" if fields else path


def measured(value: float | None, unit: str) -> Fact:
    """An amount as it may be quoted."""
    return Fact(fmt.quantity(value, unit), value, unit)


def money(value: float | None) -> Fact:
    """Money as it may be quoted; prices are in US dollars."""
    return Fact(fmt.money(value), value, "USD")


def co2(kilograms: float | None) -> Fact:
    """Emissions as they may be quoted."""
    return Fact(fmt.co2(kilograms), kilograms, "kgCO2e")


def share(value: float | None, signed: bool = False) -> Fact:
    """A share of one as it may be quoted."""
    return Fact(fmt.percent(value, signed), value, "1")


def number(value: float | None, unit: str = "") -> Fact:
    """A plain figure as it may be quoted."""
    return Fact(f"{fmt.number(value)} {unit}".strip(), value, unit)


def change(value: float) -> Fact:
    """A change in words: 8.3 % less."""
    return Fact(f"{fmt.percent(abs(value))} {'less' if value < 0 else 'more'}", value, "1")


def count(value: int) -> Fact:
    """A whole number of things."""
    return Fact(f"{value:,}", value)


def degrees(value: float | None) -> Fact:
    """A temperature as it may be quoted, to a tenth."""
    return Fact(f"{value:.1f} °C" if value is not None else fmt.MISSING, value, "°C")


def during(start: date, end: date) -> Fact:
    """A half-open period with its preposition: in October 2026, in 2025, on 3 Feb 2026, from 3 Feb to 9 Feb 2026."""
    last = end - timedelta(days=1)
    if (start.month, start.day, end.month, end.day) == (1, 1, 1, 1) and end.year == start.year + 1:
        return Fact(f"in {start.year}")
    if start.day == 1 and end.day == 1 and (last.year, last.month) == (start.year, start.month):
        return Fact(f"in {start:%B %Y}")
    if start == last:
        return Fact(f"on {fmt.day(start)}")
    return Fact(f"from {fmt.day(start)} to {fmt.day(last)}")


def span(start: date, end: date) -> Fact:
    """A half-open period without a preposition: October 2026, 2025, 7 Oct – 31 Oct 2026."""
    text = during(start, end).text
    return Fact(text.removeprefix("in ") if text.startswith("in ") else fmt.period(start, end))


def sentence(text: str) -> str:
    """With the full stop that a sentence ends with."""
    return text if text.endswith((".", "?", ":")) else f"{text}."


def gaps(amount: Amount) -> tuple[dict[str, Fact], tuple[str, ...]]:
    """The caveat about missing and estimated readings of an amount, with its facts."""
    facts = {"present": count(amount.readings), "expected": count(amount.expected)}
    said: list[str] = []
    if amount.expected and amount.readings < ENOUGH * amount.expected:
        said.append("{present} of {expected} readings are present.")
    if amount.estimated:
        facts["estimated"] = count(amount.estimated)
        said.append("{estimated} of the readings are estimated.")
    return facts, tuple(said)


def quoted(name: str, sentences: tuple[str, ...]) -> tuple[dict[str, Fact], tuple[str, ...]]:
    """Sentences that a service wrote, as facts and the templates that repeat them."""
    known = {f"{name}{at}": Fact(sentence(text)) for at, text in enumerate(sentences)}
    return known, tuple(f"{{{key}}}" for key in known)
