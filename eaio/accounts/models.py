"""Who owns what, and who may do what."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from eaio.infra.identity import Role

Email = Annotated[str, Meta(min_length=3, max_length=254, pattern=r"^[^@\s]+@[^@\s]+$")]
PersonName = Annotated[str, Meta(min_length=1, max_length=120)]
Password = Annotated[str, Meta(min_length=12, max_length=200)]
"""Twelve characters at least; length beats composition rules (NIST SP 800-63B-4, 3.1.1)."""


class Organisation(Struct, frozen=True, kw_only=True):
    """A tenant: everything else belongs to exactly one."""

    id: UUID
    name: str
    slug: str
    is_demo: bool
    currency: str
    data_version: int
    members: int = 0


class Credentials(Struct, frozen=True, kw_only=True):
    """What somebody types to sign in."""

    email: Email
    password: Annotated[str, Meta(max_length=200)]


class NewUser(Struct, frozen=True, kw_only=True):
    """A person to be given access."""

    email: Email
    name: PersonName
    password: Password
    role: Role


class User(Struct, frozen=True, kw_only=True):
    """A member of an organisation."""

    id: UUID
    email: str
    name: str
    role: Role
    created_at: datetime
    disabled_at: datetime | None


class StoredUser(Struct, frozen=True, kw_only=True):
    """What a sign-in is checked against."""

    id: UUID
    name: str
    password_hash: str
    organisation_id: UUID
    role: Role


class Access(Struct, frozen=True, kw_only=True):
    """What a valid session or token stands for."""

    organisation_id: UUID
    organisation_name: str
    currency: str
    coverage_threshold: float
    is_demo: bool
    role: Role
    name: str
    user_id: UUID | None


class ApiToken(Struct, frozen=True, kw_only=True):
    """A token for scripts; the token itself is shown once and never stored."""

    id: UUID
    name: str
    role: Role
    created_at: datetime
    expires_at: datetime | None
    revoked_at: datetime | None


class NewSetup(Struct, frozen=True, kw_only=True):
    """What the one-time link asks for: the organisation and its first administrator."""

    organisation: PersonName
    email: Email
    name: PersonName
    password: Password
