"""``eaio eval chat``: how well a set of questions is understood, and whether the answers' numbers are grounded."""

import asyncio
import csv
import gzip
import time
from collections.abc import Iterable, Sequence
from datetime import date, datetime
from pathlib import Path

import msgspec
import typer

from eaio.accounts import service as accounts
from eaio.agents import service
from eaio.agents.compute.names import Directory, Named, directory_of
from eaio.agents.compute.scoring import Case, Outcome, Score, outcome_of, score
from eaio.agents.compute.understand import Situation, understand
from eaio.agents.models import Request
from eaio.cli.console import AsJson, OfOrganisation, answer, database
from eaio.cli.groups import group
from eaio.infra.db import Connection
from eaio.infra.errors import Invalid, NotFound, Unavailable
from eaio.infra.identity import Principal, Role
from eaio.timeseries.format import percent

FILE = "chat.jsonl"
LAST_DAY = "2017-12-31"


class Report(msgspec.Struct, frozen=True):
    """A score, and what it was measured against."""

    names_from: str
    """``database`` (tools run too), ``file``, or ``questions``: the names that occur in the set itself."""
    score: Score


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    group(app, "eval").command("chat")(chat)


def chat(
    data: Path = typer.Option(..., "--data", help="Questions as JSON lines, or a folder that holds chat.jsonl."),
    buildings: Path = typer.Option(None, "--buildings", help="Names: one a line, or BDG2's metadata.csv[.gz]."),
    today: datetime = typer.Option(LAST_DAY, "--today", formats=["%Y-%m-%d"], help="Today, where no database says it."),
    offline: bool = typer.Option(False, "--offline", help="Only understand; leave the database alone."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Measure tools, arguments, refusals and grounding over a set of questions."""
    cases = read_cases(data / FILE if data.is_dir() else data)
    service.warm_up()
    report = None if offline or buildings else asyncio.run(_answered(cases, organisation))
    if report is None:
        directory = directory_of(read_names(buildings)) if buildings else directory_in(cases)
        found = _understood(cases, directory, today.date())
        report = Report("file" if buildings else "questions", score(found))
    found = report.score
    text = (
        f"{found.n} questions: tools {percent(found.tool_accuracy)}, arguments {percent(found.args_accuracy)}, "
        f"{found.seconds_per_turn * 1000:.1f} ms a turn (names from {report.names_from})"
    )
    lines = [f"  {failure.id}: {failure.utterance}" for failure in found.failures]
    answer({"names_from": report.names_from, **msgspec.structs.asdict(found)}, as_json, "\n".join([text, *lines]))


def read_cases(path: Path) -> list[Case]:
    """Questions of a file; Invalid names the line that cannot be read."""
    if not path.is_file():
        raise NotFound(f"There is no file {path}")
    cases: list[Case] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.strip():
            try:
                cases.append(msgspec.json.decode(line, type=Case))
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise Invalid(f"{path.name}, line {number}: {error}") from error
    if not cases:
        raise Invalid(f"{path.name} holds no questions")
    return cases


def read_names(path: Path) -> list[Named]:
    """Buildings from a list of names or from BDG2's metadata; without a site of its own, the name's first part."""
    text = gzip.decompress(path.read_bytes()).decode() if path.suffix == ".gz" else path.read_text(encoding="utf-8")
    if "building_id" in text.partition("\n")[0]:
        rows = csv.DictReader(text.splitlines())
        return [Named(row["building_id"], row.get("site_id") or _site(row["building_id"])) for row in rows]
    return [Named(name.strip(), _site(name.strip())) for name in text.splitlines() if name.strip()]


def _site(name: str) -> str:
    return name.partition("_")[0] if "_" in name else ""


def directory_in(cases: Iterable[Case]) -> Directory:
    """The buildings and sites that the set's own answers name: what it takes for its portfolio."""
    sites = [str(case.args["site"]) for case in cases if case.args.get("site")]
    return directory_of([Named(name, _site(name)) for name in _names_in(cases)], sites)


def _names_in(cases: Iterable[Case]) -> list[str]:
    named = [name for case in cases for name in (case.args.get("building"), *case.args.get("buildings", ())) if name]
    return list(dict.fromkeys(named))


def _understood(cases: Sequence[Case], directory: Directory, today: date) -> list[Outcome]:
    found: list[Outcome] = []
    for case in cases:
        before: Request | None = None
        if case.after:
            earlier = understand(case.after, Situation(directory, today)).requests
            before = earlier[-1] if earlier else None
        began = time.perf_counter()
        understood = understand(case.utterance, Situation(directory, today, before))
        found.append(outcome_of(case, understood, time.perf_counter() - began))
    return found


async def _answered(cases: Sequence[Case], organisation: str | None) -> Report | None:
    """With the tools, if the database holds the portfolio that the questions are about."""
    try:
        async with database() as pool, pool.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
            base = Principal(
                organisation=owner.id, organisation_name=owner.name, role=Role.ENERGY_ANALYST, name="evaluation"
            )
            known = (await service.context_of(conn, base)).names.buildings
            if not known.keys() & _names_in(cases):
                return None
            return Report("database", score([await _turn(conn, base, case) for case in cases]))
    except (NotFound, Unavailable, Invalid):
        return None


async def _turn(conn: Connection, base: Principal, case: Case) -> Outcome:
    caller = msgspec.structs.replace(base, role=Role(case.role))
    before: Request | None = None
    if case.after:
        earlier = (await service.ask(conn, caller, case.after)).requests
        before = earlier[-1] if earlier else None
    began = time.perf_counter()
    answered = await service.ask(conn, caller, case.utterance, before=before)
    return outcome_of(case, answered, time.perf_counter() - began)
