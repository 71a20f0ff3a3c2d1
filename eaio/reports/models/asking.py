"""What somebody asks for, and gets."""

from datetime import date
from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from eaio.infra.identity import Principal


class Owner(Struct, frozen=True):
    """Whose report it is."""

    organisation: UUID
    name: str
    currency: str = "USD"
    synthetic: bool = False


def owner_of(principal: Principal) -> Owner:
    """Whose report a caller gets."""
    return Owner(principal.organisation, principal.organisation_name, principal.currency, principal.demo)


class Kind(StrEnum):
    """What a report is about."""

    BUILDING = "building"
    PORTFOLIO = "portfolio"


class Format(StrEnum):
    """How a report is written."""

    PDF = "pdf"
    CSV = "csv"


class Table(StrEnum):
    """Which of a report's tables a CSV file holds."""

    ALL = "all"
    USE = "use"
    MONTHS = "months"
    BUILDINGS = "buildings"
    FINDINGS = "findings"
    RECOMMENDATIONS = "recommendations"
    ASSUMPTIONS = "assumptions"


class Wanted(Struct, frozen=True, kw_only=True):
    """What somebody asks for; without a building the portfolio, without days the last twelve months of readings."""

    building: UUID | None = None
    start: date | None = None
    end: date | None = None
    """The last day, included."""
    format: Format = Format.PDF
    table: Table = Table.ALL


class File(Struct, frozen=True):
    """A report as a file."""

    name: str
    media_type: str
    body: bytes

    @property
    def headers(self) -> dict[str, str]:
        """Saved under its name, and kept by nobody on the way: it shows one organisation's numbers."""
        return {"content-disposition": f'attachment; filename="{self.name}"', "cache-control": "private, no-store"}
