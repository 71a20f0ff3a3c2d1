"""The report of an import."""

from eaio.infra.errors import Invalid
from eaio.metering.importers.findings import Findings
from eaio.metering.importers.plan import Plan
from eaio.metering.models import REMEDY, Format, ImportReport, Stored


def refuse_if_nothing_kept(plan: Plan, findings: Findings) -> None:
    """Raise Invalid if a table has no reading to keep, with the first reason: its meters shall not be created empty."""
    if plan.format is Format.BDG2 or findings.first is not None:
        return
    name = plan.files[0]
    if not findings.examples:
        raise Invalid(f"{name} holds no readings: every cell is empty; export it again")
    example = findings.examples[0]
    what, remedy = REMEDY[example.reason]
    place = f"row {example.row}, column {example.column!r}" if example.row else f"column {example.column!r}"
    raise Invalid(
        f"{name}: none of its {findings.read:,} readings can be kept; {place} ({example.text!r}) is {what}: {remedy}"
    )


def report_of(
    plan: Plan, findings: Findings, stored: Stored, weather_hours: int, *, dry_run: bool, seconds: float
) -> ImportReport:
    """Put together what was planned, found and stored."""
    if findings.zeros:
        findings.note(
            f"{findings.zeros:,} electricity readings are exactly zero, which nearly always means missing. They "
            "are kept as they are, and the data quality page counts their days."
        )
    first, last = findings.period
    return ImportReport(
        format=plan.format,
        dry_run=dry_run,
        files=plan.files,
        readings_read=findings.read,
        readings_kept=stored.new + stored.changed + stored.unchanged,
        readings_new=stored.new,
        readings_replaced=stored.changed,
        readings_unchanged=stored.unchanged,
        readings_dropped=findings.dropped,
        weather_hours=weather_hours,
        sites=len(plan.sites),
        buildings=len({draft.name for draft in plan.buildings} | {m.building for t in plan.tables for m in t.meters}),
        meters=sum(len(table.meters) for table in plan.tables),
        reasons={reason.value: count for reason, count in sorted(findings.by_reason.items())},
        dropped_by_meter={
            name: {reason.value: count for reason, count in sorted(counts.items())}
            for name, counts in sorted(findings.by_meter.items())
        },
        examples=tuple(findings.examples),
        notes=tuple(findings.notes),
        mapping=plan.mapping,
        first=first,
        last=last,
        seconds=round(seconds, 3),
        readings_per_s=round(findings.read / seconds, 1) if seconds else 0.0,
    )
