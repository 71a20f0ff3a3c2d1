"""``eaio recommend``: what the readings of a building, or of all, suggest doing."""

import asyncio
from typing import Annotated
from uuid import UUID

import typer
from msgspec import Struct

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.cli.console import AsJson, OfOrganisation, answer, database
from eaio.infra.db import Database
from eaio.infra.errors import Invalid
from eaio.recommendations import service
from eaio.recommendations.models import Filters, Page, Run
from eaio.timeseries.format import co2, money, percent


class Recommended(Struct, frozen=True):
    """What a run did, and the best of what is now proposed."""

    run: Run
    recommendations: Page


NEVER = {True: "not priced", False: "does not pay back"}


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("recommend")(recommend)


def recommend(
    building: Annotated[str | None, typer.Option("--building", help="Name of one building.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Every building of the organisation.")] = False,
    limit: Annotated[int, typer.Option(min=1, max=500, help="How many to print.")] = 20,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Find measures in meter and weather data, price them, and print the best first."""
    if everything == bool(building):
        raise Invalid("Name one building with --building, or ask for --all")
    done = asyncio.run(_work(building, limit, organisation))
    answer(done, as_json, _text(done))


async def _work(building: str | None, limit: int, organisation: str | None) -> Recommended:
    async with database() as db:
        async with db.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
            id_ = (await buildings.building_by_name(conn, owner.id, building)).id if building else None
            run = await service.start_run(conn, owner.id, "command line")
        return await _finish(db, owner.id, run, id_, limit)


async def _finish(db: Database, organisation: UUID, run: Run, building: UUID | None, limit: int) -> Recommended:
    done = await service.generate_in_batches(db, organisation, run.id, [building] if building else None)
    async with db.transaction() as conn:
        wanted = Filters(building=building, limit=limit)
        return Recommended(done, await service.list_recommendations(conn, organisation, wanted))


def _text(done: Recommended) -> str:
    run, page = done.run, done.recommendations
    lines = [
        f"{run.total} buildings looked at, {run.skipped} without enough readings: {run.proposed} measures, "
        f"{run.withdrawn} no longer found",
        f"Together {money(page.totals.money)} and {co2(page.totals.co2)} a year for {money(page.totals.cost)}, "
        f"net present value {money(page.totals.npv)} (overlaps counted once)",
    ]
    for place, item in enumerate(page.items, start=1):
        pays = f"pays back in {service.years(item.payback)}" if item.payback is not None else NEVER[item.cost is None]
        lines += [
            "",
            f"{place}. {item.building}: {item.name}",
            f"   {money(item.money)} a year ({money(item.money_low)} to {money(item.money_high)}), "
            f"cost {money(item.cost)}, {pays}, confidence {percent(item.confidence)}",
            f"   {item.sentence}",
        ]
    return "\n".join(lines)
