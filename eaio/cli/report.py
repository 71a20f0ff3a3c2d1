"""``eaio report``: a building's or the portfolio's report as PDF or CSV."""

import asyncio
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer
from msgspec import Struct

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.cli.console import AsJson, OfOrganisation, answer, database
from eaio.infra.errors import Invalid
from eaio.reports import service
from eaio.reports.models import File, Format, Owner, Report, Table, Wanted


class Written(Struct, frozen=True):
    """What was written, and the numbers at its top."""

    file: str
    bytes: int
    subject: str
    start: date
    end: date
    verdict: str
    energy_kwh: float | None
    cost: float | None
    currency: str
    kg_co2e: float | None
    share_present: float
    findings: int
    recommendations: int


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("report")(report)


def report(
    building: Annotated[str | None, typer.Option(help="Name of one building.")] = None,
    portfolio: Annotated[bool, typer.Option("--portfolio", help="The whole portfolio.")] = False,
    start: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="First day.")] = None,
    end: Annotated[datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Last day, included.")] = None,
    form: Annotated[Format, typer.Option("--format", help="How it is written.")] = Format.PDF,
    table: Annotated[Table, typer.Option(help="CSV only: one table, or all in long form.")] = Table.ALL,
    output: Annotated[Path | None, typer.Option(help="File to write; default: its own name, in this folder.")] = None,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Write the report of a building or the portfolio; without days, of the last twelve months of readings."""
    if portfolio == bool(building):
        raise Invalid("Name one building with --building, or ask for --portfolio")
    wanted = Wanted(start=_day(start), end=_day(end), format=form, table=table)
    made, file = asyncio.run(_made(building, wanted, organisation))
    path = output or Path(file.name)
    try:
        path.write_bytes(file.body)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}") from error
    done = _written(made, file, path)
    answer(done, as_json, f"{done.verdict}\n{path}, {len(file.body) / 1000:.0f} kB")


def _day(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


async def _made(building: str | None, wanted: Wanted, organisation: str | None) -> tuple[Report, File]:
    from msgspec.structs import replace

    async with database() as db:
        async with db.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
            if building:
                wanted = replace(wanted, building=(await buildings.building_by_name(conn, owner.id, building)).id)
        return await service.make_report(db, Owner(owner.id, owner.name, owner.currency, owner.is_demo), wanted)


def _written(made: Report, file: File, path: Path) -> Written:
    key = made.key
    return Written(
        file=str(path),
        bytes=len(file.body),
        subject=made.subject,
        start=made.start,
        end=made.end - timedelta(days=1),
        verdict=made.verdict,
        energy_kwh=key.energy,
        cost=key.money,
        currency=made.currency,
        kg_co2e=key.co2,
        share_present=key.coverage,
        findings=made.findings_total,
        recommendations=made.measures_total,
    )
