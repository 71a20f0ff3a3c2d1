"""From a wish to a file: gather in one transaction, then print or write outside of it."""

import re
import unicodedata
from datetime import timedelta

from eaio.infra.cpu import run_cpu
from eaio.infra.db import Database
from eaio.reports.compute.tables import table_of
from eaio.reports.models import File, Format, Owner, Report, Table, Wanted
from eaio.reports.service.building import building_report
from eaio.reports.service.portfolio import portfolio_report
from eaio.reports.service.printing import paper_of

MEDIA_TYPE = {Format.PDF: "application/pdf", Format.CSV: "text/csv; charset=utf-8"}


async def make_report(database: Database, owner: Owner, wanted: Wanted) -> tuple[Report, File]:
    """The report and its file; no database connection is held while pages are set.

    Raises:
        NotFound: no such building in this organisation.
        InsufficientData: there are no readings in the period.
        Invalid: the period is upside down or too long.
        Unavailable: the PDF cannot be printed here; the message says what is missing.
    """
    tables = wanted.format is Format.CSV
    async with database.transaction() as conn:
        if wanted.building is None:
            report = await portfolio_report(conn, owner, wanted.start, wanted.end, tables=tables)
        else:
            report = await building_report(conn, owner, wanted.building, wanted.start, wanted.end, tables=tables)
    if tables:
        body = (await run_cpu(table_of, report, wanted.table)).encode()
    else:
        body = await paper_of(report)
    return report, File(file_name(report, wanted.format, wanted.table), MEDIA_TYPE[wanted.format], body)


def file_name(report: Report, form: Format, table: Table) -> str:
    """For example ``energy-report-beacon-tower-2025-01-01-2025-12-31.pdf``."""
    plain = unicodedata.normalize("NFKD", report.subject).encode("ascii", "ignore").decode().lower()
    subject = re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or report.kind.value
    part = f"-{table}" if form is Format.CSV and table is not Table.ALL else ""
    return f"energy-report-{subject}-{report.start}-{report.end - timedelta(days=1)}{part}.{form}"
