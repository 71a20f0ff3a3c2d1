"""``eaio chat``: ask a question on the command line."""

import typer

from eaio.accounts import service as accounts
from eaio.agents import service
from eaio.agents.models import Answer
from eaio.buildings import service as buildings
from eaio.cli.console import AsJson, OfOrganisation, answer, in_transaction
from eaio.infra.db import Connection
from eaio.infra.identity import Principal, Role

OPERATOR = "operator on the command line"


def register(app: typer.Typer) -> None:
    """Add the verb of this file."""
    app.command("chat")(chat)


def chat(
    question: str = typer.Argument(help="In plain words: electricity of Beacon Tower last month."),
    building: str = typer.Option(None, "--building", help="The building that is meant when the question names none."),
    role: Role = typer.Option(Role.ENERGY_ANALYST, "--role", help="For whom the answer is worded."),
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Ask a question; the answer's numbers come from the stored readings and results."""

    async def ask(conn: Connection) -> Answer:
        owner = await accounts.organisation_for(conn, organisation)
        caller = Principal(
            organisation=owner.id, organisation_name=owner.name, role=role, name=OPERATOR, currency=owner.currency
        )
        page = (await buildings.building_by_name(conn, owner.id, building)).id if building else None
        return await service.ask(conn, caller, question, page_building=page)

    found = in_transaction(ask)
    answer(found, as_json, in_words(found))


def in_words(found: Answer) -> str:
    """An answer as lines of text."""
    if not found.parts:
        return "\n".join([found.text, *(f"  {choice}" for choice in found.choices)])
    lines: list[str] = []
    for part in found.parts:
        lines += part.sentences
        lines += ["  ".join(filter(None, ("-", row.label, row.text, row.note))) for row in part.rows]
        lines += [*part.caveats, *(f"{link.label}: {link.href}" for link in part.links)]
    return "\n".join([*lines, *(f"Ask next: {question}" for question in found.next)])
