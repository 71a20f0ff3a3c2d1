"""Load shapes, the patterns they fall into, and buildings that behave alike."""

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from msgspec import Struct

from eaio.timeseries.units import Carrier


class Turn(Struct, frozen=True):
    """When a meter's new ways took over from those of the year before, and what that did to its use."""

    start: datetime
    end: datetime
    amount: float
    """kWh or litres since."""
    usual: float
    """The same weeks a year before."""


class StoredPattern(Struct, frozen=True, kw_only=True):
    """A pattern as it is kept."""

    id: UUID
    carrier: Carrier
    name: str
    centre: tuple[float, ...]
    week: tuple[float, ...]
    traits: Mapping[str, float]
    rank: int
    reason: str
    found_at: datetime | None = None


class StoredShape(Struct, frozen=True, kw_only=True):
    """A meter's shape as it is kept, its vector aside."""

    meter_id: UUID
    building_id: UUID
    carrier: Carrier
    week: tuple[float, ...]
    traits: Mapping[str, float]
    first_day: date
    last_day: date
    turned_at: datetime | None = None
    turned_until: datetime | None = None
    turned_amount: float | None = None
    turned_usual: float | None = None


class Member(Struct, frozen=True, kw_only=True):
    """A meter within its pattern."""

    meter_id: UUID
    meter: str
    building_id: UUID
    building: str
    site: str
    use: str | None
    pattern_id: UUID | None
    likeness: float | None
    """Cosine to the pattern's centre."""
    first_day: date
    last_day: date

    @property
    def label(self) -> str:
        """The building's name as people read it."""
        return self.building.replace("_", " ")


class Pattern(Struct, frozen=True, kw_only=True):
    """A pattern with its members, the most typical first."""

    id: UUID
    carrier: Carrier
    name: str
    week: tuple[float, ...]
    """168 values over the mean, Monday 00:00 first."""
    traits: Mapping[str, float]
    members: tuple[Member, ...]


class Patterns(Struct, frozen=True, kw_only=True):
    """The patterns of a carrier, the largest first."""

    carrier: Carrier
    carriers: tuple[Carrier, ...]
    """Those that have shapes at all."""
    patterns: tuple[Pattern, ...]
    reason: str
    """Why there are so many; or why there are none."""
    shapes: int


class Alike(Struct, frozen=True, kw_only=True):
    """Another building's meter that behaves like the one asked about."""

    building_id: UUID
    building: str
    site: str
    use: str | None
    meter_id: UUID
    likeness: float
    """Cosine of the two load shapes, 1 for the same."""
    pattern: str | None
    week: tuple[float, ...]
    alike_in: tuple[str, ...]
    """What the two share most, in words."""

    @property
    def label(self) -> str:
        """The building's name as people read it."""
        return self.building.replace("_", " ")


class SimilarBuildings(Struct, frozen=True, kw_only=True):
    """Buildings that behave like one, the most alike first."""

    building_id: UUID
    building: str
    carrier: Carrier
    meter_id: UUID
    pattern: str | None
    week: tuple[float, ...]
    first_day: date
    last_day: date
    compared: int
    """With how many other buildings."""
    alike: tuple[Alike, ...]
