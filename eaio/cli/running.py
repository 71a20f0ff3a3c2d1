"""Verbs that run things: up, serve, worker, migrate, doctor."""

import asyncio
import os
import socket
import sys
from collections.abc import Generator
from contextlib import contextmanager

import typer

from eaio.accounts import service as accounts
from eaio.cli.console import AsJson, answer, database, settings
from eaio.infra.embedded import leave_servers
from eaio.infra.errors import Unavailable
from eaio.infra.migrate import current_revision, dump_schema, migrate
from eaio.infra.server import database_url
from eaio.infra.telemetry import configure_logging
from eaio.settings import Settings


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    for verb in (up, serve, worker):
        app.command()(verb)
    app.command("migrate")(migrate_command)
    app.command()(doctor)


def up(
    host: str = typer.Option(None, help="Address to listen on; EAIO_HOST."),
    port: int = typer.Option(None, min=1, max=65535, help="Port to listen on; EAIO_PORT."),
) -> None:
    """Start everything: database, migrations, demo portfolio if the database is empty, app and worker."""
    chosen = _settings(host, port)
    configure_logging(chosen.log_format)
    _refuse_taken(chosen)
    migrate(database_url(chosen))
    asyncio.run(_welcome(chosen))
    _listen(chosen)


def serve(
    host: str = typer.Option(None, help="Address to listen on; EAIO_HOST."),
    port: int = typer.Option(None, min=1, max=65535, help="Port to listen on; EAIO_PORT."),
) -> None:
    """Start the web app alone, on a database that is already migrated; EAIO_WORKER=0 leaves jobs to `eaio worker`."""
    chosen = _settings(host, port)
    configure_logging(chosen.log_format)
    _refuse_taken(chosen)
    database_url(chosen)
    _listen(chosen)


def worker() -> None:
    """Run jobs beside a web process that was started with EAIO_WORKER=0."""
    from eaio.app import run_worker

    configure_logging(settings().log_format)

    async def work() -> None:
        async with database() as pool:
            await run_worker(pool.url, pool, settings())

    with ending_at_once():
        asyncio.run(work())


def migrate_command(
    schema: bool = typer.Option(False, "--schema", help="Print the resulting schema as SQL."), as_json: AsJson = False
) -> None:
    """Bring the database to this release's revision."""
    url = database_url(settings())
    if schema:
        migrate(url)
        sys.stdout.write(dump_schema(url))
        return
    before = current_revision(url)
    migrate(url)
    after = current_revision(url)
    text = f"Already at revision {after}" if before == after else f"Migrated from {before or 'nothing'} to {after}"
    answer({"before": before, "after": after}, as_json, text)


def doctor(as_json: AsJson = False) -> None:
    """Say what this installation uses, what is missing, and how to get it."""
    from eaio.infra.doctor import examine

    report = examine(settings())
    text = "\n".join(
        f"{'ok' if item.ok else 'missing' if item.needed else 'without':8} {item.name}: {item.finding}"
        for item in report
    )
    answer(report, as_json, text)
    if any(item.needed and not item.ok for item in report):
        raise typer.Exit(1)


@contextmanager
def ending_at_once() -> Generator[None]:
    """End the process after the block, its embedded server stopped: abandoned computations are not waited for."""
    code = 0
    try:
        yield
    except SystemExit as end:
        code = end.code if isinstance(end.code, int) else 1
    except KeyboardInterrupt:
        code = 130
    leave_servers()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


def _settings(host: str | None, port: int | None) -> Settings:
    import msgspec

    base = settings()
    return msgspec.structs.replace(base, host=host or base.host, port=port or base.port)


def _refuse_taken(chosen: Settings) -> None:
    """Say so before anything is started if the app could not listen.

    Raises:
        Unavailable: another program listens there, or the address is none of this machine.
    """
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(chosen.host, chosen.port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise Unavailable(
            f"EAIO cannot listen on {chosen.host} port {chosen.port}: {reason.lower()}. Choose another with --port or "
            "--host, or end the program that uses it"
        ) from error


async def _welcome(chosen: Settings) -> None:
    """Seed the synthetic portfolio into an empty database and print where to go."""
    async with database() as pool:
        async with pool.transaction() as conn:
            empty = not await accounts.organisations(conn)
        if empty and chosen.demo:
            from eaio.demo.service import seed_demo

            sys.stderr.write("The database is empty: making a synthetic portfolio to look around in\n")
            async with pool.transaction() as conn:
                await seed_demo(conn)
        async with pool.transaction() as conn:
            link = await accounts.new_setup_link(conn)
    sys.stderr.write(f"\n  EAIO  {chosen.base_url}\n")
    if link:
        sys.stderr.write(f"  Set up your own organisation (once, within a day): {chosen.base_url}/setup/{link}\n")
    sys.stderr.write("  Stop with Ctrl-C\n\n")


def _listen(chosen: Settings) -> None:
    import uvicorn

    from eaio.app import create_app

    with ending_at_once():
        uvicorn.run(
            create_app(chosen),
            host=chosen.host,
            port=chosen.port,
            log_config=None,
            access_log=False,
            timeout_graceful_shutdown=5,
            server_header=False,
        )
