"""eaio import: meter data from files."""

import asyncio
import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import typer

from eaio.accounts import service as accounts
from eaio.cli.console import AsJson, OfOrganisation, answer, database, settings
from eaio.metering import service
from eaio.metering.models import Clock, DateOrder, Format, ImportOptions, ImportReport, MappedColumn, Progress
from eaio.timeseries.format import moment, number
from eaio.timeseries.units import Carrier

_MAPPING_ROWS = 12
_EXAMPLES = 12


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("import")(import_command)


def import_command(
    path: Path = typer.Argument(..., help="A BDG2 folder, or one CSV file; .gz and .zip are unpacked."),
    kind: Format = typer.Option(Format.AUTO, "--format", help="What it is, if that is not detected rightly."),
    dry_run: bool = typer.Option(False, "--dry-run", help="Say what would be kept, dropped and why; write nothing."),
    site: str = typer.Option(None, help="Create unknown buildings and meters at this site."),
    time_zone: str = typer.Option(None, help="Time zone of a new site, such as Europe/London."),
    building: str = typer.Option(None, help="Building of columns named after a quantity, such as 'Gas (therm)'."),
    carrier: Carrier = typer.Option(None, help="Carrier of columns that do not say."),
    clock: Clock = typer.Option(Clock.AUTO, help="What the time stamps mean."),
    dates: DateOrder = typer.Option(DateOrder.AUTO, help="Which part of a date comes first."),
    time_column: str = typer.Option(None, help="The column of time, if its name does not say so."),
    cleaned: bool = typer.Option(False, "--cleaned", help="Prefer BDG2's cleaned files over the raw ones."),
    yes: bool = typer.Option(False, "--yes", help="Do not ask after showing how a file is understood."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Import meter readings: all of them or, if anything is wrong with the file, none.

    How a single file is understood is shown before anything is written; on a terminal the import then waits for a yes.
    """
    options = ImportOptions(
        format=kind, site=site, time_zone=time_zone, building=building, carrier=carrier, clock=clock, dates=dates,
        time_column=time_column, cleaned=cleaned,
    )  # fmt: skip
    if path.is_file() and not (dry_run or as_json or yes):
        understood = asyncio.run(_import(path, options, organisation, dry_run=True, quiet=False))
        sys.stderr.write(_told(understood) + "\n")
        if sys.stdin.isatty():
            typer.confirm("Import it like this?", default=True, abort=True)
    report = asyncio.run(_import(path, options, organisation, dry_run, quiet=as_json))
    answer(report, as_json, _told(report))


async def _import(
    path: Path, options: ImportOptions, organisation: str | None, dry_run: bool, *, quiet: bool
) -> ImportReport:
    async with database() as pool:
        async with pool.transaction() as conn:
            owner = await accounts.own_organisation(conn, organisation)
        request = service.ImportRequest(
            organisation=owner.id,
            path=path,
            options=options,
            author="command line",
            now=datetime.now(UTC),
            limit=settings().upload_limit,
            dry_run=dry_run,
        )
        with progress_bar(quiet) as tell:
            return (await service.import_files(pool, request, tell)).report


@contextmanager
def progress_bar(quiet: bool) -> Generator[Callable[[Progress], None]]:
    """A bar with readings per second and the time left, on a terminal; nothing elsewhere."""
    if quiet or not sys.stderr.isatty():
        yield _silent
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (TextColumn("{task.description}"), BarColumn(), TextColumn("{task.fields[speed]}"), TimeRemainingColumn())
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("reading the file", total=None, speed="")

        def tell(progress: Progress) -> None:
            speed = f"{number(progress.per_second)}/s" if progress.per_second else ""
            total = progress.total or None
            bar.update(task, description=progress.stage, completed=progress.done, total=total, speed=speed)

        yield tell


def _silent(progress: Progress) -> None:  # nobody watches
    """For scripts."""


def _told(report: ImportReport) -> str:
    """The report for people."""
    tense = "would be " if report.dry_run else ""
    lines = [
        *_mapping(report.mapping),
        f"{report.readings_read:,} readings read from {', '.join(report.files)}",
        f"{report.readings_kept:,} {tense}kept: {report.readings_new:,} new, "
        f"{report.readings_replaced:,} replaced, {report.readings_unchanged:,} unchanged",
        f"{report.readings_dropped:,} {tense}dropped",
        *(f"  {reason}: {count:,}" for reason, count in report.reasons.items()),
        *_examples(report),
        *(f"note: {note}" for note in report.notes),
        f"{report.meters:,} meters, {report.buildings:,} buildings, {report.sites:,} sites; "
        f"{moment(report.first)} to {moment(report.last)} UTC; {report.seconds:.1f} s, "
        f"{number(report.readings_per_s)} readings/s",
    ]
    return "\n".join(lines)


def _mapping(mapping: tuple[MappedColumn, ...]) -> list[str]:
    lines = [
        f"  {column.column} -> {column.building} / {column.carrier} / {column.meter}, {column.unit}, "
        f"every {column.interval_minutes} min"
        if column.skipped is None
        else f"  {column.column} -> left out: {column.skipped}"
        for column in mapping[:_MAPPING_ROWS]
    ]
    more = len(mapping) - _MAPPING_ROWS
    return ["columns:", *lines, *([f"  and {more} more"] if more > 0 else [])]


def _examples(report: ImportReport) -> list[str]:
    return [
        f"  {example.file}{f', row {example.row}' if example.row else ''}, column {example.column}: {example.text!r} "
        f"({example.reason})"
        for example in report.examples[:_EXAMPLES]
    ]
