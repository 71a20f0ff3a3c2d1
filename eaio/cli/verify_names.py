"""Meters and studies by the names that one types, and how the verbs of ``eaio verify`` end."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Any, NoReturn, TypeVar
from uuid import UUID

import typer

from eaio.accounts import service as accounts
from eaio.analysis import service
from eaio.analysis.models import Refused
from eaio.analysis.models.studies import Study
from eaio.buildings import service as buildings
from eaio.buildings.models import Meter
from eaio.cli.console import answer, database
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound

Result = TypeVar("Result")
REFUSED = 3
"""Exit code: the data do not carry the answer."""
OPERATOR = "operator on the command line"


def answered(work: Callable[[Connection, UUID], Awaitable[Result]], organisation: str | None, as_json: bool) -> Result:
    """The result of ``work`` in one transaction; a refusal of the data is told, kept, and ends with its own code."""

    async def run() -> Result | Refused:
        async with database() as pool, pool.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
            try:
                return await work(conn, owner.id)
            except Refused as refusal:
                return refusal

    found = asyncio.run(run())
    if isinstance(found, Refused):
        refuse(found, as_json)
    return found


def refuse(refusal: Refused, as_json: bool) -> NoReturn:
    """Say what is missing and what would help, and end."""
    if as_json:
        told: dict[str, Any] = {"refusal": refusal.what, "reason": refusal.reason, "remedy": refusal.remedy}
        answer(told, as_json, "")
    else:
        sys.stderr.write(f"eaio: {refusal.what}\n      {refusal.remedy}\n")
    raise typer.Exit(REFUSED)


async def meter_called(conn: Connection, owner: UUID, text: str) -> Meter:
    """A meter by id, or by building, carrier and name as far as needed to tell it apart.

    Raises:
        NotFound: there is none.
        Invalid: there are several; they are named.
    """
    if (key := _uuid(text)) is not None:
        return await buildings.meter_of(conn, owner, key)
    name, *parts = text.split("/")
    building = await buildings.building_by_name(conn, owner, name)
    known = await buildings.meters_of(conn, owner, building.id)
    found = [one for one in known if [one.carrier.value, one.name][: len(parts)] == parts]
    if len(found) == 1:
        return found[0]
    offered = ", ".join(f"{name}/{one.carrier}/{one.name}" for one in found or known) or "none"
    if not found:
        raise NotFound(f"{text} is no meter; {name} has: {offered}")
    raise Invalid(f"{name} has several meters; say which: {offered}")


async def study_called(conn: Connection, owner: UUID, text: str) -> Study:
    """A study by id or by name.

    Raises:
        NotFound: there is none.
        Invalid: several have that name.
    """
    if (key := _uuid(text)) is not None:
        return await service.study(conn, owner, key)
    found = [line.study for line in await service.studies(conn, owner, archived=True) if line.study.name == text]
    if not found:
        raise NotFound(f"There is no study called {text!r}; `eaio verify study list` shows them")
    if len(found) > 1:
        raise Invalid(
            f"{len(found)} studies are called {text!r}; name one by id: {', '.join(str(s.id) for s in found)}"
        )
    return found[0]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
