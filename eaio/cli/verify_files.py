"""``eaio verify study report``: a study's audit pack as PDF, or its points as CSV or Parquet."""

import asyncio
from enum import StrEnum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer
from msgspec import Struct

from eaio.accounts import service as accounts
from eaio.analysis import service
from eaio.analysis.models import Refused
from eaio.cli.console import AsJson, OfOrganisation, answer, database
from eaio.cli.verify_names import refuse, study_called
from eaio.infra.errors import Invalid
from eaio.infra.web.downloads import FileKind, table_file
from eaio.reports import service as reports
from eaio.reports.models import File, Owner


class Form(StrEnum):
    """What a study can be written as."""

    PDF = "pdf"
    CSV = "csv"
    PARQUET = "parquet"


class Written(Struct, frozen=True):
    """What was written."""

    study: UUID
    file: str
    bytes: int


def register(app: typer.Typer) -> None:
    """Add the verb."""
    app.command("report")(report)


def report(
    study: Annotated[str, typer.Argument(help="Name or id of the study.")],
    form: Annotated[Form, typer.Option("--format", help="The audit pack, or every point as a table.")] = Form.PDF,
    output: Annotated[Path | None, typer.Option(help="File to write; default: its own name, in this folder.")] = None,
    organisation: OfOrganisation = None,
    as_json: AsJson = False,
) -> None:
    """Write the audit pack of a study, or its points with counterfactual, residual, temperature and flags."""
    try:
        key, file = asyncio.run(_made(study, form, organisation))
    except Refused as refusal:
        refuse(refusal, as_json)
    path = output or Path(file.name)
    try:
        path.write_bytes(file.body)
    except OSError as error:
        raise Invalid(f"{path} cannot be written: {error.strerror}") from error
    answer(Written(key, str(path), len(file.body)), as_json, f"{path}, {len(file.body) / 1000:.0f} kB")


async def _made(text: str, form: Form, organisation: str | None) -> tuple[UUID, File]:
    async with database() as db:
        async with db.transaction() as conn:
            owner = await accounts.organisation_for(conn, organisation)
            key = (await study_called(conn, owner.id, text)).id
            if form is not Form.PDF:
                known = await service.study_points(conn, owner.id, key)
                made = table_file(known.name, known.columns, known.points.iter_rows(), FileKind(form))
                return key, File(f"{known.name}.{form}".replace("/", "_"), FileKind(form).media_type, made.content)
        return key, await reports.audit_pack(db, Owner(owner.id, owner.name, owner.currency, owner.is_demo), key)
