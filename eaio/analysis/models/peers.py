"""Peer groups: which buildings one is compared with, why, and how it stands among them."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.timeseries.units import Carrier


class Criterion(StrEnum):
    """What peers have in common, the last one being given up first when they are too few."""

    USE = "use"
    CARRIERS = "carriers"
    CLIMATE = "climate"
    SIZE = "size"


class Candidate(Struct, frozen=True, kw_only=True):
    """A building with the figures that a comparison needs; None is unknown."""

    building_id: UUID
    name: str
    site: str
    use_type: str
    carriers: tuple[Carrier, ...]
    area_m2: float | None
    eui: float | None
    """kWh/m2 a year as metered."""
    normalised_kwh: float | None
    """kWh of a typical year."""
    heating_degree_days: float | None
    cooling_degree_days: float | None
    """K d of a typical year at the site, base 18.3 degC."""
    peak: float | None
    """kW, the electricity meters together."""
    near_base: float | None
    load_factor: float | None
    unoccupied_ratio: float | None
    money: float | None
    co2_kg: float | None
    coverage: float

    @property
    def normalised_eui(self) -> float | None:
        """kWh/m2 of a typical year."""
        return self.normalised_kwh / self.area_m2 if self.normalised_kwh is not None and self.area_m2 else None

    @property
    def compared(self) -> float | None:
        """What is compared: the weather-normalised intensity, the plain one where there is none."""
        return self.eui if self.normalised_eui is None else self.normalised_eui


class Widening(Struct, frozen=True):
    """One attempt at a peer group."""

    criteria: tuple[Criterion, ...]
    rule: str
    peers: int
    enough: bool
    reason: str


class Peer(Struct, frozen=True, kw_only=True):
    """A building of the peer group."""

    building_id: UUID
    name: str
    site: str
    eui: float
    """kWh/m2 a year as it is compared."""
    normalised: bool
    """It is that of a typical year."""
    area_m2: float
    carriers: tuple[Carrier, ...]
    added: bool = False
    """Somebody put it in, though the rule would not."""

    @property
    def label(self) -> str:
        """The name as people read it."""
        return self.name.replace("_", " ")


class PeerChoice(Struct, frozen=True, kw_only=True):
    """Somebody's decision to keep a building out of another one's peers, or to put it in."""

    id: UUID
    peer_id: UUID
    peer: str
    include: bool
    reason: str
    author: str
    made_at: datetime

    @property
    def label(self) -> str:
        """The peer's name as people read it."""
        return self.peer.replace("_", " ")


class PeerChange(Struct, frozen=True):
    """A decision as somebody sends it."""

    peer: UUID
    include: bool
    reason: Annotated[str, Meta(min_length=3, max_length=500)]


class Indicator(Struct, frozen=True, kw_only=True):
    """A figure of a building beside the quartiles of its peers."""

    key: str
    label: str
    unit: str
    value: float | None
    lower: float | None
    median: float | None
    upper: float | None
    """Quartiles of the peers; None with fewer than five."""
    peers: int
    """Peers of which it is known."""
    better: float | None
    """Share of those peers that do worse."""


class Ingredient(Struct, frozen=True, kw_only=True):
    """One part of the efficiency score."""

    label: str
    value: str
    against: str
    points: float | None
    """0 to 10; None where it is unknown, then its weight goes to the others."""
    weight: float
    """Share of the score as it was counted, 0 where it is unknown."""
    how: str


class Score(Struct, frozen=True, kw_only=True):
    """How well a building does, with everything that goes into it."""

    energy: int | None
    """0 to 100: share of the peers that use more per m2 in a typical year."""
    efficiency: float | None
    """0 to 10: the weighted ingredients."""
    ingredients: tuple[Ingredient, ...]


class PeerGroup(Struct, frozen=True, kw_only=True):
    """Whom a building is compared with and how it stands."""

    criteria: tuple[Criterion, ...]
    rule: str
    reason: str
    widening: tuple[Widening, ...]
    peers: tuple[Peer, ...]
    percentile: float | None
    median: float | None
    lower: float | None
    upper: float | None
    indicators: tuple[Indicator, ...]
    score: Score
    facts: Mapping[str, str]
    """What the rule looked at: use, climate, size and carriers of the building in words."""
