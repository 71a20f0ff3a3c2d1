"""``eaio verify``: baselines of meters, and studies of what a measure saved."""

from datetime import date, datetime
from typing import Annotated
from uuid import UUID

import msgspec
import typer

from eaio.analysis import service
from eaio.analysis.compute.statement import Statement, statement
from eaio.analysis.compute.studies import Way
from eaio.analysis.models import Interval, Method, Period, Treatment
from eaio.analysis.models.studies import BaselineView, EventDraft, Study, StudyDraft, StudyLine, StudyResult
from eaio.buildings import service as buildings
from eaio.cli import verify_files
from eaio.cli import verify_text as written
from eaio.cli.console import AsJson, OfOrganisation, answer
from eaio.cli.verify_names import OPERATOR, answered, meter_called, study_called
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound
from eaio.recommendations import service as recommendations
from eaio.recommendations.models.worth import Worth

verify_app = typer.Typer(
    help="Measurement and verification. Exit codes: 0 a result, 1 wrong input, 3 the data do not carry one.",
    no_args_is_help=True,
)
study_app = typer.Typer(help="Studies of savings: list, new, show, declare, undo, report.", no_args_is_help=True)
verify_app.add_typer(study_app, name="study")

Day = ["%Y-%m-%d"]
OfMeter = Annotated[str, typer.Argument(help="BUILDING, BUILDING/CARRIER, BUILDING/CARRIER/NAME, or the meter's id.")]
OfStudy = Annotated[str, typer.Argument(help="Name or id of the study.")]
WithMethod = Annotated[Method | None, typer.Option("--method", help="Default: the surest of all.")]
WithInterval = Annotated[Interval | None, typer.Option("--interval", help="Of the method asked for.")]


class Shown(msgspec.Struct, frozen=True):
    """A study's result with its verdict and its worth."""

    verdict: Statement
    worth: Worth
    study: StudyResult


def register(app: typer.Typer) -> None:
    """Add the verbs of this file."""
    verify_files.register(study_app)
    app.add_typer(verify_app, name="verify")


@verify_app.command("baseline")
def baseline(
    meter: OfMeter,
    first: Annotated[datetime | None, typer.Option(formats=Day, help="First day.")] = None,
    last: Annotated[datetime | None, typer.Option(formats=Day, help="Last day; default: of the readings.")] = None,
    method: WithMethod = None,
    interval: WithInterval = None,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Fit a baseline: the model with its reason, fit and Guideline 14 verdict, and the models it was compared with."""

    async def work(conn: Connection, owner: UUID) -> BaselineView:
        found = await meter_called(conn, owner, meter)
        return await service.baseline_view(conn, owner, found.id, _period(first, last), Way(method, interval))

    found = answered(work, organisation, as_json)
    answer(found, as_json, written.baseline(found))


def _period(first: datetime | None, last: datetime | None) -> Period | None:
    if last is None:
        if first is not None:
            raise Invalid("Name the last day of the period too, with --last")
        return None
    return Period(first.date(), last.date()) if first else Period.of_year(last.date())


@study_app.command("list")
def list_studies(
    building: Annotated[str | None, typer.Option(help="Only of this building.")] = None,
    archived: Annotated[bool, typer.Option("--archived", help="Archived ones too.")] = False,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Show studies, the newest first, with their newest result."""

    async def work(conn: Connection, owner: UUID) -> list[StudyLine]:
        of = (await buildings.building_by_name(conn, owner, building)).id if building else None
        return list(await service.studies(conn, owner, building=of, archived=archived))

    found = answered(work, organisation, as_json)
    answer(found, as_json, "\n".join(written.line(one) for one in found) or "No study yet")


@study_app.command("new")
def new_study(
    name: str,
    meter: Annotated[str, typer.Option(help="As `eaio verify baseline` takes it.")],
    baseline_from: Annotated[datetime, typer.Option(formats=Day, help="First day of the baseline.")],
    baseline_to: Annotated[datetime, typer.Option(formats=Day, help="Last day of the baseline.")],
    reporting_from: Annotated[datetime, typer.Option(formats=Day, help="First day of the reporting period.")],
    reporting_to: Annotated[
        datetime | None, typer.Option(formats=Day, help="Its last day; default: the newest reading.")
    ] = None,
    method: WithMethod = None,
    interval: WithInterval = None,
    confidence: Annotated[float, typer.Option(min=0.5, max=0.99, help="Of the band.")] = 0.9,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Set up a study of savings and show its result; it is kept even where the data do not carry one yet."""
    draft = StudyDraft(
        name=name,
        baseline=Period(baseline_from.date(), baseline_to.date()),
        reporting_first=reporting_from.date(),
        reporting_last=_date(reporting_to),
        method=method,
        interval=interval,
        confidence=confidence,
    )

    async def work(conn: Connection, owner: UUID) -> Study:
        found = await meter_called(conn, owner, meter)
        return await service.create_study(conn, owner, found.id, draft, OPERATOR)

    made = answered(work, organisation, as_json)
    _show(str(made.id), organisation, as_json)


def _date(moment: datetime | None) -> date | None:
    return moment.date() if moment else None


@study_app.command("show")
def show_study(study: OfStudy, organisation: OfOrganisation = None, as_json: AsJson = False) -> None:
    """Show a study: verdict, avoided use with band, worth, model and fit, normalised savings, events, data used."""
    _show(study, organisation, as_json)


def _show(study: str, organisation: str | None, as_json: bool) -> None:
    async def work(conn: Connection, owner: UUID) -> Shown:
        found = await service.study_result(conn, owner, (await study_called(conn, owner, study)).id)
        saved = found.result.savings
        worth = await recommendations.savings_worth(conn, owner, found.study, saved.avoided, saved.band)
        return Shown(statement(found.result, found.study.unit), worth, found)

    found = answered(work, organisation, as_json)
    answer(found, as_json, written.study(found.study, found.verdict, found.worth))


@study_app.command("declare")
def declare_event(
    study: OfStudy,
    first: Annotated[datetime, typer.Option(formats=Day, help="First day.")],
    last: Annotated[datetime, typer.Option(formats=Day, help="Last day.")],
    reason: Annotated[str, typer.Option(help="What happened.")],
    treatment: Annotated[Treatment, typer.Option(help="What it does to the figures.")] = Treatment.EXCLUDE,
    amount: Annotated[float | None, typer.Option(help="A day for constant, a multiple for factor.")] = None,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Declare a non-routine event, a change that has nothing to do with the measure, and show the new result."""
    days = Period(first.date(), last.date())
    draft = EventDraft(first=days.first, last=days.last, treatment=treatment, amount=amount, reason=reason)

    async def work(conn: Connection, owner: UUID) -> None:
        found = await study_called(conn, owner, study)
        await service.declare_event(conn, owner, found.id, draft, OPERATOR)

    answered(work, organisation, as_json)
    _show(study, organisation, as_json)


@study_app.command("undo")
def undo_event(
    study: OfStudy,
    first: Annotated[datetime, typer.Option(formats=Day, help="First day of the event.")],
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Let an event no longer count; it stays on record."""

    async def work(conn: Connection, owner: UUID) -> None:
        found = await study_called(conn, owner, study)
        events = await service.study_events(conn, owner, found.id)
        of = next((one for one in events if one.undone_at is None and one.first_day == first.date()), None)
        if of is None:
            raise NotFound(f"No event of {found.name} that still counts begins on {first.date()}")
        await service.undo_event(conn, owner, found.id, of.id, OPERATOR)

    answered(work, organisation, as_json)
    _show(study, organisation, as_json)
