"""EAIO against the published conformance tables, case by case and as a program."""

import csv
import subprocess
import sys
from typing import Any

import pytest

from tests.conformance import ours, runner
from tests.conftest import ROOT

CASES = list(runner.cases())


@pytest.mark.parametrize(("name", "question", "right"), CASES, ids=[name for name, _, _ in CASES])
def test_local_days_and_stamps_are_as_published(name: str, question: dict[str, Any], right: dict[str, Any]) -> None:
    assert runner.differences(name, ours.answer(question), right) == []


def test_the_tables_hold_what_they_promise() -> None:
    with (runner.HERE / "days.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    hours = {int(row["intervals"]) * int(row["interval_minutes"]) / 60 for row in rows}
    assert hours >= {0, 23, 23.5, 24, 24.5, 25}
    assert {"Asia/Kolkata", "Asia/Kathmandu", "America/Phoenix", "Australia/Lord_Howe"} <= {
        r["time_zone"] for r in rows
    }


def test_the_runner_passes_a_right_program_and_names_what_a_wrong_one_says() -> None:
    def run(*program: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "tests/conformance/runner.py", *program]
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)  # noqa: S603 - our own

    right = run(sys.executable, "-m", "tests.conformance.ours")
    assert (right.returncode, right.stdout.splitlines()[-1]) == (0, f"{len(CASES)} of {len(CASES)} cases right")
    every_day_has_24 = "import json, sys\nfor line in sys.stdin: print(json.dumps({'days': {}, 'instants': []}))"
    wrong = run(sys.executable, "-c", every_day_has_24)
    assert wrong.returncode == 1
    assert "2024-03-31 readings is None, should be 23" in wrong.stdout
    silent = run(sys.executable, "-c", "pass")
    assert silent.returncode == 2
