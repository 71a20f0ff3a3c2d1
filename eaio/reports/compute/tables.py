"""A report's tables as CSV: one tidy table each, or all of them in long form.

UTF-8, comma, a header, one row an observation, numbers unrounded and without units in their cells, days and wall-clock
times in ISO 8601. Text that a spreadsheet would take for a formula is quoted by an apostrophe.
"""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import timedelta
from io import StringIO
from typing import TypeAlias

from eaio.reports.models import Kind, Report, Table, Use
from eaio.timeseries.format import spreadsheet_safe

Cell: TypeAlias = str | float | int | None
Rows: TypeAlias = Iterable[Sequence[Cell]]

USE_COLUMNS = (
    "building", "site", "carrier", "start", "end", "amount", "unit", "before", "change", "cost", "currency", "kg_co2e",
    "present", "expected", "estimated", "faulty_hours",
)  # fmt: skip
MONTH_COLUMNS = ("subject", "carrier", "month", "amount", "unit", "present", "expected", "estimated")
MEMBER_COLUMNS = (
    "building", "site", "use", "area_m2", "energy_kwh", "kwh_per_m2_year", "change", "cost", "currency", "kg_co2e",
    "share_present",
)  # fmt: skip
FINDING_COLUMNS = (
    "building", "meter", "carrier", "kind", "start", "end", "hours", "amount", "unit", "cost", "currency", "kg_co2e",
    "confidence", "status", "explanation",
)  # fmt: skip
MEASURE_COLUMNS = (
    "rank", "building", "measure", "status", "counted", "saving_year", "saving_low", "saving_high", "cost",
    "payback_years", "npv", "currency", "energy_kwh_year", "kg_co2e_year", "confidence", "evidence",
)  # fmt: skip
ASSUMPTION_COLUMNS = ("input", "where", "value", "unit", "year", "source", "standing")
ALL_COLUMNS = ("table", "item", "carrier", "start", "end", "quantity", "value", "unit")


def table_of(report: Report, table: Table = Table.ALL) -> str:
    """One of the report's tables as CSV text."""
    columns, rows = _TABLES[table]
    out = StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([spreadsheet_safe(cell) for cell in row] for row in rows(report))
    return out.getvalue()


def _period(report: Report) -> tuple[str, str]:
    return report.start.isoformat(), (report.end - timedelta(days=1)).isoformat()


def _uses(report: Report) -> Rows:
    if report.kind is Kind.BUILDING:
        return [_use(report, report.subject, "", use) for use in report.uses]
    return [_use(report, member.name, member.site, use) for member in report.members for use in member.uses]


def _use(report: Report, building: str, site: str, use: Use) -> Sequence[Cell]:
    counts = (use.readings, use.expected, use.estimated, use.faulty_hours)
    money = (use.money, report.currency, use.co2)
    return (building, site, use.carrier, *_period(report), use.total, use.unit, use.before, use.change, *money, *counts)


def _months(report: Report) -> Rows:
    return [
        (
            report.subject,
            month.carrier,
            f"{month.month:%Y-%m}",
            month.total,
            month.unit,
            month.readings,
            month.expected,
            month.estimated,
        )
        for month in report.months
    ]


def _members(report: Report) -> Rows:
    return [
        (
            member.name,
            member.site,
            member.use,
            member.area_m2,
            member.energy,
            member.eui,
            member.change,
            member.money,
            report.currency,
            member.co2,
            member.coverage,
        )
        for member in report.members
    ]


def _findings(report: Report) -> Rows:
    return [
        (
            line.building,
            line.meter,
            line.carrier,
            line.kind,
            line.start.isoformat(),
            line.end.isoformat(),
            line.hours,
            line.amount,
            line.unit,
            line.money,
            report.currency,
            line.co2,
            line.confidence,
            line.status,
            line.explanation,
        )
        for line in report.findings
    ]


def _measures(report: Report) -> Rows:
    return [
        (
            line.rank,
            line.building,
            line.name,
            line.status,
            "yes" if line.counted else "no",
            line.money[1],
            line.money[0],
            line.money[2],
            line.cost,
            line.payback,
            line.npv,
            report.currency,
            line.energy,
            line.co2,
            line.confidence,
            line.sentence,
        )
        for line in report.measures
    ]


def _assumptions(report: Report) -> Rows:
    return [
        (item.label, item.where, item.value, item.unit, item.year, item.source, "own" if item.own else item.checked)
        for item in report.assumptions
    ]


def _everything(report: Report) -> Rows:
    """The tables in long form: an observation is (item, carrier, period, quantity) with a value and its unit."""
    yield from _key_rows(report)
    for table, columns, rows, names, measured in _LONG:
        for row in rows(report):
            yield from _long(table, dict(zip(columns, row, strict=True)), names, measured)


def _key_rows(report: Report) -> Rows:
    key, place = report.key, ("key figures", report.subject, None, *_period(report))
    yield (*place, "energy", key.energy, "kWh")
    yield (*place, "cost", key.money, report.currency)
    yield (*place, "emissions", key.co2, "kg CO2e")
    yield (*place, "change against the year before", key.change, "share")
    yield (*place, "energy use intensity", key.eui, "kWh/m2 a year")
    yield (*place, f"{report.counted} present", key.readings, report.counted)
    yield (*place, f"{report.counted} expected", key.expected, report.counted)
    yield (*place, f"{report.counted} estimated", key.estimated, report.counted)


def _long(table: str, row: Mapping[str, Cell], names: Sequence[str], measured: Mapping[str, str]) -> Rows:
    item = " / ".join(str(row[name]) for name in names if row.get(name) not in {None, ""})
    first = row.get("month") or row.get("start")
    for column, unit in measured.items():
        named = row.get(unit[1:]) if unit.startswith(":") else unit
        yield table, item, row.get("carrier"), first, row.get("end"), column, row[column], named


_TABLES: Mapping[Table, tuple[Sequence[str], Callable[[Report], Rows]]] = {
    Table.ALL: (ALL_COLUMNS, _everything),
    Table.USE: (USE_COLUMNS, _uses),
    Table.MONTHS: (MONTH_COLUMNS, _months),
    Table.BUILDINGS: (MEMBER_COLUMNS, _members),
    Table.FINDINGS: (FINDING_COLUMNS, _findings),
    Table.RECOMMENDATIONS: (MEASURE_COLUMNS, _measures),
    Table.ASSUMPTIONS: (ASSUMPTION_COLUMNS, _assumptions),
}
_COUNTS = {"present": "readings", "expected": "readings", "estimated": "readings"}
_LONG: Sequence[tuple[str, Sequence[str], Callable[[Report], Rows], Sequence[str], Mapping[str, str]]] = (
    ("use", USE_COLUMNS, _uses, ("building",),
     {"amount": ":unit", "before": ":unit", "change": "share", "cost": ":currency", "kg_co2e": "kg CO2e", **_COUNTS,
      "faulty_hours": "h"}),
    ("months", MONTH_COLUMNS, _months, ("subject",), {"amount": ":unit", **_COUNTS}),
    ("buildings", MEMBER_COLUMNS, _members, ("building",),
     {"area_m2": "m2", "energy_kwh": "kWh", "kwh_per_m2_year": "kWh/m2 a year", "change": "share", "cost": ":currency",
      "kg_co2e": "kg CO2e", "share_present": "share"}),
    ("findings", FINDING_COLUMNS, _findings, ("building", "meter", "kind"),
     {"hours": "h", "amount": ":unit", "cost": ":currency", "kg_co2e": "kg CO2e", "confidence": "share"}),
    ("recommendations", MEASURE_COLUMNS, _measures, ("building", "measure"),
     {"saving_year": ":currency", "saving_low": ":currency", "saving_high": ":currency", "cost": ":currency",
      "payback_years": "years", "npv": ":currency", "energy_kwh_year": "kWh", "kg_co2e_year": "kg CO2e",
      "confidence": "share"}),
    ("assumptions", ASSUMPTION_COLUMNS, _assumptions, ("input", "where"), {"value": ":unit"}),
)  # fmt: skip
