"""How the command line reads its settings, runs asynchronous work and answers: text for people, JSON for scripts."""

import asyncio
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Annotated, Any, TypeVar

import msgspec
import typer

from eaio.infra import vectors
from eaio.infra.db import Connection, Database
from eaio.infra.migrate import migrate
from eaio.infra.server import database_url
from eaio.settings import Settings, from_environment

Result = TypeVar("Result")

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object instead of text.")]
OfOrganisation = Annotated[
    str | None, typer.Option("--organisation", help="Slug or name; needed only if there are several.")
]


def settings() -> Settings:
    """The settings of this invocation; a wrong variable ends the command with its name."""
    try:
        return from_environment()
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error


@asynccontextmanager
async def database() -> AsyncGenerator[Database]:
    """The migrated database of this installation, with a small pool of its own."""
    url = await asyncio.to_thread(database_url, settings())
    await asyncio.to_thread(migrate, url)
    pool = Database(url, 1, 4)
    await pool.open()
    vectors.choose(settings(), url)
    try:
        yield pool
    finally:
        await vectors.close()
        await pool.close()


def in_transaction(work: Callable[[Connection], Awaitable[Result]]) -> Result:
    """Run ``work`` in one transaction of this installation's database."""

    async def connected() -> Result:
        async with database() as pool, pool.transaction() as conn:
            return await work(conn)

    return asyncio.run(connected())


def answer(value: Any, as_json: bool, text: str) -> None:
    """Print ``value`` as JSON, or ``text``."""
    if as_json:
        sys.stdout.write(msgspec.json.format(msgspec.json.encode(value)).decode() + "\n")
    else:
        sys.stdout.write(text.rstrip("\n") + "\n")
