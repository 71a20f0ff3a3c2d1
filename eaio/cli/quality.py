"""``eaio quality``: meters ranked by data quality, what is wrong with one, corrections proposed, applied and undone."""

import asyncio
from collections.abc import Sequence
from uuid import UUID

import typer

from eaio.accounts import service as accounts
from eaio.buildings import service as buildings
from eaio.buildings.models import MeterFilter
from eaio.cli.console import AsJson, OfOrganisation, answer, database, in_transaction
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.metering import service
from eaio.metering.compute.quality.propose import PROPOSABLE
from eaio.metering.models import (
    ISSUE_LABEL,
    EditBatch,
    IssueKind,
    Proposal,
    ProposalStatus,
    QualityFilter,
    QualityReport,
    QualitySummary,
)
from eaio.timeseries import format as written
from eaio.timeseries.units import Carrier

OPERATOR = "operator on the command line"
quality_app = typer.Typer(help="Data quality of meters, and corrections of their readings.", no_args_is_help=True)
OfMeter = typer.Argument(help="Id of a meter, or the name of its building.")
OfCarrier = typer.Option(None, "--carrier", help="Which of the building's meters; needed only if there are several.")
OfProposal = typer.Argument(help="Id of a proposal, as `eaio quality propose` prints it.")


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    app.add_typer(quality_app, name="quality")


@quality_app.command("check")
def check(
    every: bool = typer.Option(False, "--all", help="Every meter, not only those with new readings."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Look at the readings of the meters that need it, and keep scores and issues."""

    async def work() -> QualitySummary:
        async with database() as pool:
            async with pool.transaction() as conn:
                owner = await accounts.organisation_for(conn, organisation)
            await service.check_meters(pool, owner.id, every=every)
            async with pool.transaction() as conn:
                return await service.quality_summary(conn, owner.id)

    found = asyncio.run(work())
    answer(found, as_json, f"{found.checked:,} of {found.meters:,} meters checked, mean score {_score(found.mean)}")


@quality_app.command("list")
def rank(
    limit: int = typer.Option(20, min=1, max=100_000),
    carrier: Carrier = typer.Option(None),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Meters by score, the worst first, with what takes points off."""

    async def work(conn: Connection) -> Sequence[object]:
        owner = await accounts.organisation_for(conn, organisation)
        return await service.quality_ranking(conn, owner.id, QualityFilter(carrier=carrier, limit=limit))

    async def lines(conn: Connection) -> list[str]:
        owner = await accounts.organisation_for(conn, organisation)
        found = await service.quality_ranking(conn, owner.id, QualityFilter(carrier=carrier, limit=limit))
        return [
            f"{_score(one.score):>5}  {one.label}, {one.carrier}  "
            + ", ".join(f"{part.label.lower()} {part.points:.1f}" for part in one.ingredients if part.points >= 0.05)
            for one in found
        ]

    if as_json:
        answer(in_transaction(work), True, "")
    else:
        answer(None, False, "\n".join(in_transaction(lines)) or "No meters yet")


@quality_app.command("show")
def show(
    meter: str = OfMeter, carrier: Carrier = OfCarrier, organisation: OfOrganisation = None, as_json: AsJson = False
) -> None:
    """A meter's score with every ingredient, and its issues."""

    async def work(conn: Connection) -> QualityReport:
        owner, found = await _meter(conn, organisation, meter, carrier)
        return await service.meter_quality(conn, owner, found)

    report = in_transaction(work)
    answer(report, as_json, _described(report))


@quality_app.command("propose")
def propose(
    meter: str = OfMeter,
    carrier: Carrier = OfCarrier,
    kind: list[IssueKind] = typer.Option(list(PROPOSABLE), "--kind", help="Only for issues of this kind."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Propose corrections; nothing changes until one is applied."""

    async def work(conn: Connection) -> Sequence[Proposal]:
        owner, found = await _meter(conn, organisation, meter, carrier)
        return await service.propose(conn, owner, found, author=OPERATOR, kinds=kind)

    made = in_transaction(work)
    answer(made, as_json, "\n".join(_line(one) for one in made) or "Nothing to propose")


@quality_app.command("proposals")
def proposals(organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Proposals that wait for a decision."""

    async def work(conn: Connection) -> Sequence[Proposal]:
        owner = await accounts.organisation_for(conn, organisation)
        return await service.proposals(conn, owner.id, status=ProposalStatus.OPEN)

    found = in_transaction(work)
    answer(found, as_json, "\n".join(_line(one) for one in found) or "None")


@quality_app.command("apply")
def apply(proposal: UUID = OfProposal, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Put a proposal's corrections over the readings, as one batch of the ledger."""

    async def work(conn: Connection) -> EditBatch:
        owner = await accounts.organisation_for(conn, organisation)
        return await service.apply_proposal(conn, owner.id, proposal, author=OPERATOR)

    batch = in_transaction(work)
    answer(batch, as_json, f"{batch.readings:,} readings corrected; undo with: eaio quality undo {batch.id}")


@quality_app.command("reject")
def reject(proposal: UUID = OfProposal, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Turn a proposal down."""

    async def work(conn: Connection) -> Proposal:
        owner = await accounts.organisation_for(conn, organisation)
        return await service.reject_proposal(conn, owner.id, proposal, author=OPERATOR)

    answer(in_transaction(work), as_json, "Rejected")


@quality_app.command("undo")
def undo(
    batch: str = typer.Argument(help="Id of a batch, or the number of one correction in the ledger."),
    reason: str = typer.Option("", help="Why; the ledger keeps it."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Take back a batch of corrections, or one of them."""

    async def work(conn: Connection) -> object:
        owner = (await accounts.organisation_for(conn, organisation)).id
        if batch.isdecimal():
            return await service.undo_edit(conn, owner, int(batch), author=OPERATOR, reason=reason)
        return await service.undo_batch(conn, owner, _uuid(batch), author=OPERATOR, reason=reason)

    answer(in_transaction(work), as_json, "Undone; what counted before counts again")


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise Invalid(f"{text!r} is neither the id of a batch nor the number of a correction") from error


async def _meter(conn: Connection, organisation: str | None, named: str, carrier: Carrier | None) -> tuple[UUID, UUID]:
    """(organisation, meter) that a command means."""
    owner = (await accounts.organisation_for(conn, organisation)).id
    try:
        return owner, (await buildings.meter_of(conn, owner, UUID(named))).id
    except ValueError:
        building = await buildings.building_by_name(conn, owner, named)
    found = await buildings.find_meters(conn, owner, MeterFilter(building=building.id, carrier=carrier))
    if not found:
        raise NotFound(f"{named} has no {f'{carrier} ' if carrier else ''}meter")
    if len(found) > 1:
        raise Invalid(
            f"{named} has several; give --carrier or an id: {', '.join(f'{m.carrier} {m.id}' for m in found)}"
        )
    return owner, found[0].id


def _described(report: QualityReport) -> str:
    meter = report.meter
    lines = [f"{meter.label}, {meter.carrier}: {_score(meter.score)} of 100"]
    lines += [
        f"  {one.points:6.2f} off: {one.label.lower()}, {one.readings:,} of {meter.expected:,} x {one.weight:g}"
        for one in meter.ingredients
    ]
    for issue in report.issues:
        start, end = issue.local(meter.time_zone)
        lines.append(f"  {start:%Y-%m-%d %H:%M} to {end:%Y-%m-%d %H:%M}  {ISSUE_LABEL[issue.kind]}: {issue.detail}")
    return "\n".join(lines)


def _line(one: Proposal) -> str:
    return f"{one.id}  {one.readings:,} readings of {one.building}, {one.carrier}: {one.reason}; {one.method}"


def _score(value: float | None) -> str:
    return "not checked" if value is None else written.number(value)
