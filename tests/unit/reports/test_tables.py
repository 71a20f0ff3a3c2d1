"""CSV tables of a report."""

import csv
from io import StringIO

import pytest

from eaio.reports.compute.tables import table_of
from eaio.reports.models import Table
from tests.unit.reports.sample import sample

REPORT = sample(figures=False)


def rows(table: Table) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(table_of(REPORT, table))))


def test_the_use_table_holds_unrounded_numbers_with_coverage() -> None:
    electricity, water = rows(Table.USE)
    assert (electricity["amount"], electricity["unit"], electricity["cost"]) == ("123456.0", "kWh", "14815.0")
    assert (electricity["start"], electricity["end"]) == ("2017-01-01", "2017-12-31")
    assert (electricity["present"], electricity["expected"], electricity["estimated"]) == ("8700", "8760", "87")
    assert (water["unit"], water["before"]) == ("L", ""), "an unknown value is an empty cell"


def test_findings_and_recommendations_carry_money_and_reason() -> None:
    (finding,) = rows(Table.FINDINGS)
    assert (finding["cost"], finding["explanation"]) == ("42.0", "Left on overnight since Tuesday")
    first, second = rows(Table.RECOMMENDATIONS)
    assert (first["saving_year"], first["saving_low"], first["npv"]) == ("1200.0", "900.0", "9000.0")
    assert second["payback_years"] == ""


def test_the_long_form_holds_every_table_one_value_a_row() -> None:
    every = rows(Table.ALL)
    assert {row["table"] for row in every} == {
        "key figures",
        "use",
        "months",
        "findings",
        "recommendations",
        "assumptions",
    }
    energy = next(row for row in every if (row["table"], row["quantity"]) == ("key figures", "energy"))
    assert (energy["value"], energy["unit"]) == ("123456.0", "kWh")
    saving = next(row for row in every if row["quantity"] == "saving_year")
    assert (saving["item"], saving["value"], saving["unit"]) == ("Hall <1> / Switch off at night", "1200.0", "USD")
    price = next(row for row in every if row["table"] == "assumptions")
    assert (price["value"], price["unit"]) == ("0.12", "USD/kWh")


@pytest.mark.parametrize("table", list(Table))
def test_every_row_has_the_columns_of_its_header(table: Table) -> None:
    header, *body = list(csv.reader(StringIO(table_of(REPORT, table))))
    assert all(len(row) == len(header) for row in body)


def test_text_that_a_spreadsheet_would_run_is_defused() -> None:
    from msgspec.structs import replace

    sly = replace(REPORT, subject='=HYPERLINK("http://example.org")')
    assert "'=HYPERLINK" in table_of(sly, Table.USE)
    assert "\n-" not in table_of(REPORT, Table.RECOMMENDATIONS), "numbers stay numbers"
