"""Who asks: the one description of a caller that every floor understands."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from eaio.infra.errors import Forbidden


class Role(StrEnum):
    """What somebody is in an organisation."""

    FACILITY_MANAGER = "facility_manager"
    ENERGY_ANALYST = "energy_analyst"
    EXECUTIVE = "executive"
    ADMINISTRATOR = "administrator"

    @property
    def label(self) -> str:
        """As people read it: Facility manager."""
        return self.value.replace("_", " ").capitalize()


class Action(StrEnum):
    """What a role may be allowed to do; reading its organisation's data is allowed to all."""

    EDIT_BUILDINGS = "edit buildings"
    IMPORT = "import data"
    ANALYZE = "run analyses"
    DECIDE = "decide on findings and recommendations"
    EDIT_ASSUMPTIONS = "edit prices and factors"
    VERIFY = "set up studies of savings"
    TUNE = "change the parameters of detection"
    CORRECT = "correct readings"
    ADMINISTER = "administer the organisation"


_OPERATE = frozenset({Action.ANALYZE, Action.DECIDE})

PERMISSIONS: dict[Role, frozenset[Action]] = {
    Role.FACILITY_MANAGER: _OPERATE | {Action.EDIT_BUILDINGS, Action.IMPORT},
    Role.ENERGY_ANALYST: _OPERATE
    | {Action.EDIT_BUILDINGS, Action.IMPORT, Action.EDIT_ASSUMPTIONS, Action.VERIFY}
    | {Action.TUNE, Action.CORRECT},
    Role.EXECUTIVE: frozenset({Action.DECIDE}),
    Role.ADMINISTRATOR: frozenset(Action),
}


class Principal(Struct, frozen=True, kw_only=True):
    """A caller: a person, a token, or a visitor of the synthetic portfolio."""

    organisation: UUID
    organisation_name: str
    role: Role
    name: str
    currency: str = "USD"
    coverage_threshold: float = 0.9
    """Share of its readings below which a total says that it is incomplete."""
    user: UUID | None = None
    demo: bool = False
    """The organisation is synthetic; every page says so."""
    by_cookie: bool = False

    @property
    def actor(self) -> str:
        """How ledgers and trails name the caller."""
        return self.name

    def may(self, action: Action) -> bool:
        """Whether the role allows it."""
        return action in PERMISSIONS[self.role]

    def require(self, action: Action) -> None:
        """Raise Forbidden unless the role allows it."""
        if not self.may(action):
            raise Forbidden(f"As {self.role.label.lower()} you may not {action}")
