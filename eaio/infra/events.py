"""What follows what: a change in one package sets off jobs of others, without importing them."""

from enum import StrEnum
from uuid import UUID

from msgspec import Struct

from eaio.infra.db import Connection
from eaio.infra.jobs import defer


class Event(StrEnum):
    """Something happened that others act upon."""

    READINGS_CHANGED = "readings changed"
    FINDINGS_CHANGED = "findings changed"


class Follower(Struct, frozen=True):
    """A job that takes ``organisation`` and brings its package's results up to date."""

    task: str
    queue: str


FOLLOWERS: dict[Event, tuple[Follower, ...]] = {
    Event.READINGS_CHANGED: (
        Follower("analysis:refresh", "analysis"),
        Follower("forecasting:refresh", "forecasting"),
        Follower("metering:check_quality", "quality"),
    ),
    Event.FINDINGS_CHANGED: (Follower("recommendations:refresh", "recommendations"),),
}
"""The application's tests check that every name is a registered job."""


async def publish(conn: Connection, event: Event, organisation: UUID) -> None:
    """Defer the event's followers in the caller's transaction; one that already waits is enough."""
    for follower in FOLLOWERS[event]:
        once = f"{follower.task} {organisation}"
        await defer(conn, follower.task, follower.queue, once=once, organisation=str(organisation))
