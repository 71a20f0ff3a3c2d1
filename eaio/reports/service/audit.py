"""The audit pack of a study: gathered in one transaction, printed outside of it."""

import platform
import re
import unicodedata
from datetime import UTC, date, datetime, timedelta
from importlib.metadata import PackageNotFoundError, version
from uuid import UUID

from eaio import __version__
from eaio.analysis import service as analysis
from eaio.analysis.compute.coefficients import written
from eaio.analysis.compute.statement import statement
from eaio.analysis.models import METHOD_LABEL, Method, Period
from eaio.analysis.models.studies import Study
from eaio.infra.cpu import run_cpu
from eaio.infra.db import Connection, Database
from eaio.metering import service as metering
from eaio.metering.models import Level, Scope
from eaio.recommendations import service as recommendations
from eaio.reports.compute import audit as compute
from eaio.reports.models import Fact, File, Owner
from eaio.reports.models.audit import AuditPack
from eaio.reports.service.printing import paper_of

PACKAGES = ("numpy", "scipy", "polars", "opendsm")


async def audit_pack(database: Database, owner: Owner, study_id: UUID) -> File:
    """The audit pack of a study as PDF; no database connection is held while pages are set.

    Raises:
        NotFound: no such study in this organisation.
        Refused: the data do not carry a result.
        Unavailable: the PDF cannot be printed here; the message says what is missing.
    """
    async with database.transaction() as conn:
        pack = await gathered(conn, owner, study_id)
    return File(_name(pack.study.study, pack.printed_at.date()), "application/pdf", await paper_of(pack))


async def gathered(conn: Connection, owner: Owner, study_id: UUID) -> AuditPack:
    """Everything that the pack says."""
    known = await analysis.study_points(conn, owner.organisation, study_id)
    found = known.result
    saved, model = found.result.savings, found.result.baseline.model
    counts = {
        name: await _counts(conn, owner.organisation, found.study.meter_id, period)
        for name, period in (("baseline", model.period), ("reporting", saved.reporting))
    }
    method = METHOD_LABEL[Method(type(model).__struct_config__.tag)]
    return AuditPack(
        owner=owner,
        study=found,
        verdict=statement(found.result, found.study.unit),
        worth=await recommendations.savings_worth(conn, owner.organisation, found.study, saved.avoided, saved.band),
        model=f"{method} {model.label}, {model.interval}",
        written=written(model, found.study.unit),
        data=compute.data(found, known.points, counts),
        months=compute.months(known.points),
        figures=await run_cpu(compute.figures, found, known.daily()),
        methods=compute.methods(found),
        versions=tuple(_versions()),
        printed_at=datetime.now(UTC),
    )


async def _counts(conn: Connection, organisation: UUID, meter: UUID, period: Period) -> tuple[int, int, int]:
    """Readings present, expected and estimated."""
    after = period.last + timedelta(days=1)
    rows = await metering.totals(conn, organisation, Level.METER, period.first, after, within=Scope(Level.METER, meter))
    return tuple(int(rows[name].sum()) for name in ("readings", "expected", "estimated"))  # pyright: ignore[reportReturnType] - three of them


def _versions() -> list[Fact]:
    found = [Fact("EAIO", __version__), Fact("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append(Fact(name, version(name)))
        except PackageNotFoundError:
            continue
    return found


def _name(study: Study, day: date) -> str:
    """For example ``audit-pack-beacon-tower-new-chillers-2026-01-31.pdf``."""
    text = f"{study.building_label} {study.name}"
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return f"audit-pack-{re.sub(r'[^a-z0-9]+', '-', plain).strip('-') or 'study'}-{day}.pdf"
